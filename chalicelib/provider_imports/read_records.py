"""Converts the raw records of a page, or leaves that for later where the book may have them unchanged."""

from collections.abc import Mapping
from functools import partial
from hashlib import blake2b

import orjson

from chalicelib.books.fingerprints import BYTES
from chalicelib.contacts.source_record import Incoming, RawContact, SourceContact, Unreadable
from chalicelib.foundation.json import Json
from chalicelib.providers.provider import Provider


class ReadRecords:
    """Converts records with their fingerprints.

    Args:
        version: of the code that converts them, as a key of the fingerprints.
        later: whether to convert a record only once it is planned.
    """

    def __init__(self, provider: Provider, version: bytes, *, later: bool) -> None:
        self._provider, self._version, self._later = provider, version, later

    def __call__(self, record: Mapping[str, Json]) -> Incoming:
        """The source contact in one raw record. Never raises."""
        try:
            raw = orjson.dumps(record)
        except TypeError:  # beyond strict JSON: a lone surrogate, a number that no float holds
            return self._provider.read(record)
        if b"null" in raw and orjson.loads(raw) != record:  # orjson writes NaN as null
            return self._provider.read(record)
        fingerprint = blake2b(raw, key=self._version, digest_size=BYTES).digest()
        convert = partial(self._convert, raw) if self._later else partial(_same, self._provider.read(record))
        return RawContact(self._provider.id_of(record), fingerprint, convert)

    def _convert(self, raw: bytes) -> SourceContact | Unreadable:
        return self._provider.read(orjson.loads(raw))


def _same(contact: SourceContact | Unreadable) -> SourceContact | Unreadable:
    return contact
