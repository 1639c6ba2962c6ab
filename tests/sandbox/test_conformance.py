"""Every operation that the sandbox lists as checked, against Zoho's own OpenAPI files; skipped where they are not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.sandbox.conformance import DIFFERENCES, OPERATIONS, UNDOCUMENTED, Difference
from core.sandbox.endpoints import table
from core.sandbox.testing import RunningSandbox
from tests.sandbox import conformance_books, conformance_crm
from tests.sandbox.client import Client
from tests.sandbox.openapi import FOLDER, Conformance, file_of

here = pytest.mark.skipif(
    not file_of("crm", "org").exists(), reason=f"no OpenAPI files in {FOLDER} (KAKEHASHI_OPENAPI)"
)


@pytest.fixture(scope="module")
def ran() -> Iterator[Conformance]:
    """All calls, made once."""
    pytest.importorskip("openapi_core", reason="openapi-core is not installed (the group `conformance`)")
    with RunningSandbox(60, 3) as zoho:
        conf = Conformance(Client(zoho))
        for part in (conformance_crm.metadata, conformance_crm.records, conformance_crm.the_rest,
                     conformance_books.contacts, conformance_books.settings, conformance_books.documents):  # fmt: skip
            part(conf)
        yield conf
        conf.client.http.close()


def test_what_is_listed_is_there() -> None:
    assert set(OPERATIONS) <= {f"{each.method} {each.path}" for each in table()}


def test_each_call_is_checked_or_told_why_not() -> None:
    calls = {f"{each.method} {each.path}" for each in table() if each.side in ("crm", "books")}
    assert calls == {*OPERATIONS, *UNDOCUMENTED}
    assert not set(OPERATIONS) & set(UNDOCUMENTED)


@here
@pytest.mark.parametrize("operation", OPERATIONS)
def test_requests_and_answers_are_as_the_files_say(ran: Conformance, operation: str) -> None:
    assert operation in ran.complaints, "no call was made"
    assert ran.complaints[operation] == []


@here
@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: f"{each.file}:{each.pattern[:30]}")
def test_no_difference_is_listed_in_vain(ran: Conformance, difference: Difference) -> None:
    assert difference in ran.used
