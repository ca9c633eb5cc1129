"""The lists that people send, in the bucket for as long as their job may need them: never in a job, message or log.

A list stands under the digest of what it says, so equal requests that race keep one list between them.
"""

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.foundation.fast_json import canonical_json, decode_json
from chalicelib.foundation.ids import id_of


class Blobs(Protocol):
    def put(self, key: str, content: bytes) -> None: ...
    def find(self, key: str) -> bytes | None: ...


class ListExpired(Exception):
    """It has expired, or its person was erased."""


def lists_prefix(owner: str) -> str:
    """Where all lists of one owner are; the owner's own name is not in it."""
    return f"bulk/{id_of(owner)}/"


@dataclass(frozen=True, slots=True)
class SubmittedList:
    """A list on its way to the bucket; `name` is the digest of what it says."""

    name: str
    text: bytes

    @classmethod
    def of(cls, values: Sequence[Any]) -> "SubmittedList":
        text = canonical_json(values).encode("utf-8", "surrogatepass")
        return cls(hashlib.sha256(text).hexdigest(), text)


@dataclass(frozen=True)
class SubmittedLists:
    blobs: Blobs

    def put(self, owner: str, sent: SubmittedList) -> None:
        self.blobs.put(_key(owner, sent.name), gzip.compress(sent.text, 1))

    def get(self, owner: str, name: str) -> list[Any]:
        """Raises ListGone."""
        content = self.blobs.find(_key(owner, name))
        if content is None:
            raise ListExpired
        values: list[Any] = decode_json(gzip.decompress(content))
        return values


def _key(owner: str, name: str) -> str:
    return f"{lists_prefix(owner)}{name}.json.gz"
