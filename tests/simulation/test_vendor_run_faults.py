"""A run of a vendor with a fault at every call: each contact gets its status once, no call is paid twice in silence."""

import random
from collections.abc import Callable

import pytest

from chalicelib.books.intake import Limits
from chalicelib.books.status_kind import StatusKind
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.enrichment.job_kinds import ENRICHMENT_RUN, VENDOR_OWNER, vendor_lane
from chalicelib.foundation.clock import milliseconds
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.new_job import NewJob
from chalicelib.vendors.answer import Answer
from chalicelib.vendors.reasons import Reason
from chalicelib.vendors.vendor import Rate, VendorBroken, VendorPaused
from tests.enrichment.vendors import NEVER, NO_MATCH, RETRY, FakeVendor, found
from tests.simulation.bulk import bulk_house, contact_input
from tests.simulation.faults import MOST_RUNS, Plan, calls_to_fail, check_error, fresh_house
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.promises import contacts_in, holds_at_every_step, jobs_in
from tests.simulation.world import FOUR, Fault

RUN = "vendor-run"
ANSWERS = {"a@x.example": found(title="CTO"), "b@x.example": NO_MATCH, "c@x.example": NEVER, "d@x.example": RETRY}
STATUSES = {
    "a@x.example": (StatusKind.ENRICHED, Reason.FOUND),
    "b@x.example": (StatusKind.FAILED, Reason.NO_MATCH),
    "c@x.example": (StatusKind.INELIGIBLE, Reason.INPUT_REFUSED),
    "d@x.example": (StatusKind.FAILED, Reason.VENDOR_ERROR),
    "": (StatusKind.INELIGIBLE, Reason.NO_EMAIL),
}


class Staged:
    """A house whose book has contacts, and in which a run waits; copied for each history."""

    def __init__(self) -> None:
        self.house = bulk_house(random.Random(0), Limits(contacts=3, lines=3))
        outside = self.house.outside
        contacts = [contact_input(f"Person {each}", each) for each in STATUSES]
        outside.run_job(outside.bulk_create(CreateRequest(contacts, None)).job_id)
        enrichment = outside.wiring.enrichment
        enrichment.choices.put(OWNER, outside.clock.now(), consents=True)
        started = enrichment.controls.run_started_write(enrichment.controls.get("hunter"), RUN)
        new = NewJob(RUN, VENDOR_OWNER, ENRICHMENT_RUN.name, {"vendor": "hunter"}, lane=vendor_lane("hunter"))
        outside.jobs.create(new, extra_writes=[started])


class History:
    """One run under a plan of faults, to its end."""

    def __init__(self, stage: Staged, vendor: FakeVendor, plan: Plan) -> None:
        self.house: House = fresh_house(stage)  # type: ignore[arg-type]
        self.vendor = vendor
        for _ in range(MOST_RUNS):
            waiting = [(job.due, job.job_id) for job in jobs_in(self.house) if job.due is not None]
            if not waiting:
                return
            due, job_id = min(waiting)
            late = (milliseconds(due) - milliseconds(self.house.world.instant())) / 1000
            self.house.world.now += max(late, 0) + 1
            process = self.house.process(lambda parts, job_id=job_id: self._work(parts, job_id))
            process.run(plan.get)
            check_error(process.main.error)
            holds_at_every_step(self.house)
        raise AssertionError(f"stuck: {jobs_in(self.house)}")

    def _work(self, parts: Parts, job_id: str) -> object:
        parts.wiring.enrichment._vendors["hunter"] = self.vendor
        return parts.run_job(job_id)

    @property
    def run(self) -> Job:
        return self.house.outside.jobs.get(RUN)

    @property
    def statuses(self) -> dict[str, tuple[str, str]]:
        contacts = contacts_in(self.house)
        stored = self.house.outside.shared.statuses.of_contacts(OWNER, contacts)
        names = {each.contact_id: each.records[0].fields.get("display", "") for each in contacts}
        return {
            names[contact_id].removeprefix("Person").strip(): (attempt.kind, attempt.reason)
            for contact_id, statuses in stored.items()
            if (attempt := statuses.attempts.get("hunter")) is not None
        }


@pytest.fixture(scope="module")
def stage() -> Staged:
    return Staged()


def whichever_call_goes_wrong(history: Callable[[Plan], History], fault: Fault) -> None:
    """The history with this fault at each of its calls in turn."""
    for call in calls_to_fail(history({}).house.world.made, fault):
        history({call: fault})


@pytest.mark.parametrize("fault", FOUR)
@pytest.mark.parametrize("questions", [1, 3])
def test_every_contact_gets_its_status_once(stage, fault, questions):
    def history(plan: Plan) -> History:
        done = History(stage, FakeVendor(answer=ANSWERS.__getitem__, rate=Rate(questions=questions)), plan)
        enrichment = done.house.outside.wiring.enrichment
        repeated = len(done.vendor.calls) - len({tuple(call) for call in done.vendor.calls})

        assert done.statuses == STATUSES
        assert done.run.state is JobState.COMPLETED
        assert [done.run.details[kind] for kind in StatusKind] == [1, 2, 2]
        assert done.run.details.get("repeated", 0) >= repeated
        assert repeated <= len(plan)
        assert enrichment.spends.get("hunter").open_calls == ()
        assert enrichment.controls.get("hunter").run == ""
        assert enrichment.controls.get("hunter").last_good_run is not None
        assert [each.source for person in contacts_in(done.house) for each in person.records].count(
            "enrichment:hunter"
        ) == 1
        return done

    whichever_call_goes_wrong(history, fault)


@pytest.mark.parametrize("fault", FOUR)
def test_a_vendor_that_cannot_be_asked_pauses_whatever_happens(stage, fault):
    def answer(address: str) -> Answer:
        if address == "c@x.example":
            raise VendorPaused(Reason.OUT_OF_CREDIT)
        return ANSWERS[address]

    def history(plan: Plan) -> History:
        done = History(stage, FakeVendor(answer=answer), plan)
        control = done.house.outside.wiring.enrichment.controls.get("hunter")

        assert (done.run.state, control.waits, control.last_good_run) == (JobState.FAILED, "out_of_credit", None)
        assert "c@x.example" not in done.statuses
        assert all(STATUSES[address] == status for address, status in done.statuses.items())
        return done

    whichever_call_goes_wrong(history, fault)


@pytest.mark.parametrize("fault", FOUR)
def test_a_vendor_that_does_not_answer_is_tried_again_later_whatever_happens(stage, fault):
    def answer(_: str) -> Answer:
        raise VendorBroken(Reason.VENDOR_SILENT)

    def history(plan: Plan) -> History:
        done = History(stage, FakeVendor(answer=answer), plan)
        silent = dict.fromkeys(ANSWERS, (StatusKind.FAILED, Reason.VENDOR_SILENT))

        assert done.statuses == {**silent, "": STATUSES[""]}
        assert done.run.state is JobState.COMPLETED
        return done

    whichever_call_goes_wrong(history, fault)
