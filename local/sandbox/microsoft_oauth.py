"""Microsoft's consent, tokens and discovery document. Addresses in it are Microsoft's own; the caller rewrites them."""

import base64
import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from local.sandbox.consent import AuthorizationRequest, ProviderRules, authorize
from local.sandbox.faults import Fault
from local.sandbox.redemption import Issued, OAuthRefusal, redeem
from local.sandbox.wire import Json, Request, Response, as_json
from local.sandbox.world import World

LOGIN = "https://login.microsoftonline.com"
PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"  # where everybody's private accounts live
_PERSONAL_DOMAINS = ("outlook.example", "hotmail.example", "live.example")
_TENANTS = {"common": "{tenantid}", "organizations": "{tenantid}", "consumers": PERSONAL_TENANT}


def discovery(_world: World, request: Request, _fault: Fault | None) -> Response:
    """GET /{tenant}/v2.0/.well-known/openid-configuration"""
    tenant = request.route["tenant"]
    base = f"{LOGIN}/{tenant}"
    metadata = {
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": f"{LOGIN}/{_TENANTS.get(tenant, tenant)}/v2.0",
        "request_uri_parameter_supported": False,
        "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        "http_logout_supported": True,
        "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver"],
        "tenant_region_scope": None,
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net",
    }
    return as_json(metadata)


def keys(world: World, _request: Request, _fault: Fault | None) -> Response:
    """GET /{tenant}/discovery/v2.0/keys"""
    return as_json(world.signer.jwks())


def consent(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET and POST /{tenant}/oauth2/v2.0/authorize"""
    return authorize(world, request, _RULES)


def _success_parameters(_request: AuthorizationRequest, _granted: Sequence[str]) -> dict[str, str]:
    return {"session_state": str(uuid.uuid4())}


def _denial_parameters(walled: bool) -> dict[str, str]:
    if walled:
        sentence = "AADSTS90094: An administrator of the tenant has set a policy that prevents you from granting this."
        return {"error": "access_denied", "error_description": sentence}
    sentence = "AADSTS65004: User declined to consent to access the app."
    return {"error": "access_denied", "error_subcode": "cancel", "error_description": sentence}


_RULES: Final = ProviderRules(
    "microsoft",
    "Microsoft",
    is_offline=lambda query: "offline_access" in query.get("scope", "").split(),
    boxes=lambda _scopes: (),
    accepted=_success_parameters,
    denied=_denial_parameters,
)


def token(world: World, request: Request, fault: Fault | None) -> Response:
    """POST /{tenant}/oauth2/v2.0/token"""
    try:
        issued, answer = redeem(world, request, "microsoft", fault)
    except OAuthRefusal as refusal:
        return as_json(_error_body(refusal), refusal.status, Cache_Control="no-store")
    named = [scope for scope in issued.scopes if scope != "offline_access"]
    answer |= {"scope": " ".join(named)}
    if "expires_in" in answer:
        answer["ext_expires_in"] = answer["expires_in"]
    if "openid" in issued.scopes:
        answer["id_token"] = _id_token(world, issued)
    if request.field("client_info") == "1":
        client_info = {"uid": object_id(issued.grant.address), "utid": tenant_of(issued.grant.address)}
        answer["client_info"] = base64.urlsafe_b64encode(json.dumps(client_info).encode()).decode().rstrip("=")
    return as_json(answer, Cache_Control="no-store")


def _error_body(refusal: OAuthRefusal) -> dict[str, Json]:
    trace, now = str(uuid.uuid4()), datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    sentence = f"AADSTS{refusal.number}: {refusal.description} Trace ID: {trace} Timestamp: {now}"
    body: dict[str, Json] = {"error": refusal.error, "error_description": sentence, "error_codes": [refusal.number]}
    body |= {"timestamp": now, "trace_id": trace, "correlation_id": str(uuid.uuid4())}
    return {**body, "error_uri": f"{LOGIN}/error?code={refusal.number}"}


def _id_token(world: World, issued: Issued) -> str:
    now, address = int(world.now()), issued.grant.address
    tenant = tenant_of(address)
    claims: dict[str, Json] = {
        "aud": issued.grant.client_id,
        "iss": f"{LOGIN}/{tenant}/v2.0",
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
        "sub": uuid.uuid5(uuid.NAMESPACE_URL, f"{issued.grant.client_id} {address}").hex,
        "ver": "2.0",
        "oid": object_id(address),
        "tid": tenant,
    }
    if "profile" in issued.scopes:
        claims |= {"name": address.partition("@")[0].title(), "preferred_username": address}
    if "email" in issued.scopes:
        claims["email"] = address
    return world.signer.sign({**claims, "nonce": issued.nonce} if issued.nonce else claims)


def object_id(address: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, address))


def tenant_of(address: str) -> str:
    domain = address.partition("@")[2]
    return PERSONAL_TENANT if domain in _PERSONAL_DOMAINS else str(uuid.uuid5(uuid.NAMESPACE_DNS, domain))
