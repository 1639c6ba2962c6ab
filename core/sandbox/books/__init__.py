"""Zoho Books v3."""
