"""Google's listings, as the API really behaves rather than as it is documented."""

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.providers.google.listing import GoogleContacts
from chalicelib.providers.provider import ListLoops, SyncExpired
from tests.fakes.transport import FakeTransport, make_reply
from tests.providers.google.people_api import (
    ANNA,
    CONNECTIONS,
    GROUPS,
    LABELS,
    NOW,
    SHORT,
    TOKEN,
    URL,
    fetch,
    google,
    sync_state,
)


class TestRequests:
    def test_a_page_has_a_thousand_contacts_of_the_person_and_a_sync_token_is_requested(self):
        _, http = fetch(make_reply({}))

        assert http.requests[0].path == CONNECTIONS
        assert http.requests[0].headers["Authorization"] == "Bearer " + TOKEN
        query = http.requests[0].query
        assert (query["pageSize"], query["requestSyncToken"]) == ("1000", "true")
        assert query["sources"] == "READ_SOURCE_TYPE_CONTACT"
        assert {"names", "metadata", "memberships", "photos"} <= set(query["personFields"].split(","))

    def test_every_page_repeats_the_parameters_of_the_first(self):
        page, first = fetch(make_reply({"nextPageToken": "p2"}), sync=sync_state())
        _, second = fetch(make_reply({}), cursor=page.cursor)

        assert second.requests[0].query == {**first.requests[0].query, "pageToken": "p2"}
        assert first.requests[0].query["syncToken"] == "sync-1"

    def test_a_page_token_of_any_length_stays_in_a_get(self):
        _, http = fetch(make_reply({}), cursor={"page": "p" * 5000})

        assert (http.requests[0].method, http.requests[0].body) == ("GET", b"")
        assert http.requests[0].query["pageToken"] == "p" * 5000

    def test_googles_client_is_not_loaded_before_the_first_request(self):
        code = (
            "import sys, chalicelib.providers.google.listing, chalicelib.providers.google.oauth\n"
            "assert not {'googleapiclient', 'httplib2', 'requests', 'google.auth'} & set(sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

    def test_each_call_sends_the_token_of_its_own_person(self):
        contacts, http = google(make_reply({}), make_reply({}))
        for token in ("anna", "bert"):
            contacts.fetch(token, {}, timeout=SHORT)

        anna, bert = ["Bearer anna"] * 2, ["Bearer bert"] * 2
        assert [request.headers["Authorization"] for request in http.requests] == anna + bert


class TestPages:
    def test_an_account_without_contacts_answers_an_empty_object(self):
        page, _ = fetch(make_reply({}))

        assert (page.records, page.gone, page.cursor, page.sync, page.estimate) == ([], [], None, None, None)

    def test_the_sync_token_comes_with_the_last_page(self):
        page, _ = fetch(make_reply({"connections": [ANNA], "nextSyncToken": "s", "totalItems": 1}))
        _, http = fetch(make_reply({}), sync=json.loads(json.dumps(page.sync)))

        assert page.cursor is None
        assert page.estimate == 1
        assert http.requests[0].query["syncToken"] == "s"

    def test_a_cursor_is_small_plain_json_from_which_another_worker_continues(self):
        page, _ = fetch(make_reply({"connections": [ANNA], "nextPageToken": "p2"}))
        _, http = fetch(make_reply({}), cursor=json.loads(json.dumps(page.cursor)))

        assert http.requests[0].query["pageToken"] == "p2"
        assert TOKEN not in json.dumps(page.cursor)

    def test_an_empty_page_with_a_token_continues(self):
        page, _ = fetch(make_reply({"connections": [], "nextPageToken": "p2"}))

        assert page.cursor["page"] == "p2"

    def test_a_deleted_person_is_gone(self):
        deleted = {"resourceName": "people/c9", "metadata": {"deleted": True}}
        page, _ = fetch(make_reply({"connections": [ANNA, deleted]}), sync=sync_state())

        assert (page.records, page.gone) == ([ANNA], ["people/c9"])

    @pytest.mark.parametrize("circle", [1, 2, 7])
    def test_a_listing_that_goes_in_circles_starts_again(self, circle):
        cursor = {}
        for number in range(circle):
            page, _ = fetch(make_reply({"nextPageToken": f"p{number}"}), cursor=cursor)
            cursor = page.cursor

        with pytest.raises(ListLoops):
            fetch(make_reply({"nextPageToken": "p0"}), cursor=cursor)

    def test_the_longest_listing_keeps_a_small_cursor(self):
        contacts, _ = google(*(make_reply({"nextPageToken": f"p{number}"}) for number in range(300)))
        cursor = {}
        for _ in range(300):
            cursor = contacts.fetch(TOKEN, cursor, timeout=SHORT).cursor

        assert len(json.dumps(cursor)) < 1000

    def test_totals_of_old_answers_count_too(self):
        assert fetch(make_reply({"totalPeople": 7}))[0].estimate == 7

    @pytest.mark.parametrize("total", [True, "7", -1, None, 1.5])
    def test_a_total_that_is_not_a_number_is_ignored(self, total):
        assert fetch(make_reply({"totalItems": total}))[0].estimate is None

    def test_an_incremental_listing_has_no_estimate(self):
        assert fetch(make_reply({"totalItems": 2500}), sync=sync_state())[0].estimate is None

    def test_a_sync_token_for_other_fields_is_not_used(self):
        contacts, http = google()
        with pytest.raises(SyncExpired):
            contacts.fetch(TOKEN, contacts.first_cursor({"token": "s", "fields": "names"}), timeout=SHORT)
        assert http.requests == []


class TestRead:
    def test_reading_an_id_never_fails(self):
        contacts, _ = google()

        assert contacts.id_of(ANNA) == "people/c1"
        assert [contacts.id_of(record) for record in (None, [], {}, {"resourceName": 7})] == ["", "", "", ""]

    def test_a_value_that_is_not_a_record_is_unreadable_and_the_page_continues(self):
        page, _ = fetch(make_reply({"connections": [None, 7, "x", [], ANNA]}))
        read = [google()[0].read(record) for record in page.records]

        assert [type(one) for one in read] == [Unreadable] * 4 + [SourceContact]

    JSON = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )

    LISTING = GoogleContacts(
        FakeTransport(lambda request: make_reply(LABELS if request.path == GROUPS else TestRead.body)), URL, NOW
    )
    body: Any = None

    @given(people=st.lists(JSON, max_size=3))
    def test_a_page_of_any_json_is_read_without_an_exception(self, people):
        TestRead.body = {"connections": people}
        page = self.LISTING.fetch(TOKEN, {}, timeout=SHORT)

        assert len(page.records) + len(page.gone) <= len(people)
        assert all(isinstance(self.LISTING.read(one), SourceContact | Unreadable) for one in page.records)
