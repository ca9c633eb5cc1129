"""What an undo keeps, because it changed since, and what it says about it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.books.book import Book
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Limits
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.foundation.clock import instant
from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.foundation.errors import Conflict, NotFound, TooMany
from chalicelib.foundation.executor import Task
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.repeat_change import TRIES
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.worker import Worker
from chalicelib.merging.merge_contacts import MergeContacts
from chalicelib.merging.moving import Moving
from chalicelib.merging.unmerge_contacts import UnmergeContacts
from chalicelib.undoing.job_kinds import UNDO
from chalicelib.undoing.preview_undo import PreviewUndo, UndoNumbers, UndoPreview
from chalicelib.undoing.undo_results import UndoList, undo_status
from tests.simulation.bulk import bulk_house, contact_input, edit
from tests.simulation.house import OWNER, WITHIN, House
from tests.simulation.promises import contacts_in


class Undoing:
    """A book with runs in it."""

    def __init__(self) -> None:
        self.house: House = bulk_house(random.Random(0), Limits(contacts=4, lines=3))
        self.parts = self.house.outside
        self.undoing = self.parts.wiring.undoing
        self.results = self.undoing.undo_results

    def run(self, *contacts: dict[str, Any], collection: str | None = None) -> Job:
        """A bulk run that changes contacts of the book."""
        job = self.parts.bulk_create(CreateRequest([*contacts], collection, on_existing=OnExisting.UPDATE))
        return self.finished(job.job_id)

    def finished(self, job_id: str) -> Job:
        self.parts.run_job(job_id)
        return self.parts.jobs.get(job_id)

    def preview(self, run: Job) -> UndoPreview:
        return self.undoing.preview_undo(OWNER, run.job_id)

    def numbers(self, run: Job) -> UndoNumbers:
        return self.preview(run).numbers

    def undo(self, run: Job) -> Job:
        return self.finished(self.undoing.start_undo(OWNER, run.job_id, self.numbers(run)).job_id)

    def listed(self, job: Job, which: UndoList) -> list[tuple[str, str, str]]:
        """Name, outcome and explanation of each contact in a list."""
        rows, _ = self.results.page(job, which)
        return [(row["name"], row["outcome"], " ".join(each["message"] for each in row["reasons"])) for row in rows]

    def named(self, name: str) -> Contact:
        return next(contact for contact in contacts_in(self.house) if contact.shown.get("display") == name)

    @property
    def moving(self) -> Moving:
        parts, address_book = self.parts, self.parts.wiring.address_book
        shared = parts.shared
        return Moving(
            shared.contacts,
            shared.books,
            shared.redirects,
            shared.pairs,
            shared.past_moves,
            shared.statuses,
            address_book.indexes,
            shared.clock,
            "DE",
            fresh_id,
        )

    def by_hand(self, given: str, email: str) -> None:
        """A contact that the person creates."""
        self.parts.wiring.address_book.create_contact(OWNER, {"given": given, "emails": [{"value": email}]})

    def merge(self, into: str, other: str) -> None:
        MergeContacts(self.moving)(OWNER, self.named(into).contact_id, [self.named(other).contact_id])

    def names(self) -> list[str]:
        return sorted(contact.shown.get("display", "") for contact in contacts_in(self.house))


@dataclass(frozen=True)
class SlowPreview(PreviewUndo):
    """A preview during which something else happens."""

    meanwhile: Callable[[], object]

    def __call__(self, owner: str, run_id: str) -> UndoPreview:
        preview = super().__call__(owner, run_id)
        self.meanwhile()
        return preview


class UnreadableBook(ContactStore):
    """A store that reads single contacts, but no book."""

    def begin_reading(self, owner: str) -> Task[Book]:
        raise ResponseLost(owner)


@dataclass(frozen=True)
class BusyBooks(BookStore):
    """Books that somebody else changes during every attempt."""

    attempts: list[str] = field(default_factory=list)

    @property
    def tries(self) -> int:
        return len(self.attempts)

    def commit_edit(self, owner: str, *args: Any, **more: Any) -> bool:
        self.attempts.append(owner)
        return False


def never(run: Job) -> Any:
    """Reads the words of no run."""
    raise AssertionError(f"the words of {run.job_id} were read")


@pytest.fixture
def book() -> Undoing:
    return Undoing()


ADA, BOB = contact_input("Ada", "ada@x.org"), contact_input("Bob", "bob@x.org")


class TestThePreview:
    def test_has_the_number_of_contacts_that_go_and_of_those_whose_words_come_back(self, book):
        book.run(ADA)

        assert book.numbers(book.run(ADA, BOB)) == UndoNumbers(removed=1, restored=1)

    def test_has_the_number_of_contacts_that_come_back(self, book):
        run = book.run(ADA, BOB)
        cleanup = book.finished(book.parts.bulk_cleanup(CleanupRequest(run.job_id)).job_id)

        assert book.numbers(cleanup) == UndoNumbers(returned=2)

    def test_has_every_contact_that_a_cleanup_removed_also_those_that_had_changed_since_they_were_created(self, book):
        book.run(ADA)
        run = book.run(ADA, BOB)
        book.undo(book.undo(run))
        cleanup = book.finished(book.parts.bulk_cleanup(CleanupRequest(run.job_id)).job_id)

        assert book.names() == ["Ada"]
        assert book.numbers(cleanup) == UndoNumbers(restored=1, returned=1)

    def test_has_the_number_of_contacts_that_changed_since(self, book):
        run = book.run(ADA, BOB)
        edit(book.house, book.named("Bob"), {"title": "Director"})

        assert book.numbers(run) == UndoNumbers(removed=1, restored=1, kept=1)

    def test_is_refused_while_the_run_is_not_finished(self, book):
        job = book.parts.bulk_create(CreateRequest([ADA]))

        with pytest.raises(Conflict, match="still running"):
            book.undoing.preview_undo(OWNER, job.job_id)

    def test_is_refused_once_the_words_have_expired(self, book):
        run = book.run(ADA)
        book.house.world.now += timedelta(days=31).total_seconds()

        with pytest.raises(Conflict, match="30 days"):
            book.undoing.preview_undo(OWNER, run.job_id)

    @pytest.mark.parametrize("owner", ["somebody else", OWNER])
    def test_of_somebody_elses_run_is_as_of_none(self, book, owner):
        run_id = book.run(ADA).job_id if owner != OWNER else "no-such-run"

        with pytest.raises(NotFound):
            book.undoing.preview_undo(owner, run_id)


class TestAnUndoOfCreatedContacts:
    @pytest.fixture
    def without_book(self, book) -> Callable[[Job], Job]:
        """Undoes a run with a store of contacts whose book cannot be read."""

        def undo(run: Job) -> Job:
            shared, job = book.parts.shared, book.undoing.start_undo(OWNER, run.job_id, book.numbers(run))
            contacts = UnreadableBook(shared.contacts.dynamo, shared.contacts.table, shared.contacts.shelves)
            steps = {UNDO.name: replace(book.undoing.undo_run, contacts=contacts)}
            worker = Worker(shared.jobs, steps, shared.work_queue, shared.clock, random.Random(0))
            claimed = worker.claim(job.job_id)
            assert claimed is not None
            worker.run(claimed, until=shared.clock.now() + WITHIN, reserve=timedelta(seconds=15))
            return shared.jobs.get(job.job_id)

        return undo

    def test_reads_no_book_while_they_are_as_the_run_left_them(self, book, without_book):
        undone = without_book(book.run(ADA, BOB))

        assert (undone.state, undone.counts.removed, book.names()) == (JobState.COMPLETED, 2, [])
        assert sorted(book.listed(undone, UndoList.REVERSED)) == [("Ada", "removed", ""), ("Bob", "removed", "")]

    def test_reads_it_once_one_has_changed(self, book, without_book):
        run = book.run(ADA, BOB)
        edit(book.house, book.named("Bob"), {"title": "Director"})

        undone = without_book(run)

        assert (undone.is_finished, undone.counts.removed, book.names()) == (False, 1, ["Bob"])

    def test_undoes_the_same_if_most_have_changed(self, book):
        run = book.run(*(contact_input(f"Person {each}") for each in range(12)))
        for each in range(9):
            edit(book.house, book.named(f"Person {each}"), {"title": "Director"})

        undone = book.undo(run)

        assert (undone.state, undone.counts.removed + undone.counts.updated) == (JobState.COMPLETED, 12)


class TestStarting:
    def test_needs_the_numbers_that_the_person_saw(self, book):
        run = book.run(ADA)

        with pytest.raises(Conflict) as refused:
            book.undoing.start_undo(OWNER, run.job_id, UndoNumbers(removed=2))

        assert refused.value.members["numbers"]["removed"] == 1

    def test_with_the_id_of_a_preview_judges_no_contact_again(self, book):
        run = book.run(ADA)
        seen = book.preview(run)
        start = replace(book.undoing.start_undo, preview=replace(book.undoing.preview_undo, read_words=never))

        job = book.finished(start(OWNER, run.job_id, seen.numbers, seen.preview_id).job_id)

        assert (job.state, job.counts.removed) == (JobState.COMPLETED, 1)

    def test_with_the_id_of_a_preview_of_before_an_edit_counts_again(self, book):
        run = book.run(ADA)
        seen = book.preview(run)
        edit(book.house, book.named("Ada"), {"title": "Countess"})

        with pytest.raises(Conflict) as refused:
            book.undoing.start_undo(OWNER, run.job_id, seen.numbers, seen.preview_id)

        assert refused.value.members["numbers"]["kept"] == 1

    def test_with_the_id_of_a_preview_but_other_numbers_counts_again(self, book):
        run = book.run(ADA)

        with pytest.raises(Conflict):
            book.undoing.start_undo(OWNER, run.job_id, UndoNumbers(removed=2), book.preview(run).preview_id)

    def test_twice_is_one_job(self, book):
        run = book.run(ADA)
        numbers = book.numbers(run)

        first, second = (book.undoing.start_undo(OWNER, run.job_id, numbers) for _ in range(2))

        assert first.job_id == second.job_id

    def test_twice_at_once_is_one_job(self, book):
        run = book.run(ADA)
        numbers, start = book.numbers(run), book.undoing.start_undo
        begun: list[Job] = []
        shared = book.parts.shared
        slow = SlowPreview(
            shared.jobs,
            shared.books,
            shared.contacts,
            book.undoing.read_words,
            shared.clock.now,
            timedelta(days=30),
            meanwhile=lambda: begun.append(start(OWNER, run.job_id, numbers)),
        )

        second = replace(start, preview=slow)(OWNER, run.job_id, numbers)

        assert [second.job_id] == [each.job_id for each in begun]

    @pytest.mark.parametrize("is_finished", [False, True])
    def test_twice_at_one_moment_is_one_job_even_if_the_first_has_ended_before_the_second_is_created(
        self, book, is_finished
    ):
        run = book.run(ADA)
        seen, start = book.preview(run), book.undoing.start_undo
        begun: list[Job] = []

        def begin(_: Job) -> None:
            begun.append(start(OWNER, run.job_id, seen.numbers, seen.preview_id))
            if is_finished:
                book.finished(begun[0].job_id)

        second = replace(start, collection_of=begin)(OWNER, run.job_id, seen.numbers, seen.preview_id)

        assert [second.job_id] == [each.job_id for each in begun]
        assert [job.kind for job in book.parts.jobs.of_owner(OWNER)[0]].count(UNDO.name) == 1

    def test_that_is_repeated_because_its_response_was_lost_is_the_same_job_although_it_has_ended(self, book):
        run = book.run(ADA)
        seen = book.preview(run)
        first = book.finished(book.undoing.start_undo(OWNER, run.job_id, seen.numbers, seen.preview_id).job_id)

        again = book.undoing.start_undo(OWNER, run.job_id, seen.numbers, seen.preview_id)

        assert (again.job_id, again.is_finished) == (first.job_id, True)

    def test_after_the_undo_was_undone_is_another_job(self, book):
        run = book.run(ADA)
        first = book.undo(run)
        book.undo(first)

        second = book.undo(run)

        assert second.job_id != first.job_id
        assert book.names() == []

    def test_again_when_all_is_undone_is_refused(self, book):
        run = book.run(ADA)
        book.undo(run)

        with pytest.raises(Conflict, match="nothing to undo"):
            book.undo(run)


class TestWhatChangedSince:
    def test_words_of_the_person_stay_and_are_named(self, book):
        run = book.run(ADA, BOB)
        edit(book.house, book.named("Bob"), {"title": "Director"})

        job = book.undo(run)

        (bob,) = contacts_in(book.house)
        assert (bob.shown["title"], bob.shown["display"]) == ("Director", "Bob")
        assert book.listed(job, UndoList.KEPT) == [("Bob", "kept", f"Kept: you edited the title on {edited_on(bob)}.")]

    @pytest.mark.parametrize("is_merged_first", [True, False])
    def test_words_about_another_contact_that_it_was_merged_with_are_not_called_edited(self, book, is_merged_first):
        book.by_hand("Ann", "ann@x.org")
        book.by_hand("Bea", "bea@x.org")
        if is_merged_first:
            book.merge("Ann", "Bea")
        run = book.run(contact_input("Bea", "bea@x.org"), contact_input("Ann", "ann@x.org"))
        if not is_merged_first:
            book.merge("Ann", "Bea")
        assert book.numbers(run).kept == 0

        job = book.undo(run)

        assert book.listed(job, UndoList.KEPT) == []
        assert [record.source for contact in contacts_in(book.house) for record in contact.records] == ["person"] * 2

    def test_what_another_run_wrote_since_stays_and_is_named(self, book):
        first = book.run(ADA)
        second = book.run(contact_input("Ada", "ada@x.org"))

        job = book.undo(first)

        assert [record.stamp.job for record in book.named("Ada").records] == [second.job_id]
        assert job.counts.updated == 1

    def test_a_contact_found_by_its_external_id_gets_back_what_its_client_said_and_keeps_the_id(self, book):
        book.run(contact_input("Ada", "ada@x.org", "7"))
        renamed = contact_input("Ada Moe", "moe@x.org", "7")

        book.undo(book.run(renamed))
        assert [each.shown["emails"] for each in contacts_in(book.house)] == [[{"value": "ada@x.org"}]]

        book.run(renamed)
        assert book.names() == ["Ada Moe"]

    def test_a_contact_that_the_person_deleted_stays_deleted(self, book):
        book.run(ADA)
        run = book.run(ADA)
        book.parts.wiring.address_book.delete_contact(OWNER, book.named("Ada").contact_id)

        assert book.numbers(run).total == 0
        assert book.names() == []

    def test_a_contact_that_came_back_by_an_undo_and_was_deleted_since_stays_deleted(self, book):
        run = book.run(ADA, BOB)
        cleanup = book.finished(book.parts.bulk_cleanup(CleanupRequest(run.job_id)).job_id)
        book.undo(cleanup)
        book.parts.wiring.address_book.delete_contact(OWNER, book.named("Ada").contact_id)

        numbers = book.numbers(cleanup)
        job = book.finished(book.undoing.start_undo(OWNER, cleanup.job_id, numbers).job_id)

        assert book.names() == ["Bob"]
        name, _, why = book.listed(job, UndoList.KEPT)[0]
        assert (name, why) == ("Ada", "Kept: you deleted it.")


class TestMeanwhile:
    def test_an_undo_waits_for_the_run_before_it(self, book):
        run = book.run(ADA)
        other = book.parts.bulk_create(CreateRequest([ADA, BOB], on_existing=OnExisting.UPDATE))
        undo = book.undoing.start_undo(OWNER, run.job_id, book.numbers(run))

        assert not book.finished(undo.job_id).is_finished
        book.finished(other.job_id)
        job = book.finished(undo.job_id)

        assert (job.state, job.counts.updated) == (JobState.COMPLETED, 1)
        assert book.names() == ["Ada", "Bob"]
        assert {record.stamp.job for record in book.named("Ada").records} == {other.job_id}

    def test_a_record_is_taken_from_the_contact_that_a_person_merged_it_into(self, book):
        first, second = book.run(ADA), book.run(BOB)
        book.merge("Ada", "Bob")

        book.undo(second)

        (ada,) = contacts_in(book.house)
        assert [record.stamp.job for record in ada.records] == [first.job_id]

    def test_a_record_comes_back_into_the_contact_that_a_person_merged_its_own_into(self, book):
        run = book.run(ADA, BOB)
        book.run(contact_input("Bob", "bob@x.org"))
        cleanup = book.finished(book.parts.bulk_cleanup(CleanupRequest(run.job_id)).job_id)
        book.run(contact_input("Robert", "robert@x.org"))
        book.merge("Robert", "Bob")

        job = book.undo(cleanup)

        merged = next(contact for contact in contacts_in(book.house) if len(contact.records) == 3)
        assert run.job_id in {record.stamp.job for record in merged.records}
        assert (job.counts.created, job.counts.updated) == (1, 1)


class TestTheLists:
    def test_of_reversed_contacts_say_what_became_of_each(self, book):
        book.run(ADA)

        job = book.undo(book.run(ADA, BOB))

        assert sorted(book.listed(job, UndoList.REVERSED)) == [("Ada", "restored", ""), ("Bob", "removed", "")]
        assert (job.state, job.counts.failed) == (JobState.COMPLETED, 0)

    def test_name_the_contact_that_one_is_part_of_now(self, book):
        book.run(ADA, BOB)
        run = book.run(ADA, BOB)
        book.merge("Ada", "Bob")
        (ada,) = contacts_in(book.house)

        rows, _ = book.results.page(book.undo(run), UndoList.REVERSED)

        assert [(row["contact_id"], row["name"]) for row in rows] == [(ada.contact_id, "Ada")] * 2

    def test_have_together_as_many_contacts_as_the_status_says(self, book):
        run = book.run(ADA, BOB)
        book.merge("Ada", "Bob")

        status = undo_status(book.undo(run))

        numbers = sum(status[each] for each in ("removed", "restored", "returned", "kept", "failed"))
        assert status["total"] == numbers

    def test_have_pages(self, book):
        job = book.undo(book.run(*(contact_input(f"Person {each}") for each in range(7))))

        rows, cursor = book.results.page(job, UndoList.REVERSED, limit=4)
        more, end = book.results.page(job, UndoList.REVERSED, cursor=cursor, limit=4)

        assert (len(rows), len(more), end) == (4, 3, None)

    def test_of_failures_has_contacts_whose_words_have_expired(self, book):
        book.run(ADA)
        run = book.run(ADA, BOB)
        book.house.blobs.kept.clear()

        job = book.undo(run)

        assert book.listed(job, UndoList.FAILED) == [("Ada", "failed", "What was there before has expired.")]
        assert (job.state, book.names()) == (JobState.PARTIAL, ["Ada"])


class TestMemberships:
    def test_of_removed_contacts_come_back(self, book):
        friends = book.parts.collections.add(OWNER, "Friends").collection_id
        run = book.run(ADA, BOB, collection=friends)
        before = book.parts.collections.member_ids(friends)
        cleanup = book.finished(book.parts.bulk_cleanup(CleanupRequest(run.job_id)).job_id)
        assert not book.parts.collections.member_ids(friends)

        book.undo(cleanup)

        assert book.parts.collections.member_ids(friends) == before

    def test_that_a_run_gave_to_a_contact_of_before_end(self, book):
        friends = book.parts.collections.add(OWNER, "Friends").collection_id
        book.run(ADA)

        book.undo(book.run(ADA, BOB, collection=friends))

        assert not book.parts.collections.member_ids(friends)

    def test_that_the_person_gave_meanwhile_stay(self, book):
        friends, others = (book.parts.collections.add(OWNER, name).collection_id for name in ("Friends", "Others"))
        book.run(ADA)
        run = book.run(ADA, collection=friends)
        book.parts.collections.add_members(OWNER, others, [book.named("Ada").contact_id])

        book.undo(run)

        assert book.parts.collections.member_ids(others) == {book.named("Ada").contact_id}


class TestADeletedContact:
    def test_comes_back_with_its_id_records_and_memberships(self, book):
        friends = book.parts.collections.add(OWNER, "Friends").collection_id
        book.run(ADA, collection=friends)
        ada = book.named("Ada")
        book.parts.wiring.address_book.delete_contact(OWNER, ada.contact_id)
        book.parts.collections.forget_contacts(OWNER, [ada.contact_id])

        book.undoing.restore_contact(OWNER, ada.contact_id)

        assert (book.named("Ada").contact_id, book.named("Ada").records) == (ada.contact_id, ada.records)
        assert book.named("Ada").version > ada.version
        assert book.parts.collections.member_ids(friends) == {ada.contact_id}

    def test_is_no_longer_skipped_by_imports(self, book):
        book.run(ADA)
        ada = book.named("Ada")
        book.parts.wiring.address_book.delete_contact(OWNER, ada.contact_id)
        book.undoing.restore_contact(OWNER, ada.contact_id)

        job = book.run(ADA)

        assert (job.counts.updated, job.counts.skipped) == (1, 0)
        assert not book.parts.contacts.was_deleted(OWNER, ada.contact_id)

    def test_comes_back_once(self, book):
        book.run(ADA)
        ada = book.named("Ada")
        book.parts.wiring.address_book.delete_contact(OWNER, ada.contact_id)

        for _ in range(2):
            assert book.undoing.restore_contact(OWNER, ada.contact_id) == ada.contact_id

        assert book.names() == ["Ada"]

    def test_can_be_divided_from_one_that_was_merged_into_it(self, book):
        book.run(ADA, BOB)
        ada, bob = book.named("Ada"), book.named("Bob")
        book.merge("Ada", "Bob")
        book.parts.wiring.address_book.delete_contact(OWNER, ada.contact_id)
        assert not book.parts.shared.redirects.find(OWNER, bob.contact_id).journal.has_words
        book.undoing.restore_contact(OWNER, ada.contact_id)

        unmerged = UnmergeContacts(book.moving)(OWNER, bob.contact_id)

        assert (book.named("Ada").contact_id, book.named("Ada").records) == (ada.contact_id, ada.records)
        assert (book.named("Bob").contact_id, book.named("Bob").records) == (bob.contact_id, bob.records)
        assert unmerged.kept_edits == []

    def test_that_others_keep_changing_is_tried_as_often_as_any_change(self, book):
        book.run(ADA)
        ada = book.named("Ada")
        book.parts.wiring.address_book.delete_contact(OWNER, ada.contact_id)
        books = book.parts.shared.books
        busy = BusyBooks(books.dynamo, books.table, books.jobs)

        with pytest.raises(TooMany):
            replace(book.undoing.restore_contact, books=busy)(OWNER, ada.contact_id)
        assert busy.tries == TRIES

    def test_that_was_never_deleted_or_too_long_ago_is_not_found(self, book):
        book.run(ADA)
        ada = book.named("Ada")
        book.parts.wiring.address_book.delete_contact(OWNER, ada.contact_id)
        book.house.blobs.kept.clear()

        with pytest.raises(NotFound, match="too long ago"):
            book.undoing.restore_contact(OWNER, ada.contact_id)
        with pytest.raises(NotFound):
            book.undoing.restore_contact(OWNER, "never")


def edited_on(contact: Contact) -> str:
    own = next(record for record in contact.records if record.source == "person")
    moment = instant(own.last_changed)
    return f"{moment.day} {moment:%B}"
