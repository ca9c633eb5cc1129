"""Maps unsuccessful responses of the People API to errors, by what it really sends rather than its documentation."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.foundation.errors import ConsentNeeded, Misconfigured, ProviderBroken, ProviderBusy
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Reply, parse_retry_after
from chalicelib.providers.provider import PageGone, SyncExpired, TokenRefused

# Reasons and statuses in upper case without underscores: old responses have rateLimitExceeded, new ones
# RATE_LIMIT_EXCEEDED.
SLOW_DOWN = {"RATELIMITEXCEEDED", "USERRATELIMITEXCEEDED", "QUOTAEXCEEDED", "RESOURCEEXHAUSTED"}
NOT_ENABLED = {
    "SERVICEDISABLED",
    "ACCESSNOTCONFIGURED",
    "CONSUMERINVALID",
    "CONSUMERSUSPENDED",
    "BILLINGDISABLED",
    "APIKEYINVALID",
    "PROJECTNOTFOUND",
}


def error_for(reply: Reply, now: datetime, *, page: str | None = None, sync: str | None = None) -> Exception:
    """The error to raise for a response that is not a 200.

    Args:
        page: the page token of the request, which may be the reason.
        sync: the sync token of the request, which may be the reason.
    """
    error = _error(reply)
    if reply.status == 401:
        return TokenRefused()
    if reply.status == 429 or _reasons(error) & SLOW_DOWN:
        return _busy(reply, error, now)
    if reply.status in {400, 410}:
        return _token_error(reply.status, error, page, sync)
    if reply.status == 403:
        return _forbidden(reply, error)
    if reply.status == 503 or (reply.status >= 500 and "retry-after" in reply.headers):
        return _busy(reply, error, now)
    return _unreadable(reply.status)


def _token_error(status: int, error: dict[str, Json], page: str | None, sync: str | None) -> Exception:
    """Google reports an expired sync token as a 400, although its documentation says 410."""
    if sync and "EXPIREDSYNCTOKEN" in _reasons(error) | _reasons_in_message(error):
        return SyncExpired()
    if page:
        return PageGone()
    return SyncExpired() if sync else _unreadable(status)


def _reasons_in_message(error: dict[str, Json]) -> set[str]:
    message = str(error.get("message")).lower()
    is_expired = "sync token" in message and ("expired" in message or "clear local cache" in message)
    return {"EXPIREDSYNCTOKEN"} if is_expired else set()


def _forbidden(reply: Reply, error: dict[str, Json]) -> Exception:
    message = str(error.get("message")).lower()
    if _reasons(error) & NOT_ENABLED or "has not been used in project" in message or "it is disabled" in message:
        return Misconfigured("The People API is not enabled for this service's Google project.", provider="google")
    if not error and "insufficient_scope" not in reply.headers.get("www-authenticate", ""):
        return _unreadable(reply.status)  # not from Google, but from a proxy in between
    return ConsentNeeded(
        "Google does not let us read your contacts. Connect Google again and select the checkbox for contacts.",
        provider="google",
    )


def _busy(reply: Reply, error: dict[str, Json], now: datetime) -> ProviderBusy:
    wait = parse_retry_after(reply.headers.get("retry-after"), now) or _retry_delay(error, now)
    return ProviderBusy("Google asks us to wait.", retry_after=wait, provider="google")


def _retry_delay(error: dict[str, Json], now: datetime) -> timedelta | None:
    """The delay of `google.rpc.RetryInfo` ("30s"), which the body may have when the header is missing."""
    delays = (str(detail.get("retryDelay", "")).removesuffix("s").partition(".")[0] for detail in _details(error))
    return next((parse_retry_after(delay, now) for delay in delays if delay.isdecimal()), None)


def _unreadable(status: int) -> ProviderBroken:
    return ProviderBroken(f"Google returned an error ({status}).", provider="google")


def _error(reply: Reply) -> dict[str, Json]:
    error = (reply.json_object() or {}).get("error")
    return error if isinstance(error, dict) else {}


def _reasons(error: dict[str, Json]) -> set[str]:
    reasons = [error.get("status"), *(detail.get("reason") for detail in _details(error))]
    return {str(reason).upper().replace("_", "") for reason in reasons}


def _details(error: dict[str, Json]) -> Iterator[dict[str, Json]]:
    for member in ("errors", "details"):
        listed = error.get(member)
        yield from (detail for detail in listed if isinstance(detail, dict)) if isinstance(listed, list) else ()
