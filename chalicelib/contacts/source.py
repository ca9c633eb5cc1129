"""The source of a record of a contact. Only this module knows the form of stored keys of sources.

    person                                              the person's own edits
    google:<connection id>, hubspot:<connection id>, …  an account
    file:<file id>                                      a file, and its later versions
    bcc:j:<job id>[:s:<client's source>][:r:<client's reference>]   a bulk run: its tracking key
    ingest:<name>                                       a system that sends records
    enrichment:<vendor>                                 what a vendor adds

A source's `rank` orders the fold, and its `tag` is the operator's name of it.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from chalicelib.foundation.errors import InvalidInput

PERSON = "person"  # the source of the person's own edits; takes precedence over every other
LONGEST_TAG = 64  # characters
LONGEST_SOURCE, LONGEST_REFERENCE = 40, 80  # characters of a tracking key's parts
LONGEST_TRACKING_KEY = 250
_TYPED = "crm-direct"  # the tag of the person's own edits
_BULK, _RUN, _ENRICHMENT, _FILE = "bcc:", "bcc:j:", "enrichment:", "file:"
_TRACKING_KEY = re.compile(r"bcc:j:([A-Za-z0-9_-]{1,60})(?::[sr]:[\w.-]{1,100}){0,2}", re.ASCII)
_CLIENT_SOURCE = re.compile(r":s:([\w.-]+)", re.ASCII)
_NO_PART = re.compile(r"[^A-Za-z0-9._-]+")  # characters that a tracking key cannot contain
_NO_TAG = re.compile(r"[^a-z0-9]+")
_TAG = re.compile(rf"[a-z0-9-]{{1,{LONGEST_TAG}}}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


class SourceKind(StrEnum):
    """The kinds of sources that contacts come from."""

    PERSON = "person"
    PROVIDER = "provider"
    FILE = "file"
    BULK = "bulk"
    INGEST = "ingest"
    ENRICHMENT = "enrichment"


_NAMED = {kind.value: kind for kind in (SourceKind.FILE, SourceKind.INGEST, SourceKind.ENRICHMENT)}
_TITLES = {
    SourceKind.PERSON: "you",
    SourceKind.PROVIDER: "an account",
    SourceKind.FILE: "a file",
    SourceKind.BULK: "an app",
    SourceKind.INGEST: "another system",
    SourceKind.ENRICHMENT: "enrichment",
}
_FIRST, _BY_ARRIVAL, _LAST = range(3)  # ranks


@dataclass(frozen=True, slots=True)
class Source:
    """A source of records."""

    #: Its stored form, without spaces.
    key: str
    kind: SourceKind
    #: Its id within its kind: of a connection, a file or a job, or the name of a system or a vendor.
    id: str
    #: The displayed name if there is no better one: "an account".
    title: str
    #: The operator's name of it; see `validate_tag`.
    tag: str

    @classmethod
    def of(cls, key: str) -> "Source":
        """The source of a stored key. A key of unknown form counts as an account."""
        return _read(key)

    @property
    def rank(self) -> int:
        """Lower ranks come first in the fold; sources of one rank come in the order of their first arrival."""
        return rank_of(self.key)

    def with_tag(self, tag: str) -> "Source":
        """The same source with the operator's own tag. Raises InvalidInput."""
        return replace(self, tag=validate_tag(tag))

    @property
    def own_tag(self) -> str:
        """The tag to store with each record; "" if it follows from the key."""
        return "" if self.tag == _read(self.key).tag else self.tag


def provider_source(provider: str, connection_id: str) -> Source:
    return Source.of(f"{provider}:{connection_id}")


def file_source(file_id: str) -> Source:
    return _source_of_kind(SourceKind.FILE, file_id)


def ingest_source(name: str) -> Source:
    return _source_of_kind(SourceKind.INGEST, name)


def enrichment_source(vendor: str) -> Source:
    return _source_of_kind(SourceKind.ENRICHMENT, vendor)


def bulk_source(job_id: str, source: str | None = None, reference: str | None = None) -> Source:
    """The source of a bulk run; its key is the tracking key.

    Args:
        source, reference: what the client calls itself and its run. Letters, digits, dots, dashes and underscores stay.
    """
    parts = [_RUN + job_id]
    for letter, text, longest in (("s", source, LONGEST_SOURCE), ("r", reference, LONGEST_REFERENCE)):
        fit = _NO_PART.sub("-", text or "").strip("-")[:longest]
        if fit:
            parts.append(f"{letter}:{fit}")
    return Source.of(":".join(parts))


def rank_of(key: str) -> int:
    """The rank of a source by key: the person, then other sources, then enrichment."""
    if key == PERSON:
        return _FIRST
    return _LAST if is_enrichment(key) else _BY_ARRIVAL


def is_enrichment(key: str) -> bool:
    """Whether a source, by key, only adds what no other source has."""
    return key.startswith(_ENRICHMENT)


def is_file(key: str) -> bool:
    """Whether a source, by key, is a file."""
    return key.startswith(_FILE)


def validate_tag(tag: str) -> str:
    """The tag, if it consists of lowercase letters, digits and hyphens. Raises InvalidInput."""
    if not _TAG.fullmatch(tag):
        raise InvalidInput(
            f"A tag must have 1 to {LONGEST_TAG} lowercase letters (a to z), digits and hyphens.", field="tag"
        )
    return tag


@lru_cache(4_096)  # a book has a few sources, which all its records repeat
def _read(key: str) -> Source:
    kind, source_id, tag = _parts(key)
    return Source(key, kind, source_id, _TITLES[kind], tag)


def _parts(key: str) -> tuple[SourceKind, str, str]:
    """The kind and the id of the source with this key, and the tag that follows from the key."""
    if key == PERSON:
        return SourceKind.PERSON, "", _TYPED
    if key.startswith(_BULK):
        return SourceKind.BULK, *_run(key)
    prefix, _, rest = key.partition(":")
    kind = _NAMED.get(prefix, SourceKind.PROVIDER)
    if kind in (SourceKind.INGEST, SourceKind.ENRICHMENT):
        return kind, rest, _tag_from(rest, kind.value)
    return kind, rest, _tag_from(prefix, kind.value)


def _run(key: str) -> tuple[str, str]:
    """The job's id and the tag of a tracking key; "" for the id if the key is malformed."""
    found = _TRACKING_KEY.fullmatch(key) if len(key) <= LONGEST_TRACKING_KEY else None
    if found is None:
        return "", "bulk"
    client = _CLIENT_SOURCE.search(key)
    return found[1], _tag_from(client[1] if client else "", "bulk")


def _tag_from(name: str, default: str) -> str:
    return _NO_TAG.sub("-", name.lower()).strip("-")[:LONGEST_TAG].strip("-") or default


def _source_of_kind(kind: SourceKind, name: str) -> Source:
    if not _NAME.fullmatch(name):
        detail = "A source's name must have 1 to 100 letters (a to z), digits, dots, hyphens and underscores."
        raise InvalidInput(detail, field="source")
    return Source.of(f"{kind}:{name}")
