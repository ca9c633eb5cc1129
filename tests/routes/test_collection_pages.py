"""The pages of collections as a browser gets them: create, fill from a search, share, rename, leave, delete."""

import re

import pytest

from chalicelib.collections.collection import MOST_COLLECTIONS, MOST_MEMBERS, Role
from tests.routes.service import HOME, Service

EVIL = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def friends(service: Service) -> str:
    """A collection of Ann's, whose book has Ada, Alan and Grace. Vera may edit it, and Sue is invited."""
    service.finish_import(service.start_import("ann"), ("Ada Lovelace", "Alan Turing", "Grace Hopper"))
    collections = service.wiring.shared.collections
    made = collections.add("ann", "Friends").collection_id
    collections.share("ann", made, "vera", Role.EDITOR)
    collections.accept("vera", made)
    collections.share("ann", made, "sue", Role.VIEWER)
    return made


def page_text(service: Service, path: str, who: str = "ann") -> str:
    response = service.get(path, who=who, Accept="text/html")
    assert response.status == 200, response.text
    return " ".join(re.sub(r"<[^>]*>", " ", response.text).split())


def send(service: Service, path: str, who: str = "ann", **form: str | list[str]) -> str:
    """Send a form; returns what the page says that it leads to."""
    response = service.post(path, who=who, form=form, Accept="text/html")
    assert response.status == 303, response.text
    return page_text(service, response.headers["location"].removeprefix(HOME), who)


def ids_of(service: Service, **query: str) -> dict[str, str]:
    listed = service.get("/api/v1/contacts", who="ann", **query).json["contacts"]
    return {each["display"].split()[0]: each["contact_id"] for each in listed}


def members(service: Service, collection_id: str) -> set[str]:
    listed = service.get(f"/api/v1/collections/{collection_id}/members", who="ann").json["members"]
    return {each["display"].split()[0] for each in listed}


class TestTheList:
    def test_says_what_a_collection_is_when_there_is_none(self, service):
        assert "A collection is a list of contacts that you can share" in page_text(service, "/collections")

    def test_has_ones_own_and_those_shared_with_one(self, service, friends):
        assert "Friends Yours." in page_text(service, "/collections")
        assert "Friends Shared with you by ID ann : you can view, add and remove contacts" in page_text(
            service, "/collections", "vera"
        )

    def test_leads_to_invitations(self, service, friends):
        assert "You are invited to a collection." in page_text(service, "/collections", "sue")
        assert "You are invited" not in page_text(service, "/collections", "vera")

    def test_creates_one(self, service):
        page = send(service, "/collections", name="  Family ")

        assert "Family" in page
        assert "Search your contacts below to add some." in page

    def test_says_what_is_wrong_with_a_name_and_keeps_it(self, service):
        refused = service.post("/collections", who="ann", form={"name": "x" * 121}, Accept="text/html")

        assert refused.status == 422
        assert "1 to 120 printable characters" in refused.text
        assert "x" * 121 in refused.text

    def test_says_when_there_are_too_many(self, service):
        for number in range(MOST_COLLECTIONS):
            service.wiring.shared.collections.add("ann", str(number))

        refused = service.post("/collections", who="ann", form={"name": "One more"}, Accept="text/html")
        assert (refused.status, "the maximum" in refused.text) == (409, True)


class TestMembers:
    def test_are_added_from_a_search(self, service, friends):
        found = page_text(service, f"/collections/{friends}?q=ada")
        assert "1 contact found Ada Lovelace" in found

        page = send(service, f"/collections/{friends}", do="add", contact_id=ids_of(service)["Ada"], q="ada")

        assert "Added." in page
        assert re.search("Ada Lovelace .*is in the collection", page)
        assert members(service, friends) == {"Ada"}

    def test_can_be_all_that_was_found(self, service, friends):
        assert "Add all 2" in page_text(service, f"/collections/{friends}?q=l")

        send(service, f"/collections/{friends}", do="add-all", q="l")

        assert members(service, friends) == {"Ada", "Alan"}

    def test_are_all_or_none_added_if_they_are_too_many(self, service, friends):
        collections, form = service.wiring.shared.collections, {"do": "add-all", "q": "l"}
        others = [f"c{number}" for number in range(MOST_MEMBERS - 1)]
        collections.dynamo.transact([collections.members_write(friends, "vera", others)], token="full")

        refused = service.post(f"/collections/{friends}", who="ann", form=form, Accept="text/html")

        assert refused.status == 409
        assert f"at most {MOST_MEMBERS} contacts" in refused.text
        assert not set(ids_of(service).values()) & {each.contact_id for each in collections.members(friends)}

    def test_that_fit_the_page_are_read_once(self, service, friends):
        service.wiring.sharing.add_members("ann", friends, list(ids_of(service).values()))
        service.dynamodb.calls.clear()

        assert "3 contacts" in page_text(service, f"/collections/{friends}")
        assert service.dynamodb.calls["batch_get_item"] == 1

    def test_must_be_chosen(self, service, friends):
        refused = service.post(f"/collections/{friends}", who="ann", form={"do": "add", "q": "ada"}, Accept="text/html")

        assert refused.status == 422
        assert "Choose at least one contact to add." in refused.text
        assert "Lovelace" in refused.text  # the search is still there

    def test_are_contacts_of_ones_own_book_alone(self, service, friends):
        send(service, f"/collections/{friends}", "vera", do="add", contact_id=ids_of(service)["Ada"])

        assert members(service, friends) == set()
        assert "No matches" in page_text(service, f"/collections/{friends}?q=ada", "vera")

    def test_are_removed_by_any_editor(self, service, friends):
        ada = ids_of(service)["Ada"]
        send(service, f"/collections/{friends}", do="add", contact_id=ada)

        assert "Removed from the collection." in send(
            service, f"/collections/{friends}", "vera", do="remove", contact_id=ada
        )
        assert members(service, friends) == set()

    def test_are_shown_to_viewers_without_what_changes_them(self, service, friends):
        send(service, f"/collections/{friends}", do="add-all", q="l")
        service.wiring.shared.collections.accept("sue", friends)
        page = page_text(service, f"/collections/{friends}?q=ada", "sue")

        assert "2 contacts" in page
        assert "Remove" not in page
        assert "Add contacts" not in page
        refused = service.post(
            f"/collections/{friends}", who="sue", form={"do": "remove", "contact_id": "x"}, Accept="text/html"
        )
        assert refused.status == 403


class TestPeople:
    def test_are_invited_and_shown_with_what_they_can(self, service, friends):
        page = send(service, f"/collections/{friends}", do="share", person=" bob ", role="editor")

        assert "ID bob … Invited Can view, add and remove contacts; the invitation expires" in page
        assert "ID vera ✓ Accepted" in page

    def test_get_another_role_and_none(self, service, friends):
        send(service, f"/collections/{friends}", do="share", person="vera", role="viewer")
        assert service.wiring.shared.collections.role_of("vera", friends) is Role.VIEWER

        assert "no access any more" in send(service, f"/collections/{friends}", do="unshare", person="vera")
        assert service.get(f"/collections/{friends}", who="vera", Accept="text/html").status == 404

    def test_must_be_named(self, service, friends):
        refused = service.post(
            f"/collections/{friends}", who="ann", form={"do": "share", "person": ""}, Accept="text/html"
        )

        assert refused.status == 422
        assert 'href="#person"' in refused.text

    def test_leave_it_themselves(self, service, friends):
        assert "Leave the collection" in page_text(service, f"/collections/{friends}", "vera")
        assert "You left the collection." in send(service, f"/shared/{friends}/leave", "vera")


class TestTheCollection:
    def test_is_renamed_by_its_owner_alone(self, service, friends):
        assert "Renamed." in send(service, f"/collections/{friends}", do="rename", name="Old friends")

        refused = service.post(
            f"/collections/{friends}", who="vera", form={"do": "rename", "name": "Mine"}, Accept="text/html"
        )
        assert refused.status == 403
        assert service.get(f"/api/v1/collections/{friends}", who="ann").json["name"] == "Old friends"

    def test_is_deleted_after_a_question_and_its_contacts_stay(self, service, friends):
        send(service, f"/collections/{friends}", do="add-all", q="l")
        question = page_text(service, f"/collections/{friends}/delete")
        assert "for you and 1 other person" in question
        assert "Its 2 contacts stay in the address books" in question

        assert "The collection is deleted." in send(service, f"/collections/{friends}/delete")
        assert set(ids_of(service)) == {"Ada", "Alan", "Grace"}

    def test_takes_names_as_text(self, service):
        made = service.wiring.shared.collections.add("ann", EVIL).collection_id

        for path in (
            "/collections",
            f"/collections/{made}",
            f"/collections/{made}/delete",
            f"/collections/{made}?q=<b>",
        ):
            page = service.get(path, who="ann", Accept="text/html").text
            assert "<img" not in page
            assert "<b>" not in page

    def test_refuses_a_form_that_it_does_not_know(self, service, friends):
        refused = service.post(f"/collections/{friends}", who="ann", form={"do": "burn"}, Accept="text/html")

        assert (refused.status, "Reload the page" in refused.text) == (422, True)
