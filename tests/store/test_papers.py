"""What is kept of deals and documents, against memory and again after a restart from journal and from checkpoint."""

from core.engine.ports import Commit
from core.model.documents import Deal, DealRow, Document, DocumentIntent, Preference, Tie
from core.model.drafts import Draft, NewDocument
from core.model.mirror import Mirror, MirrorSetup
from core.store.profile import ProfileStore
from tests.store.conftest import Again


def deal(number: int, *wanted: str) -> DealRow:
    made = Deal(id=f"d{number}", name=f"基幹システム {number}", stage="Proposal", probability=50, amount="1200000")
    return DealRow(deal=made, wanted=wanted, note="未送信")  # type: ignore[arg-type]


def invoice(number: int) -> Document:
    return Document(kind="invoice", id=f"i{number}", number=f"INV-{number}", status="sent", total="12.50")


def estimate(number: int) -> Document:
    return Document(kind="estimate", id=f"e{number}", number=f"EST-{number}", status="draft", total="9")


def tie(number: int) -> Tie:
    return Tie(kind="invoice", document_id=f"i{number}", deal_id="d1", by="person", at="2024-05-10T08:00:00Z")


def draft(number: int) -> Draft:
    new = NewDocument(kind="invoice", key="own:w", party_id="c1", date="2024-05-10", lines=())
    return Draft(id=f"w{number}", new=new, party_name="架橋商事")


def mirror(number: int) -> Mirror:
    return Mirror(kind="invoice", books_id=f"i{number}", crm_id=f"m{number}", origin="books")


def intent(deal_id: str) -> DocumentIntent:
    return DocumentIntent(deal_id=deal_id, verb="create", kind="estimate", key=f"deal:{deal_id}")


def test_without_a_preference_there_is_none(again: Again) -> None:
    assert again().preference() == Preference()


def test_the_last_preference_of_a_commit_counts(store: ProfileStore, again: Again) -> None:
    first, last = Preference(kind="estimate", revision=1), Preference(kind="invoice", item_id="7", revision=2)
    store.commit(Commit(preferences=[first, last]))
    assert again().preference() == last


def test_a_preference_stays_when_something_else_is_committed(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(preferences=[Preference(kind="estimate")]))
    store.commit(Commit(deals=[deal(1)]))
    assert again().preference().kind == "estimate"


def test_a_deal_comes_back(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(deals=[deal(1), deal(2, "create")]))
    found = again()
    assert found.deal_row("d2") == deal(2, "create")
    assert found.deal_row("d3") is None


def test_deals_come_in_the_order_of_their_ids(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(deals=[deal(3), deal(1), deal(2)]))
    assert list(again().deal_rows()) == [deal(1), deal(2), deal(3)]


def test_deals_of_which_something_is_wanted_are_told_apart(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(deals=[deal(1), deal(2, "create"), deal(3, "void")]))
    store.commit(Commit(deals=[deal(3)]))
    assert list(again().deal_rows(waiting=True)) == [deal(2, "create")]


def test_a_document_is_found_by_kind_and_id(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(documents=[invoice(1), estimate(1)]))
    found = again()
    assert found.document("invoice", "i1") == invoice(1)
    assert found.document("estimate", "i1") is None


def test_documents_come_in_the_order_of_kind_and_id(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(documents=[invoice(2), estimate(1), invoice(1)]))
    assert list(again().documents()) == [estimate(1), invoice(1), invoice(2)]


def test_documents_of_one_kind(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(documents=[invoice(2), estimate(1), invoice(1)]))
    found = again()
    assert list(found.documents("invoice")) == [invoice(1), invoice(2)]
    assert list(found.documents("salesorder")) == []


def test_a_tie_comes_back(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(ties=[tie(2), tie(1)]))
    found = again()
    assert found.tie("invoice", "i1") == tie(1)
    assert found.tie("estimate", "i1") is None
    assert list(found.ties()) == [tie(1), tie(2)]


def test_a_dropped_tie_is_gone(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(ties=[tie(1), tie(2)]))
    store.commit(Commit(drop_ties=[tie(1).key]))
    found = again()
    assert found.tie("invoice", "i1") is None
    assert list(found.ties()) == [tie(2)]


def test_a_tie_that_is_replaced_in_one_commit_is_the_new_one(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(ties=[tie(1)]))
    new = Tie(kind="invoice", document_id="i1", deal_id="d9", by="person")
    store.commit(Commit(drop_ties=[tie(1).key], ties=[new]))
    assert again().tie("invoice", "i1") == new


def test_intents_come_oldest_first_until_they_are_closed(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(document_intents=[intent("d2")]))
    store.commit(Commit(document_intents=[intent("d1"), intent("d3")]))
    store.commit(Commit(done_document_intents=["d3"]))
    assert again().document_intents() == [intent("d2"), intent("d1")]


def test_an_intent_that_is_noted_and_closed_at_once_is_closed(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(document_intents=[intent("d1")], done_document_intents=["d1"]))
    assert again().document_intents() == []


def test_a_draft_comes_back(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(drafts=[draft(2), draft(1)]))
    found = again()
    assert found.draft("w1") == draft(1)
    assert found.draft("w9") is None
    assert found.drafts() == [draft(1), draft(2)]


def test_a_draft_that_is_kept_and_dropped_at_once_is_gone(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(drafts=[draft(1)]))
    store.commit(Commit(drafts=[draft(1), draft(2)], drop_drafts=["w1"]))
    assert again().drafts() == [draft(2)]


def test_a_mirror_comes_back(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(mirrors=[mirror(2), mirror(1)]))
    found = again()
    assert found.mirror("invoice", "i1") == mirror(1)
    assert found.mirror("estimate", "i1") is None
    assert list(found.mirrors()) == [mirror(1), mirror(2)]


def test_a_mirror_dropped_and_made_anew_in_one_commit_stands(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(mirrors=[mirror(1), mirror(2)]))
    new = Mirror(kind="invoice", books_id="i1", crm_id="m9", origin="crm")
    store.commit(Commit(drop_mirrors=[mirror(1).key, mirror(2).key], mirrors=[new]))
    assert list(again().mirrors()) == [new]


def test_without_a_setup_nothing_is_mirrored(again: Again) -> None:
    assert again().mirror_setup() == MirrorSetup()


def test_the_last_mirror_setup_of_a_commit_counts(store: ProfileStore, again: Again) -> None:
    first, last = MirrorSetup(on=True, revision=1), MirrorSetup(on=False, since="2024-05-10T08:00:00Z", revision=2)
    store.commit(Commit(mirror_setups=[first, last]))
    store.commit(Commit(ties=[tie(1)]))
    assert again().mirror_setup() == last
