"""Keys of sources: `in_<id of the source>.<secret>`. Only a hash is stored; the key itself is shown once."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.foundation.secret import fresh_secret, sha256_hex

PREFIX = "in_"
MOST_VALID = 2  # while a key is rotated
_NOBODY = "0" * 64  # a hash that no key has


@dataclass(frozen=True, slots=True)
class StoredKey:
    """What is stored of one key."""

    #: its SHA-256
    digest: str
    created_at: datetime
    #: when it stops being valid; None if it was not replaced
    expires_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at

    def until(self, end: datetime) -> "StoredKey":
        """The key with an end of its validity that is no later than this."""
        return replace(self, expires_at=end if self.expires_at is None else min(end, self.expires_at))


def fresh_key(source_id: str, now: datetime) -> tuple[str, StoredKey]:
    """A new key, and what is stored of it."""
    key = f"{PREFIX}{source_id}.{fresh_secret()}"
    return key, StoredKey(sha256_hex(key), now)


def is_key_valid(given: str, keys: Sequence[StoredKey], now: datetime) -> bool:
    """Whether one of these keys was given. The time that this takes does not depend on which, nor on how many."""
    digest = sha256_hex(given)
    valid = [each.digest for each in keys if each.is_valid(now)][-MOST_VALID:]
    padded = [*valid, *[_NOBODY] * (MOST_VALID - len(valid))]
    matches = [hmac.compare_digest(digest, each) for each in padded]  # all of them, whichever matches
    return any(matches)
