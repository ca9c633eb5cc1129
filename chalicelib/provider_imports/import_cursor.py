"""The position of an import in its provider's listing, as the job's cursor has it, and the size of its chunks."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from chalicelib.foundation.json import Json
from chalicelib.jobs.poison_isolation import ChunkBackoff


class Phase(StrEnum):
    """The phases of an import."""

    COPY = "copy"  # pages are read and copied
    REMOVE = "remove"  # everything was read; contacts that are gone at the provider are removed


@dataclass(frozen=True, slots=True)
class ImportCursor:
    """A position in an import. Methods return a new position."""

    #: The provider's cursor of the page.
    at: Json
    phase: Phase = Phase.COPY
    #: The number of pages before it.
    page: int = 0
    #: The number of its records that are committed; after the last page, of the items of the current list of changes.
    offset: int = 0
    #: A hash of the page's ids, to detect a page that changed.
    digest: str = ""
    #: The level of the `ChunkBackoff`.
    careful: int = 0
    #: The offset at which the `ChunkBackoff` ends.
    careful_until: int = 0
    #: After the last page, where the next incremental import starts.
    sync: Json = None
    #: After the last page, the names of the account's groups by id, if they differ from those in the records.
    groups: Json = None
    #: After the last page, the new names of chosen groups by id, if there are any.
    chosen_names: Json = None

    @classmethod
    def of(cls, cursor: Json) -> "ImportCursor":
        """The position in a job's cursor."""
        return cls(**{**cursor, "phase": Phase(cursor["phase"])})

    def cursor(self) -> Json:
        """Plain JSON, without fields that are empty."""
        fields = {name: value for name, value in asdict(self).items() if value or name in ("at", "phase")}
        return fields if self.groups is None else {**fields, "groups": self.groups}

    @property
    def backoff(self) -> ChunkBackoff:
        return ChunkBackoff(self.careful, self.careful_until)

    def with_backoff(self, backoff: ChunkBackoff) -> "ImportCursor":
        return replace(self, careful=backoff.level, careful_until=backoff.until)

    def after(self, settled: int) -> "ImportCursor":
        """Advance in the page or, after the last page, in the current list of changes."""
        offset = self.offset + settled
        return replace(self, offset=offset).with_backoff(self.backoff.at(offset))

    def advance_in_page(self, settled: int, digest: str) -> "ImportCursor":
        """Advance in the page with this digest."""
        return replace(self.after(settled), digest=digest)

    def next_page(self, at: Json) -> "ImportCursor":
        """The start of the next page."""
        return ImportCursor(at, page=self.page + 1)

    def at_removals(self, sync: Json, groups: Json = None, chosen_names: Json = None) -> "ImportCursor":
        """The position after the last page."""
        page = self.page + 1
        return ImportCursor(None, Phase.REMOVE, page=page, sync=sync, groups=groups, chosen_names=chosen_names)


def digest_of(ids: Iterable[str]) -> str:
    """A short hash of a page's ids in order."""
    return hashlib.blake2b("\x1f".join(ids).encode(errors="replace"), digest_size=9).hexdigest()
