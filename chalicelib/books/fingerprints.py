"""Fingerprints: recognize a source record that an earlier import converted to just what the book has now.

Nothing but a source's record and the code that converts it decides what becomes of a contact. So an import that has
converted a record notes a proof: a hash of the record and of what the book then has of it. If a later import reads the
same record, and the book has the same, the record need not be converted: nothing has changed. If the whole book is as
the earlier import left it, not even the book need be read.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from chalicelib.books.book import Mark
from chalicelib.books.version import BookVersion
from chalicelib.contacts.source_record import SourceRecord

BYTES = 16  # of one fingerprint, and of one proof
RECORD_BYTES = 2 * BYTES
NO_RECORD = bytes(BYTES)  # the proof of a record that is not kept, so that the book has nothing of it


class Known(NamedTuple):
    """What an earlier import found out about a record."""

    contact_id: str  #: the contact that has the record; "" for a record that is not kept
    proof: bytes  #: of what the book has of the record


@dataclass(frozen=True)
class KnownRecords:
    """The records of one source, as the last full import left them.

    Raises:
        ValueError: there are not as many hashes as contact ids.
    """

    hashes: bytes | bytearray = b""  #: the fingerprint and the proof of each record, one after the other
    contact_ids: tuple[str, ...] = ()  #: of each record, as in `Known`
    #: The version of the book that has just these records of the source, and nothing left to do; None if unknown.
    book: BookVersion | None = None

    def __post_init__(self) -> None:
        if len(self.hashes) != len(self.contact_ids) * RECORD_BYTES:
            raise ValueError("there are not as many hashes as contact ids")

    @classmethod
    def of(cls, by_fingerprint: Mapping[bytes, Known], book: BookVersion | None = None) -> "KnownRecords":
        hashes = b"".join([part for fingerprint, each in by_fingerprint.items() for part in (fingerprint, each.proof)])
        return cls(hashes, tuple(each.contact_id for each in by_fingerprint.values()), book)

    def by_fingerprint(self) -> dict[bytes, Known]:
        hashes = bytes(self.hashes)
        starts = range(0, len(hashes), RECORD_BYTES)
        return {
            hashes[at : at + BYTES]: Known(contact_id, hashes[at + BYTES : at + RECORD_BYTES])
            for at, contact_id in zip(starts, self.contact_ids, strict=True)
        }


class Fingerprints:
    """Recognizes the records of one source that need no conversion, and notes proofs for the next import."""

    def __init__(self, known: KnownRecords | None = None) -> None:
        known = known or KnownRecords()
        self._known, self._book = known.by_fingerprint(), known.book
        self._hashes = bytearray()  # of the noted records, as in `KnownRecords`: an object of each takes more memory
        self._source_ids: list[str] = []
        self._contact_ids: list[str] = []

    @property
    def are_any_known(self) -> bool:
        return bool(self._known)

    def know_book(self, version: BookVersion) -> bool:
        """Whether the book of this version has just the known records of the source."""
        return self._book == version

    def find(self, fingerprint: bytes) -> Known | None:
        """What is known of a record."""
        return self._known.get(fingerprint)

    def note(self, source_id: str, fingerprint: bytes, known: Known) -> None:
        """Note what has just been found out about a record, once for each record."""
        self._hashes += fingerprint + known.proof
        self._source_ids.append(source_id)
        self._contact_ids.append(known.contact_id)

    def drop_notes(self, source_ids: Container[str]) -> None:
        """Drop the notes of these records."""
        kept = [place for place, source_id in enumerate(self._source_ids) if source_id not in source_ids]
        self._hashes = bytearray().join(self._hashes[at * RECORD_BYTES : (at + 1) * RECORD_BYTES] for at in kept)
        self._source_ids = [self._source_ids[at] for at in kept]
        self._contact_ids = [self._contact_ids[at] for at in kept]

    @property
    def have_all_known(self) -> bool:
        """Whether this import has read every known record, and no other."""
        return len(self._source_ids) == len(self._known)

    def have_noted(self, contacts: Mapping[str, str]) -> bool:
        """Whether the noted records that are kept are just these; the contact of each, by source id."""
        kept = len(self._contact_ids) - self._contact_ids.count("")
        noted = zip(self._source_ids, self._contact_ids, strict=True)
        return kept == len(contacts) and all(
            contacts.get(each) == contact_id for each, contact_id in noted if contact_id
        )

    def for_next_import(self, book: BookVersion | None, *, reads_all: bool) -> KnownRecords:
        """The known records as of this import.

        Args:
            book: as `KnownRecords.book`.
            reads_all: whether it has read all records itself, so that those it has not read are gone.
        """
        noted = KnownRecords(self._hashes, tuple(self._contact_ids), book)
        return noted if reads_all else KnownRecords.of({**self._known, **noted.by_fingerprint()}, book)


def proof_of(fingerprint: bytes, record: Mark | SourceRecord) -> bytes:
    """A hash of a record's fingerprint and of what the book has of the record: its content and its aliases."""
    text = "\x1f".join((record.digest, *record.aliases))
    return blake2b(text.encode(), key=fingerprint, digest_size=BYTES).digest()
