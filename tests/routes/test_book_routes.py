"""The address book over HTTP."""

from datetime import timedelta

import pytest

from chalicelib.books.enrichment_status import Attempt, ContactStatuses
from chalicelib.books.status_kind import StatusKind
from tests.routes import file_imports
from tests.routes.service import Service

CONTACTS = "/api/v1/contacts"


def store_attempt(service: Service, contact_id: str) -> None:
    """A vendor was asked about a contact of Ann's, and knew nothing."""
    shared = service.wiring.shared
    statuses = ContactStatuses(contact_id, {"hunter": Attempt(StatusKind.FAILED, "no_match", 1, run="j1")})
    shared.dynamo.commit([shared.statuses.put_write("ann", statuses), shared.books.statuses_write("ann")])


@pytest.fixture
def book(service):
    """Ann's book of five."""
    service.finish_import(service.start_import(), ("Ada Lovelace", "Bob", "Eve", "Zoë", "Mallory"))
    return service


class TestContacts:
    def test_come_in_the_order_of_their_names(self, book):
        contacts = book.get(CONTACTS, who="ann").json["contacts"]

        assert [contact["display"] for contact in contacts] == ["Ada Lovelace", "Bob", "Eve", "Mallory", "Zoë"]

    def test_page_by_page_each_once(self, book):
        seen, cursor = [], ""
        while cursor is not None:
            page = book.get(f"{CONTACTS}?limit=2{cursor and f'&cursor={cursor}'}", who="ann").json
            seen += [contact["display"] for contact in page["contacts"]]
            cursor = page["next_cursor"]

        assert sorted(seen) == ["Ada Lovelace", "Bob", "Eve", "Mallory", "Zoë"]

    @pytest.mark.parametrize(("text", "found"), [("lovel", "Ada Lovelace"), ("ZOE", "Zoë"), ("zo%C3%AB", "Zoë")])
    def test_a_search_finds_the_matching_contact(self, book, text, found):
        contacts = book.get(f"{CONTACTS}?q={text}", who="ann").json["contacts"]

        assert [contact["display"] for contact in contacts] == [found]

    @pytest.mark.parametrize("sort", ["name", "given", "family"])
    def test_come_in_an_order_of_ones_choice(self, book, sort):
        first = book.get(f"{CONTACTS}?sort={sort}&limit=2", who="ann").json
        rest = book.get(f"{CONTACTS}?sort={sort}&cursor={first['next_cursor']}", who="ann").json

        assert len(first["contacts"] + rest["contacts"]) == 5

    def test_a_cursor_of_another_order_is_refused(self, book):
        cursor = book.get(f"{CONTACTS}?limit=2&sort=family", who="ann").json["next_cursor"]

        response = book.get(f"{CONTACTS}?cursor={cursor}", who="ann")

        assert (response.status, response.json["field"]) == (422, "cursor")
        assert "sorted by family" in response.json["detail"]

    def test_one_contact_says_which_row_of_a_file_a_value_comes_from(self, service):
        file_imports.commit(service, file_imports.plan(service, file_imports.CARDS, "phone.vcf"))
        table = file_imports.plan(service, file_imports.TABLE, "iris.csv", tag="iris-import")
        file_imports.commit(service, table)
        [ada] = service.get(f"{CONTACTS}?q=lovelace", who="ann").json["contacts"]

        whole = service.get(f"{CONTACTS}/{ada['contact_id']}", who="ann").json

        file = {"import_id": table.json["id"], "file_name": "iris.csv", "row": 2, "rule": "number"}
        assert [source["file"] for source in whole["sources"] if source["tag"] == "iris-import"] == [file]
        [email] = whole["provenance"]["emails"]
        assert [source["file"] for source in email["sources"]] == [file]

    def test_one_contact_says_what_vendors_were_asked_about_it(self, book):
        [ada] = book.get(f"{CONTACTS}?q=lovelace", who="ann").json["contacts"]
        store_attempt(book, ada["contact_id"])

        told = book.get(f"{CONTACTS}/{ada['contact_id']}", who="ann").json["enrichment"]

        assert {each["vendor"]: (each["status"], each["reason_title"]) for each in told} == {
            "phone-metadata": ("never_tried", None),
            "people-data-labs": ("never_tried", None),
            "hunter": ("failed", "No match"),
            "twilio-lookup": ("never_tried", None),
        }

    def test_one_is_opted_out_of_enrichment_and_in_again(self, book):
        [ada] = book.get(f"{CONTACTS}?q=lovelace", who="ann").json["contacts"]
        path = f"{CONTACTS}/{ada['contact_id']}/enrichment"
        store_attempt(book, ada["contact_id"])

        out = book.ask("PUT", path, who="ann", body={"has_opted_out": True}).json
        back = book.ask("PUT", path, who="ann", body={"has_opted_out": False}).json

        assert out["enrichment_opted_out_at"] is not None
        assert [each["reason"] for each in out["enrichment"] if each["reason"]] == ["opted_out"]
        assert back["enrichment_opted_out_at"] is None

    @pytest.mark.parametrize("body", [{}, {"has_opted_out": "yes"}, {"has_opted_out": None}, {"opted_out": True}])
    def test_one_is_not_opted_out_by_anything_else(self, book, body):
        [ada] = book.get(f"{CONTACTS}?q=lovelace", who="ann").json["contacts"]
        path = f"{CONTACTS}/{ada['contact_id']}/enrichment"

        assert book.ask("PUT", path, who="ann", body=body).status == 422

    def test_are_filtered_by_the_status_of_a_vendor(self, book):
        [ada] = book.get(f"{CONTACTS}?q=lovelace", who="ann").json["contacts"]
        store_attempt(book, ada["contact_id"])

        failed = book.get(f"{CONTACTS}?enrichment=hunter:failed", who="ann").json["contacts"]
        never = book.get(f"{CONTACTS}?enrichment=hunter:never_tried", who="ann").json["contacts"]

        assert [each["display"] for each in failed] == ["Ada Lovelace"]
        assert [each["display"] for each in never] == ["Bob", "Eve", "Mallory", "Zoë"]

    @pytest.mark.parametrize("text", ["hunter", "hunter:", "hunter:tried", "nobody:failed", ":failed"])
    def test_are_not_filtered_by_what_is_no_status(self, book, text):
        response = book.get(f"{CONTACTS}?enrichment={text}", who="ann")

        assert (response.status, response.json["field"]) == (422, "enrichment")
        assert "hunter" in response.json["vendors"]

    def test_are_filtered_by_the_tag_of_a_source_also_with_a_search(self, book):
        def names(query):
            return [each["display"] for each in book.get(f"{CONTACTS}?{query}", who="ann").json["contacts"]]

        [bob] = book.get(f"{CONTACTS}?q=bob", who="ann").json["contacts"]
        book.ask("PATCH", f"{CONTACTS}/{bob['contact_id']}", who="ann", body={"title": "Builder"})

        assert names("tag=crm-direct") == ["Bob"]
        assert len(names("tag=google")) == 5
        assert names("tag=google&q=zoe") == ["Zoë"]
        assert names("tag=iris-import") == names("tag=crm-direct&q=zoe") == []

    def test_are_filtered_exactly_together_with_a_search_and_sorted_by_change(self, book):
        def names(query):
            return [each["display"] for each in book.get(f"{CONTACTS}?{query}", who="ann").json["contacts"]]

        [bob] = book.get(f"{CONTACTS}?q=bob", who="ann").json["contacts"]
        book.clock.advance(seconds=1)
        phones = [{"raw": "+49 (0)170 123-4567"}]
        edit = {"emails": [{"value": "Bob@Example.org"}], "phones": phones, "groups": ["Fans"]}
        bob = book.ask("PATCH", f"{CONTACTS}/{bob['contact_id']}", who="ann", body=edit).json
        account = next(each["source"] for each in bob["sources"] if each["source"].startswith("google:"))

        assert names("email=BOB@example.org") == names("phone=%2B49+170+1234567") == names("group=Fans") == ["Bob"]
        assert names("source=person") == names(f"changed_since={bob['updated_at']}") == ["Bob"]
        assert len(names(f"source={account}")) == len(names(f"connection={account.removeprefix('google:')}")) == 5
        shown = book.get(f"/contacts?connection={account.removeprefix('google:')}", who="ann", Accept="text/html").text
        assert "from the account “<bdi>" in shown
        assert f"<bdi>{account.removeprefix('google:')}" not in shown
        assert names("sort=changed&has_duplicates=false")[0] == "Bob"
        assert names("group=Fans&q=zoe") == names("has_duplicates=true") == []

    def test_are_filtered_by_a_collection_that_the_person_can_see(self, book):
        new = book.post("/api/v1/collections", who="ann", body={"name": "Friends"}).json["collection_id"]
        [bob] = book.get(f"{CONTACTS}?q=bob", who="ann").json["contacts"]
        added = book.post(f"/api/v1/collections/{new}/members", who="ann", body={"contact_ids": [bob["contact_id"]]})

        listed = book.get(f"{CONTACTS}?collection={new}", who="ann").json["contacts"]
        refused = book.get(f"{CONTACTS}?collection={new}", who="bob")

        shown = book.get(f"/contacts?collection={new}", who="ann", Accept="text/html").text

        assert (added.status, [each["display"] for each in listed]) == (200, ["Bob"])
        assert "in the collection “<bdi>Friends</bdi>”" in shown
        assert f'<input type="hidden" name="collection" value="{new}">' in shown
        assert (refused.status, refused.json["field"]) == (422, "collection")

    def test_have_the_chosen_fields_alone(self, book):
        [bob] = book.get(f"{CONTACTS}?q=bob&fields=display,emails", who="ann").json["contacts"]

        assert bob.keys() == {"contact_id", "display", "emails"}

    @pytest.mark.parametrize(
        ("parameter", "value"),
        [
            ("email", "bob"),
            ("phone", "Bob"),
            ("has_duplicates", "yes"),
            ("changed_since", "2026-11-30"),
            ("changed_since", "yesterday"),
            ("collection", "none"),
            ("sort", "changes"),
            ("fields", "display,mails"),
            ("group", "x" * 401),
            ("source", ""),
            ("sources", "person"),
        ],
    )
    def test_are_not_filtered_by_what_has_no_meaning(self, book, parameter, value):
        response = book.get(f"{CONTACTS}?{parameter}={value}", who="ann")

        assert (response.status, response.json["field"]) == (422, parameter)

    @pytest.mark.parametrize("path", [CONTACTS, f"{CONTACTS}/export"])
    @pytest.mark.parametrize("tag", ["Iris", "iris%20import", "x" * 65])
    def test_are_not_filtered_by_what_cannot_be_a_tag(self, book, path, tag):
        response = book.get(f"{path}?tag={tag}", who="ann")

        assert (response.status, response.json["field"]) == (422, "tag")
        assert "lowercase letters" in response.json["detail"]

    def test_one_contact_says_where_each_value_comes_from(self, book):
        listed = book.get(f"{CONTACTS}?q=bob", who="ann").json["contacts"][0]

        whole = book.get(f"{CONTACTS}/{listed['contact_id']}", who="ann").json

        assert [source["source_id"] for source in whole["sources"]] == ["id-Bob"]
        assert "display" in whole["provenance"]

    @pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=odd", "sort=age", f"q={'x' * 201}"])
    def test_what_cannot_be_is_refused_by_its_name(self, book, query):
        response = book.get(f"{CONTACTS}?{query}", who="ann")

        assert (response.status, response.json["field"]) == (422, query.partition("=")[0])

    @pytest.mark.parametrize("contact_id", ["~grave%23x", "a%23b", "%C3%A9", "a b"])
    def test_an_id_that_is_none_of_ours_is_not_found(self, book, contact_id):
        assert book.get(f"{CONTACTS}/{contact_id}", who="ann").status == 404


def bob_in(book):
    """Bob, as his page shows him."""
    listed = book.get(f"{CONTACTS}?q=bob", who="ann").json["contacts"][0]
    return f"{CONTACTS}/{listed['contact_id']}"


class TestEditing:
    def test_returns_the_contact_and_the_source_of_each_value(self, book):
        response = book.ask("PATCH", bob_in(book), who="ann", body={"title": "Boss", "emails": []})

        body = response.json
        assert (response.status, body["title"], body["emails"], body["version"]) == (200, "Boss", [], 2)
        assert body["provenance"]["title"][0]["sources"][0]["source"] == "person"
        assert [each["shown"] for each in body["provenance"]["emails"]] == [False]

    def test_of_what_was_seen_is_refused_where_it_has_changed(self, book):
        bob = bob_in(book)
        seen = book.get(bob, who="ann").json["version"]
        book.ask("PATCH", bob, who="ann", body={"title": "Boss", "version": seen})

        response = book.ask("PATCH", bob, who="ann", body={"title": "Chief", "version": seen})

        assert (response.status, response.json["type"], response.json["version"]) == (
            409,
            "/problems/conflict",
            seen + 1,
        )

    @pytest.mark.parametrize(
        ("body", "member"),
        [
            ({"photo_url": "x"}, "photo_url"),
            ({"title": 3}, "title"),
            ({"title": "x" * 1_001}, "title"),
            ({"emails": [{"value": "a@x.org", "hidden": True}]}, "emails.0.hidden"),
            ({"birthday": {"month": 13, "day": 1}}, "birthday"),
            ({"birthday": {"year": 1990, "month": 2, "day": 31}}, "birthday"),
            ({"birthday": {"year": 1990, "month": 2, "day": 29}}, "birthday"),
            ({"given": "half \ud800"}, "given"),
            ({"addresses": [{"city": "half \udfff"}]}, "addresses.0.city"),
            ({"custom_fields": [{"name": "n" * 65, "value": "v"}]}, "custom_fields.0.name"),
            ({"version": 0}, "version"),
        ],
    )
    def test_of_what_cannot_be_is_refused_by_its_name(self, book, body, member):
        response = book.ask("PATCH", bob_in(book), who="ann", body=body)

        assert (response.status, response.json["field"]) == (422, member)

    def test_a_number_is_answered_as_it_was_written(self, book):
        body = b'{"custom_fields": [{"name": "a", "value": 0.10}, {"name": "b", "value": 12345678901234567890}]}'

        response = book.ask("PATCH", bob_in(book), who="ann", body=body)

        assert response.json["custom_fields"] == [
            {"name": "a", "value": "0.10", "type": "number"},
            {"name": "b", "value": "12345678901234567890", "type": "number"},
        ]

    def test_takes_every_member_and_shows_it(self, book):
        edit = {
            "prefix": "Dr.",
            "middle": "M.",
            "suffix": "Jr.",
            "phonetic_given": "Bab",
            "file_as": "Bob, Dr.",
            "addresses": [{"po_box": "12", "extended": "Flat 3", "street": "Row 1\nBack"}],
            "events": [{"value": "2009-06-20", "label": "anniversary"}],
            "relations": [{"value": "Ute", "label": "spouse"}],
            "ims": [{"value": "bob.b", "label": "skype"}],
            "custom_fields": [{"name": "Shoe size", "value": "43", "type": "text"}],
        }

        response = book.ask("PATCH", bob_in(book), who="ann", body=edit)

        assert (response.status, {member: response.json[member] for member in edit}) == (200, edit)

    def test_shows_in_the_list_at_once(self, book):
        book.get(CONTACTS, who="ann")
        book.ask("PATCH", bob_in(book), who="ann", body={"given": "Aaron", "family": "Abel"})

        for query in ("limit=1", "q=aaron"):
            contacts = book.get(f"{CONTACTS}?{query}", who="ann").json["contacts"]
            assert [each["display"] for each in contacts] == ["Aaron Abel"]

    def test_takes_back_everything_by_null(self, book):
        bob = bob_in(book)
        book.ask("PATCH", bob, who="ann", body={"title": "Boss", "emails": [], "display": "Bobby"})

        body = book.ask("PATCH", bob, who="ann", body={"title": None, "emails": None, "display": None}).json

        assert [source["source"][:6] for source in body["sources"]] == ["google"]
        assert (body["display"], body["emails"]) == ("Bob", [{"value": "Bob@x.org"}])


class TestDeleting:
    def test_is_done_and_done_again_without_a_word(self, book):
        bob = bob_in(book)

        for _ in range(2):
            response = book.ask("DELETE", bob, who="ann")
            assert (response.status, response.body) == (204, b"")
        assert book.get(bob, who="ann").status == 404
        assert "Bob" not in [each["display"] for each in book.get(CONTACTS, who="ann").json["contacts"]]

    def test_lasts_beyond_the_next_import(self, book):
        book.ask("DELETE", bob_in(book), who="ann")
        connection_id = book.get("/api/v1/connections", who="ann").json["connections"][0]["connection_id"]

        job_id = book.post(f"/api/v1/connections/{connection_id}/import", who="ann").json["job_id"]
        book.finish_import(job_id, ("Bob", "Eve"))

        lines = book.get(f"/api/v1/imports/{job_id}/ledger", who="ann").json["lines"]
        assert [(line["outcome"], line["reason"]) for line in lines] == [
            ("skipped", "deleted_by_person"),
            ("unchanged", None),
        ]


class TestErasing:
    def test_leaves_no_index_behind(self, book):
        book.get(CONTACTS, who="ann")
        assert any(key.startswith("index/") for key in book.bucket.kept)

        job_id = book.ask("DELETE", "/api/v1/me", who="ann").json["job_id"]
        book.wiring.engine.worker.run(
            book.wiring.engine.worker.claim(job_id),
            until=book.clock.now() + timedelta(minutes=5),
            reserve=timedelta(seconds=5),
        )

        assert book.bucket.kept == {}


class TestPreparing:
    def test_a_job_that_changed_contacts_leaves_an_index_for_the_next_reader(self, service):
        job = service.finish_import(service.start_import())
        service.bucket.kept.clear()
        worker = service.wiring.engine.worker

        worker.on_finished(job)

        assert any(key.startswith("index/") and key.endswith("/by-name.json.gz") for key in service.bucket.kept)

    def test_one_that_changed_nothing_does_not(self, service):
        job = service.finish_import(service.start_import(), ())
        service.bucket.kept.clear()

        service.wiring.engine.worker.on_finished(job)

        assert service.bucket.kept == {}


NEW = {"given": "Carl", "emails": [{"value": "carl@x.org"}]}


class TestMakingAContact:
    def test_answers_with_the_contact_and_where_it_is(self, service):
        made = service.post(CONTACTS, who="ann", body=NEW)

        assert made.status == 201
        assert made.headers["location"].endswith(f"{CONTACTS}/{made.json['contact_id']}")
        assert made.json == service.get(f"{CONTACTS}/{made.json['contact_id']}", who="ann").json
        assert [each["tag"] for each in made.json["sources"]] == ["crm-direct"]

    def test_names_possible_duplicates(self, service):
        first, second = (service.post(CONTACTS, who="ann", body=NEW).json for _ in range(2))

        assert second["possible_duplicates"] == [first["contact_id"]]

    def test_with_an_idempotency_key_makes_one(self, service):
        first, second = (service.post(CONTACTS, who="ann", body=NEW, Idempotency_Key="once") for _ in range(2))

        assert (second.status, second.json["contact_id"]) == (201, first.json["contact_id"])
        other = service.post(CONTACTS, who="ann", body={"given": "Dora"}, Idempotency_Key="once")
        assert other.status == 409

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, None),
            ({"color": "red"}, "color"),
            ({"given": 7}, "given"),
            ({"emails": [{"label": "x"}]}, "emails.0.value"),
        ],
    )
    def test_is_refused_as_an_edit_would_be(self, service, body, field):
        response = service.post(CONTACTS, who="ann", body=body)

        assert (response.status, response.json.get("field")) == (422, field)


class TestTheHistoryOfAContact:
    def test_names_its_import_and_the_persons_edits(self, book):
        [ada] = book.get(f"{CONTACTS}?q=lovelace", who="ann").json["contacts"]
        book.ask("PATCH", f"{CONTACTS}/{ada['contact_id']}", who="ann", body={"title": "Countess"})

        history = book.get(f"{CONTACTS}/{ada['contact_id']}/history", who="ann").json

        edited, created = history["events"]
        assert (edited["kind"], edited["by"], edited["source"], edited["job_id"]) == ("edited", "ann", "person", None)
        assert (created["kind"], created["by"], created["tag"]) == ("created", None, "google")
        assert book.get(f"/api/v1/imports/{created['job_id']}", who="ann").status == 200

    def test_names_the_row_of_a_file(self, service):
        file_imports.commit(service, file_imports.plan(service, file_imports.CARDS, "phone.vcf"))
        [ada] = service.get(f"{CONTACTS}?q=lovelace", who="ann").json["contacts"]

        [created] = service.get(f"{CONTACTS}/{ada['contact_id']}/history", who="ann").json["events"]

        assert (created["kind"], created["file"]["file_name"]) == ("created", "phone.vcf")

    def test_of_a_contact_made_by_hand_begins_with_the_person(self, service):
        made = service.post(CONTACTS, who="ann", body=NEW).json["contact_id"]

        [created] = service.get(f"{CONTACTS}/{made}/history", who="ann").json["events"]

        assert (created["kind"], created["by"], created["source"]) == ("created", "ann", "person")
