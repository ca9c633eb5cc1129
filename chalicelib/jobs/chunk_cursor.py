"""The position of a job that works through a list in chunks; stored as the job's cursor."""

from dataclasses import asdict, dataclass, replace
from typing import Self

from chalicelib.foundation.json import Json
from chalicelib.jobs.poison_isolation import ChunkBackoff


@dataclass(frozen=True, slots=True)
class ChunkCursor:
    """The number of settled items, and the backoff of the chunks."""

    at: int = 0
    #: The fields of the `ChunkBackoff`.
    level: int = 0
    until: int = 0

    @classmethod
    def of(cls, cursor: Json) -> Self:
        return cls(**(cursor or {}))

    def cursor(self) -> Json:
        return {name: value for name, value in asdict(self).items() if value or name == "at"}

    @property
    def offset(self) -> int:
        return self.at

    @property
    def backoff(self) -> ChunkBackoff:
        return ChunkBackoff(self.level, self.until)

    def with_backoff(self, backoff: ChunkBackoff) -> Self:
        return replace(self, level=backoff.level, until=backoff.until)

    def after(self, settled: int) -> Self:
        """The position after so many more items."""
        at = self.at + settled
        return replace(self, at=at).with_backoff(self.backoff.at(at))
