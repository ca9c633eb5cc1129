"""The sign-in issuer that the local stack trusts: a small OpenID provider with a list of people.

Each has the same `sub` as in the tokens of `python -m local token NAME`.
"""

from dataclasses import replace
from typing import Final

from local.sandbox import screens
from local.sandbox.consent import AuthorizationRequest, Blocked, ProviderRules, back_to, read_authorization_request
from local.sandbox.faults import Fault
from local.sandbox.redemption import OAuthRefusal, client_of, matches_challenge
from local.sandbox.sign_in_codes import CODE_SECONDS, SignInCode
from local.sandbox.tokens import LIFETIME, PEOPLE, Person, bearer, id_token
from local.sandbox.wire import Json, Request, Response, as_json, as_page
from local.sandbox.world import World

_NAME = "signin"
_EMAIL = ("email", "email_verified")
_RIGHTS = ("roles", "organizations")
_RULES: Final = ProviderRules(
    _NAME,
    "Sandbox",
    is_offline=lambda _: False,
    boxes=lambda _: (),
    accepted=lambda _, __: {},
    denied=lambda _: {"error": "access_denied"},
)


def jwks(world: World, _request: Request, _fault: Fault | None) -> Response:
    """GET /signin/jwks"""
    return as_json(world.signer.jwks())


def discovery(_world: World, request: Request, _fault: Fault | None) -> Response:
    """GET /signin/.well-known/openid-configuration"""
    issuer = _issuer(request)
    return as_json(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "email"],
            "claims_supported": [
                "sub",
                "iss",
                "aud",
                "exp",
                "iat",
                "nonce",
                "name",
                "preferred_username",
                *_EMAIL,
                *_RIGHTS,
            ],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "authorization_response_iss_parameter_supported": True,
        }
    )


def authorize(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET and POST /signin/authorize: choose who to sign in as"""
    raw = request.form["request"][-1] if "request" in request.form else request.query_string
    try:
        authorization = read_authorization_request(world, raw, _RULES)
    except Blocked as blocked:
        return as_page(screens.error_page("Sandbox", blocked.code, blocked.sentence), 400)
    response = {"iss": _issuer(request)}
    if error := _request_error(authorization):
        return back_to(authorization, {**response, **error})
    if request.form.get("answer") == ["deny"]:
        return back_to(authorization, {**response, "error": "access_denied"})
    person = request.form.get("person", [""])[-1].strip()
    if not person:
        return as_page(screens.people(authorization.client_id, raw, {sub: each.name for sub, each in PEOPLE.items()}))
    code = world.sign_in_codes.add(_code(world, authorization, _chosen(request, person)))
    return back_to(authorization, {**response, "code": code})


def _request_error(authorization: AuthorizationRequest) -> dict[str, str]:
    """The error of a request that is redirected back; {} if it is valid."""
    if "openid" not in authorization.scopes:
        return {"error": "invalid_scope", "error_description": "The scope openid is missing."}
    if not authorization.challenge:
        return {"error": "invalid_request", "error_description": "A code_challenge is required here."}
    return {}


def _chosen(request: Request, sub: str) -> Person:
    """The known person, with the rights that the form adds."""
    known, organization = PEOPLE.get(sub, Person(sub)), request.form.get("organization", [""])[-1].strip()
    added = {organization: [request.form.get("role", [""])[-1].strip() or "member"]} if organization else {}
    is_operator = known.operator or "operator" in request.form
    return replace(known, operator=is_operator, organizations={**known.organizations, **added})


def _code(world: World, authorization: AuthorizationRequest, person: Person) -> SignInCode:
    until = world.now() + CODE_SECONDS
    return SignInCode(
        person,
        authorization.client_id,
        authorization.redirect_uri,
        authorization.challenge,
        authorization.nonce,
        until,
    )


def token(world: World, request: Request, _fault: Fault | None) -> Response:
    """POST /signin/token"""
    try:
        return as_json(_redeem(world, request), Cache_Control="no-store")
    except OAuthRefusal as refusal:
        error = {"error": refusal.error, "error_description": refusal.description}
        return as_json(error, refusal.status, Cache_Control="no-store")


def _redeem(world: World, request: Request) -> Json:
    client_id = client_of(world, request, _NAME)
    if request.field("grant_type") != "authorization_code":
        raise OAuthRefusal("unsupported_grant_type", "Only authorization codes are accepted.")
    code = world.sign_in_codes.take(request.field("code"))
    if code is None or code.expires_at <= world.now():
        raise OAuthRefusal("invalid_grant", "The code is unknown, used or expired.")
    if (code.client_id, code.redirect_uri) != (client_id, request.field("redirect_uri")):
        raise OAuthRefusal("invalid_grant", "The code was issued to another client, or for another address.")
    if not matches_challenge(request.field("code_verifier"), code.challenge):
        raise OAuthRefusal("invalid_grant", "Invalid code verifier.")
    issuer, person, now = _issuer(request), code.person, world.now()
    return {
        "access_token": bearer(world.signer, issuer, person, now=now),
        "token_type": "Bearer",
        "expires_in": round(LIFETIME.total_seconds()),
        "id_token": id_token(world.signer, issuer, person, audience=client_id, nonce=code.nonce, now=now),
        "scope": "openid profile email",
    }


def _issuer(request: Request) -> str:
    return f"{request.origin}/signin"
