"""The version of a book: another one after everything that may have changed it, the same after what cannot have."""

from datetime import timedelta

import pytest

from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import JobState, LedgerLine, Waiting
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.store import NewJob
from tests.jobs.engine import NOON

CREATED, UPDATED, REMOVED, SAME = (
    LedgerLine(f"s-{outcome}", outcome, "c1")
    for outcome in (Outcome.CREATED, Outcome.UPDATED, Outcome.REMOVED, Outcome.UNCHANGED)
)
LATER = NOON + timedelta(hours=1)


def claim(store, job_id):
    return store.claim(job_id, f"holder-of-{job_id}", NOON)


def commit(store, job, *lines, state=None):
    return store.commit(job, Progress(None, lines=lines, state=state), edits=store.line("ann").edits)


@pytest.fixture
def version(store):
    """What the version is now."""
    return lambda: store.book_state("ann").version


class TestAnImportThatChangesNothing:
    def test_leaves_the_version_from_its_creation_to_its_end(self, store, queued, version):
        before = version()
        queued("a")
        job = commit(store, claim(store, "a"), SAME)
        commit(store, job, SAME, state=JobState.COMPLETED)

        assert version() == before
        assert not store.book_state("ann").is_changing

    @pytest.mark.parametrize("ends", ["cancel", "fail"])
    def test_also_where_it_ends_otherwise(self, store, queued, version, ends):
        before = version()
        queued("a")
        job = commit(store, claim(store, "a"), SAME)
        if ends == "cancel":
            store.cancel("a")
        else:
            commit(store, job, state=JobState.FAILED)

        assert version() == before


class TestAnImportThatChangesContacts:
    @pytest.mark.parametrize("line", [CREATED, UPDATED, REMOVED], ids=lambda line: line.outcome.value)
    def test_gives_another_version_with_every_chunk_and_with_its_end(self, store, queued, version, line):
        versions = [version()]
        queued("a")
        job = claim(store, "a")
        for _ in range(3):
            job = commit(store, job, line)
            versions.append(version())
            assert store.book_state("ann").is_changing
        commit(store, job, state=JobState.COMPLETED)
        versions.append(version())

        assert len(set(versions)) == len(versions)
        assert not store.book_state("ann").is_changing

    def test_does_so_with_a_single_chunk_that_is_also_its_end(self, store, queued, version):
        before = version()
        queued("a")
        commit(store, claim(store, "a"), CREATED, state=JobState.COMPLETED)

        assert version() != before

    @pytest.mark.parametrize("ends", ["cancel", "fail", "cancelled by another", "restart"])
    def test_never_goes_back_to_the_version_before_it(self, store, queued, version, ends):
        versions = [version()]
        queued("a")
        job = commit(store, claim(store, "a"), CREATED)
        versions.append(version())
        match ends:
            case "cancel":
                store.cancel("a")
            case "fail":
                commit(store, job, state=JobState.FAILED)
            case "cancelled by another":
                store.create(NewJob("b", "ann", "copy", {}), cancelling=["a"])
            case "restart":
                store.restart(job, cursor=None, details={})
        versions.append(version())

        assert len(set(versions)) == 3

    def test_keeps_its_mark_when_another_takes_its_place_at_the_head(self, store, queued, version):
        versions = [version()]
        queued("a")
        queued("b")
        job = commit(store, claim(store, "a"), CREATED)
        versions.append(version())
        store.park(job, until=LATER, waiting=Waiting.PROVIDER)
        versions.append(version())

        assert store.line("ann").jobs == ("b", "a")
        assert len(set(versions)) == 3

    def test_and_when_it_waits_and_a_new_one_goes_before_it(self, store, queued, version):
        versions = [version()]
        queued("a")
        job = commit(store, claim(store, "a"), CREATED)
        versions.append(version())
        store.park(job, until=LATER, waiting=Waiting.PROVIDER)
        queued("b")
        versions.append(version())

        assert store.line("ann").jobs == ("b", "a")
        assert len(set(versions)) == 3

    def test_keeps_its_mark_when_it_parks_not_knowing_that_its_last_commit_landed(self, store, queued, version):
        before = version()
        queued("a")
        queued("b")
        seen = claim(store, "a")
        commit(store, seen, CREATED)
        store.park(seen, until=LATER, waiting=Waiting.PROVIDER)

        assert store.line("ann").jobs == ("b", "a")
        assert version() != before


class TestAPerson:
    def test_gives_another_version_with_every_edit_whatever_runs(self, store, queued, version):
        versions = [version()]
        for job_id in (None, "a"):
            if job_id:
                queued(job_id)
            before = version()
            store.dynamo.land([store.writes.edited("ann")])
            versions.append(version())
            assert version() == before.edited()

        assert len(set(versions)) == 3

    def test_is_alone_with_their_version(self, store, queued, version):
        before = version()
        queued("z", owner="bob")
        commit(store, claim(store, "z"), CREATED, state=JobState.COMPLETED)

        assert version() == before

    def test_who_is_being_erased_is_told_apart(self, store):
        store.create(NewJob("e", "ann", "erase", {}, erases=True))

        assert store.book_state("ann").is_erasing
