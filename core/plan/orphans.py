"""Books records that Zoho's own integration tied to a CRM record which is no longer there (F29, F30; E16)."""

from core.model.record import Record
from core.plan.facts import Facts
from core.plan.forms import near_key

_TELLING = 4
"""Letters that a name must have to be recognised in a longer one."""


def orphaned(facts: Facts, record: Record) -> bool:
    """Return whether a record's native counterpart was deleted or merged away."""
    return record.side == "books" and record.id in facts.orphans


def survivors(facts: Facts, record: Record) -> tuple[str, ...]:
    """Return the CRM records into which the native counterpart may have been merged: those of nearly the same name.

    CRM says of no deleted record whether it was merged (zoho-crm-api §5.10), so this is a guess for a person to judge.
    """
    key = near_key(record.name)
    found = (each.id for each in facts.crm.values() if _near(key, near_key(each.name)))
    return tuple(sorted(found))


def _near(one: str, two: str) -> bool:
    short, long = sorted((one, two), key=len)
    return len(short) >= _TELLING and (long.startswith(short) or long.endswith(short))
