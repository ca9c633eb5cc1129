"""Google's listings, as the API really behaves rather than as it is documented."""

import gc
import json
import subprocess
import sys
import tracemalloc
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.errors import ConsentNeeded, Misconfigured, ProviderBroken, ProviderBusy
from chalicelib.providers.google.listing import GoogleContacts
from chalicelib.providers.provider import ListLoops, PageGone, SyncExpired, TokenRefused
from tests.fakes.clock import FixedClock
from tests.fakes.transport import FakeTransport, make_reply

TOKEN = "ya29.s3cret"
URL = "https://people.example"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONNECTIONS, GROUPS = "/v1/people/me/connections", "/v1/contactGroups"
NOW = FixedClock(NOON)
SHORT = timedelta(seconds=5)
ANNA = {"resourceName": "people/c1", "names": [{"displayName": "Anna"}]}
FRIEND = {
    **ANNA,
    "memberships": [
        {"contactGroupMembership": {"contactGroupResourceName": "contactGroups/myContacts"}},
        {"contactGroupMembership": {"contactGroupResourceName": "contactGroups/7"}},
        {"contactGroupMembership": {"contactGroupResourceName": "contactGroups/starred"}},
    ],
}
LABELS = {
    "contactGroups": [
        {"resourceName": "contactGroups/7", "groupType": "USER_CONTACT_GROUP", "name": "Friends"},
        {"resourceName": "contactGroups/starred", "groupType": "SYSTEM_CONTACT_GROUP", "name": "Starred"},
    ]
}
NO_LABELS = {"contactGroups": LABELS["contactGroups"][1:]}


def google(*replies, labels=None) -> tuple[GoogleContacts, FakeTransport]:
    """Google with these answers in order, and another for each question about labels (None: it has none)."""
    rest = list(replies)
    http = FakeTransport(lambda request: (labels or make_reply(NO_LABELS)) if request.path == GROUPS else rest.pop(0))
    return GoogleContacts(http, URL, NOW), http


def fetched(*replies, cursor=None, sync=None, labels=None):
    contacts, http = google(*replies, labels=labels)
    page = contacts.fetch(TOKEN, contacts.first_cursor(sync) if cursor is None else cursor, timeout=SHORT)
    return page, http


def sync_state(token: str = "sync-1"):
    page, _ = fetched(make_reply({"nextSyncToken": token}))
    return page.sync


def error(code: int, message: str = "", status: str = "", reason: str | None = None, **headers: str):
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}] if reason else []
    return make_reply(
        {"error": {"code": code, "message": message, "status": status, "details": details}}, code, **headers
    )


class TestRequests:
    def test_a_page_has_a_thousand_contacts_of_the_person_and_a_sync_token_is_requested(self):
        _, http = fetched(make_reply({}))

        assert http.requests[0].path == CONNECTIONS
        assert http.requests[0].headers["Authorization"] == "Bearer " + TOKEN
        query = http.requests[0].query
        assert (query["pageSize"], query["requestSyncToken"]) == ("1000", "true")
        assert query["sources"] == "READ_SOURCE_TYPE_CONTACT"
        assert {"names", "metadata", "memberships", "photos"} <= set(query["personFields"].split(","))

    def test_every_page_repeats_the_parameters_of_the_first(self):
        page, first = fetched(make_reply({"nextPageToken": "p2"}), sync=sync_state())
        _, second = fetched(make_reply({}), cursor=page.cursor)

        assert second.requests[0].query == {**first.requests[0].query, "pageToken": "p2"}
        assert first.requests[0].query["syncToken"] == "sync-1"

    def test_a_page_token_of_any_length_stays_in_a_get(self):
        _, http = fetched(make_reply({}), cursor={"page": "p" * 5000})

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


class TestMemory:
    def test_many_small_pages_use_hardly_more_memory_than_few(self):
        """With the collector off: what a page leaves behind must not wait for it, as a worker rarely lets it look."""
        read_pages(1)  # the client's modules are loaded once in a process
        few, many = peak_of_pages(4), peak_of_pages(400)

        assert many <= 1.5 * few

    def test_a_page_leaves_no_reference_cycles(self):
        """Other threads of the process may leave some of their own."""
        contacts = endless()
        contacts.fetch(TOKEN, {}, timeout=SHORT)
        gc.collect()
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            for number in range(5):
                contacts.fetch(TOKEN, {"page": f"p{number}", "labels": {}}, timeout=SHORT)
            gc.collect()
            modules = [type(each).__module__ for each in gc.garbage]
        finally:
            gc.set_debug(0)
            gc.garbage.clear()

        assert not [each for each in modules if each.startswith(("googleapiclient", "chalicelib", "httplib2"))]


def endless() -> GoogleContacts:
    """An account whose every page is small and has another behind it."""
    counting = count()

    def page(_):
        return make_reply({"connections": [ANNA], "nextPageToken": f"p{next(counting)}"})

    return GoogleContacts(Forgetful(page), URL, NOW)


class Forgetful(FakeTransport):
    def send(self, *args, **more):
        reply = super().send(*args, **more)
        self.requests.clear()
        return reply


def read_pages(pages: int) -> None:
    contacts = endless()
    for number in range(pages):
        contacts.fetch(TOKEN, {"page": f"p{number}"}, timeout=SHORT)


def peak_of_pages(pages: int) -> int:
    """Bytes that Python had allocated at most while it read so many."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        read_pages(pages)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.enable()


class TestPages:
    def test_an_account_without_contacts_answers_an_empty_object(self):
        page, _ = fetched(make_reply({}))

        assert (page.records, page.gone, page.cursor, page.sync, page.estimate) == ([], [], None, None, None)

    def test_the_sync_token_comes_with_the_last_page(self):
        page, _ = fetched(make_reply({"connections": [ANNA], "nextSyncToken": "s", "totalItems": 1}))
        _, http = fetched(make_reply({}), sync=json.loads(json.dumps(page.sync)))

        assert page.cursor is None
        assert page.estimate == 1
        assert http.requests[0].query["syncToken"] == "s"

    def test_a_cursor_is_small_plain_json_from_which_another_worker_continues(self):
        page, _ = fetched(make_reply({"connections": [ANNA], "nextPageToken": "p2"}))
        _, http = fetched(make_reply({}), cursor=json.loads(json.dumps(page.cursor)))

        assert http.requests[0].query["pageToken"] == "p2"
        assert TOKEN not in json.dumps(page.cursor)

    def test_an_empty_page_with_a_token_continues(self):
        page, _ = fetched(make_reply({"connections": [], "nextPageToken": "p2"}))

        assert page.cursor["page"] == "p2"

    def test_a_deleted_person_is_gone(self):
        told = {"resourceName": "people/c9", "metadata": {"deleted": True}}
        page, _ = fetched(make_reply({"connections": [ANNA, told]}), sync=sync_state())

        assert (page.records, page.gone) == ([ANNA], ["people/c9"])

    @pytest.mark.parametrize("circle", [1, 2, 7])
    def test_a_listing_that_goes_in_circles_starts_again(self, circle):
        cursor = {}
        for number in range(circle):
            page, _ = fetched(make_reply({"nextPageToken": f"p{number}"}), cursor=cursor)
            cursor = page.cursor

        with pytest.raises(ListLoops):
            fetched(make_reply({"nextPageToken": "p0"}), cursor=cursor)

    def test_the_longest_listing_keeps_a_small_cursor(self):
        contacts, _ = google(*(make_reply({"nextPageToken": f"p{number}"}) for number in range(300)))
        cursor = {}
        for _ in range(300):
            cursor = contacts.fetch(TOKEN, cursor, timeout=SHORT).cursor

        assert len(json.dumps(cursor)) < 1000

    def test_totals_of_old_answers_count_too(self):
        assert fetched(make_reply({"totalPeople": 7}))[0].estimate == 7

    @pytest.mark.parametrize("total", [True, "7", -1, None, 1.5])
    def test_a_total_that_is_not_a_number_is_ignored(self, total):
        assert fetched(make_reply({"totalItems": total}))[0].estimate is None

    def test_an_incremental_listing_has_no_estimate(self):
        assert fetched(make_reply({"totalItems": 2500}), sync=sync_state())[0].estimate is None

    def test_a_sync_token_for_other_fields_is_not_used(self):
        contacts, http = google()
        with pytest.raises(SyncExpired):
            contacts.fetch(TOKEN, contacts.first_cursor({"token": "s", "fields": "names"}), timeout=SHORT)
        assert http.requests == []


class TestLabels:
    def test_a_contact_has_the_names_of_its_labels(self):
        contacts, _ = google(make_reply({"connections": [FRIEND]}), labels=make_reply(LABELS))
        page = contacts.fetch(TOKEN, {}, timeout=SHORT)

        assert contacts.read(page.records[0]).fields["groups_by_id"] == {"contactGroups/7": "Friends"}

    def test_the_last_page_has_all_label_names_even_if_its_contacts_have_no_labels(self):
        page, _ = fetched(make_reply({"connections": [ANNA], "nextSyncToken": "s"}), labels=make_reply(LABELS))

        assert page.groups == {"contactGroups/7": "Friends"}

    def test_an_incremental_listing_without_contacts_has_all_label_names_too(self):
        page, http = fetched(make_reply({"nextSyncToken": "s"}), sync=sync_state(), labels=make_reply(LABELS))

        assert page.groups == {"contactGroups/7": "Friends"}
        assert [request.path for request in http.requests] == [CONNECTIONS, GROUPS]

    def test_the_fingerprint_in_the_sync_state_changes_only_with_a_label_name(self):
        renamed = {"contactGroups": [{**LABELS["contactGroups"][0], "name": "Old friends"}]}
        listings = [make_reply(LABELS), make_reply(LABELS), make_reply(renamed)]
        syncs = [fetched(make_reply({"nextSyncToken": "s"}), labels=labels)[0].sync for labels in listings]

        assert syncs[0] == syncs[1] != syncs[2]

    def test_a_sync_state_without_a_fingerprint_leads_to_one_full_listing(self):
        old = {key: value for key, value in sync_state().items() if key != "groups"}

        with pytest.raises(SyncExpired):
            fetched(sync=old)

    def test_a_list_of_labels_has_pages(self):
        pages = {"": {**LABELS, "nextPageToken": "2"}, "2": {"contactGroups": [{"resourceName": "g/8", "name": "B"}]}}
        http = FakeTransport(
            lambda request: make_reply(pages[request.query.get("pageToken", "")] if request.path == GROUPS else {})
        )

        page = GoogleContacts(http, URL, NOW).fetch(TOKEN, {}, timeout=SHORT)

        assert page.groups == {"contactGroups/7": "Friends", "g/8": "B"}

    def test_label_names_are_requested_once_and_kept_in_the_cursor(self):
        page, http = fetched(make_reply({"connections": [FRIEND], "nextPageToken": "p2"}), labels=make_reply(LABELS))
        again, later = fetched(make_reply({"connections": [FRIEND]}), cursor=json.loads(json.dumps(page.cursor)))

        assert [request.path for request in http.requests] == [CONNECTIONS, GROUPS]
        assert [request.path for request in later.requests] == [CONNECTIONS]
        assert google()[0].read(again.records[0]).fields["groups_by_id"] == {"contactGroups/7": "Friends"}
        assert again.groups == {"contactGroups/7": "Friends"}

    def test_too_many_labels_for_the_cursor_are_requested_with_each_page(self):
        groups = [{"resourceName": f"contactGroups/{key}", "name": "x" * 100} for key in range(1000)]
        labels = make_reply({"contactGroups": groups})
        page, _ = fetched(make_reply({"connections": [FRIEND], "nextPageToken": "p2"}), labels=labels)

        assert len(json.dumps(page.cursor)) < 1000
        assert google()[0].read(page.records[0]).fields["groups_by_id"] == {"contactGroups/7": "x" * 100}

    @pytest.mark.parametrize("status", [400, 403, 404, 405, 501])
    def test_contacts_have_no_labels_if_labels_cannot_be_listed(self, status):
        page, _ = fetched(make_reply({"connections": [FRIEND]}), labels=error(status, "no", "PERMISSION_DENIED"))

        assert (len(page.records), page.groups) == (1, None)

    def test_labels_that_cannot_be_listed_are_not_requested_again(self):
        page, _ = fetched(make_reply({"connections": [FRIEND], "nextPageToken": "p2"}), labels=make_reply(b"", 404))
        _, http = fetched(make_reply({"connections": [FRIEND]}), cursor=page.cursor)

        assert [request.path for request in http.requests] == [CONNECTIONS]

    def test_a_rate_limit_on_labels_raises_provider_busy(self):
        with pytest.raises(ProviderBusy):
            fetched(make_reply({"connections": [FRIEND]}), labels=make_reply(b"", 429))

    @pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"[]", b'"x"', b"7", b'{"contactGroups": [', b"\xff"])
    def test_an_unreadable_label_list_counts_as_no_labels(self, body):
        page, http = fetched(make_reply({"connections": [FRIEND], "nextPageToken": "p2"}), labels=make_reply(body))
        _, later = fetched(make_reply({"connections": [FRIEND]}), cursor=page.cursor)

        assert "groups_by_id" not in google()[0].read(page.records[0]).fields
        assert [len(each.requests) for each in (http, later)] == [2, 1]

    @pytest.mark.parametrize("groups", [{"contactGroups": "x"}, {}, {"contactGroups": [None, 1, {"name": []}]}])
    def test_labels_of_any_type_are_read_without_errors(self, groups):
        page, _ = fetched(make_reply({"connections": [FRIEND]}), labels=make_reply(groups))

        assert len(page.records) == 1


RATE_LIMITED = error(
    429,
    "Quota exceeded for quota metric 'Critical read requests (Contact and Profile Reads)' and limit"
    " 'Critical read requests (Contact and Profile Reads) per minute per user' of service 'people.googleapis.com'",
    "RESOURCE_EXHAUSTED",
    "RATE_LIMIT_EXCEEDED",
)
OLD_RATE_LIMIT = make_reply(
    {"error": {"code": 403, "errors": [{"reason": "userRateLimitExceeded"}], "message": "x"}}, 403
)
SCOPE = "Request had insufficient authentication scopes."


class TestRefusals:
    @pytest.mark.parametrize(
        ("reply", "meaning"),
        [
            (RATE_LIMITED, ProviderBusy),
            (make_reply(b"", 429), ProviderBusy),
            (OLD_RATE_LIMIT, ProviderBusy),
            (make_reply({"error": {"errors": [{"reason": "rateLimitExceeded"}]}}, 403), ProviderBusy),
            (error(403, reason="RATE_LIMIT_EXCEEDED"), ProviderBusy),
            (error(503, status="UNAVAILABLE"), ProviderBusy),
            (make_reply(b"<html>", 503), ProviderBusy),
            (make_reply(b"", 502, retry_after="3"), ProviderBusy),
            (error(401, status="UNAUTHENTICATED"), TokenRefused),
            (make_reply(b"<html>", 401), TokenRefused),
            (error(403, SCOPE, "PERMISSION_DENIED"), ConsentNeeded),
            (error(403, SCOPE, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), ConsentNeeded),
            (make_reply(b"", 403, www_authenticate='Bearer error="insufficient_scope"'), ConsentNeeded),
            (error(403, "off", "PERMISSION_DENIED", "SERVICE_DISABLED"), Misconfigured),
            (error(403, "People API has not been used in project 1 before or it is disabled."), Misconfigured),
            (make_reply({"error": {"errors": [{"reason": "accessNotConfigured"}]}}, 403), Misconfigured),
            (make_reply(b"<html>", 403), ProviderBroken),
            (error(500, status="INTERNAL"), ProviderBroken),
            (make_reply(b"<html>", 502), ProviderBroken),
            (error(404), ProviderBroken),
            (error(400, status="INVALID_ARGUMENT"), ProviderBroken),
            (make_reply(b"", 302, location="https://evil.example"), ProviderBroken),
            (make_reply({"error": "broken"}, 500), ProviderBroken),
            (make_reply({"error": {"errors": "x", "details": {"a": 1}}}, 403), ConsentNeeded),
            (make_reply([], 403), ProviderBroken),
            (make_reply(b"\xff", 400), ProviderBroken),
            (ProviderBroken("Google did not answer in time."), ProviderBroken),
        ],
    )
    def test_each_error_response_maps_to_one_error(self, reply, meaning):
        with pytest.raises(meaning) as raised:
            fetched(reply)
        assert type(raised.value) is meaning
        assert TOKEN not in repr(raised.value)
        assert raised.value.__context__ is None

    @pytest.mark.parametrize(
        ("reply", "seconds"),
        [
            (make_reply(b"", 429, retry_after="38"), 38),
            (make_reply(b"", 429, retry_after="Sun, 01 Mar 2026 12:00:20 GMT"), 20),
            (make_reply(b"", 503, retry_after="99999"), 3600),
            (make_reply({"error": {"details": [{"retryDelay": "12.5s"}]}}, 429), 12),
            (make_reply(b"", 429), None),
        ],
    )
    def test_retry_after_is_the_time_google_requests(self, reply, seconds):
        with pytest.raises(ProviderBusy) as raised:
            fetched(reply)
        assert raised.value.retry_after == (None if seconds is None else timedelta(seconds=seconds))

    EXPIRED = "Sync token is expired. Clear local cache and retry call without the sync token."

    @pytest.mark.parametrize(
        "reply",
        [
            error(400, EXPIRED, "FAILED_PRECONDITION"),
            error(400, "", "FAILED_PRECONDITION", "EXPIRED_SYNC_TOKEN"),
            error(410, EXPIRED),
            make_reply(b"", 410),
            error(400, "Request contains an invalid argument.", "INVALID_ARGUMENT"),
        ],
    )
    def test_a_rejected_sync_token_leads_to_one_full_listing(self, reply):
        with pytest.raises(SyncExpired):
            fetched(reply, sync=sync_state())

    @pytest.mark.parametrize("status", [400, 410])
    def test_a_sync_token_may_expire_between_two_pages(self, status):
        cursor = {**GoogleContacts(FakeTransport([]), URL, NOW).first_cursor(sync_state()), "page": "p2"}
        with pytest.raises(SyncExpired):
            fetched(error(status, self.EXPIRED), cursor=cursor)

    @pytest.mark.parametrize("sync", [None, "sync-1"])
    @pytest.mark.parametrize(
        "reply", [error(400, status="INVALID_ARGUMENT"), make_reply(b"<html>", 400), make_reply(b"", 410)]
    )
    def test_a_rejected_page_token_restarts_the_listing(self, reply, sync):
        cursor = {"page": "p2", **({"sync": sync_state(sync)} if sync else {})}
        with pytest.raises(PageGone):
            fetched(reply, cursor=cursor)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"null",
            b'"text"',
            b"<html>sorry</html>",
            b'{"connections": [',
            b"\xff\xfe\x00",
            b"[" * 200_000,
            b'{"a": ' + b"9" * 5000 + b"}",
            b'{"connections": {}}',
            b'{"connections": "x"}',
            b'{"nextPageToken": 7}',
            b'{"nextSyncToken": []}',
        ],
    )
    def test_a_200_with_an_unreadable_body_is_an_error(self, body):
        with pytest.raises(ProviderBroken):
            fetched(make_reply(body))


class TestRead:
    def test_reading_an_id_never_fails(self):
        contacts, _ = google()

        assert contacts.id_of(ANNA) == "people/c1"
        assert [contacts.id_of(record) for record in (None, [], {}, {"resourceName": 7})] == ["", "", "", ""]

    def test_a_value_that_is_not_a_record_is_unreadable_and_the_page_continues(self):
        page, _ = fetched(make_reply({"connections": [None, 7, "x", [], ANNA]}))
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
