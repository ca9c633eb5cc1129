"""Maps unsuccessful responses of Microsoft Graph to errors, by their codes in any letter case, never by messages."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.foundation.errors import ConsentNeeded, ProviderBroken, ProviderBusy
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Reply, parse_retry_after
from chalicelib.providers.provider import TokenRefused

STATE_GONE = {"syncstatenotfound", "syncstateinvalid", "resyncrequired"}
NO_MAILBOX = {"mailboxnotenabledforrestapi", "mailboxnotsupportedforrestapi"}
SLOW_DOWN = {"toomanyrequests", "applicationthrottled", "activitylimitreached", "errorserverbusy"}
DEEPEST = 8  # levels of inner errors that are read


def error_for(reply: Reply, now: datetime) -> Exception:
    """The error to raise for a response that is not a 200."""
    codes = codes_of(reply)
    if reply.status == 401:
        return TokenRefused()
    if codes & NO_MAILBOX:
        return ConsentNeeded(
            "This Microsoft account has no mailbox that we can read: it is a guest account, its mailbox is on another"
            " server, or its license has none. Connect another account.",
            provider="microsoft",
        )
    is_rate_limited = reply.status in {429, 503, 509} or (reply.status >= 500 and "retry-after" in reply.headers)
    if is_rate_limited or codes & SLOW_DOWN:
        wait = parse_retry_after(reply.headers.get("retry-after"), now)
        return ProviderBusy("Microsoft asks us to wait.", retry_after=wait, provider="microsoft")
    if reply.status == 403 and codes:
        return ConsentNeeded(
            "Microsoft does not let us read your contacts. Connect Microsoft again; your organization's administrator"
            " may have to allow it.",
            provider="microsoft",
        )
    return ProviderBroken(f"Microsoft returned an error ({reply.status}).", provider="microsoft")


def is_sync_state_lost(reply: Reply) -> bool:
    """Whether Graph no longer has the state of a listing: a 410, or a code with that meaning."""
    return reply.status == 410 or bool(codes_of(reply) & STATE_GONE)


def codes_of(reply: Reply) -> set[str]:
    """The error's code and those of its inner errors, in lower case."""
    return {code.lower() for code in _codes((reply.json_object() or {}).get("error"))}


def _codes(error: Json) -> Iterator[str]:
    for _ in range(DEEPEST):
        if not isinstance(error, dict):
            return
        if isinstance(error.get("code"), str):
            yield error["code"]
        error = error.get("innerError", error.get("innererror"))
