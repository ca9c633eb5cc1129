"""The results of a commit are stored block by block while it runs, and all of them are there when it ends."""

import pytest

from chalicelib.file_imports.committing.commit_results import CommitResults, RemovedRow, ResultKeeper, RowResult
from chalicelib.file_imports.job_kinds import COMMIT, FileOutcome
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.file_imports.storing.import_files import BLOCK_ROWS, ImportFiles
from chalicelib.jobs.job import Job, JobState, LedgerLine
from tests.fakes.blobs import FakeBlobs
from tests.fakes.clock import NOON
from tests.fakes.executor import InlineExecutor

ROWS = BLOCK_ROWS + 3
FOUND = FileImport("import-1", "ann", NOON, "people.csv", state=FileImportState.COMMITTED, rows=ROWS)
JOB = Job("job-1", "ann", COMMIT.name, JobState.COMPLETED, 9, NOON)
LINES = [LedgerLine(f"row#{at}", FileOutcome.CREATED, f"c{at}") for at in range(ROWS - 1)]
LINES.append(LedgerLine("row#last", FileOutcome.CONFLICT, "c1", "other_name"))
REMOVED = LedgerLine("row#gone", FileOutcome.REMOVED, None, None, "Ada Lovelace")


@pytest.fixture
def blobs() -> FakeBlobs:
    return FakeBlobs()


@pytest.fixture
def results(blobs) -> CommitResults:
    return CommitResults(ImportFiles(blobs, InlineExecutor()), jobs=None, decisions=None)  # neither is asked for these


def kept(results: CommitResults, *chunks: list[LedgerLine]) -> ResultKeeper:
    keeper = results.keeper(FOUND, JOB)
    for lines in chunks:
        keeper.add(lines)
    return keeper


class TestResults:
    def test_are_stored_a_block_at_a_time_while_the_commit_runs(self, results):
        kept(results, LINES[:600], LINES[600:])

        assert results.of_block(FOUND, JOB, 0) == [RowResult(FileOutcome.CREATED, f"c{at}") for at in range(BLOCK_ROWS)]

    def test_are_all_there_at_its_end(self, results):
        kept(results, LINES[:7], LINES[7:], [REMOVED]).end()

        assert results.of_block(FOUND, JOB, 1) == [
            *(RowResult(FileOutcome.CREATED, f"c{at}") for at in (BLOCK_ROWS, BLOCK_ROWS + 1)),
            RowResult(FileOutcome.CONFLICT, "c1", "other_name"),
        ]
        assert results.left_to_decide(FOUND, JOB) == {ROWS - 1}
        assert results.removed(FOUND, JOB) == [RemovedRow("row#gone", "Ada Lovelace")]

    def test_are_the_same_in_whatever_chunks_and_claims_the_commit_ran(self, results, blobs):
        kept(results, LINES, [REMOVED]).end()
        whole, blobs.kept = blobs.kept, {}

        kept(results, LINES[: BLOCK_ROWS + 1]).stop()  # the first claim is over
        kept(results, LINES[: BLOCK_ROWS + 1], LINES[BLOCK_ROWS + 1 :], [REMOVED]).end()

        assert blobs.kept == whole

    def test_of_an_empty_file_have_a_summary(self, results):
        kept(results).end()

        assert results.positions(FOUND, JOB, list(FileOutcome)) == []
