"""How small chunks must be after crashes: until the one record that crashes whoever reads it stands alone."""

from dataclasses import dataclass

CHUNK_LINES = (1_000, 32, 4, 1)  # source contacts in one chunk, by how careful we must be
CRASHES_A_LEVEL = 2  # a chunk that crashes the worker twice shrinks
CRASHES_ALONE = 4  # a record is poisonous when it, alone, crashed the worker so often; twice may be chance


@dataclass(frozen=True, slots=True)
class ChunkBackoff:
    """Args:
    level: index into `CHUNK_LINES`. until: the offset at which we are past the record that crashed us.
    """

    level: int = 0
    until: int = 0

    @property
    def chunk_lines(self) -> int:
        return CHUNK_LINES[self.level]

    def after_crashes(self, crashes: int, offset: int) -> tuple["ChunkBackoff", bool]:
        """As much care as so many crashes ask for, and whether the record at `offset` is poisonous."""
        level = self.level + crashes // CRASHES_A_LEVEL
        if level == self.level:
            return self, False
        smallest = len(CHUNK_LINES) - 1
        crashes_alone = crashes - CRASHES_A_LEVEL * (smallest - self.level)
        suspects = CHUNK_LINES[min(level, smallest) - 1]
        narrowed = ChunkBackoff(min(level, smallest), self.until or offset + suspects)
        return narrowed, crashes_alone >= CRASHES_ALONE

    def at(self, offset: int) -> "ChunkBackoff":
        """None any more behind what crashed us."""
        return ChunkBackoff() if self.until <= offset else self
