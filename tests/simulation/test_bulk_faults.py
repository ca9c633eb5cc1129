"""A bulk create and its cleanup, with a fault at every call, including those of the client."""

import random
from dataclasses import dataclass

import pytest

from chalicelib.books.intake import Limits
from chalicelib.bulk.bulk_job import Update
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.jobs.job import JobState
from tests.simulation.bulk import (
    bulk_house,
    contact_input,
    creates_in,
    edit,
    holds_of_cleanups,
    holds_of_creates,
    marks,
    members,
)
from tests.simulation.faults import Plan, calls_to_fail, fresh_house, run_under
from tests.simulation.house import OWNER, House
from tests.simulation.promises import contacts_in, holds_at_every_step
from tests.simulation.world import FOUR, Fault, MadeCall

LIST = [
    contact_input("Ada", "ada@x.org"),  # known
    contact_input("Bob", "bob@x.org"),
    contact_input("Bob again", "BOB@x.org"),
    contact_input("Carol"),
    contact_input("Carol"),
    contact_input("Dave", "dave@x.org"),
    contact_input("Eve", "eve@x.org"),
]


@dataclass
class Staged:
    """A house in which one job waits; copied for each run."""

    house: House
    job_id: str
    collection_id: str


def stage_create(on_existing: OnExisting) -> Staged:
    house = bulk_house(random.Random(0), Limits(contacts=4, lines=3))
    parts = house.outside
    friends = parts.collections.add(OWNER, "Friends").collection_id
    known = parts.bulk_create(CreateRequest([contact_input("Ada", "ada@x.org"), contact_input("Zoe", "zoe@x.org")]))
    parts.run_job(known.job_id)
    job = parts.bulk_create(CreateRequest(LIST, friends, "ios", on_existing=on_existing))
    return Staged(house, job.job_id, friends)


def stage_cleanup() -> Staged:
    """Of a run that updated one contact and created others, one of which the person edited since."""
    stage = stage_create(OnExisting.UPDATE)
    parts = stage.house.outside
    parts.run_job(stage.job_id)
    eve = next(contact for contact in contacts_in(stage.house) if contact.shown["display"] == "Eve")
    edit(stage.house, eve, {"nickname": "E."})
    job = parts.bulk_cleanup(CleanupRequest(bulk_create_job_id=stage.job_id))
    return Staged(stage.house, job.job_id, stage.collection_id)


def assert_create_under(stage: Staged, plan: Plan) -> House:
    house = fresh_house(stage)
    job = run_under(house, stage.job_id, plan)
    assert job.state is JobState.COMPLETED, job
    holds_of_creates(house)
    added = {contact for contact, _ in marks(house, f"bcc:j:{stage.job_id}:s:ios")}
    assert members(house, stage.collection_id) == added
    return house


def assert_clean_up_under(stage: Staged, plan: Plan) -> list[MadeCall]:
    house = fresh_house(stage)
    job = run_under(house, stage.job_id, plan)
    assert (job.state, job.counts.removed, job.counts.updated) == (JobState.COMPLETED, 4, 2), job
    holds_of_creates(house)
    holds_of_cleanups(house)
    assert sorted(contact.shown["display"] for contact in contacts_in(house)) == ["Ada", "Eve", "Zoe"]
    return house.world.made


class TestCreating:
    @pytest.mark.parametrize(
        ("on_existing", "created", "updated", "skipped"),
        [(OnExisting.CREATE, 6, 0, 1), (OnExisting.SKIP, 5, 0, 2), (OnExisting.UPDATE, 5, 1, 1)],
    )
    def test_comes_out_right_when_nothing_goes_wrong(self, on_existing, created, updated, skipped):
        stage = stage_create(on_existing)
        house = assert_create_under(stage, {})

        counts = house.outside.jobs.get(stage.job_id).counts
        assert (counts.created, counts.updated, counts.skipped) == (created, updated, skipped)
        assert house.world.calls >= 8

    @pytest.mark.parametrize("on_existing", list(OnExisting))
    @pytest.mark.parametrize("fault", [*FOUR, Fault.REFUSED])
    def test_comes_out_right_whichever_call_goes_wrong(self, on_existing, fault):
        stage = stage_create(on_existing)
        for call in calls_to_fail(assert_create_under(stage, {}).world.made, fault):
            assert_create_under(stage, {call: fault})

    def test_a_client_that_asks_until_it_is_answered_has_one_job(self):
        """Whatever happens to the request, and however often it is sent again with its key."""
        for fault in FOUR:
            for call in range(12):
                house = bulk_house(random.Random(0), Limits(contacts=4, lines=3))
                wanted = CreateRequest(LIST)
                first = house.process(lambda parts, wanted=wanted: parts.bulk_create(wanted, idempotency_key="key"))
                first.run({call: fault}.get)
                again = house.process(lambda parts, wanted=wanted: parts.bulk_create(wanted, idempotency_key="key"))
                again.run()
                (job,) = creates_in(house)
                assert again.main.value.job_id == job.job_id
                assert first.dead or first.main.error is not None or first.main.value.job_id == job.job_id
                holds_at_every_step(house)

    def test_a_contact_that_kills_its_writer_fails_alone(self):
        house = bulk_house(random.Random(0), Limits(contacts=4, lines=7))
        job = house.outside.bulk_create(CreateRequest(LIST))
        house.poison = "Dave"

        job = run_under(house, job.job_id, {})

        assert (job.state, job.counts.created, job.counts.failed) == (JobState.PARTIAL, 5, 1)
        holds_of_creates(house)


class TestExternalIds:
    """A run that finds contacts of an earlier one by their ids, and its dry run."""

    @staticmethod
    def stage(*, dry_run: bool) -> Staged:
        house = bulk_house(random.Random(0), Limits(contacts=2, lines=2))
        parts = house.outside
        parts.run_job(parts.bulk_create(CreateRequest([contact_input(each, "", each) for each in "abc"])).job_id)
        sent = [contact_input(f"{each}!", f"{each}@x.org", each) for each in "bcdea"]
        wanted = CreateRequest(sent, on_existing=OnExisting.UPDATE, update=Update.OVERWRITE, dry_run=dry_run)
        return Staged(house, parts.bulk_create(wanted).job_id, "")

    def assert_under(self, stage: Staged, plan: Plan, *, names: list[str]) -> int:
        house = fresh_house(stage)
        job = run_under(house, stage.job_id, plan)
        assert (job.state, job.counts.updated, job.counts.created) == (JobState.COMPLETED, 3, 2), job
        assert sorted(contact.shown["display"] for contact in contacts_in(house)) == names
        holds_of_creates(house)
        return house.world.calls

    @pytest.mark.parametrize(("dry_run", "names"), [(False, ["a!", "b!", "c!", "d!", "e!"]), (True, ["a", "b", "c"])])
    @pytest.mark.parametrize("fault", [*FOUR, Fault.REFUSED])
    def test_come_out_right_whichever_call_goes_wrong(self, fault, dry_run, names):
        stage = self.stage(dry_run=dry_run)
        for call in range(self.assert_under(stage, {}, names=names)):
            self.assert_under(stage, {call: fault}, names=names)

    def test_a_contact_that_kills_the_dry_run_fails_alone(self):
        house = bulk_house(random.Random(0), Limits(contacts=4, lines=2))
        job = house.outside.bulk_create(CreateRequest(LIST, dry_run=True))
        house.poison = "Carol"

        job = run_under(house, job.job_id, {})

        assert (job.state, job.counts.created, job.counts.failed) == (JobState.PARTIAL, 4, 2)
        assert not contacts_in(house)


class TestCleaningUp:
    def test_comes_out_right_when_nothing_goes_wrong(self):
        assert len(assert_clean_up_under(stage_cleanup(), {})) > 8

    @pytest.mark.parametrize("fault", [*FOUR, Fault.REFUSED])
    def test_comes_out_right_whichever_call_goes_wrong(self, fault):
        stage = stage_cleanup()
        for call in calls_to_fail(assert_clean_up_under(stage, {}), fault):
            assert_clean_up_under(stage, {call: fault})
