"""The sandbox's People API: paging, masks and sync tokens as the real one has them."""

import pytest

from tests.local.sandbox.callers import CONTACTS
from tests.local.sandbox.judges import google_judge


def judge(schema, answer):
    """What the judge finds wrong."""
    return [error.message for error in google_judge(schema).iter_errors(answer)]


def names(answer):
    return [person["resourceName"] for person in answer.get("connections", [])]


class TestListing:
    def test_every_person_comes_exactly_once_and_the_last_page_alone_has_a_sync_token(self, google):
        pages = list(google(contacts=250).connect().pages())

        assert [len(names(page)) for page in pages] == [100, 100, 50]
        assert len({name for page in pages for name in names(page)}) == 250
        assert ["nextSyncToken" in page for page in pages] == [False, False, True]
        assert {page["totalItems"] for page in pages} == {250}

    def test_a_sync_token_comes_only_on_request(self, google):
        assert "nextSyncToken" not in google().connect().page(requestSyncToken="false").json()

    def test_a_page_has_a_hundred_people_by_default(self, google):
        caller = google(contacts=130).connect()

        assert len(names(caller.page(pageSize="").json())) == 100
        assert len(names(caller.page(pageSize="0").json())) == 100

    def test_the_mask_selects_the_fields(self, google):
        people = google().connect().people(personFields="names")

        assert {member for person in people for member in person} == {"resourceName", "etag", "names"}

    def test_a_partial_response_has_the_selected_members_only(self, google):
        caller = google(contacts=150).connect()
        page = caller.page(fields="nextPageToken,connections(resourceName,names(displayName,metadata/source/type))")

        assert page.json().keys() == {"nextPageToken", "connections"}
        for person in page.json()["connections"]:
            assert person.keys() == {"resourceName", "names"}
            for name in person["names"]:
                assert name == {"displayName": name["displayName"], "metadata": {"source": {"type": "CONTACT"}}}

    @pytest.mark.parametrize("fields", ["connections(", "connections(names))", "a,,b", "connections/", "/names", "("])
    def test_what_selects_no_members_is_a_400(self, google, fields):
        assert google().connect().page(fields=fields).status_code == 400

    @pytest.mark.parametrize(
        "query",
        [
            *({"personFields": ""}, {"personFields": "names,shoes"}, {"pageSize": "1001"}, {"pageSize": "-1"}),
            *({"sources": "READ_SOURCE_TYPE_DREAM"}, {"pageToken": "abc"}, {"syncToken": "abc"}, {"page": "2"}),
        ],
    )
    def test_what_cannot_be_is_a_400(self, google, query):
        answer = google().connect().page(**query)

        assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")

    @pytest.mark.parametrize("other", [{"pageSize": 99}, {"personFields": "names"}, {"requestSyncToken": "false"}])
    def test_later_pages_need_the_parameters_of_the_first(self, google, other):
        caller = google(contacts=150).connect()
        token = caller.page().json()["nextPageToken"]

        assert caller.page(pageToken=token, **other).status_code == 400
        assert caller.page(pageToken=token).status_code == 200

    def test_a_page_token_of_another_account_is_refused(self, google):
        theirs = google(contacts=150).connect().page().json()["nextPageToken"]
        mine = google("carl@gmail.example", contacts=150).connect()

        assert mine.page(pageToken=theirs).status_code == 400

    def test_a_profile_hides_the_contacts_own_name_unless_only_contacts_are_requested(self, google):
        caller = google(contacts=0).connect()
        caller.do(do="add", odd="profile", people=[{"given": "Ada"}])
        both, alone = caller.people()[0]["names"], caller.people(sources="READ_SOURCE_TYPE_CONTACT")[0]["names"]

        assert [name["metadata"].get("primary") for name in both] == [True, None]
        assert both[0]["metadata"]["source"]["type"] == "PROFILE"
        assert [(name["displayName"], name["metadata"]["primary"]) for name in alone] == [("Ada", True)]

    def test_no_contact_is_lost_while_contacts_change_between_pages(self, google):
        caller = google(contacts=250).connect()
        first = caller.page().json()
        caller.do(do="change", count=30)
        rest, token = [], first["nextPageToken"]
        while token:
            page = caller.page(pageToken=token).json()
            rest, token = rest + names(page), page.get("nextPageToken")

        assert len(set(names(first)) | set(rest)) == 250


class TestSync:
    def test_without_changes_there_is_an_empty_list_and_a_new_token(self, google):
        caller = google().connect()
        answer = caller.page(syncToken=caller.sync_token()).json()

        assert list(answer) == ["nextSyncToken"]

    def test_only_changes_are_listed_and_deleted_people_are_marked(self, google):
        caller = google().connect()
        since = caller.sync_token()
        changed = [each["id"] for each in caller.do(do="change", count=2)["touched"]]
        gone = [each["id"] for each in caller.do(do="delete", numbers=[9])["touched"]]
        answer = caller.page(syncToken=since).json()

        assert names(answer) == changed + gone
        assert answer["connections"][-1] == {
            "resourceName": gone[0],
            "metadata": {"deleted": True, "objectType": "PERSON"},
        }
        assert caller.page(syncToken=answer["nextSyncToken"]).json().get("connections") is None

    def test_changes_during_a_full_listing_are_listed_by_its_sync_token(self, google):
        caller = google(contacts=250).connect()
        pages = caller.pages()
        next(pages)
        changed = caller.do(do="change", count=1)["touched"][0]["id"]
        since = list(pages)[-1]["nextSyncToken"]

        assert names(caller.page(syncToken=since).json()) == [changed]

    def test_a_renamed_person_names_its_previous_names_to_those_who_synchronise(self, google):
        caller = google().connect()
        since, before = caller.sync_token(), names(caller.page().json())[0]
        caller.do(do="rename", numbers=[0])
        renamed = caller.page(syncToken=since).json()["connections"][0]

        assert renamed["resourceName"] != before
        assert renamed["metadata"]["previousResourceNames"] == [before]
        assert renamed["metadata"]["sources"][0]["id"] == f"{int(before.removeprefix('people/c')):x}"
        assert "previousResourceNames" not in caller.people()[-1]["metadata"]

    def test_merged_people_are_one_that_remembers_and_one_that_is_deleted(self, google):
        caller = google().connect()
        since, before = caller.sync_token(), names(caller.page().json())
        caller.do(do="merge", numbers=[0, 1])
        absorbed, kept = caller.page(syncToken=since).json()["connections"]

        assert (absorbed["resourceName"], absorbed["metadata"]["deleted"]) == (before[1], True)
        assert (kept["resourceName"], kept["metadata"]["previousResourceNames"]) == (before[0], [before[1]])

    @pytest.mark.parametrize("how", ["at once", "after seven days"])
    def test_an_expired_token_is_a_400_with_a_reason(self, google, how):
        caller = google().connect()
        since = caller.sync_token()
        if how == "at once":
            caller.do(do="expire_sync")
        else:
            caller.control("clock", {"advance_seconds": 7 * 86_400 + 1})
            caller.connect()
        answer = caller.page(syncToken=since)

        assert answer.status_code == 400
        assert answer.json()["error"]["details"][0]["reason"] == "EXPIRED_SYNC_TOKEN"
        assert caller.page().status_code == 200

    def test_a_sync_with_other_fields_is_refused(self, google):
        caller = google().connect()

        assert caller.page(syncToken=caller.sync_token(), personFields="names").status_code == 400


class TestLabels:
    def groups(self, caller):
        listed = caller.get("/v1/contactGroups", pageSize=1000).json()["contactGroups"]
        return {group["resourceName"]: group["name"] for group in listed if group["groupType"] == "USER_CONTACT_GROUP"}

    def test_one_that_is_renamed_keeps_its_id_and_changes_no_contact(self, google):
        caller = google().connect()
        since, before = caller.sync_token(), self.groups(caller)
        key, name = next(iter(before.items()))

        caller.do(do="rename_group", group=name, name="Called otherwise")

        assert self.groups(caller) == {**before, key: "Called otherwise"}
        assert "connections" not in caller.page(syncToken=since).json()

    def test_one_that_is_deleted_is_listed_no_more(self, google):
        caller = google().connect()
        before = self.groups(caller)
        key, name = next(iter(before.items()))

        caller.do(do="delete_group", group=name)

        assert self.groups(caller) == {other: name for other, name in before.items() if other != key}


class TestOtherContacts:
    SCOPES = f"openid email {CONTACTS} https://www.googleapis.com/auth/contacts.other.readonly"

    def page(self, caller, **query):
        asked = {"readMask": "names,emailAddresses,metadata", "pageSize": 100, "requestSyncToken": "true", **query}
        return caller.get("/v1/otherContacts", **asked)

    def test_need_a_permission_of_their_own(self, google):
        answer = self.page(google(others=5).connect())

        assert (answer.status_code, answer.json()["error"]["status"]) == (403, "PERMISSION_DENIED")

    def test_are_a_list_of_their_own_with_pages_and_a_total(self, google):
        caller = google(others=130).connect(scope=self.SCOPES)
        first = self.page(caller).json()
        second = self.page(caller, pageToken=first["nextPageToken"]).json()

        found = [person["resourceName"] for page in (first, second) for person in page["otherContacts"]]
        assert (len(set(found)), first["totalSize"]) == (130, 130)
        assert all(name.startswith("otherContacts/c") for name in found)
        assert set(names(caller.page().json())).isdisjoint(found)
        assert [judge("ListOtherContactsResponse", page) for page in (first, second)] == [[], []]

    def test_have_few_fields(self, google):
        caller = google(others=5).connect(scope=self.SCOPES)

        assert self.page(caller, readMask="names,birthdays").status_code == 400
        assert self.page(caller, personFields="names").status_code == 400

    def test_one_that_becomes_a_contact_is_deleted_here_and_new_there(self, google):
        caller = google(contacts=2, others=2).connect(scope=self.SCOPES)
        since, since_there = self.page(caller).json()["nextSyncToken"], caller.sync_token()
        caller.do(do="move", numbers=[2], folder="Contacts")

        (gone,) = self.page(caller, syncToken=since).json()["otherContacts"]
        (new,) = caller.page(syncToken=since_there).json()["connections"]
        assert gone["metadata"]["deleted"] is True
        assert new["resourceName"] == gone["resourceName"].replace("otherContacts/", "people/")

    def test_the_sync_token_of_the_other_list_is_refused(self, google):
        caller = google(others=2).connect(scope=self.SCOPES)

        assert self.page(caller, syncToken=caller.sync_token()).status_code == 400
