"""What Google means by an answer that is not a 200: on the wire it differs from what its documentation promises."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.foundation.errors import ConsentNeeded, Misconfigured, ProviderBroken, ProviderBusy
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Reply, asked_wait
from chalicelib.providers.provider import PageGone, SyncExpired, TokenRefused

# Reasons and statuses, in capitals: old answers write rateLimitExceeded, new ones RATE_LIMIT_EXCEEDED.
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


def meaning(reply: Reply, now: datetime, *, page: str | None = None, sync: str | None = None) -> Exception:
    """The error to raise for `reply`.

    Args:
        page, sync: the tokens the request carried; some refusals are about them.
    """
    error = _error(reply)
    if reply.status == 401:
        return TokenRefused()
    if reply.status == 429 or _reasons(error) & SLOW_DOWN:
        return _busy(reply, error, now)
    if reply.status in {400, 410}:
        return _about_tokens(reply.status, error, page, sync)
    if reply.status == 403:
        return _forbidden(reply, error)
    if reply.status == 503 or (reply.status >= 500 and "retry-after" in reply.headers):
        return _busy(reply, error, now)
    return _broken(reply.status)


def _about_tokens(status: int, error: dict[str, Json], page: str | None, sync: str | None) -> Exception:
    """A sync token that is too old is told with a 400, although the documentation says 410."""
    if sync and "EXPIREDSYNCTOKEN" in _reasons(error) | _of_message(error):
        return SyncExpired()
    if page:
        return PageGone()
    return SyncExpired() if sync else _broken(status)


def _of_message(error: dict[str, Json]) -> set[str]:
    message = str(error.get("message")).lower()
    told = "sync token" in message and ("expired" in message or "clear local cache" in message)
    return {"EXPIREDSYNCTOKEN"} if told else set()


def _forbidden(reply: Reply, error: dict[str, Json]) -> Exception:
    message = str(error.get("message")).lower()
    if _reasons(error) & NOT_ENABLED or "has not been used in project" in message or "it is disabled" in message:
        return Misconfigured("The People API is not enabled for this service's Google project.", provider="google")
    if not error and "insufficient_scope" not in reply.headers.get("www-authenticate", ""):
        return _broken(reply.status)  # not Google's voice: something between us and Google
    return ConsentNeeded(
        "Google does not let us read your contacts. Connect Google again and tick the box for contacts.",
        provider="google",
    )


def _busy(reply: Reply, error: dict[str, Json], now: datetime) -> ProviderBusy:
    wait = asked_wait(reply.headers.get("retry-after"), now) or _told_delay(error, now)
    return ProviderBusy("Google asks us to wait.", retry_after=wait, provider="google")


def _told_delay(error: dict[str, Json], now: datetime) -> timedelta | None:
    """google.rpc.RetryInfo, which may stand in the body where the header is missing: "30s"."""
    delays = (str(detail.get("retryDelay", "")).removesuffix("s").partition(".")[0] for detail in _details(error))
    return next((asked_wait(delay, now) for delay in delays if delay.isdecimal()), None)


def _broken(status: int) -> ProviderBroken:
    return ProviderBroken(f"Google answered with an error ({status}).", provider="google")


def _error(reply: Reply) -> dict[str, Json]:
    error = (reply.json_object() or {}).get("error")
    return error if isinstance(error, dict) else {}


def _reasons(error: dict[str, Json]) -> set[str]:
    said = [error.get("status"), *(detail.get("reason") for detail in _details(error))]
    return {str(reason).upper().replace("_", "") for reason in said}


def _details(error: dict[str, Json]) -> Iterator[dict[str, Json]]:
    for member in ("errors", "details"):
        listed = error.get(member)
        yield from (detail for detail in listed if isinstance(detail, dict)) if isinstance(listed, list) else ()
