"""Rows of an import in the bucket: written while the next ones are made, and not fetched by the run that wrote them."""

from collections.abc import Callable, Iterator

import pytest

from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.import_files import BLOCK_ROWS, WRITTEN_AT_ONCE, ImportFiles
from chalicelib.foundation.json import Json
from tests.fakes.blobs import FakeBlobs
from tests.fakes.clock import NOON
from tests.fakes.executor import FinishedTask, InlineExecutor, T

FOUND = FileImport("import-1", "ann", NOON, "people.csv")


class LateTask(FinishedTask[T]):
    """Work that is done when it is waited for."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work

    def result(self, timeout: float | None = None) -> T:
        super().__init__(self._work)
        return super().result(timeout)


class LateExecutor(InlineExecutor):
    """Begins everything as late as it may."""

    def __init__(self) -> None:
        self.started = 0

    def start(self, work: Callable[[], T]) -> FinishedTask[T]:
        self.started += 1
        return LateTask(work)


class FullBucket(FakeBlobs):
    def put(self, key: str, content: bytes) -> None:
        raise OSError(f"no room for {key} of {len(content)} bytes")


def test_values_that_are_put_together_are_each_stored_under_its_name():
    files = ImportFiles(FakeBlobs(), LateExecutor())

    files.put_all(FOUND, {"plan/summary": {"outcomes": "n"}, "plan/gone": {}})

    assert files.get(FOUND, "plan/summary") == {"outcomes": "n"}
    assert files.get(FOUND, "plan/gone") == {}


class TestPuttingBlocks:
    def test_all_blocks_are_stored_when_it_returns(self):
        files = ImportFiles(FakeBlobs(), LateExecutor())

        assert files.put_blocks(FOUND, "plan", range(BLOCK_ROWS + 1)) == BLOCK_ROWS + 1
        assert files.block(FOUND, "plan", 0) == list(range(BLOCK_ROWS))
        assert files.block(FOUND, "plan", 1) == [BLOCK_ROWS]

    def test_no_rows_are_no_block(self):
        blobs = FakeBlobs()

        assert ImportFiles(blobs, InlineExecutor()).put_blocks(FOUND, "plan", ()) == 0
        assert not blobs.kept

    def test_the_rows_of_a_few_blocks_are_in_memory_at_most(self):
        blobs, executor = FakeBlobs(), LateExecutor()
        waiting: list[int] = []

        def rows() -> Iterator[Json]:
            for number in range(6 * BLOCK_ROWS):
                waiting.append(executor.started - len(blobs.kept))
                yield number

        ImportFiles(blobs, executor).put_blocks(FOUND, "plan", rows())

        assert max(waiting) == WRITTEN_AT_ONCE

    def test_a_block_that_cannot_be_written_fails_the_rows(self):
        with pytest.raises(OSError, match="no room"):
            ImportFiles(FullBucket(), LateExecutor()).put_blocks(FOUND, "plan", range(3))

    def test_what_was_begun_is_written_before_an_error_is_raised(self):
        blobs = FakeBlobs()

        def stop(count: int) -> None:
            raise TimeoutError(count)

        with pytest.raises(TimeoutError):
            ImportFiles(blobs, LateExecutor()).put_blocks(FOUND, "plan", range(3), stop)
        assert len(blobs.kept) == 1


class TestKeepingWhatWasWritten:
    def test_a_run_reads_once_without_the_bucket_what_it_has_written(self):
        blobs = FakeBlobs()
        files = ImportFiles(blobs, InlineExecutor()).keeping_written()
        files.put_blocks(FOUND, "rows", range(3))
        stored, blobs.kept = blobs.kept, {}

        assert files.block(FOUND, "rows", 0) == [0, 1, 2]
        assert files.find(FOUND, "rows/rows-000000") is None  # it was not kept any longer
        blobs.kept = stored
        assert files.block(FOUND, "rows", 0) == [0, 1, 2]

    def test_what_could_not_be_written_is_not_kept(self):
        files = ImportFiles(FullBucket(), InlineExecutor()).keeping_written()

        with pytest.raises(OSError, match="no room"):
            files.put(FOUND, "mapping", {})
        assert files.find(FOUND, "mapping") is None
