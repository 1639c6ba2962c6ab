from __future__ import annotations

import pytest

from tests.sandbox.client import Client
from tests.sandbox.test_books_documents import make, mark, read


def _do(client: Client, entity: str, document_id: str, word: str) -> int:
    return client.books("POST", f"{entity}s/{document_id}/{word}").status_code


@pytest.mark.parametrize(
    ("entity", "word"), [("estimate", "sent"), ("invoice", "sent"), ("salesorder", "open"), ("purchaseorder", "open")]
)
def test_what_is_not_approved_does_not_go_out(client: Client, entity: str, word: str) -> None:
    client.zoho.switch("books.approvals", True)
    made = make(client, entity)[f"{entity}_id"]
    assert mark(client, entity, made, word).status_code == 400
    assert [_do(client, entity, made, step) for step in ("approve", "submit", "approve")] == [400, 200, 200]
    assert read(client, entity, made)["status"] == "approved"
    assert mark(client, entity, made, word).status_code in (200, 201)


def test_what_is_rejected_may_be_submitted_again(client: Client) -> None:
    client.zoho.switch("books.approvals", True)
    made = make(client, "invoice")["invoice_id"]
    assert [_do(client, "invoice", made, step) for step in ("submit", "reject", "submit", "approve")] == [200] * 4


def test_there_is_nothing_to_approve_where_approvals_are_off(client: Client) -> None:
    assert _do(client, "estimate", make(client)["estimate_id"], "submit") == 400
