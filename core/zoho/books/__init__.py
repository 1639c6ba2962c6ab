"""Zoho Books v3: one side of the bridge (zoho-books-api)."""
