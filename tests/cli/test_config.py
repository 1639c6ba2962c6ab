"""Settings as text: what is written reads back the same, what is wrong is told where, applying changes just that."""

import tomllib
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.commands.config_text import Config, differences, parse, text_of
from core.commands.toml import to_toml
from core.model.catalogue import default_setup
from core.model.problems import Problem
from core.model.schedule import Alerts, Schedule
from core.model.setup import FieldMap
from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands

scalars = st.one_of(st.text(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False))
keys = st.text(min_size=1)
values = st.recursive(
    st.one_of(scalars, st.lists(scalars)),
    lambda inner: st.one_of(
        st.dictionaries(keys, inner), st.lists(st.dictionaries(keys, inner, min_size=1), min_size=1)
    ),
    max_leaves=5,
)


@given(st.dictionaries(keys, values))
@settings(max_examples=25, deadline=None)
def test_what_is_written_reads_back_the_same(value: dict[str, Any]) -> None:
    assert tomllib.loads(to_toml(value, "a\ncomment")) == value


def live(**more: Any) -> Config:
    setup = msgspec.structs.replace(default_setup("customers"), view="123", view_name='日本 "A"', **more)
    return Config(
        organisations={"crm": "1", "books": "2"},
        alerts=Alerts(command="mail -s 'x' a@example.com"),
        setups={"customers": setup, "items": default_setup("items")},
        schedules={"customers": Schedule(module="customers", minutes=30), "items": Schedule(module="items", on=False)},
    )


def test_settings_survive_the_journey() -> None:
    config = live(create_cap=0)
    again = parse(text_of(config, "# strange\ncomment"), "x")
    assert again == config
    assert differences(config, again) == []


def test_what_is_our_own_is_not_in_the_text() -> None:
    config = live(crm_key="unique", books_key="plain", revision=7)
    assert not {"crm_key", "revision"} & set(tomllib.loads(text_of(config))["modules"]["customers"])
    assert differences(config, parse(text_of(config), "x")) == []


def test_what_a_file_leaves_out_has_its_default_and_other_modules_stay() -> None:
    wanted = parse("[modules.customers]\nextent = 'fetch'\n", "x")
    assert wanted.setups["customers"].duplicates == "skip"
    assert wanted.schedules["customers"].minutes == 120
    assert (wanted.alerts, list(wanted.setups)) == (None, ["customers"])


def test_each_difference_is_told_by_its_place() -> None:
    before = live()
    setup = before.setups["customers"]
    row = FieldMap(crm="Rating", books="cf_rating")
    after = msgspec.structs.replace(
        before,
        setups={"customers": msgspec.structs.replace(setup, extent="fetch", mapping=(*setup.mapping[1:], row))},
        schedules={"customers": Schedule(module="customers", minutes=60)},
        alerts=None,
    )
    found = {each.path: (each.before, each.after) for each in differences(before, after)}
    assert found.pop("modules.customers.extent") == ("both", "fetch")
    assert found.pop("modules.customers.schedule.minutes") == ("30", "60")
    assert found.pop("modules.customers.mapping main: Rating - cf_rating") == (
        "",
        '{"crm":"Rating","books":"cf_rating"}',
    )
    first = setup.mapping[0]
    assert found.pop(f"modules.customers.mapping main: {first.crm} - {first.books}")[1] == ""
    assert not found


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("modules = [", "Invalid"),
        ("[modules.customers]\nextent = 'sideways'", "modules"),
        ("[modules.customers]\nextnt = 'both'", "extnt"),
        ("[modules.leads]", "modules"),
        ("[modules.customers]\ncreate_cap = 'many'", "create_cap"),
        ("[[modules.customers.mapping]]\ncrm = 'Phone'", "books"),
        ("[[modules.customers.mapping]]\ncrm = 'Phone'\nbooks = ''", "without a field"),
        ("[[modules.customers.mapping]]\ncrm='a'\nbooks='b'\n" * 2, "twice"),
        ("[modules.customers.schedule]\nminutes = '2h'", "minutes"),
        ("format = 2", "format 2"),
        ("colour = 'red'", "colour"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, where: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(text, "x.toml")
    assert caught.value.code == "config_invalid"
    assert where in caught.value.message("en")


def test_a_file_is_validated_without_an_agent(kakehashi: Commands) -> None:
    good, bad = kakehashi.file("a.toml", "[modules.customers]\n"), kakehashi.file("b.toml", "[modules.customer]\n")
    assert kakehashi("config", "validate", good).code == 0
    assert kakehashi("config", "validate", bad).code == 2
    assert kakehashi("config", "validate").code == 2
    assert kakehashi("config", "validate", str(kakehashi.root / "none")).code == 2
    assert "No agent is running." in kakehashi("stop").err


def test_settings_are_exported_edited_compared_and_applied(kakehashi: Commands, zoho: RunningSandbox) -> None:
    assert kakehashi("config", "diff", kakehashi.file("x.toml", "")).code == 3
    kakehashi.connect(zoho)
    text = kakehashi("config", "export").out
    file = kakehashi.file("settings.toml", text)
    same = kakehashi("config", "diff", file)
    assert (same.code, same.out) == (0, "")
    edited = text.replace('extent = "both"', 'extent = "fetch"').replace("minutes = 120", "minutes = 45")
    file = kakehashi.file("settings.toml", edited)
    differs = kakehashi("config", "diff", file, "--json")
    assert (differs.code, {each["path"] for each in differs.json}) == (
        9,
        {"modules.customers.extent", "modules.customers.schedule.minutes"},
    )
    assert kakehashi("--read-only", "config", "apply", file).code == 2
    done = kakehashi("config", "apply", file)
    assert done.code == 0, done.err
    assert kakehashi("setup", "customers", "--json").json["extent"] == "fetch"
    assert kakehashi("schedule", "--json").json[0]["minutes"] == 45
    assert kakehashi("config", "apply", file).err.strip() == "Nothing differs."
    assert kakehashi("config", "export", str(kakehashi.root / "out.toml")).code == 0
    assert tomllib.loads((kakehashi.root / "out.toml").read_text()) == tomllib.loads(edited)


def test_a_file_for_other_organisations_or_views_is_refused(kakehashi: Commands, zoho: RunningSandbox) -> None:
    kakehashi.connect(zoho)
    other = kakehashi.file("a.toml", "[organisations]\ncrm = '1'\n")
    assert kakehashi("config", "apply", other).code == 2
    view = kakehashi.file("b.toml", "[modules.customers]\nview_name = 'no such view'\n")
    assert kakehashi("config", "apply", view).code == 3
    named = kakehashi.file("c.toml", "[modules.customers]\nview = '1'\nview_name = 'All Accounts'\n")
    done = kakehashi("config", "apply", named)
    assert done.code == 0, done.err
    assert kakehashi("setup", "customers", "--json").json["view_name"] == "All Accounts"
