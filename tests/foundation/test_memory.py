import ctypes
import subprocess
import sys

import pytest

needs_glibc = pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="the C library is not glibc")

COUNT_HEAPS = """
import ctypes, sys, threading
from pathlib import Path
from chalicelib.foundation.memory import tune_memory

if sys.argv[2] == "tuned":
    tune_memory()
together = threading.Barrier(4)

def work():
    block = bytes(10_000)  # more than Python's own allocator gives
    together.wait()

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
print(Path(sys.argv[1]).read_text().count("<heap nr="))
"""

COUNT_LARGE_BLOCKS = """
import ctypes, sys
from pathlib import Path
from chalicelib.foundation.memory import tune_memory

if sys.argv[2] == "tuned":
    tune_memory()
block = bytes(8_000_000)
del block
block = bytes(8_000_000)
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
mapped = [line for line in Path(sys.argv[1]).read_text().splitlines() if 'type="mmap"' in line]
print(sum(int(line.split('size="')[1].partition('"')[0]) >= 8_000_000 for line in mapped))
"""


@needs_glibc
class TestTuneMemory:
    def test_threads_share_one_heap(self, tmp_path):
        assert heaps_of_a_process_with_threads(tmp_path, "tuned") == 1

    def test_without_it_threads_have_heaps_of_their_own(self, tmp_path):
        assert heaps_of_a_process_with_threads(tmp_path, "untuned") > 1

    def test_a_large_block_has_memory_of_its_own(self, tmp_path):
        assert large_blocks_of_a_process(tmp_path, "tuned") == 1

    def test_without_it_a_large_block_is_in_the_heap_if_one_was_freed_before(self, tmp_path):
        assert large_blocks_of_a_process(tmp_path, "untuned") == 0


def heaps_of_a_process_with_threads(tmp_path, tuned):
    return counted_in_a_process(COUNT_HEAPS, tmp_path, tuned)


def large_blocks_of_a_process(tmp_path, tuned):
    return counted_in_a_process(COUNT_LARGE_BLOCKS, tmp_path, tuned)


def counted_in_a_process(code, tmp_path, tuned):
    command = [sys.executable, "-c", code, str(tmp_path / "malloc.xml"), tuned]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
