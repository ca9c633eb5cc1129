"""Who just signed in at the issuer, by the code that their browser carries to the application."""

import secrets
import threading
from dataclasses import dataclass

CODE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SignInCode:
    """Everything its redemption is held against, and who it stands for."""

    person: str
    operator: bool
    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    expires_at: float


class SignInCodes:
    def __init__(self) -> None:
        self._codes: dict[str, SignInCode] = {}
        self._lock = threading.Lock()

    def add(self, code: SignInCode) -> str:
        text = secrets.token_urlsafe(32)
        with self._lock:
            self._codes[text] = code
        return text

    def take(self, text: str) -> SignInCode | None:
        """The code, this once."""
        with self._lock:
            return self._codes.pop(text, None)
