"""Switches, request log, time, faults, truth, planted failures, snapshots and tokens."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson

from core.sandbox.books.fields import change
from core.sandbox.clock import crm_time, parse_time
from core.sandbox.faults import KINDS
from core.sandbox.http import Call, Refusal, Reply, endpoint
from core.sandbox.oauth.tokens import FULL_SCOPE

HERE = "/_sandbox"


def body_of(call: Call) -> Any:
    """The JSON sent, or an empty object; 400 when it is not JSON."""
    try:
        return orjson.loads(call.content) if call.content else {}
    except orjson.JSONDecodeError:
        raise wrong("the body is not JSON") from None


def wrong(why: str) -> Refusal:
    """What the control surface says to a bad request."""
    return Refusal(Reply(400, {"error": why}))


@endpoint("GET", f"{HERE}/switches", doc="All switches: name, value, default, choices, doc, source")
def switches(call: Call) -> Reply:
    """In the order of their table."""
    return Reply(200, {"switches": call.world.switches.listing()})


@endpoint("PUT", f"{HERE}/switches", doc="Set switches: {name: value, …}; all or none")
def set_switches(call: Call) -> Reply:
    """400 for an unknown name or a value that a switch does not take."""
    try:
        call.world.switches.change(body_of(call))
    except KeyError as unknown:
        raise wrong(f"no such switch: {unknown.args[0]}") from None
    except ValueError as refused:
        raise wrong(str(refused)) from None
    return switches(call)


@endpoint(
    "GET", f"{HERE}/requests", doc="Request log; ?since=N gives those after sequence number N, ?write=true the writes"
)
def requests(call: Call) -> Reply:
    """Each with sequence, method, path, query, status (0: no reply), side, write, time, fault."""
    found = call.world.log.since(int(call.query.get("since", "0")))
    if call.query.get("write") == "true":
        found = [each for each in found if each["write"]]
    return Reply(200, {"requests": found})


@endpoint("DELETE", f"{HERE}/requests", doc="Forget the request log; sequence numbers go on")
def forget_requests(call: Call) -> Reply:
    """Nothing is left."""
    call.world.log.clear()
    return Reply(200, {"requests": []})


@endpoint(
    "POST", f"{HERE}/time", doc="Move the clock: {advance: seconds} or {set: ISO time}, {mode: ticks|real|frozen}"
)
def move_time(call: Call) -> Reply:
    """Answers with the new present; an empty body only reads it."""
    wanted, clock = body_of(call), call.world.clock
    if "set" in wanted:
        clock.set(parse_time(wanted["set"]))
    if "advance" in wanted:
        clock.advance(float(wanted["advance"]))
    if "mode" in wanted:
        if wanted["mode"] not in ("ticks", "real", "frozen"):
            raise wrong("mode is ticks, real or frozen")
        clock.change_mode(wanted["mode"])
    return Reply(200, {"now": crm_time(clock.now()), "epoch": clock.now(), "mode": clock.mode})


@endpoint("GET", f"{HERE}/faults", doc="Faults in force, and the kinds there are")
def faults(call: Call) -> Reply:
    """With their remaining counts."""
    return Reply(200, {"faults": [asdict(rule) for rule in call.world.faults.rules], "kinds": KINDS})


@endpoint(
    "PUT",
    f"{HERE}/faults",
    doc="Put other faults in force: {faults: [{kind, side, method, path, probability, count, …}]}",
)
def set_faults(call: Call) -> Reply:
    """An empty list ends them all."""
    try:
        call.world.faults.replace(body_of(call).get("faults", []))
    except (ValueError, TypeError) as refused:
        raise wrong(str(refused)) from None
    return faults(call)


@endpoint("GET", f"{HERE}/truth/crm/{{module}}", doc="Every record of a CRM module as stored; times in epoch seconds")
def crm_truth(call: Call) -> Reply:
    """By id; and the ids in the bin."""
    records = call.world.crm.records.get(call.params["module"])
    if records is None:
        raise wrong("no such module")
    return Reply(200, {"records": list(records.table.rows()), "deleted": [each.id for each in records.deleted]})


@endpoint("GET", f"{HERE}/truth/books/contacts", doc="Every Books contact as stored; times in epoch seconds")
def contacts_truth(call: Call) -> Reply:
    """By id, with the custom field definitions that `custom_values` refers to."""
    org = call.world.books
    return Reply(200, {"records": list(org.contacts.rows()), "fields": [asdict(each) for each in org.custom_fields]})


@endpoint("GET", f"{HERE}/truth/books/items", doc="Every Books item as stored")
def items_truth(call: Call) -> Reply:
    """By id."""
    return Reply(200, {"records": list(call.world.books.items.rows())})


@endpoint("GET", f"{HERE}/planted", doc="Records that are meant to fail: {side, module, id, name, reason, stage, …}; "
          "?sync=customers (default), contacts, vendors, items, deals or all")  # fmt: skip
def planted(call: Call) -> Reply:
    """See `world/planted.py` and `world/planted_more.py`."""
    lists = {"customers": call.world.planted, **call.world.planted_more}
    wanted = call.query.get("sync", "customers")
    if wanted != "all" and wanted not in lists:
        raise wrong(f"sync is all, {', '.join(lists)}")
    found = [each for name, held in lists.items() if wanted in ("all", name) for each in held]
    return Reply(200, {"planted": found})


@endpoint("POST", f"{HERE}/snapshot", doc="Remember records, fields, switches and time: {name}")
def snapshot(call: Call) -> Reply:
    """An older one of the same name is replaced."""
    call.world.take_snapshot(str(body_of(call).get("name", "default")))
    return Reply(200, {"snapshots": list(call.world.snapshots)})


@endpoint("POST", f"{HERE}/restore", doc="Be as at the snapshot {name}")
def restore(call: Call) -> Reply:
    """400 for an unknown one."""
    try:
        call.world.restore_snapshot(str(body_of(call).get("name", "default")))
    except KeyError:
        raise wrong("no such snapshot") from None
    return Reply(200, {"snapshots": list(call.world.snapshots)})


@endpoint("POST", f"{HERE}/tokens/expire", doc="Let every access token be an hour old")
def expire_tokens(call: Call) -> Reply:
    """Answers with how many there were."""
    return Reply(200, {"expired": call.world.tokens.expire_all()})


@endpoint("POST", f"{HERE}/tokens/revoke", doc="Revoke {token}, or every refresh token without one")
def revoke_tokens(call: Call) -> Reply:
    """As the user would in the accounts page."""
    book, token = call.world.tokens, body_of(call).get("token")
    gone = [token] if token else list(book.refresh)
    return Reply(200, {"revoked": sum(book.revoke(each) for each in gone)})


@endpoint("POST", f"{HERE}/tokens/grant", doc="A grant code as the Self Client page gives one: {scope}")
def grant(call: Call) -> Reply:
    """Without a scope, one for everything."""
    return Reply(200, {"code": call.world.tokens.grant(body_of(call).get("scope", FULL_SCOPE))})


@endpoint(
    "POST", f"{HERE}/books/fields/unique", doc='Tick "prevent duplicate values": {field: id or cf_ name, unique: true}'
)
def tick_unique(call: Call) -> Reply:
    """What a person does in the Books settings."""
    wanted = body_of(call)
    for each in call.world.books.custom_fields:
        if wanted.get("field") in (each.field_id, each.api_name):
            return Reply(200, {"field": asdict(change(call, each, bool(wanted.get("unique", True))))})
    raise wrong("no such field")
