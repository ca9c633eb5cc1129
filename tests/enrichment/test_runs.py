"""A run of a vendor: what it asks, what the books have afterwards, and how it ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.books.chunk import Limits as ChunkLimits
from chalicelib.enrichment.breaker import FEWEST, MOST_FAULTS
from chalicelib.enrichment.due import NotEligible, ToAsk
from chalicelib.enrichment.findings_planner import FindingsPlanner
from chalicelib.enrichment.job_kinds import ENRICHMENT_PREVIEW, ENRICHMENT_RUN
from chalicelib.enrichment.stored_answers import Answered
from chalicelib.enrichment.vendor_calls import MOST_REPEATS
from chalicelib.enrichment.vendor_control import Limits, Scope, ScopeKind
from chalicelib.foundation.dynamo import TransactionCanceled
from chalicelib.jobs.job import JobState
from chalicelib.vendors.answer import Answer, Charge, Question
from chalicelib.vendors.reasons import Reason
from chalicelib.vendors.vendor import Rate, VendorBroken, VendorBusy, VendorPaused, Window
from tests.enrichment.operators import Operator
from tests.enrichment.vendors import NEVER, NO_MATCH, NOT_READY, RETRY, FakeVendor, found
from tests.simulation.house import OWNER

BOB = "bob"


def operator(**vendor: object) -> Operator:
    return Operator(FakeVendor(**vendor))  # type: ignore[arg-type]


class TestAWholeRun:
    def test_gives_every_contact_a_status(self):
        answers = {"ada@x.example": found(title="CTO"), "bob@x.example": NO_MATCH, "eve@x.example": NEVER}
        desk = operator(answer=answers.__getitem__)
        desk.book(*answers, "")
        run = desk.run()

        assert run.state is JobState.COMPLETED
        assert desk.statuses() == {
            "ada@x.example": ("enriched", "found"),
            "bob@x.example": ("failed", "no_match"),
            "eve@x.example": ("ineligible", "input_refused"),
            "3": ("ineligible", "no_email"),
        }
        assert {name: run.details[name] for name in ("enriched", "failed", "ineligible", "books")} == {
            "enriched": 1,
            "failed": 1,
            "ineligible": 2,
            "books": 1,
        }

    def test_adds_what_the_vendor_says_as_a_source_of_the_contact(self):
        desk = operator(answer=lambda _: found(title="CTO"))
        desk.book("ada@x.example")
        desk.run()
        (contact,) = desk.contacts().values()

        assert contact.shown["title"] == "CTO"
        assert [each.source for each in contact.records][-1] == "enrichment:hunter"

    def test_writes_no_contact_about_which_the_vendor_knows_nothing(self):
        desk = operator(answer=lambda _: NO_MATCH)
        desk.book("ada@x.example", "")
        before = desk.contacts()
        desk.run()

        assert desk.contacts() == before

    def test_asks_nothing_twice(self):
        desk = operator()
        desk.book("ada@x.example", "bob@x.example", "")
        first, second = desk.run(), desk.run()

        assert sorted(desk.vendor.asked) == ["ada@x.example", "bob@x.example"]
        assert (first.details["enriched"], second.details["books"]) == (2, 0)

    def test_goes_through_all_books_that_consent(self):
        desk = operator()
        desk.book("ada@x.example")
        desk.book("bob@x.example", owner=BOB)
        desk.consent(BOB, given=False)
        desk.run()

        assert desk.vendor.asked == ["ada@x.example"]
        assert desk.statuses(BOB) == {"bob@x.example": ("ineligible", "no_consent")}

    def test_asks_about_the_contacts_of_a_new_consent_next_time(self):
        desk = operator()
        desk.book("ada@x.example")
        desk.consent(given=False)
        desk.run()
        desk.consent()
        desk.run()

        assert desk.statuses() == {"ada@x.example": ("enriched", "found")}

    def test_asks_about_the_books_in_its_scope_alone(self):
        desk = operator()
        desk.book("ada@x.example")
        desk.book("bob@x.example", owner=BOB)
        desk.change(scope=Scope(ScopeKind.OWNERS, (BOB,)))
        desk.run()

        assert desk.vendor.asked == ["bob@x.example"]
        assert desk.statuses() == {}

    def test_asks_about_contacts_with_the_tag_of_its_scope_alone(self):
        desk = operator()
        desk.book("ada@x.example")
        desk.change(scope=Scope(ScopeKind.TAG, tag="mark-import"))
        desk.run()

        assert desk.vendor.asked == []

    @pytest.mark.parametrize("questions", [1, 2, 5])
    def test_puts_as_many_questions_in_a_call_as_the_vendor_takes(self, questions):
        desk = operator(rate=Rate(questions=questions))
        desk.book(*(f"p{number}@x.example" for number in range(5)))
        desk.run()

        assert {len(call) for call in desk.vendor.calls[:-1]} <= {questions}
        assert len(desk.vendor.asked) == 5

    def test_of_more_contacts_than_a_job_of_a_book_gets_is_written_by_several(self):
        desk = operator(rate=Rate(questions=2))
        desk.book(*(f"p{number}@x.example" for number in range(1_250)))
        run = desk.run()

        assert (run.details["enriched"], run.details["books"]) == (1_250, 2)

    def test_waits_for_the_calls_of_the_run_before_only_as_far_as_they_fill_a_window(self):
        desk = operator(rate=Rate((Window(3, 3600),)))
        desk.book("ada@x.example", "bob@x.example")
        desk.run()
        desk.book("eve@x.example", owner=BOB)
        before = desk.outside.clock.now()
        desk.outside.run_job(desk.start().job_id)

        assert desk.vendor.asked[-1] == "eve@x.example"
        assert desk.outside.clock.now() - before < timedelta(minutes=1)

    def test_sets_the_last_good_run(self):
        desk = operator()
        desk.book("ada@x.example")
        desk.run()

        assert desk.control.last_good_run is not None
        assert desk.control.run == ""


class TestQuestionsOfOneCall:
    def test_are_asked_one_by_one_if_the_vendor_refuses_them_together(self):
        def answer(address: str) -> Answer:
            if address == "bad@x.example":
                raise VendorBroken(Reason.INPUT_REFUSED)
            return found(title="CTO")

        desk = operator(answer=answer, rate=Rate(questions=3))
        desk.book("ada@x.example", "bad@x.example", "eve@x.example")
        desk.run()

        assert desk.statuses() == {
            "ada@x.example": ("enriched", "found"),
            "bad@x.example": ("ineligible", "input_refused"),
            "eve@x.example": ("enriched", "found"),
        }

    def test_that_have_no_answer_yet_are_asked_again(self):
        answers = iter([NOT_READY, NOT_READY, found(title="CTO")])
        desk = operator(answer=lambda _: next(answers))
        desk.book("ada@x.example")
        desk.run()

        assert desk.statuses() == {"ada@x.example": ("enriched", "found")}

    def test_that_never_have_one_fail_and_are_tried_again_later(self):
        desk = operator(answer=lambda _: NOT_READY)
        desk.book("ada@x.example")
        desk.run()

        assert desk.statuses() == {"ada@x.example": ("failed", "not_ready")}
        assert desk.attempts()["ada@x.example"].next_attempt_at is not None


class TestACallThatTakesLong:
    """Longer than a lease: another worker must not take the job over, since it would make the call again."""

    @pytest.mark.parametrize("kind", [ENRICHMENT_RUN, ENRICHMENT_PREVIEW])
    def test_does_not_end_the_lease(self, kind):
        not_ready = replace(NOT_READY, retry_after=timedelta(seconds=12))
        desk = Operator(FakeVendor(answer=lambda _: leased.append(is_leased()) or not_ready), threads=True)
        desk.book("ada@x.example")
        job, leased = desk.begin(kind), list[bool]()

        def is_leased() -> bool:
            due = desk.outside.jobs.get(job.job_id).due
            return due is not None and due > desk.outside.clock.now()

        desk.house.process(lambda parts: desk.use(parts) and parts.run_job(job.job_id)).run()

        assert leased == [True] * (1 + MOST_REPEATS)


class TestARunThatDoesNotEndWell:
    @pytest.fixture
    def desk(self) -> Operator:
        desk = operator(answer=lambda _: RETRY)
        desk.book(*(f"p{number:02d}@x.example" for number in range(30)))
        return desk

    def test_pauses_the_vendor_if_it_cannot_be_asked_about_anyone(self, desk):
        def answer(_: str) -> Answer:
            raise VendorPaused(Reason.OUT_OF_CREDIT)

        desk.vendor.answer = answer
        run = desk.run()

        assert (run.state, run.error_code) == (JobState.FAILED, "out_of_credit")
        assert desk.control.waits == "out_of_credit"
        assert desk.control.last_good_run is None
        assert desk.statuses() == {}

    def test_stops_when_the_vendor_fails_again_and_again(self, desk):
        def answer(_: str) -> Answer:
            raise VendorBroken(Reason.VENDOR_SILENT, charge=Charge(1, is_certain=False))

        desk.vendor.answer = answer
        run = desk.run()

        assert (run.state, run.error_code) == (JobState.FAILED, "breaker")
        assert len(desk.vendor.calls) == MOST_FAULTS
        assert set(desk.statuses().values()) == {("failed", "vendor_silent")}
        assert desk.control.waits.startswith("breaker")

    def test_uses_no_answers_that_look_wrong(self, desk):
        desk.vendor.answer = lambda _: replace(found(title="CEO"), record_id="the-same")
        before = desk.contacts()
        run = desk.run()

        assert run.details["end"] == "breaker:same_person"
        assert (desk.contacts(), desk.statuses()) == (before, {})
        assert len(desk.vendor.calls) <= FEWEST
        assert run.details["not_used"] == FEWEST

    def test_never_passes_a_limit(self, desk):
        desk.vendor.answer = lambda _: found(title="CTO")
        desk.change(limits=Limits(calls_per_run=7))
        run = desk.run()

        assert (run.state, run.error, len(desk.vendor.calls)) == (
            JobState.PARTIAL,
            "The limit of calls for one run is reached.",
            7,
        )
        assert len(desk.statuses()) == 7
        assert desk.control.last_good_run is None

    def test_goes_on_with_the_next_run_where_a_limit_ended_it(self, desk):
        desk.vendor.answer = lambda _: found(title="CTO")
        desk.change(limits=Limits(calls_per_run=20))
        desk.run()
        second = desk.run()

        assert second.state is JobState.COMPLETED
        assert len(desk.vendor.asked) == len(set(desk.vendor.asked)) == 30

    def test_ends_after_the_chunk_when_an_operator_stops_it(self, desk):
        def answer(_: str) -> Answer:
            if len(desk.vendor.calls) == 3:
                assert desk.enrichment.controls.stop(desk.control)
                desk.house.world.now += 10
            return found(title="CTO")

        desk.vendor.answer = answer
        run = desk.run()

        assert (run.state, run.error) == (JobState.CANCELED, "An operator stopped it.")
        assert 0 < len(desk.statuses()) < 30
        assert len(desk.statuses()) == len(desk.vendor.asked)
        assert desk.control.waits == ""

    def test_waits_and_goes_on_if_the_vendor_wants_a_long_pause(self, desk):
        def answer(_: str) -> Answer:
            if len(desk.vendor.calls) == 4:
                raise VendorBusy(timedelta(minutes=5))
            return replace(found(title="CTO"), charge=Charge(1))

        desk.vendor.answer = answer
        run = desk.run()
        spend = desk.enrichment.spends.get("hunter")

        assert (run.state, len(desk.statuses())) == (JobState.COMPLETED, 30)
        assert (spend.of_run(run.job_id).money, spend.uncertain.calls, spend.open_calls) == (30, 0, ())
        assert run.details.get("repeated", 0) == 0

    def test_counts_what_it_cost(self, desk):
        desk.vendor.answer = lambda _: replace(found(title="CTO"), charge=Charge(1))
        run = desk.run()
        spend = desk.enrichment.spends.get("hunter")

        assert run.details["charged"] == spend.of_run(run.job_id).money == 30
        assert spend.open_calls == ()


class TestABookThatChangesMeanwhile:
    def test_keeps_no_status_of_a_contact_that_is_deleted(self):
        desk = operator()
        desk.book("ada@x.example", "bob@x.example")
        job = desk.start()
        desk.outside.run_job(job.job_id)
        ada = desk.contacts()["ada@x.example"]
        desk.outside.address_book.delete_contact(OWNER, ada.contact_id)
        desk.work()

        assert list(desk.statuses()) == ["bob@x.example"]
        assert list(desk.outside.shared.statuses.all(OWNER)) == [desk.contacts()["bob@x.example"].contact_id]
        assert desk.outside.jobs.get(job.job_id).details["skipped"] == 1

    def test_refuses_the_status_of_a_contact_that_is_deleted_before_the_commit(self):
        desk = operator()
        desk.book("ada@x.example")
        ada = desk.contacts()["ada@x.example"].contact_id
        planned = _planner(desk).plan_findings([NotEligible(ada, Reason.NO_EMAIL, "")], ChunkLimits())
        desk.outside.address_book.delete_contact(OWNER, ada)

        with pytest.raises(TransactionCanceled):
            desk.outside.shared.dynamo.commit(planned.writes)

    def test_is_read_again_if_a_contact_is_edited_while_another_one_is_written(self):
        desk = operator()
        desk.book("ada@x.example", "bob@x.example")
        by_name, shared, planner = desk.contacts(), desk.outside.shared, _planner(desk)
        ada, bob = (by_name[address].contact_id for address in ("ada@x.example", "bob@x.example"))
        findings = [_title_found(ada), _title_found(bob)]
        first = planner.plan_findings(findings, ChunkLimits(contacts=1))
        desk.outside.address_book.edit_contact(OWNER, bob, {"title": "Engineer"})
        second = planner.plan_findings(findings[1:], ChunkLimits(contacts=1))
        shared.dynamo.commit([*first.chunk.writes, *first.writes])
        planner.confirm(first.chunk)

        with pytest.raises(TransactionCanceled):
            shared.dynamo.commit([*second.chunk.writes, *second.writes])
        planner.roll_back()
        planner.refresh([bob])
        second = planner.plan_findings(findings[1:], ChunkLimits(contacts=1))
        shared.dynamo.commit([*second.chunk.writes, *second.writes])
        assert {name: each.shown["title"] for name, each in desk.contacts().items()} == {
            "ada@x.example": "CTO",
            "bob@x.example": "Engineer",
        }

    def test_is_read_again_if_it_has_a_status_although_it_had_none(self):
        desk = operator()
        desk.book("ada@x.example")
        ada, shared = desk.contacts()["ada@x.example"].contact_id, desk.outside.shared
        first, second = _planner(desk), _planner(desk)
        shared.dynamo.commit(first.plan_findings([NotEligible(ada, Reason.NO_EMAIL, "")], ChunkLimits()).writes)
        later = [NotEligible(ada, Reason.NO_PHONE, "")]

        with pytest.raises(TransactionCanceled):
            shared.dynamo.commit(second.plan_findings(later, ChunkLimits()).writes)
        second.roll_back()
        shared.dynamo.commit(second.plan_findings(later, ChunkLimits()).writes)
        assert desk.statuses() == {"ada@x.example": ("ineligible", Reason.NO_PHONE)}

    def test_of_somebody_who_is_erased_is_left_alone(self):
        desk = operator()
        desk.book("ada@x.example")
        desk.book("bob@x.example", owner=BOB)
        job = desk.start()
        desk.outside.erase(BOB)
        desk.work()

        assert desk.outside.jobs.get(job.job_id).state is JobState.COMPLETED
        assert desk.statuses() == {"ada@x.example": ("enriched", "found")}
        assert desk.outside.shared.statuses.all(BOB) == {}


def _planner(desk: Operator) -> FindingsPlanner:
    """For a job of the book, which has no statuses yet."""
    shared, job = desk.outside.shared, desk.start()
    return FindingsPlanner(
        shared.contacts,
        shared.statuses,
        vendor="hunter",
        vendor_run=job.job_id,
        job=replace(job, owner=OWNER),
        now=shared.clock.now,
    )


def _title_found(contact_id: str) -> Answered:
    return Answered(ToAsk(contact_id, Question("hunter", {}), ""), found(title="CTO"), 0)


class TestPeopleWhoOptOutAtTheVendor:
    def test_lose_what_it_gave(self):
        desk = operator(answer=lambda _: replace(found(title="CTO"), record_id="id-1"))
        desk.book("ada@x.example")
        desk.run()
        desk.vendor.opt_outs = {"id-1"}
        desk.run()
        (contact,) = desk.contacts().values()

        assert "title" not in contact.shown
        assert desk.statuses() == {"ada@x.example": ("ineligible", "opted_out_at_vendor")}

    def test_are_not_asked_about_again(self):
        desk = operator(answer=lambda _: replace(found(title="CTO"), record_id="id-1"))
        desk.book("ada@x.example")
        desk.run()
        desk.vendor.opt_outs = {"id-1"}
        desk.run()
        desk.run()

        assert desk.vendor.asked == ["ada@x.example"]
