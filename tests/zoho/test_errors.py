from __future__ import annotations

from typing import Any

import orjson
import pytest

from core.zoho import errors
from core.zoho.refusals import RAW_MOST, books_refusal, crm_refusal, redacted


def crm(code: str, message: str = "", **details: Any) -> dict[str, Any]:
    return {"code": code, "details": details, "message": message, "status": "error"}


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (crm("MANDATORY_NOT_FOUND", "required field not found", api_name="Phone"), "F9"),
        (crm("INVALID_DATA", "invalid data", maximum_length=250, api_name="Billing_Street"), "F16"),
        (
            crm(
                "INVALID_DATA",
                "invalid data",
                expected_data_type="picklist",
                supported_values=["JPY"],
                api_name="Currency",
            ),
            "F7",
        ),
        (
            crm(
                "INVALID_DATA", "invalid data", expected_data_type="picklist", supported_values=["a"], api_name="Stage"
            ),
            "F17",
        ),
        (crm("INVALID_DATA", "invalid data", expected_data_type="integer", api_name="Employees"), "F18"),
        (crm("INVALID_DATA", "invalid data", expected_data_type="lookup", api_name="Parent_Account"), "F21"),
        (crm("INVALID_DATA", "invalid data", expected_data_type="ownerlookup", api_name="Owner"), "F28"),
        (crm("INVALID_DATA", "the id given seems to be invalid", api_name="id"), "F29"),
        (crm("DUPLICATE_DATA", "duplicate data", api_name="Account_Name"), "F12"),
        (crm("DUPLICATE_DATA", "duplicate data", api_name="Email"), "F10"),
        (crm("DUPLICATE_DATA", "duplicate data", api_name="Product_Code"), "F14"),
        (crm("RECORD_LOCKED", "You cannot perform this operation as the record is locked.", id="1"), "F42"),
        (crm("RECORD_IN_BLUEPRINT"), "F42"),
        (crm("CANNOT_PERFORM_ACTION", "… associated with a validation rule.", api_name="Website"), "F42"),
        (
            crm(
                "INVALID_DATA",
                "Field cannot be updated as it is associated with a validation rule.",
                api_name="Website",
            ),
            "F42",
        ),
        (crm("NO_PERMISSION", "permission denied", permissions=["Crm_Implied_Edit_Accounts"]), "F2"),
        (crm("INVALID_MODULE"), "F1"),
        (crm("NOT_SUPPORTED"), "F3"),
        (crm("MAPPING_MISMATCH", mapped_field="Stage"), "F17"),
        (crm("SOMETHING_NEW", "nobody has seen this"), "F42"),
    ],
)
def test_crm_refusals(result: dict[str, Any], reason: str) -> None:
    found = crm_refusal(result)
    assert (found.reason, found.code) == (reason, result["code"])
    assert orjson.loads(found.raw) == result


def test_of_several_errors_the_first_gives_the_reason_and_all_are_told() -> None:
    both = [
        crm("MANDATORY_NOT_FOUND", "required", api_name="Phone"),
        crm("INVALID_DATA", "long", maximum_length=9, api_name="Fax"),
    ]
    found = crm_refusal(crm("MULTIPLE_OR_MULTI_ERRORS", "Multiple errors in the request", errors=both))
    assert (found.reason, found.field, found.message) == ("F9", "Phone", "Phone: required; Fax: long")


@pytest.mark.parametrize(
    "result", [None, [], "x", {}, {"details": []}, {"details": {"errors": "x"}, "code": "MULTIPLE_OR_MULTI_ERRORS"}]
)
def test_shapes_that_nobody_documents(result: Any) -> None:
    assert crm_refusal(result).reason == "F42"
    assert books_refusal(result, b"").reason == "F18"


@pytest.mark.parametrize(
    ("code", "message", "reason"),
    [
        (3062, 'The customer "架け橋" already exists. Please specify a different name.', "F12"),
        (15, "Please ensure that the billing_address.city has less than 100 characters.", "F16"),
        (999, "Please ensure that the contact_name has less than 200 characters.", "F16"),
        (4, "Invalid value passed for currency_id", "F7"),
        (4, "Invalid value passed for contact_name", "F9"),
        (4, "Invalid value passed for first_name", "F9"),
        (4, "Invalid value passed for payment_terms", "F17"),
        (4, "Invalid value passed for website", "F18"),
        (1001, "The SKU already exists.", "F14"),
        (1001, "The Contact already exists.", "F12"),
        (1002, "Contact does not exist.", "F29"),
        (5, "We couldnt find any resource for the given ID. Please verify the ID and try again.", "F29"),
        (120303, "The value given for Kakehashi CRM ID already exists.", "F12"),
        (4, "You cannot add more than 500 contact persons.", "F15"),
        (3000, "The currency cannot be changed as there are transactions", "F8"),
        (3001, "The contact is inactive.", "F31"),
        (13009, "The account field cannot be empty", "F9"),
        (77_777, "Nobody has seen this", "F18"),
    ],
)
def test_books_refusals(code: int, message: str, reason: str) -> None:
    body = {"code": code, "message": message}
    found = books_refusal(body, orjson.dumps(body))
    assert (found.reason, found.code) == (reason, str(code))


def test_a_books_refusal_inside_an_envelope_that_says_success() -> None:
    body = {"code": 0, "message": "success", "data": {"code": 1002, "ids": ["1"], "message": "Contact does not exist."}}
    assert books_refusal(body, b"").reason == "F29"


@pytest.mark.parametrize(
    ("side", "status", "body", "do"),
    [
        ("crm", 200, {}, "ok"),
        ("crm", 207, {"data": []}, "ok"),
        ("crm", 304, None, "ok"),
        ("crm", 301, None, "trouble"),
        ("crm", 400, crm("INVALID_MODULE"), "refused"),
        ("crm", 400, {"data": [crm("INVALID_DATA")]}, "refused"),
        ("crm", 412, {"data": [crm("ALREADY_MODIFIED")]}, "refused"),
        ("crm", 401, crm("INVALID_TOKEN"), "denied"),
        ("crm", 401, crm("INVALID_OAUTHTOKEN"), "denied"),
        ("crm", 401, crm("OAUTH_SCOPE_MISMATCH"), "scope"),
        ("crm", 403, crm("NO_PERMISSION"), "refused"),
        ("crm", 429, crm("TOO_MANY_REQUESTS", "slow down"), "busy"),
        ("crm", 429, None, "busy"),
        ("crm", 429, crm("TOO_MANY_REQUESTS", "the API credits of the day are used up"), "quota"),
        ("crm", 500, crm("INTERNAL_ERROR"), "trouble"),
        ("crm", 502, "<html>", "trouble"),
        ("crm", 403, "<html>", "trouble"),
        ("books", 401, {"code": 14}, "denied"),
        ("books", 401, {"code": 57}, "scope"),
        ("books", 429, {"code": 43}, "blocked"),
        ("books", 429, {"code": 44}, "throttled"),
        ("books", 429, {"code": 45}, "quota"),
        ("books", 429, {"code": 1070}, "busy"),
        ("books", 429, "<html>", "throttled"),
        ("books", 400, {"code": 6041}, "stranger"),
        ("books", 400, {"code": 103001}, "expired"),
        ("books", 500, {"code": 1000}, "trouble"),
        ("books", 400, {"code": 3062}, "refused"),
        ("books", 404, "<html>", "trouble"),
    ],
)
def test_whole_answers(side: Any, status: int, body: Any, do: str) -> None:
    content = body.encode() if isinstance(body, str) else b"" if body is None else orjson.dumps(body)
    assert errors.verdict(side, status, content, None).do == do


def test_a_told_wait_goes_before_the_tables_own() -> None:
    body = orjson.dumps({"code": 44})
    assert errors.verdict("books", 429, body, None).wait == 60
    assert errors.verdict("books", 429, body, 7.0).wait == 7
    assert errors.verdict("books", 429, orjson.dumps({"code": 43}), None).wait == 3_600


def test_raw_answers_are_kept_short_and_without_tokens() -> None:
    raw = redacted(
        b'{"access_token":"1000.aaaaaaaaaaaaaaaaaaaa.bb","echo":"Zoho-oauthtoken 1000.cccccccccccccccccccc.dd","x":"'
        + "字".encode() * 4_000
    )
    assert len(raw.encode()) <= RAW_MOST
    assert "aaaa" not in raw and "cccc" not in raw
    assert redacted(b'{"code":3062,"message":"kept"}') == '{"code":3062,"message":"kept"}'


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b'{"error":"invalid_code"}', "invalid_code"),
        (b'{"access_token":"x"}', ""),
        (b"{}", "garbled"),
        (b"<html>", "garbled"),
        (b"[]", "garbled"),
    ],
)
def test_token_answers(content: bytes, error: str) -> None:
    assert errors.token_error(content) == error
