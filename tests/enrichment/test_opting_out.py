"""A person opts a contact out: no vendor is asked about it any more, and nothing of what vendors gave is left."""

from typing import Any

import pytest

from chalicelib.enrichment.job_kinds import ENRICHMENT_RUN
from chalicelib.foundation.errors import NotFound
from tests.enrichment.operators import Operator
from tests.enrichment.vendors import FakeVendor, found
from tests.simulation.bulk import edit
from tests.simulation.house import OWNER

ADA, BOB = "ada@x.example", "bob@x.example"


def after_a_run() -> Operator:
    desk = Operator(FakeVendor(answer=lambda address: found(title=f"Title of {address}")))
    desk.book(ADA, BOB)
    desk.run()
    return desk


def opt_out(desk: Operator, name: str = ADA, *, has_opted_out: bool = True) -> None:
    contact_id = desk.contacts()[name].contact_id
    desk.outside.address_book.opt_out_contact(OWNER, contact_id, has_opted_out=has_opted_out)


def title_of(desk: Operator, name: str) -> Any:
    return desk.contacts()[name].shown.get("title")


def opted_out(desk: Operator) -> set[str]:
    contacts = desk.contacts()
    statuses = desk.outside.shared.statuses.of_contacts(OWNER, list(contacts.values()))
    return {name for name, each in contacts.items() if statuses[each.contact_id].opted_out_at is not None}


def test_what_vendors_gave_goes_at_once_and_the_status_says_why():
    desk = after_a_run()
    before = desk.attempts()
    opt_out(desk)

    assert (title_of(desk, ADA), title_of(desk, BOB)) == (None, f"Title of {BOB}")
    assert desk.statuses() == {ADA: ("ineligible", "opted_out"), BOB: ("enriched", "found")}
    assert desk.attempts()[ADA].last_attempt_at == before[ADA].last_attempt_at
    assert desk.attempts()[ADA].gave == ()


def test_no_vendor_is_asked_about_it_even_if_its_details_change():
    desk = after_a_run()
    opt_out(desk)
    edit(desk.house, desk.contacts()[ADA], {"emails": [{"value": "ada@new.example"}]})
    desk.run()

    assert sorted(desk.vendor.asked) == [ADA, BOB]
    assert desk.statuses()[ADA] == ("ineligible", "opted_out")


def test_of_a_contact_that_was_never_asked_about():
    desk = Operator(FakeVendor())
    desk.book(ADA, BOB)
    opt_out(desk)
    desk.run()

    assert desk.vendor.asked == [BOB]
    assert desk.statuses()[ADA] == ("ineligible", "opted_out")


def test_once_it_is_taken_back_vendors_are_asked_again():
    desk = after_a_run()
    opt_out(desk)
    opt_out(desk, has_opted_out=False)
    desk.run()

    assert title_of(desk, ADA) == f"Title of {ADA}"
    assert desk.statuses()[ADA] == ("enriched", "found")


@pytest.mark.parametrize("has_opted_out", [True, False])
def test_saying_so_again_changes_nothing(has_opted_out):
    desk = after_a_run()
    opt_out(desk)
    opt_out(desk, has_opted_out=has_opted_out)
    contacts, attempts, out = desk.contacts(), desk.attempts(), opted_out(desk)
    opt_out(desk, has_opted_out=has_opted_out)

    assert (desk.contacts(), desk.attempts(), opted_out(desk)) == (contacts, attempts, out)


def test_an_answer_that_was_under_way_is_not_used():
    desk = Operator(FakeVendor(answer=lambda address: found(title=f"Title of {address}")))
    desk.book(ADA, BOB)
    run = desk.start()
    desk.outside.run_job(run.job_id)  # has asked; the book has not got the answers yet
    opt_out(desk)
    desk.work()

    assert sorted(desk.vendor.asked) == [ADA, BOB]
    assert desk.outside.jobs.get(run.job_id).kind == ENRICHMENT_RUN.name
    assert (title_of(desk, ADA), desk.statuses()[ADA]) == (None, ("ineligible", "opted_out"))
    assert title_of(desk, BOB) == f"Title of {BOB}"


def test_it_holds_for_what_the_contact_is_merged_into_until_it_is_taken_back_there():
    desk = after_a_run()
    opt_out(desk)
    ada, bob = desk.contacts()[ADA], desk.contacts()[BOB]
    desk.outside.wiring.reviews.merge_contacts(OWNER, bob.contact_id, [ada.contact_id])

    assert opted_out(desk) == {BOB}
    opt_out(desk, BOB, has_opted_out=False)
    assert opted_out(desk) == set()


def test_it_comes_back_with_a_contact_that_was_deleted():
    desk = after_a_run()
    opt_out(desk)
    ada = desk.contacts()[ADA]
    desk.outside.address_book.delete_contact(OWNER, ada.contact_id)
    desk.outside.wiring.undoing.restore_contact(OWNER, ada.contact_id)

    assert opted_out(desk) == {ADA}


def test_what_an_operator_undid_is_not_asked_about_again_because_of_it():
    desk = Operator(FakeVendor())
    desk.book(ADA)
    desk.undo(desk.run())
    opt_out(desk)
    opt_out(desk, has_opted_out=False)
    desk.run()

    assert desk.vendor.asked == [ADA]
    assert desk.statuses()[ADA] == ("failed", "undone_by_operator")


def test_of_a_contact_that_is_not_there():
    desk = after_a_run()

    with pytest.raises(NotFound):
        desk.outside.address_book.opt_out_contact(OWNER, "nobody", has_opted_out=True)
