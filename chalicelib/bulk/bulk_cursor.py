"""The position of a bulk create in its list."""

from dataclasses import asdict, dataclass, replace

from chalicelib.foundation.json import Json
from chalicelib.jobs.poison_isolation import ChunkBackoff


@dataclass(frozen=True, slots=True)
class BulkCursor:
    """The position of the run; stored as the job's cursor."""

    #: The number of processed contacts.
    at: int = 0
    #: The fields of the `ChunkBackoff`.
    level: int = 0
    until: int = 0
    #: The number of contacts created without being added to the collection.
    not_added: int = 0
    #: Whether the permission to edit the collection was withdrawn.
    withdrawn: bool = False

    @classmethod
    def of(cls, cursor: Json) -> "BulkCursor":
        return cls(**(cursor or {}))

    def cursor(self) -> Json:
        return {name: value for name, value in asdict(self).items() if value or name == "at"}

    @property
    def offset(self) -> int:
        return self.at

    @property
    def backoff(self) -> ChunkBackoff:
        return ChunkBackoff(self.level, self.until)

    def with_backoff(self, backoff: ChunkBackoff) -> "BulkCursor":
        return replace(self, level=backoff.level, until=backoff.until)

    def after(self, settled: int, not_added: int) -> "BulkCursor":
        at = self.at + settled
        return replace(self, at=at, not_added=self.not_added + not_added).with_backoff(self.backoff.at(at))
