"""Books' error codes: the HTTP status and the message of each (zoho-books-api §1.8)."""

from __future__ import annotations

from core.sandbox.http import Refusal, Reply

CODES: dict[int, tuple[int, str]] = {
    2: (400, "Invalid value passed for {name}"),
    4: (400, "Invalid value passed for {name}"),
    5: (404, "Invalid URL Passed"),
    14: (
        401,
        "The request could not be authenticated as the authentication value you entered is invalid. "
        "Enter a valid authentication value and try again.",
    ),
    37: (405, "The HTTP method is not allowed for the requested resource"),
    57: (401, "You are not authorized to perform this operation"),
    1001: (400, "The {name} already exists."),
    1002: (404, "{name} does not exist."),
    1038: (400, "JSON is not well formed"),
    3062: (400, 'The customer "{name}" already exists. Please specify a different name.'),
    6041: (400, "This user is not associated with the CompanyID/CompanyName:{name}."),
}
"""1001 and the codes below are INVENTED where the reference leaves the body open; they are switches there."""


class BooksRefusal(Refusal):
    """A request that is refused: `code` of the table, or another one with its own message and status."""

    def __init__(self, code: int, *, name: str = "", message: str | None = None, status: int | None = None) -> None:
        known_status, known_message = CODES.get(code, (400, ""))
        said = known_message.format(name=name) if message is None else message
        super().__init__(Reply(status or known_status, {"code": code, "message": said}))
