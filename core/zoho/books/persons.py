"""Contact persons of customers: read with them, written one by one, never deleted (zoho-books-api §4.5; B27, I9)."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

import msgspec

from core.engine.ports import Found, Key
from core.model.record import Gone, Moved, Outcome, Record, Refused, Unknown, Write
from core.model.value import Fields
from core.zoho.books.body import person_body
from core.zoho.books.contacts import ECHO, Contacts
from core.zoho.books.entities import CONTACTS_CREATE, CONTACTS_UPDATE, CUSTOMERS, PREFIX, Entity
from core.zoho.books.households import Household, Households, Person, join, person_fields, split
from core.zoho.books.metadata import Metadata
from core.zoho.books.outcomes import encoded, holds, known_as, refused, refused_by, unsendable
from core.zoho.books.outcomes import gone as gone_already
from core.zoho.budget import Budget
from core.zoho.caller import Answer, Call, Caller, Uncertain
from core.zoho.pending import Pending
from core.zoho.together import together

SENDINGS = 3


class Persons:
    """Contact persons of one organisation's customers. Individuals are persons themselves: theirs are left out."""

    def __init__(self, caller: Caller, metadata: Metadata, contacts: Contacts, budget: Budget) -> None:
        self._caller, self._metadata, self._contacts, self._budget = caller, metadata, contacts, budget
        self._households = Households()

    async def changes(self, entity: Entity, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        """Yield the persons of customers modified at or after ``since``. A changed customer with persons costs a call,
        unless this side has read it at this version; so a pull that a used-up day cut short goes on where it was.
        """
        await self._metadata.mapped(entity, fields)
        async for customers in self._contacts.latest(since):
            homes: list[Household] = []
            jobs = []
            for each in customers:
                held = self._households.get(each.id)
                if each.kind == "individual" or not any(each.fields.get(path) for path in ECHO):
                    self._households.drop(each.id)
                elif held is not None and held.settled and held.version == each.version:
                    homes.append(held)
                else:
                    jobs.append(partial(self._home, each.id, keep=True))
            async for home in together(jobs, self._budget.limits.in_flight):
                homes += [home] if home is not None else []
            found = [person_record(home, each, fields) for home in homes for each in home.persons]
            if found:
                yield found

    async def sample(self, entity: Entity, fields: Sequence[str], most: int) -> list[Record]:
        """Return the persons of the first customers that have some, so many at most."""
        await self._metadata.mapped(entity, fields)
        async for customers in self._contacts.changes(CUSTOMERS, ECHO, "1970-01-01T00:00:00Z"):
            peopled = [each for each in customers if any(each.fields.get(path) for path in ECHO)][:most]
            homes = [await self._home(each.id) for each in peopled]
            found = [person_record(home, each, fields) for home in homes if home for each in home.persons]
            return found[:most]
        return []

    def gone(self) -> list[Gone]:
        """Return persons that their customer no longer has, as far as this side has read it twice."""
        return self._households.left()

    async def read(self, entity: Entity, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        """Return persons, a call for each customer; ids that are gone are absent."""
        await self._metadata.mapped(entity, fields)
        wanted: dict[str, list[str]] = {}
        for each in dict.fromkeys(ids):
            contact_id, person_id = split(each)
            if contact_id:
                wanted.setdefault(contact_id, []).append(person_id)
        found: list[Record] = []
        async for home in together([partial(self._home, each) for each in wanted], self._budget.limits.in_flight):
            if home is not None:
                found += [
                    person_record(home, each, fields) for each in home.persons if each.id in wanted[home.contact_id]
                ]
        return found

    async def find(self, entity: Entity, fields: Sequence[str], key: Key) -> Found:
        """Look a create up under its customer, by name: persons have no custom fields to hold a key."""
        home = await self._home(key.parent) if key.parent.isdecimal() else None
        if home is None:
            return Found(None, sure=bool(key.parent))
        found = [person_record(home, each, fields) for each in home.persons if name_of(each.fields) == key.name.strip()]
        if len(found) > 1:
            return Found(None, sure=False, candidates=tuple(sorted(each.id for each in found)))
        return Found(found[0] if found else None)

    async def write(self, fields: Sequence[str], writes: Sequence[Write]) -> AsyncIterator[Outcome]:
        """Send one call a person, several at once; an update is preceded by a read of the customer."""
        pending = Pending(writes)
        jobs = [partial(self._create if each.id is None else self._update, each, fields, pending) for each in writes]
        async for outcome in pending.told(together(jobs, self._budget.limits.in_flight)):
            yield outcome

    async def _home(self, contact_id: str, *, keep: bool = False) -> Household | None:
        detail, date = await self._contacts.dated_detail(CUSTOMERS, contact_id)
        if detail is None:
            self._households.drop(contact_id)
            return None
        if keep:
            self._contacts.keep(detail)
        return self._households.put(detail, date)

    async def _create(self, write: Write, fields: Sequence[str], pending: Pending) -> Outcome:
        if not write.parent:
            return Refused(ref=write.ref, reason="F21", message="its customer is not known", code="NOT_SENT")
        body = encoded(person_body(write, write.parent))
        if body is None:
            return unsendable(write)
        call = Call(method="POST", path=f"{PREFIX}/contacts/contactpersons", body=body, again=False, write=True,
                    scope=CONTACTS_CREATE)  # fmt: skip
        try:
            answer = await pending.send(self._caller, call, [write])
        except Uncertain as wrong:
            return Unknown(ref=write.ref, message=str(wrong))
        if (refusal := refused_by(answer)) is not None:
            return refused(write, refusal)
        return await self._written(write, fields, answer, Household(write.parent, "", "", True, False, ()))

    async def _update(self, write: Write, fields: Sequence[str], pending: Pending) -> Outcome:
        why = ""
        contact_id, person_id = split(write.id or "")
        for _ in range(SENDINGS):
            home = await self._home(contact_id) if contact_id else None
            now = home.person(person_id) if home is not None else None
            if home is None or now is None:
                return gone_already(write, "the contact person is no longer there")
            record = person_record(home, now, fields)
            if why and holds(record, write):
                return known_as(write, record)
            if write.expect_version is not None and write.expect_version < now.since:
                return Moved(ref=write.ref, record=record)
            body = encoded(person_body(write, contact_id))
            if body is None:
                return unsendable(write)
            call = Call(method="PUT", path=f"{PREFIX}/contacts/contactpersons/{person_id}", body=body, again=False,
                        write=True, scope=CONTACTS_UPDATE)  # fmt: skip
            try:
                answer = await pending.send(self._caller, call, [write])
            except Uncertain as wrong:
                why = str(wrong)
                continue
            if (refusal := refused_by(answer)) is not None:
                return refused(write, refusal)
            return await self._written(write, fields, answer, home)
        return Unknown(ref=write.ref, message=why)

    async def _written(self, write: Write, fields: Sequence[str], answer: Answer, home: Household) -> Outcome:
        self._contacts.forget(home.contact_id)
        given = _answered(answer)
        person_id = str(given.get("contact_person_id") or "")
        if not person_id:
            return Unknown(ref=write.ref, message="the answer holds no contact person")
        if write.fields.get("is_primary_contact") is True and given.get("is_primary_contact") not in (True, "true"):
            call = Call(method="POST", path=f"{PREFIX}/contacts/contactpersons/{person_id}/primary", write=True,
                        scope=CONTACTS_CREATE)  # fmt: skip
            try:
                moved = await self._caller.call(call)
            except Uncertain as wrong:
                return Unknown(ref=write.ref, message=str(wrong))
            if (refusal := refused_by(moved)) is not None:
                return refused(write, refusal)
            given["is_primary_contact"] = True
        # The answer tells no time of modification: the customer's becomes that of the write (see ``households``).
        home = msgspec.structs.replace(home, version=answer.reply.date() or home.version)
        record = person_record(home, Person(person_id, person_fields(given)), fields)
        return known_as(write, record)


def person_record(home: Household, person: Person, fields: Sequence[str]) -> Record:
    """Return a contact person as a record; its times and whether it is active are its customer's."""
    return Record(
        side="books", entity="persons", id=join(home.contact_id, person.id), name=name_of(person.fields),
        version=home.version, created=home.created, fields={path: person.fields[path] for path in fields},
        native=person.native or None, kind="person", active=home.active, parent=home.contact_id,
    )  # fmt: skip


def name_of(fields: Fields) -> str:
    """Return a person's name as CRM puts its ``Full_Name`` together: the given name first."""
    return " ".join(str(part) for part in (fields.get("first_name"), fields.get("last_name")) if part)


def _answered(answer: Answer) -> dict[str, Any]:
    """The person in an answer: alone, or in a list of one (§4.5)."""
    found = answer.data.get("contact_person") if isinstance(answer.data, dict) else None
    if isinstance(found, list):
        found = found[0] if found else None
    return found if isinstance(found, dict) else {}
