from __future__ import annotations

from typing import Any

import pytest

from core.engine.ports import Key
from core.model.problems import Problem
from tests.zoho.conftest import CRM_FIELDS, SETUP, Ground, crm_write, everything, one, outcomes


async def test_a_full_pull_has_every_account_once_and_complete(ground: Ground) -> None:
    records = await everything(ground.open("crm").changes("Accounts", CRM_FIELDS, None))
    truth = ground.truth("crm")
    assert sorted(each.id for each in records) == sorted(truth)
    for each in records:
        assert each.complete and set(each.fields) == set(CRM_FIELDS) and each.kind == "business"
        assert {name: value for name, value in each.fields.items() if value is not None} == {
            name: truth[each.id][name] for name in CRM_FIELDS if truth[each.id].get(name)
        }


async def test_a_record_tells_what_lists_show(ground: Ground) -> None:
    record = (await everything(ground.open("crm").changes("Accounts", CRM_FIELDS, None)))[0]
    assert record.name == record.fields["Account_Name"] and record.owner and record.currency == "JPY"
    assert record.version.endswith("Z") and record.created <= record.version


@pytest.mark.parametrize("modified_since", ["exclusive", "inclusive"])
async def test_since_is_inclusive_whatever_the_server_does(ground: Ground, modified_since: str) -> None:
    ground.zoho.switch("crm.modified_since", modified_since)
    side = ground.open("crm")
    records = await everything(side.changes("Accounts", CRM_FIELDS, None))
    newest = max(each.version for each in records)
    again = await everything(side.changes("Accounts", CRM_FIELDS, newest))
    assert {each.id for each in again} == {each.id for each in records if each.version == newest}


@pytest.mark.parametrize("status", [304, 204])
async def test_nothing_changed(ground: Ground, status: int) -> None:
    ground.zoho.switch("crm.not_modified_status", status)
    assert await everything(ground.open("crm").changes("Accounts", CRM_FIELDS, "2027-01-01T00:00:00Z")) == []


async def test_a_run_with_nothing_changed_takes_three_calls(ground: Ground) -> None:
    side = ground.open("crm")
    assert await everything(side.changes("Accounts", CRM_FIELDS, "2027-01-01T00:00:00Z")) == []
    assert await everything(side.gone("Accounts", "2027-01-01T00:00:00Z")) == []
    assert side.calls == 3 == sum(each["side"] == "crm" for each in ground.zoho.requests())


async def test_beyond_two_thousand_by_page_token(started: Any) -> None:
    ground = started(accounts=2_500, planted=False)
    records = await everything(ground.open("crm").changes("Accounts", CRM_FIELDS, None))
    assert len({each.id for each in records}) == 2_500
    await ground.close()


async def test_a_page_token_that_died_begins_the_list_anew(started: Any) -> None:
    ground = started(accounts=900, planted=False)
    ground.zoho.fault(kind="expire_page_token", count=1, skip=2, path="Accounts$")
    records = await everything(ground.open("crm").changes("Accounts", CRM_FIELDS, None))
    assert len(records) == len({each.id for each in records}) == 900, "none missing, none twice"
    await ground.close()


async def test_page_tokens_that_always_die(started: Any) -> None:
    ground = started(accounts=900, planted=False)
    ground.zoho.fault(kind="expire_page_token", path="Accounts$")
    with pytest.raises(Problem) as caught:
        await everything(ground.open("crm").changes("Accounts", CRM_FIELDS, None))
    assert caught.value.code == "server_trouble"
    await ground.close()


async def test_beyond_the_reach_of_page_tokens(started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.sandbox.crm import listing

    monkeypatch.setattr(listing, "PAGED_BY_TOKEN", 400)
    ground = started(accounts=1_100, planted=False)
    side = ground.open("crm")
    records = await everything(side.changes("Accounts", CRM_FIELDS, None))
    assert len(records) == len({each.id for each in records}) == 1_100
    assert all(set(each.fields) == set(CRM_FIELDS) for each in records)
    since = sorted(each.version for each in records)[100]
    changed = await everything(side.changes("Accounts", CRM_FIELDS, since))
    assert {each.id for each in changed} == {each.id for each in records if each.version >= since}
    await ground.close()


async def test_more_fields_than_fit_into_a_call(ground: Ground) -> None:
    side = ground.open("crm")
    names = [each.name for each in await side.describe("Accounts") if each.name != "id"]
    for number in range(0, 45, 5):
        fields = [{"field_label": f"Extra {number + place}", "data_type": "text", "length": 20} for place in range(5)]
        await _make_fields(ground, fields)
    names = [each.name for each in await side.describe("Accounts") if each.name != "id"]
    assert len(names) > 60
    records = await everything(side.changes("Accounts", names, None))
    assert all(set(each.fields) == set(names) for each in records)
    truth = ground.truth("crm")
    assert all(each.fields["Industry"] == truth[each.id].get("Industry") for each in records)


async def _make_fields(ground: Ground, fields: list[dict[str, Any]]) -> None:
    from core.zoho.caller import Call
    from core.zoho.codec import encoder

    side: Any = ground.open("crm")
    body = encoder.encode({"fields": fields})
    call = Call(method="POST", path="/crm/v8/settings/fields", params={"module": "Accounts"}, body=body)
    answer = await side._records._caller.call(call)
    assert not answer.refused


async def test_a_mapped_field_that_is_gone_is_told_not_taken_for_empty(ground: Ground) -> None:
    side = ground.open("crm")
    await _make_fields(ground, [{"field_label": "Segment", "data_type": "text", "length": 20}])
    fields = [*CRM_FIELDS, "Segment"]
    assert await everything(side.changes("Accounts", fields, None))
    ground.zoho.control("DELETE", "crm/fields/Accounts/Segment")
    with pytest.raises(Problem) as caught:
        await everything(side.changes("Accounts", fields, None))
    assert (caught.value.code, caught.value.detail["field"]) == ("field_missing", "Segment")


async def test_reading_by_id_leaves_out_what_is_gone(ground: Ground) -> None:
    ids = list(ground.truth("crm"))
    ground.edit("crm", "delete", ids[0])
    records = await ground.open("crm").read("Accounts", CRM_FIELDS, [*ids, "999", "not an id", ids[1]])
    assert sorted(each.id for each in records) == sorted(ids[1:])


async def test_reading_goes_a_hundred_to_a_call(started: Any) -> None:
    ground = started(accounts=250, planted=False)
    side = ground.open("crm")
    assert len(await side.read("Accounts", CRM_FIELDS, list(ground.truth("crm")))) == 250
    assert side.calls == 1 + 3
    await ground.close()


async def test_a_server_that_takes_fewer_ids_is_asked_for_fewer(started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.sandbox.crm import listing
    from core.sandbox.crm.errors import CrmRefusal

    ground = started(accounts=250, planted=False)
    ids, real = list(ground.truth("crm")), listing._ids

    def fewer(call: Any, records: Any, wanted: Any) -> Any:
        if len(call.query.get("ids", "")) > 1_024:
            raise CrmRefusal(400, "INVALID_DATA", param_name="ids")
        return real(call, records, wanted)

    monkeypatch.setattr(listing, "_ids", fewer)
    assert len(await ground.open("crm").read("Accounts", CRM_FIELDS, ids)) == 250
    await ground.close()


async def test_deleted_records(ground: Ground) -> None:
    side = ground.open("crm")
    first, second, *_ = ground.truth("crm")
    ground.edit("crm", "delete", first)
    (gone,) = await everything(side.gone("Accounts", None))
    assert (gone.side, gone.entity, gone.id) == ("crm", "Accounts", first) and gone.when.endswith("Z")
    ground.edit("crm", "delete", second)
    assert {each.id for each in await everything(side.gone("Accounts", gone.when))} == {first, second}, "inclusive"
    later = await everything(side.gone("Accounts", "2027-01-01T00:00:00Z"))
    assert later == []


async def test_deletions_beyond_a_page(started: Any) -> None:
    ground = started(accounts=300, planted=False)
    ids = list(ground.truth("crm"))[:250]
    for each in ids:
        ground.edit("crm", "delete", each)
    assert {each.id for each in await everything(ground.open("crm").gone("Accounts", None))} == set(ids)
    await ground.close()


async def test_members_of_a_view(ground: Ground) -> None:
    wanted = {"module": "Accounts", "name": "Tokyo", "field": "Billing_Country", "comparator": "equal", "value": "日本"}
    view = ground.zoho.control("POST", "views", wanted)["id"]
    side = ground.open("crm")
    members = await everything(side.members("Accounts", view))
    assert sorted(members) == sorted(
        key for key, row in ground.truth("crm").items() if row["Billing_Country"] == "日本"
    )
    assert view in {each.id for each in await side.views("Accounts")}
    ground.zoho.control("DELETE", f"views/{view}")
    with pytest.raises(Problem) as caught:
        await everything(side.members("Accounts", view))
    assert caught.value.code == "view_missing"


async def test_describing_a_module(ground: Ground) -> None:
    fields = {each.name: each for each in await ground.open("crm").describe("Accounts")}
    assert fields["Account_Name"].required and fields["Billing_Street"].length == 250
    assert (fields["Currency"].kind, fields["Annual_Revenue"].kind, fields["Modified_Time"].kind) == (
        "currency_code", "decimal", "datetime",
    )  # fmt: skip
    assert fields["Modified_Time"].read_only and fields["Industry"].choices


async def test_numbers_and_times_are_canonical(ground: Ground) -> None:
    (record_id, *_) = ground.truth("crm")
    ground.edit("crm", "change", record_id, Annual_Revenue=1250000.5, Employees=12)
    record = await one(ground.open("crm"), "Accounts", ("Annual_Revenue", "Employees", "Modified_Time"), record_id)
    assert record.fields == {"Annual_Revenue": "1250000.5", "Employees": "12", "Modified_Time": record.version}


@pytest.mark.parametrize("strength", ["unique", "none"])
async def test_finding_what_became_of_a_create(ground: Ground, strength: str) -> None:
    side = await ground.prepared("crm") if strength == "unique" else ground.open("crm")
    name = "O'Brien \\ 架け橋 (株)"
    key = Key(source_id="460000000000000001", name=name, since="2026-01-01T00:00:00Z")
    assert (await side.find("Accounts", CRM_FIELDS, key)).record is None
    write = crm_write("w", key="460000000000000001", Account_Name=name, Phone="03-1", Fax="1")
    (made,) = (await outcomes(side.write(CRM_FIELDS, [write]))).values()
    found = await side.find("Accounts", CRM_FIELDS, key)
    assert found.sure and found.record is not None and found.record.id == made.id


async def test_two_of_a_name_are_never_guessed_between(ground: Ground) -> None:
    side = ground.open("crm")
    made = [ground.edit("crm", "create", Account_Name="Twice", Phone="1") for _ in range(2)]
    found = await side.find("Accounts", CRM_FIELDS, Key(source_id="1", name="Twice", since="2026-01-01T00:00:00Z"))
    assert (found.record, found.sure, len(found.candidates)) == (None, False, len(made))


async def test_a_record_older_than_the_run_is_not_taken_for_its_create(ground: Ground) -> None:
    name = next(iter(ground.truth("crm").values()))["Account_Name"]
    key = Key(source_id="1", name=name, since="2027-01-01T00:00:00Z")
    found = await ground.open("crm").find("Accounts", CRM_FIELDS, key)
    assert found.record is None and found.sure


async def test_preparing_makes_a_unique_field_once(ground: Ground) -> None:
    side = ground.open("crm")
    assert side.key_strength("Accounts") == "none"
    assert (await side.prepare(SETUP)).crm_key == side.key_strength("Accounts") == "unique"
    posts = [each for each in ground.zoho.requests() if each["method"] == "POST" and "fields" in each["path"]]
    assert (await ground.open("crm").prepare(SETUP)).crm_key == "unique"
    again = [each for each in ground.zoho.requests() if each["method"] == "POST" and "fields" in each["path"]]
    assert len(posts) == len(again) == 1


async def test_a_one_way_sync_makes_nothing_in_crm(ground: Ground) -> None:
    import msgspec

    setup = await ground.open("crm").prepare(msgspec.structs.replace(SETUP, extent="fetch"))
    assert setup.crm_key == "none" and not ground.zoho.writes()


async def test_where_no_unique_field_is_left_the_key_is_plain(ground: Ground) -> None:
    unique = [
        {"field_label": f"Taken {each}", "data_type": "text", "length": 9, "unique": {"case_sensitive": False}}
        for each in (1, 2)
    ]
    await _make_fields(ground, unique)
    assert (await ground.open("crm").prepare(SETUP)).crm_key == "plain"


async def test_where_no_field_is_left_there_is_no_key(ground: Ground) -> None:
    ground.zoho.control("PUT", "settings", {"crm": {"edition": "free"}})
    try:
        assert (await ground.open("crm").prepare(SETUP)).crm_key == "none"
    finally:
        ground.zoho.control("PUT", "settings", {"crm": {"edition": "enterprise"}})


async def test_a_mapping_to_a_field_that_is_not_there(ground: Ground) -> None:
    import msgspec

    from core.model.setup import FieldMap

    setup = msgspec.structs.replace(SETUP, mapping=(*SETUP.mapping, FieldMap(crm="Nowhere", books="notes")))
    with pytest.raises(Problem) as caught:
        await ground.open("crm").prepare(setup)
    assert caught.value.code == "field_missing"


async def test_a_module_that_takes_no_part(ground: Ground) -> None:
    with pytest.raises(Problem) as caught:
        await everything(ground.open("crm").changes("Leads", ("Last_Name",), None))
    assert caught.value.code == "not_found"


async def test_a_module_that_this_user_may_not_see(ground: Ground) -> None:
    ground.zoho.control("PUT", "settings", {"crm": {"denied": {"Accounts": ["view"]}}})
    try:
        with pytest.raises(Problem) as caught:
            await everything(ground.open("crm").changes("Accounts", CRM_FIELDS, None))
    finally:
        ground.zoho.control("PUT", "settings", {"crm": {"denied": {}}})
    assert (caught.value.code, caught.value.detail["reason"]) == ("module_unavailable", "F2")


async def test_a_pull_that_is_given_up_leaves_nothing_behind(started: Any) -> None:
    ground = started(accounts=900, planted=False, latency_ms=5)
    stream: Any = ground.open("crm").changes("Accounts", CRM_FIELDS, None)
    async for _ in stream:
        break
    await stream.aclose()
    await ground.close()
