"""CRM's error bodies (zoho-crm-api §0, §5.9)."""

from __future__ import annotations

from typing import Any

from core.sandbox.http import Refusal, Reply

Result = dict[str, Any]

MESSAGES = {
    "MANDATORY_NOT_FOUND": "required field not found",
    "INVALID_DATA": "invalid data",
    "DUPLICATE_DATA": "duplicate data",
    "MULTIPLE_OR_MULTI_ERRORS": "Multiple errors in the request",
    "RECORD_LOCKED": "You cannot perform this operation as the record is locked.",
    "INVALID_MODULE": "the module name given seems to be invalid",
    "INVALID_URL_PATTERN": "Please check if the URL trying to access is a correct one",
    "INVALID_REQUEST_METHOD": "The http request method type is not a valid one",
    "REQUIRED_PARAM_MISSING": "One of the expected parameter is missing",
    "EXPECTED_PARAM_MISSING": "One of the expected parameter is missing",
    "NO_PERMISSION": "permission denied",
}


def error(code: str, details: dict[str, Any] | None = None, message: str | None = None) -> Result:
    """The four keys that every CRM error has, alone or as one element of `data`."""
    return {
        "code": code,
        "details": details or {},
        "message": message or MESSAGES.get(code, code.lower().replace("_", " ")),
        "status": "error",
    }


class CrmRefusal(Refusal):
    """A request that is refused as a whole."""

    def __init__(self, status: int, code: str, message: str | None = None, **details: Any) -> None:
        super().__init__(Reply(status, error(code, details, message)))
