"""The short closed vocabularies: sides, modules, shapes, policies, states."""

from typing import Literal

SideName = Literal["crm", "books"]
ModuleName = Literal["customers", "persons", "vendors", "items", "documents"]
"""``persons`` is not configured by itself: it is the part of *customers* that syncs contact persons (B27)."""

Direction = Literal["to_books", "to_crm"]
"""Which way a write travels. A run counts and a failure is filed per direction."""

Extent = Literal["fetch", "both"]
"""``fetch``: CRM → Books only (B31). ``both``: two-way (B32)."""

Shape = Literal["accounts", "contacts", "accounts_contacts", "accounts_contacts_all"]
"""Which CRM module pairs with Books customers (B25–B28)."""

Part = Literal["main", "persons", "unassociated"]
"""What a mapping row is for: the records of the module itself, contact persons, or contacts without an account."""

NameOrder = Literal["", "given_first", "family_first"]
"""How the name of an Individual is put together; empty: by the country of the Books organisation."""

DuplicatesPolicy = Literal["clone", "overwrite", "skip"]
"""What first pairing does with an exact name match (B34–B36)."""

ConflictPolicy = Literal["crm", "books", "newest", "ask"]
"""Who wins a field changed on both sides (design.md §3, Merge)."""

LinkState = Literal["linked", "crm_gone", "books_gone", "out_of_view", "ignored", "ambiguous"]

SIDES: tuple[SideName, ...] = ("crm", "books")
MODULES: tuple[ModuleName, ...] = ("customers", "vendors", "items", "documents")


def other(side: SideName) -> SideName:
    """Return the opposite side."""
    return "books" if side == "crm" else "crm"


def toward(side: SideName) -> Direction:
    """Return the direction of a write that lands on ``side``."""
    return "to_books" if side == "books" else "to_crm"
