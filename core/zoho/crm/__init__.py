"""Zoho CRM v8: one side of the bridge (zoho-crm-api)."""
