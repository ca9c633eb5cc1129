"""The cycle collector, told to look less often: an import makes millions of small objects and hardly a cycle."""

import gc

YOUNG_OBJECTS = 100_000  # made before a look; with Python's own 700 a fifth of an import's CPU goes into looking


def collect_rarely() -> None:
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
