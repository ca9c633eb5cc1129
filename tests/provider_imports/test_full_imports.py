"""A full import after another one: what it converts, whether it reads the book, and what it finds out."""

import gc
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.fingerprint_store import FingerprintStore
from chalicelib.books.book import Book
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Intake
from chalicelib.jobs.job import Job, JobState, ParkReason
from chalicelib.provider_imports.copy_contacts import CopyContacts
from chalicelib.providers.google.listing import GoogleContacts
from chalicelib.providers.provider import Page
from tests.accounts.house import House
from tests.books.world import UNCHANGED
from tests.fakes.executor import InlineExecutor

ADA = {"resourceName": "people/1", "names": [{"displayName": "Ada Lovelace"}], "etag": "1"}


class Account:
    """A Google account with pages of one record each; each fetched page takes a second. It counts conversions."""

    name, title = "google", "Google"

    def __init__(self, house: House, *records: Any) -> None:
        self._google = GoogleContacts(None, "https://people.example", house.clock)  # type: ignore[arg-type] # sends nothing
        self._house, self.records = house, list(records)
        self.converted = self.books_read = 0
        self.before_page: dict[int, Callable[[], None]] = {}

    def read(self, record: Any) -> Any:
        self.converted += 1
        return self._google.read(record)

    def id_of(self, record: Any) -> str:
        return self._google.id_of(record)

    def first_cursor(self, sync: Any, chosen: Any = None) -> Any:
        return {"page": 0}

    def fetch(self, access_token: str, cursor: Any, *, timeout: timedelta) -> Page:
        self._house.clock.at += timedelta(seconds=1)
        number = cursor["page"]
        self.before_page.pop(number, lambda: None)()
        is_last = number + 1 == len(self.records)
        following = None if is_last else {"page": number + 1}
        return Page([self.records[number]], (), following, sync="sync" if is_last else None)


@dataclass(frozen=True)
class Contacts(ContactStore):
    """The contacts, which counts how often a book is read."""

    account: Account = field(kw_only=True)

    def read_book(self, owner: str) -> Book:
        self.account.books_read += 1
        return super().read_book(owner)


class Token:
    def token(self) -> str:
        return "token"


class Unkept:
    def keep_page(self, owner: str, name: str, page: Page) -> None:
        pass


class TestImports:
    @pytest.fixture
    def account(self, house: House) -> Account:
        return Account(house, *({**ADA, "resourceName": f"people/{number}"} for number in range(4)))

    @pytest.fixture
    def first(self, house, account):
        job = house.come_back(house.begin_consent()).job
        return work(house, account, job)

    def again(self, house, account, first, *, full=True):
        account.converted = account.books_read = 0
        job = house.import_again("ann", first.details["connection_id"], full=full)
        return work(house, account, job)

    def test_a_second_full_import_converts_nothing(self, house, account, first):
        again = self.again(house, account, first)

        assert (again.counts.unchanged, account.converted) == (4, 0)

    def test_a_second_full_import_does_not_read_the_book(self, house, account, first):
        again = self.again(house, account, first)

        assert (again.state, again.counts.unchanged, account.books_read) == (JobState.COMPLETED, 4, 0)
        assert [line.outcome for chunk in house.jobs.ledger(again) for line in chunk.lines] == 4 * [UNCHANGED]

    def test_it_stays_so_from_import_to_import(self, house, account, first):
        self.again(house, account, first)
        kept = dict(house.blobs.kept)

        self.again(house, account, first)

        assert (account.books_read, house.blobs.kept) == (0, kept)

    def test_the_book_is_freed_when_the_run_ends_not_by_a_later_garbage_collection(self, house, account):
        gc.collect()
        others = intakes()
        gc.disable()
        try:
            self.again(house, account, work(house, account, house.come_back(house.begin_consent()).job))
            assert len(intakes()) == len(others)
        finally:
            gc.enable()

    def test_an_account_with_a_record_that_is_not_kept_is_recognized_too(self, house, account, first):
        account.records.append({"resourceName": "people/7", "photos": []})
        self.again(house, account, first)

        again = self.again(house, account, first)

        assert (again.counts.unchanged, again.counts.skipped, account.books_read) == (4, 1, 0)

    def test_a_record_that_is_gone_is_removed(self, house, account, first):
        del account.records[1]

        again = self.again(house, account, first)

        assert (again.counts.unchanged, again.counts.removed, account.books_read) == (3, 1, 1)
        assert (self.again(house, account, first).counts.unchanged, account.books_read) == (3, 0)

    def test_a_new_record_is_created(self, house, account, first):
        account.records.insert(2, {**ADA, "resourceName": "people/7"})

        again = self.again(house, account, first)

        assert (again.counts.unchanged, again.counts.created, account.books_read) == (4, 1, 1)

    def test_a_record_listed_twice_counts_once(self, house, account, first):
        account.records.append(account.records[0])

        again = self.again(house, account, first)

        assert (again.counts.unchanged, again.counts.skipped, account.books_read) == (4, 1, 1)

    def test_after_an_edit_the_book_is_read(self, house, account, first):
        contact = next(iter(house.contacts.all("ann")))
        edited = replace(contact, updated_at=contact.updated_at + 1)
        house.change_book.books.commit_edit("ann", [contact.contact_id], [house.contacts.put_write("ann", edited)])

        again = self.again(house, account, first)

        assert (again.counts.unchanged, account.books_read) == (4, 1)
        assert (self.again(house, account, first).counts.unchanged, account.books_read) == (4, 0)

    @pytest.fixture
    def ten(self, house, account, first):
        """Ten records that are imported; the tenth page is fetched after the first was planned."""
        account.records += ({**ADA, "resourceName": f"people/{number}"} for number in range(4, 10))
        self.again(house, account, first)
        return sorted(house.contacts.all("ann"), key=lambda each: each.records[0].source_id)

    def test_a_deletion_during_the_import_is_seen(self, house, account, first, ten):
        def delete():
            writes = [house.contacts.remove_write("ann", ten[9]), house.contacts.deletion_marker_write("ann", ten[9])]
            house.change_book.books.commit_edit("ann", [ten[9].contact_id], writes)

        account.before_page[9] = delete

        again = self.again(house, account, first)

        assert (again.counts.unchanged, again.counts.skipped, again.counts.removed) == (9, 1, 0)

    def test_a_record_that_moves_to_another_contact_during_the_import_counts_for_that_one_next_time(
        self, house, account, first, ten
    ):
        def move():
            moved = replace(ten[0], contact_id="moved", version=0)
            writes = [house.contacts.remove_write("ann", ten[0]), house.contacts.put_write("ann", moved)]
            house.change_book.books.commit_edit("ann", [ten[0].contact_id, "moved"], writes)

        account.before_page[9] = move
        self.again(house, account, first)

        again = self.again(house, account, first)

        assert [line.contact_id for line in next(iter(house.jobs.ledger(again))).lines] == ["moved"]

    def test_after_another_job_has_changed_the_book_it_is_read(self, house, account, first):
        other = house.come_back(house.begin_consent(provider="microsoft")).job
        house.import_contacts(other, ["m-1"])

        again = self.again(house, account, first)

        assert (again.counts.unchanged, account.books_read) == (4, 1)

    def test_while_removals_are_held_the_book_is_read(self, house, account, first):
        del account.records[:2]
        held = self.again(house, account, first)
        assert held.details["removals_pending"] == 2

        again = self.again(house, account, first)

        assert (again.details["removals_pending"], account.books_read) == (2, 1)

    def test_only_the_changed_record_is_converted(self, house, account, first):
        account.records[2] = {**account.records[2], "nicknames": [{"value": "Countess"}]}

        again = self.again(house, account, first)

        assert (again.counts.updated, again.counts.unchanged, account.converted) == (1, 3, 1)

    def test_an_incremental_import_keeps_the_proofs_of_the_full_one(self, house, account, first):
        kept = dict(house.blobs.kept)

        self.again(house, account, first, full=False)

        assert account.converted == 4
        assert house.blobs.kept == kept

    def test_an_import_in_several_runs_keeps_the_proofs_of_all(self, house, account, first):
        account.records += [{**ADA, "resourceName": f"people/{number}"} for number in range(4, 9)]
        job = house.import_again("ann", first.details["connection_id"], full=True)
        runs = [work(house, account, job, 22.0)]
        while not runs[-1].is_finished and len(runs) < 20:
            runs.append(work(house, account, runs[-1], 22.0))
        assert (len(runs) > 1, runs[-1].is_finished) == (True, True)

        self.again(house, account, first)

        assert account.converted == 0

    def test_proofs_of_other_code_are_replaced(self, house, account, first):
        house.fingerprints = FingerprintStore(house.blobs, b"another version!")

        self.again(house, account, first)
        assert account.converted == 4
        self.again(house, account, first)
        assert account.converted == 0

    def test_disconnecting_deletes_the_proofs(self, house, account, first):
        job = house.disconnect("ann", first.details["connection_id"])
        assert house.blobs.kept

        house.disconnect_step(house.run(job))

        assert house.blobs.kept == {}


def work(house: House, account: Account, job: Job, seconds: float = 300.0) -> Job:
    """Let one run of this many seconds work on the import."""
    run = house.run(job)
    run.until = house.clock.now() + timedelta(seconds=seconds)
    connection = house.connection_of(job)
    copy = CopyContacts(
        jobs=house.jobs,
        contacts=Contacts(
            house.contacts.dynamo, house.contacts.table, shelves=2, executor=InlineExecutor(), account=account
        ),
        change_book=house.change_book,
        open_account=lambda job: (connection, account, Token()),  # type: ignore[arg-type, return-value]
        import_finished_write=house.connections.writes.finish_import,
        raw_pages=Unkept(),
        fingerprints=house.fingerprints,
        executor=InlineExecutor(),
        clock=house.clock,
        region="US",
    )
    copy(run)
    if not run.job.is_finished:
        run.park(timedelta(), ParkReason.HAND_OVER)
    return run.job


def intakes() -> list[Intake]:
    """Those that are not freed; other tests may have left some."""
    return [each for each in gc.get_objects() if type(each) is Intake]
