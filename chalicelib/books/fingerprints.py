"""Fingerprints: recognize a source record that an earlier import converted to just what the book has now.

Nothing but a source's record and the code that converts it decides what becomes of a contact. So an import that has
converted a record notes a proof: a hash of the record and of what the book then has of it. If a later import reads the
same record, and the book has the same, the record need not be converted: nothing has changed. If the whole book is as
the earlier import left it, not even the book need be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from chalicelib.books.book import Mark
from chalicelib.books.version import BookVersion

BYTES = 16  # of one fingerprint, and of one proof
NO_RECORD = bytes(BYTES)  # the proof of a record that is not kept, so that the book has nothing of it


class Known(NamedTuple):
    """What an earlier import found out about a record."""

    contact_id: str  #: the contact that has the record; "" for a record that is not kept
    proof: bytes  #: of what the book has of the record


@dataclass(frozen=True)
class KnownRecords:
    """The records of one source, as the last full import left them."""

    by_fingerprint: Mapping[bytes, Known] = field(default_factory=dict)
    #: The version of the book that has just these records of the source, and nothing left to do; None if unknown.
    book: BookVersion | None = None


class Fingerprints:
    """Recognizes the records of one source that need no conversion, and notes proofs for the next import."""

    def __init__(self, known: KnownRecords | None = None) -> None:
        self._known = known or KnownRecords()
        self.noted: dict[str, tuple[bytes, Known]] = {}  #: by source id: the fingerprint, and what this import found

    @property
    def are_any_known(self) -> bool:
        return bool(self._known.by_fingerprint)

    def know_book(self, version: BookVersion) -> bool:
        """Whether the book of this version has just the known records of the source."""
        return self._known.book == version

    def find(self, fingerprint: bytes) -> Known | None:
        """What is known of a record."""
        return self._known.by_fingerprint.get(fingerprint)

    def note(self, source_id: str, fingerprint: bytes, known: Known) -> None:
        """Note what has just been found out about a record."""
        self.noted[source_id] = (fingerprint, known)

    @property
    def have_all_known(self) -> bool:
        """Whether this import has read every known record, and no other."""
        return len(self.noted) == len(self._known.by_fingerprint)

    def for_next_import(self, book: BookVersion | None, *, reads_all: bool) -> KnownRecords:
        """The known records as of this import.

        Args:
            book: as `KnownRecords.book`.
            reads_all: whether it has read all records itself, so that those it has not read are gone.
        """
        noted = dict(self.noted.values())
        return KnownRecords(noted if reads_all else {**self._known.by_fingerprint, **noted}, book)


def known_by(fingerprint: bytes, mark: Mark) -> Known:
    """What is known of a record that has just been converted to what the book has."""
    return Known(mark.contact_id, proof_of(fingerprint, mark))


def proof_of(fingerprint: bytes, mark: Mark) -> bytes:
    """A hash of a record's fingerprint and of what the book has of the record: its content and its aliases."""
    text = "\x1f".join((mark.digest, *mark.aliases))
    return blake2b(text.encode(), key=fingerprint, digest_size=BYTES).digest()
