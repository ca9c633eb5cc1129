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


@needs_glibc
class TestTuneMemory:
    def test_threads_share_one_heap(self, tmp_path):
        assert heaps_of_a_process_with_threads(tmp_path, "tuned") == 1

    def test_without_it_threads_have_heaps_of_their_own(self, tmp_path):
        assert heaps_of_a_process_with_threads(tmp_path, "untuned") > 1


def heaps_of_a_process_with_threads(tmp_path, tuned):
    command = [sys.executable, "-c", COUNT_HEAPS, str(tmp_path / "malloc.xml"), tuned]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
