"""The sandbox's Microsoft: folders, deltas and ids as Graph has them, and a sign-in its own library takes."""

from urllib.parse import quote

import jwt
import msal
import pytest
import requests
from requests.adapters import HTTPAdapter

from local.sandbox.walk import ConsentStopped
from tests.local.sandbox.callers import IMMUTABLE, REDIRECT, a_session, parameters_of

CONTACTS = "/v1.0/me/contacts"
DELTA = "/v1.0/me/contactFolders/contacts/contacts/delta"
FOLDERS = ["Work", "Work/Projects"]


def ids(records):
    return [record["id"] for record in records]


class TestContacts:
    def test_a_page_has_ten_contacts_by_default_and_the_link_is_absolute(self, microsoft):
        caller = microsoft().connect()
        page = caller.get(CONTACTS).json()

        assert len(page["value"]) == 10
        assert page["@odata.nextLink"].startswith(caller.sandbox.origin + CONTACTS)
        assert len(caller.get(CONTACTS, **{"$top": 20}).json()["value"]) == 20

    def test_contacts_are_those_of_the_default_folder_and_the_folders_hold_the_rest(self, microsoft):
        caller = microsoft(contacts=60, folders=FOLDERS).connect()
        default, rest = (caller.walk(f"{path}/contacts")[0] for path in ("/v1.0/me", caller.all_folders()[1]))
        every = [each for path in caller.all_folders() for each in ids(caller.walk(path + "/contacts")[0])]

        assert (len(default), len(rest)) == (30, 15)
        assert (len(every), len(set(every))) == (60, 60)

    def test_folders_are_listed_without_the_default_one_and_children_at_their_level_only(self, microsoft):
        caller = microsoft(folders=FOLDERS).connect()
        top = caller.get("/v1.0/me/contactFolders").json()["value"]
        below = caller.get(f"/v1.0/me/contactFolders/{top[0]['id']}/childFolders").json()["value"]

        assert [folder["displayName"] for folder in (*top, *below)] == ["Work", "Projects"]
        assert below[0]["parentFolderId"] == top[0]["id"]

    def test_an_id_may_come_percent_encoded(self, microsoft):
        caller = microsoft(folders=FOLDERS).connect()
        folder = caller.get("/v1.0/me/contactFolders").json()["value"][0]["id"]

        assert caller.get(f"/v1.0/me/contactFolders/{quote(folder)}/contacts/%24count").text == "6"

    def test_the_default_folder_is_listed_where_a_mailbox_does_so(self, microsoft):
        caller = microsoft(folders=FOLDERS).connect()
        caller.control("settings", {"lists_default_folder": True})
        listed = caller.get("/v1.0/me/contactFolders").json()["value"]

        assert [folder["displayName"] for folder in listed] == ["Contacts", "Work"]
        assert caller.get(CONTACTS).json()["value"][0]["parentFolderId"] == listed[0]["id"]

    def test_select_lists_the_fields_returned_with_the_id(self, microsoft):
        page = microsoft().connect().get(CONTACTS, **{"$select": "displayName,emailAddresses"}).json()

        assert set(page["value"][0]) == {"@odata.etag", "id", "displayName", "emailAddresses"}

    def test_the_count_counts_distribution_lists_too(self, microsoft):
        caller = microsoft().connect()
        caller.control("settings", {"distribution_lists": 3})

        assert caller.get(CONTACTS, **{"$count": "true"}).json()["@odata.count"] == 28
        assert caller.get(CONTACTS + "/$count").text == "28"
        assert len(caller.walk(CONTACTS)[0]) == 25

    def test_moving_changes_an_id_but_not_an_immutable_one(self, microsoft):
        caller = microsoft(folders=FOLDERS).connect()
        before = [ids(caller.walk(CONTACTS, headers)[0])[0] for headers in ({}, IMMUTABLE)]
        caller.do(do="move", numbers=[0], folder="Work")
        work = caller.all_folders()[1] + "/contacts"
        after = [ids(caller.walk(work, headers)[0])[-1] for headers in ({}, IMMUTABLE)]

        assert (before[0] == after[0], before[1] == after[1]) == (False, True)

    def test_ids_differ_by_the_case_of_a_letter(self, microsoft):
        every = ids(microsoft(contacts=50).connect().walk(CONTACTS)[0])

        assert len({each.casefold() for each in every}) < len(set(every)) == 50

    @pytest.mark.parametrize(
        ("url", "query", "status"),
        [
            (CONTACTS, {"$top": "1001"}, 400),
            (CONTACTS, {"$skiptoken": "x"}, 400),
            (DELTA, {"$deltatoken": "x"}, 400),
            ("/v1.0/me/contactFolders/nobody/contacts", {}, 404),
        ],
    )
    def test_what_cannot_be_is_an_error_with_a_request_id(self, microsoft, url, query, status):
        answer = microsoft().connect().get(url, **query)

        assert answer.status_code == status
        assert "request-id" in answer.json()["error"]["innerError"]

    def test_a_guest_has_no_mailbox(self, microsoft):
        caller = microsoft().connect()
        caller.control(f"accounts/{caller.address}/settings", {"mailbox": False})
        answer = caller.get(CONTACTS)

        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "MailboxNotEnabledForRESTAPI")


class TestDelta:
    def test_the_first_round_tells_everything_and_ends_with_a_delta_link(self, microsoft):
        read, last = microsoft().connect().walk(DELTA)

        assert len(set(ids(read))) == 25
        assert "@odata.deltaLink" in last

    def test_later_rounds_list_changed_and_deleted_contacts(self, microsoft):
        caller = microsoft().connect()
        link = caller.walk(DELTA)[1]["@odata.deltaLink"]
        assert caller.walk(link)[0] == []
        caller.do(do="change", numbers=[3])
        caller.do(do="delete", numbers=[4])
        (changed, gone), last = caller.walk(link)

        assert "displayName" in changed
        assert gone == {"id": gone["id"], "@removed": {"reason": "deleted"}}
        assert caller.walk(last["@odata.deltaLink"])[0] == []

    def test_a_moved_contact_is_gone_here_and_new_there(self, microsoft):
        caller = microsoft(folders=FOLDERS).connect()
        here, there = (caller.walk(f"{path}/contacts/delta", IMMUTABLE)[1] for path in caller.all_folders()[:2])
        moved = caller.do(do="move", numbers=[0], folder="Work")["touched"][0]["id"]
        rounds = [caller.walk(last["@odata.deltaLink"], IMMUTABLE)[0] for last in (here, there)]

        assert [ids(records) for records in rounds] == [[moved], [moved]]
        assert ["@removed" in records[0] for records in rounds] == [True, False]

    def test_the_link_keeps_the_parameters(self, microsoft):
        caller = microsoft().connect()
        link = caller.walk(DELTA, **{"$select": "displayName", "$top": 7})[1]["@odata.deltaLink"]
        caller.do(do="change", count=10)
        page = caller.get(link).json()

        assert set(page["value"][0]) == {"@odata.etag", "id", "displayName"}
        assert len(page["value"]) == 7

    def test_the_page_size_may_come_as_a_preference(self, microsoft):
        page = microsoft().connect().get(DELTA, {"Prefer": 'odata.maxpagesize=4, IdType="ImmutableId"'})

        assert len(page.json()["value"]) == 4
        assert page.headers["Preference-Applied"] == 'IdType="ImmutableId"'

    def test_an_expired_link_is_gone(self, microsoft):
        caller = microsoft().connect()
        link = caller.walk(DELTA)[1]["@odata.deltaLink"]
        caller.do(do="expire_sync")
        answer = caller.get(link)

        assert (answer.status_code, answer.json()["error"]["code"]) == (410, "SyncStateNotFound")


class TestSignIn:
    def test_each_refresh_gives_a_new_refresh_token_and_the_old_one_lives_on(self, microsoft):
        caller = microsoft().connect()
        newer = caller.refresh().json()["refresh_token"]

        assert newer != caller.tokens["refresh_token"]
        assert [caller.refresh(each).status_code for each in (caller.tokens["refresh_token"], newer)] == [200, 200]

    def test_no_refresh_token_without_offline_access(self, microsoft):
        assert "refresh_token" not in microsoft().connect(scope="Contacts.Read").tokens

    def test_the_id_token_identifies_the_account(self, microsoft):
        caller = microsoft().connect()
        keys = caller.get("/common/discovery/v2.0/keys").json()["keys"]
        key = jwt.PyJWK(keys[0])
        token_claims = jwt.decode(caller.tokens["id_token"], key, ["RS256"], audience=caller.client_id)

        assert (token_claims["preferred_username"], token_claims["nonce"]) == (caller.address, "nonce-1")
        assert token_claims["iss"] == f"https://login.microsoftonline.com/{token_claims['tid']}/v2.0"
        assert token_claims["oid"]

    def test_the_wall_has_no_way_on_but_back(self, microsoft):
        caller = microsoft()
        caller.control(f"accounts/{caller.address}/settings", {"wall": True})

        with pytest.raises(ConsentStopped, match="Need admin approval"):
            caller.consent()
        assert caller.consent(answer="deny")["error_description"].startswith("AADSTS90094")

    def test_fewer_scopes_may_be_granted_than_requested(self, microsoft):
        caller = microsoft()
        caller.control(f"accounts/{caller.address}/settings", {"granted": ["openid", "profile", "User.Read"]})
        caller.connect()

        assert caller.tokens["scope"] == "openid profile User.Read"
        assert caller.get(CONTACTS).status_code == 403
        assert caller.get("/v1.0/me").json()["mail"] == caller.address

    def test_errors_have_microsofts_shape(self, microsoft):
        answer = microsoft().redeem("M.C5guess")

        assert (answer.status_code, answer.json()["error"], answer.json()["error_codes"]) == (
            400,
            "invalid_grant",
            [54005],
        )
        assert answer.json()["error_description"].startswith("AADSTS54005: ")

    @pytest.mark.filterwarnings("ignore:response_mode='form_post'")
    def test_microsofts_own_library_signs_in_and_refreshes(self, microsoft):
        caller = microsoft()
        app = msal.ConfidentialClientApplication(
            caller.client_id,
            client_credential="sandbox-microsoft-secret",
            authority="https://login.microsoftonline.com/common",
            http_client=led_to(caller.sandbox.origin),
        )
        flow = app.initiate_auth_code_flow(["Contacts.Read", "User.Read"], redirect_uri=REDIRECT, response_mode="query")
        parameters = {name: value for name, value in parameters_of(flow["auth_uri"]).items() if name != "response_mode"}
        grant = app.acquire_token_by_auth_code_flow(dict(flow), caller.consent(**parameters))
        renewed = app.acquire_token_by_refresh_token(grant["refresh_token"], ["Contacts.Read"])

        assert grant["id_token_claims"]["preferred_username"] == caller.address
        caller.tokens = renewed
        assert caller.get(CONTACTS).status_code == 200


class _Led(HTTPAdapter):
    """Sends what is meant for Microsoft to the sandbox."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.origin = origin

    def send(self, request, *args, **kwargs):
        request.url = request.url.replace("https://login.microsoftonline.com", self.origin)
        return super().send(request, *args, **kwargs)


def led_to(origin: str) -> requests.Session:
    session = a_session()
    session.mount("https://", _Led(origin))
    return session
