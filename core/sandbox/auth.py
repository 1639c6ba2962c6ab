"""Who is calling, and may they (zoho-crm-api §0 and §1.6, zoho-books-api §1.2 to §1.4)."""

from __future__ import annotations

from core.sandbox.books.errors import BooksRefusal
from core.sandbox.crm.errors import CrmRefusal
from core.sandbox.crm.state import OPERATIONS
from core.sandbox.http import Call, Endpoint

PREFIX = "Zoho-oauthtoken "
FAMILY = {"crm": "ZohoCRM.", "books": "ZohoBooks."}


def find_token(call: Call) -> None:
    """Put the call's access token into it, expired or not."""
    header = call.headers.get("authorization", "")
    if header.startswith(PREFIX):
        call.token = call.world.tokens.find(header.removeprefix(PREFIX))


def authorise(call: Call, endpoint: Endpoint) -> None:
    """Refuse a call without a good token, without the scope it needs, or to an organisation that is not the user's."""
    if not endpoint.scope:
        return
    if endpoint.side == "crm":
        _authorise_crm(call, endpoint)
    elif endpoint.side == "books":
        _authorise_books(call, endpoint)


def _scopes(call: Call, endpoint: Endpoint) -> list[str]:
    wanted = endpoint.scope.format_map(call.params).split()
    return [scope if scope.startswith("Zoho") else FAMILY[endpoint.side] + scope for scope in wanted]


def _authorise_crm(call: Call, endpoint: Endpoint) -> None:
    if "authorization" not in call.headers:
        raise CrmRefusal(401, "AUTHENTICATION_FAILURE", "Authentication failed")
    if call.token is None or call.token.expires <= call.world.clock.now():
        raise CrmRefusal(401, call.world.switches.text("crm.bad_token_code"), "invalid oauth token")
    if not all(call.token.allows(scope) for scope in _scopes(call, endpoint)):
        raise CrmRefusal(401, "OAUTH_SCOPE_MISMATCH", "Unauthorized")
    for scope in _scopes(call, endpoint):
        _check_profile(call, scope)


def _check_profile(call: Call, scope: str) -> None:
    """403 for what the user's profile does not allow (zoho-crm-api §3)."""
    _, group, module, *verb = [*scope.split("."), ""]
    operation = OPERATIONS.get(verb[0]) if group == "modules" and verb else None
    if operation is not None and operation in call.world.crm.denied.get(module, ()):
        raise CrmRefusal(403, "NO_PERMISSION", permissions=[f"Crm_Implied_{operation.capitalize()}_{module}"])


def _authorise_books(call: Call, endpoint: Endpoint) -> None:
    if call.token is None:
        raise BooksRefusal(14)
    if call.token.expires <= call.world.clock.now():
        raise BooksRefusal(57)
    if not all(call.token.allows(scope) for scope in _scopes(call, endpoint)):
        raise BooksRefusal(57)
    if endpoint.org:
        named = call.query.get("organization_id") or call.headers.get("x-com-zoho-books-organizationid", "")
        if named != call.world.books.organization_id:
            raise BooksRefusal(6041, name=named)
