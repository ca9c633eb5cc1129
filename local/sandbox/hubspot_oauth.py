"""HubSpot's consent, tokens, introspection and revocation."""

from collections.abc import Sequence
from typing import Final

from local.sandbox import hubspot_errors, screens
from local.sandbox.consent import AuthorizationRequest, ProviderRules, authorize
from local.sandbox.faults import Fault
from local.sandbox.grants import OWN_APPLICATION
from local.sandbox.redemption import OAuthRefusal, client_of, redeem
from local.sandbox.wire import Json, Request, Response, as_json, as_page
from local.sandbox.world import World

PRIVATE_SCOPES = ("crm.objects.contacts.read",)


def consent(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET and POST /hubspot/oauth/authorize"""
    return authorize(world, request, _RULES)


def _accepted(_request: AuthorizationRequest, _granted: Sequence[str]) -> dict[str, str]:
    return {}


_RULES: Final = ProviderRules(
    "hubspot",
    "HubSpot",
    is_offline=lambda _query: True,
    boxes=lambda _scopes: (),
    accepted=_accepted,
    denied=lambda _walled: {"error": "access_denied", "error_description": "The user denied the request."},
)


def token(world: World, request: Request, fault: Fault | None) -> Response:
    """POST /oauth/{version}/token; a refresh returns the same refresh token"""
    try:
        issued, answer = redeem(world, request, "hubspot", fault)
    except OAuthRefusal as refusal:
        return _refused(refusal)
    del answer["scope"]
    answer |= {"token_type": "bearer", "token_use": "access_token", "scopes": list(issued.scopes)}
    answer |= _identity(world, issued.grant.address)
    if request.field("grant_type") == "refresh_token":
        answer["refresh_token"] = request.field("refresh_token")
    return as_json(answer, Cache_Control="no-store")


def introspect(world: World, request: Request, _fault: Fault | None) -> Response:
    """POST /oauth/{version}/token/introspect"""
    try:
        client_id = client_of(world, request, "hubspot")
    except OAuthRefusal as refusal:
        return _refused(refusal)
    bearer = world.grants.bearer("hubspot", request.field("token"), world.now())
    if bearer is None:
        return as_json({"active": False})
    about = {"active": True, "client_id": client_id, "scopes": list(bearer.scopes), "token_use": "access_token"}
    domain = f"{bearer.address.partition('@')[2]}"
    about |= {"user": bearer.address, "hub_domain": domain, "is_private_distribution": False}
    return as_json({**about, **_identity(world, bearer.address)})


def token_info(world: World, request: Request, _fault: Fault | None) -> Response:
    """POST /oauth/v2/private-apps/get/access-token-info: about the token of a private app"""
    token = request.json.get("tokenKey", "") if isinstance(request.json, dict) else ""
    bearer = world.grants.bearer("hubspot", token, world.now())
    if bearer is None or bearer.client_id != OWN_APPLICATION or request.bearer != token:
        return hubspot_errors.unauthorized()
    identity = _identity(world, bearer.address)
    about = {"hubId": identity["hub_id"], "userId": identity["user_id"], "appId": 1, "scopes": list(bearer.scopes)}
    return as_json(about)


def private_apps(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET and POST /hubspot/private-apps: the page on which people make a token for an account"""
    address = request.form.get("account", [""])[-1]
    token = ""
    if request.method == "POST":
        token = world.grants.pasted_token("hubspot", world.accounts.get(address).address, PRIVATE_SCOPES)
    return as_page(screens.private_apps("HubSpot", world.accounts.addresses("hubspot"), token))


def revoke(world: World, request: Request, _fault: Fault | None) -> Response:
    """POST /oauth/{version}/token/revoke"""
    try:
        client_of(world, request, "hubspot")
    except OAuthRefusal as refusal:
        return _refused(refusal)
    grant = world.grants.find_by_token("hubspot", request.field("token"))
    if grant is None or grant.revoked:
        return as_json({"error": "invalid_token", "error_description": "The token is unknown."}, 400)
    world.grants.revoke(grant.address, grant.client_id)
    return Response(200)


def _identity(world: World, address: str) -> dict[str, Json]:
    account = world.accounts.get(address)
    return {"hub_id": account.number, "user_id": 1 + account.number % 9_000_000}


def _refused(refusal: OAuthRefusal) -> Response:
    """As RFC 6749, with what earlier versions said."""
    body = {"error": refusal.error, "error_description": refusal.description}
    return as_json({**body, "status": refusal.error.upper(), "message": refusal.description}, refusal.status)
