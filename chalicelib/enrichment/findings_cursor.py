"""The position in the findings that a book gets; stored as the cursor of its job."""

from dataclasses import dataclass, replace

from chalicelib.foundation.json import Json
from chalicelib.jobs.poison_isolation import ChunkBackoff


@dataclass(frozen=True, slots=True)
class FindingsCursor:
    """The number of settled findings."""

    at: int = 0
    #: The fields of the `ChunkBackoff`.
    level: int = 0
    until: int = 0

    @classmethod
    def of(cls, cursor: Json) -> "FindingsCursor":
        return cls(**(cursor or {}))

    def cursor(self) -> Json:
        backoff = {"level": self.level, "until": self.until} if self.level else {}
        return {"at": self.at, **backoff}

    @property
    def offset(self) -> int:
        return self.at

    @property
    def backoff(self) -> ChunkBackoff:
        return ChunkBackoff(self.level, self.until)

    def with_backoff(self, backoff: ChunkBackoff) -> "FindingsCursor":
        return replace(self, level=backoff.level, until=backoff.until)

    def after(self, settled: int) -> "FindingsCursor":
        at = self.at + settled
        return replace(self, at=at).with_backoff(self.backoff.at(at))
