"""The deals of a world, and the stages they went through."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.sandbox.crm.stages import PIPELINES, STAGES, pipeline
from core.sandbox.sources import Row
from core.sandbox.world.ids import ACCOUNTS, CONTACTS, CRM_PREFIX, crm_id, number_of
from core.sandbox.world.names import company, scramble
from core.sandbox.world.parts import SMALLEST_PLANTED

TOPICS = ("年間保守", "設備更新", "新規導入", "追加ライセンス", "パイロット", "Renewal", "Rollout", "Starter kit")


class Deals:
    """Makes the deal of an index. `orphan` has no account, `unpriced` no amount; -1 where there is none."""

    def __init__(self, seed: int, accounts: int, owners: tuple[str, ...], *, planted: bool) -> None:
        self._seed, self._accounts, self._owners = seed, accounts, owners
        self.count = accounts // 2 if accounts >= 10 else 0
        lively = planted and accounts >= SMALLEST_PLANTED
        self.orphan, self.unpriced = (5, 11) if lively else (-1, -1)

    def name(self, index: int) -> str:
        """Company and topic."""
        account = index * 2 % self._accounts
        return (
            f"{company(self._seed, account).core} {TOPICS[scramble(self._seed, index, 26) % len(TOPICS)]} {index + 1}"
        )

    def locate(self, key: str, value: object) -> list[int] | None:
        """The deals of an account or of its contact: those of index n belong to account 2n, counted around."""
        if key == "Deal_Name":
            last = str(value).rpartition(" ")[2]
            index = int(last) - 1 if last.isdecimal() and len(last) < 10 else -1
            return [index] if 0 <= index < self.count and self.name(index).casefold() == str(value).casefold() else []
        begin = {"Account_Name": ACCOUNTS, "Contact_Name": CONTACTS}.get(key)
        if begin is None:
            return None
        number = number_of(str(value), CRM_PREFIX)
        if number is None or not 0 <= number - begin < self._accounts:
            return []
        around = (number - begin, number - begin + self._accounts)
        found = [each // 2 for each in around if each % 2 == 0 and each // 2 < self.count]
        return [each for each in found if key != "Account_Name" or each != self.orphan]

    def __call__(self, index: int) -> Row:
        """The deal's fields but for id and times."""
        bits, account = scramble(self._seed, index, 27), index * 2 % self._accounts
        line = PIPELINES[1 if bits & 7 == 7 else 0]
        stage = STAGES[[each.shown for each in STAGES].index(line.stages[(bits >> 3) % len(line.stages)])]
        amount = (1 + (bits >> 8) % 300) * 10_000
        row: Row = {
            "Deal_Name": self.name(index),
            "Stage": stage.shown,
            "Pipeline": line.name,
            "Probability": stage.probability,
            "Closing_Date": f"2026-{1 + (bits >> 20) % 12:02d}-{1 + (bits >> 24) % 28:02d}",
            "Account_Name": crm_id(ACCOUNTS + account),
            "Contact_Name": crm_id(CONTACTS + account),
            "Amount": amount,
            "Expected_Revenue": amount * stage.probability / 100,
            "Type": ("Existing Business", "New Business")[bits >> 30 & 1],
            "Owner": self._owners[(bits >> 33) % len(self._owners)],
            "Created_By": self._owners[0],
            "Modified_By": self._owners[0],
            "Currency": "JPY",
            "Exchange_Rate": 1.0,
        }
        if index == self.orphan:
            del row["Account_Name"]
        if index == self.unpriced:
            del row["Amount"], row["Expected_Revenue"]
        return row


def base_history(row: Row) -> list[dict[str, Any]]:
    """The stages that a generated deal went through, oldest first, spread from its creation to its last change.

    A won deal passed every stage of its pipeline before; an open or lost one those with a lower place.
    """
    line = pipeline(row.get("Pipeline")) or PIPELINES[0]
    passed = [each for each in line.stages[: line.stages.index(row["Stage"])] if not each.startswith("Closed")]
    trail = [*passed, row["Stage"]]
    begin, end = row["Created_Time"], row["Modified_Time"]
    probabilities = {stage.shown: stage.probability for stage in STAGES}
    return [
        {
            "Stage": stage, "Amount": row.get("Amount"), "Probability": probabilities[stage],
            "Expected_Revenue": (row.get("Amount") or 0) * probabilities[stage] / 100,
            "Closing_Date": row.get("Closing_Date") or datetime.fromtimestamp(end, UTC).date().isoformat(),
            "Modified_Time": begin + (end - begin) * place // max(len(trail) - 1, 1), "Modified_By": row["Owner"],
        }
        for place, stage in enumerate(trail)
    ]  # fmt: skip
