"""Where an import stands in its provider's listing: what the job's cursor says, and how small its chunks must be."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from chalicelib.foundation.json import Json
from chalicelib.jobs.poison_isolation import ChunkBackoff


class Phase(StrEnum):
    COPY = "copy"  # pages are read and kept
    REMOVE = "remove"  # everything was read; what is gone at the provider is taken away


@dataclass(frozen=True, slots=True)
class ImportCursor:
    """Args:
    at: the provider's cursor of the page. page: how many pages came before it.
    offset: how many of its records are done. digest: of its ids, to notice when it shifted under us.
    careful, careful_until: the level and the end of our `ChunkBackoff`.
    sync: from the last page on, where the next incremental import starts.
    groups: names of the account's groups by id, if they differ from those in the records.
    """

    at: Json
    phase: Phase = Phase.COPY
    page: int = 0
    offset: int = 0
    digest: str = ""
    careful: int = 0
    careful_until: int = 0
    sync: Json = None
    groups: Json = None

    @classmethod
    def of(cls, cursor: Json) -> "ImportCursor":
        return cls(**{**cursor, "phase": Phase(cursor["phase"])})

    def cursor(self) -> Json:
        told = {name: value for name, value in asdict(self).items() if value or name in ("at", "phase")}
        return told if self.groups is None else {**told, "groups": self.groups}

    @property
    def backoff(self) -> ChunkBackoff:
        return ChunkBackoff(self.careful, self.careful_until)

    def with_backoff(self, backoff: ChunkBackoff) -> "ImportCursor":
        return replace(self, careful=backoff.level, careful_until=backoff.until)

    def after(self, settled: int) -> "ImportCursor":
        """Further on in the same page, or, once everything was read, in the list of what is to be done then."""
        offset = self.offset + settled
        return replace(self, offset=offset).with_backoff(self.backoff.at(offset))

    def advance_in_page(self, settled: int, digest: str) -> "ImportCursor":
        """Further on in the page with this digest."""
        return replace(self.after(settled), digest=digest)

    def next_page(self, at: Json) -> "ImportCursor":
        return ImportCursor(at, page=self.page + 1)

    def at_removals(self, sync: Json, groups: Json = None) -> "ImportCursor":
        return ImportCursor(None, Phase.REMOVE, page=self.page + 1, sync=sync, groups=groups)


def digest_of(ids: Iterable[str]) -> str:
    """A short hash of a page's ids in their order."""
    return hashlib.blake2b("\x1f".join(ids).encode(errors="replace"), digest_size=9).hexdigest()
