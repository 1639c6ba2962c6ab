"""Zoho CRM v8. One record engine serves every module; what a module has is data (`catalogue.py`)."""
