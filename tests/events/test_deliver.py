"""Events on their way: written with what happened, handed out, sent, and sent again until they are accepted."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.events.delivery import RETRY_AFTER, DeliveryState
from chalicelib.events.endpoint import DisabledReason, EndpointState
from chalicelib.events.manage_endpoints import EndpointEdit
from chalicelib.foundation.callbacks import CallbackFailure, CallbackReply
from chalicelib.foundation.service_owners import SERVICE_OWNER, organization_owner
from chalicelib.jobs.job import JobState, LedgerLine
from chalicelib.jobs.progress import Progress
from tests.events.house import ANN, EVERYTHING, URL, EventHouse
from tests.fakes.receiver import OK, FakeCallbacks, Received, sent_at

DAY = timedelta(days=1)
BROKEN = CallbackReply(500, {}, b"<h1>Oops</h1>")
SLOW = CallbackFailure.TIMED_OUT


@pytest.fixture
def house() -> EventHouse:
    return EventHouse()


def importing(house: EventHouse, **more: object) -> None:
    house.end(house.create(), **more)


class TestJobs:
    def test_start_and_end_arrive_in_their_order_with_ids_and_counts(self, house):
        house.register()
        job = house.create()
        house.clock.advance(seconds=1)
        house.end(job, created=3)
        house.tick()

        started, completed = house.callbacks.received
        assert (started.type, started.data["state"]) == ("import.started", "queued")
        assert (completed.type, completed.data["state"]) == ("import.completed", "completed")
        assert completed.data["job_id"] == started.data["job_id"] == job.job_id
        assert completed.data["counts"]["created"] == 3
        assert completed.data["connection_id"] == "c-1"

    def test_held_removals_need_a_decision(self, house):
        house.register(events=["import.needs_decision"])
        importing(house, removals_pending=7)
        importing(house)
        house.tick()

        assert house.callbacks.types == ["import.needs_decision"]

    @pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELED])
    def test_a_job_that_fails_or_is_canceled_has_not_completed(self, house, state):
        house.register(events=["import.completed", "import.failed"])
        job = house.create()
        if state is JobState.CANCELED:
            house.jobs.cancel(job.job_id)
        else:
            house.claim(job).fail("No.", "consent_lost")
        house.tick()

        (failed,) = house.callbacks.received
        assert (failed.type, failed.data["state"]) == ("import.failed", state.value)

    def test_a_job_that_takes_the_place_of_another_one_tells_of_both(self, house):
        house.register(events=["import.started", "import.failed"])
        first = house.create()
        second = house.create(job_id="second")
        house.jobs.cancel(second.job_id)
        house.tick()

        told = [(each.type, each.data["job_id"]) for each in house.callbacks.received]
        assert set(told) == {
            ("import.started", first.job_id),
            ("import.started", "second"),
            ("import.failed", "second"),
        }

    def test_a_create_that_is_repeated_starts_once(self, house):
        house.register(events=["import.started"])
        for _ in range(2):
            house.create(job_id="once")
        house.tick()

        assert house.callbacks.types == ["import.started"]


class TestWhoIsTold:
    def test_nothing_is_written_for_those_who_want_nothing(self, house):
        house.register("bob")
        house.register(events=["bulk.completed"])
        importing(house)

        assert house.stored("events#") == []

    def test_operators_get_everyone_s_jobs_but_no_contacts_and_no_details(self, house):
        endpoint, _ = house.register(SERVICE_OWNER)
        importing(house, created=2)
        house.tick()

        assert sorted(house.callbacks.types) == ["import.completed", "import.started"]
        assert not any("is_full" in each.data for each in house.callbacks.received)
        assert ANN not in str(house.stored(f"deliveries#{SERVICE_OWNER}#{endpoint.endpoint_id}"))

    def test_an_organization_gets_its_own_leads_alone(self, house):
        house.register(organization_owner("acme"))
        for org in ("acme", "other"):
            house.end(house.create(organization_owner(org), "lead-import", details={}, lane="leads"))
        house.tick()

        assert house.callbacks.types == ["leads.completed"]

    def test_the_filter_is_asked_again_when_an_event_is_sent(self, house):
        endpoint, _ = house.register()
        importing(house)
        house.hand_out.of_owner(ANN)
        house.manage.change(ANN, endpoint.endpoint_id, EndpointEdit(events=["import.completed"]))
        house.tick()

        assert house.callbacks.types == ["import.completed"]
        assert {each.state for each in house.log(endpoint)} == {DeliveryState.DELIVERED, DeliveryState.SKIPPED}

    def test_full_events_come_with_what_they_are_about(self, house):
        house.register(is_full=True, events=["import.completed"])
        importing(house)
        house.tick()

        assert house.callbacks.received[0].data["is_full"] is True


class TestCosts:
    """What a job writes and reads for events. One with 10 chunks writes 37 items without them."""

    def counted(self, *owners: str) -> Counter[str]:
        """The requests and writes of a job of ten chunks, with an endpoint of each owner."""
        house = EventHouse()
        for owner in owners:
            house.register(owner)
        meter = Meter(house.tables)
        metered = EventHouse(meter, clock=house.clock)
        run = metered.claim(metered.create())
        meter.counts.clear()
        for number in range(10):
            run.commit(Progress(number, lines=[LedgerLine(f"s{number}", "created", f"c{number}")]))
        meter.counts["asked by chunks"] = meter.counts["asked"]
        run.commit(Progress(None, state=JobState.COMPLETED))
        return meter.counts

    def test_no_chunk_asks_who_wants_events_and_the_end_asks_once(self):
        counts = self.counted(ANN, SERVICE_OWNER)

        assert (counts["asked by chunks"], counts["asked"]) == (0, 1)

    @pytest.mark.parametrize(("owners", "more"), [((), 0), (("bob",), 0), ((ANN,), 1), ((ANN, SERVICE_OWNER), 2)])
    def test_the_end_writes_one_item_more_for_each_who_is_told(self, owners, more):
        assert self.counted(*owners)["writes"] == self.counted()["writes"] + more


class Meter:
    """Counts what is written, and how often it is asked who wants events."""

    def __init__(self, client: Any) -> None:
        self._client, self.counts = client, Counter[str]()

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)

        def send(**request: Any) -> Any:
            self.counts["writes"] += len(request.get("TransactItems", ()))
            self.counts["asked"] += name in ("get_item", "batch_get_item") and "endpoints#" in str(request)
            return call(**request)

        return send if name in ("get_item", "batch_get_item", "transact_write_items") else call


class TestContacts:
    def test_contacts_of_a_job_come_in_batches_that_its_ledger_lists(self, house):
        house.register(events=["contact.created"])
        importing(house, created=230)
        house.tick()

        batches = house.callbacks.received
        assert [len(each.data["contact_ids"]) for each in batches] == [100, 100, 30]
        ids = [contact for each in batches for contact in each.data["contact_ids"]]
        assert ids == [f"contact-{number:03d}" for number in range(230)]
        assert len({each.message_id for each in batches}) == 3

    def test_full_ones_are_split_so_that_each_has_twenty_thousand_bytes_at_most(self, house):
        house.register(is_full=True, events=["contact.created"])
        house.full = lambda data: {"contacts": ["x" * 900 for _ in data["contact_ids"]]}
        importing(house, created=30)
        house.tick()

        assert [len(each.data["contacts"]) for each in house.callbacks.received] == [15, 15]
        assert max(len(each.body) for each in house.callbacks.received) <= 20_000
        assert len({each for request in house.callbacks.received for each in request.data["contact_ids"]}) == 30

    def test_one_that_is_too_large_by_itself_comes_thin_and_says_so(self, house):
        house.register(is_full=True, events=["contact.created"])
        house.full = lambda data: {"contacts": ["x" * 30_000 for _ in data["contact_ids"]]}
        importing(house, created=2)
        house.tick()

        assert [each.data["left_out"] for each in house.callbacks.received] == [["contacts"]] * 2
        assert not any("contacts" in each.data for each in house.callbacks.received)

    def test_they_are_off_unless_they_are_named(self, house):
        house.register()
        importing(house, created=2)
        house.tick()

        assert not any(each.startswith("contact.") for each in house.callbacks.types)

    def test_a_batch_that_fails_is_sent_again_and_the_others_follow(self, house):
        house.register(events=["contact.created"])
        house.callbacks.answers = [OK, BROKEN]
        importing(house, created=230)
        house.later(timedelta(hours=1))

        ids = [each.message_id for each in house.callbacks.received]
        assert len(ids) == 4
        assert ids[1] == ids[2]


class TestRetries:
    def test_ten_attempts_in_three_days_and_then_it_is_given_up(self, house):
        endpoint, _ = house.register(events=["import.completed"])
        house.callbacks.otherwise = lambda _: BROKEN
        importing(house)
        house.later(5 * DAY)

        times = [sent_at(each) for each in house.callbacks.received]
        assert len(times) == 10
        for wait, before, after in zip(RETRY_AFTER, times, times[1:], strict=False):
            assert 0.85 * wait <= after - before <= 1.15 * wait + timedelta(minutes=2)
        assert len({each.message_id for each in house.callbacks.received}) == 1
        assert len({each.headers["webhook-signature"] for each in house.callbacks.received}) == 10
        (given_up,) = house.log(endpoint)
        assert given_up.state is DeliveryState.FAILED
        assert (given_up.attempts[0].status, given_up.attempts[0].answer) == (500, "<h1>Oops</h1>")

    @pytest.mark.parametrize("answer", [CallbackReply(302, {"location": URL}), CallbackReply(404, {}), SLOW])
    def test_everything_but_2xx_is_a_failure(self, house, answer):
        endpoint, _ = house.register(events=["import.completed"])
        house.callbacks.answers = [answer]
        importing(house)
        house.later(timedelta(hours=1))

        assert len(house.callbacks.received) == 2
        assert house.log(endpoint)[0].state is DeliveryState.DELIVERED

    def test_an_endpoint_is_left_alone_for_as_long_as_it_asks(self, house):
        house.register(events=["import.completed"])
        house.callbacks.answers = [CallbackReply(429, {"retry-after": "7200"})]
        importing(house)
        importing(house)
        house.later(timedelta(hours=3))

        first, second, third = (sent_at(each) for each in house.callbacks.received)
        assert second - first >= timedelta(hours=2)
        assert third >= second

    def test_later_events_of_a_job_wait_for_earlier_ones_and_others_do_not(self, house):
        house.register()
        house.callbacks.answers = [BROKEN]
        first = house.create()
        house.clock.advance(seconds=1)
        house.end(first)
        second = house.create()
        house.tick()
        house.later(timedelta(hours=1))

        told = [(each.type, each.data["job_id"] == first.job_id) for each in house.callbacks.received]
        assert told[0] == ("import.started", True)
        assert told.index(("import.started", False)) < told.index(("import.completed", True))
        assert told[2:].count(("import.started", True)) == 1
        assert second.job_id in {each.data["job_id"] for each in house.callbacks.received}

    def test_a_slow_endpoint_holds_nobody_up(self):
        house = EventHouse(callbacks=FakeCallbacks(otherwise=_slow_if_named))
        house.register(url="https://slow.example.com/")
        house.register()
        for _ in range(5):
            importing(house)
        house.tick()

        fast = [each for each in house.callbacks.received if each.url == URL]
        slow = [each for each in house.callbacks.received if each.url != URL]
        assert (len(fast), len(slow)) == (10, 1)

    def test_events_that_come_while_one_is_sent_are_sent_by_the_same_job(self, house):
        def meanwhile(received: Received) -> CallbackReply:
            if len(house.callbacks.received) == 1:
                importing(house)
                house.hand_out.of_owner(ANN)
            return OK

        house.callbacks.otherwise = meanwhile
        house.register(events=["import.completed"])
        importing(house)
        house.tick()

        assert len(house.callbacks.received) == 2


class TestDisabling:
    def test_410_disables_at_once_and_other_endpoints_are_told(self, house):
        gone, _ = house.register(url="https://gone.example.com/", events=["import.completed"])
        house.register(events=["endpoint.disabled"])
        house.callbacks.answers = [CallbackReply(410, {})]
        importing(house)
        house.later(timedelta(minutes=5))
        importing(house)
        house.later(timedelta(minutes=5))

        assert [each.url for each in house.callbacks.received] == ["https://gone.example.com/", URL]
        now = house.endpoints.get(ANN, gone.endpoint_id)
        assert (now.state, now.disabled_because) == (EndpointState.DISABLED, DisabledReason.GONE)
        assert [each.endpoint_id for each in house.told] == [gone.endpoint_id]

    def test_five_days_of_nothing_but_failures_disable(self, house):
        endpoint, _ = house.register(events=["import.completed"])
        house.callbacks.otherwise = lambda _: BROKEN
        for _ in range(4):
            importing(house)
            house.later(DAY)
        assert house.endpoints.get(ANN, endpoint.endpoint_id).state is EndpointState.ACTIVE
        for _ in range(2):
            importing(house)
            house.later(DAY)

        now = house.endpoints.get(ANN, endpoint.endpoint_id)
        assert (now.state, now.disabled_because) == (EndpointState.DISABLED, DisabledReason.FAILING)
        assert len(house.told) == 1

    def test_one_success_starts_the_five_days_again(self, house):
        endpoint, _ = house.register(events=["import.completed"])
        house.callbacks.otherwise = lambda _: BROKEN
        for day in range(8):
            if day == 4:
                house.callbacks.answers = [OK]
            importing(house)
            house.later(DAY)

        assert house.endpoints.get(ANN, endpoint.endpoint_id).state is EndpointState.ACTIVE

    def test_one_that_is_resumed_gets_what_happens_from_then_on(self, house):
        endpoint, _ = house.register(events=["import.completed"])
        house.callbacks.answers = [CallbackReply(410, {})]
        importing(house)
        house.tick()
        importing(house)
        house.tick()
        house.manage.resume(ANN, endpoint.endpoint_id)
        importing(house)
        house.later(timedelta(hours=1))

        latest, stopped = house.log(endpoint)  # nothing was written in between
        assert (latest.state, stopped.state) == (DeliveryState.DELIVERED, DeliveryState.STOPPED)

    def test_what_waited_for_one_that_is_disabled_can_be_replayed(self, house):
        endpoint, _ = house.register(events=["import.completed"])
        house.callbacks.answers = [CallbackReply(410, {})]
        since = house.clock.now()
        for _ in range(3):
            importing(house)
        house.tick()
        assert [each.state for each in house.log(endpoint)] == [DeliveryState.STOPPED] * 3
        house.manage.resume(ANN, endpoint.endpoint_id)
        house.manage.replay_since(ANN, endpoint.endpoint_id, since)
        house.tick()

        assert [each.state for each in house.log(endpoint)] == [DeliveryState.DELIVERED] * 3
        first, *rest = house.callbacks.received
        assert [each.message_id for each in rest].count(first.message_id) == 1


class TestPausing:
    def test_events_wait_for_an_endpoint_that_is_paused(self, house):
        endpoint, _ = house.register(events=["import.completed"])
        house.manage.pause(ANN, endpoint.endpoint_id)
        importing(house)
        house.later(timedelta(hours=1))
        assert house.callbacks.received == []

        house.manage.resume(ANN, endpoint.endpoint_id)
        house.tick()
        assert house.callbacks.types == ["import.completed"]


class TestReplay:
    def test_one_event_is_sent_again_with_its_id(self, house):
        endpoint, _ = house.register(events=["import.completed"])
        importing(house)
        house.tick()
        (sent,) = house.log(endpoint)
        house.manage.replay(ANN, endpoint.endpoint_id, sent.event_id, sent.at)
        house.tick()

        first, again = house.callbacks.received
        assert (again.message_id, again.body) == (first.message_id, first.body)
        assert sent_at(again) > sent_at(first)
        assert len(house.log(endpoint)[0].attempts) == 2

    def test_all_since_an_instant_are_sent_again_once(self, house):
        endpoint, _ = house.register(events=["import.completed"])
        for _ in range(4):
            importing(house)
            house.tick()
            house.clock.advance(minutes=10)
        since = house.clock.now() - timedelta(minutes=25)
        house.manage.replay_since(ANN, endpoint.endpoint_id, since)
        house.later(timedelta(hours=1))

        ids = [each.message_id for each in house.callbacks.received]
        assert ids[4:] == ids[2:4]

    def test_nothing_has_happened_since_an_instant_to_come(self, house):
        endpoint, _ = house.register(events=["import.completed"])
        importing(house)
        house.tick()
        house.manage.replay_since(ANN, endpoint.endpoint_id, house.clock.now() + timedelta(days=1))
        house.later(timedelta(hours=1))
        assert len(house.callbacks.received) == 1

        importing(house)
        house.tick()
        assert len(house.callbacks.received) == 2

    def test_a_second_replay_leaves_out_nothing_of_one_that_goes_on(self, house):
        endpoint, _ = house.register(events=["import.completed"])
        importing(house)
        house.tick()
        house.clock.advance(minutes=10)
        for ago in (timedelta(hours=1), timedelta()):
            house.manage.replay_since(ANN, endpoint.endpoint_id, house.clock.now() - ago)
        house.tick()

        first, again = house.callbacks.received
        assert again.message_id == first.message_id

    def test_what_is_not_wanted_any_more_stays_delivered_if_it_was_accepted(self, house):
        endpoint, _ = house.register(events=["import.completed"])
        house.callbacks.answers = [OK, CallbackReply(410, {})]
        since = house.clock.now()
        for _ in range(2):
            importing(house)
            house.tick()
        house.manage.resume(ANN, endpoint.endpoint_id)
        house.manage.change(ANN, endpoint.endpoint_id, EndpointEdit(events=["bulk.completed"]))
        for _ in range(2):
            house.manage.replay_since(ANN, endpoint.endpoint_id, since)
            house.tick()

        assert [each.state for each in house.log(endpoint)] == [DeliveryState.SKIPPED, DeliveryState.DELIVERED]
        assert len(house.callbacks.received) == 2

    def test_what_was_accepted_stays_so_if_the_endpoint_is_gone_before_it_is_sent_again(self, house):
        endpoint, _ = house.register(events=["import.completed"])
        since = house.clock.now()
        for _ in range(2):
            importing(house)
            house.tick()
        house.callbacks.otherwise = lambda _: CallbackReply(410, {})
        house.manage.replay_since(ANN, endpoint.endpoint_id, since)
        house.tick()

        assert [each.state for each in house.log(endpoint)] == [DeliveryState.DELIVERED] * 2
        assert len(house.callbacks.received) == 3

    def test_a_test_event_goes_to_one_endpoint_whatever_it_wants(self, house):
        endpoint, _ = house.register(events=["bulk.completed"])
        house.register()
        house.manage.test(ANN, endpoint.endpoint_id)
        house.tick()

        assert house.callbacks.types == ["endpoint.test"]


def _slow_if_named(received: Received) -> CallbackReply | CallbackFailure:
    return SLOW if "slow" in received.url else OK


def test_everything_that_may_be_wanted_is_known():
    assert len(EVERYTHING) == len(set(EVERYTHING))
