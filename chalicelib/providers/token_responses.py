"""Parses responses of OAuth token endpoints, alike for all providers. Errors never contain tokens."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.foundation.errors import (
    ConsentNeeded,
    Misconfigured,
    ProviderBroken,
    ProviderBusy,
    ProviderSilent,
    ServiceError,
)
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Reply, parse_retry_after
from chalicelib.providers.provider import Grant

TIMEOUT = timedelta(seconds=10)  # of one request; a person may be waiting for the page
DEFAULT_LIFE = timedelta(hours=1)  # of an access token without `expires_in`
LONGEST_LIFE = timedelta(days=1)
LONGEST_TOKEN = 16_000  # characters
LONGEST_ID = 255
# The person must consent again.
CONSENT_ERRORS = {
    "invalid_grant",
    "interaction_required",
    "consent_required",
    "login_required",
    "access_denied",
    "admin_policy_enforced",
}
# An operator must fix the configuration.
CLIENT_ERRORS = {
    "invalid_client",
    "deleted_client",
    "disabled_client",
    "unauthorized_client",
    "redirect_uri_mismatch",
    "unsupported_grant_type",
    "invalid_scope",
    "invalid_resource",
    "org_internal",
}
BUSY_ERRORS = {"temporarily_unavailable", "rate_limit_exceeded", "slow_down"}


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A request to a provider's token endpoint, as far as error messages need it."""

    #: The provider: "google".
    name: str
    #: What people call it: "Google".
    title: str
    #: Whether it exchanges an authorization code, rather than a refresh token.
    is_exchange: bool = False


def parse_grant(
    payload: Mapping[str, Json], request: TokenRequest, *, requested: Sequence[str], now: datetime
) -> Grant:
    """The tokens of a successful response. If it has no scopes, all requested ones were granted.

    Raises:
        ProviderBroken: there is no usable access token.
    """
    access_token, refresh_token = payload.get("access_token"), payload.get("refresh_token")
    if not _is_token(access_token):
        raise unreadable_response(request)
    return Grant(
        access_token=str(access_token),
        refresh_token=str(refresh_token) if _is_token(refresh_token) else None,
        expires_at=now + _lifetime(payload.get("expires_in")),
        scopes=_scopes(payload.get("scope")) or tuple(requested),
    )


def read_reply(reply: Reply, request: TokenRequest, now: datetime) -> dict[str, Json]:
    """The JSON object of a 2xx or 4xx response.

    Raises:
        ProviderBusy: the provider limits our rate.
        ProviderBroken: any other status, or the body is not a JSON object.
    """
    is_rate_limited = reply.status in {429, 503} or (reply.status >= 500 and "retry-after" in reply.headers)
    if is_rate_limited:
        wait = parse_retry_after(reply.headers.get("retry-after"), now)
        raise ProviderBusy(f"{request.title} asks us to wait.", retry_after=wait, provider=request.name)
    if reply.status in {502, 504}:  # from a proxy in front of it
        raise ProviderSilent(f"{request.title} returned an error ({reply.status}).", provider=request.name)
    payload = reply.json_object()
    if payload is None or not (200 <= reply.status < 300 or 400 <= reply.status < 500):
        raise ProviderBroken(f"{request.title} returned an error ({reply.status}).", provider=request.name)
    return payload


def refusal_error(payload: Mapping[str, Json], request: TokenRequest) -> ServiceError:
    """The error for a response with an `error` code. Status and description vary too much to rely on."""
    error = str(payload.get("error"))
    if error in CONSENT_ERRORS:
        return _consent_needed(request)
    if error == "invalid_request" and request.is_exchange:  # the browser returned a code of someone else
        return _consent_needed(request)
    if error in CLIENT_ERRORS:
        return Misconfigured(
            f"{request.title} does not recognize this service. An operator must check its client id and secret.",
            provider=request.name,
        )
    if error in BUSY_ERRORS:
        return ProviderBusy(f"{request.title} asks us to wait.", provider=request.name)
    return ProviderBroken(f"{request.title} denied access for an unknown reason.", provider=request.name)


def id_token_claims(id_token: Json) -> dict[str, Json]:
    """The claims of an id token; {} if it cannot be decoded.

    The signature needs no check, because the token comes directly from the token endpoint over TLS.
    """
    parts = id_token.split(".") if isinstance(id_token, str) else []
    return decode_claims(parts[1]) if len(parts) == 3 else {}


def decode_claims(part: Json) -> dict[str, Json]:
    """A base64url-encoded JSON object; {} for anything else."""
    if not isinstance(part, str):
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def first_text(claims: Mapping[str, Json], *members: str) -> str:
    """The first of these claims that is a non-empty text of usable length; "" if none is."""
    values = (claims.get(member) for member in members)
    return next((value for value in values if isinstance(value, str) and 0 < len(value) <= LONGEST_ID), "")


def unreadable_response(request: TokenRequest) -> ProviderBroken:
    return ProviderBroken(f"{request.title} sent a response that we cannot read.", provider=request.name)


def _consent_needed(request: TokenRequest) -> ConsentNeeded:
    if request.is_exchange:
        return ConsentNeeded(f"{request.title} no longer accepts this sign-in. Start again.", provider=request.name)
    return ConsentNeeded(
        f"{request.title} no longer lets us read your contacts. Connect the account again.", provider=request.name
    )


def _is_token(value: Json) -> bool:
    """Whether a value is text that is safe in an HTTP header."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TOKEN:
        return False
    return value.isascii() and value.isprintable() and " " not in value


def _lifetime(seconds: Json) -> timedelta:
    """`expires_in`, which may be a string or missing."""
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdecimal() and len(seconds) < 10:
        seconds = int(seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < 10**9:
        return DEFAULT_LIFE
    return min(timedelta(seconds=seconds), LONGEST_LIFE)


def _scopes(scope: Json) -> tuple[str, ...]:
    words = scope.split() if isinstance(scope, str) else scope if isinstance(scope, list) else []
    return tuple(word for word in words if isinstance(word, str))
