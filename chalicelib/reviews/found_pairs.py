"""Stores the pairs that a search through a book found: one blob per owner, replaced by the next search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.ids import id_of

FOLDER = "found-pairs"


class FoundPair(NamedTuple):
    """Two contacts that a search found to be alike."""

    left: str
    right: str
    #: How sure the search is, from 0 to 1.
    score: float
    #: Codes of what they have in common, the strongest first: "email", "name".
    reasons: Sequence[str] = ()
    #: Whether they share a personal address or number, and their names agree.
    is_certain: bool = False
    #: The versions of the two contacts that the search read; () if they were not noted.
    versions: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class FoundPairs:
    """What one search found."""

    #: When it read the book, in milliseconds since 1970.
    found_at: int
    pairs: Sequence[FoundPair]


@dataclass(frozen=True)
class FoundPairStore:
    """The results of the latest search of each owner."""

    blobs: BucketBlobs

    def find(self, owner: str) -> FoundPairs | None:
        """The results of the latest search; None if there was none."""
        content = self.blobs.find(_key(owner))
        if content is None:
            return None
        found_at, pairs = decode_json(content)
        return FoundPairs(found_at, [FoundPair(*pair) for pair in pairs])

    def put(self, owner: str, found: FoundPairs) -> None:
        """Store the results in place of earlier ones."""
        pairs = [[*pair[:3], list(pair.reasons), pair.is_certain, list(pair.versions)] for pair in found.pairs]
        self.blobs.put(_key(owner), encode_json([found.found_at, pairs]).encode())

    def forget(self, owner: str) -> None:
        """Delete the results. May be repeated."""
        self.blobs.delete_prefix(_prefix(owner))


def _prefix(owner: str) -> str:
    return f"{FOLDER}/{id_of(owner)}/"


def _key(owner: str) -> str:
    return f"{_prefix(owner)}latest.json"
