"""Keys of leads: a keyed hash of an identity. Without the secret nobody can tell from a key whose it is."""

import hmac
import re
import secrets
from dataclasses import dataclass, field

from chalicelib.leads.channels.identity import Identity

SHARDS = 1_024
_KEY_BYTES = 15  # 24 letters of Base32 without padding
_FEWEST_SECRET_BYTES = 32
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_KEY = re.compile("[a-z2-7]{24}")
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
_PAIR_BITS = range(8 * _KEY_BYTES - 10, -1, -10)
_SEPARATOR = "\x1f"  # in no part but the last


@dataclass(frozen=True, slots=True)
class LeadKeys:
    """Computes the keys of leads with one secret of the deployment."""

    secret: bytes = field(repr=False)
    #: of the secret; stored with each lead
    version: int

    def __post_init__(self) -> None:
        if len(self.secret) < _FEWEST_SECRET_BYTES:
            raise ValueError(f"The secret must have at least {_FEWEST_SECRET_BYTES} bytes.")

    def of(self, organization: str, identity: Identity) -> str:
        """The key of an identity in an organization: 24 letters and digits, equal for all its spellings."""
        parts = (organization, identity.channel, identity.scope, identity.kind, identity.key_form)
        digest = hmac.digest(self.secret, _SEPARATOR.join(parts).encode(), "sha256")
        return _text(digest[:_KEY_BYTES])


def is_key(text: str) -> bool:
    """Whether a text has the form of a key; one from outside may be anything."""
    return _KEY.fullmatch(text) is not None


def fresh_key() -> str:
    """A random key, which no identity has."""
    return _text(secrets.token_bytes(_KEY_BYTES))


def shard(key: str) -> int:
    """The shard that a key belongs to: its first ten bits, 0 to 1,023."""
    return _VALUES[key[0]] * 32 + _VALUES[key[1]]


def _text(key: bytes) -> str:
    """The key in Base32, which Python's own module takes twice as long for."""
    number = int.from_bytes(key)
    return "".join([_PAIRS[number >> bits & 1_023] for bits in _PAIR_BITS])
