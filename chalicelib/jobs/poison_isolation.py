"""Shrinks chunks after crashes, until a chunk holds only the one record that crashes the worker."""

from dataclasses import dataclass

CHUNK_LINES = (1_000, 32, 4, 1)  # source contacts in one chunk, by level of backoff
CRASHES_PER_LEVEL = 2  # crashes of one chunk before it shrinks
CRASHES_ALONE = 4  # crashes of a chunk of one record before that record is poisonous; two may be chance


@dataclass(frozen=True, slots=True)
class ChunkBackoff:
    """The size limit of chunks, and the offset up to which it applies."""

    level: int = 0  #: index into `CHUNK_LINES`
    until: int = 0  #: the offset after the chunk that crashed; from there chunks are large again

    @property
    def chunk_lines(self) -> int:
        return CHUNK_LINES[self.level]

    def after_crashes(self, crashes: int, offset: int) -> tuple["ChunkBackoff", bool]:
        """The backoff after this many crashes at `offset`, and whether the record there is poisonous."""
        level = self.level + crashes // CRASHES_PER_LEVEL
        if level == self.level:
            return self, False
        smallest = len(CHUNK_LINES) - 1
        crashes_alone = crashes - CRASHES_PER_LEVEL * (smallest - self.level)
        suspects = CHUNK_LINES[min(level, smallest) - 1]
        narrowed = ChunkBackoff(min(level, smallest), self.until or offset + suspects)
        return narrowed, crashes_alone >= CRASHES_ALONE

    def at(self, offset: int) -> "ChunkBackoff":
        """The backoff at `offset`: none from `until` on."""
        return ChunkBackoff() if self.until <= offset else self
