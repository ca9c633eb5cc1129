"""Listing the contacts of a mailbox: requests, links, time and content of any kind."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.errors import ProviderBroken
from chalicelib.providers.microsoft.listing import MicrosoftContacts
from chalicelib.providers.provider import ListLoops
from tests.fakes.clock import FixedClock
from tests.fakes.graph import ORIGIN, FakeGraph, Folder
from tests.fakes.transport import FakeTransport, make_reply
from tests.providers.microsoft.mailbox import DELTA, NOON, TOKEN, Reader, mailbox, person, sync_state


class TestRequests:
    def test_every_request_asks_for_immutable_ids_and_has_the_token(self):
        reader = Reader(mailbox(page=1))
        reader.pages(sync_state(mailbox()))
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
