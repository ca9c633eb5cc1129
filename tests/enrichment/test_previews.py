"""A preview asks about a few contacts and shows what would change; it writes nothing."""

from dataclasses import replace

from chalicelib.enrichment.preview_run import MOST_PREVIEWED
from chalicelib.enrichment.vendor_control import Limits
from chalicelib.foundation.ids import id_of
from chalicelib.jobs.job import JobState
from chalicelib.vendors.answer import Charge
from chalicelib.vendors.vendor import Rate
from tests.enrichment.operators import Operator
from tests.enrichment.vendors import NO_MATCH, FakeVendor, found
from tests.simulation.house import OWNER


def test_it_shows_what_would_change():
    answers = {"ada@x.example": found(title="CTO", given="Augusta"), "bob@x.example": NO_MATCH}
    desk = Operator(FakeVendor(answer=answers.__getitem__))
    desk.book(*answers)
    job = desk.preview()
    told = {each["name"]: each for each in desk.previewed(job)}

    assert told["Person ada@x.example"]["changes"] == [{"field": "title", "before": None, "after": "CTO"}]
    assert (told["Person bob@x.example"]["reason"], told["Person bob@x.example"]["changes"]) == ("no_match", [])
    assert (job.state, job.details["contacts"], job.details["enriched"]) == (JobState.COMPLETED, 2, 1)


def test_it_writes_no_contact_and_no_status():
    desk = Operator(FakeVendor())
    desk.book("ada@x.example", "")
    before = desk.contacts()
    desk.preview()

    assert (desk.contacts(), desk.statuses()) == (before, {})


def test_it_asks_about_a_few_contacts_alone():
    desk = Operator(FakeVendor(rate=Rate(questions=8)))
    desk.book(*(f"p{number}@x.example" for number in range(50)))
    desk.preview()

    assert len(desk.vendor.asked) == MOST_PREVIEWED


def test_it_takes_contacts_that_are_due_of_as_many_books_as_it_needs():
    desk = Operator(FakeVendor())
    desk.book("ada@x.example")
    desk.run()
    owners = ["bob", "eve", "zoe"]
    for owner in owners:
        desk.book(*(f"{owner}{number}@x.example" for number in range(9)), owner=owner)
    job = desk.preview()

    assert sorted(map(id_of, owners)) == job.details["books"]
    assert sorted(len(desk.previewed(job, owner)) for owner in owners) == [2, 9, 9]


def test_it_asks_about_no_further_book_once_the_vendor_cannot_be_asked():
    desk = Operator(FakeVendor())
    desk.book("ada@x.example")
    desk.book("bob@x.example", owner="bob")
    desk.change(limits=Limits(calls_per_run=1))
    job = desk.preview()

    assert (job.state, len(desk.vendor.asked)) == (JobState.PARTIAL, 1)


def test_without_any_it_asks_nothing():
    desk = Operator(FakeVendor())
    desk.book("")
    job = desk.preview()

    assert (job.state, job.details["contacts"], desk.vendor.asked) == (JobState.COMPLETED, 0, [])


def test_its_calls_are_counted():
    desk = Operator(FakeVendor(answer=lambda _: replace(found(title="CTO"), charge=Charge(1))))
    desk.book("ada@x.example", "bob@x.example")
    job = desk.preview()
    spend = desk.enrichment.spends.get("hunter")

    assert (spend.of_run(job.job_id).calls, spend.of_run(job.job_id).money, spend.open_calls) == (2, 2, ())


def test_it_stops_at_a_limit_and_shows_what_it_has():
    desk = Operator(FakeVendor())
    desk.book("ada@x.example", "bob@x.example")
    desk.change(limits=Limits(calls_per_run=1))
    job = desk.preview()

    assert (job.state, len(desk.previewed(job))) == (JobState.PARTIAL, 1)


def test_an_erased_person_has_no_preview():
    desk = Operator(FakeVendor())
    desk.book("ada@x.example")
    job = desk.preview()
    desk.outside.erase(OWNER)
    desk.work()

    assert desk.enrichment.answers.find_preview(OWNER, job.job_id) is None
