"""`/oauth/v2/token` and its revocation. Parameters come in the body or in the query (zoho-crm-api §1.2, §1.4, §1.5)."""

from __future__ import annotations

from typing import Any

from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.oauth.tokens import ACCESS_LIFE, AccessToken, Throttled

THROTTLED = {
    "error_description": "You have made too many requests continuously. Please try again after some time.",
    "error": "Access Denied",
    "status": "failure",
}


def error(code: str) -> Reply:
    """The endpoint answers errors with HTTP 200."""
    return Reply(200, {"error": code})


@endpoint("POST", "/oauth/v2/token", doc="Exchange a grant code, or renew an access token", write=False)
def token(call: Call) -> Reply:
    """Both grants: `authorization_code` and `refresh_token`."""
    given = call.query | call.form()
    book = call.world.tokens
    wrong = {"wrong_client": "invalid_client", "wrong_code": "invalid_code"}.get(
        call.world.switches.text("oauth.data_centre")
    )
    if wrong:
        return error(wrong)
    if given.get("client_id") != book.client_id:
        return error("invalid_client")
    if given.get("client_secret") != book.client_secret:
        return error("invalid_client_secret")
    try:
        if given.get("grant_type") == "authorization_code":
            refresh, access = book.exchange(given.get("code", ""))
            return _tokens(call, access, refresh_token=refresh.token)
        if given.get("grant_type") == "refresh_token":
            return _tokens(call, book.renew(given.get("refresh_token", "")))
    except KeyError:
        return error("invalid_code")
    except Throttled:
        return Reply(call.world.switches.number("oauth.throttle_status"), THROTTLED)
    return error("general_error")


@endpoint("POST", "/oauth/v2/token/revoke", doc="Revoke a refresh or access token", write=False)
def revoke(call: Call) -> Reply:
    """A refresh token takes its access tokens with it."""
    given = call.query | call.form()
    if call.world.tokens.revoke(given.get("token", "")):
        return Reply(200, {"status": "success"})
    return Reply(400, {"error": "invalid_token"})


def _tokens(call: Call, access: AccessToken, **more: Any) -> Reply:
    body = {"access_token": access.token, **more}
    if call.world.switches.on("oauth.scope_in_reply"):
        body["scope"] = access.scope
    body |= {"api_domain": call.world.base_url, "token_type": "Bearer", "expires_in": ACCESS_LIFE}
    return Reply(200, body)
