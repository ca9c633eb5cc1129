"""Google's consent, tokens, revocation and userinfo."""

import hashlib
from collections.abc import Sequence
from typing import Final

from local.sandbox.consent import AuthorizationRequest, ProviderRules, authorize
from local.sandbox.faults import Fault
from local.sandbox.redemption import Issued, OAuthRefusal, redeem
from local.sandbox.wire import Json, Request, Response, as_json
from local.sandbox.world import World

ISSUER = "https://accounts.google.com"
_USERINFO = "https://www.googleapis.com/auth/userinfo."
_SIGN_IN = {"openid", "email", "profile", _USERINFO + "email", _USERINFO + "profile"}


def consent(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET and POST /google/o/oauth2/v2/auth"""
    return authorize(world, request, _RULES)


def _boxes(scopes: Sequence[str]) -> tuple[str, ...]:
    """Each scope except those for sign-in has its own checkbox, unless there is only one."""
    others = tuple(scope for scope in scopes if scope not in _SIGN_IN)
    return others if len(scopes) > 1 else ()


def _success_parameters(request: AuthorizationRequest, granted: Sequence[str]) -> dict[str, str]:
    parameters = {"iss": ISSUER, "scope": " ".join(_long_names(granted)), "authuser": "0"}
    return {**parameters, "prompt": request.prompt} if request.prompt else parameters


def _long_names(scopes: Sequence[str]) -> list[str]:
    """Scopes are returned with their long names."""
    return [_USERINFO + scope if scope in ("email", "profile") else scope for scope in scopes]


_RULES: Final = ProviderRules(
    "google",
    "Google",
    is_offline=lambda query: query.get("access_type") == "offline",
    boxes=_boxes,
    accepted=_success_parameters,
    denied=lambda _walled: {"error": "access_denied", "iss": ISSUER},
)


def token(world: World, request: Request, fault: Fault | None) -> Response:
    """POST /google/token"""
    try:
        issued, answer = redeem(world, request, "google", fault)
    except OAuthRefusal as refusal:
        error = {"error": refusal.error, "error_description": refusal.description}
        return as_json(error, refusal.status, Cache_Control="no-store")
    answer["scope"] = " ".join(_long_names(issued.scopes))
    if "openid" in issued.scopes:
        answer["id_token"] = _id_token(world, issued)
    return as_json(answer, Cache_Control="no-store")


def _id_token(world: World, issued: Issued) -> str:
    now, grant = int(world.now()), issued.grant
    claims = {"iss": ISSUER, "azp": grant.client_id, "aud": grant.client_id, "iat": now, "exp": now + 3600}
    claims |= _identity(grant.address, issued.scopes)
    return world.signer.sign({**claims, "nonce": issued.nonce} if issued.nonce else claims)


def userinfo(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET /google/userinfo"""
    bearer = world.grants.bearer("google", request.bearer, world.now())
    if bearer is None or not _SIGN_IN & set(bearer.scopes):
        error = {"error": "invalid_request", "error_description": "Invalid Credentials"}
        return as_json(
            error, 401, WWW_Authenticate='Bearer realm="https://accounts.google.com/", error="invalid_request"'
        )
    return as_json(_identity(bearer.address, bearer.scopes))


def _identity(address: str, scopes: Sequence[str]) -> dict[str, Json]:
    digest = int.from_bytes(hashlib.sha256(address.encode()).digest()[:8])
    identity: dict[str, Json] = {"sub": f"1{digest:020d}"}
    if {"email", _USERINFO + "email"} & set(scopes):
        identity |= {"email": address, "email_verified": True}
    if {"profile", _USERINFO + "profile"} & set(scopes):
        name = address.partition("@")[0].title()
        identity |= {"name": name, "given_name": name, "picture": "https://lh3.googleusercontent.example/a/default=s96"}
    return identity


def revoke(world: World, request: Request, _fault: Fault | None) -> Response:
    """POST /google/revoke: ends everything that this account granted to this client, whichever token is sent."""
    grant = world.grants.find_by_token("google", request.field("token"))
    if grant is None or grant.revoked:
        return as_json({"error": "invalid_token", "error_description": "Token expired or revoked"}, 400)
    world.grants.revoke(grant.address, grant.client_id)
    return as_json({})
