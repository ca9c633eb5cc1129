"""What the runner of all changes to a book guarantees."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.books.book_store import MOST_EDITS
from chalicelib.books.change_book import JOB_BYTES, MOST_BYTES
from chalicelib.books.changes import Ending, ForEach, ListPosition
from chalicelib.books.chunk import LARGEST_LEDGER, Chunk, Limits
from chalicelib.books.contact_rows import size_of as item_size
from chalicelib.books.notice import REPLANNED, edit_notice
from chalicelib.contacts.source_record import SourceContact
from chalicelib.file_imports.job_kinds import PLAN, PLAN_LANE
from chalicelib.foundation.dynamo import Write, size_of
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.poison_isolation import CHUNK_LINES, CRASHES_ALONE, CRASHES_PER_LEVEL
from chalicelib.jobs.reads import FEW_JOBS
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import LEASE, OWN_WRITES
from tests.books.desk import ANN, Arrivals, Desk, people
from tests.contacts.making import source_contact
from tests.examples import examples


@pytest.fixture
def desk() -> Desk:
    return Desk(Limits(contacts=3, lines=5))


def marker(key: str, *, size: int = 0, condition: str = "") -> Write:
    item = {"pk": {"S": f"extra#{key}"}, "sk": {"S": "x"}, "words": {"S": "x" * size}}
    return {"Put": {"TableName": "jobs", "Item": item, **({"ConditionExpression": condition} if condition else {})}}


class TestChunks:
    def test_change_everything_once_and_end(self, desk):
        job = desk.take_in(people(10))

        assert (job.state, job.counts.created, len(desk.book())) == (JobState.COMPLETED, 10, 10)

    def test_are_committed_while_the_next_is_planned(self, desk):
        assert [len(sent) - OWN_WRITES for sent in take_in_sent(desk, people(7))] == [3, 3, 1]

    def test_carry_extra_writes(self, desk):
        desk.take_in(people(4), extra=lambda chunk: [marker(chunk.results[0].source_id)])

        for at in (0, 3):
            key = {"pk": {"S": f"extra#p/{at:03d}"}, "sk": {"S": "x"}}
            assert "Item" in desk.tables.get_item(TableName="jobs", Key=key)
        assert [len(sent) for sent in desk.tables.sent[:2]] == [3 + 1 + OWN_WRITES, 1 + 1 + OWN_WRITES]

    def test_continue_without_an_extra_write_that_was_refused(self, desk):
        refused = marker("gone", condition="attribute_exists(pk)")

        job = desk.take_in(people(4), extra=lambda chunk: [refused], can_do_without=True)

        assert (job.state, job.counts.created) == (JobState.COMPLETED, 4)

    def test_fail_if_the_job_cannot_continue_without_it(self, desk):
        refused = marker("gone", condition="attribute_exists(pk)")

        with pytest.raises(ExtraWriteRefused):
            desk.take_in(people(4), extra=lambda chunk: [refused])
        assert desk.book() == {}


class TestTheFirstJobOfAnOwner:
    """Before it, there is nothing in the book, so it is not read."""

    def shelves_read(self, desk, incoming, **more) -> int:
        before = desk.tables.shelves_read
        desk.take_in(incoming, **more)
        return desk.tables.shelves_read - before

    def test_does_not_read_the_book(self, desk):
        assert self.shelves_read(desk, people(4)) == 0

    def test_reads_what_it_has_written_itself_if_it_is_claimed_again(self, desk):
        job = desk.queued()
        short = desk.claimed(job, time=timedelta(seconds=16))
        desk.tables.before_commit = lambda: desk.clock.advance(seconds=1)
        desk.take_in(people(10), run=short)
        desk.clock.advance(seconds=LEASE.total_seconds())

        assert 0 < len(desk.book()) < 10
        assert self.shelves_read(desk, people(10), run=desk.claimed(job)) == desk.contacts.shelves
        assert len(desk.book()) == 10

    def test_reads_the_book_after_an_edit(self, desk):
        assert desk.books.commit_edit(ANN, ["c1"], [])

        assert self.shelves_read(desk, people(4)) == desk.contacts.shelves

    def test_applies_the_edits_that_are_made_while_it_runs(self, desk):
        def edit() -> None:
            if desk.book():
                desk.tables.before_commit = lambda: None
                desk.edit(desk.book()["Person Nr000"].contact_id, emails=[{"value": "p8@example.com"}])

        desk.tables.before_commit = edit
        desk.take_in(people(10))

        book = desk.book()
        assert list(book["Person Nr008"].possible_duplicates) == [book["Person Nr000"].contact_id]

    @pytest.mark.parametrize("state", ["finished", "waiting behind it"])
    def test_is_not_first_if_there_is_another(self, desk, state):
        run = desk.claimed(desk.queued())
        other = desk.queued()
        if state == "finished":
            desk.jobs.cancel(run.job.job_id)
            run = desk.claimed(other)

        assert self.shelves_read(desk, people(4), run=run) == desk.contacts.shelves

    @pytest.mark.parametrize("state", ["finished", "running"])
    def test_is_first_after_jobs_that_change_no_contacts(self, desk, state):
        plan = desk.jobs.create(NewJob("plan", ANN, PLAN.name, {}, lane=PLAN_LANE))
        if state == "finished":
            desk.jobs.cancel(plan.job_id)

        assert self.shelves_read(desk, people(4)) == 0
        assert len(desk.book()) == 4

    def test_is_not_first_after_a_job_of_an_unknown_kind(self, desk):
        desk.jobs.create(NewJob("old", ANN, "no longer declared", {}))
        desk.jobs.cancel("old")

        assert self.shelves_read(desk, people(4)) == desk.contacts.shelves

    def test_reads_the_book_of_an_owner_with_many_jobs(self, desk):
        for number in range(FEW_JOBS):
            desk.jobs.create(NewJob(f"plan-{number}", ANN, PLAN.name, {}, lane=PLAN_LANE))

        assert self.shelves_read(desk, people(4)) == desk.contacts.shelves


def take_in_sent(desk: Desk, incoming: Sequence[SourceContact]) -> list[list[Write]]:
    """The transactions with contacts in them."""
    desk.take_in(incoming)
    return [sent for sent in desk.tables.sent if len(sent) > OWN_WRITES]


class TestTheLargestTransaction:
    """One commit holds at most 100 writes and 3.5 MB with everything that goes along, and no less than fits."""

    @settings(max_examples=examples(25), deadline=None)
    @given(
        sizes=st.lists(st.integers(0, 60_000), min_size=1, max_size=12),
        extra=st.integers(0, 8),
        extra_size=st.integers(0, 40_000),
    )
    def test_is_used_fully_and_never_exceeded(self, sizes, extra, extra_size):
        desk = Desk()
        notes = [sizes[at % len(sizes)] for at in range(230)]
        incoming = [source_contact(f"p/{at}", f"Person Nr{at}", notes="n" * size) for at, size in enumerate(notes)]

        desk.take_in(incoming, extra=lambda chunk: [marker(str(at), size=extra_size) for at in range(extra)])

        committed = [sent for sent in desk.tables.sent if len(sent) > OWN_WRITES + extra]
        assert sum(len(sent) - OWN_WRITES - extra for sent in committed) == len(incoming)
        for sent in committed:
            assert len(sent) <= 100
            assert sum(map(size_of, sent)) <= MOST_BYTES
        for sent, following in pairwise(committed):
            extras, contacts = sent[OWN_WRITES : OWN_WRITES + extra], sent[OWN_WRITES + extra :]
            taken = sum(map(size_of, extras)) + sum(map(contact_size, contacts))
            following_size = contact_size(following[OWN_WRITES + extra])
            assert len(sent) == 100 or taken + following_size > MOST_BYTES - LARGEST_LEDGER - JOB_BYTES

    def test_extra_writes_that_never_fit_raise_an_error(self, desk):
        with pytest.raises(ValueError, match="extra writes"):
            desk.take_in(people(1), extra=lambda chunk: [marker(str(at)) for at in range(100)])


def contact_size(write: Write) -> int:
    return item_size(write["Put"]["Item"])


class TestEdits:
    """What people edit while a job changes their book."""

    def test_are_kept_next_to_the_sources_values(self, desk):
        desk.take_in(people(6))
        ada = desk.book()["Person Nr001"].contact_id
        desk.tables.before_commit = edits(desk, [ada])

        job = desk.take_in(people(6, title="Captain"))

        contact = desk.contacts.get(ANN, ada)
        assert (contact.shown["nickname"], contact.shown["title"]) == ("n1", "Captain")
        assert (job.counts.updated, job.failures, job.details[REPLANNED]) == (6, 0, 1)

    def test_are_mentioned_while_the_job_is_running(self, desk):
        job = desk.queued()

        assert edit_notice(job) is None
        assert edit_notice(replace(job, details={REPLANNED: 1})) == (
            "Contacts were edited while this was running, so we read them again"
        )
        assert "(3 times)" in (edit_notice(replace(job, details={REPLANNED: 3})) or "")
        assert edit_notice(replace(job, details={REPLANNED: 3}, state=JobState.COMPLETED)) is None

    def test_at_every_commit_never_stop_the_job(self, desk):
        desk.take_in(people(30))
        ids = [contact.contact_id for contact in desk.book().values()]
        desk.tables.before_commit = edits(desk, ids * 20)

        job = desk.take_in(people(30, title="Captain"))

        assert (job.state, job.counts.updated, job.failures) == (JobState.COMPLETED, 30, 0)
        assert all(contact.shown["title"] == "Captain" for contact in desk.book().values())

    def test_of_other_contacts_do_not_refuse_a_commit(self, desk):
        desk.take_in(people(6))
        ada = desk.book()["Person Nr004"].contact_id
        desk.tables.before_commit = edits(desk, [ada] * 50)

        job = desk.take_in([source_contact("p/new", "Grace Hopper")])

        assert (job.counts.created, job.details.get(REPLANNED)) == (1, None)

    def test_do_not_bring_a_deleted_contact_back(self, desk):
        desk.take_in(people(3))
        ada = desk.book()["Person Nr001"]

        def delete() -> None:
            desk.tables.before_commit = lambda: None
            writes = [desk.contacts.remove_write(ANN, ada), desk.contacts.deletion_marker_write(ANN, ada)]
            desk.books.commit_edit(ANN, [ada.contact_id], writes)

        desk.tables.before_commit = run_once(delete)
        job = desk.take_in(people(3, title="Captain"))

        assert (job.counts.updated, job.counts.skipped) == (2, 1)
        assert "Person Nr001" not in desk.book()

    def test_that_give_a_contact_the_address_of_a_new_one_link_the_two(self, desk):
        desk.take_in(people(1))
        [other] = desk.book().values()
        email = {"emails": [{"value": "grace@example.com"}]}
        desk.tables.before_commit = run_once(lambda: desk.edit(other.contact_id, **email))

        desk.take_in([source_contact("p/new", "Grace Hopper", email="grace@example.com")])

        assert list(desk.book()["Grace Hopper"].possible_duplicates) == [other.contact_id]

    def test_that_are_too_many_make_it_read_the_whole_book(self, desk):
        desk.take_in(people(4))
        first, *_, last = (contact.contact_id for contact in desk.book().values())

        def many() -> None:
            desk.edit(last, emails=[{"value": "grace@example.com"}])
            for at in range(MOST_EDITS + 5):
                desk.edit(first, nickname=f"n{at}")
            desk.clock.advance(seconds=2)

        desk.tables.before_commit = run_once(many)
        job = desk.take_in(
            [*people(4, title="Captain"), source_contact("p/new", "Grace Hopper", email="grace@example.com")]
        )

        assert (job.counts.updated, job.counts.created) == (4, 1)
        assert list(desk.book()["Grace Hopper"].possible_duplicates) == [last]


def edits(desk: Desk, contact_ids: Sequence[str]) -> Callable[[], None]:
    """One edit at each call, of one contact after another, until all are done."""
    left, numbers = list(contact_ids), count(1)

    def edit() -> None:
        if left:
            desk.edit(left.pop(0), nickname=f"n{next(numbers)}")

    return edit


def run_once(act: Callable[[], None]) -> Callable[[], None]:
    left = [act]

    def do() -> None:
        if left:
            left.pop()()

    return do


class TestTheTimeLimit:
    def test_hands_the_job_over_and_nothing_is_done_twice(self, desk):
        job = desk.queued()
        run = desk.claimed(job)
        desk.tables.before_commit = lambda: desk.clock.advance(minutes=4)
        desk.take_in(people(12), run=run)
        assert not run.job.is_finished
        assert 0 < run.job.counts.created < 12
        run.park(timedelta(), ParkReason.HAND_OVER)

        desk.tables.before_commit = lambda: None
        run = desk.claimed(job)
        intake = desk.intake(run)
        intake.resume([line.source_id for chunk in desk.jobs.ledger(run.job) for line in chunk.lines])
        changing = desk.change_book.begin(run, intake)
        rest = people(12)[run.job.counts.created :]
        assert changing.apply(Arrivals(intake, rest), ListPosition()) is not None
        changing.end(Ending(JobState.COMPLETED))

        assert (run.job.counts.created, len(desk.book())) == (12, 12)


class TestAList:
    def test_with_nothing_left_needs_no_commit(self, desk):
        desk.take_in(people(8))
        run = desk.claimed(desk.queued())
        intake, at = desk.intake(run), ListPosition()
        changing = desk.change_book.begin(run, intake)
        before = len(desk.tables.sent)

        behind = changing.apply(ForEach([f"gone/{at}" for at in range(20)], at, intake.plan_removals), at)

        assert behind is not None
        assert len(desk.tables.sent) == before


class TestCrashes:
    def test_count_for_the_list_in_which_they_happened(self):
        """Lists in which nothing is left to do come before it: a record is not given up sooner for them."""
        assert claims_until_given_up(lists_before=3) == claims_until_given_up(lists_before=0)

    def test_shrink_chunks_until_the_poisonous_record_is_isolated(self, desk):
        """A worker that dies whenever it plans one contact of a list, to be taken out of the book."""
        desk.take_in(people(8))
        poison, job, claims = "p/005", desk.queued(), 0
        while not desk.jobs.get(job.job_id).is_finished:
            claims += 1
            with_death(desk, job, poison)
            desk.clock.advance(seconds=LEASE.total_seconds() + 1)

        ended = desk.jobs.get(job.job_id)
        lines = {line.source_id: line for chunk in desk.jobs.ledger(ended) for line in chunk.lines}
        assert (ended.state, ended.counts.removed, ended.counts.failed) == (JobState.PARTIAL, 7, 1)
        assert lines[poison].reason == "poison"
        assert claims <= CRASHES_PER_LEVEL * len(CHUNK_LINES) + CRASHES_ALONE


def claims_until_given_up(*, lists_before: int) -> int:
    desk = Desk(Limits(contacts=3, lines=5))
    desk.take_in(people(8))
    job, claims = desk.queued(), 0
    while not desk.jobs.get(job.job_id).counts.failed:
        claims += 1
        with_death(desk, job, "p/000", lists_before=lists_before)
        desk.clock.advance(seconds=LEASE.total_seconds() + 1)
    return claims


class Died(BaseException):
    """The worker is gone."""


def with_death(desk: Desk, job: Job, poison: str, *, lists_before: int = 0) -> None:
    run = desk.claimed(job)
    intake = desk.intake(run)
    changing = desk.change_book.begin(run, intake)
    recorded = {line.source_id for chunk in desk.jobs.ledger(run.job) for line in chunk.lines}
    start = ListPosition.of(run.job.cursor)

    def plan(ids: Sequence[str], limits: Limits) -> Chunk:
        if poison in ids[: limits.lines]:
            raise Died
        return intake.plan_removals(ids, limits)

    try:
        ids = sorted(intake.known_ids() - recorded)
        for _ in range(lists_before):
            start = changing.apply(ForEach([], start, intake.plan_removals), start) or start
        if changing.apply(ForEach(ids, start, plan), start) is not None:
            changing.end(Ending(JobState.PARTIAL if run.job.counts.failed else JobState.COMPLETED))
    except Died:
        return
