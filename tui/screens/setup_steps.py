"""The documented steps of a module's setup (B23-B60) and what can be chosen in each: data for ``tui.screens.setup``."""

from dataclasses import dataclass, field
from typing import Any, Literal

from core.model.names import ModuleName
from core.model.record import View
from core.model.setup import ModuleSetup
from core.service_setup import ViewSize
from tui.draft import Draft, FamilyShapes
from tui.locale import word
from tui.locale.en import English
from tui.text import clean

Step = Literal["shape", "extent", "duplicates", "view", "contact_view", "mapping", "save"]


@dataclass(frozen=True)
class Option:
    """One choice: its label, one sentence of what it will do, and either settings to change or a deed to do."""

    label: str
    tells: str
    changes: dict[str, Any] = field(default_factory=dict)
    deed: str = ""
    chosen: bool = False
    view: str = ""
    """The view whose records are worth counting."""


def steps_of(setup: ModuleSetup) -> list[Step]:
    """Return the steps of a module: five for customers (B23), four for vendors and items (B47, B49)."""
    if setup.module != "customers":
        return ["extent", "duplicates", "view", "mapping", "save"]
    views: list[Step] = ["view", "contact_view"] if setup.shape in FamilyShapes else ["view"]
    return ["shape", "extent", "duplicates", *views, "mapping", "save"]


def numbered(steps: list[Step]) -> list[str]:
    """Return the steps' numbers: the two views share one (B41), and the end has none."""
    numbers, count = list[str](), 0
    for step in steps:
        count += step not in ("contact_view", "save")
        numbers.append(f"{count}" if step not in ("contact_view", "save") else "")
    return numbers


def choice_of(say: English, step: Step, setup: ModuleSetup) -> str:
    """Return what is chosen in a step, in a word."""
    if step == "shape":
        return word(say, "shape", setup.shape)
    if step == "extent":
        return word(say, "extent", setup.extent)
    if step == "duplicates":
        return word(say, "duplicates", setup.duplicates)
    if step == "view":
        return clean(setup.view_name or setup.view or say.view_everything)
    if step == "contact_view":
        return clean(setup.contact_view_name or setup.contact_view or say.view_everything)
    return say.mapping_rows.format(count=len(setup.mapping)) if step == "mapping" else ""


def options(say: English, step: Step, draft: Draft, views: list[View], sizes: dict[str, ViewSize]) -> list[Option]:
    """Return what can be chosen in a step."""
    setup = draft.setup
    if step == "mapping":
        return _mapping(say, draft)
    if step == "save":
        return _save(say, setup)
    if step in ("view", "contact_view"):
        return _views(say, step, setup, views, sizes)
    values: dict[Step, tuple[str, ...]] = {
        "shape": ("accounts", "contacts", "accounts_contacts", "accounts_contacts_all"),
        "extent": ("fetch", "both"),
        "duplicates": ("clone", "overwrite", "skip"),
    }
    found: list[Option] = []
    for value in values[step]:
        tells = sentence(say, step, value, setup)
        found.append(Option(word(say, step, value), tells, {step: value}, chosen=getattr(setup, step) == value))
    return found


def sentence(say: English, step: Step, value: str, setup: ModuleSetup) -> str:
    """Return what a choice will do. Items differ from the rest: there Books is fetched first (B50-B55)."""
    name = f"tells_{step}_{value}"
    if setup.module == "items" and step in ("extent", "duplicates"):
        two_way = "_both" if step == "duplicates" and setup.extent == "both" else ""
        name = f"{name}_items{two_way}" if hasattr(say, f"{name}_items{two_way}") else name
    text: str = getattr(say, name)
    return text.format(module=word(say, "module", setup.module))


def _views(say: English, step: Step, setup: ModuleSetup, views: list[View], sizes: dict[str, ViewSize]) -> list[Option]:
    key = "view" if step == "view" else "contact_view"
    chosen = getattr(setup, key)
    everything = Option(say.view_everything, say.tells_view_all, {key: None, f"{key}_name": ""}, chosen=chosen is None)
    found = [everything]
    for view in views:
        size = sizes.get(view.id)
        count = f"  {size.count:,}{'+' if size.more else ''}" if size is not None else ""
        tells = say.tells_view.format(view=clean(view.name))
        label = clean(view.name) + count
        changes = {key: view.id, f"{key}_name": view.name}
        found.append(Option(label, tells, changes, chosen=chosen == view.id, view=view.id))
    return found


def _mapping(say: English, draft: Draft) -> list[Option]:
    rows = say.mapping_rows.format(count=len(draft.setup.mapping))
    found = [
        Option(f"{say.mapping_edit}  ({rows})", say.tells_mapping_edit, deed="mapping"),
        Option(say.mapping_go_on, say.tells_mapping_go_on, deed="on"),
    ]
    if draft.setup.mapping != draft.start.mapping:
        found.append(Option(say.do_revert, say.tip_revert, deed="revert"))
    return found


def _save(say: English, setup: ModuleSetup) -> list[Option]:
    cap = say.cap_none if setup.create_cap is None else f"{setup.create_cap:,}"
    later = say.save_later_vendors if setup.module == "vendors" else say.save_later
    now = say.save_sync_vendors if setup.module == "vendors" else say.save_sync
    found = [
        Option(say.save_preview, say.tells_save_preview, deed="preview"),
        Option(now, say.tells_save_sync, deed="sync"),
        Option(later, say.tells_save_later, deed="later"),
        Option(
            f"{say.head_conflict}: {word(say, 'conflict', setup.conflict)}",
            word(say, "tells_conflict", setup.conflict),
            deed="conflict",
        ),
        Option(f"{say.head_cap}: {cap}", say.tells_cap, deed="cap"),
    ]
    if setup.module == "customers" and setup.shape != "accounts":
        order = word(say, "order", setup.name_order or "auto")
        found.append(Option(f"{say.head_name_order}: {order}", say.tells_name_order, deed="name_order"))
    return found


def differences(say: English, draft: Draft) -> list[str]:
    """Return what was changed, a line each, in words and numbers."""
    old, new = draft.start, draft.setup
    lines = [
        f"{word(say, 'step', step)}: {choice_of(say, step, old)} -> {choice_of(say, step, new)}"
        for step in steps_of(new)
        if step not in ("mapping", "save") and choice_of(say, step, old) != choice_of(say, step, new)
    ]
    if old.conflict != new.conflict:
        lines.append(f"{say.head_conflict}: {word(say, 'conflict', new.conflict)}")
    if old.create_cap != new.create_cap:
        lines.append(f"{say.head_cap}: {say.cap_none if new.create_cap is None else f'{new.create_cap:,}'}")
    if old.name_order != new.name_order:
        lines.append(f"{say.head_name_order}: {word(say, 'order', new.name_order or 'auto')}")
    lines += [say.mapping_change.format(added=added, removed=removed) for _, added, removed in draft.differences()]
    return lines


def modules_with_setup() -> tuple[ModuleName, ...]:
    """Return the modules that have a setup of their own (B22)."""
    return ("customers", "vendors", "items")
