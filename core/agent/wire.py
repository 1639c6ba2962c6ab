"""How the service crosses the socket: one operation per method of ``core.service.Service``, from its type hints.

``POST /<method>`` takes the arguments as one JSON object and answers the result; a method that yields (``events``) is
``GET /<method>`` and answers JSON lines. A ``Problem`` crosses as code and detail. Server and client are both made
from this table, so a method added to the Protocol needs no other place.
"""

import inspect
from collections.abc import AsyncIterator
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from core.model.problems import PROBLEMS, Problem
from core.service import Service

VERSION_HEADER = "kakehashi-version"
MEDIA_TYPE = "application/json"
LINES_TYPE = "application/x-ndjson"
READ_ONLY_HEADER = "kakehashi-read-only"
READS = frozenset({
    "status", "preflight", "views", "describe", "default_setup", "plan", "plan_actions", "progress", "runs", "run",
    "history", "failures", "failure_groups", "links", "open_list", "rows", "record", "events", "documents", "document",
    "deal_ledger", "loose_documents", "customer_deals", "document_deals", "triggers", "simulate_triggers",
    "transactions", "refresh_documents", "timetable", "alerts", "drift", "plan_window", "shape_views", "shape_fields",
    "drafts", "search_parties", "document_taxes", "view_size", "samples", "key_guide", "examine", "why_not",
    "undo_plan", "saved_plan", "key_scopes", "doctor", "undecided", "conflicts", "ambiguities", "kept_apart",
    "edit_document", "draft_totals", "open_papers", "papers", "search_items",
    "suggestions", "figures", "plan_suggestions", "missing_fields", "profiles",
})  # fmt: skip
"""What a read-only client may ask. A method that is not named here is refused to it."""
PROBLEM_STATUS = 409
"""Every Problem, whatever it is about: the code in the body says more than a status could."""


class ProblemBody(Struct, frozen=True):
    """A ``Problem`` on its way."""

    code: str
    detail: dict[str, str]

    @staticmethod
    def of(problem: Problem) -> "ProblemBody":
        """Pack."""
        return ProblemBody(problem.code, problem.detail)

    def problem(self) -> Problem:
        """Unpack; a code that this version does not know is told as it is."""
        if self.code in PROBLEMS:
            return Problem(self.code, **self.detail)
        return Problem("unexpected", what=self.code, log="-")


class Operation:
    """One method of the service: its name, its arguments as a Struct, and what comes back."""

    def __init__(self, name: str, method: Any) -> None:
        hints = get_type_hints(method)
        returns = hints.pop("return")
        self.name = name
        self.streams = get_origin(returns) is AsyncIterator
        self.result: Any = get_args(returns)[0] if self.streams else returns
        self.signature = inspect.signature(method)
        self.arguments: type[Struct] = msgspec.defstruct(f"{name}_arguments", list(hints.items()))
        self._decode_arguments = msgspec.json.Decoder(self.arguments)
        self._decode_result = msgspec.json.Decoder(self.result)

    @property
    def verb(self) -> Literal["GET", "POST"]:
        """The HTTP method."""
        return "GET" if self.streams else "POST"

    def pack(self, *given: Any, **named: Any) -> bytes:
        """Return the arguments as JSON. TypeError for arguments that the method does not take."""
        bound = self.signature.bind(None, *given, **named)
        bound.apply_defaults()
        return msgspec.json.encode({key: value for key, value in bound.arguments.items() if key != "self"})

    def unpack(self, body: bytes) -> dict[str, Any]:
        """Return the arguments by name. Raises ``Problem('bad_request')``."""
        try:
            found = self._decode_arguments.decode(body or b"{}")
        except msgspec.MsgspecError as error:
            raise Problem("bad_request", what=f"{self.name}: {error}") from None
        return {key: getattr(found, key) for key in self.arguments.__struct_fields__}

    def decode(self, body: bytes) -> Any:
        """Return the result, or one item of a stream. Raises ``Problem('unexpected')`` for another make's answer."""
        try:
            return self._decode_result.decode(body)
        except msgspec.MsgspecError as error:
            raise Problem("unexpected", what=f"the agent's answer to {self.name}: {error}", log="-") from None


def _operations() -> dict[str, Operation]:
    made = (pair for each in reversed(Service.__mro__) for pair in vars(each).items())
    public = {name: each for name, each in made if inspect.isfunction(each) and name[0] != "_"}
    return {name: Operation(name, each) for name, each in public.items()}


OPERATIONS: dict[str, Operation] = _operations()
"""By method name, in the order of the Protocol."""
