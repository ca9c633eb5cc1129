"""How Python and the C library manage the memory of a process that works on thousands of contacts."""

import ctypes
import gc

# The cycle collector runs after so many new objects. A job creates millions of small objects, but hardly any cycles;
# with Python's default of 700, the runs take a fifth of an import's CPU time. The pages that an import has at hand are
# 100,000 objects, so at that number it would look through them again and again.
YOUNG_OBJECTS = 400_000

# glibc gives most threads a heap of their own, which keeps what it once needed. To parse a page, orjson takes a block
# of twelve times its size, in any thread of the executor; with a heap each, an import takes 80 MB more.
HEAPS = 1
_M_ARENA_MAX = -8  # in glibc's malloc.h


def tune_memory() -> None:
    """Collect cycles rarely, and let new threads share one heap. May be repeated."""
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # of glibc; other C libraries do without
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, HEAPS)
