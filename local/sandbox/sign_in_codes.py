"""Authorization codes of the issuer: who just signed in."""

import secrets
import threading
from dataclasses import dataclass

from local.sandbox.tokens import Person

CODE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SignInCode:
    """Who signed in, and everything that redeeming the code is checked against."""

    person: Person
    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    expires_at: float


class SignInCodes:
    """The sign-in codes that were issued and not redeemed yet."""

    def __init__(self) -> None:
        self._codes: dict[str, SignInCode] = {}
        self._lock = threading.Lock()

    def add(self, code: SignInCode) -> str:
        text = secrets.token_urlsafe(32)
        with self._lock:
            self._codes[text] = code
        return text

    def take(self, text: str) -> SignInCode | None:
        """The code; it can be taken once."""
        with self._lock:
            return self._codes.pop(text, None)
