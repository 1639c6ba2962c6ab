"""The preflight of the CRM side (design.md §6; B6, B7, B13; zoho-crm-api §2, §3)."""

from typing import Any, Literal

from core.model.problems import Problem
from core.model.setup import Check, OrganisationRef
from core.model.whys import why
from core.zoho.auth import OAuth
from core.zoho.budget import Budget
from core.zoho.caller import Call, Caller
from core.zoho.crm.entities import ENTITIES, PREFIX
from core.zoho.crm.metadata import check, rows
from core.zoho.scopes import SCOPES, not_held

ORG, USERS = "ZohoCRM.org.READ", "ZohoCRM.users.READ"
MODULES, CURRENCIES = "ZohoCRM.settings.modules.READ", "ZohoCRM.settings.currencies.READ"
BELOW_PROFESSIONAL = ("free", "standard", "starter", "bigin", "")
RIGHTS = ("viewable", "creatable", "editable")
NEEDED = ("Accounts",)
"""Without these there is nothing to sync yet; the others are told as missing, but stop nothing."""
State = Literal["ok", "warning", "stop"]


async def organisation(caller: Caller) -> dict[str, Any]:
    """Return CRM's own organisation object. Raises ``Problem``."""
    answer = await caller.call(Call(method="GET", path=f"{PREFIX}/org", scope=ORG))
    check(answer, "org")
    found = rows(answer, "org")
    if not found:
        raise Problem("server_trouble", side="CRM", why=why("no_organisation"))
    return found[0]


def edition_of(org: dict[str, Any]) -> str:
    """Return the edition in force: what is paid for, else the trial, else free (§2.1)."""
    licence = org.get("license_details")
    licence = licence if isinstance(licence, dict) else {}
    edition = licence.get("paid_type") if licence.get("paid") else licence.get("trial_type")
    return str(edition or "free").lower()


class CrmChecks:
    """Runs the checks; each is a line, and one that cannot be made says why."""

    def __init__(self, caller: Caller, auth: OAuth, budget: Budget, joined: OrganisationRef) -> None:
        self._caller, self._auth, self._budget, self._joined = caller, auth, budget, joined

    async def run(self) -> list[Check]:
        """Return all lines. Raises ``Problem`` where nothing at all can be checked (credential, network, quota)."""
        lines: list[Check] = []
        missing: list[str] = []
        for each in (self._organisation, self._user, self._modules, self._currencies):
            try:
                lines += await each()
            except Problem as problem:
                if problem.code not in ("scope_missing", "module_unavailable"):
                    raise
                missing.append(problem.detail.get("scope") or problem.detail.get("module", ""))
        lines.append(await self._scopes(missing))
        reading = self._budget.reading()
        detail = {"side": "CRM", "used": str(reading.used_today), "limit": str(reading.day_limit or "")}
        spent = reading.day_limit is not None and reading.used_today * 10 > reading.day_limit * 9
        lines.append(Check(id="quota", state="warning" if spent else "ok", detail=detail))
        return lines

    async def _organisation(self) -> list[Check]:
        org = await organisation(self._caller)
        number, name = str(org.get("zgid") or ""), str(org.get("company_name") or "")
        wanted = self._joined.organization_id
        same = not wanted or wanted == number
        about = {"side": "CRM", "id": number, "name": name, "wanted": wanted}
        edition = edition_of(org)
        low = edition in BELOW_PROFESSIONAL
        multi = bool(org.get("mc_status"))
        return [
            Check(id="organisation", state="ok" if same else "stop", detail=about),
            Check(id="edition", state="stop" if low else "ok", detail={"side": "CRM", "edition": edition}),
            Check(id="base_currency", state="ok", detail={"side": "CRM", "currency": str(org.get("iso_code") or "")}),
            Check(id="multi_currency", state="ok", detail={"side": "CRM", "on": "yes" if multi else "no"}),
        ]

    async def _user(self) -> list[Check]:
        answer = await self._caller.call(
            Call(method="GET", path=f"{PREFIX}/users", params={"type": "CurrentUser"}, scope=USERS)
        )
        check(answer, "users")
        user = next(iter(rows(answer, "users")), {})
        status, email = str(user.get("status") or "unknown"), str(user.get("email") or "")
        expected = self._joined.email.strip().casefold()
        state: State = "stop" if status != "active" else "ok"
        if state == "ok" and expected and email.casefold() != expected:
            state = "warning"
        return [Check(id="user_active", state=state, detail={"side": "CRM", "status": status, "email": email})]

    async def _modules(self) -> list[Check]:
        answer = await self._caller.call(Call(method="GET", path=f"{PREFIX}/settings/modules", scope=MODULES))
        check(answer, "modules")
        there = {str(each.get("api_name")): each for each in rows(answer, "modules")}
        lacking = {name: _lacking(there.get(name)) for name in ENTITIES}
        bad = {name: rights for name, rights in lacking.items() if rights}
        state: State = "stop" if any(name in bad for name in NEEDED) else "warning" if bad else "ok"
        told = "; ".join(f"{name}: {rights}" for name, rights in bad.items())
        return [Check(id="modules", state=state, detail={"side": "CRM", "lacking": told})]

    async def _currencies(self) -> list[Check]:
        answer = await self._caller.call(Call(method="GET", path=f"{PREFIX}/org/currencies", scope=CURRENCIES))
        check(answer, "currencies")
        active = [str(each.get("iso_code")) for each in rows(answer, "currencies") if each.get("is_active")]
        return [Check(id="currencies", state="ok", detail={"side": "CRM", "active": ", ".join(active)})]

    async def _scopes(self, missing: list[str]) -> Check:
        _, told = await self._auth.about()
        lacking = missing or not_held(told, SCOPES["crm"])
        state: State = "stop" if lacking else "ok"
        return Check(id="scopes", state=state, detail={"side": "CRM", "missing": ", ".join(dict.fromkeys(lacking))})


def _lacking(module: dict[str, Any] | None) -> str:
    if module is None:
        return "not there"
    if module.get("status") not in (None, "visible"):
        return str(module["status"])
    return ", ".join(right for right in RIGHTS if module.get(right) is False)
