"""FileCursor: how far a commit has come."""

from dataclasses import asdict, dataclass, replace

from chalicelib.foundation.json import Json
from chalicelib.jobs.poison_isolation import ChunkBackoff


@dataclass(frozen=True, slots=True)
class FileCursor:
    """The position in the rows; stored as the job's cursor."""

    #: The number of settled rows.
    at: int = 0
    #: The number of contacts that are taken away, of those whose rows are gone from the file.
    gone: int = 0
    #: Whether the permission to edit the collection was withdrawn.
    withdrawn: bool = False
    #: The fields of the `ChunkBackoff`.
    level: int = 0
    until: int = 0

    @classmethod
    def of(cls, cursor: Json) -> "FileCursor":
        return cls(**(cursor or {}))

    def cursor(self) -> Json:
        return {name: value for name, value in asdict(self).items() if value or name == "at"}

    @property
    def offset(self) -> int:
        return self.at + self.gone

    @property
    def backoff(self) -> ChunkBackoff:
        return ChunkBackoff(self.level, self.until)

    def with_backoff(self, backoff: ChunkBackoff) -> "FileCursor":
        return replace(self, level=backoff.level, until=backoff.until)

    def after(self, *, rows: int = 0, gone: int = 0) -> "FileCursor":
        """The position after these."""
        moved = replace(self, at=self.at + rows, gone=self.gone + gone)
        return moved.with_backoff(self.backoff.at(moved.offset))
