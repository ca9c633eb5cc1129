"""A directory that is unusable or in use is reported in one sentence and not changed."""

import errno
import os
import subprocess
import sys

import pytest

from local.data_dir import DirectoryLock, ensure_usable
from local.processes import ROOT, PartFailed


class TestUsable:
    def test_a_directory_that_is_missing_is_made(self, tmp_path):
        ensure_usable(tmp_path / "a" / "b")

        assert (tmp_path / "a" / "b").is_dir()

    def test_a_file_is_no_directory(self, tmp_path):
        file = tmp_path / "data"
        file.write_text("mine")

        assert refusal_of(file) == f"{file} is a file. Choose a directory: --data-dir DIR"
        assert file.read_text() == "mine"

    def test_a_path_inside_a_file_is_no_directory(self, tmp_path):
        (tmp_path / "data").write_text("mine")

        assert "Not a directory" in refusal_of(tmp_path / "data" / "deep")

    @pytest.mark.parametrize("number", [errno.EIO, errno.EACCES])
    def test_an_unreadable_one_is_reported_with_the_reason(self, tmp_path, number):
        def look(_):
            raise OSError(number, os.strerror(number))

        assert os.strerror(number) in refusal_of(tmp_path, look=look)

    def test_one_on_a_read_only_disk_is_reported_with_advice(self, tmp_path):
        counts = (4096, 4096, 10**9, 10**9, 10**9, 10**6, 10**6, 10**6, os.ST_RDONLY, 255)

        assert refusal_of(tmp_path, look=lambda _: os.statvfs_result(counts)) == (
            f"Cannot store data in {tmp_path}: Read-only file system. "
            "Fix this, or choose another directory: --data-dir DIR"
        )


class TestDirectoryLock:
    def test_a_second_stack_is_refused_with_the_process_id_of_the_first(self, tmp_path):
        DirectoryLock(tmp_path, "the stack with process id 7")

        with pytest.raises(PartFailed, match=r"is in use by the stack with process id 7\. Stop it first"):
            DirectoryLock(tmp_path, "another")

    def test_a_refused_stack_changes_nothing(self, tmp_path):
        held = DirectoryLock(tmp_path, "the first")
        before = (tmp_path / "lock").read_bytes(), (tmp_path / "lock").stat().st_mtime_ns
        with pytest.raises(PartFailed):
            DirectoryLock(tmp_path, "the second")

        assert ((tmp_path / "lock").read_bytes(), (tmp_path / "lock").stat().st_mtime_ns) == before
        held.release()

    def test_a_released_directory_can_be_locked_again(self, tmp_path):
        DirectoryLock(tmp_path, "the first").release()
        second = DirectoryLock(tmp_path, "the second")

        with pytest.raises(PartFailed, match="in use by the second"):
            DirectoryLock(tmp_path, "a third")
        second.release()

    def test_a_directory_whose_holder_was_killed_can_be_locked_again(self, tmp_path):
        lock = f"DirectoryLock(Path({str(tmp_path)!r}), 'the killed one')"
        program = f"from pathlib import Path; from local.data_dir import DirectoryLock; h = {lock}"
        program += "; print('held', flush=True); import time; time.sleep(60)"
        holder = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(PartFailed, match="in use by the killed one"):
            DirectoryLock(tmp_path, "too early")

        holder.kill()
        holder.wait()
        holder.stdout.close()
        second = DirectoryLock(tmp_path, "the second")

        with pytest.raises(PartFailed, match="in use by the second"):
            DirectoryLock(tmp_path, "a third")
        second.release()


def refusal_of(directory, **look):
    with pytest.raises(PartFailed) as raised:
        ensure_usable(directory, **look)
    return str(raised.value)
