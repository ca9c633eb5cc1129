"""The queue: what waits, once each, in order."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from chalicelib.books.possible_pairs import PossiblePairs
from chalicelib.books.redirects import MergeJournal, Redirect, RedirectStore
from chalicelib.contacts.source_record import ContactFields
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.reviews.file_rows import MOST_ROWS, FileRows
from chalicelib.reviews.found_pairs import FoundPair, FoundPairs, FoundPairStore
from chalicelib.reviews.list_reviews import ListReviews
from chalicelib.reviews.review import Answer, Reason
from chalicelib.reviews.review_store import Decided, ReviewStore
from tests.fakes.blobs import FakeBlobs
from tests.fakes.clock import FixedClock
from tests.fakes.tables import empty_tables

ANN = "ann"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


class AnImport(NamedTuple):
    import_id: str
    rows: int
    file_name: str = "list.csv"
    tag: str = "fair"
    committed_at: datetime = NOON


class ARow(NamedTuple):
    row: int
    contact_id: str | None = "a"
    source: str = "file:f1"
    source_id: str = "key"
    why: str = "other_name"
    fields: ContactFields = {"display": "Grace"}  # noqa: RUF012 # never changed


class APage(NamedTuple):
    rows: Sequence[ARow]


class Files:
    """Rows of files that wait, by import."""

    def __init__(self) -> None:
        self.rows: dict[str, list[ARow]] = {}

    def imports(self, _: str) -> Sequence[AnImport]:
        return [AnImport(import_id, len(rows)) for import_id, rows in self.rows.items()]

    def page(self, _: str, import_id: str, *, start: int = 0, limit: int = 50) -> APage:
        return APage(self.rows[import_id][start : start + limit])

    def find(self, _: str, import_id: str, row: int) -> ARow:
        return next(each for each in self.rows[import_id] if each.row == row)


@dataclass
class Room:
    """A book of the contacts a to e, its possible duplicates, and what a search found."""

    pairs: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock = FixedClock()
        self.dynamo = Dynamo(empty_tables(), clock, random.Random(1))
        self.store = ReviewStore(self.dynamo, "people", clock)
        self.found = FoundPairStore(FakeBlobs())
        self.redirects = RedirectStore(self.dynamo, "contacts")
        self.files = Files()
        rows = FileRows(lambda: self.files, self.redirects)
        self.list = ListReviews(self.store, self.found, self.redirects, self._possible_pairs, rows)

    def _possible_pairs(self, _: str) -> PossiblePairs:
        return PossiblePairs(self.pairs, frozenset("abcde"), is_current=True, as_of=None)

    def search_found(self, *pairs: FoundPair, at: int = 5) -> None:
        self.found.put(ANN, FoundPairs(at, pairs))

    def ids(self) -> list[str]:
        return [review.review_id for review in self.list(ANN).waiting]


@pytest.fixture
def room() -> Room:
    return Room([("a", "b"), ("c", "d")])


def test_possible_duplicates_come_before_found_ones_and_the_surest_first(room):
    room.search_found(FoundPair("a", "e", 0.7), FoundPair("d", "e", 0.9))

    assert room.ids() == ["a.b", "c.d", "d.e", "a.e"]


def test_a_pair_is_listed_once_whatever_found_it(room):
    room.search_found(FoundPair("b", "a", 0.9, ["name"]))

    assert [(each.review_id, each.reason) for each in room.list(ANN).waiting] == [
        ("a.b", Reason.POSSIBLE_DUPLICATE),
        ("c.d", Reason.POSSIBLE_DUPLICATE),
    ]


def test_a_found_pair_with_a_contact_that_is_gone_is_left_out(room):
    room.search_found(FoundPair("a", "gone", 0.9))

    assert room.ids() == ["a.b", "c.d"]


def test_a_found_pair_follows_a_contact_that_was_merged(room):
    redirect = Redirect("merged", "e", "m1", 1, ANN, MergeJournal(1, 1, ()))
    room.dynamo.commit([room.redirects.put_write(ANN, redirect)])
    room.search_found(FoundPair("a", "merged", 0.9), FoundPair("e", "merged", 0.8))

    assert room.ids() == ["a.b", "c.d", "a.e"]


@pytest.mark.parametrize(("decided_at", "waits"), [(4, True), (5, False), (6, False)])
def test_a_found_pair_that_was_called_different_waits_only_if_a_later_search_found_it(room, decided_at, waits):
    room.search_found(FoundPair("a", "e", 0.9), at=5)
    decided = Decided("a.e", Answer.DIFFERENT, decided_at, ANN)
    room.dynamo.commit([room.store.put_write(ANN, decided, None)])

    assert ("a.e" in room.ids()) is waits


def test_what_was_put_off_does_not_wait_and_is_counted_apart(room):
    room.store.put_off_until_asked(ANN, "a.b")

    queue = room.list(ANN)

    assert [review.review_id for review in queue.put_off] == ["a.b"]
    assert queue.counts[Reason.POSSIBLE_DUPLICATE] == queue.total == 1
    assert [review.review_id for review in queue.of(None, put_off=True)] == ["a.b"]


def test_the_pairs_around_a_review_are_those_that_wait_before_and_after_it(room):
    queue = room.list(ANN)

    assert [each and each.review_id for each in queue.around("a.b")] == [None, "c.d"]
    assert [each and each.review_id for each in queue.around("c.d")] == ["a.b", None]
    assert [each and each.review_id for each in queue.around("b.e")] == [None, "a.b"]


class TestRowsOfFiles:
    def test_come_first_with_what_they_say_and_the_contact_that_they_may_be(self, room):
        room.files.rows = {"f1": [ARow(2), ARow(3, contact_id=None)]}

        first, second, *_ = room.list(ANN).waiting

        assert (first.review_id, first.right, first.reasons) == ("f1~2", "a", ("other_name",))
        assert first.row.shown["display"] == "Grace"
        assert (second.review_id, second.right, second.contact_ids) == ("f1~3", "", ())

    def test_follow_a_contact_that_was_merged(self, room):
        redirect = Redirect("merged", "e", "m1", 1, ANN, MergeJournal(1, 1, ()))
        room.dynamo.commit([room.redirects.put_write(ANN, redirect)])
        room.files.rows = {"f1": [ARow(2, contact_id="merged")]}

        assert room.list(ANN).waiting[0].right == "e"

    def test_are_all_counted_but_listed_up_to_a_limit(self, room):
        room.files.rows = {
            "f1": [ARow(number) for number in range(MOST_ROWS - 1)],
            "f2": [ARow(number) for number in range(5)],
            "f3": [ARow(1)],
        }

        queue = room.list(ANN)

        assert len(queue.of(Reason.FILE_CONFLICT)) == MOST_ROWS
        assert queue.counts[Reason.FILE_CONFLICT] == MOST_ROWS + 5
        assert queue.total == MOST_ROWS + 5 + len(room.pairs)
