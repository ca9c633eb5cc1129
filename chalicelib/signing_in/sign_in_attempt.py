"""An attempt to sign in, from our redirect to the issuer until the issuer's callback.

It is stored only in a cookie of the browser, for ten minutes, so that no other browser can finish it. Nothing in it is
secret from that browser, and a browser that changes it only breaks its own attempt.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from urllib.parse import unquote

from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.errors import CallerError, NotAllowed
from chalicelib.foundation.secret import fresh_secret

LIFE = timedelta(minutes=10)
COOKIE = "sign-in"
LONGEST_PATH = 1_000  # characters
LONGEST_COOKIE = 4_096
HOME = "/"


class SignInVoid(CallerError):
    """The response cannot be used: it belongs to no attempt of this browser, or took too long."""

    status, slug, title = 400, "sign-in-void", "Invalid sign-in"
    fixed_by_sign_in, clears_cookie = True, COOKIE


class SignInDenied(NotAllowed):
    """The person or the issuer declined."""

    slug, title = "sign-in-denied", "You were not signed in"
    fixed_by_sign_in, clears_cookie = True, COOKIE


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt in progress."""

    state: str = field(repr=False)
    #: The PKCE verifier.
    verifier: str = field(repr=False)
    #: Returned in the id token.
    nonce: str = field(repr=False)
    #: The path of this service to open after signing in.
    to: str
    expires_at: datetime

    @classmethod
    def start(cls, to: str | None, now: datetime, secret: Callable[[], str] = fresh_secret) -> "Attempt":
        return cls(secret(), secret(), secret(), local_path(to), now + LIFE)

    def cookie_value(self) -> str:
        """The value of the attempt's cookie."""
        members = {**asdict(self), "expires_at": milliseconds(self.expires_at)}
        return base64.urlsafe_b64encode(json.dumps(members).encode()).decode().rstrip("=")


def read_attempt(cookie_value: str | None, now: datetime) -> Attempt:
    """The attempt in a cookie.

    Raises:
        SignInVoid: there is none, or it has expired.
    """
    try:
        text = (cookie_value or "")[:LONGEST_COOKIE]
        members = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        state, verifier, nonce = (_secret(members[name]) for name in ("state", "verifier", "nonce"))
        expires_at = instant(int(members["expires_at"]))
        to = local_path(members["to"])
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError, OSError):
        raise SignInVoid("This browser has no unfinished sign-in. Start again.") from None
    if expires_at <= now:
        raise SignInVoid("This took longer than ten minutes. Start again.")
    return Attempt(state, verifier, nonce, to, expires_at)


def local_path(text: object) -> str:
    """`text` if it is a path of this service, with or without a query; otherwise the home page.

    The path must not start like another host's URL, however often it is decoded.
    """
    if not isinstance(text, str) or len(text) > LONGEST_PATH:
        return HOME
    is_plain = text.isascii() and text.isprintable() and " " not in text
    is_page = not text.startswith(("/sign-in", "/sign-out"))
    return text if is_plain and is_page and _stays_here(text) else HOME


def _stays_here(text: str) -> bool:
    while text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable():
        decoded = unquote(text)
        if decoded == text:
            return True
        text = decoded
    return False


def _secret(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value
