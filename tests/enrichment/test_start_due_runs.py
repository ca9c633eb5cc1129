"""A run that is due begins once, whoever looks, and only while its vendor is on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.enrichment.spend import Spent
from chalicelib.enrichment.start_due_runs import new_run
from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.jobs.job import JobState
from tests.enrichment.vendors_room import VendorsRoom, due_at, dump
from tests.fakes.clock import FixedClock
from tests.fakes.lost_responses import LosesResponses

EVENING = datetime(2026, 3, 3, 20, tzinfo=UTC)
NIGHT = datetime(2026, 3, 4, 3, tzinfo=UTC)  # when the nightly run is due


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(EVENING)


@pytest.fixture
def room(clock: FixedClock) -> VendorsRoom:
    return VendorsRoom(clock=clock)


def due_runs(room: VendorsRoom) -> list[datetime]:
    return [due_at(job) for job in room.runs()]


class TestADueRun:
    def test_begins_as_a_job_in_the_lane_of_its_vendor(self, room, clock):
        room.turn_on()
        clock.at = NIGHT

        room.start_due_runs()

        (job,) = room.runs()
        assert (job.owner, job.lane, job.kind, job.state) == (
            "~vendors",
            "vendor-hunter",
            "enrichment_run",
            JobState.QUEUED,
        )
        assert job.details == {"vendor": "hunter", "due_at": "2026-03-04T03:00:00.000Z"}
        assert room.controls.get("hunter").run == job.job_id
        assert room.work_queue.sent == [job.job_id]

    def test_begins_neither_before_it_is_due_nor_again(self, room, clock):
        room.turn_on()
        for minute in range(-2, 60):
            clock.at = NIGHT + timedelta(minutes=minute)
            room.start_due_runs()
            if minute == 3:
                room.finish()

        assert due_runs(room) == [NIGHT]

    def test_begins_for_each_vendor_on_its_own(self, room, clock):
        for vendor in ("hunter", "phone-metadata"):
            room.turn_on(vendor)
        clock.at = NIGHT

        room.start_due_runs()

        assert [job.details["vendor"] for job in room.runs()] == ["hunter", "phone-metadata"]

    def test_begins_once_although_the_service_was_down_for_days(self, room, clock):
        room.turn_on()
        clock.at = NIGHT + timedelta(days=3, hours=2)

        for _ in range(3):
            room.start_due_runs()

        assert due_runs(room) == [NIGHT + timedelta(days=3)]

    def test_begins_once_after_another_was_under_way_when_it_was_due(self, room, clock):
        room.turn_on()
        for night in range(4):
            clock.at = NIGHT + timedelta(days=night)
            room.start_due_runs()
        room.finish()
        clock.advance(hours=1)

        for _ in range(3):
            room.start_due_runs()

        assert due_runs(room) == [NIGHT, NIGHT + timedelta(days=3)]

    def test_begins_after_one_that_ended_without_a_note_in_the_control(self, room, clock):
        room.turn_on()
        clock.at = NIGHT
        room.start_due_runs()
        room.jobs.cancel(room.controls.get("hunter").run)
        clock.advance(days=1)

        room.start_due_runs()

        assert due_runs(room) == [NIGHT, NIGHT + timedelta(days=1)]

    def test_writes_off_the_calls_of_one_that_ended_without_settling_them(self, room, clock):
        control = room.turn_on()
        clock.at = NIGHT
        room.start_due_runs()
        dead, preview = room.controls.get("hunter").run, room.jobs.create(new_run("hunter", "preview")).job_id
        for run in (dead, preview, "deleted long ago"):
            room.spends.claim(control, run, f"call of {run}", 100, clock.now())
        room.jobs.cancel(dead)
        clock.advance(days=1)

        room.start_due_runs()

        spend = room.spends.get("hunter")
        assert ([call.run for call in spend.open_calls], spend.uncertain) == ([preview], Spent(2, 200))


class TestNoRunBegins:
    def test_while_the_vendor_is_off(self, room, clock):
        room.turn_on()
        room.turn_off()
        clock.at = NIGHT

        room.start_due_runs()

        assert room.runs() == []

    def test_that_was_due_while_the_vendor_was_off(self, room, clock):
        room.turn_on()
        room.turn_off()
        clock.at = NIGHT + timedelta(hours=1)
        room.turn_on()

        room.start_due_runs()

        assert room.runs() == []

    def test_without_a_schedule(self, room, clock):
        room.turn_on(schedule=None)
        clock.at = NIGHT

        room.start_due_runs()

        assert room.runs() == []

    def test_while_the_vendor_waits_for_an_operator(self, room, clock):
        room.turn_on()
        clock.at = NIGHT
        room.start_due_runs()
        room.finish(last_good_run=None, waits="key_refused")
        clock.advance(days=1)

        room.start_due_runs()

        assert due_runs(room) == [NIGHT]

    @pytest.mark.parametrize("turned_on", [True, False])
    def test_and_nothing_is_written_if_none_is_due(self, room, clock, turned_on):
        if turned_on:
            room.turn_on()
        before, writes = dump(room.client.tables), room.client.writes

        for minute in range(60):
            clock.at = EVENING + timedelta(minutes=minute)
            room.start_due_runs()

        assert (dump(room.client.tables), room.client.writes) == (before, writes)


class TestTwoSchedulers:
    def test_start_it_once_if_the_other_one_is_between_reading_and_writing(self, room, clock):
        room.turn_on()
        clock.at = NIGHT
        slow = room.again(Pausing(room.client, room.start_due_runs))

        slow.start_due_runs()

        assert due_runs(room) == [NIGHT]
        assert slow.work_queue.sent == room.work_queue.sent == [room.runs()[0].job_id]

    def test_start_none_if_the_operator_turns_the_vendor_off_between_reading_and_writing(self, room, clock):
        room.turn_on()
        clock.at = NIGHT

        room.again(Pausing(room.client, room.turn_off)).start_due_runs()

        assert room.runs() == []

    def test_start_none_again_that_the_other_one_started_and_that_has_ended(self, room, clock):
        room.turn_on()
        clock.at = NIGHT

        def meanwhile() -> None:
            room.start_due_runs()
            room.finish()

        room.again(Pausing(room.client, meanwhile)).start_due_runs()

        assert due_runs(room) == [NIGHT]
        assert room.controls.get("hunter").run == ""

    def test_a_start_whose_response_is_lost_is_made_once(self, room, clock):
        room.turn_on()
        clock.at = NIGHT

        room.again(LosesResponses(room.client, "transact_write_items", 2)).start_due_runs()
        room.start_due_runs()

        assert due_runs(room) == [NIGHT]

    def test_a_start_of_which_no_response_came_is_found_by_the_next_minute(self, room, clock):
        room.turn_on()
        clock.at = NIGHT
        with pytest.raises(ResponseLost):
            room.again(LosesResponses(room.client, "transact_write_items", 100)).start_due_runs()

        room.start_due_runs()

        assert due_runs(room) == [NIGHT]


class Pausing:
    """A client that lets something happen before its first transaction arrives."""

    def __init__(self, client: Any, meanwhile: Any) -> None:
        self._client, self._meanwhile = client, [meanwhile]

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)

        def send(**request: Any) -> Any:
            if name == "transact_write_items" and self._meanwhile:
                self._meanwhile.pop()()
            return call(**request)

        return send
