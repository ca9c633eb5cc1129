"""Keeps the fingerprints of a connection's records in the bucket, from one full import to the next.

They only save work: without them, all records are converted.

    version of the code (16 bytes) · number of records (4 bytes, big-endian)
    · a fingerprint and a proof of each record (32 bytes) · lines: the book's version as JSON, and each record's contact
"""

import io
import logging
from dataclasses import dataclass
from typing import IO, Protocol

import orjson

from chalicelib.books.fingerprints import RECORD_BYTES, KnownRecords
from chalicelib.books.version import BookVersion
from chalicelib.foundation.ids import id_of

MOST = 200_000  # records of one connection
_COUNT_BYTES = 4
_AT_ONCE = 1_000  # contact ids to encode

log = logging.getLogger(__name__)


class Blobs(Protocol):
    """The bucket, as far as fingerprints need it."""

    def put(self, key: str, content: IO[bytes]) -> None: ...
    def find(self, key: str) -> bytes | None: ...
    def delete_prefix(self, prefix: str) -> object: ...


def fingerprints_prefix(owner: str) -> str:
    """The prefix of all fingerprints of an owner, without the owner's name."""
    return f"fingerprints/{id_of(owner)}/"


@dataclass(frozen=True)
class FingerprintStore:
    """The known records of each connection."""

    blobs: Blobs
    version: bytes  #: of the code that converts records; what other code has written is not read

    def read(self, owner: str, connection_id: str) -> KnownRecords:
        """The records that the last full import left; none if they cannot be read."""
        try:
            content = self.blobs.find(_key(owner, connection_id)) or b""
            return self._decoded(content)
        except Exception as error:  # without them, the import converts every record
            log.warning("fingerprints_not_read", extra={"error": type(error).__name__})
            return KnownRecords()

    def write(self, owner: str, connection_id: str, known: KnownRecords) -> None:
        """Replace the known records. A failure is logged and does not stop the import."""
        content = self._encoded(known)
        try:
            self.blobs.put(_key(owner, connection_id), content)
        except Exception as error:
            log.warning("fingerprints_not_kept", extra={"error": type(error).__name__})

    def forget_connection(self, owner: str, connection_id: str) -> None:
        """Delete the known records of a connection. If that fails, the bucket's lifecycle deletes them."""
        try:
            self.blobs.delete_prefix(_key(owner, connection_id))
        except Exception as error:
            log.warning("fingerprints_not_deleted", extra={"error": type(error).__name__})

    def forget(self, owner: str) -> None:
        """Delete the known records of all connections of an owner. Raises what the bucket raises."""
        self.blobs.delete_prefix(fingerprints_prefix(owner))

    def _encoded(self, known: KnownRecords) -> IO[bytes]:
        """The content of the object. It is made once, piece by piece: of 100,000 records, it has 6 MB."""
        contact_ids = known.contact_ids[:MOST]
        book = known.book if len(contact_ids) == len(known.contact_ids) else None
        content = io.BytesIO()
        content.write(self.version + len(contact_ids).to_bytes(_COUNT_BYTES))
        content.write(memoryview(known.hashes)[: MOST * RECORD_BYTES])
        content.write(orjson.dumps(book and [*book]))
        for start in range(0, len(contact_ids), _AT_ONCE):
            content.write("".join([f"\n{each}" for each in contact_ids[start : start + _AT_ONCE]]).encode())
        content.seek(0)
        return content

    def _decoded(self, content: bytes) -> KnownRecords:
        start = len(self.version)
        if content[:start] != self.version:
            return KnownRecords()
        begin = start + _COUNT_BYTES
        end = begin + int.from_bytes(content[start:begin]) * RECORD_BYTES
        first, *contact_ids = content[end:].decode().split("\n")
        book = orjson.loads(first)
        return KnownRecords(content[begin:end], tuple(contact_ids), None if book is None else BookVersion(*book))


def _key(owner: str, connection_id: str) -> str:
    return f"{fingerprints_prefix(owner)}{connection_id}"
