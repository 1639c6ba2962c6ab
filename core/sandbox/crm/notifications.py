"""Notifications: channels that hear of changes, delivered to this machine only (zoho-crm-api §7.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from core.sandbox.clock import crm_time, parse_time
from core.sandbox.crm.common import check_version, json_body, number_param, rows_of
from core.sandbox.crm.errors import CrmRefusal, Result, error
from core.sandbox.crm.modules import module_id
from core.sandbox.crm.org import CRM
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.outbox import on_loopback
from core.sandbox.sources import Row

if TYPE_CHECKING:
    from core.sandbox.world.world import World

WATCH = f"{CRM}/actions/watch"
OPERATIONS = ("create", "edit", "delete", "all")
WEEK, HOUR = 7 * 86_400, 3_600
LONGEST_TOKEN, MOST = 50, 50
WORDS = {"create": "insert", "edit": "update", "delete": "delete"}


@dataclass(slots=True)
class Channel:
    """Who hears of what until when (epoch seconds)."""

    id: str
    events: list[str]
    url: str
    expires: int
    token: str | None = None
    values: bool = False
    related: bool = False
    fields: dict[str, list[str]] = field(default_factory=dict)
    condition: Any = None

    def hears(self, module: str, operation: str, changed: set[str], now: int) -> bool:
        """Whether a change is its business."""
        wanted = self.fields.get(module)
        return (
            now < self.expires
            and (f"{module}.{operation}" in self.events or f"{module}.all" in self.events)
            and (wanted is None or operation != "edit" or bool(changed & set(wanted)))
        )


@endpoint("POST", WATCH, scope="notifications.CREATE", doc="Open channels: events, notify_url on this machine, expiry")
def enable(call: Call) -> Reply:
    """201, or 207 when some were refused. An expiry beyond a week, or none, is an hour."""
    return _each(call, 201, _enable)


@endpoint("PUT", WATCH, scope="notifications.UPDATE", doc="Replace channels")
def replace(call: Call) -> Reply:
    """Those that are not there are refused."""
    return _each(call, 200, lambda call, place, given: _known(call, place, given) or _enable(call, place, given))


@endpoint("PATCH", WATCH, scope="notifications.UPDATE", doc="Change channels; _delete_events takes events away")
def change(call: Call) -> Reply:
    """Keys that are not sent stay. One channel may be sent bare."""
    body = json_body(call)
    if isinstance(body, dict) and "watch" not in body:
        return _reply([_change(call, 0, body)], 200)
    return _each(call, 200, _change)


@endpoint("GET", WATCH, scope="notifications.READ", doc="Open channels, by channel_id or module")
def channels(call: Call) -> Reply:
    """204 when there are none."""
    check_version(call)
    now, query = call.now, call.query
    found = [
        (each, module)
        for each in call.world.crm.channels.values()
        for module in dict.fromkeys(event.partition(".")[0] for event in each.events)
        if now < each.expires and query.get("channel_id") in (None, each.id) and query.get("module") in (None, module)
    ]
    per_page, page = number_param(call, "per_page", 200, 200), number_param(call, "page", 1, 1_000)
    shown = [_show(call, each, module) for each, module in found[(page - 1) * per_page : page * per_page]]
    if not shown:
        return Reply(204)
    info = {"per_page": per_page, "count": len(shown), "page": page, "more_records": len(found) > page * per_page}
    return Reply(200, {"watch": shown, "info": info})


@endpoint("DELETE", WATCH, scope="notifications.DELETE", doc="Close channels by channel_ids")
def disable(call: Call) -> Reply:
    """NOT_SUBSCRIBED for those that are not there."""
    check_version(call)
    if not call.query.get("channel_ids"):
        raise CrmRefusal(400, "REQUIRED_PARAM_MISSING", param_name="channel_ids")
    results = [_close(call, each) for each in call.query["channel_ids"].split(",")]
    return _reply(results, 200)


def listen(world: World) -> None:
    """Tell the channels of every write to a module, also of modules that are made later."""

    def follow(module: str, record_id: str, old: Row | None, new: Row | None) -> None:
        operation = "create" if old is None else "delete" if new is None else "edit"
        before, after = old or {}, new or {}
        changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        for each in list(world.crm.channels.values()):
            if each.hears(module, operation, changed, world.clock.seconds()):
                _tell(world, each, module, record_id, operation, sorted(changed), after)

    world.crm.listeners.append(follow)


def _tell(
    world: World, channel: Channel, module: str, record_id: str, operation: str, changed: list[str], row: Row
) -> None:
    fields = world.crm.records[module].fields
    names = [name for name in changed if name in fields and operation == "edit"]
    body: dict[str, Any] = {
        "server_time": int(world.clock.now() * 1000), "query_params": {}, "module": module,
        "resource_uri": f"{world.base_url}/crm/v8/{module}", "ids": [record_id],
        "affected_fields": [{record_id: names}] if names and channel.values else [],
        "operation": WORDS[operation], "channel_id": channel.id, "token": channel.token,
    }  # fmt: skip
    if names and channel.values:
        body["affected_values"] = [{"record_id": record_id, "values": {name: row.get(name) for name in names}}]
    world.outbox.post("crm", "POST", channel.url, orjson.dumps(body), {"Content-Type": "application/json"})


def _each(call: Call, good: int, act: Any) -> Reply:
    check_version(call)
    return _reply([act(call, place, given) for place, given in enumerate(rows_of(call, "watch", MOST))], good)


def _reply(results: list[Result], good: int) -> Reply:
    failed = sum(each["status"] == "error" for each in results)
    return Reply(400 if failed == len(results) else 207 if failed else good, {"watch": results})


def _enable(call: Call, place: int, given: dict[str, Any]) -> Result:
    path = f"$.watch[{place}]"
    for key in ("channel_id", "events", "notify_url"):
        if not given.get(key):
            return error("MANDATORY_NOT_FOUND", {"api_name": key, "json_path": f"{path}.{key}"})
    wrong = _wrong(call, given)
    if wrong:
        return error("INVALID_DATA", {"api_name": wrong, "json_path": f"{path}.{wrong}"})
    channel = Channel(str(given["channel_id"]), list(given["events"]), given["notify_url"], _expiry(call, given))
    _take(channel, given)
    call.world.crm.channels[channel.id] = channel
    return _success(call, channel, "Successfully subscribed for actions-watch of the given module")


def _change(call: Call, place: int, given: dict[str, Any]) -> Result:
    refused = _known(call, place, given)
    if refused is not None:
        return refused
    channel = call.world.crm.channels[str(given["channel_id"])]
    wrong = _wrong(call, given)
    if wrong:
        return error("INVALID_DATA", {"api_name": wrong, "json_path": f"$.watch[{place}].{wrong}"})
    events = list(given.get("events") or ())
    if given.get("_delete_events"):
        channel.events = [each for each in channel.events if each not in events]
        if not channel.events:
            del call.world.crm.channels[channel.id]
        return _success(call, channel, "Successfully un-subscribed for actions-watch of the given module")
    channel.events += [each for each in events if each not in channel.events]
    if "channel_expiry" in given:
        channel.expires = _expiry(call, given)
    channel.url = given.get("notify_url", channel.url)
    _take(channel, given)
    return _success(call, channel, "Successfully updated the subscription details")


def _close(call: Call, channel_id: str) -> Result:
    channel = call.world.crm.channels.pop(channel_id, None)
    if channel is None:
        return error("NOT_SUBSCRIBED", {"channel_id": channel_id}, "This channel is not subscribed")
    module = channel.events[0].partition(".")[0]
    details = {"resource_uri": _uri(call, module), "resource_id": _module(call, module), "channel_id": channel_id}
    message = "Successfully un-subscribed for actions-watch of the given channel"
    return {"code": "SUCCESS", "details": details, "message": message, "status": "success"}


def _known(call: Call, place: int, given: dict[str, Any]) -> Result | None:
    if str(given.get("channel_id")) in call.world.crm.channels:
        return None
    return error("NOT_SUBSCRIBED", {"api_name": "channel_id", "json_path": f"$.watch[{place}].channel_id"})


def _wrong(call: Call, given: dict[str, Any]) -> str | None:
    """The first key whose value cannot be."""
    channel = str(given.get("channel_id", "1"))
    if not channel.isdecimal() or len(channel) > 19:
        return "channel_id"
    events = given.get("events", [])
    if not isinstance(events, list):
        return "events"
    for each in events:
        module, _, operation = str(each).partition(".")
        if module not in call.world.crm.records or operation not in OPERATIONS:
            return "events"
    if "notify_url" in given and not on_loopback(given["notify_url"]):
        return "notify_url"
    if len(str(given.get("token") or "")) > LONGEST_TOKEN:
        return "token"
    try:
        _expiry(call, given)
        _conditions(given.get("notification_condition"))
    except (ValueError, TypeError, AttributeError, KeyError):
        return "channel_expiry" if "channel_expiry" in given else "notification_condition"
    return None


def _expiry(call: Call, given: dict[str, Any]) -> int:
    wanted = given.get("channel_expiry")
    moment = int(parse_time(wanted)) if wanted is not None else 0
    return moment if call.now < moment <= call.now + WEEK else call.now + HOUR


def _take(channel: Channel, given: dict[str, Any]) -> None:
    if "token" in given:
        channel.token = None if given["token"] is None else str(given["token"])
    channel.values = bool(given.get("return_affected_field_values", channel.values))
    channel.related = bool(given.get("notify_on_related_action", channel.related))
    if "notification_condition" in given:
        channel.condition, channel.fields = (
            given["notification_condition"],
            _conditions(given["notification_condition"]),
        )


def _conditions(given: Any) -> dict[str, list[str]]:
    """The fields that matter, by module."""
    found = {}
    for each in given or ():
        group = each["field_selection"]
        parts = group.get("group") or [group.get("field", group)]
        found[str(each["module"]["api_name"])] = [
            str(part.get("api_name") or part["field"]["api_name"]) for part in parts
        ]
    return found


def _success(call: Call, channel: Channel, message: str) -> Result:
    modules = dict.fromkeys(event.partition(".")[0] for event in channel.events)
    told = [
        {"channel_expiry": crm_time(channel.expires), "resource_uri": _uri(call, module),
         "resource_id": _module(call, module), "resource_name": module, "channel_id": channel.id}
        for module in modules
    ]  # fmt: skip
    return {"code": "SUCCESS", "details": {"events": told}, "message": message, "status": "success"}


def _show(call: Call, channel: Channel, module: str) -> dict[str, Any]:
    return {
        "notify_on_related_action": channel.related, "channel_expiry": crm_time(channel.expires),
        "return_affected_field_values": channel.values, "resource_uri": _uri(call, module),
        "resource_id": _module(call, module), "notify_url": channel.url, "resource_name": module, "fields": None,
        "notification_condition": channel.condition, "channel_id": channel.id, "token": channel.token,
        "events": [each for each in channel.events if each.partition(".")[0] == module],
    }  # fmt: skip


def _uri(call: Call, module: str) -> str:
    return f"{call.world.base_url}/crm/{call.params['version']}/{module}"


def _module(call: Call, module: str) -> str:
    records = call.world.crm.records.get(module)
    return "" if records is None else module_id(call, records)
