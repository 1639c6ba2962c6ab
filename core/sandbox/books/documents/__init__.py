"""Estimates, sales orders, invoices and purchase orders: one engine, told what differs by `kinds.py`."""
