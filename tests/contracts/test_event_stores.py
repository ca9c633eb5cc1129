"""The specification of the stores of events, for the fake DynamoDB and the embedded AWS alike."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.books.book_store import BookStore
from chalicelib.events.delivery import Attempt, Delivery, DeliveryState
from chalicelib.events.delivery_store import DeliveryStore, position, sort_key
from chalicelib.events.endpoint import Endpoint, EndpointState, SealedSecret
from chalicelib.events.endpoint_store import EndpointStore
from chalicelib.events.event_store import EventStore
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.service_owners import SERVICE_OWNER
from chalicelib.jobs.events import CONTACTS_OF_JOB, NewEvent
from chalicelib.jobs.outbox import Outbox
from chalicelib.jobs.store import JobStore
from tests.contracts.stores import losing_one_response, transact
from tests.fakes.clock import NOON
from tests.fakes.executor import InlineExecutor

AT = milliseconds(NOON)
ENDPOINT = Endpoint(
    owner="ada#b",
    endpoint_id="e1",
    url="https://hooks.example.com/",
    types=frozenset({"import.completed"}),
    secrets=(SealedSecret(b"\x00new"), SealedSecret(b"\xffold", AT)),
    created_at=AT,
)
DELIVERY = Delivery(
    owner="ada#b", endpoint_id="e1", event_id="evt_1", type="import.completed", at=AT, data={"job_id": "j"}
)


@dataclass
class Stores:
    endpoints: EndpointStore
    deliveries: DeliveryStore
    events: EventStore
    outbox: Outbox
    books: BookStore


@pytest.fixture
def stores(ground: Any) -> Stores:
    dynamo, table, clock = ground.dynamo, ground.names.jobs, ground.clock
    return Stores(
        EndpointStore(dynamo, table, clock),
        DeliveryStore(dynamo, table, clock),
        EventStore(dynamo, table),
        Outbox(dynamo, table),
        BookStore(dynamo, table, JobStore(dynamo, table, clock, InlineExecutor())),
    )


def event(number: int = 1, name: str = "import.completed", **more: Any) -> NewEvent:
    return NewEvent(f"evt_{number}", name, {"job_id": f"job-{number}"}, **more)


def put(stores: Stores, *deliveries: Delivery) -> None:
    assert transact(stores.deliveries, *map(stores.deliveries.put_write, deliveries))


class TestOutbox:
    def test_nothing_is_written_for_those_who_want_nothing(self, stores):
        stores.endpoints.add(ENDPOINT)

        assert stores.outbox.writes("bob", [event()], NOON) == []
        assert stores.outbox.writes("ada#b", [event(name="import.failed")], NOON) == []
        assert stores.outbox.writes("ada#b", [], NOON) == []

    def test_what_is_wanted_is_there_until_it_is_handed_out(self, stores):
        stores.endpoints.add(ENDPOINT)
        writes = stores.outbox.writes("ada#b", [event(), event(2, "import.failed")], NOON)
        assert transact(stores.events, *writes)
        (happened,) = stores.events.of_owner("ada#b", limit=10)

        assert [(each.event_id, each.data) for each in happened.events] == [("evt_1", {"job_id": "job-1"})]
        assert stores.events.owners(NOON, limit=10) == ["ada#b"]
        assert transact(stores.events, stores.events.delete_write(happened))
        assert not transact(stores.events, stores.events.delete_write(happened))
        assert stores.events.owners(NOON, limit=10) == []

    def test_operators_get_an_item_of_their_own_unless_it_is_not_for_them(self, stores):
        types = frozenset({"import.completed", "contact.created"})
        stores.endpoints.add(replace(ENDPOINT, owner=SERVICE_OWNER, types=types))
        contacts = event(2, CONTACTS_OF_JOB, for_operators=False)
        assert transact(stores.events, *stores.outbox.writes("ada#b", [event(), contacts], NOON))

        assert [len(each.events) for each in stores.events.of_owner(SERVICE_OWNER, limit=10)] == [1]
        assert stores.events.of_owner("ada#b", limit=10) == []
        assert stores.outbox.holders("ada#b") == [SERVICE_OWNER]

    def test_many_events_are_several_items(self, stores):
        stores.endpoints.add(ENDPOINT)
        writes = stores.outbox.writes("ada#b", [event(number) for number in range(25)], NOON)

        assert len(writes) == 3

    def test_forgetting_deletes_those_of_one_owner_alone(self, stores):
        for owner in ("ada#b", "ada"):
            stores.endpoints.add(replace(ENDPOINT, owner=owner))
            assert transact(stores.events, *stores.outbox.writes(owner, [event()], NOON))
        for _ in range(2):
            stores.events.forget("ada")

        assert stores.events.owners(NOON, limit=10) == ["ada#b"]


class TestEndpoints:
    def test_one_is_read_as_it_was_stored(self, stores):
        assert stores.endpoints.add(ENDPOINT)

        assert stores.endpoints.get("ada#b", "e1") == replace(ENDPOINT, rev=1)
        assert stores.endpoints.of_owner("ada#b") == [replace(ENDPOINT, rev=1)]
        assert stores.endpoints.of_owner("ada") == []
        with pytest.raises(NotFound):
            stores.endpoints.get("ada", "e1")

    def test_none_is_added_for_an_owner_who_is_being_erased(self, stores):
        assert transact(stores.endpoints, stores.books.erasing_write("ada#b"))

        assert not stores.endpoints.add(ENDPOINT)
        assert stores.endpoints.of_owner("ada#b") == []

    def test_a_change_whose_response_is_lost_is_made_once(self, stores):
        stores.endpoints.add(ENDPOINT)
        lossy = losing_one_response(stores.endpoints, "transact_write_items")
        changed = lossy.change("ada#b", "e1", lambda seen: replace(seen, description=seen.description + "x"))

        assert (changed.description, changed.rev) == ("x", 2)
        assert stores.endpoints.get("ada#b", "e1") == changed

    def test_a_change_meets_another_one(self, stores):
        stores.endpoints.add(ENDPOINT)

        def change(seen: Endpoint) -> Endpoint:
            if seen.rev == 1:
                stores.endpoints.change("ada#b", "e1", lambda each: replace(each, url="https://other.example/"))
            return replace(seen, description="CRM")

        changed = stores.endpoints.change("ada#b", "e1", change)
        assert (changed.url, changed.description, changed.rev) == ("https://other.example/", "CRM", 3)

    def test_it_is_due_while_it_is_active(self, stores):
        stores.endpoints.add(ENDPOINT)
        stores.endpoints.change("ada#b", "e1", lambda seen: seen.to_send(AT))
        assert [each.endpoint_id for each in stores.endpoints.due(NOON, limit=10)] == ["e1"]
        assert stores.endpoints.due(NOON - timedelta(seconds=1), limit=10) == []

        stores.endpoints.change("ada#b", "e1", lambda seen: replace(seen, state=EndpointState.PAUSED))
        assert stores.endpoints.due(NOON, limit=10) == []

    def test_a_disabled_one_wants_nothing_until_it_is_resumed(self, stores):
        stores.endpoints.add(ENDPOINT)
        stores.endpoints.change("ada#b", "e1", lambda seen: replace(seen, state=EndpointState.DISABLED))
        assert stores.outbox.writes("ada#b", [event()], NOON) == []

        stores.endpoints.change("ada#b", "e1", lambda seen: seen.resumed(AT))
        assert len(stores.outbox.writes("ada#b", [event()], NOON)) == 1

    def test_deleting_one_leaves_the_others(self, stores):
        stores.endpoints.add(ENDPOINT)
        stores.endpoints.add(replace(ENDPOINT, endpoint_id="e2", created_at=AT + 1))
        for _ in range(2):
            stores.endpoints.delete(ENDPOINT)

        assert [each.endpoint_id for each in stores.endpoints.of_owner("ada#b")] == ["e2"]
        stores.endpoints.forget("ada#b")
        assert stores.endpoints.of_owner("ada#b") == []
        assert stores.outbox.holders("ada#b") == []


class TestDeliveries:
    def test_those_that_wait_are_in_the_order_of_their_events(self, stores):
        later = replace(DELIVERY, event_id="evt_0", at=AT + 1)
        put(stores, later, DELIVERY)

        assert stores.deliveries.waiting("ada#b", "e1", limit=10) == [DELIVERY, later]
        assert stores.deliveries.waiting("ada#b", "e1", limit=1) == [DELIVERY]
        assert stores.deliveries.waiting("ada#b", "e1", after=sort_key(DELIVERY), limit=10) == [later]

    def test_one_that_is_accepted_waits_no_more(self, stores):
        put(stores, DELIVERY)
        accepted = replace(
            DELIVERY.with_attempt(Attempt(AT, 12, 204, answer="ok")), state=DeliveryState.DELIVERED, batch=(1, 2)
        )

        assert stores.deliveries.update(DELIVERY, accepted)
        assert not stores.deliveries.update(DELIVERY, accepted)
        assert stores.deliveries.waiting("ada#b", "e1", limit=10) == []
        assert stores.deliveries.get("ada#b", "e1", "evt_1", AT) == accepted

    def test_one_that_was_forgotten_does_not_come_back(self, stores):
        put(stores, DELIVERY)
        stores.deliveries.forget("ada#b", "e1")

        assert not stores.deliveries.update(DELIVERY, replace(DELIVERY, failures=1))
        assert not stores.deliveries.update(DELIVERY, replace(DELIVERY, state=DeliveryState.DELIVERED))
        with pytest.raises(NotFound):
            stores.deliveries.get("ada#b", "e1", "evt_1", AT)

    def test_the_log_has_the_latest_first_whatever_became_of_them(self, stores):
        made = [replace(DELIVERY, event_id=f"evt_{number}", at=AT + number) for number in range(5)]
        made[1:3] = [replace(each, state=DeliveryState.DELIVERED) for each in made[1:3]]
        put(stores, *made)

        assert stores.deliveries.log("ada#b", "e1", before="", limit=10) == made[::-1]
        assert stores.deliveries.log("ada#b", "e1", before=position(made[3]), limit=2) == [made[2], made[1]]

    def test_past_ones_between_two_keys(self, stores):
        made = [
            replace(DELIVERY, event_id=f"evt_{number}", at=AT + number, state=DeliveryState.DELIVERED)
            for number in range(5)
        ]
        put(stores, *made, DELIVERY)
        keys = [sort_key(each) for each in made]

        found = stores.deliveries.past("ada#b", "e1", after=keys[0], before=keys[4], limit=2)
        assert found == made[1:3]
        assert stores.deliveries.past("ada#b", "e1", after=keys[2], before=keys[4], limit=2) == [made[3]]


def test_an_edit_of_someone_who_is_being_erased_tells_nothing(stores):
    stores.endpoints.add(ENDPOINT)
    assert transact(stores.endpoints, stores.books.erasing_write("ada#b"))
    books = replace(stores.books, outbox=stores.outbox)

    with pytest.raises(Conflict):
        books.commit_edit("ada#b", ["c"], [], events=[event()])
    assert stores.events.of_owner("ada#b", limit=10) == []
