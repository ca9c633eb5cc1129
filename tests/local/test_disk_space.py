"""Whether a directory can keep what is to come, without writing there."""

import os

import pytest

from local.embedded_aws.disk_space import SPARE_BYTES, size_of, storage_problem

BLOCK = 4096


def disk(*, free: int, flags: int = 0):
    """A disk with so many bytes free."""
    counts = (BLOCK, BLOCK, 10**9, 10**9, free // BLOCK, 10**6, 10**6, 10**6, flags, 255)
    return lambda _: os.statvfs_result(counts)


class TestTrouble:
    def test_there_is_none_where_all_is_well(self, tmp_path):
        assert storage_problem(tmp_path, look=disk(free=10**9)) == ""

    def test_a_disk_mounted_read_only_keeps_nothing(self, tmp_path):
        assert storage_problem(tmp_path, look=disk(free=10**9, flags=os.ST_RDONLY)) == "Read-only file system"

    def test_the_error_for_a_full_disk_has_the_free_and_the_needed_space(self, tmp_path):
        assert (
            storage_problem(tmp_path, look=disk(free=0)) == "the disk is full (0 MB are free there, 16 MB are needed)"
        )

    @pytest.mark.parametrize(("free", "fits"), [(50_000_000 + SPARE_BYTES + BLOCK, True), (50_000_000, False)])
    def test_what_is_to_come_must_find_room_and_some_to_spare(self, tmp_path, free, fits):
        assert (storage_problem(tmp_path, 50_000_000, look=disk(free=free)) == "") is fits

    def test_a_missing_directory_is_reported(self, tmp_path):
        assert storage_problem(tmp_path / "gone") == "No such file or directory"


def test_the_size_of_a_directory_is_that_of_all_its_files(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "one").write_bytes(bytes(10))
    (tmp_path / "deep" / "two").write_bytes(bytes(5))

    assert size_of(tmp_path) == 15
