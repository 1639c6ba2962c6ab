"""A profile's settings as text, for version control: TOML to values and back, and what differs between two of them.

What is the server's or our own (key fields found, revisions) is not part of it. A setting that a file leaves out has
its default; a module that it leaves out stays as it is.
"""

import tomllib
from typing import Any

import msgspec
from msgspec import Struct

from core.commands.toml import to_toml
from core.model.names import ModuleName, SideName
from core.model.problems import Problem
from core.model.schedule import Alerts, Schedule
from core.model.setup import FieldMap, ModuleSetup

FORMAT = 1
_INTERNAL = ("module", "crm_key", "books_key", "revision", "mapping")


def _strict(name: str, base: type[Struct], leave: tuple[str, ...], *more: tuple[str, Any, Any]) -> type[Struct]:
    """Return a Struct with the fields of ``base``, so that a field added there is one here, that takes no others."""
    fields: list[Any] = [
        (each.name, each.type) if each.required else (each.name, each.type, each.default)
        for each in msgspec.structs.fields(base)
        if each.name not in leave
    ]
    return msgspec.defstruct(name, [*fields, *more], frozen=True, kw_only=True, forbid_unknown_fields=True)


_Row = _strict("Row", FieldMap, ())
_Schedule = _strict("Schedule", Schedule, ("module",))
_Alerts = _strict("Alerts", Alerts, ())
_Module = _strict(
    "Module", ModuleSetup, _INTERNAL, ("mapping", tuple[_Row, ...], ()), ("schedule", _Schedule, _Schedule())  # type: ignore[valid-type]
)  # fmt: skip
_File = msgspec.defstruct(
    "File",
    [
        ("format", int, FORMAT),
        ("organisations", dict[SideName, str], msgspec.field(default_factory=dict)),
        ("alerts", _Alerts | None, None),
        ("modules", dict[ModuleName, _Module], msgspec.field(default_factory=dict)),  # type: ignore[valid-type]
    ],
    kw_only=True,
    forbid_unknown_fields=True,
)


class Config(Struct, frozen=True, kw_only=True):
    """A profile's settings. ``alerts`` None: a file says nothing about them."""

    organisations: dict[SideName, str] = {}
    alerts: Alerts | None = None
    setups: dict[ModuleName, ModuleSetup] = {}
    schedules: dict[ModuleName, Schedule] = {}


class Difference(Struct, frozen=True):
    """One setting that differs; empty text: it is not there."""

    path: str
    before: str
    after: str


def parse(text: str, name: str) -> Config:
    """Return what a file says. Raises ``Problem('config_invalid')`` with the place where it is wrong."""
    try:
        found: Any = msgspec.convert(tomllib.loads(text), _File)
    except tomllib.TOMLDecodeError as error:
        raise Problem("config_invalid", file=name, what=str(error)) from None
    except msgspec.ValidationError as error:
        raise Problem("config_invalid", file=name, what=str(error).replace("`", "")) from None
    if found.format != FORMAT:
        raise Problem("config_invalid", file=name, what=f"format {found.format}; this version knows {FORMAT}")
    setups = {module: _setup(module, each) for module, each in found.modules.items()}
    for module, setup in setups.items():
        _check(setup, name, module)
    return Config(
        organisations=found.organisations,
        alerts=None if found.alerts is None else msgspec.convert(_plain(found.alerts), Alerts),
        setups=setups,
        schedules={module: Schedule(module=module, **_plain(each.schedule)) for module, each in found.modules.items()},
    )


def text_of(config: Config, comment: str = "") -> str:
    """Return settings as TOML, those that have their default left out of the mapping's rows."""
    modules = {
        module: {
            **{key: each for key, each in _plain(setup).items() if key not in _INTERNAL},
            "schedule": {key: each for key, each in _plain(config.schedules[module]).items() if key != "module"},
            "mapping": [_row(each) for each in setup.mapping],
        }
        for module, setup in config.setups.items()
    }
    alerts = {} if config.alerts is None else {"alerts": _plain(config.alerts)}
    whole = {"format": FORMAT, "organisations": config.organisations, **alerts, "modules": modules}
    return to_toml(whole, comment)


def differences(live: Config, wanted: Config) -> list[Difference]:
    """Return what applying ``wanted`` would change of ``live``, in the order of the file."""
    found: list[Difference] = []
    if wanted.alerts is not None:
        found += _compare("alerts", _plain(live.alerts or Alerts()), _plain(wanted.alerts))
    for module, setup in wanted.setups.items():
        path, held = f"modules.{module}", live.setups.get(module)
        found += _compare(path, _flat(held) if held is not None else {}, _flat(setup))
        before = live.schedules.get(module, Schedule(module=module))
        found += _compare(f"{path}.schedule", _plain(before), _plain(wanted.schedules[module]))
    return found


def _compare(path: str, before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    keys = [*after, *(key for key in before if key not in after)]
    shown = ((key, _shown(before.get(key)), _shown(after.get(key))) for key in keys)
    return [Difference(f"{path}.{key}", one, other) for key, one, other in shown if one != other]


def _shown(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _flat(setup: ModuleSetup) -> dict[str, Any]:
    """Return settings with each row of the mapping under its fields."""
    plain = {key: each for key, each in _plain(setup).items() if key not in _INTERNAL}
    rows = {f"mapping {each.part}: {each.crm} - {each.books}": _row(each) for each in setup.mapping}
    return plain | rows


def _setup(module: ModuleName, found: Any) -> ModuleSetup:
    values = {key: each for key, each in _plain(found).items() if key not in ("schedule", "mapping")}
    rows = tuple(msgspec.convert(_plain(each), FieldMap) for each in found.mapping)
    return ModuleSetup(module=module, **values, mapping=rows)


def _check(setup: ModuleSetup, name: str, module: ModuleName) -> None:
    rows = [(each.part, each.crm, each.books) for each in setup.mapping]
    for row in rows:
        if not (row[1] and row[2]):
            raise Problem("config_invalid", file=name, what=f"modules.{module}.mapping: a row without a field")
        if rows.count(row) > 1:
            raise Problem("config_invalid", file=name, what=f"modules.{module}: {row[1]} - {row[2]} is mapped twice")


def _row(row: FieldMap) -> dict[str, Any]:
    """Return a row without what is as usual."""
    usual = {each.name: each.default for each in msgspec.structs.fields(FieldMap)}
    return {key: each for key, each in _plain(row).items() if each != usual[key]}


def _plain(value: Any) -> dict[str, Any]:
    return msgspec.structs.asdict(value)
