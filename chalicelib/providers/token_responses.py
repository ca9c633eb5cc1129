"""What a token endpoint answers, in our words; the same standard for Google and Microsoft. No token enters an error."""

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
from chalicelib.foundation.outbound import Reply, asked_wait
from chalicelib.providers.provider import Grant

PATIENCE = timedelta(seconds=10)  # for one request; somebody may be waiting for the page
USUAL_LIFE = timedelta(hours=1)  # of an access token that does not say
LONGEST_LIFE = timedelta(days=1)
LONGEST_TOKEN = 16_000  # characters
LONGEST_ID = 255
# The person must say yes again.
LOST_CONSENT = {
    "invalid_grant",
    "interaction_required",
    "consent_required",
    "login_required",
    "access_denied",
    "admin_policy_enforced",
}
# Our operator must act.
WRONG_CLIENT = {
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
LATER = {"temporarily_unavailable", "rate_limit_exceeded", "slow_down"}


@dataclass(frozen=True, slots=True)
class Side:
    """Who answers, and at what: an error's sentence says both."""

    name: str
    title: str
    is_exchange: bool = False


def grant_of(answer: Mapping[str, Json], side: Side, *, asked_for: Sequence[str], now: datetime) -> Grant:
    """The tokens of a good answer. One that names no scopes granted all that were asked for."""
    access_token, refresh_token = answer.get("access_token"), answer.get("refresh_token")
    if not _is_token(access_token):
        raise unreadable(side)
    return Grant(
        access_token=str(access_token),
        refresh_token=str(refresh_token) if _is_token(refresh_token) else None,
        expires_at=now + _life(answer.get("expires_in")),
        scopes=_scopes(answer.get("scope")) or tuple(asked_for),
    )


def check_reply(reply: Reply, side: Side, now: datetime) -> dict[str, Json]:
    """The JSON object of an answer that is good or says what is wrong with our request.

    Raises:
        ProviderBusy, ProviderBroken: it is neither.
    """
    asks_to_wait = reply.status in {429, 503} or (reply.status >= 500 and "retry-after" in reply.headers)
    if asks_to_wait:
        wait = asked_wait(reply.headers.get("retry-after"), now)
        raise ProviderBusy(f"{side.title} asks us to wait.", retry_after=wait, provider=side.name)
    if reply.status in {502, 504}:  # from a proxy in front of it
        raise ProviderSilent(f"{side.title} answered with an error ({reply.status}).", provider=side.name)
    answer = reply.json_object()
    if answer is None or not (200 <= reply.status < 300 or 400 <= reply.status < 500):
        raise ProviderBroken(f"{side.title} answered with an error ({reply.status}).", provider=side.name)
    return answer


def refusal(answer: Mapping[str, Json], side: Side) -> ServiceError:
    """What an answer with an `error` means. Its numbers and sentences change; only the error's name counts."""
    error = str(answer.get("error"))
    if error in LOST_CONSENT:
        return _consent_needed(side)
    if error == "invalid_request" and side.is_exchange:  # what the browser brought back was no code of theirs
        return _consent_needed(side)
    if error in WRONG_CLIENT:
        return Misconfigured(
            f"{side.title} does not know this service: an operator must check its client and secret.",
            provider=side.name,
        )
    if error in LATER:
        return ProviderBusy(f"{side.title} asks us to wait.", provider=side.name)
    return ProviderBroken(f"{side.title} gave us no access, and we cannot tell why.", provider=side.name)


def claims_of(id_token: Json) -> dict[str, Json]:
    """What an id token says; {} where it says nothing readable.

    Its signature needs no check: it comes straight from the token endpoint.
    """
    parts = id_token.split(".") if isinstance(id_token, str) else []
    return decoded(parts[1]) if len(parts) == 3 else {}


def decoded(part: Json) -> dict[str, Json]:
    """A base64url piece of JSON; {} where it is none."""
    if not isinstance(part, str):
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def named(claims: Mapping[str, Json], *members: str) -> str:
    """The first of `members` that is a usable text."""
    values = (claims.get(member) for member in members)
    return next((value for value in values if isinstance(value, str) and 0 < len(value) <= LONGEST_ID), "")


def unreadable(side: Side) -> ProviderBroken:
    return ProviderBroken(f"{side.title} sent an answer we cannot read.", provider=side.name)


def _consent_needed(side: Side) -> ConsentNeeded:
    if side.is_exchange:
        return ConsentNeeded(f"{side.title} does not accept this sign-in any more. Start again.", provider=side.name)
    return ConsentNeeded(
        f"{side.title} no longer lets us read your contacts. Connect the account again.", provider=side.name
    )


def _is_token(value: Json) -> bool:
    """A text that can stand in a header."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TOKEN:
        return False
    return value.isascii() and value.isprintable() and " " not in value


def _life(seconds: Json) -> timedelta:
    """`expires_in`, which some write as a text and some forget."""
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdecimal() and len(seconds) < 10:
        seconds = int(seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < 10**9:
        return USUAL_LIFE
    return min(timedelta(seconds=seconds), LONGEST_LIFE)


def _scopes(scope: Json) -> tuple[str, ...]:
    words = scope.split() if isinstance(scope, str) else scope if isinstance(scope, list) else []
    return tuple(word for word in words if isinstance(word, str))
