"""Keeps the fingerprints of a connection's records in the bucket, from one full import to the next.

They only save work: without them, all records are converted.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from chalicelib.books.fingerprints import BYTES
from chalicelib.foundation.ids import id_of

MOST = 200_000  # proofs of one connection

log = logging.getLogger(__name__)


class Blobs(Protocol):
    """The bucket, as far as fingerprints need it."""

    def put(self, key: str, content: bytes) -> None: ...
    def find(self, key: str) -> bytes | None: ...
    def delete_prefix(self, prefix: str) -> object: ...


def fingerprints_prefix(owner: str) -> str:
    """The prefix of all fingerprints of an owner, without the owner's name."""
    return f"fingerprints/{id_of(owner)}/"


@dataclass(frozen=True)
class FingerprintStore:
    """The proofs of each connection, as `Fingerprints` has them."""

    blobs: Blobs
    version: bytes  #: of the code that converts records; proofs of other code are not read

    def read(self, owner: str, connection_id: str) -> frozenset[bytes]:
        """The proofs of the last full import; none if they cannot be read."""
        try:
            content = self.blobs.find(_key(owner, connection_id)) or b""
        except Exception as error:  # without proofs, the import converts every record
            log.warning("fingerprints_not_read", extra={"error": type(error).__name__})
            return frozenset()
        start = len(self.version)
        if content[:start] != self.version:
            return frozenset()
        return frozenset(content[at : at + BYTES] for at in range(start, len(content), BYTES))

    def write(self, owner: str, connection_id: str, proofs: Iterable[bytes]) -> None:
        """Replace the proofs. A failure is logged and does not stop the import."""
        content = self.version + b"".join(sorted(proofs)[:MOST])
        try:
            self.blobs.put(_key(owner, connection_id), content)
        except Exception as error:
            log.warning("fingerprints_not_kept", extra={"error": type(error).__name__})

    def forget_connection(self, owner: str, connection_id: str) -> None:
        """Delete the proofs of a connection. If that fails, the bucket's lifecycle deletes them."""
        try:
            self.blobs.delete_prefix(_key(owner, connection_id))
        except Exception as error:
            log.warning("fingerprints_not_deleted", extra={"error": type(error).__name__})

    def forget(self, owner: str) -> None:
        """Delete the proofs of all connections of an owner. Raises what the bucket raises."""
        self.blobs.delete_prefix(fingerprints_prefix(owner))


def _key(owner: str, connection_id: str) -> str:
    return f"{fingerprints_prefix(owner)}{connection_id}"
