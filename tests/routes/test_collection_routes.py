"""Collections over HTTP: permissions, visibility of members, and deletion."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from chalicelib.collections.collection import FORBIDDEN, MOST_MEMBERS
from chalicelib.erasing.erase_person import LONGEST_RUN
from chalicelib.sharing.members import ListMembers
from tests.routes.service import HOME, Service

COLLECTIONS = "/api/v1/collections"
ROLES = ("owner", "editor", "viewer", "somebody else")
PEOPLE = {"owner": "ann", "editor": "eddy", "viewer": "vera", "somebody else": "sue"}


class Circle:
    """A collection of Ann's that Eddy may edit and Vera look at; Ann and Eddy each have a book with two contacts."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.books = {who: self.book(who) for who in ("ann", "eddy")}
        self.path = (
            f"{COLLECTIONS}/{service.post(COLLECTIONS, who='ann', body={'name': 'Friends'}).json['collection_id']}"
        )
        self.join("eddy", "editor")
        self.join("vera", "viewer")

    def book(self, who: str) -> list[str]:
        """Two contacts in a book of this person; their ids."""
        names = (f"{who.title()}'s Ada", f"{who.title()}'s Bob")
        self.service.finish_import(self.service.start_import(who), names)
        contacts = self.service.get("/api/v1/contacts", who=who).json["contacts"]
        return [each["contact_id"] for each in sorted(contacts, key=lambda each: each["display"])]

    def ask(self, method: str, more: str = "", *, who: str = "ann", body=None):
        return self.service.ask(method, self.path + more, who=who, body=body)

    def share(self, person: str, role: str, *, who: str = "ann"):
        return self.ask("PUT", f"/shares/{quote(person, safe='')}", who=who, body={"role": role})

    def join(self, person: str, role: str) -> None:
        """Ann invites this person, who accepts."""
        assert self.share(person, role).status == 200
        assert self.answer(person, "accept").status == 200

    def answer(self, person: str, action: str):
        return self.service.post(f"{COLLECTIONS}/invitations/{self.collection_id}/{action}", who=person)

    @property
    def collection_id(self) -> str:
        return self.path.rpartition("/")[2]

    def add(self, who: str, *contact_ids: str):
        return self.ask("POST", "/members", who=who, body={"contact_ids": list(contact_ids or self.books[who])})

    def members(self, who: str = "vera", query: str = "") -> list[dict]:
        return self.ask("GET", f"/members{query}", who=who).json["members"]

    def count(self, who: str = "vera") -> int:
        return self.ask("GET", who=who).json["member_count"]

    def delete_contact(self, who: str, contact_id: str) -> None:
        contacts = self.service.wiring.shared.contacts
        write = contacts.remove_write(who, contacts.get(who, contact_id))
        contacts.dynamo.transact([write], token=contact_id)

    def later(self) -> None:
        self.service.clock.advance(timedelta(minutes=2))


@pytest.fixture
def circle(service) -> Circle:
    return Circle(service)


MAY = {  # in the order of ROLES; 403 says FORBIDDEN, 404 the same as of a collection that is not there
    "see it": ("GET", "", None, (200, 200, 200, 404)),
    "see its members": ("GET", "/members", None, (200, 200, 200, 404)),
    "see who is in it": ("GET", "/shares", None, (200, 200, 200, 404)),
    "add members": ("POST", "/members", {"contact_ids": ["c"]}, (200, 200, 403, 404)),
    "take members out": ("DELETE", "/members/c", None, (204, 204, 403, 404)),
    "rename it": ("PATCH", "", {"name": "Old friends"}, (200, 403, 403, 404)),
    "share it": ("PUT", "/shares/zoe", {"role": "viewer"}, (200, 403, 403, 404)),
    "stop sharing it": ("DELETE", "/shares/zoe", None, (204, 403, 403, 404)),
    "delete it": ("DELETE", "", None, (204, 403, 403, 404)),
}


class TestPermissions:
    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize("action", MAY)
    def test_are_the_only_ones_allowed(self, circle, action, role):
        method, more, body, expected = MAY[action]
        answer = circle.ask(method, more, who=PEOPLE[role], body=body)

        assert answer.status == expected[ROLES.index(role)], answer.text
        if answer.status == 403:
            assert answer.json["detail"] == FORBIDDEN
        if answer.status == 404:
            missing = circle.service.ask(method, f"{COLLECTIONS}/{'A' * 22}{more}", who="sue", body=body)
            assert answer.json == missing.json

    def test_what_was_shared_is_withdrawn_at_once(self, circle):
        circle.ask("DELETE", "/shares/vera")

        assert circle.ask("GET", "/members", who="vera").status == 404
        assert circle.service.get(COLLECTIONS, who="vera").json == {"collections": []}

    def test_a_viewer_may_leave_and_an_owner_may_not(self, circle):
        assert circle.ask("DELETE", "/shares/vera", who="vera").status == 204
        assert circle.ask("GET", who="vera").status == 404
        assert circle.ask("DELETE", "/shares/ann").status == 409


class TestCollection:
    def test_is_created_with_a_location_header(self, service):
        answer = service.post(COLLECTIONS, who="ann", body={"name": "  Old   friends "})

        assert (answer.status, answer.json["name"], answer.json["role"]) == (201, "Old friends", "owner")
        assert answer.headers["location"] == f"{HOME}{COLLECTIONS}/{answer.json['collection_id']}"
        body = service.get(f"{COLLECTIONS}/{answer.json['collection_id']}", who="ann").json
        assert body == {**answer.json, "member_count": 0}

    @pytest.mark.parametrize("name", ["", "   ", "a" * 121, "bell\x07", 7, None])
    def test_has_a_name_that_can_be_shown(self, service, name):
        answer = service.post(COLLECTIONS, who="ann", body={"name": name})

        assert (answer.status, answer.json["field"]) == (422, "name")

    def test_is_listed_by_name_with_what_each_person_may_do(self, circle):
        circle.service.post(COLLECTIONS, who="vera", body={"name": "aunts"})

        listed = circle.service.get(COLLECTIONS, who="vera").json["collections"]
        assert [(each["name"], each["role"]) for each in listed] == [("aunts", "owner"), ("Friends", "viewer")]

    def test_is_renamed(self, circle):
        assert circle.ask("PATCH", body={"name": "Old friends"}).json["name"] == "Old friends"
        assert circle.ask("GET", who="vera").json["name"] == "Old friends"

    def test_is_deleted_and_its_members_stay_in_their_books(self, circle):
        circle.add("eddy")
        assert circle.ask("DELETE").status == 204

        assert circle.ask("GET").status == circle.ask("GET", who="eddy").status == 404
        assert len(circle.service.get("/api/v1/contacts", who="eddy").json["contacts"]) == 2


class TestShares:
    def test_are_visible_to_every_member(self, circle):
        circle.join("zoe|with/odd#signs", "viewer")

        body = circle.ask("GET", "/shares", who="vera").json
        assert body["owner"] == "ann"
        assert body["shares"] == [
            {"person": "eddy", "role": "editor", "state": "accepted", "expires_at": None},
            {"person": "vera", "role": "viewer", "state": "accepted", "expires_at": None},
            {"person": "zoe|with/odd#signs", "role": "viewer", "state": "accepted", "expires_at": None},
        ]
        assert circle.ask("GET", who="zoe|with/odd#signs").json["role"] == "viewer"

    @pytest.mark.parametrize("role", ["owner", "", "EDITOR", None])
    def test_are_of_an_editor_or_a_viewer(self, circle, role):
        answer = circle.share("zoe", role)

        assert (answer.status, answer.json["field"]) == (422, "role")


class TestMembers:
    def test_are_shown_to_readers_with_their_values_and_whose_they_are(self, circle):
        circle.add("ann")
        circle.service.clock.sleep(1)
        circle.add("eddy")

        members = circle.members("vera")
        assert [each["added_by"] for each in members] == ["ann", "ann", "eddy", "eddy"]
        assert sorted(each["display"] for each in members[2:]) == ["Eddy's Ada", "Eddy's Bob"]
        assert all(each["emails"] for each in members)
        assert not any({"sources", "possible_duplicates"} & set(each) for each in members)

    def test_stay_the_property_of_their_adders(self, circle):
        circle.add("eddy")

        assert circle.service.get(f"/api/v1/contacts/{circle.books['eddy'][0]}", who="ann").status == 404

    def test_are_added_once_and_only_from_the_adders_own_book(self, circle):
        first, second = circle.books["eddy"]
        foreign = circle.books["ann"][0]
        assert circle.add("eddy", first).json == {"added": 1, "already_members": 0, "not_found": []}

        body = circle.add("eddy", first, second, second, foreign, "~grave#x", "nobody").json
        assert body == {"added": 1, "already_members": 1, "not_found": [foreign, "~grave#x", "nobody"]}
        assert circle.count() == 2

    @pytest.mark.parametrize("sent", [[], ["c"] * 501, [""], ["c" * 101], [1], "c", None])
    def test_are_added_by_ids_one_to_five_hundred_at_a_time(self, circle, sent):
        answer = circle.ask("POST", "/members", body={"contact_ids": sent})

        assert answer.status == 422
        assert answer.json["field"].startswith("contact_ids")

    def test_are_refused_where_the_collection_is_full(self, circle):
        collections, collection_id = circle.service.wiring.shared.collections, circle.collection_id
        others = [f"c{number}" for number in range(MOST_MEMBERS - 1)]
        collections.dynamo.transact([collections.members_write(collection_id, "eddy", others)], token="full")

        answer = circle.add("ann")
        assert (answer.status, "at most 10000 contacts" in answer.json["detail"]) == (409, True)
        assert circle.add("ann", circle.books["ann"][0]).status == 200

    def test_are_taken_out_by_any_editor_and_stay_in_their_book(self, circle):
        circle.add("ann")
        contact_id = circle.books["ann"][0]

        assert [circle.ask("DELETE", f"/members/{contact_id}", who="eddy").status for _ in range(2)] == [204, 204]
        assert [each["contact_id"] for each in circle.members()] == [circle.books["ann"][1]]
        assert circle.service.get(f"/api/v1/contacts/{contact_id}", who="ann").status == 200

    def test_come_page_by_page_each_once(self, circle):
        circle.add("ann")
        circle.add("eddy")
        found, cursor = [], ""
        while cursor is not None:
            page = circle.ask("GET", f"/members?limit=1{cursor and f'&cursor={cursor}'}", who="vera").json
            found += [each["contact_id"] for each in page["members"]]
            cursor = page["next_cursor"]

        assert sorted(found) == sorted([*circle.books["ann"], *circle.books["eddy"]])

    @pytest.mark.parametrize(
        ("who", "tag", "found"),
        [
            ("ann", "google", ["Ann's Ada", "Ann's Bob"]),
            ("ann", "iris-import", []),
            ("eddy", "google", ["Eddy's Ada", "Eddy's Bob"]),
            ("vera", "google", []),
        ],
    )
    def test_are_filtered_by_the_tags_of_ones_own_contacts_as_others_are_private(self, circle, who, tag, found):
        circle.add("ann")
        circle.add("eddy")

        assert sorted(each["display"] for each in circle.members(who, f"?tag={tag}")) == found

    def test_that_have_a_tag_come_page_by_page(self, circle):
        circle.add("ann")
        circle.add("eddy")
        contact_id = circle.books["eddy"][1]
        circle.service.ask("PATCH", f"/api/v1/contacts/{contact_id}", who="eddy", body={"title": "Builder"})
        found, cursor = [], ""
        while cursor is not None:
            query = f"?limit=1&tag=crm-direct{cursor and f'&cursor={cursor}'}"
            page = circle.ask("GET", f"/members{query}", who="eddy").json
            found += [each["contact_id"] for each in page["members"]]
            cursor = page["next_cursor"]

        assert found == [contact_id]

    def test_are_read_in_bounded_numbers_however_few_have_the_tag(self, circle):
        circle.add("ann")
        list_members = ListMembers(
            circle.service.wiring.shared.collections,
            circle.service.wiring.shared.contacts,
            circle.service.wiring.shared.redirects,
            circle.service.clock,
            most_read=1,
        )

        first, cursor = list_members("ann", circle.collection_id, tag="iris-import")
        second, end = list_members("ann", circle.collection_id, tag="iris-import", cursor=cursor)

        assert (first, second, end) == ([], [], None)
        assert cursor is not None

    def test_are_not_filtered_by_what_cannot_be_a_tag(self, circle):
        answer = circle.ask("GET", "/members?tag=Iris")

        assert (answer.status, answer.json["field"]) == (422, "tag")

    @pytest.mark.parametrize("cursor", ["x", "=", "MS4", "Li4u", "a" * 300])
    def test_have_no_page_behind_a_made_up_cursor(self, circle, cursor):
        answer = circle.ask("GET", f"/members?cursor={cursor}")

        assert (answer.status, answer.json["field"]) == (422, "cursor")


class TestContactsThatGo:
    def test_are_members_no_more_and_do_not_count(self, circle):
        circle.add("ann")
        circle.add("eddy")
        circle.delete_contact("ann", circle.books["ann"][0])

        left = {circle.books["ann"][1], *circle.books["eddy"]}
        assert {each["contact_id"] for each in circle.members()} == left
        assert circle.count() == 3

    @pytest.mark.parametrize("look", ["members", "count"])
    def test_are_removed_when_the_collection_is_read(self, circle, look):
        circle.add("ann")
        circle.delete_contact("ann", circle.books["ann"][0])
        circle.later()
        getattr(circle, look)()

        stored = circle.service.wiring.shared.collections.members(circle.collection_id)
        assert [each.contact_id for each in stored] == [circle.books["ann"][1]]

    def test_leave_full_pages_behind(self, circle):
        circle.add("ann")
        circle.add("eddy")
        for contact_id in circle.books["ann"]:
            circle.delete_contact("ann", contact_id)

        answer = circle.ask("GET", "/members?limit=2").json
        assert len(answer["members"]) == 2

    def test_with_a_disconnected_account_are_members_no_more(self, circle):
        circle.add("eddy")
        [account] = circle.service.get("/api/v1/connections", who="eddy").json["connections"]
        target = f"/api/v1/connections/{account['connection_id']}?contacts=remove"
        job_id = circle.service.ask("DELETE", target, who="eddy").json["job_id"]
        circle.service.wiring.engine.start_job(
            job_id, until=circle.service.clock.now() + LONGEST_RUN, reserve=timedelta()
        )

        assert (circle.members(), circle.count()) == ([], 0)


class TestErasing:
    def erase(self, circle, who: str) -> None:
        job_id = circle.service.ask("DELETE", "/api/v1/me", who=who).json["job_id"]
        for _ in range(2):
            circle.service.wiring.engine.start_job(
                job_id, until=circle.service.clock.now() + LONGEST_RUN, reserve=timedelta()
            )
            circle.service.clock.advance(LONGEST_RUN)

    def test_an_adder_takes_what_they_added_and_their_share(self, circle):
        circle.add("ann")
        circle.add("eddy")
        self.erase(circle, "eddy")

        assert {each["added_by"] for each in circle.members()} == {"ann"}
        assert [each["person"] for each in circle.ask("GET", "/shares").json["shares"]] == ["vera"]
        of_collections = [item for item in circle.service.dynamodb.stored_items() if "collection#" in str(item)]
        assert of_collections
        assert not any("eddy" in str(item) for item in of_collections)

    def test_an_owner_takes_the_collection(self, circle):
        circle.add("eddy")
        self.erase(circle, "ann")

        assert circle.ask("GET", who="eddy").status == 404
        assert circle.service.get(COLLECTIONS, who="eddy").json == {"collections": []}
