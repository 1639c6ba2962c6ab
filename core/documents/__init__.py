"""Estimates, orders and invoices: deals tied to them, and the stage triggers that make them (design.md §7).

``stages``, ``triggers``, ``draft``, ``simulate`` and ``ledger`` are pure: they know the model alone. ``run``,
``recover``, ``associate`` and ``pull`` have the effects, through ``ports``.
"""
