"""Makes Python's cycle collector run less often: an import creates millions of small objects, but hardly any cycles."""

import gc

YOUNG_OBJECTS = 100_000  # created before a run; with Python's default of 700, runs take a fifth of an import's CPU time


def collect_rarely() -> None:
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
