"""Converts the raw records of a page, or leaves that for later where the book may have them unchanged."""

from collections.abc import Mapping
from functools import partial
from hashlib import sha256

import orjson

from chalicelib.books.fingerprints import BYTES
from chalicelib.contacts.source_record import Incoming, RawContact, SourceContact, Unreadable
from chalicelib.foundation.json import Json
from chalicelib.providers.provider import Provider


class ReadRecords:
    """Converts records with their fingerprints.

    Args:
        version: of the code that converts them, as the start of what is hashed; always of the same length.
        later: whether to convert a record only once it is planned.
    """

    def __init__(self, provider: Provider, version: bytes, *, later: bool) -> None:
        self._provider, self._version, self._later = provider, version, later

    def __call__(self, record: Mapping[str, Json], source_id: str) -> Incoming:
        """The source contact in one raw record, which has this id. Never raises."""
        try:
            raw = orjson.dumps(record)
        except TypeError:  # beyond strict JSON: a lone surrogate, a number that no float holds
            return self._provider.read(record)
        if b"null" in raw and not _has_null_for_none_only(raw, record):
            return self._provider.read(record)
        fingerprint = sha256(self._version + raw).digest()[:BYTES]  # most CPUs have instructions for SHA-256
        convert = partial(self._convert, raw) if self._later else partial(_same, self._provider.read(record))
        return RawContact(source_id, fingerprint, convert)

    def _convert(self, raw: bytes) -> SourceContact | Unreadable:
        return self._provider.read(orjson.loads(raw))


def _has_null_for_none_only(raw: bytes, record: Mapping[str, Json]) -> bool:
    """Whether no NaN or infinity is in the record, which orjson writes as null, too."""
    if isinstance(record, dict):
        nones = len([value for value in record.values() if value is None])
        if nones == raw.count(b"null"):  # the most common case: Graph sends null for empty fields
            return True
    return bool(orjson.loads(raw) == record)


def _same(contact: SourceContact | Unreadable) -> SourceContact | Unreadable:
    return contact
