"""Finding records by a part of a text without making them all.

A world's first records never change, so that a field of theirs, once made and folded, can be searched for ever.
"""

from __future__ import annotations

from core.sandbox.crm.catalogue import Field
from core.sandbox.crm.criteria import Criteria, Leaf
from core.sandbox.sources import Source

MOST = 200_000
"""Beyond so many records nothing is kept: a million names would take 100 MB."""
CHUNK = 1_000
TEXTS = ("text", "email", "phone", "website")
WITHIN = ("contains", "equal", "starts_with", "ends_with")
"""Comparators that hold only where the value stands somewhere in the text."""


class Folded:
    """Texts of the generated records of a module. The first question about a field makes it for all records."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._texts: dict[str, list[str]] = {}

    def holding(self, api_name: str, part: str) -> set[int] | None:
        """Indexes of the records with a part in a field, or None where that would have to be found record by record."""
        if self._source.count > MOST or not part:
            return None
        if api_name not in self._texts:
            self._texts[api_name] = self._fold(api_name)
        wanted = part.casefold()
        return {index for index, text in enumerate(self._texts[api_name]) if wanted in text}

    def meeting(self, tree: Criteria, fields: dict[str, Field]) -> set[int] | None:
        """Indexes of the records that may meet the criteria; None where all may."""
        if isinstance(tree, Leaf):
            return self._leaf(tree, fields)
        parts = [self.meeting(each, fields) for each in tree.parts]
        known = [each for each in parts if each is not None]
        if tree.operator.upper() == "AND":
            return set.intersection(*known) if known else None
        return set.union(*known) if len(known) == len(parts) else None

    def _leaf(self, leaf: Leaf, fields: dict[str, Field]) -> set[int] | None:
        field, values = fields.get(leaf.api_name), leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        plain = field is not None and not field.custom and field.data_type in TEXTS
        if not plain or leaf.comparator not in (*WITHIN, "in") or any(str(each)[:2] in ("", "${") for each in values):
            return None
        found = [held for each in values if (held := self.holding(leaf.api_name, str(each))) is not None]
        return set.union(*found) if len(found) == len(values) else None

    def _fold(self, api_name: str) -> list[str]:
        texts: list[str] = []
        for begin in range(0, self._source.count, CHUNK):
            indexes = range(begin, min(begin + CHUNK, self._source.count))
            (values,) = self._source.columns(indexes, (api_name,))
            texts += ["" if each is None else str(each).casefold() for each in values]
        return texts


def named_in(tree: Criteria) -> set[str]:
    """The fields that criteria look at; of a path through lookups the first one."""
    if isinstance(tree, Leaf):
        return {tree.api_name.partition(".")[0]}
    return {name for part in tree.parts for name in named_in(part)}
