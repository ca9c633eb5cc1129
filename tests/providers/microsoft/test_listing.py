"""Listing the contacts of all folders of a mailbox, and later only the changes."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.errors import ConsentNeeded, ProviderBroken, ProviderBusy
from chalicelib.providers.microsoft.contact import SOURCE_FIELDS
from chalicelib.providers.microsoft.listing import MicrosoftContacts
from chalicelib.providers.provider import ListLoops, Page, PageGone, SyncExpired, TokenRefused
from tests.fakes.clock import FixedClock
from tests.fakes.graph import ORIGIN, FakeGraph, Folder
from tests.fakes.transport import FakeTransport, make_reply

TOKEN = "EwB.s3cret"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DELTA = "/v1.0/me/contactFolders/default/contacts/delta"


def person(key: str, **members: Any) -> dict[str, Any]:
    return {"id": key, "displayName": f"Person {key}", **members}


def mailbox(**more: Any) -> FakeGraph:
    """Two contacts in the default folder, one in Work, one in Work's Old, none in Empty."""
    folders = {
        "default": Folder("Contacts", [person("d1"), person("d2")], parent=None),
        "work": Folder("Work", [person("w1")]),
        "old": Folder("Old", [person("o1")], parent="work"),
        "empty": Folder("Empty", []),
    }
    return FakeGraph(folders, **more)


class Reader:
    """Reads a mailbox to its end, through cursors that went through JSON."""

    def __init__(self, graph: Any) -> None:
        self.http = FakeTransport(graph)
        self.contacts = MicrosoftContacts(self.http, ORIGIN, FixedClock(NOON))

    def pages(self, sync: Any = None) -> list[Page]:
        cursor, pages = self.contacts.first_cursor(sync), []
        while cursor is not None and len(pages) < 50:
            pages.append(self.contacts.fetch(TOKEN, json.loads(json.dumps(cursor)), timeout=timedelta(seconds=20)))
            cursor = pages[-1].cursor
        return pages

    def listed(self, sync: Any = None) -> tuple[list[str], list[str], Any]:
        """Ids listed and gone, and the sync state at the end."""
        pages = self.pages(sync)
        listed = [self.contacts.id_of(record) for page in pages for record in page.records]
        return listed, [key for page in pages for key in page.gone], json.loads(json.dumps(pages[-1].sync))

    def read(self, sync: Any = None) -> dict[str, SourceContact]:
        read = [self.contacts.read(record) for page in self.pages(sync) for record in page.records]
        return {one.source_id: one for one in read if isinstance(one, SourceContact)}

    def paths(self) -> list[str]:
        return [request.path.removeprefix("/v1.0/me/") for request in self.http.requests]


def synced(graph: FakeGraph) -> Any:
    return Reader(graph).listed()[2]


class TestAllFolders:
    def test_contacts_of_all_folders_are_listed_once(self):
        listed, gone, _ = Reader(mailbox()).listed()

        assert (sorted(listed), gone) == (["d1", "d2", "o1", "w1"], [])

    def test_a_folder_list_that_names_the_default_folder_too_lists_it_once(self):
        graph = mailbox()
        graph.folders["default"].parent = "default"

        assert sorted(Reader(graph).listed()[0]) == ["d1", "d2", "o1", "w1"]

    def test_folders_that_contain_each_other_do_not_loop(self):
        graph = mailbox()
        graph.folders["work"].parent = "old"
        graph.folders["default"].parent = "old"
        graph.folders["old"].parent = "default"

        assert sorted(Reader(graph).listed()[0]) == ["d1", "d2", "o1", "w1"]

    def test_a_folder_name_is_a_group_except_the_default_folders(self):
        read = Reader(mailbox()).read()

        assert read["w1"].fields["groups_by_id"] == {"work": "Work"}
        assert "groups" not in read["d1"].fields

    def test_an_empty_default_folder_hides_no_other(self):
        graph = mailbox()
        graph.folders["default"].contacts.clear()

        assert sorted(Reader(graph).listed()[0]) == ["o1", "w1"]

    def test_an_empty_mailbox_ends_with_a_sync_state(self):
        reader = Reader(FakeGraph({"default": Folder("Contacts", [], parent=None)}))

        assert reader.listed()[:2] == ([], [])
        assert reader.pages()[-1].sync is not None

    @pytest.mark.parametrize("status", [404, 405, 501])
    def test_only_the_default_folder_is_read_if_folders_cannot_be_listed(self, status):
        graph = mailbox(refuse={"contactFolders?": make_reply(b"", status), "childFolders": make_reply(b"", status)})

        assert Reader(graph).listed()[0] == ["d1", "d2"]

    def test_a_default_folder_with_unknown_id_is_listed_without_delta(self):
        contacts = make_reply({"value": [person("d1")]})
        reader = Reader(FakeGraph({}, refuse={"/me/contacts?": contacts}))

        assert reader.listed() == (["d1"], [], None)

    def test_folder_lists_have_pages(self):
        graph = mailbox()
        second = make_reply({"value": [{"id": "work", "displayName": "Work"}]})
        first = make_reply({"value": [], "@odata.nextLink": f"{ORIGIN}/v1.0/me/contactFolders?$skip=1"})
        graph.refuse = {"contactFolders?$skip": second, "contactFolders?": first, "default/childFolders": first}

        assert sorted(Reader(graph).listed()[0]) == ["d1", "d2", "o1", "w1"]

    def test_a_folder_list_that_links_to_itself_restarts(self):
        graph = mailbox()
        graph.refuse = {"default/childFolders": make_reply({"value": [], "@odata.nextLink": f"{ORIGIN}/again"})}
        graph.refuse["/again"] = make_reply({"value": [], "@odata.nextLink": f"{ORIGIN}/again"})

        with pytest.raises(ListLoops):
            Reader(graph).pages()

    def test_a_folder_list_that_links_in_a_circle_restarts(self):
        graph = mailbox()
        graph.refuse = {"default/childFolders": make_reply({"value": [], "@odata.nextLink": f"{ORIGIN}/one"})}
        graph.refuse["/one"] = make_reply({"value": [], "@odata.nextLink": f"{ORIGIN}/two"})
        graph.refuse["/two"] = make_reply({"value": [], "@odata.nextLink": f"{ORIGIN}/one"})

        with pytest.raises(ListLoops):
            Reader(graph).pages()

    def test_too_many_folders_are_an_error(self):
        numbers = itertools.count()

        def endless(_):
            return make_reply({"value": [{"id": f"f{next(numbers)}", "displayName": "More"}]})

        with pytest.raises(ProviderBroken, match="folders"):
            Reader(endless).pages()

    def test_a_folder_without_child_folders_is_not_listed(self):
        graph = mailbox()
        inside = {"value": [{"id": "empty", "displayName": "Empty", "childFolderCount": 0}]}
        graph.refuse = {"contactFolders?": make_reply(inside), "default/childFolders": make_reply(inside)}
        reader = Reader(graph)
        reader.pages()

        assert "contactFolders/empty/childFolders" not in reader.paths()

    def test_many_empty_folders_are_skipped_in_few_steps(self):
        folders = {f"f{number}": Folder(f"F{number}", []) for number in range(60)}
        graph = FakeGraph({"default": Folder("Contacts", [person("d1")], parent=None), **folders})

        assert len(Reader(graph).pages()) < 14


def taciturn(**more: Any) -> FakeGraph:
    """The mailbox, of a Graph whose contacts do not say where they are, and whose list names the default folder."""
    graph = mailbox(tells_parents=False, **more)
    graph.folders["default"].parent = "default"
    return graph


class TestUnnamedDefaultFolder:
    def test_a_listed_default_folder_is_recognized_by_its_first_contact_and_read_once(self):
        reader = Reader(taciturn())

        assert sorted(reader.listed()[0]) == ["d1", "d2", "o1", "w1"]
        assert next(page.estimate for page in reader.pages() if page.records) == 4
        assert "groups" not in reader.read()["d1"].fields

    def test_it_is_recognized_without_counts_too(self):
        graph = taciturn()
        uncounted = {"value": [{"id": "d1"}]}
        graph.refuse = {
            "default/contacts?$top=1&$count": make_reply(uncounted),
            "/me/contacts?$top=1": make_reply(uncounted),
        }
        graph.refuse["work/contacts?$top=1&$count"] = make_reply(b"", 501)

        assert sorted(Reader(graph).listed()[0]) == ["d1", "d2", "o1", "w1"]

    def test_an_unlisted_default_folder_is_read_too(self):
        listed, _, sync = Reader(mailbox(tells_parents=False)).listed()

        assert (sorted(listed), sync) == (["d1", "d2", "o1", "w1"], None)

    def test_its_changes_are_listed_incrementally_next_time(self):
        graph = taciturn()
        sync = synced(graph)
        graph.folders["default"].changes = [person("d2")]

        assert Reader(graph).listed(sync)[0] == ["d2"]

    def test_a_default_folder_that_was_empty_is_followed_once(self):
        graph = taciturn()
        graph.folders["default"].contacts.clear()
        sync = synced(graph)
        graph.folders["default"].contacts = graph.folders["default"].changes = [person("d1")]

        assert Reader(graph).listed(sync)[0] == ["d1"]


class TestRequests:
    def test_every_request_asks_for_immutable_ids_and_has_the_token(self):
        reader = Reader(mailbox(page=1))
        reader.pages(synced(mailbox()))
        reader.pages()

        for request in reader.http.requests:
            assert 'IdType="ImmutableId"' in request.headers["Prefer"]
            assert "odata.maxpagesize=" in request.headers["Prefer"]
            assert request.headers["Authorization"] == "Bearer " + TOKEN

    def test_a_delta_listing_starts_with_the_fields_and_follows_links_unchanged(self):
        reader = Reader(mailbox(page=1))
        reader.pages()
        queries = [request.query for request in reader.http.requests if request.path == DELTA]

        assert "givenName" in queries[0]["$select"]
        assert queries[1] == {"$skiptoken": "1"}

    def test_ids_of_folders_are_escaped(self):
        graph = FakeGraph({"default": Folder("C", [], parent=None), "a/b+c==": Folder("Odd", [person("x")])})

        assert Reader(graph).listed()[0] == ["x"]

    def test_the_cursor_has_no_token(self):
        assert not any(TOKEN in json.dumps(page.cursor) for page in Reader(mailbox(page=1)).pages())

    def test_the_total_is_counted_by_folder(self):
        assert next(page.estimate for page in Reader(mailbox()).pages() if page.records) == 4

    def test_the_total_is_unknown_if_a_folder_has_no_count(self):
        reader = Reader(mailbox(refuse={"work/contacts?$top=1&$count": make_reply(b"", 501)}))

        assert {page.estimate for page in reader.pages()} == {None}
        assert len(reader.listed()[0]) == 4


class TestLinks:
    @pytest.mark.parametrize(
        "link",
        [
            "https://evil.example/v1.0/me",
            "http://graph.example/v1.0/me",
            "https://graph.example.evil.example/x",
            "https://graph.example@evil.example/x",
            "https://graph.example\\@evil.example/x",
            "https://graph.example:444/x",
            "//graph.example/x",
            "/v1.0/me",
            "http://169.254.169.254/latest",
            "https://graph.example/x y",
            "https://graph.example/\r\nX: y",
            "https://graph.example/" + "x" * 9000,
            7,
            ["https://graph.example/x"],
        ],
    )
    @pytest.mark.parametrize("member", ["@odata.nextLink", "@odata.deltaLink"])
    def test_a_link_to_another_site_never_gets_the_token(self, link, member):
        reader = Reader(mailbox(refuse={"default/contacts/delta": make_reply({"value": [], member: link})}))
        with pytest.raises(ProviderBroken, match="another site"):
            reader.pages()
        assert all(request.url.startswith(ORIGIN + "/v1.0/") for request in reader.http.requests)

    def test_a_listing_that_links_to_itself_restarts(self):
        page = make_reply({"value": [], "@odata.nextLink": ORIGIN + DELTA + "?$skiptoken=1"})
        with pytest.raises(ListLoops):
            Reader(mailbox(refuse={"default/contacts/delta": page})).pages()

    def test_an_empty_page_with_a_link_continues(self):
        graph = mailbox()
        graph.refuse = {
            "default/contacts/delta?$select": make_reply(
                {"value": [], "@odata.nextLink": f"{ORIGIN}{DELTA}?$skiptoken=0"}
            )
        }

        assert sorted(Reader(graph).listed()[0]) == ["d1", "d2", "o1", "w1"]


class TestNamesOfFolders:
    def test_the_last_page_has_folder_names_by_id_without_the_default_folder(self):
        assert Reader(mailbox()).pages()[-1].groups == {"work": "Work", "old": "Old", "empty": "Empty"}

    def test_an_incremental_listing_without_contacts_has_a_new_folder_name(self):
        graph = mailbox()
        sync = synced(graph)
        graph.folders["work"].name = "Office"

        last = Reader(graph).pages(sync)[-1]

        assert last.groups["work"] == "Office"
        assert last.sync["groups"] != sync["groups"]

    def test_a_sync_state_without_a_fingerprint_leads_to_one_full_listing(self):
        graph = mailbox()
        old = {key: value for key, value in synced(graph).items() if key != "groups"}

        with pytest.raises(SyncExpired):
            Reader(graph).pages(old)

    def test_a_contact_that_moved_to_the_default_folder_is_in_no_group_by_id(self):
        graph = mailbox()
        sync = synced(graph)
        graph.folders["default"].changes = [person("w1")]

        assert "groups_by_id" in Reader(graph).read(sync)["w1"].cleared


class TestIncremental:
    def test_only_changes_are_listed_and_they_are_partial(self):
        graph = mailbox()
        sync = synced(graph)
        graph.folders["work"].changes = [{"id": "w1", "jobTitle": "Boss", "department": None}]
        contact = Reader(graph).read(sync)

        assert list(contact) == ["w1"]
        assert contact["w1"].partial
        assert contact["w1"].fields == {"title": "Boss", "groups_by_id": {"work": "Work"}}
        assert contact["w1"].cleared == ("department",)

    def test_what_was_removed_is_gone(self):
        graph = mailbox()
        sync = synced(graph)
        graph.folders["default"].changes = [
            {"id": "d1", "@removed": {"reason": "deleted"}},
            {"id": "d2", "@removed": {"reason": "changed"}},
        ]

        assert Reader(graph).listed(sync)[:2] == ([], ["d1", "d2"])

    def test_a_contact_moved_to_another_folder_is_reported_as_gone_and_as_listed(self):
        graph = mailbox()
        sync = synced(graph)
        graph.folders["default"].changes = [{"id": "d1", "@removed": {"reason": "deleted"}}]
        graph.folders["work"].changes = [person("d1")]

        assert Reader(graph).listed(sync)[:2] == (["d1"], ["d1"])

    def test_a_new_folder_is_read_in_full(self):
        graph = mailbox()
        sync = synced(graph)
        graph.folders["new"] = Folder("New", [person("n1", categories=["Red"])])
        contact = Reader(graph).read(sync)["n1"]

        assert not contact.partial
        assert (contact.fields["groups"], contact.fields["groups_by_id"]) == (["Red"], {"new": "New"})

    def test_the_new_sync_state_works_for_the_next_import(self):
        graph = mailbox()
        graph.folders["work"].changes = [person("w1")]
        sync = Reader(graph).listed(synced(graph))[2]

        assert Reader(graph).listed(sync)[0] == ["w1"]

    def test_a_default_folder_that_became_empty_is_still_followed(self):
        graph = mailbox()
        sync = synced(graph)
        graph.folders["default"].contacts.clear()
        graph.folders["default"].changes = [{"id": "d1", "@removed": {"reason": "deleted"}}]

        assert Reader(graph).listed(sync)[1] == ["d1"]

    def test_a_folder_that_is_gone_leads_to_one_full_listing(self):
        graph = mailbox()
        sync = synced(graph)
        del graph.folders["empty"]

        with pytest.raises(SyncExpired):
            Reader(graph).pages(sync)

    def test_a_change_of_one_phone_does_not_lose_the_others(self):
        graph = mailbox()
        sync = synced(graph)
        graph.folders["work"].contacts = [person("w1", mobilePhone="2", businessPhones=["1"], homePhones=[])]
        graph.folders["work"].changes = [{"id": "w1", "mobilePhone": "2"}]
        contact = Reader(graph).read(sync)["w1"]

        assert [phone["raw"] for phone in contact.fields["phones"]] == ["1", "2"]
        assert set(contact.cleared) >= set(SOURCE_FIELDS) - set(contact.fields)

    def test_a_contact_deleted_before_it_is_read_again_is_left_to_the_next_import(self):
        graph = mailbox()
        sync = synced(graph)
        graph.folders["work"].changes = [{"id": "x9", "mobilePhone": "2"}]

        assert Reader(graph).listed(sync)[0] == []

    def test_too_many_incomplete_contacts_lead_to_a_full_listing(self):
        graph = mailbox()
        sync = synced(graph)
        graph.folders["work"].changes = [{"id": f"x{key}", "mobilePhone": "2"} for key in range(30)]

        with pytest.raises(SyncExpired):
            Reader(graph).pages(sync)

    def test_a_sync_state_for_other_fields_is_not_used(self):
        with pytest.raises(SyncExpired):
            Reader(mailbox()).pages({**synced(mailbox()), "fields": "older"})

    def test_it_sends_one_request_per_folder_after_listing_the_folders(self):
        graph = FakeGraph({"default": Folder("Contacts", [person("d1")], parent=None)})
        sync = synced(graph)
        reader = Reader(graph)
        reader.pages(sync)

        assert len(reader.http.requests) == 4


STATE_GONE = [
    make_reply({"error": {"code": "SyncStateNotFound"}}, 410),
    make_reply({"error": {"code": "syncStateNotFound", "message": "x"}}, 410),
    make_reply({"error": {"code": "BadRequest", "innerError": {"code": "resyncRequired"}}}, 400),
    make_reply({"error": {"code": "gone", "innererror": {"innererror": {"code": "ResyncRequired"}}}}, 400),
    make_reply(b"", 410),
    make_reply({"error": {"code": "ErrorItemNotFound"}}, 404),
]


class TestRefusals:
    @pytest.mark.parametrize("reply", STATE_GONE)
    def test_a_lost_delta_state_leads_to_one_full_listing(self, reply):
        sync = synced(mailbox())
        with pytest.raises(SyncExpired):
            Reader(mailbox(refuse={"$deltatoken": reply})).pages(sync)

    @pytest.mark.parametrize("reply", [*STATE_GONE, make_reply(b"", 400)])
    def test_a_full_listing_whose_state_is_lost_restarts(self, reply):
        with pytest.raises(PageGone):
            Reader(mailbox(page=1, refuse={"$skiptoken": reply})).pages()

    @pytest.mark.parametrize("status", [400, 404, 405, 501])
    def test_a_folder_without_delta_support_is_listed_in_full_each_time(self, status):
        reader = Reader(
            mailbox(refuse={"default/contacts/delta": make_reply({"error": {"code": "BadRequest"}}, status)})
        )
        listed, _, sync = reader.listed()

        assert (sorted(listed), sync) == (["d1", "d2", "o1", "w1"], None)

    def test_a_folder_deleted_while_it_is_read_restarts_the_listing(self):
        lost = make_reply({"error": {"code": "ErrorItemNotFound"}}, 404)
        with pytest.raises(PageGone):
            Reader(mailbox(refuse={"contactFolders/work/contacts": lost})).pages()

    @pytest.mark.parametrize("code", ["MailboxNotEnabledForRESTAPI", "mailboxnotenabledforrestapi"])
    def test_an_account_without_a_mailbox_is_a_clear_error(self, code):
        with pytest.raises(ConsentNeeded, match="no mailbox"):
            Reader(mailbox(refuse={"/me/": make_reply({"error": {"code": code}}, 404)})).pages()

    @pytest.mark.parametrize(
        ("reply", "meaning"),
        [
            (make_reply(b"", 429, retry_after="9"), ProviderBusy),
            (make_reply({"error": {"code": "ApplicationThrottled"}}, 403), ProviderBusy),
            (make_reply(b"<html>", 503), ProviderBusy),
            (make_reply(b"", 504, retry_after="9"), ProviderBusy),
            (make_reply(b"", 509), ProviderBusy),
            (make_reply({"error": {"code": "InvalidAuthenticationToken"}}, 401), TokenRefused),
            (make_reply({"error": {"code": "ErrorAccessDenied"}}, 403), ConsentNeeded),
            (make_reply(b"<html>", 403), ProviderBroken),
            (make_reply(b"<html>", 500), ProviderBroken),
            (make_reply(b"", 504), ProviderBroken),
            (make_reply(b"", 302), ProviderBroken),
            (make_reply({"error": "x"}, 500), ProviderBroken),
            (make_reply({"error": {"code": 7, "innerError": []}}, 500), ProviderBroken),
            (make_reply(b""), ProviderBroken),
            (make_reply(b'{"value": ['), ProviderBroken),
            (make_reply([]), ProviderBroken),
            (make_reply({"value": {}}), ProviderBroken),
            (make_reply({}), ProviderBroken),
        ],
    )
    @pytest.mark.parametrize("where", ["/me/contacts?", "contactFolders?", "work/contacts/delta"])
    def test_each_error_response_maps_to_one_error_at_every_request(self, reply, meaning, where):
        with pytest.raises(meaning) as raised:
            Reader(mailbox(refuse={where: reply})).pages()
        assert type(raised.value) is meaning
        assert TOKEN not in repr(raised.value)
        assert raised.value.__context__ is None

    @pytest.mark.parametrize(
        ("retry_after_header", "seconds"),
        [("9", 9), ("Sun, 01 Mar 2026 12:00:20 GMT", 20), ("soon", None), ("99999", 3600)],
    )
    def test_retry_after_is_the_time_microsoft_requests(self, retry_after_header, seconds):
        with pytest.raises(ProviderBusy) as raised:
            Reader(mailbox(refuse={"/me/": make_reply(b"", 429, retry_after=retry_after_header)})).pages()
        assert raised.value.retry_after == (None if seconds is None else timedelta(seconds=seconds))


class TestTime:
    def test_a_late_fetch_returns_what_it_has(self):
        http = FakeTransport(mailbox())
        contacts = MicrosoftContacts(http, ORIGIN, FixedClock(NOON))
        page = contacts.fetch(TOKEN, {}, timeout=timedelta(microseconds=1))

        assert (page.records, len(http.requests)) == ([], 1)
        assert page.cursor is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(values=st.lists(JSON, max_size=3))
def test_a_page_of_any_json_is_read_without_an_exception(values):
    reader = Reader(mailbox(refuse={"work/contacts/delta": make_reply({"value": values})}))
    records = [record for page in reader.pages() for record in page.records]

    assert all(isinstance(reader.contacts.read(record), SourceContact | Unreadable) for record in records)
