from __future__ import annotations

import json
from typing import Any

import pytest

from core.model.record import Moved, Refused, Unknown, Written
from core.zoho.connect import ZohoSide
from tests.zoho.conftest import CRM_FIELDS, Ground, crm_write, everything, one, outcomes


async def single(side: ZohoSide, write: Any) -> Any:
    return (await outcomes(side.write(CRM_FIELDS, [write])))[write.ref]


async def test_a_create_comes_back_as_the_server_made_it(ground: Ground) -> None:
    side = await ground.prepared("crm")
    written = await single(side, crm_write("a", key="460000000000000009", Account_Name="架け橋物産", Phone="03-1"))
    assert isinstance(written, Written) and written.created and written.record is not None
    assert (written.record.key, written.record.name) == ("460000000000000009", "架け橋物産")
    assert written.record.version == written.version and written.record.fields["Fax"] is None
    assert ground.truth("crm")[written.id]["Account_Name"] == "架け橋物産"


async def test_a_keyed_create_may_be_sent_again(ground: Ground) -> None:
    side = await ground.prepared("crm")
    write = crm_write("a", key="460000000000000009", Account_Name="One", Phone="1")
    first, second = await single(side, write), await single(side, write)
    assert first.id == second.id and not second.created
    assert sum(each["Account_Name"] == "One" for each in ground.truth("crm").values()) == 1


async def test_equal_names_with_other_keys_are_other_records(ground: Ground) -> None:
    side = await ground.prepared("crm")
    writes = [crm_write(str(each), key=f"46000000000000000{each}", Account_Name="Same", Phone="1") for each in range(3)]
    done = await outcomes(side.write(CRM_FIELDS, writes))
    assert len({each.id for each in done.values()}) == 3


async def test_an_update_changes_only_what_it_names(ground: Ground) -> None:
    side = await ground.prepared("crm")
    record_id, before = next(iter(ground.truth("crm").items()))
    old = await one(side, "Accounts", CRM_FIELDS, record_id)
    written = await single(side, crm_write("a", record_id, Phone="03-9", Fax=None, expect=old.version))
    assert isinstance(written, Written) and not written.created and written.record is not None
    after = ground.truth("crm")[record_id]
    changed = {name for name in after.keys() | before.keys() if after.get(name) != before.get(name)}
    assert changed <= {"Phone", "Fax", "Modified_Time", "Modified_By"} and after["Phone"] == "03-9"


async def test_the_key_is_stamped_on_an_update(ground: Ground) -> None:
    side = await ground.prepared("crm")
    record_id = next(iter(ground.truth("crm")))
    written = await single(side, crm_write("a", record_id, key="460000000000000077"))
    assert written.record.key == "460000000000000077"


async def test_writes_run_no_workflows_and_go_a_hundred_to_a_call(started: Any) -> None:
    ground = started(accounts=10, planted=False)
    side = await ground.prepared("crm")
    before = side.calls
    writes = [crm_write(str(each), key=str(10**15 + each), Account_Name=f"N {each}", Phone="1") for each in range(250)]
    done = await outcomes(side.write(CRM_FIELDS, writes))
    assert len(done) == 250 and all(isinstance(each, Written) and each.record for each in done.values())
    assert side.calls - before == 3 + 3, "three writes and three reads"
    await ground.close()


async def test_what_is_sent_asks_for_no_triggers(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    side: Any = await ground.prepared("crm")
    sent: list[bytes] = []
    exchange = side._transport.exchange

    async def watched(*given: Any) -> Any:
        sent.append(given[3] or b"{}")
        return await exchange(*given)

    monkeypatch.setattr(side._transport, "exchange", watched)
    record_id = next(iter(ground.truth("crm")))
    await outcomes(
        side.write(
            CRM_FIELDS, [crm_write("a", key="1", Account_Name="N", Phone="1"), crm_write("b", record_id, Fax="2")]
        )
    )
    bodies = [json.loads(each) for each in sent if b'"data"' in each]
    assert len(bodies) == 2 and all(each["trigger"] == [] for each in bodies)
    assert bodies[1]["data"] == [{"id": record_id, "Fax": "2"}]


async def test_every_record_has_its_own_outcome(ground: Ground) -> None:
    side = await ground.prepared("crm")
    locked = next(each["id"] for each in ground.zoho.planted() if each["detail"] == "the account is locked in CRM")
    writes = [
        crm_write("good", key="1", Account_Name="Good", Phone="1"),
        crm_write("long", key="2", Account_Name="Long", Phone="1", Billing_Street="字" * 251),
        crm_write("empty", key="3", Account_Name="No phone"),
        crm_write("rule", key="4", Account_Name="Rule", Phone="1", Website="example.jp"),
        crm_write("money", key="5", Account_Name="Money", Phone="1", Currency="GBP"),
        crm_write("two", key="6", Account_Name="Two", Website="example.jp"),
        crm_write("locked", locked, Fax="1"),
        crm_write("gone", "4876876000019999999", Fax="1"),
    ]
    done = await outcomes(side.write(CRM_FIELDS, writes))
    assert isinstance(done.pop("good"), Written)
    assert {ref: each.reason for ref, each in done.items()} == {
        "long": "F16", "empty": "F9", "rule": "F42", "money": "F7", "two": "F42", "locked": "F42", "gone": "F29",
    }  # fmt: skip
    assert (done["long"].field, done["empty"].field) == ("Billing_Street", "Phone")
    assert all(each.raw and each.code for each in done.values())


@pytest.mark.parametrize("code", ["CANNOT_PERFORM_ACTION", "INVALID_DATA"])
@pytest.mark.parametrize("several", ["multiple", "first"])
async def test_refusals_however_they_are_told(ground: Ground, code: str, several: str) -> None:
    ground.zoho.control("PUT", "switches", {"crm.validation_rule_code": code, "crm.several_errors": several})
    side = await ground.prepared("crm")
    write = crm_write("a", key="1", Account_Name="N", Phone="1", Website="example.jp", Billing_Street="x" * 300)
    refused = await single(side, write)
    assert isinstance(refused, Refused) and refused.reason == "F42" and "Website" in refused.message


async def test_a_record_that_moved_on_is_not_written(ground: Ground) -> None:
    side = await ground.prepared("crm")
    record_id = next(iter(ground.truth("crm")))
    old = await one(side, "Accounts", CRM_FIELDS, record_id)
    ground.edit("crm", "change", record_id, Phone="by hand")
    moved = await single(side, crm_write("a", record_id, Phone="by us", expect=old.version))
    assert isinstance(moved, Moved) and moved.record is not None and moved.record.fields["Phone"] == "by hand"
    assert ground.truth("crm")[record_id]["Phone"] == "by hand"


async def test_after_a_pull_a_batch_needs_no_read_before_it(ground: Ground) -> None:
    side = await ground.prepared("crm")
    records = (await everything(side.changes("Accounts", CRM_FIELDS, None)))[:20]
    before = side.calls
    await outcomes(
        side.write(CRM_FIELDS, [crm_write(each.id, each.id, Fax="1", expect=each.version) for each in records])
    )
    assert side.calls - before == 2, "the write and the read-back"


async def test_a_change_between_pull_and_write_is_noticed_all_the_same(ground: Ground) -> None:
    side = await ground.prepared("crm")
    records = (await everything(side.changes("Accounts", CRM_FIELDS, None)))[:20]
    ground.edit("crm", "change", records[7].id, Phone="by hand")
    writes = [crm_write(each.id, each.id, Phone="by us", expect=each.version) for each in records]
    done = await outcomes(side.write(CRM_FIELDS, writes))
    assert isinstance(done.pop(records[7].id), Moved)
    assert all(isinstance(each, Written) for each in done.values())
    assert ground.truth("crm")[records[7].id]["Phone"] == "by hand"


async def test_a_record_changed_during_the_pull_is_read_before_it_is_written(ground: Ground) -> None:
    side = await ground.prepared("crm")
    records = await everything(side.changes("Accounts", CRM_FIELDS, None))
    ground.edit("crm", "change", records[0].id, Phone="by hand")
    newer = await one(side, "Accounts", CRM_FIELDS, records[0].id)
    ground.zoho.control("POST", "time", {"advance": 2})
    written = await single(side, crm_write("a", newer.id, Phone="by us", expect=newer.version))
    assert isinstance(written, Written)
    stale = await single(side, crm_write("b", newer.id, Phone="again", expect=newer.version))
    assert isinstance(stale, Moved), "our own write moved it on"


async def test_a_base_is_what_came_back_unless_somebody_was_quicker(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    side: Any = await ground.prepared("crm")
    record_id = next(iter(ground.truth("crm")))
    read = side._records.read

    async def late(*given: Any) -> Any:
        ground.edit("crm", "change", record_id, Phone="quicker")
        return await read(*given)

    monkeypatch.setattr(side._records, "read", late)
    written = await single(side, crm_write("a", record_id, Phone="by us"))
    assert isinstance(written, Written) and written.record is None


async def test_text_that_json_cannot_hold_spoils_no_other_record(ground: Ground) -> None:
    side = await ground.prepared("crm")
    writes = [
        crm_write("bad", key="1", Account_Name="\ud800", Phone="1"),
        crm_write("good", key="2", Account_Name='"}],"trigger":["workflow"]\u2028</script>', Phone="1"),
    ]
    done = await outcomes(side.write(CRM_FIELDS, writes))
    assert isinstance(done["bad"], Refused) and done["bad"].reason == "F18"
    assert done["good"].record.name == '"}],"trigger":["workflow"]\u2028</script>'


async def test_the_right_to_edit_is_missing(ground: Ground) -> None:
    side = await ground.prepared("crm")
    record_id = next(iter(ground.truth("crm")))
    ground.zoho.control("PUT", "settings", {"crm": {"denied": {"Accounts": ["edit"]}}})
    try:
        refused = await single(side, crm_write("a", record_id, Fax="1"))
    finally:
        ground.zoho.control("PUT", "settings", {"crm": {"denied": {}}})
    assert isinstance(refused, Refused) and refused.reason == "F2"


@pytest.mark.parametrize("kind", ["lost_reply", "truncated", "malformed"])
async def test_a_create_without_a_key_whose_reply_was_lost_is_sent_once(ground: Ground, kind: str) -> None:
    side = ground.open("crm")
    ground.zoho.fault(kind=kind, side="crm", method="POST", path="Accounts$", count=1)
    done = await single(side, crm_write("a", Account_Name="Lost", Phone="1"))
    assert isinstance(done, Unknown)
    assert sum(each["Account_Name"] == "Lost" for each in ground.truth("crm").values()) == 1
    assert len(ground.zoho.writes()) == 1


@pytest.mark.parametrize("kind", ["status", "html", "reset"])
async def test_a_create_without_a_key_that_met_trouble_is_sent_once(ground: Ground, kind: str) -> None:
    side = ground.open("crm")
    ground.zoho.fault(kind=kind, side="crm", method="POST", path="Accounts$", count=1, status=502)
    assert isinstance(await single(side, crm_write("a", Account_Name="Lost", Phone="1")), Unknown)
    assert len(ground.zoho.writes()) == 1


@pytest.mark.parametrize("kind", ["lost_reply", "truncated", "malformed", "status", "html", "reset"])
async def test_a_keyed_create_gets_through_any_trouble_once(ground: Ground, kind: str) -> None:
    side = await ground.prepared("crm")
    ground.zoho.fault(kind=kind, side="crm", method="POST", path="upsert$", count=2, status=503)
    done = await single(side, crm_write("a", key="77", Account_Name="Lost", Phone="1"))
    assert isinstance(done, Written)
    assert sum(each["Account_Name"] == "Lost" for each in ground.truth("crm").values()) == 1


@pytest.mark.parametrize("kind", ["lost_reply", "truncated", "malformed", "status", "html", "reset"])
async def test_an_update_gets_through_any_trouble(ground: Ground, kind: str) -> None:
    side = await ground.prepared("crm")
    record_id = next(iter(ground.truth("crm")))
    old = await one(side, "Accounts", CRM_FIELDS, record_id)
    ground.zoho.fault(kind=kind, side="crm", method="PUT", count=2, status=500)
    done = await single(side, crm_write("a", record_id, Phone="03-7", expect=old.version))
    assert isinstance(done, Written) and done.version == ground_version(
        await one(side, "Accounts", CRM_FIELDS, record_id)
    )
    assert ground.truth("crm")[record_id]["Phone"] == "03-7"


def ground_version(record: Any) -> str:
    return str(record.version)


async def test_trouble_that_does_not_end_leaves_the_outcome_unknown(ground: Ground) -> None:
    side = await ground.prepared("crm")
    record_id = next(iter(ground.truth("crm")))
    ground.zoho.fault(kind="status", side="crm", method="PUT", status=500)
    done = await single(side, crm_write("a", record_id, Phone="03-7"))
    assert isinstance(done, Unknown)
    assert sum(each["method"] == "PUT" for each in ground.zoho.writes()) == 5
