"""A job that removes contacts removes the statuses beside them, within the limits of a transaction."""

from dataclasses import replace

import pytest

from chalicelib.books.changes import ForEach, ListPosition
from chalicelib.books.enrichment_status import Attempt, ContactStatuses
from chalicelib.books.intake import Limits
from chalicelib.books.status_kind import StatusKind
from chalicelib.books.status_store import StatusStore
from chalicelib.foundation.dynamo import Write
from chalicelib.jobs.store import OWN_WRITES
from tests.books.desk import ANN, Desk, people
from tests.fakes.executor import InlineExecutor

FAILED = Attempt(StatusKind.FAILED, "no_match", 1)


class EnrichedDesk(Desk):
    """A book of people, each with statuses."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.statuses = StatusStore(self.contacts.dynamo, "contacts", InlineExecutor())
        self.change_book = replace(self.change_book, statuses=self.statuses)

    def store(self, *statuses: ContactStatuses) -> None:
        writes = [self.statuses.put_write(ANN, each) for each in statuses]
        self.books.dynamo.commit([*writes, self.books.statuses_write(ANN)])

    def remove(self, source_ids: list[str]) -> list[list[Write]]:
        """Remove the records with these ids in a job, and return its transactions."""
        run, before = self.claimed(self.queued()), len(self.tables.sent)
        intake, start = self.intake(run), ListPosition()
        changing = self.change_book.begin(run, intake)
        assert changing.apply(ForEach(source_ids, start, intake.plan_removals), start) is not None
        return self.tables.sent[before:]


@pytest.fixture
def desk() -> EnrichedDesk:
    desk = EnrichedDesk(Limits(contacts=4))
    desk.take_in(people(6))
    return desk


IDS = [f"p/{at:03d}" for at in range(6)]


def test_each_status_counts_as_a_write_of_its_chunk(desk):
    desk.store(*[ContactStatuses(each.contact_id, {"hunter": FAILED}) for each in desk.contacts.all(ANN)])

    sent = desk.remove(IDS)

    assert [len(each) - OWN_WRITES for each in sent] == [4, 4, 4]
    assert (list(desk.contacts.all(ANN)), desk.statuses.all(ANN)) == ([], {})


def test_a_book_without_statuses_takes_as_many_writes_as_it_has_contacts(desk):
    sent = desk.remove(IDS)

    assert [len(each) - OWN_WRITES for each in sent] == [4, 2]


def test_a_contact_goes_in_one_transaction_with_the_statuses_of_all_that_it_consists_of(desk):
    contact = desk.book()["Person Nr000"]
    merged = tuple(f"merged-{at}" for at in range(7))
    assert desk.books.commit_edit(
        ANN, [contact.contact_id], [desk.contacts.put_write(ANN, replace(contact, merged=merged))]
    )
    desk.store(*[ContactStatuses(each, {"hunter": FAILED}) for each in (contact.contact_id, *merged)])

    sent = desk.remove(IDS[:2])

    assert [len(each) - OWN_WRITES for each in sent] == [9, 2]
    assert desk.statuses.all(ANN) == {}
