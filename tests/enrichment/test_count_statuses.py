"""The counts of statuses add up to the books, whatever happens to them."""

from datetime import timedelta

import pytest

from chalicelib.enrichment.count_statuses import Counted
from tests.enrichment.operators import Operator
from tests.enrichment.vendors import NO_MATCH, FakeVendor, found
from tests.simulation.house import OWNER

SOON = timedelta(seconds=10)


@pytest.fixture
def desk() -> Operator:
    answers = {"ada@x.example": found(title="CTO"), "bob@x.example": NO_MATCH}
    desk = Operator(FakeVendor(answer=lambda address: answers.get(address, NO_MATCH)))
    desk.book(*answers, "")
    return desk


def counted(desk: Operator, within: timedelta = SOON) -> Counted:
    return desk.enrichment.count_statuses("hunter", within=within)


def test_before_any_run_nobody_was_tried(desk):
    assert counted(desk).by_status == {("never_tried", ""): 3}


def test_after_a_run_they_add_up_to_the_book(desk):
    counted(desk)
    desk.run()

    assert counted(desk).by_status == {
        ("enriched", "found"): 1,
        ("failed", "no_match"): 1,
        ("ineligible", "no_email"): 1,
    }
    assert counted(desk).contacts == 3


def test_those_of_all_books_are_added(desk):
    desk.run()
    desk.book("eve@x.example", owner="bob")

    assert (counted(desk).books, counted(desk).contacts) == (2, 4)
    assert counted(desk).by_status["never_tried", ""] == 1


def test_a_deleted_contact_and_a_new_one_count_at_once(desk):
    desk.run()
    counted(desk)
    desk.outside.address_book.delete_contact(OWNER, desk.contacts()["ada@x.example"].contact_id)
    desk.book("new@x.example")

    assert counted(desk).by_status == {("failed", "no_match"): 1, ("ineligible", "no_email"): 1, ("never_tried", ""): 1}


def test_an_undone_run_counts_at_once(desk):
    run = desk.run()
    counted(desk)
    desk.undo(run)

    assert counted(desk).by_status == {("failed", "undone_by_operator"): 3}


def test_a_book_is_not_counted_again_while_nothing_happens(desk):
    counted(desk)
    blobs = dict(desk.house.blobs.kept)
    (key,) = (each for each in blobs if each.startswith("enrichment-counts/"))
    desk.house.blobs.kept[key] = blobs[key].replace(b'"never_tried ":3', b'"never_tried ":7')

    assert counted(desk).contacts == 7


def test_books_that_take_too_long_are_left_out_and_named_by_their_number(desk):
    found_in_no_time = counted(desk, within=timedelta(0))

    assert (found_in_no_time.books, found_in_no_time.left_out, found_in_no_time.contacts) == (0, 1, 0)


def test_an_erased_person_counts_no_more(desk):
    desk.book("eve@x.example", owner="bob")
    counted(desk)
    desk.outside.erase("bob")
    desk.work()

    assert counted(desk).contacts == 3
    assert not [key for key in desk.house.blobs.kept if key.startswith("enrichment-counts/") and "bob" in key]
