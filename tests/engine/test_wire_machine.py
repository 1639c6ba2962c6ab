"""Both Zohos over real HTTP: people edit while syncs run, calls fail in every way there is, and processes are killed.

One machine for I1, I2, I7–I10, I12 and I17 over the wire; ``-m long`` looks further.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec import structs

from core.model.catalogue import default_mapping, default_setup
from core.model.setup import ModuleSetup
from core.sandbox.testing import RunningSandbox
from tests.e2e.oracle import EQUAL, value_at
from tests.engine.strategies import moderately
from tests.engine.wire import FAULTS, Wire, started

at = st.integers(0, 99)
texts = st.sampled_from(("", "1", "22", "333", "4444"))
faults = st.lists(
    st.tuples(st.sampled_from(FAULTS), st.sampled_from((0.1, 0.3, 0.6)), st.integers(0, 999)), min_size=1, max_size=3
)


def shaped(shape: str) -> ModuleSetup:
    mapping = default_mapping("customers", shape)  # type: ignore[arg-type]
    return structs.replace(default_setup("customers"), shape=shape, mapping=mapping, duplicates="overwrite")  # type: ignore[arg-type]


class OverTheWire(RuleBasedStateMachine):
    """Accounts of a name of their own, so that what must come out in the end is known: a pair for every one."""

    zoho: RunningSandbox
    steps = 0

    @initialize(shape=st.sampled_from(("accounts", "accounts_contacts", "accounts_contacts_all")), unique=st.booleans())
    def begin(self, shape: str, unique: bool) -> None:
        self.made, self.looked = 0, 0
        self.wire = Wire(self.zoho, shaped(shape))
        if unique:
            self.zoho.control("POST", "books/fields/unique", {"field": "cf_kakehashi_crm_id", "unique": True})
            self.wire.setup = self.wire.run(self.wire.engine.prepare(self.wire.setup))

    def _name(self, kind: str) -> str:
        self.made += 1
        return f"{kind} {self.made}"

    def _which(self, side: str, module: str, which: int) -> str:
        rows = self.wire.truth(side, module)
        if side == "books":
            rows = [each for each in rows if each["contact_type"] == "customer"]
        ids = [each["id" if side == "crm" else "contact_id"] for each in rows]
        return str(ids[which % len(ids)])

    @rule(phone=texts)
    def account_is_made(self, phone: str) -> None:
        self.wire.edit("crm", "create", module="Accounts", Account_Name=self._name("Account"), Phone=phone or None)

    @rule(notes=texts)
    def customer_is_made(self, notes: str) -> None:
        fields = {"contact_name": self._name("Customer"), "notes": notes, "billing_address": {"phone": "03-1"}}
        self.wire.edit("books", "create", module="contacts", **fields)

    @rule(which=at)
    def contact_is_made(self, which: int) -> None:
        parent, name = self._which("crm", "Accounts", which), self._name("Contact")
        self.wire.edit("crm", "create", module="Contacts", Last_Name=name, Account_Name=parent)

    @rule(which=at, field=st.sampled_from(("Phone", "Description", "Billing_City")), value=texts)
    def account_is_edited(self, which: int, field: str, value: str) -> None:
        record = self._which("crm", "Accounts", which)
        self.wire.edit("crm", "change", record, module="Accounts", **{field: value or None})

    @rule(which=at, value=texts, inside=st.booleans())
    def customer_is_edited(self, which: int, value: str, inside: bool) -> None:
        fields: dict[str, Any] = {"billing_address": {"city": value}} if inside else {"notes": value}
        self.wire.edit("books", "change", self._which("books", "contacts", which), module="contacts", **fields)

    @precondition(lambda self: len(self.wire.truth("crm", "Accounts")) > 5)
    @rule(which=at)
    def account_is_deleted(self, which: int) -> None:
        self.wire.edit("crm", "delete", self._which("crm", "Accounts", which), module="Accounts")

    @rule()
    def a_week_passes(self) -> None:
        self.wire.clock.seconds += 8 * 86_400

    @rule(chosen=faults)
    def sync_meets_faults(self, chosen: Any) -> None:
        rules = [{**fault, "probability": often, "seed": seed} for fault, often, seed in chosen]
        self.zoho.control("PUT", "faults", {"faults": rules})
        self.wire.sync()
        self.zoho.fault()

    @rule(after=st.integers(0, 8), code=st.sampled_from((43, 45)))
    def sync_is_turned_away(self, after: int, code: int) -> None:
        """Books says that the day's calls are used up, or blocks the organisation for an hour."""
        self.zoho.fault(kind="throttle", side="books", status=code, skip=after)
        self.wire.sync()
        self.zoho.fault()
        self.wire.clock.seconds += 4_000

    @rule(at_commit=st.integers(0, 12), chosen=faults)
    def sync_is_killed_among_faults(self, at_commit: int, chosen: Any) -> None:
        rules = [{**fault, "probability": often, "seed": seed} for fault, often, seed in chosen]
        self.zoho.control("PUT", "faults", {"faults": rules})
        self.wire.sync_killed(at_commit)
        self.zoho.fault()

    @rule()
    def sync(self) -> None:
        self.wire.sync()

    @invariant()
    def nothing_exists_twice_and_nothing_was_deleted(self) -> None:
        if not hasattr(self, "wire"):
            return
        type(self).steps += 1
        customers = [each["contact_name"] for each in self.wire.truth("books", "contacts")]
        accounts = [each["Account_Name"] for each in self.wire.truth("crm", "Accounts")]
        for names in (customers, accounts):
            assert len(names) == len(set(names)), sorted(names)
        sent = self.zoho.requests(self.looked)
        self.looked = sent[-1]["sequence"] if sent else self.looked
        assert not [each for each in sent if each["method"] == "DELETE"]

    def teardown(self) -> None:
        if not hasattr(self, "wire"):
            return
        try:
            self._comes_to_rest()
        finally:
            self.wire.close()

    def _comes_to_rest(self) -> None:
        wire = self.wire
        wire.clock.seconds += 4_000
        wire.sync(retry=("*",))
        wire.sync(retry=("*",))
        wire.settled()
        assert not wire.store.failures(), wire.store.failures()[0]
        customers = {each["contact_id"]: each for each in wire.truth("books", "contacts")}
        for account in wire.truth("crm", "Accounts"):
            link = wire.store.link_of("customers", "crm", account["id"])
            assert link is not None and link.state == "linked", account
            for ours, theirs in EQUAL.items():
                one, two = str(account.get(ours) or ""), value_at(customers[link.books_id], theirs)
                assert one == two or not one or not two, (account["Account_Name"], ours, one, two)
        for contact in wire.truth("crm", "Contacts") if wire.setup.shape != "accounts" else ():
            account_link = wire.store.link_of("customers", "crm", contact.get("Account_Name") or "")
            if account_link is not None and account_link.state == "linked":
                person = wire.store.link_of("persons", "crm", contact["id"])
                assert person is not None and person.state == "linked", contact


@pytest.fixture(scope="module")
def zoho() -> Iterator[RunningSandbox]:
    with started(accounts=8, seed=3, planted=False) as made:
        yield made


def machine(zoho: RunningSandbox) -> type[OverTheWire]:
    return type("OverThisWire", (OverTheWire,), {"zoho": zoho})


def test_I1_I2_I7_I8_I9_I10_I12_I17_it_converges_over_the_wire(zoho: RunningSandbox) -> None:
    run_state_machine_as_test(machine(zoho), settings=settings(moderately, max_examples=20, stateful_step_count=12))


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_I1_I2_I7_I8_I9_I10_I12_I17_it_converges_over_the_wire_however_long(zoho: RunningSandbox) -> None:
    profile = settings(moderately, max_examples=500, stateful_step_count=50, derandomize=False)
    made = machine(zoho)
    run_state_machine_as_test(made, settings=profile)
    assert made.steps >= 10_000
