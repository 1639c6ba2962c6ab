"""The preflight of the Books side (design.md §6; B6–B9, E39; zoho-books-api §3.1, §3.4, §4.4)."""

from typing import Any

from core.model.problems import Problem
from core.model.setup import Check, OrganisationRef
from core.zoho.auth import OAuth
from core.zoho.books.entities import CONTACTS_READ, PREFIX, SETTINGS_READ
from core.zoho.books.metadata import check, rows
from core.zoho.budget import Budget
from core.zoho.caller import Call, Caller
from core.zoho.scopes import SCOPES, not_held


async def organisations(caller: Caller) -> list[dict[str, Any]]:
    """Return the organisations this user belongs to, the default one first. Raises ``Problem``."""
    answer = await caller.call(Call(method="GET", path=f"{PREFIX}/organizations", scope=SETTINGS_READ))
    check(answer, "organizations")
    return sorted(rows(answer, "organizations"), key=lambda each: not each.get("is_default_org"))


class BooksChecks:
    """Runs the checks; each is a line, and one that cannot be made says why."""

    def __init__(self, caller: Caller, auth: OAuth, budget: Budget, joined: OrganisationRef) -> None:
        self._caller, self._auth, self._budget, self._joined = caller, auth, budget, joined

    async def run(self) -> list[Check]:
        """Return all lines. Raises ``Problem`` where nothing at all can be checked (credential, network, quota)."""
        lines: list[Check] = []
        missing: list[str] = []
        for each in (self._organisation, self._user, self._currencies, self._native):
            try:
                lines += await each()
            except Problem as problem:
                if problem.code == "not_your_organisation":
                    continue
                if problem.code not in ("scope_missing", "module_unavailable"):
                    raise
                missing.append(problem.detail.get("scope") or problem.detail.get("module", ""))
        _, told = await self._auth.about()
        lacking = missing or not_held(told, SCOPES["books"])
        detail = {"side": "Books", "missing": ", ".join(dict.fromkeys(lacking))}
        lines.append(Check(id="scopes", state="stop" if lacking else "ok", detail=detail))
        reading = self._budget.reading()
        spent = reading.day_limit is not None and reading.used_today * 10 > reading.day_limit * 9
        detail = {"side": "Books", "used": str(reading.used_today), "limit": str(reading.day_limit or "")}
        lines.append(Check(id="quota", state="warning" if spent else "ok", detail=detail))
        return lines

    async def _organisation(self) -> list[Check]:
        found = await organisations(self._caller)
        wanted = self._joined.organization_id
        mine = next((each for each in found if str(each.get("organization_id")) == wanted), None)
        choices = ", ".join(f"{each.get('organization_id')} {each.get('name')}" for each in found)
        if mine is None:
            return [Check(id="organisation", state="stop", detail={"side": "Books", "id": wanted, "choices": choices})]
        active = mine.get("is_org_active") is not False
        about = {"side": "Books", "id": wanted, "name": str(mine.get("name") or "")}
        shared = {**about, "email": str(mine.get("email") or ""), "country": str(mine.get("country") or "")}
        return [
            Check(id="organisation", state="ok" if active else "stop", detail=about),
            Check(id="plan", state="ok", detail={"side": "Books", "plan": str(mine.get("plan_name") or "")}),
            Check(
                id="base_currency",
                state="ok",
                detail={"side": "Books", "currency": str(mine.get("currency_code") or "")},
            ),
            Check(id="sharing", state="ok", detail=shared),
        ]

    async def _user(self) -> list[Check]:
        answer = await self._caller.call(Call(method="GET", path=f"{PREFIX}/users/me", scope=SETTINGS_READ))
        check(answer, "users")
        user = answer.data.get("user") if isinstance(answer.data, dict) else None
        user = user if isinstance(user, dict) else {}
        status, email = str(user.get("status") or "unknown"), str(user.get("email") or "")
        detail = {"side": "Books", "status": status, "email": email}
        if status != "active":
            return [Check(id="user_active", state="stop", detail=detail)]
        expected = self._joined.email.strip().casefold()
        other = bool(expected) and email.casefold() != expected
        return [Check(id="user_active", state="warning" if other else "ok", detail=detail)]

    async def _currencies(self) -> list[Check]:
        answer = await self._caller.call(
            Call(method="GET", path=f"{PREFIX}/settings/currencies", params={"per_page": "200"}, scope=SETTINGS_READ)
        )
        check(answer, "settings")
        codes = [str(each.get("currency_code")) for each in rows(answer, "currencies")]
        return [Check(id="currencies", state="ok", detail={"side": "Books", "active": ", ".join(codes)})]

    async def _native(self) -> list[Check]:
        """Zoho's own integration: records that it linked show that it is, or was, on. Two syncs fight."""
        params = {"filter_by": "Status.Crm", "per_page": "1", "page": "1"}
        answer = await self._caller.call(
            Call(method="GET", path=f"{PREFIX}/contacts", params=params, scope=CONTACTS_READ)
        )
        check(answer, "contacts")
        linked = bool(rows(answer, "contacts"))
        detail = {"side": "Books", "linked": "yes" if linked else "no"}
        return [Check(id="native_integration", state="warning" if linked else "ok", detail=detail)]
