"""Documents in both places (B61–B65): Books' estimates, orders and invoices, and CRM's Quotes, Sales_Orders,
Purchase_Orders and Invoices that show them.

``sums``, ``to_crm``, ``to_books`` and ``statuses`` are pure; ``run`` and ``switch`` have the effects.
"""
