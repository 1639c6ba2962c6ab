"""PURE. What a preference would have done, had it been on: the deals' past played through the same rules."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal

from msgspec import Struct, structs

from core.documents.ledger import plain
from core.documents.stages import Stages
from core.documents.triggers import RESULT, decide, see
from core.model.documents import Deal, DealRow, Document, Made, Preference, StageSeen
from core.model.ledger import SimulatedDocument, SimulatedStep, Simulation, Total
from core.model.names import Shape


class Way(Struct, frozen=True):
    """A deal and the stages it went through, oldest first. ``told``: CRM told them; else they were seen by polls."""

    deal: Deal
    trail: tuple[StageSeen, ...]
    told: bool


def simulate(
    preference: Preference, stages: Stages, shape: Shape, ways: Iterable[Way], customer: Callable[[Deal], str]
) -> Simulation:
    """Play the ways through the triggers. Nobody sends anything in between, and Books lets every status follow."""
    steps: list[SimulatedStep] = []
    documents: list[SimulatedDocument] = []
    count = told = 0
    for way in ways:
        count, told = count + 1, told + way.told
        found, made = _play(preference, stages, shape, way, customer(way.deal))
        steps += found
        documents += made
    return Simulation(
        preference=preference, deals=count, from_history=told, from_seen=count - told, steps=tuple(steps),
        documents=tuple(documents), totals=_totals(documents),
    )  # fmt: skip


def _play(
    preference: Preference, stages: Stages, shape: Shape, way: Way, customer_id: str
) -> tuple[list[SimulatedStep], list[SimulatedDocument]]:
    row: DealRow | None = None
    steps: list[SimulatedStep] = []
    amount = way.deal.amount
    stuck = False
    for step in way.trail:
        deal = structs.replace(way.deal, stage=step.stage, probability=step.probability, amount=step.amount or amount)
        row = see(preference, stages, row, deal, step.at, stuck=stuck)
        stuck = False
        while row.wanted:
            decision = decide(preference, shape, row, customer_id, _document(preference, row))
            told = SimulatedStep(
                deal_id=deal.id, deal_name=deal.name, stage=step.stage, at=step.at, verb=decision.verb, why=decision.why
            )
            steps.append(told)
            if not decision.settled:
                stuck = True
                break
            row = _done(preference, row, decision.verb, step.at)
    return steps, [] if row is None else _made(preference, row)


def _document(preference: Preference, row: DealRow) -> Document | None:
    made = None if preference.kind == "none" else row.made(preference.kind)
    return None if made is None else Document(kind=made.kind, id=made.id, status=made.left)


def _done(preference: Preference, row: DealRow, verb: str, at: str) -> DealRow:
    row = structs.replace(row, wanted=row.wanted[1:])
    if verb == "none" or preference.kind == "none":
        return row
    made = row.made(preference.kind)
    if made is None:
        made = Made(kind=preference.kind, id=row.deal.id, at=at, number=row.deal.amount or "0")
    made = structs.replace(made, left=RESULT[verb])  # type: ignore[index]
    return structs.replace(row, estimate=made) if made.kind == "estimate" else structs.replace(row, invoice=made)


def _made(preference: Preference, row: DealRow) -> list[SimulatedDocument]:
    made = None if preference.kind == "none" else row.made(preference.kind)
    if made is None:
        return []
    # A simulated document has no number; the amount that it was made with stands in its place.
    return [
        SimulatedDocument(
            deal_id=row.deal.id, deal_name=row.deal.name, kind=made.kind, status=made.left, amount=made.number,
            currency=row.deal.currency, made_at=made.at,
        )
    ]  # fmt: skip


def _totals(documents: Iterable[SimulatedDocument]) -> tuple[Total, ...]:
    sums: dict[tuple[str, str], tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
    for each in documents:
        count, amount = sums[each.status, each.currency]
        sums[each.status, each.currency] = count + 1, amount + Decimal(each.amount)
    return tuple(
        Total(status=status, currency=currency, count=count, amount=plain(amount))
        for (status, currency), (count, amount) in sorted(sums.items())
    )
