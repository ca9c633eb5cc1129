"""The item of a book in its store, on the fake and on the embedded AWS alike."""

from typing import Any

import pytest

from chalicelib.books.book_store import KEPT_EDITS, MOST_EDITS, BookStore
from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.store import JobStore
from chalicelib.tables.keys import BOOK
from tests.fakes.executor import InlineExecutor


@pytest.fixture
def jobs(ground: Any) -> JobStore:
    return JobStore(ground.dynamo, ground.names.jobs, ground.clock, InlineExecutor(), shards=2)


@pytest.fixture
def books(ground: Any, jobs: JobStore) -> BookStore:
    return BookStore(ground.dynamo, ground.names.jobs, jobs)


def put(books: BookStore, key: str) -> dict[str, Any]:
    item = {"pk": {"S": key}, "sk": {"S": "x"}}
    return {"Put": {"TableName": books.table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}


def is_there(books: BookStore, key: str) -> bool:
    return books.dynamo.get(books.table, {"pk": {"S": key}, "sk": {"S": "x"}}) is not None


class TestAnEdit:
    def test_lands_with_its_writes_and_is_remembered(self, books):
        assert books.commit_edit("ada", ["c1"], [put(books, "c1")])
        assert books.commit_edit("ada", ["c2", "c3"], [put(books, "c2"), put(books, "c3")])

        edits = books.edits("ada")
        assert (edits.count, edits.recent) == (2, (("c1",), ("c2", "c3")))
        assert edits.since(1) == ("c2", "c3")
        assert is_there(books, "c1")

    def test_of_a_contact_that_changed_meanwhile_writes_nothing(self, books):
        books.commit_edit("ada", ["c1"], [put(books, "c1")])

        assert not books.commit_edit("ada", ["c2", "c1"], [put(books, "c2"), put(books, "c1")])
        assert not is_there(books, "c2")
        assert books.edits("ada").count == 1

    def test_counts_for_its_owner_alone(self, books):
        books.commit_edit("ada", ["c1"], [])

        assert books.edits("bob").count == 0

    def test_gives_the_book_another_version(self, books):
        before = books.state("ada").version
        books.commit_edit("ada", ["c1"], [])

        assert books.state("ada").version == before.after_edit()


class TestStatusesOfEnrichment:
    def test_are_noted_with_the_first_of_them_and_stay_noted(self, books):
        assert not books.state("ada").has_statuses

        books.dynamo.commit([books.statuses_write("ada")])
        books.commit_edit("ada", ["c1"], [])

        assert (books.state("ada").has_statuses, books.edits("ada").count) == (True, 1)
        assert not books.state("bob").has_statuses

    def test_that_are_the_first_refuse_an_edit_that_would_have_carried_them(self, books):
        seen = books.edits("ada")
        books.dynamo.commit([books.statuses_write("ada")])

        assert not books.commit_edit("ada", ["c1"], [put(books, "c1")], seen, carries_statuses=True)
        assert books.commit_edit("ada", ["c1"], [put(books, "c1")], books.edits("ada"), carries_statuses=True)
        assert books.commit_edit("ada", ["c2"], [put(books, "c2")], seen)

    def test_of_a_person_who_is_being_erased_are_not_why_an_edit_is_refused(self, books):
        seen = books.edits("ada")
        books.dynamo.commit([books.statuses_write("ada")])
        books.dynamo.commit([books.erasing_write("ada")])

        with pytest.raises(Conflict):
            books.commit_edit("ada", ["c1"], [], seen, carries_statuses=True)

    def test_are_no_change_of_the_book(self, books):
        before = books.state("ada").version
        books.dynamo.commit([books.statuses_write("ada")])

        assert books.state("ada").version == before


class TestContactsThatWaitToBeLinked:
    def test_are_added_by_their_edit_and_taken_away_by_the_edit_that_links_them(self, books):
        books.commit_edit("ada", ["c1"], [], unlinked=["c1"])
        books.commit_edit("ada", ["c2"], [], unlinked=["c2"])
        assert books.edits("ada").unlinked == {"c1", "c2"}

        books.commit_edit("ada", ["c1"], [], linked=["c1"])
        assert books.edits("ada").unlinked == {"c2"}

    def test_are_taken_away_without_an_edit_where_nothing_is_to_be_written(self, books):
        books.commit_edit("ada", ["c1"], [], unlinked=["c1"])

        books.note_linked("ada", "c1")
        books.note_linked("ada", "c1")

        assert (books.edits("ada").unlinked, books.edits("ada").count) == (frozenset(), 1)

    def test_are_no_condition_of_linking_them(self, books):
        assert books.commit_edit("ada", ["c1"], [], linked=["c1"])

    def test_are_not_noted_for_a_person_who_is_being_erased(self, books):
        books.commit_edit("ada", ["c1"], [], unlinked=["c1"])
        books.dynamo.commit([books.erasing_write("ada")])

        books.note_linked("ada", "c1")

        assert books.edits("ada").unlinked == {"c1"}


class TestManyEdits:
    def test_leave_the_last_ones_known_exactly(self, books):
        for number in range(MOST_EDITS + 5):
            books.commit_edit("ada", [f"c{number}"], [])

        edits = books.edits("ada")
        assert edits.count == MOST_EDITS + 5
        assert KEPT_EDITS <= len(edits.recent) <= MOST_EDITS
        assert edits.since(edits.count - 2) == (f"c{MOST_EDITS + 3}", f"c{MOST_EDITS + 4}")
        assert edits.since(edits.count - KEPT_EDITS) == tuple(
            f"c{number}" for number in range(edits.count - KEPT_EDITS, edits.count)
        )
        assert edits.since(0) is None

    def test_are_shortened_once_where_two_editors_find_too_many(self, books):
        for number in range(MOST_EDITS):
            books.commit_edit("ada", [f"c{number}"], [])
        before = books.edits("ada")

        books._trim("ada", len(before.recent))
        books._trim("ada", len(before.recent))

        assert books.edits("ada").recent == before.recent[-KEPT_EDITS:]


class TestAnErasure:
    def test_refuses_edits_from_its_mark_on(self, books):
        books.dynamo.commit([books.erasing_write("ada")])

        with pytest.raises(Conflict, match="being erased"):
            books.commit_edit("ada", ["c1"], [put(books, "c1")])
        assert not is_there(books, "c1")
        assert books.state("ada").is_erasing

    def test_that_an_older_version_accepted_is_known_by_the_mark_on_the_line(self, books, jobs):
        jobs.create(NewJob("e", "ada", "erase", {}, erases=True))

        assert books.state("ada").is_erasing

    def test_leaves_nothing(self, books):
        books.commit_edit("ada", ["c1"], [])
        books.dynamo.commit([books.erasing_write("ada")])
        books.dynamo.commit([books.forget_write("ada")])

        assert books.dynamo.get(books.table, BOOK.key(owner="ada").item) is None
        assert not books.state("ada").is_erasing
        assert books.commit_edit("ada", ["c1"], [])
