"""What is written back whole is what was last read, but for what was changed (I9)."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from core.model.record import Write
from core.zoho.books.body import Ids, body_of
from core.zoho.books.entities import ENTITIES
from core.zoho.books.metadata import Known

WORDS = some.sampled_from(("", "一", "Kobe", "A & B", "090-1"))
PERSON_KEYS = ("first_name", "last_name", "email", "phone", "mobile", "skype", "department")
ADDRESS_KEYS = ("attention", "address", "street2", "city", "zip", "country", "phone", "fax")


@some.composite
def contacts(draw: some.DrawFn) -> dict[str, Any]:
    people = draw(some.lists(some.dictionaries(some.sampled_from(PERSON_KEYS), WORDS), max_size=5))
    persons = [{"contact_person_id": f"p{at}", **each} for at, each in enumerate(people)]
    if persons and draw(some.booleans()):
        draw(some.sampled_from(persons))["is_primary_contact"] = True
    addresses = some.dictionaries(some.sampled_from(ADDRESS_KEYS), WORDS)
    return {
        "contact_id": "1", "contact_name": "青葉食品", "contact_persons": persons,
        "billing_address": {"address_id": "b", **draw(addresses)},
        "shipping_address": {"address_id": "s", **draw(addresses)},
    }  # fmt: skip


paths = some.sampled_from((
    "notes", "billing_address.city", "billing_address.phone", "shipping_address.zip", "primary.email", "primary.phone",
))  # fmt: skip


@given(some.sampled_from(("customers", "vendors")), contacts(), some.dictionaries(paths, some.none() | WORDS))
def test_I9_no_person_and_no_part_of_an_address_is_dropped(entity: str, old: dict[str, Any], fields: Any) -> None:
    write = Write(ref="a", side="books", entity=entity, id="1", name="青葉食品", fields=fields)
    body = body_of(ENTITIES[entity], Known(custom={}), write, old, Ids())
    if "contact_persons" in body:
        sent = {each.get("contact_person_id"): each for each in body["contact_persons"]}
        changed = {path.removeprefix("primary.") for path in fields if path.startswith("primary.")}
        altered = 0
        for person in old["contact_persons"]:
            now = sent[person["contact_person_id"]]
            assert person.items() - now.items() <= {(key, person.get(key)) for key in changed}
            altered += any(now.get(key) != person.get(key) for key in changed)
        assert altered <= 1, "somebody else's details were written"
    for name in ("billing_address", "shipping_address"):
        if name in body:
            changed = {path.removeprefix(f"{name}.") for path in fields if path.startswith(name)}
            assert old[name].items() - body[name].items() <= {(key, old[name].get(key)) for key in changed}
        else:
            assert not any(path.startswith(name) for path in fields)
