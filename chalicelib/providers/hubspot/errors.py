"""Maps unsuccessful responses of HubSpot's API to errors, by status, category and rate-limit policy."""

from datetime import datetime, timedelta

from chalicelib.foundation.errors import ConsentNeeded, ProviderBroken, ProviderBusy
from chalicelib.foundation.outbound import LONGEST_WAIT, Reply, parse_retry_after
from chalicelib.providers.provider import TokenRefused

LOCKED, MIGRATING = 423, 477  # a record is locked for some seconds; the account moves to another data center
# The wait of a 429, which HubSpot does not send, by the policy that was exceeded.
WAITS = {
    "SECONDLY": timedelta(seconds=1),
    "TEN_SECONDLY_ROLLING": timedelta(seconds=10),
    "DAILY": LONGEST_WAIT,
}
SHORT_WAIT = timedelta(seconds=2)


def error_for(reply: Reply, now: datetime) -> Exception:
    """The error to raise for a response that is not a 200."""
    body = reply.json_object()
    if reply.status == 401:
        return TokenRefused()
    is_busy = reply.status in {429, 503, LOCKED, MIGRATING} or (reply.status >= 500 and "retry-after" in reply.headers)
    if is_busy:
        return _busy(reply, now)
    if reply.status == 403 and body:
        return ConsentNeeded(
            "HubSpot does not let us read your contacts. Connect HubSpot again, and allow reading contacts.",
            provider="hubspot",
        )
    return ProviderBroken(f"HubSpot returned an error ({reply.status}).", provider="hubspot")


def _busy(reply: Reply, now: datetime) -> ProviderBusy:
    wait = parse_retry_after(reply.headers.get("retry-after"), now)
    if wait is None and reply.status == 429:
        policy = (reply.json_object() or {}).get("policyName")
        wait = WAITS.get(policy.upper()) if isinstance(policy, str) else None
    if wait is None and reply.status == LOCKED:
        wait = SHORT_WAIT
    return ProviderBusy("HubSpot asks us to wait.", retry_after=wait, provider="hubspot")
