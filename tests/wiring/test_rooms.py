"""What the rooms declare is complete, and true of what they do."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.books.possible_pairs import review_id_of
from chalicelib.file_imports.planning.create_import import NewFile
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.scopes import Scope
from chalicelib.ingest.batch import GATHERING
from chalicelib.reviews.found_pairs import FoundPair, FoundPairs
from chalicelib.room import Room
from chalicelib.tables.item_kind import ItemKind, Key
from chalicelib.tables.keys import TABLES
from chalicelib.wiring.rooms import ROOMS
from tests.fakes.account import Person
from tests.routes.service import Service
from tests.routes.test_cron_route import Context, importing

ZORA = "zora-quist"
KINDS = [kind for table in TABLES.values() for kind in table.kinds]


def not_declared(rooms: Iterable[Room[Any]], kinds: Iterable[ItemKind] = KINDS) -> set[str]:
    """The kinds of items of a person that neither expire nor are in what a room keeps."""
    kept = {what for room in rooms for each in room.keeps for what in each.what}
    return {kind.pk for kind in kinds if kind.of_person and not kind.expires and kind not in kept}


def not_kept(rooms: Iterable[Room[Any]], service: Service, person: str) -> set[str]:
    """The keys of what is stored of a person, but kept by no room. A kind of item that expires need not be kept."""
    kept = {what for room in rooms for each in room.keeps for what in each.what}
    prefixes = tuple(what for what in kept if isinstance(what, str))
    objects = {key for key in service.bucket.kept if id_of(person) in key and not key.startswith(prefixes)}
    items = {item["pk"]["S"] for name, item in stored(service, person) if not _is_declared(name, item, kept)}
    return objects | items


def stored(service: Service, person: str) -> list[tuple[str, dict[str, Any]]]:
    """All items that name this person, openly or by a hash, each with its table's name."""
    items = [(name, item) for name, table in service.dynamodb.tables.items() for item in table.items.values()]
    return [(name, item) for name, item in items if person in str(item) or id_of(person) in str(item)]


def _is_declared(table: str, item: dict[str, Any], kept: set[ItemKind | str]) -> bool:
    kinds = TABLES[table].kinds_of(Key(item["pk"]["S"], item["sk"]["S"]))
    return any(kind in kept or (kind.expires and "ttl" in item) for kind in kinds)


@pytest.fixture(scope="module")
def busy() -> Service:
    return busy_service()


def busy_service() -> Service:
    """Zora has used every room, and shares with Vera in both directions."""
    service = Service(EMAIL_SENDER="contacts@example.com")
    service.sign_in(ZORA, email_verified=True)
    service.ask("PUT", "/api/v1/me/emails", who=ZORA, body={"done": True})
    service.wiring.service_clients.grants.grant(ZORA, "reader", frozenset({Scope.CONTACTS_READ}))
    begun = importing(service, [Person("1", "Ada", "ada@x.org"), Person("2", "Bob", "bob@x.org")], who=ZORA)
    _work(service, begun)
    service.begin_consent(ZORA, "microsoft")
    ada, bob = (each["contact_id"] for each in service.get("/api/v1/contacts", who=ZORA).json["contacts"])
    service.ask("PATCH", f"/api/v1/contacts/{ada}", who=ZORA, body={"title": "Countess"})
    review = review_id_of(ada, bob)
    service.post(f"/api/v1/reviews/{review}/decision", who=ZORA, body={"decision": "different"})
    service.post(f"/api/v1/reviews/{review}/decision", who=ZORA, body={"decision": "later"})
    service.wiring.reviews.review_lists.put(ZORA, {review_id_of(ada, bob): {}})
    service.wiring.reviews.found_pairs.put(ZORA, FoundPairs(1, [FoundPair(ada, bob, 0.9)]))
    service.ask("DELETE", f"/api/v1/contacts/{bob}", who=ZORA)
    service.wiring.address_book.indexes.build(ZORA)
    service.get("/api/v1/contacts/export?format=csv&delivery=link", who=ZORA)
    contacts = {"contacts": [{"given": "Cem"}], "idempotency_key": "once"}
    _work(service, service.post("/api/v1/contacts/bulk", who=ZORA, body=contacts).json["job_id"])
    again = {"contacts": [{"given": "Ada", "emails": [{"value": "ada@x.org"}]}], "on_existing": "update"}
    _work(service, service.post("/api/v1/contacts/bulk", who=ZORA, body=again).json["job_id"])
    card = b"BEGIN:VCARD\nVERSION:3.0\nFN:Dan\nTEL:+49 170 1234567\nEND:VCARD\n"
    _work(service, service.wiring.file_imports.create.receive(ZORA, NewFile("phone.vcf"), card).job_id)
    _share(service, ZORA, "vera", [ada])
    _share(service, "vera", ZORA, [])
    service.ask("PUT", "/api/v1/collections/blocked/eve", who=ZORA)
    _send_records(service, ZORA)
    service.post("/api/v1/webhooks", who=ZORA, body={"url": "https://hooks.example.com/"})
    service.post("/api/v1/contacts/bulk", who=ZORA, body={**contacts, "idempotency_key": "told"})
    service.wiring.enrichment.choices.put(ZORA, service.clock.now(), consents=True)
    return service


def _send_records(service: Service, owner: str) -> None:
    """A source has sent records, of which one failed, and more wait."""
    source = service.post("/api/v1/sources", who=owner, body={"name": "CRM"}).json
    sent = {"Authorization": f"Bearer {source['key']}", "Idempotency_Key": "once"}
    ingest = f"/api/v1/ingest/{source['source_id']}"
    job_id = service.post(ingest, body=[{"email": "eve@x.org"}, {"zz": "nobody"}], **sent).json["job_id"]
    service.clock.advance(GATHERING)
    _work(service, job_id)
    service.post(ingest, body={"notes": "x" * 60_000}, **{**sent, "Idempotency_Key": "again"})
    service.post(ingest, body=[{"notes": "x" * 60_000}] * 2, **{**sent, "Idempotency_Key": "large"})


def _share(service: Service, host: str, guest: str, contact_ids: list[str]) -> None:
    collections = "/api/v1/collections"
    for answer in ("accept", ""):
        made = service.post(collections, who=host, body={"name": "Friends"}).json["collection_id"]
        if contact_ids:
            service.post(f"{collections}/{made}/members", who=host, body={"contact_ids": contact_ids})
        service.ask("PUT", f"{collections}/{made}/shares/{guest}", who=host, body={"role": "editor"})
        if answer:
            service.post(f"{collections}/invitations/{made}/accept", who=guest)


def _work(service: Service, job_id: str) -> None:
    service.wiring.on_message(json.dumps({"job_id": job_id}), Context())
    assert service.wiring.shared.jobs.get(job_id).is_finished


class TestWhatRoomsKeep:
    def test_every_kind_of_item_of_a_person_is_kept_by_a_room_or_expires(self):
        assert not_declared(ROOMS) == set()

    @pytest.mark.parametrize("name", ["accounts", "address_book", "sharing", "erasing"])
    def test_a_room_that_does_not_declare_its_data_is_detected(self, name):
        rooms = [replace(room, keeps=()) if room.name == name else room for room in ROOMS]

        assert not_declared(rooms)

    def test_only_an_erasure_deletes_items_by_its_own_step(self):
        assert {room.name for room in ROOMS for each in room.keeps if each.forget is None} == {"erasing"}

    def test_every_folder_that_a_room_writes_to_is_kept_by_it(self):
        """Without `PutObject` on a folder AWS refuses it; the calls of the journeys are checked for that."""
        for room in ROOMS:
            kept = {*room.organization_folders, *(what for each in room.keeps for what in each.what)}
            puts = [each.resource for each in room.permissions if "s3:PutObject" in each.actions]
            assert {resource.removeprefix("BlobsBucket/").removesuffix("*") for resource in puts} <= kept, room.name

    def test_all_that_a_busy_person_has_stored_is_kept_by_some_room(self, busy):
        assert stored(busy, ZORA)
        assert not_kept(ROOMS, busy, ZORA) == set()

    @pytest.mark.parametrize("room", [room for room in ROOMS if room.keeps], ids=lambda room: room.name)
    def test_each_room_that_keeps_something_has_stored_it_for_the_busy_person(self, room, busy):
        """So the test above is about this room too."""
        others = [each for each in ROOMS if each is not room]

        expires = room.name in ("operating", "signing_in")  # activity and sessions expire, and are erased too
        assert not_kept(others, busy, ZORA) or expires

    def test_a_room_that_stores_without_saying_how_to_forget_it_is_found(self):
        service = Service()
        service.dynamodb.put_item(TableName="people", Item={"pk": {"S": f"diary#{ZORA}"}, "sk": {"S": "today"}})
        service.bucket.put_object(Key=f"photos/{id_of(ZORA)}/1", Body=b"")

        assert not_kept(ROOMS, service, ZORA) == {f"diary#{ZORA}", f"photos/{id_of(ZORA)}/1"}

    def test_nothing_of_a_busy_person_is_left_after_they_are_erased(self):
        busy = busy_service()
        assert {"hashed", "hash_key"} <= {name for _, item in stored(busy, ZORA) for name in item}  # of who was deleted
        job_id = busy.ask("DELETE", "/api/v1/me", who=ZORA).json["job_id"]
        for _ in range(2):
            busy.wiring.on_message(json.dumps({"job_id": job_id}), Context())
            busy.clock.advance(timedelta(hours=1))

        assert busy.wiring.shared.jobs.get(job_id).state.value == "completed"
        assert [item["pk"]["S"] for _, item in stored(busy, ZORA) if "ttl" not in item] == []
        assert [key for key in busy.bucket.kept if id_of(ZORA) in key] == []


class TestDeclarations:
    def test_each_room_has_parts_in_the_wiring(self):
        wiring = Service().wiring

        assert all(wiring.parts_of(room).shared is wiring.shared for room in ROOMS)

    def test_no_two_rooms_have_the_same_name_kind_of_job_or_link(self):
        for names in (
            [room.name for room in ROOMS],
            [job.kind.name for room in ROOMS for job in room.jobs],
            [entry.path for room in ROOMS for entry in room.navigation],
            [name for room in ROOMS for name in room.schemas()],
        ):
            assert len(names) == len(set(names))

    def test_every_kind_of_job_has_a_step_and_can_be_canceled_or_says_why_not(self):
        wiring = Service().wiring

        for room in ROOMS:
            for job in room.jobs:
                assert callable(job.step(wiring.parts_of(room)))
                assert job.cancel is None or callable(job.cancel(wiring.parts_of(room)))

    def test_every_link_leads_to_a_page(self):
        pages = {route.path for route in Service().app.router.routes if route.method == "GET"}

        assert {entry.path for room in ROOMS for entry in room.navigation} <= pages
