"""The tokens of a grant, and their encryption, which is bound to the item they are stored in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.seal import Seal
from chalicelib.providers.provider import Grant

Context = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoredTokens:
    """The tokens of one grant."""

    access_token: str = field(repr=False)
    #: None if the provider never gave one. Then the access token works until `expires_at`.
    refresh_token: str | None = field(repr=False)
    expires_at: datetime

    @classmethod
    def of(cls, grant: Grant) -> "StoredTokens":
        return cls(grant.access_token, grant.refresh_token or None, grant.expires_at)

    def after(self, known: "StoredTokens") -> "StoredTokens":
        """These tokens, with the refresh token of `known` if they have none."""
        return self if self.refresh_token else replace(self, refresh_token=known.refresh_token)

    def lasts(self, at_least: timedelta, now: datetime) -> bool:
        return self.expires_at - now >= at_least

    @property
    def revocable(self) -> str:
        """The token whose revocation revokes the whole grant."""
        return self.refresh_token or self.access_token


@dataclass(frozen=True)
class TokenSeal:
    """Encrypts tokens for storage, and decrypts them."""

    seal: Seal

    def encrypt(self, tokens: StoredTokens, context: Context) -> bytes:
        plain = [tokens.access_token, tokens.refresh_token, milliseconds(tokens.expires_at)]
        return self.seal.seal(json.dumps(plain).encode(), context)

    def decrypt(self, sealed: bytes, context: Context) -> StoredTokens:
        access_token, refresh_token, expires_at = json.loads(self.seal.open(sealed, context))
        return StoredTokens(access_token, refresh_token, instant(expires_at))


def connection_context(owner: str, connection_id: str) -> Context:
    return {"owner": owner, "connection": connection_id, "purpose": "tokens"}


def held_consent_context(owner: str, held_id: str) -> Context:
    return {"owner": owner, "held": held_id, "purpose": "tokens"}


def verifier_context(owner: str, consent_id: str) -> Context:
    return {"owner": owner, "consent": consent_id, "purpose": "pkce"}
