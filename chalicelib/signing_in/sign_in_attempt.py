"""An attempt to sign in, on its way through a browser and the issuer and back to us.

All of it lies in a cookie of that browser, for ten minutes: whoever comes back without it did not begin here. Nothing
in it is a secret to its browser, and changing it only spoils one's own attempt.
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
    """What came back cannot be used: it belongs to no attempt of this browser, or took too long."""

    status, slug, title = 400, "sign-in-void", "This sign-in cannot be used"
    fixed_by_sign_in, clears_cookie = True, COOKIE


class SignInDenied(NotAllowed):
    """The person, or whoever keeps the issuer, said no."""

    slug, title = "sign-in-denied", "You were not signed in"
    fixed_by_sign_in, clears_cookie = True, COOKIE


@dataclass(frozen=True, slots=True)
class Attempt:
    """Args:
    verifier: of PKCE. nonce: comes back in the id token. to: where to go on, a path of ours.
    """

    state: str = field(repr=False)
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)
    to: str
    expires_at: datetime

    @classmethod
    def begun(cls, to: str | None, now: datetime, secret: Callable[[], str] = fresh_secret) -> "Attempt":
        return cls(secret(), secret(), secret(), local_path(to), now + LIFE)

    def cookie_value(self) -> str:
        """The cookie's text."""
        members = {**asdict(self), "expires_at": milliseconds(self.expires_at)}
        return base64.urlsafe_b64encode(json.dumps(members).encode()).decode().rstrip("=")


def read_attempt(cookie_value: str | None, now: datetime) -> Attempt:
    """The attempt that a cookie carries.

    Raises:
        SignInVoid: it carries none, or one that is too old.
    """
    try:
        text = (cookie_value or "")[:LONGEST_COOKIE]
        members = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        state, verifier, nonce = (_secret(members[name]) for name in ("state", "verifier", "nonce"))
        expires_at = instant(int(members["expires_at"]))
        to = local_path(members["to"])
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError, OSError):
        raise SignInVoid("This browser is not signing in just now, or is doing so elsewhere. Begin again.") from None
    if expires_at <= now:
        raise SignInVoid("This took longer than ten minutes. Begin again.")
    return Attempt(state, verifier, nonce, to, expires_at)


def local_path(text: object) -> str:
    """`text` where it is a path of ours, with or without a query; the home page for everything else.

    However often it is decoded on its way, it must not begin like another host's address.
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
