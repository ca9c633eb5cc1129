"""The version of a book changes with everything that may have changed the book, and with nothing else."""

from datetime import timedelta

import pytest

from chalicelib.books.version import Edits
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import JobState, LedgerLine, ParkReason
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from tests.fakes.clock import NOON

CREATED, UPDATED, REMOVED, SAME = (
    LedgerLine(f"s-{outcome}", outcome, "c1")
    for outcome in (Outcome.CREATED, Outcome.UPDATED, Outcome.REMOVED, Outcome.UNCHANGED)
)
LATER = NOON + timedelta(hours=1)


def claim(store, job_id):
    return store.claim(job_id, f"holder-of-{job_id}", NOON)


def commit(store, job, *lines, state=None):
    return store.commit(job, Progress(None, lines=lines, state=state))


@pytest.fixture
def version(books):
    """What the version is now."""
    return lambda: books.state("ann").version


class TestAnImportThatChangesNothing:
    def test_leaves_the_version_from_its_creation_to_its_end(self, store, books, queued, version):
        before = version()
        queued("a")
        job = commit(store, claim(store, "a"), SAME)
        commit(store, job, SAME, state=JobState.COMPLETED)

        assert version() == before
        assert not books.state("ann").is_changing

    @pytest.mark.parametrize("ends", ["cancel", "fail"])
    def test_leaves_the_version_also_if_it_fails_or_is_canceled(self, store, queued, version, ends):
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
    def test_gives_another_version_with_every_chunk_and_with_its_end(self, store, books, queued, version, line):
        versions = [version()]
        queued("a")
        job = claim(store, "a")
        for _ in range(3):
            job = commit(store, job, line)
            versions.append(version())
            assert books.state("ann").is_changing
        commit(store, job, state=JobState.COMPLETED)
        versions.append(version())

        assert len(set(versions)) == len(versions)
        assert not books.state("ann").is_changing

    def test_does_so_with_a_single_chunk_that_is_also_its_end(self, store, queued, version):
        before = version()
        queued("a")
        commit(store, claim(store, "a"), CREATED, state=JobState.COMPLETED)

        assert version() != before

    @pytest.mark.parametrize("ends", ["cancel", "fail", "canceled by another", "restart"])
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
            case "canceled by another":
                store.create(NewJob("b", "ann", "copy", {}), canceling=["a"])
            case "restart":
                store.restart(job, cursor=None, details={})
        versions.append(version())

        assert len(set(versions)) == 3

    def test_keeps_its_mark_when_another_job_takes_the_front(self, store, queued, version):
        versions = [version()]
        queued("a")
        queued("b")
        job = commit(store, claim(store, "a"), CREATED)
        versions.append(version())
        store.park(job, until=LATER, waiting=ParkReason.PROVIDER)
        versions.append(version())

        assert store.queue("ann").jobs == ("b", "a")
        assert len(set(versions)) == 3

    def test_keeps_its_mark_when_it_waits_and_a_new_job_goes_first(self, store, queued, version):
        versions = [version()]
        queued("a")
        job = commit(store, claim(store, "a"), CREATED)
        versions.append(version())
        store.park(job, until=LATER, waiting=ParkReason.PROVIDER)
        queued("b")
        versions.append(version())

        assert store.queue("ann").jobs == ("b", "a")
        assert len(set(versions)) == 3

    def test_keeps_its_mark_when_it_parks_after_a_commit_whose_response_was_lost(self, store, queued, version):
        before = version()
        queued("a")
        queued("b")
        seen = claim(store, "a")
        commit(store, seen, CREATED)
        store.park(seen, until=LATER, waiting=ParkReason.PROVIDER)

        assert store.queue("ann").jobs == ("b", "a")
        assert version() != before


class TestAPerson:
    def test_changes_with_every_edit_even_while_a_job_runs(self, queued, books, version):
        versions = [version()]
        for job_id in (None, "a"):
            if job_id:
                queued(job_id)
            before = version()
            assert books.commit_edit("ann", ["c1"], [])
            versions.append(version())
            assert version() == before.after_edit()

        assert len(set(versions)) == 3

    def test_includes_the_edits_that_older_versions_counted_in_the_queue(self, store, queued, version):
        queued("a")
        old = version()
        key = {"pk": {"S": "owner#ann"}, "sk": {"S": "line"}}
        store.dynamo.update(
            TableName="jobs",
            Key=key,
            UpdateExpression="ADD edits :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

        assert version() == old.after_edit()
        assert store.dynamo.get("jobs", key)["edits"] == {"N": "1"}

    def test_changes_only_their_own_version(self, store, queued, version):
        before = version()
        queued("z", owner="bob")
        commit(store, claim(store, "z"), CREATED, state=JobState.COMPLETED)

        assert version() == before

    def test_reports_that_the_person_is_being_erased(self, store, books):
        store.create(NewJob("e", "ann", "erase", {}, erases=True))

        assert books.state("ann").is_erasing


class TestEdits:
    THREE = Edits(5, (("a",), ("b", "c"), ("a", "d")))  # the third, fourth and fifth

    def test_since_a_count_are_those_that_came_after_it_each_contact_once(self):
        assert self.THREE.since(5) == ()
        assert self.THREE.since(4) == ("a", "d")
        assert self.THREE.since(2) == ("a", "b", "c", "d")

    def test_from_too_long_ago_are_not_known(self):
        assert self.THREE.since(1) is None

    def test_of_a_book_that_was_erased_since_are_not_known(self):
        assert Edits().since(3) is None

    def test_of_a_book_without_any_are_none(self):
        assert Edits().since(0) == ()
