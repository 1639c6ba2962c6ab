"""Webhooks (zoho-books-api §9). They fire on their own `events`; workflow rules are not part of the sandbox."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any
from urllib.parse import urlencode

import orjson

from core.sandbox.books.common import BOOKS, body_of, paged, success
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.outbox import on_loopback

PATH = f"{BOOKS}/settings/webhooks"
ENTITIES = ("contact", "item", "estimate", "invoice", "salesorder", "purchaseorder")
EVENTS = ("created", "edited", "deleted")
KEYS: tuple[str, ...] = (
    "webhook_name", "description", "entity", "method", "url", "events", "secret", "headers", "query_parameters",
)  # fmt: skip
METHODS = ("POST", "PUT", "DELETE")
SECRET = re.compile(r"^[A-Za-z0-9]{12,50}$")
SIGNATURE = "X-Zoho-Webhook-Signature"
"""The header's name is INVENTED; the value is the HMAC-SHA256 of the body."""


@endpoint("GET", PATH, scope="settings.READ", doc="Webhooks")
def webhooks(call: Call) -> Reply:
    """In order of creation; without their secrets."""
    return paged(call, "webhooks", [_show(each) for each in call.world.books.webhooks])


@endpoint("GET", f"{PATH}/{{id}}", scope="settings.READ", doc="One webhook")
def webhook(call: Call) -> Reply:
    """404/1002 for an unknown id."""
    return success(webhook=_show(_find(call)))


@endpoint("POST", PATH, scope="settings.CREATE", doc="Make a webhook; its url must be on this machine")
def create(call: Call) -> Reply:
    """Professional plan and up, as for rules."""
    org = call.world.books
    if org.plan in ("FREE", "STANDARD"):
        raise BooksRefusal(57)
    made = {"webhook_id": org.ids.take(), "method": "POST", "events": list(EVENTS), **_values(body_of(call), {})}
    org.webhooks.append(made)
    return success(201, "The webhook has been created.", webhook=_show(made))


@endpoint("PUT", f"{PATH}/{{id}}", scope="settings.UPDATE", doc="Change a webhook")
def update(call: Call) -> Reply:
    """Keys that are not sent stay."""
    found = _find(call)
    found |= _values(body_of(call), found)
    return success(message="The webhook has been updated.", webhook=_show(found))


@endpoint("DELETE", f"{PATH}/{{id}}", scope="settings.DELETE", doc="Delete a webhook")
def delete(call: Call) -> Reply:
    """Nothing is sent to it any more."""
    call.world.books.webhooks.remove(_find(call))
    return success(message="The webhook has been deleted.")


def fire(call: Call, hook: dict[str, Any], entity: str, shown: dict[str, Any]) -> None:
    """Send the detail object of a record to one webhook."""
    body = orjson.dumps({entity: shown})
    headers = {"Content-Type": "application/json"}
    headers |= {str(each["name"]): str(each["value"]) for each in hook.get("headers", ())}
    if hook.get("secret"):
        headers[SIGNATURE] = hmac.new(hook["secret"].encode(), body, hashlib.sha256).hexdigest()
    query = urlencode({each["name"]: each["value"] for each in hook.get("query_parameters", ())})
    url = hook["url"] + (("&" if "?" in hook["url"] else "?") + query if query else "")
    call.world.outbox.post("books", hook["method"], url, body, headers)


def wanted(hooks: list[dict[str, Any]], entity: str, event: str) -> list[dict[str, Any]]:
    """The webhooks that want to hear of an event."""
    return [each for each in hooks if each["entity"] == entity and event in each["events"]]


def _find(call: Call) -> dict[str, Any]:
    for each in call.world.books.webhooks:
        if each["webhook_id"] == call.params["id"]:
            return each
    raise BooksRefusal(1002, name="Webhook")


def _show(hook: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in hook.items() if key != "secret"}


def _values(body: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    values = {key: body[key] for key in KEYS if key in body}
    merged = old | values
    checks = (
        ("entity", merged.get("entity") in ENTITIES),
        ("method", merged.get("method", "POST") in METHODS),
        ("url", on_loopback(merged.get("url"))),
        ("webhook_name", isinstance(merged.get("webhook_name"), str) and 0 < len(merged["webhook_name"]) <= 50),
        ("secret", SECRET.match(str(merged.get("secret", "a" * 12))) is not None),
    )
    for key, good in checks:
        if not good:
            raise BooksRefusal(4, name=key)
    events = merged.get("events", [])
    if not isinstance(events, list) or not all(each in EVENTS for each in events):
        raise BooksRefusal(4, name="events")
    for key in ("headers", "query_parameters"):
        pairs = merged.get(key, [])
        if not isinstance(pairs, list) or not all(
            isinstance(each, dict) and {"name", "value"} <= set(each) for each in pairs
        ):
            raise BooksRefusal(4, name=key)
        if any("\n" in str(each["name"]) + str(each["value"]) for each in pairs):
            raise BooksRefusal(4, name=key)
    return values
