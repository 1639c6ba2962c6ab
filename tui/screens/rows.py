"""A record as a line of a big list: pure functions from a row to its cells."""

from collections.abc import Sequence

from core.service import Row
from tui.host import Host
from tui.locale import word
from tui.theme import Role, role_of, symbol_of
from tui.when import clock
from tui.widgets.strips import Line, Span
from tui.widgets.table import Column, row


def columns(kk: Host) -> list[Column]:
    """Return the columns of a list of records."""
    say = kk.say
    return [
        Column(say.sort_name),
        Column(say.sort_kind, 10),
        Column(say.sort_state, 16),
        Column(say.sort_owner, 14, since=100),
        Column(say.sort_receivable, 13, right=True, since=72),
        Column(say.sort_synced_at, 11, right=True),
    ]


def record_state(kk: Host, record: Row) -> Span:
    """Return a record's state: symbol, word and role."""
    if record.failed:
        return f"x {kk.say.state_failed} {record.failed}", "bad"
    name = record.state if record.active or record.state != "linked" else "inactive"
    role: Role = "quiet" if name == "inactive" else role_of(name)
    mark = "-" if name == "inactive" else symbol_of(name)
    return f"{mark} {word(kk.say, 'state', name)}", role


def record_row(kk: Host, record: Row, cells: int) -> Line:
    """Return a record's line."""
    values: Sequence[Span] = [
        (record.name, "plain" if record.active else "dim"),
        (word(kk.say, "kind", record.kind), "plain"),
        record_state(kk, record),
        (record.owner, "plain"),
        (record.receivable, "plain"),
        (clock(record.synced_at, kk.now()), "plain"),
    ]
    return row(columns(kk), values, cells)
