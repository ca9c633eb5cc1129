"""Held removals: decided once, by the person, and only while their import is the newest."""

import pytest

from chalicelib.accounts.connection import removals_pending
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound
from chalicelib.jobs.job import JobState

IDS = ["p1", "p2", "p3", "p4", "p5"]


@pytest.fixture
def held_back(house):
    """A full import that saw one of five contacts and so held four removals back."""
    first = house.come_back(house.begin_consent()).job
    house.import_contacts(first, IDS)
    again = house.import_again("ann", first.details["connection_id"], full=True)
    return house.import_contacts(again, ["p1"], held_back=4)


def apply(house, job):
    run = house.run(house.decide("ann", job.job_id, "apply"))
    house.apply_removals(run)
    return run.job


class TestDeciding:
    def test_the_status_has_the_number_of_held_removals_until_the_decision(self, house, held_back):
        assert removals_pending(held_back, house.connection_of(held_back)) == 4

    def test_keep_removes_nothing_and_no_removals_are_held_afterwards(self, house, held_back):
        job = house.decide("ann", held_back.job_id, "keep")

        assert job.job_id == held_back.job_id
        assert len(house.book()) == 5
        assert removals_pending(held_back, house.connection_of(held_back)) == 0

    def test_apply_starts_a_job_and_no_removals_are_held_afterwards(self, house, held_back):
        job = house.decide("ann", held_back.job_id, "apply")

        assert (job.kind, job.state, house.work_queue.sent[-1]) == ("removals", JobState.QUEUED, job.job_id)
        assert removals_pending(held_back, house.connection_of(held_back)) == 0

    @pytest.mark.parametrize("decision", ["apply", "keep"])
    def test_a_repeated_decision_returns_the_same_job(self, house, held_back, decision):
        first = house.decide("ann", held_back.job_id, decision)

        assert house.decide("ann", held_back.job_id, decision).job_id == first.job_id

    @pytest.mark.parametrize(("first", "second"), [("apply", "keep"), ("keep", "apply")])
    def test_a_different_decision_afterwards_is_refused(self, house, held_back, first, second):
        house.decide("ann", held_back.job_id, first)

        with pytest.raises(Conflict, match="already"):
            house.decide("ann", held_back.job_id, second)


class TestRefusing:
    def test_another_persons_import_and_a_missing_one_are_not_found(self, house, held_back):
        for owner, job_id in (("bob", held_back.job_id), ("ann", "missing")):
            with pytest.raises(NotFound):
                house.decide(owner, job_id, "apply")

    def test_a_job_that_is_not_an_import_is_not_found(self, house, held_back):
        job = house.disconnect("ann", held_back.details["connection_id"])

        with pytest.raises(NotFound):
            house.decide("ann", job.job_id, "apply")

    def test_any_other_decision_is_refused(self, house, held_back):
        with pytest.raises(InvalidInput):
            house.decide("ann", held_back.job_id, "perhaps")

    def test_an_import_without_held_removals_is_refused(self, house):
        job = house.come_back(house.begin_consent()).job
        house.import_contacts(job, IDS)

        with pytest.raises(Conflict, match="no held-back removals"):
            house.decide("ann", job.job_id, "apply")

    def test_an_import_before_the_decision_is_full(self, house, held_back):
        assert house.import_again("ann", held_back.details["connection_id"]).details["mode"] == "full"

    @pytest.mark.parametrize("decision", ["apply", "keep"])
    def test_an_import_after_the_decision_is_incremental(self, house, held_back, decision):
        at_removals = house.decide("ann", held_back.job_id, decision)
        if decision == "apply":
            house.apply_removals(house.run(at_removals))

        assert house.import_again("ann", held_back.details["connection_id"]).details["mode"] == "incremental"

    @pytest.mark.parametrize("decision", ["apply", "keep"])
    def test_an_import_superseded_by_a_newer_one_is_refused(self, house, held_back, decision):
        newer = house.import_again("ann", held_back.details["connection_id"])
        house.import_contacts(newer, ["p2"])

        assert removals_pending(held_back, house.connection_of(held_back)) == 0
        with pytest.raises(Conflict, match="superseded"):
            house.decide("ann", held_back.job_id, decision)

    def test_an_import_of_a_disconnected_account_is_refused(self, house, held_back):
        job = house.disconnect("ann", held_back.details["connection_id"])
        house.disconnect_step(house.run(job))

        with pytest.raises(Conflict):
            house.decide("ann", held_back.job_id, "apply")

    def test_an_import_of_an_account_being_disconnected_is_refused(self, house, held_back):
        house.disconnect("ann", held_back.details["connection_id"])

        with pytest.raises(Conflict, match="being disconnected"):
            house.decide("ann", held_back.job_id, "keep")


class TestApplying:
    def test_contacts_that_the_import_did_not_read_are_removed(self, house, held_back):
        job = apply(house, held_back)

        assert (job.state, job.counts.removed, house.book()) == (JobState.COMPLETED, 4, ["Person p1"])

    def test_contacts_of_another_account_stay(self, house, held_back):
        house.import_contacts(house.come_back(house.begin_consent(provider="microsoft")).job, ["m1"])

        apply(house, held_back)
        assert house.book() == ["Person m1", "Person p1"]

    def test_after_an_incremental_import_only_deleted_contacts_are_removed(self, house):
        first = house.come_back(house.begin_consent()).job
        house.import_contacts(first, IDS)
        again = house.import_again("ann", first.details["connection_id"])
        job = house.import_contacts(again, ["p1", "p4"], gone=["p2", "p4", "unknown"], held_back=2)

        done = apply(house, job)
        assert (done.counts.removed, house.book()) == (1, ["Person p1", "Person p3", "Person p4", "Person p5"])

    def test_nothing_is_removed_if_a_newer_import_finishes_first(self, house, held_back):
        newer = house.import_again("ann", held_back.details["connection_id"])
        job = house.decide("ann", held_back.job_id, "apply")
        house.import_contacts(newer, ["p1"])

        run = house.run(job)
        house.apply_removals(run)
        assert (run.job.state, run.job.error_code, len(house.book())) == (JobState.FAILED, "superseded", 5)

    def test_a_concurrent_import_is_another_job(self, house, held_back):
        job = house.decide("ann", held_back.job_id, "apply")
        again = house.import_again("ann", held_back.details["connection_id"])

        assert house.jobs.queue("ann").jobs == (job.job_id, again.job_id)

    def test_disconnecting_cancels_it(self, house, held_back):
        job = house.decide("ann", held_back.job_id, "apply")
        house.disconnect("ann", held_back.details["connection_id"])

        assert house.jobs.get(job.job_id).state is JobState.CANCELED
