"""Grants: consents, their authorization codes, and their tokens."""

import secrets
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from local.sandbox.sandbox_providers import PROVIDERS
from local.sandbox.sealed import Seal
from local.sandbox.state_files import StateFiles
from local.sandbox.wire import Json

CODE_SECONDS = 600
OWN_APPLICATION = "private-app"
NEVER = 1e11  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Grant:
    """What one person granted to one application.

    Args:
        offline: whether it came with a refresh token.
        generation: refresh tokens of an earlier generation are refused.
    """

    grant_id: str
    provider: str
    address: str
    client_id: str
    scopes: tuple[str, ...]
    offline: bool
    revoked: bool = False
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """An issued authorization code and everything that redeeming it is checked against."""

    provider: str
    address: str
    client_id: str
    redirect_uri: str
    challenge: str
    scopes: tuple[str, ...]
    offline: bool
    nonce: str
    expires_at: float


@dataclass(frozen=True, slots=True)
class Bearer:
    """The account of an access token."""

    address: str
    client_id: str
    scopes: tuple[str, ...]
    grant_id: str


class Grants:
    """The issued grants, and the codes and tokens that stand for them."""

    def __init__(self, state_files: StateFiles) -> None:
        self._state_files, self._seal, self._lock = state_files, Seal(state_files), threading.RLock()
        stored = state_files.read("grants") or []
        self._grants = {each["grant_id"]: Grant(**{**each, "scopes": tuple(each["scopes"])}) for each in stored}
        self._codes: dict[str, Code] = {}
        self._ended_tokens: set[str] = set()  # access tokens that stopped working before their time

    def new_code(self, code: Code) -> str:
        """Store an authorization code; returns its text."""
        text = PROVIDERS[code.provider].code_prefix + secrets.token_urlsafe(48)
        with self._lock:
            self._codes[text] = code
        return text

    def take_code(self, text: str) -> Code | None:
        """The code; it can be taken once."""
        with self._lock:
            return self._codes.pop(text, None)

    def add(self, code: Code, *, offline: bool, limit: int = 0) -> Grant:
        """A new grant; if the account already has `limit` offline grants for this client, the oldest ends."""
        grant = Grant(secrets.token_hex(8), code.provider, code.address, code.client_id, code.scopes, offline)
        with self._lock:
            if offline and limit:
                active_grants = self.active_grants(code.address, code.client_id)
                self._revoke(active_grants[: max(0, len(active_grants) + 1 - limit)])
            self._grants[grant.grant_id] = grant
            self._save()
        return grant

    def active_grants(self, address: str, client_id: str) -> list[Grant]:
        """The offline grants that still work, oldest first."""
        every = [grant for grant in self._grants.values() if grant.offline and not grant.revoked]
        return [grant for grant in every if (grant.address, grant.client_id) == (address, client_id)]

    def access_token(self, grant: Grant, scopes: Iterable[str], expires_at: float) -> str:
        """A new access token; it is not stored."""
        claims = {
            "k": "a",
            "g": grant.grant_id,
            "s": list(scopes),
            "e": round(expires_at, 3),
            "n": secrets.token_hex(4),
        }
        return PROVIDERS[grant.provider].access_prefix + self._seal.close(claims)

    def pasted_token(self, provider: str, address: str, scopes: Sequence[str]) -> str:
        """A token that a person makes for an own application. It does not expire."""
        with self._lock:
            grant = Grant(secrets.token_hex(8), provider, address, OWN_APPLICATION, tuple(scopes), offline=False)
            self._grants[grant.grant_id] = grant
            self._save()
        token = self.access_token(grant, scopes, NEVER)
        return PROVIDERS[provider].pasted_prefix + token.removeprefix(PROVIDERS[provider].access_prefix)

    def refresh_token(self, grant: Grant) -> str:
        """A new refresh token of the grant's current generation; it is not stored."""
        claims = {"k": "r", "g": grant.grant_id, "v": grant.generation, "n": secrets.token_hex(4)}
        return PROVIDERS[grant.provider].refresh_prefix + self._seal.close(claims)

    def bearer(self, provider: str, token: str, now: float) -> Bearer | None:
        """The account of a valid access token."""
        claims = self._claims(provider, token, 0)
        if claims is None or claims["k"] != "a" or claims["e"] <= now or token in self._ended_tokens:
            return None
        grant = self._grants.get(claims["g"])
        if grant is None or grant.revoked:
            return None
        return Bearer(grant.address, grant.client_id, tuple(claims["s"]), grant.grant_id)

    def find_by_refresh_token(self, provider: str, token: str) -> Grant | None:
        """The grant of a valid refresh token."""
        claims = self._claims(provider, token, 1)
        grant = self._grants.get(claims["g"]) if claims and claims["k"] == "r" else None
        return grant if grant and claims and not grant.revoked and claims["v"] >= grant.generation else None

    def next_generation(self, grant: Grant) -> Grant:
        """From now on, only refresh tokens issued later are accepted."""
        with self._lock:
            newer = self._grants[grant.grant_id] = replace(grant, generation=grant.generation + 1)
            self._save()
        return newer

    def end_access_token(self, token: str) -> None:
        """From now on, this access token is refused."""
        self._ended_tokens.add(token)

    def find_by_token(self, provider: str, token: str) -> Grant | None:
        """The grant of an access or refresh token, valid or not."""
        claims = self._claims(provider, token, 0) or self._claims(provider, token, 1)
        return self._grants.get(claims["g"]) if claims else None

    def revoke(self, address: str, client_id: str | None = None) -> int:
        """End all grants of the account (for this client), as the providers do; returns how many there were."""
        with self._lock:
            every = [grant for grant in self._grants.values() if grant.address == address and not grant.revoked]
            ended = [grant for grant in every if client_id in (None, grant.client_id)]
            self._revoke(ended)
            self._save()
        return len(ended)

    def _revoke(self, grants: list[Grant]) -> None:
        for grant in grants:
            self._grants[grant.grant_id] = replace(grant, revoked=True)

    def _claims(self, provider: str, token: str, kind: int) -> Json | None:
        """The content of an access token (kind 0) or a refresh token (kind 1); None if we did not issue it."""
        known = PROVIDERS[provider]
        prefixes = (known.refresh_prefix,) if kind else (known.access_prefix, known.pasted_prefix)
        prefix = next((each for each in prefixes if each and token.startswith(each)), None)
        return None if prefix is None else self._seal.open(token.removeprefix(prefix))

    def _save(self) -> None:
        self._state_files.write("grants", [asdict(grant) for grant in self._grants.values()])
