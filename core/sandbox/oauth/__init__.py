"""The accounts server: grant codes, refresh tokens, access tokens and what they may do (zoho-crm-api §1)."""
