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

# A larger block has memory of its own, which goes back to the system when it is freed. By default, glibc keeps blocks
# in the heap once one of their size was freed; the indexes that grow between the blocks of pages then leave holes.
LARGEST_IN_HEAP = 128 * 1024  # bytes
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # in glibc's malloc.h


def tune_memory() -> None:
    """Collect cycles rarely, let new threads share one heap, and keep large blocks out of it. May be repeated."""
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # of glibc; other C libraries do without
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, HEAPS)
        mallopt(_M_MMAP_THRESHOLD, LARGEST_IN_HEAP)
