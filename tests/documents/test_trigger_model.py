"""A world of deals moved at random, against a model that knows the rules and nothing of how they are carried out.

The model is told of every stage that a poll could see, and of what people do to documents. Afterwards each deal has
exactly the documents that the stages seen call for, in the right status; nothing that a person touched was written to;
nothing was made twice.
"""

import asyncio
import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.world import NAMES, Ground, fails
from tests.engine.memory import Killed

ESTIMATE = {"kind": "estimate", "create_at": ("提案", "交渉"), "accept_at": ("交渉", "受注")}
INVOICE = {"kind": "invoice", "item_id": "9"}
CREATES = {"estimate": ("提案", "交渉"), "invoice": ("受注",)}
ACCEPTS = ("交渉", "受注")


@dataclass
class Expected:
    """One deal as it should be: `status` None before anything is made; `theirs` once a person touched it."""

    kind: str
    converts: bool
    loose: bool
    stage: str = ""
    last: str = ""
    status: str | None = None
    theirs: bool = False
    lacks: bool = False
    owed: bool = False
    invoices: int = 0
    touched: list[str] = field(default_factory=list)

    def poll(self) -> None:
        """What a poll that sees the present stage should lead to."""
        moved, self.last = self.stage != self.last, self.stage
        if moved and self.stage == "失注":
            self.owed = False
            self._lose()
        elif moved and self.stage in CREATES[self.kind] and self.status is None:
            self.owed = True
        if self.owed and not self.lacks:
            self.owed, self.status = False, "draft"
            moved = True
        if moved and self.kind == "estimate" and self.status == "draft" and self.stage in ACCEPTS and not self.theirs:
            self.status = "invoiced" if self.converts else "accepted"
            self.invoices += self.converts

    def _lose(self) -> None:
        if self.theirs or self.status is None:
            return
        if self.kind == "invoice":
            self.status = "void"
        elif self.status == "draft" or (self.status == "accepted" and self.loose):
            self.status = "declined"

    def person(self, status: str) -> None:
        self.status, self.theirs = status, True


def check(ground: Ground, expected: dict[str, Expected], kind: str) -> None:
    for deal_id, want in expected.items():
        mine = [each for each in ground.books.papers.values() if each.kind == kind and each.key == f"deal:{deal_id}"]
        assert [each.status for each in mine] == ([] if want.status in (None, "gone") else [want.status]), deal_id
        made = [each for each in ground.books.papers.values() if each.kind == "invoice" and each.estimate_id]
        owned = [each for each in made if mine and each.estimate_id == mine[0].id]
        assert len(owned) == want.invoices * bool(mine)
        assert all(ground.store.tie("invoice", each.id).deal_id == deal_id for each in owned)
        row = ground.store.deals.get(deal_id)
        if row is not None and mine:
            assert row.made(kind).id == mine[0].id
    ours = {"sent": ("draft",), "accepted": ("sent",), "declined": ("sent", "accepted"), "void": ("draft",),
            "create": ("",), "tie": ("draft",)}  # fmt: skip
    assert all(before in ours[what] for what, _, before in ground.books.writes)


def play(seed: int, *, kind: str, deals: int, rounds: int, converts: bool, loose: bool, unique: bool) -> None:
    asyncio.run(_play(random.Random(seed), kind, deals, rounds, converts, loose, unique))


async def _play(
    dice: random.Random, kind: str, deals: int, rounds: int, converts: bool, loose: bool, unique: bool
) -> None:
    ground = Ground(converts=converts, loose=loose, unique=unique)
    await ground.switch(**(ESTIMATE if kind == "estimate" else INVOICE))
    expected = {str(each): Expected(kind, converts, loose) for each in range(1, deals + 1)}
    for _ in range(rounds):
        for deal_id, want in expected.items():
            if not want.stage or dice.random() < 0.4:
                want.stage = dice.choice(NAMES)
                want.lacks = dice.random() < 0.1
                ground.crm.put(deal_id, stage=want.stage, amount=None if want.lacks else "1000")
            elif dice.random() < 0.2:
                want.lacks = want.lacks and dice.random() < 0.5
                amount = None if want.lacks else str(dice.randrange(1, 9))
                ground.crm.put(deal_id, description=str(dice.random()), amount=amount)
        smooth = [""] * max(4, deals // 20)
        ground.books.trouble = fails(*(dice.choice([*smooth, "lost", "down", "die"]) for _ in range(5 * deals)))
        if dice.random() < 0.3:
            ground.store.die_at = ground.store.commits + dice.randrange(12)
        await ground.poll_to_the_end(most=1000)
        for want in expected.values():
            want.poll()
        check(ground, expected, kind)
        people(dice, ground, expected, kind)


def people(dice: random.Random, ground: Ground, expected: dict[str, Expected], kind: str) -> None:
    """Send, answer, pay or delete some of the drafts."""
    for paper in list(ground.books.papers.values()):
        want = expected.get(paper.key.removeprefix("deal:"))
        if want is None or paper.kind != kind or dice.random() > 0.15 or want.status != "draft":
            continue
        if dice.random() < 0.2:
            del ground.books.papers[paper.id]
            want.person("gone")
        else:
            answers = ["sent", "accepted", "declined"] if kind == "estimate" else ["sent", "paid", "overdue"]
            want.person(dice.choice(answers))
            ground.books.set(paper.id, status=want.status)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(["estimate", "invoice"]), st.booleans(), st.booleans(), st.booleans())
def test_each_deal_has_what_its_stages_call_for(
    seed: int, kind: str, converts: bool, loose: bool, unique: bool
) -> None:
    play(seed, kind=kind, deals=6, rounds=6, converts=converts, loose=loose, unique=unique)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["estimate", "invoice"])
def test_two_thousand_deals_have_what_their_stages_call_for(kind: str) -> None:
    play(7, kind=kind, deals=2000, rounds=6, converts=True, loose=False, unique=False)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.booleans())
def test_people_who_act_between_a_kill_and_the_restart_never_get_a_second_document(seed: int, unique: bool) -> None:
    """Stages and documents move while nothing runs: what is made may differ then, never how often."""

    async def run() -> None:
        dice = random.Random(seed)
        ground = Ground(unique=unique)
        await ground.switch(**ESTIMATE)
        for _ in range(12):
            for deal_id in ("1", "2", "3"):
                ground.crm.put(deal_id, stage=dice.choice(NAMES))
            ground.books.trouble = fails(*(dice.choice(["", "", "lost", "down", "die"]) for _ in range(4)))
            try:
                await ground.poll()
            except Killed:
                ground.restart()
            for paper in list(ground.books.papers.values()):
                if dice.random() < 0.2 and paper.status == "draft":
                    ground.books.set(paper.id, status="sent", emailed=True)
        ground.books.trouble = fails()
        await ground.poll_to_the_end()
        assert all(count == 1 for count in ground.counts().values())
        emailed = {each.id for each in ground.books.papers.values() if each.emailed}
        assert all(ground.books.papers[each].status == "sent" for each in emailed)

    asyncio.run(run())
