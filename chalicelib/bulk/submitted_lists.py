"""Submitted lists, kept in the bucket while their job may need them; never in a job, a queue message or a log.

A list is stored under the digest of its content, so concurrent equal requests store it once.
"""

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.foundation.fast_json import canonical_json, decode_json
from chalicelib.foundation.ids import id_of


class Blobs(Protocol):
    """The bucket."""

    def put(self, key: str, content: bytes) -> None: ...
    def find(self, key: str) -> bytes | None: ...


class ListExpired(Exception):
    """The list is no longer stored: it expired, or its owner was erased."""


def lists_prefix(owner: str) -> str:
    """The key prefix of all lists of one owner; it contains a hash, not the owner's id."""
    return f"bulk/{id_of(owner)}/"


@dataclass(frozen=True, slots=True)
class SubmittedList:
    """A list to be stored."""

    #: SHA-256 of the text, in hex.
    name: str
    #: Canonical JSON, UTF-8.
    text: bytes

    @classmethod
    def of(cls, values: Sequence[Any]) -> "SubmittedList":
        text = canonical_json(values).encode("utf-8", "surrogatepass")
        return cls(hashlib.sha256(text).hexdigest(), text)


@dataclass(frozen=True)
class SubmittedLists:
    """Stores submitted lists, compressed."""

    blobs: Blobs

    def put(self, owner: str, sent: SubmittedList) -> None:
        self.blobs.put(_key(owner, sent.name), gzip.compress(sent.text, 1))

    def get(self, owner: str, name: str) -> list[Any]:
        """The stored list.

        Raises:
            ListExpired: it is no longer stored.
        """
        content = self.blobs.find(_key(owner, name))
        if content is None:
            raise ListExpired
        values: list[Any] = decode_json(gzip.decompress(content))
        return values


def _key(owner: str, name: str) -> str:
    return f"{lists_prefix(owner)}{name}.json.gz"
