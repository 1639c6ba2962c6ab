"""Pure decisions: normalise, match, merge, plan, valve. No clock, no I/O, no randomness.

The plan works in two stages, one way. ``plan.make_plan`` pairs and decides on what a pull brought, where a Books
contact is a list row. An action that needs a record in full which nobody has read yet says so by an empty base
(``settle.unread``); the engine reads those details in batches and asks ``settle.settle`` (or ``settle.create``), the
same functions that ``make_plan`` used where all was known.
"""
