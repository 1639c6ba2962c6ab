"""The generated parts of `README.md`: `python -m core.sandbox.pages` writes them anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.sandbox.conformance import DIFFERENCES, OPERATIONS, UNDOCUMENTED
from core.sandbox.endpoints import table
from core.sandbox.faults import KINDS
from core.sandbox.http import Endpoint
from core.sandbox.limits import PLANS
from core.sandbox.switches import SWITCHES

PAGE = Path(__file__).with_name("README.md")
SIDES = {"accounts": "Accounts server", "crm": "CRM", "books": "Books", "control": "Control surface"}


def endpoints() -> str:
    """The route table, by side."""
    return "\n\n".join(f"**{title}**\n\n{_endpoints_of(side)}" for side, title in SIDES.items())


def _endpoints_of(side: str) -> str:
    checked = side in ("crm", "books")
    rows = [
        "| call | scope | what |" + (" validated |" if checked else ""),
        "|---|---|---|" + ("---|" if checked else ""),
    ]
    for each in table():
        if each.side == side:
            row = f"| `{each.method} {each.path}` | {_scope(each)} | {_cell(each.doc)} |"
            rows.append(row + (f" {_validated(each)} |" if checked else ""))
    return "\n".join(rows)


def _validated(each: Endpoint) -> str:
    call = f"{each.method} {each.path}"
    return "yes" if call in OPERATIONS else f"no file: {UNDOCUMENTED[call]}"


def differences() -> str:
    """Where Zoho's files are known to be wrong."""
    rows = ["| file | what the validator says | why the sandbox stays as it is |", "|---|---|---|"]
    return "\n".join(
        [*rows, *(f"| {each.file or 'several'} | `{_cell(each.pattern)}` | {each.why} |" for each in DIFFERENCES)]
    )


def _scope(each: Endpoint) -> str:
    return " + ".join(f"`{scope}`" for scope in each.scope.split()) or "–"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def switches() -> str:
    """All switches; the default first."""
    rows = ["| switch | values | what | source |", "|---|---|---|---|"]
    for each in SWITCHES:
        others = [value for value in each.choices if value != each.default]
        values = ", ".join([f"**{each.default}**", *map(str, others)] + ([] if each.choices else ["…"]))
        rows.append(f"| `{each.name}` | {values} | {_cell(each.doc)} | {each.source} |")
    return "\n".join(rows)


def faults() -> str:
    """The kinds of faults."""
    return "\n".join(["| kind | what |", "|---|---|", *(f"| `{kind}` | {what} |" for kind, what in KINDS.items())])


def limits() -> str:
    """What each `--limits` allows."""
    rows = [
        "| `--limits` | CRM credits / in flight | Books plan | Books calls a day / in flight |",
        "|---|---|---|---|",
    ]
    for name, plan in PLANS.items():
        books = f"{plan.books_per_day:,} / {plan.books_in_flight}"
        rows.append(f"| {name} | {plan.crm_credits:,} / {plan.crm_in_flight} | {plan.books_plan} | {books} |")
    return "\n".join(rows)


PARTS: dict[str, Callable[[], str]] = {
    "endpoints": endpoints, "switches": switches, "faults": faults, "limits": limits,
    "differences": differences,
}  # fmt: skip


def fresh(page: str) -> str:
    """A page with its generated parts as they should be: what stands between `<!-- name -->` and `<!-- /name -->`."""
    for name, make in PARTS.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}{make()}\n{end}{rest.partition(end)[2]}"
    return page


if __name__ == "__main__":
    PAGE.write_text(fresh(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
