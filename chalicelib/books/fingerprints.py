"""Fingerprints: recognize a source record that an earlier import converted to just what the book has now.

Nothing but a source's record and the code that converts it decides what becomes of a contact. So an import that has
converted a record notes a proof: a hash of the record and of what the book then has of it. If a later import reads the
same record, and the book has the same, the record need not be converted: nothing has changed.
"""

from collections.abc import Iterable
from hashlib import blake2b

from chalicelib.books.book import Mark

BYTES = 16  # of one fingerprint, and of one proof


class Fingerprints:
    """The records of one source that need no conversion.

    Args:
        known: the proofs of earlier imports.
    """

    def __init__(self, known: Iterable[bytes] = ()) -> None:
        self.known = frozenset(known)
        self.noted: set[bytes] = set()  #: the proofs of this import

    def recognize(self, fingerprint: bytes, mark: Mark) -> bytes | None:
        """The proof that a record with this fingerprint converts to what the book has; None if none is known.

        Args:
            mark: the book's record with the id of the source's record.
        """
        proof = proof_of(fingerprint, mark) if self.known else None
        return proof if proof in self.known else None

    def note(self, fingerprint: bytes, mark: Mark) -> None:
        """Note that a record with this fingerprint has just been converted to what the book has."""
        self.noted.add(proof_of(fingerprint, mark))


def proof_of(fingerprint: bytes, mark: Mark) -> bytes:
    """A hash of a record's fingerprint and of what the book has of the record: its content and its aliases."""
    text = "\x1f".join((mark.digest, *mark.aliases))
    return blake2b(text.encode(), key=fingerprint, digest_size=BYTES).digest()
