"""A client as thin as can be: it knows how to get a token and where the organisation's id goes, and nothing else."""

from __future__ import annotations

from typing import Any

import httpx

from core.sandbox.testing import RunningSandbox


class Client:
    """Calls of a running sandbox. `crm("GET", "Accounts", fields="id")` answers with the httpx response."""

    def __init__(self, zoho: RunningSandbox) -> None:
        self.zoho = zoho
        self.http = httpx.Client(base_url=zoho.base_url, trust_env=False)
        self.authorise(self.renew().json()["access_token"])

    def token_call(self, **form: str) -> httpx.Response:
        keys = {name: self.zoho.info[name] for name in ("client_id", "client_secret")}
        return self.http.post("/oauth/v2/token", data=keys | form)

    def renew(self) -> httpx.Response:
        return self.token_call(grant_type="refresh_token", refresh_token=self.zoho.info["refresh_token"])

    def authorise(self, token: str) -> None:
        self.http.headers["Authorization"] = f"Zoho-oauthtoken {token}"

    def narrow(self, scope: str) -> None:
        """Go on with a token of these scopes only."""
        code = self.zoho.control("POST", "tokens/grant", {"scope": scope})["code"]
        self.authorise(self.token_call(grant_type="authorization_code", code=code).json()["access_token"])

    def crm(
        self, method: str, path: str, *, json: Any = None, headers: dict[str, str] | None = None, **query: Any
    ) -> httpx.Response:
        return self.http.request(method, f"/crm/v8/{path}", json=json, headers=headers, params=query or None)

    def books(
        self, method: str, path: str, *, json: Any = None, headers: dict[str, str] | None = None, **query: Any
    ) -> httpx.Response:
        query.setdefault("organization_id", self.zoho.info["books"]["organization_id"])
        return self.http.request(method, f"/books/v3/{path}", json=json, headers=headers, params=query)

    def insert(self, **fields: Any) -> str:
        """A new account; its id."""
        row = {"Account_Name": "Test", "Phone": "03-1"} | fields
        answer = self.crm("POST", "Accounts", json={"data": [row], "trigger": []})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"][0]["details"]["id"])

    def account(self, record_id: str) -> dict[str, Any]:
        """An account as the API shows it."""
        record: dict[str, Any] = self.crm("GET", f"Accounts/{record_id}").json()["data"][0]
        return record

    def customer(self, name: str, **fields: Any) -> dict[str, Any]:
        """A new customer, as Books answers."""
        answer = self.books("POST", "contacts", json={"contact_name": name} | fields)
        assert answer.status_code == 201, answer.text
        contact: dict[str, Any] = answer.json()["contact"]
        return contact

    def walk(
        self, module: str = "Accounts", *, headers: dict[str, str] | None = None, **query: Any
    ) -> list[dict[str, Any]]:
        """All records by page tokens."""
        found: list[dict[str, Any]] = []
        query = {"fields": "Account_Name,Modified_Time"} | query
        while True:
            page = self.crm("GET", module, headers=headers, **query).json()
            found += page["data"]
            if page["info"]["next_page_token"] is None:
                return found
            query["page_token"] = page["info"]["next_page_token"]

    def pages(self, path: str = "contacts", *, key: str | None = None, **query: Any) -> list[dict[str, Any]]:
        """All rows of a Books list; `key` is what the reply calls them, where that is not the path."""
        found: list[dict[str, Any]] = []
        page = 1
        while True:
            answer = self.books("GET", path, page=page, **query).json()
            found += answer[key or path]
            if not answer["page_context"]["has_more_page"]:
                return found
            page += 1
