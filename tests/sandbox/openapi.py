"""Zoho's OpenAPI files, where they are to be had, and the sandbox's answers held against them."""

from __future__ import annotations

import json
import os
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from core.sandbox.conformance import BOOKS, BULK, CRM, DIFFERENCES, OPERATIONS, Difference
from tests.sandbox.client import Client

FOLDER = Path(os.environ.get("KAKEHASHI_OPENAPI", Path(__file__).parents[2].parent / "shared" / "reference"))
HOSTS = {"books": "https://www.zohoapis.com", "crm": "https://zohoapis.com"}


def file_of(side: str, name: str) -> Path:
    """Where a file of a side (crm or books) should be."""
    if side == "books":
        return FOLDER / "books-openapi" / f"{name}.yml"
    return FOLDER / "crm-openapi" / "2026-08" / f"{name}.json"


def load(side: str, name: str) -> Any:
    """A file as an OpenAPI object. Patterns in another dialect than Python's are left out."""
    yaml, core = import_module("yaml"), import_module("openapi_core")
    path = file_of(side, name)
    text = path.read_text(encoding="utf-8")
    spec = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    return core.OpenAPI.from_dict(_readable(spec), config=core.Config(spec_validator_cls=None))


def _readable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _readable(each) for key, each in value.items() if not (key == "pattern" and _foreign(each))}
    return [_readable(each) for each in value] if isinstance(value, list) else value


def _foreign(pattern: Any) -> bool:
    if not isinstance(pattern, str):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return True
    return False


class Conformance:
    """Makes calls and notes what the files say against the answers, by operation."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.complaints: dict[str, list[str]] = defaultdict(list)
        self.used: set[Difference] = set()
        self._files: dict[tuple[str, str], Any] = {}

    def __call__(self, operation: str, *, json: Any = None, headers: Any = None, data: Any = None, **given: Any) -> Any:
        """Call `GET /crm/{version}/org` with path values and query; the answer's JSON, or None without a body."""
        method, path = operation.split(" ")
        names = re.findall(r"\{(\w+)\}", path)
        path = path.format(version="v8", **{name: given[name] for name in names if name != "version"})
        query = {key: value for key, value in given.items() if key not in names}
        if path.startswith("/books"):
            query.setdefault("organization_id", self.client.zoho.info["books"]["organization_id"])
        answer = self.client.http.request(method, path, params=query or None, json=json, headers=headers)
        self.complaints[operation] += self._check(operation, method, path, answer)
        return answer.json() if answer.content and "json" in answer.headers["content-type"] else None

    def crm(self, operation: str, **given: Any) -> Any:
        """The same, for an operation of CRM: `GET /org`."""
        return self(operation.replace(" ", f" {CRM}", 1), **given)

    def bulk(self, operation: str, **given: Any) -> Any:
        """The same, for bulk read."""
        return self(operation.replace(" ", f" {BULK}", 1), **given)

    def books(self, operation: str, **given: Any) -> Any:
        """The same, for Books."""
        return self(operation.replace(" ", f" {BOOKS}", 1), **given)

    def _check(self, operation: str, method: str, path: str, answer: httpx.Response) -> list[str]:
        made = import_module("openapi_core.testing")
        name = OPERATIONS[operation]
        side = "books" if path.startswith("/books") else "crm"
        if (side, name) not in self._files:
            self._files[side, name] = load(side, name)
        kind = answer.headers.get("content-type", "application/json").split(";")[0]
        api, sent = self._files[side, name], answer.request
        request = made.MockRequest(
            HOSTS[side], method.lower(), path, args=dict(sent.url.params), headers=dict(sent.headers),
            data=sent.content or None, content_type="application/json",
        )  # fmt: skip
        response = made.MockResponse(answer.content, answer.status_code, dict(answer.headers), content_type=kind)
        said = list(_said(lambda: api.validate_response(request, response)))
        if answer.is_success and sent.content:
            said += [f"request {each}" for each in _said(lambda: api.validate_request(request))]
        return [each for each in said if not self._known(name, each)]

    def _known(self, name: str, said: str) -> bool:
        for each in DIFFERENCES:
            if each.file in ("", name) and re.search(each.pattern, said):
                self.used.add(each)
                return True
        return False


def _said(validate: Callable[[], object]) -> Iterator[str]:
    """What the validator says, down to the leaves."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it does not know Zoho's security scheme, and need not
            validate()
    except Exception as problem:  # whatever it is, it is what we want to read
        raised: BaseException | None = problem
        while raised is not None:
            found = getattr(raised, "schema_errors", None)
            if found:
                for each in found:
                    yield from _leaves(each)
                return
            last, raised = raised, raised.__cause__
        yield f"$: {last}"


def _leaves(error: Any) -> Iterator[str]:
    """A schema error; of one with branches, the branch that is nearest to fitting."""
    branches: dict[Any, list[Any]] = defaultdict(list)
    for each in error.context or ():
        branches[each.schema_path[0]].append(each)
    if not branches:
        yield f"{error.json_path}: {error.message}"
        return
    told = [[said for each in errors for said in _leaves(each)] for errors in branches.values()]
    real = [each for each in told if not any("is not of type 'null'" in said for said in each)] or told
    yield from min(real, key=len)
