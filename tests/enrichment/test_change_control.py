"""What operators do with vendors: who may be on, when runs begin, and what is refused with words that help."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.enrichment.change_control import ChangeControl
from chalicelib.enrichment.control_edit import ControlEdit
from chalicelib.enrichment.control_store import ControlStore
from chalicelib.enrichment.spend import Spent
from chalicelib.enrichment.vendor_control import Limits, Scope, ScopeKind, VendorControl
from chalicelib.enrichment.vendor_keys import VendorKeys
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.json import Json
from chalicelib.foundation.seal import Seal
from chalicelib.jobs.activity import ActivityKind
from chalicelib.schedules.cron import Cron
from chalicelib.vendors.hunter import Hunter
from chalicelib.vendors.phone_metadata import PhoneMetadata
from tests.enrichment.vendors_room import NIGHTLY, VendorsRoom, due_at
from tests.fakes.clock import FixedClock
from tests.fakes.kms import FakeKms

EVENING = datetime(2026, 3, 3, 20, tzinfo=UTC)
NIGHT = datetime(2026, 3, 4, 3, tzinfo=UTC)
KEY: ControlEdit = {"credentials": {"api_key": "s3cret"}}
READY: ControlEdit = {**KEY, "limits": {"calls_per_day": 100}}
ON: ControlEdit = {**READY, "enabled": True, "schedule": "0 3 * * *"}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(EVENING)


@pytest.fixture
def room(clock: FixedClock) -> VendorsRoom:
    return VendorsRoom(clock=clock)


@pytest.fixture
def keys() -> VendorKeys:
    return VendorKeys(Seal(FakeKms(), "alias/tokens"))


@pytest.fixture
def operators(room: VendorsRoom, keys: VendorKeys) -> ChangeControl:
    http: Any = None  # nobody is asked
    vendors = {"hunter": Hunter(http, "https://hunter.example"), "phone-metadata": PhoneMetadata()}

    def note(operator: str, details: Mapping[str, Json]) -> Sequence[Write]:
        return room.activity.noted(ActivityKind.VENDOR_CHANGED, room.clock.now(), by=operator, details=details)

    return ChangeControl(
        vendors.__getitem__, room.controls, room.spends, keys, room.jobs, room.work_queue, room.clock, note
    )


@pytest.fixture
def change(operators: ChangeControl) -> Any:
    def send(edit: ControlEdit, vendor: str = "hunter", operator: str = "oscar", **more: Any) -> VendorControl:
        return operators.change(vendor, edit, operator=operator, **more)

    return send


def refused(change: Any, edit: Any, **more: Any) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as error:
        change(edit, **more)
    return str(error.value.members["field"]), error.value.detail


class TestTurningOn:
    def test_the_offline_vendor_needs_nothing(self, change):
        assert change({"enabled": True, "schedule": "0 3 * * *"}, "phone-metadata").enabled

    def test_a_vendor_without_its_key_is_told_which_one_to_enter(self, change, room):
        field, detail = refused(change, {"enabled": True, "limits": {"calls_per_day": 1}})

        assert (field, "API key" in detail) == ("credentials.api_key", True)
        assert not room.controls.get("hunter").enabled

    def test_a_vendor_that_is_asked_over_the_network_needs_a_limit(self, change):
        field, detail = refused(change, {**KEY, "enabled": True})

        assert (field, "limits.calls_per_day" in detail) == ("limits", True)

    def test_what_it_needs_may_come_in_the_same_request_or_have_come_before(self, change):
        assert change(ON).enabled
        change({"enabled": False})
        assert change({"enabled": True}).enabled

    @pytest.mark.parametrize("edit", [{"credentials": {"api_key": None}}, {"limits": {"calls_per_day": None}}])
    def test_what_it_needs_cannot_be_taken_away_while_it_is_on(self, change, edit):
        change(ON)

        refused(change, edit)
        assert not change({**edit, "enabled": False}).enabled

    def test_nothing_that_was_due_before_begins(self, change, room, clock):
        change({**READY, "schedule": "0 3 * * *"})
        clock.at = NIGHT + timedelta(minutes=10)
        change({"enabled": True})

        room.start_due_runs()

        assert room.runs() == []

    def test_it_ends_the_waiting_for_an_operator(self, change, room, clock):
        change(ON)
        clock.at = NIGHT
        room.start_due_runs()
        room.finish(last_good_run=None, waits="key_refused")
        clock.advance(hours=5)

        assert change({"enabled": True}).waits == ""
        clock.advance(days=1)
        room.start_due_runs()
        assert [due_at(job) for job in room.runs()] == [NIGHT, NIGHT + timedelta(days=1)]

    def test_a_vendor_that_is_on_already_still_begins_what_is_due(self, change, room, clock):
        change(ON)
        clock.at = NIGHT
        change({"enabled": True})

        room.start_due_runs()

        assert len(room.runs()) == 1


class TestSchedule:
    def test_it_is_read_in_a_time_zone_at_first_in_utc(self, change):
        assert change({"schedule": "0 3 * * 1-5"}).schedule == Cron("0 3 * * 1-5", "UTC")
        assert change({"time_zone": "europe/berlin"}).schedule == Cron("0 3 * * 1-5", "Europe/Berlin")
        assert change({"schedule": "0 4 * * *"}).schedule == Cron("0 4 * * *", "Europe/Berlin")

    def test_it_can_be_taken_away(self, change):
        change(ON)

        assert change({"schedule": None}).schedule is None

    def test_a_new_one_begins_nothing_that_was_due_before(self, change, room, clock):
        change(ON)
        clock.at = NIGHT - timedelta(hours=1)
        change({"schedule": "0 1 * * *"})

        room.start_due_runs()

        assert room.runs() == []

    @pytest.mark.parametrize(
        ("edit", "field"),
        [
            ({"schedule": "whenever"}, "schedule"),
            ({"schedule": "0 3 * * *", "time_zone": "Mars/Olympus"}, "time_zone"),
            ({"schedule": "0 3 * * *", "time_zone": ""}, "time_zone"),
            ({"time_zone": "Europe/Berlin"}, "schedule"),
        ],
    )
    def test_one_that_is_not_valid_is_refused(self, change, edit, field):
        assert refused(change, edit)[0] == field


class TestScopeAndLimits:
    @pytest.mark.parametrize(
        "scope", [Scope(), Scope(ScopeKind.OWNERS, ("ann", "bob")), Scope(ScopeKind.TAG, tag="fair")]
    )
    def test_a_scope_is_all_books_some_of_them_or_a_tag(self, change, scope):
        assert change({"scope": scope}).scope == scope

    def test_nobody_is_named_twice(self, change):
        assert change({"scope": Scope(ScopeKind.OWNERS, ("ann", "bob", "ann"))}).scope.owners == ("ann", "bob")

    @pytest.mark.parametrize(
        ("scope", "field"),
        [
            (Scope(ScopeKind.OWNERS), "scope.owners"),
            (Scope(ScopeKind.ALL, ("ann",)), "scope.owners"),
            (Scope(ScopeKind.OWNERS, ("a\nb",)), "scope.owners"),
            (Scope(ScopeKind.OWNERS, tuple(map(str, range(1_001)))), "scope.owners"),
            (Scope(ScopeKind.TAG), "scope.tag"),
            (Scope(ScopeKind.ALL, tag="fair"), "scope.tag"),
            (Scope(ScopeKind.TAG, tag="x" * 256), "scope.tag"),
        ],
    )
    def test_one_that_contradicts_itself_is_refused(self, change, scope, field):
        assert refused(change, {"scope": scope})[0] == field

    def test_a_limit_changes_alone_and_can_be_taken_away(self, change):
        change({"limits": {"calls_per_run": 10, "money_per_day": 5}})

        assert change({"limits": {"calls_per_run": None}}).limits == Limits(money_per_day=5)

    @pytest.mark.parametrize("limit", [0, -1, 10**12 + 1])
    def test_a_limit_of_nothing_or_of_too_much_is_refused(self, change, limit):
        assert refused(change, {"limits": {"calls_per_run": limit}})[0] == "limits.calls_per_run"


class TestSecrets:
    def test_one_is_sealed_for_its_vendor_and_opens_there(self, change, keys):
        control = change(KEY)

        assert b"s3cret" not in control.credentials["api_key"]
        assert keys.opened("hunter", control.credentials) == {"api_key": "s3cret"}

    @pytest.mark.parametrize("secret", ["", "two\nlines", "é", "x" * 501])
    def test_one_that_cannot_be_right_is_refused_and_not_repeated(self, change, secret):
        field, detail = refused(change, {"credentials": {"api_key": secret}})

        assert field == "credentials.api_key"
        assert not secret or secret not in detail

    @pytest.mark.parametrize(("vendor", "words"), [("hunter", "Send api_key"), ("phone-metadata", "Leave")])
    def test_one_that_the_vendor_does_not_need_is_refused(self, change, vendor, words):
        assert words in refused(change, {"credentials": {"password": "x"}}, vendor=vendor)[1]

    def test_none_is_logged(self, change, caplog):
        caplog.set_level(logging.DEBUG)

        change(ON)

        assert "s3cret" not in str([vars(each) for each in caplog.records])


class TestTwoOperators:
    def test_each_changes_only_what_they_sent(self, change):
        change(READY)
        change({"schedule": "0 3 * * *"}, operator="olga")

        after = change({"enabled": True})

        assert (after.schedule, after.limits, after.changed_by) == (NIGHTLY, Limits(calls_per_day=100), "oscar")

    def test_one_who_names_what_they_saw_is_refused_if_it_has_changed_since(self, change):
        seen = change(READY).rev
        change({"schedule": "0 3 * * *"}, operator="olga", rev=seen)

        with pytest.raises(Conflict, match="meanwhile"):
            change({"schedule": "0 4 * * *"}, rev=seen)

    def test_a_change_at_the_same_moment_is_tried_again_on_what_the_other_one_wrote(self, operators, room):
        class OlgaIsFaster(ControlStore):
            def put(self, before: VendorControl, after: VendorControl, extra_writes: Sequence[Write] = ()) -> bool:
                if before.rev == 0:
                    room.change("hunter", limits=Limits(calls_per_day=7))
                return super().put(before, after, extra_writes)

        controls = room.controls
        raced = replace(operators, controls=OlgaIsFaster(controls.dynamo, controls.table, controls.vendors))

        after = raced.change("hunter", {"schedule": "0 3 * * *"}, operator="oscar")

        assert (after.schedule, after.limits, after.rev) == (NIGHTLY, Limits(calls_per_day=7), 2)

    def test_a_change_of_nothing_is_none(self, change, room):
        change(ON)
        writes = room.client.writes

        assert change({"schedule": "0 3 * * *", "enabled": True}, operator="olga").changed_by == "oscar"
        assert room.client.writes == writes


class TestRunningByHand:
    def test_a_run_begins_at_once_and_settles_nothing_that_is_due(self, change, operators, room, clock):
        change(ON)

        job = operators.run_now("hunter", operator="oscar")

        assert (job.lane, job.details) == ("vendor-hunter", {"vendor": "hunter", "due_at": None})
        assert room.controls.get("hunter").run == job.job_id
        assert room.work_queue.sent == [job.job_id]
        room.finish()
        clock.at = NIGHT
        room.start_due_runs()
        assert room.controls.get("hunter").run not in ("", job.job_id)

    def test_the_calls_of_one_that_ended_without_settling_them_are_written_off(self, change, operators, room, clock):
        control = change(ON)
        dead = operators.run_now("hunter", operator="oscar").job_id
        room.spends.claim(control, dead, "lost call", 100, clock.now())
        room.jobs.cancel(dead)

        operators.run_now("hunter", operator="oscar")

        spend = room.spends.get("hunter")
        assert (spend.open_calls, spend.uncertain) == ((), Spent(1, 100))

    def test_the_same_key_gives_the_same_run(self, change, operators, room):
        change(ON)

        runs = [operators.run_now("hunter", operator="oscar", idempotency_key="once") for _ in range(2)]

        assert runs[0].job_id == runs[1].job_id

    def test_none_begins_while_the_vendor_is_off(self, change, operators):
        change(READY)

        with pytest.raises(Conflict, match="off"):
            operators.run_now("hunter", operator="oscar")

    def test_none_begins_while_another_is_under_way(self, change, operators):
        change(ON)
        operators.run_now("hunter", operator="oscar")

        with pytest.raises(Conflict, match="under way"):
            operators.run_now("hunter", operator="oscar")

    def test_none_begins_while_the_vendor_waits_for_an_operator(self, change, operators, room):
        change(ON)
        operators.run_now("hunter", operator="oscar")
        room.finish(last_good_run=None, waits="breaker: It matched everyone to one person.")

        with pytest.raises(Conflict, match="waits"):
            operators.run_now("hunter", operator="oscar")


class TestStopping:
    def test_the_run_under_way_is_asked_to_end(self, change, operators):
        change(ON)
        operators.run_now("hunter", operator="oscar")

        assert [operators.stop("hunter", operator="oscar").stop for _ in range(2)] == [True, True]

    def test_there_is_nothing_to_stop_without_a_run(self, change, operators, room):
        change(ON)
        with pytest.raises(Conflict, match="No run"):
            operators.stop("hunter", operator="oscar")
        room.jobs.cancel(operators.run_now("hunter", operator="oscar").job_id)

        with pytest.raises(Conflict, match="No run"):
            operators.stop("hunter", operator="oscar")

    def test_turning_the_vendor_off_does_not_stop_it(self, change, operators):
        change(ON)
        job = operators.run_now("hunter", operator="oscar")

        after = change({"enabled": False})

        assert (after.run, after.stop) == (job.job_id, False)


def test_each_action_is_logged_with_its_operator(change, operators, caplog):
    caplog.set_level(logging.INFO)
    change(ON)
    operators.run_now("hunter", operator="olga")
    operators.stop("hunter", operator="oscar")

    assert [(each.act, each.operator, each.vendor) for each in caplog.records if each.msg == "operator_acted"] == [
        ("change_vendor", "oscar", "hunter"),
        ("run_vendor", "olga", "hunter"),
        ("stop_vendor", "oscar", "hunter"),
    ]


class TestActivity:
    @pytest.fixture
    def noted(self, room: VendorsRoom) -> Any:
        return lambda: [
            (event.by, dict(event.details)) for event in room.activity.on_day("2026-03-03", before="~", limit=10)
        ]

    def test_a_change_is_noted_with_its_operator_and_from_what_to_what(self, change, noted, clock):
        change({"schedule": "0 3 * * *", "limits": {"calls_per_day": 5}}, operator="olga")
        clock.advance(minutes=1)
        change({"schedule": None, **KEY})

        assert noted() == [
            ("oscar", {"vendor": "hunter", "schedule": ["0 3 * * * UTC", None], "api_key": "set"}),
            ("olga", {"vendor": "hunter", "schedule": [None, "0 3 * * * UTC"], "calls_per_day": [None, 5]}),
        ]

    def test_going_on_after_a_wait_is_noted_with_its_reason(self, change, operators, room, noted):
        change(ON)
        operators.run_now("hunter", operator="oscar")
        room.finish(last_good_run=None, waits="breaker: It matched everyone to one person.")
        change({"enabled": True})

        assert ("oscar", {"vendor": "hunter", "resumed_after": "breaker"}) in noted()

    def test_it_names_no_person_and_shows_no_secret(self, change, noted):
        change({**KEY, "scope": Scope(ScopeKind.OWNERS, ("zora", "yves"))})
        change({"credentials": {"api_key": None}, "scope": Scope(ScopeKind.OWNERS, ("zora", "vera"))})

        scopes = [details["scope"] for _, details in noted()]
        assert sorted(scopes) == [["2 people", "others: 2 people"], ["all", "2 people"]]
        assert not any(word in str(noted()) for word in ("zora", "yves", "vera", "s3cret"))

    def test_a_change_of_nothing_is_not_noted(self, change, noted):
        change({"enabled": False})

        assert noted() == []

    def test_a_change_that_another_operator_made_void_is_not_noted(self, change, noted):
        seen = change(READY).rev
        change({"schedule": "0 3 * * *"}, rev=seen)
        with pytest.raises(Conflict):
            change({"schedule": "0 4 * * *"}, rev=seen)

        assert len(noted()) == 2


def test_an_instant_is_noted_with_each_change(change, clock):
    assert change(ON).changed_at == milliseconds(clock.now())
