"""Receivables, unused credits and sales of customers, kept on their CRM records (B3): opt-in, one way, outside I3."""
