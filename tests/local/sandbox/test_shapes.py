"""Every answer has the shape that the real service has, in the eyes of judges that are not ours."""

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from local.sandbox.hostile import KINDS
from tests.local.sandbox.callers import ALL_FIELDS
from tests.local.sandbox.judges import documented, google_judge, same_shape

CONTACT = "/v1.0/me/contacts"


def judge(schema, answer):
    """What the judge finds wrong."""
    return [f"{list(error.path)}: {error.message[:200]}" for error in google_judge(schema).iter_errors(answer)]


class TestGoogle:
    def test_the_judge_is_strict(self):
        assert judge("Person", {"resourceName": 7})
        assert judge("Person", {"names": [{"shownName": "Ada"}]})
        assert judge("Source", {"type": "FRIEND"})
        assert judge("Person", {"resourceName": "people/c7", "names": [{"displayName": "Ada"}]}) == []

    @pytest.mark.parametrize("hostile", [0.0, 1.0])
    def test_pages_of_people_pass_the_discovery_document(self, google, hostile):
        pages = list(google(contacts=230, hostile=hostile).connect().pages())

        assert len(pages) == 3
        assert [judge("ListConnectionsResponse", page) for page in pages] == [[], [], []]

    def test_every_hostile_kind_is_among_the_people(self, google):
        caller = google(contacts=len(KINDS), hostile=1.0)

        assert {
            entry["odd"] for entry in caller.control(f"accounts/{caller.address}/contacts", method="GET")["contacts"]
        } == set(KINDS)

    def test_changes_deletions_renames_and_merges_pass_too(self, google):
        caller = google().connect()
        since = caller.sync_token()
        for change in (
            {"do": "change", "count": 2},
            {"do": "delete", "numbers": [5]},
            {"do": "rename", "numbers": [6]},
        ):
            caller.do(**change)
        caller.do(do="merge", numbers=[7, 8])
        page = caller.page(syncToken=since).json()

        assert judge("ListConnectionsResponse", page) == []
        assert len(page["connections"]) == 6

    def test_groups_pass(self, google):
        answer = google(contacts=200).connect().get("/v1/contactGroups").json()

        assert judge("ListContactGroupsResponse", answer) == []
        assert {group["groupType"] for group in answer["contactGroups"]} == {
            "USER_CONTACT_GROUP",
            "SYSTEM_CONTACT_GROUP",
        }

    def test_an_empty_account_answers_an_empty_object(self, google):
        assert google(contacts=0).connect().page(requestSyncToken="false").json() == {}

    def test_googles_own_client_reads_everything(self, google):
        caller = google(contacts=120).connect()
        connections = people_api(caller).people().connections()
        request, read = connections.list(resourceName="people/me", personFields=ALL_FIELDS, pageSize=50), []
        while request is not None:
            answer = request.execute()
            read += answer["connections"]
            request = connections.list_next(request, answer)

        assert len({person["resourceName"] for person in read}) == 120

    def test_googles_own_client_finds_the_reason_in_an_error(self, google):
        caller = google().connect()
        since = caller.sync_token()
        caller.do(do="expire_sync")
        listing = (
            people_api(caller)
            .people()
            .connections()
            .list(
                resourceName="people/me", personFields=ALL_FIELDS, pageSize=100, requestSyncToken=True, syncToken=since
            )
        )

        with pytest.raises(HttpError) as caught:
            listing.execute()
        assert (caught.value.status_code, caught.value.error_details[0]["reason"]) == (400, "EXPIRED_SYNC_TOKEN")


def people_api(caller):
    credentials = Credentials(caller.tokens["access_token"])
    return build("people", "v1", credentials=credentials, client_options={"api_endpoint": caller.sandbox.origin})


class TestMicrosoft:
    def test_the_judge_is_strict(self):
        theirs = {"id": "x", "displayName": None, "children": ["a"]}

        assert same_shape({"id": "y", "displayName": "Ada", "children": []}, theirs) == []
        assert same_shape({"id": 7, "displayName": "Ada", "children": []}, theirs)
        assert same_shape({"id": "y", "children": []}, theirs)
        assert same_shape({"id": "y", "displayName": "Ada", "children": [7]}, theirs)

    def test_contacts_have_the_documented_members_and_types(self, microsoft):
        read = microsoft(contacts=200).connect().walk(CONTACT, **{"$top": 100})[0]

        assert [wrong for contact in read for wrong in same_shape(contact, documented("contact"))] == []

    def test_folders_have_the_documented_members(self, microsoft):
        read = microsoft(folders=["Work"]).connect().get("/v1.0/me/contactFolders").json()

        assert same_shape(read["value"], documented("folders")["value"]) == []
        assert len(read["value"]) == 1

    def test_a_delta_page_links_as_the_documented_one_does(self, microsoft):
        page = microsoft().connect().get("/v1.0/me/contactFolders/contacts/contacts/delta").json()

        assert set(documented("changes")) <= set(page)
