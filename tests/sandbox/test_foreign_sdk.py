"""Zoho's own Python SDK for CRM v8, unmodified, against the sandbox. Skipped where it is not installed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox

pytest.importorskip("zohocrmsdk", reason="zohocrmsdk8-0 is not installed (the group `foreign`)")
API = "zohocrmsdk.src.com.zoho.crm.api"
pytestmark = pytest.mark.filterwarnings("ignore")


def part(name: str) -> Any:
    """A module of the SDK."""
    return import_module(f"{API}.{name}" if name else API)


@pytest.fixture(scope="module")
def zoho(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A sandbox that the SDK is initialised for."""
    folder: Path = tmp_path_factory.mktemp("sdk")
    with RunningSandbox(420, 7) as running:
        authenticator = import_module("zohocrmsdk.src.com.zoho.api.authenticator")
        store = import_module("zohocrmsdk.src.com.zoho.api.authenticator.store")
        url, info = running.base_url, running.info
        token = authenticator.OAuthToken(
            client_id=info["client_id"], client_secret=info["client_secret"], refresh_token=info["refresh_token"]
        )
        config = part("sdk_config").SDKConfig(auto_refresh_fields=False, pick_list_validation=False)
        environment = part("dc").DataCenter.Environment(url, f"{url}/oauth/v2/token", url)
        part("").Initializer.initialize(
            environment, token, store=store.FileStore(str(folder / "tokens.csv")), sdk_config=config,
            resource_path=str(folder),
        )  # fmt: skip
        yield running


def params(**given: Any) -> Any:
    """Query parameters: the attributes of a class of the SDK, by name."""
    owner, made = given.pop("of"), part("").ParameterMap()
    for name, value in given.items():
        made.add(getattr(owner, name), value)
    return made


def nothing() -> tuple[Any, Any]:
    """No parameters, no headers."""
    return part("").ParameterMap(), part("").HeaderMap()


def record_body(**fields: Any) -> Any:
    """The body of a write of one record."""
    record = part("record")
    body, made = record.BodyWrapper(), record.Record()
    for name, value in fields.items():
        made.add_key_value(name, value)
    body.set_data([made])
    return body


def accounts() -> Any:
    """The operations on accounts."""
    return part("record").RecordOperations("Accounts")


def insert(name: str) -> int:
    answer = accounts().create_records(record_body(Account_Name=name, Phone="03-1"), part("").HeaderMap())
    return int(answer.get_object().get_data()[0].get_details()["id"])


def test_it_pages_through_a_list(zoho: RunningSandbox) -> None:
    wanted, seen, page, more = part("record").GetRecordsParam, 0, 1, True
    while more:
        query = params(of=wanted, fields="Account_Name,Owner,Modified_Time", page=page, per_page=200)
        found = accounts().get_records(query, part("").HeaderMap()).get_object()
        seen, page, more = seen + len(found.get_data()), page + 1, found.get_info().get_more_records()
    assert seen == len(zoho.control("GET", "truth/crm/Accounts")["records"])


def test_it_inserts_reads_updates_upserts_and_deletes(zoho: RunningSandbox) -> None:
    made = insert("From the SDK")
    read = accounts().get_record(made, *nothing()).get_object().get_data()[0]
    assert (read.get_key_value("Account_Name"), read.get_key_value("Phone")) == ("From the SDK", "03-1")
    changed = accounts().update_record(made, record_body(Fax="9"), part("").HeaderMap()).get_object().get_data()[0]
    assert changed.get_code().get_value() == "SUCCESS"
    body = record_body(Account_Name="From the SDK", Phone="03-2")
    body.set_duplicate_check_fields(["Account_Name"])
    upserted = accounts().upsert_records(body, part("").HeaderMap()).get_object().get_data()[0]
    assert upserted.get_action().get_value() == "update"
    gone = accounts().delete_record(made, *nothing()).get_object().get_data()[0]
    assert gone.get_code().get_value() == "SUCCESS"
    assert str(made) in zoho.control("GET", "truth/crm/Accounts")["deleted"]


def test_it_reads_what_went_wrong(zoho: RunningSandbox) -> None:
    answer = accounts().create_records(record_body(Phone="1"), part("").HeaderMap())
    failed = answer.get_object().get_data()[0]
    assert (answer.get_status_code(), failed.get_code().get_value()) == (400, "MANDATORY_NOT_FOUND")


def test_it_queries(zoho: RunningSandbox) -> None:
    insert("Asked for")
    coql = part("coql")
    body = coql.BodyWrapper()
    body.set_select_query("select Account_Name from Accounts where Account_Name = 'Asked for' limit 5")
    found = coql.CoqlOperations().get_records(body).get_object().get_data()
    assert [each.get_key_value("Account_Name") for each in found] == ["Asked for"]


def test_it_reads_metadata(zoho: RunningSandbox) -> None:
    fields = part("fields")
    read = fields.FieldsOperations().get_fields(params(of=fields.GetFieldsParam, module="Accounts")).get_object()
    assert "Account_Name" in {each.get_api_name() for each in read.get_fields()}
    views = part("custom_views")
    shown = views.CustomViewsOperations().get_custom_views(params(of=views.GetCustomViewsParam, module="Accounts"))
    assert "東京の取引先" in {each.get_name() for each in shown.get_object().get_custom_views()}
    layouts = part("layouts")
    (layout,) = (
        layouts.LayoutsOperations()
        .get_layouts(params(of=layouts.GetLayoutsParam, module="Deals"))
        .get_object()
        .get_layouts()
    )
    lines = part("pipeline").PipelineOperations(layout.get_id()).get_pipelines().get_object().get_pipeline()
    assert [each.get_display_value() for each in lines] == ["Standard (Standard)", "Renewals"]


def test_it_reads_in_bulk(zoho: RunningSandbox) -> None:
    bulk = part("bulk_read")
    body, query, module = bulk.BodyWrapper(), bulk.Query(), part("modules").MinifiedModule()
    module.set_api_name("Accounts")
    query.set_module(module)
    query.set_fields(["Account_Name"])
    query.set_page(1)
    body.set_query(query)
    operations = bulk.BulkReadOperations()
    job = int(operations.create_bulk_read_job(body).get_object().get_data()[0].get_details()["id"])
    states = [operations.get_bulk_read_job_details(job).get_object().get_data()[0] for _ in range(2)]
    assert states[-1].get_state().get_value() == "COMPLETED"
    content = operations.download_result(job).get_object().get_file().get_stream().content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        rows = archive.read(f"{job}.csv").decode().splitlines()
    assert len(rows) == states[-1].get_result().get_count() + 1


def test_it_opens_a_channel_and_reads_it(zoho: RunningSandbox) -> None:
    notes = part("notifications")
    operations, body, wish = notes.NotificationsOperations(), notes.BodyWrapper(), notes.Notification()
    wish.set_channel_id("1000000068001")
    wish.set_events(["Accounts.all"])
    wish.set_notify_url("http://127.0.0.1:9/heard")
    body.set_watch([wish])
    made = operations.enable_notifications(body).get_object().get_watch()[0]
    assert made.get_code().get_value() == "SUCCESS"
    shown = operations.get_notifications(part("").ParameterMap()).get_object().get_watch()
    assert [each.get_channel_id() for each in shown] == ["1000000068001"]
