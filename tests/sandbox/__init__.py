"""The embedded Zoho, over real HTTP."""
