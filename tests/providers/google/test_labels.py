"""The names of Google's labels, as groups of the contacts."""

import json

import pytest

from chalicelib.foundation.errors import ProviderBusy
from chalicelib.providers.google.listing import GoogleContacts
from chalicelib.providers.provider import SyncExpired, TokenRefused
from tests.fakes.executor import InlineExecutor
from tests.fakes.transport import FakeTransport, make_reply
from tests.providers.google.people_api import (
    ANNA,
    CONNECTIONS,
    FRIEND,
    GROUPS,
    LABELS,
    NOW,
    SHORT,
    TOKEN,
    URL,
    error,
    fetch,
    google,
    sync_state,
)


class TestLabels:
    def test_a_contact_has_the_names_of_its_labels(self):
        contacts, _ = google(make_reply({"connections": [FRIEND]}), labels=make_reply(LABELS))
        page = contacts.fetch(TOKEN, {}, timeout=SHORT)

        assert contacts.read(page.records[0]).fields["groups_by_id"] == {"contactGroups/7": "Friends"}

    def test_the_last_page_has_all_label_names_even_if_its_contacts_have_no_labels(self):
        page, _ = fetch(make_reply({"connections": [ANNA], "nextSyncToken": "s"}), labels=make_reply(LABELS))

        assert page.groups == {"contactGroups/7": "Friends"}

    def test_an_incremental_listing_without_contacts_has_all_label_names_too(self):
        page, http = fetch(make_reply({"nextSyncToken": "s"}), sync=sync_state(), labels=make_reply(LABELS))

        assert page.groups == {"contactGroups/7": "Friends"}
        assert [request.path for request in http.requests] == [CONNECTIONS, GROUPS]

    def test_the_hash_in_the_sync_state_changes_only_with_a_label_name(self):
        renamed = {"contactGroups": [{**LABELS["contactGroups"][0], "name": "Old friends"}]}
        listings = [make_reply(LABELS), make_reply(LABELS), make_reply(renamed)]
        syncs = [fetch(make_reply({"nextSyncToken": "s"}), labels=labels)[0].sync for labels in listings]

        assert syncs[0] == syncs[1] != syncs[2]

    def test_a_sync_state_without_a_hash_of_the_names_leads_to_one_full_listing(self):
        old = {key: value for key, value in sync_state().items() if key != "groups"}

        with pytest.raises(SyncExpired):
            fetch(sync=old)

    def test_a_list_of_labels_has_pages(self):
        pages = {"": {**LABELS, "nextPageToken": "2"}, "2": {"contactGroups": [{"resourceName": "g/8", "name": "B"}]}}
        http = FakeTransport(
            lambda request: make_reply(pages[request.query.get("pageToken", "")] if request.path == GROUPS else {})
        )

        page = GoogleContacts(http, URL, NOW).fetch(TOKEN, {}, timeout=SHORT)

        assert page.groups == {"contactGroups/7": "Friends", "g/8": "B"}

    def test_label_names_are_requested_once_and_kept_in_the_cursor(self):
        page, http = fetch(make_reply({"connections": [FRIEND], "nextPageToken": "p2"}), labels=make_reply(LABELS))
        again, later = fetch(make_reply({"connections": [FRIEND]}), cursor=json.loads(json.dumps(page.cursor)))

        assert [request.path for request in http.requests] == [CONNECTIONS, GROUPS]
        assert [request.path for request in later.requests] == [CONNECTIONS]
        assert google()[0].read(again.records[0]).fields["groups_by_id"] == {"contactGroups/7": "Friends"}
        assert again.groups == {"contactGroups/7": "Friends"}

    def test_labels_are_requested_while_the_first_page_is_fetched(self):
        replies = {GROUPS: [make_reply(LABELS)], CONNECTIONS: [make_reply({"nextPageToken": "p2"}), make_reply({})]}
        http = FakeTransport(lambda request: replies[request.path].pop(0))
        contacts = GoogleContacts(http, URL, NOW, InlineExecutor())

        first = contacts.fetch(TOKEN, {}, timeout=SHORT)
        contacts.fetch(TOKEN, first.cursor, timeout=SHORT)

        assert [request.path for request in http.requests] == [GROUPS, CONNECTIONS, CONNECTIONS]

    def test_a_first_page_that_cannot_be_fetched_fails_whatever_labels_there_are(self):
        http = FakeTransport(lambda request: make_reply(b"", 429 if request.path == GROUPS else 401))

        with pytest.raises(TokenRefused):
            GoogleContacts(http, URL, NOW, InlineExecutor()).fetch(TOKEN, {}, timeout=SHORT)

    def test_too_many_labels_for_the_cursor_are_requested_with_each_page(self):
        groups = [{"resourceName": f"contactGroups/{key}", "name": "x" * 100} for key in range(1000)]
        labels = make_reply({"contactGroups": groups})
        page, _ = fetch(make_reply({"connections": [FRIEND], "nextPageToken": "p2"}), labels=labels)

        assert len(json.dumps(page.cursor)) < 1000
        assert google()[0].read(page.records[0]).fields["groups_by_id"] == {"contactGroups/7": "x" * 100}

    @pytest.mark.parametrize("status", [400, 403, 404, 405, 501])
    def test_contacts_have_no_labels_if_labels_cannot_be_listed(self, status):
        page, _ = fetch(make_reply({"connections": [FRIEND]}), labels=error(status, "no", "PERMISSION_DENIED"))

        assert (len(page.records), page.groups) == (1, None)

    def test_labels_that_cannot_be_listed_are_not_requested_again(self):
        page, _ = fetch(make_reply({"connections": [FRIEND], "nextPageToken": "p2"}), labels=make_reply(b"", 404))
        _, http = fetch(make_reply({"connections": [FRIEND]}), cursor=page.cursor)

        assert [request.path for request in http.requests] == [CONNECTIONS]

    def test_a_rate_limit_on_labels_raises_provider_busy(self):
        with pytest.raises(ProviderBusy):
            fetch(make_reply({"connections": [FRIEND]}), labels=make_reply(b"", 429))

    @pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"[]", b'"x"', b"7", b'{"contactGroups": [', b"\xff"])
    def test_an_unreadable_label_list_counts_as_no_labels(self, body):
        page, http = fetch(make_reply({"connections": [FRIEND], "nextPageToken": "p2"}), labels=make_reply(body))
        _, later = fetch(make_reply({"connections": [FRIEND]}), cursor=page.cursor)

        assert "groups_by_id" not in google()[0].read(page.records[0]).fields
        assert [len(each.requests) for each in (http, later)] == [2, 1]

    @pytest.mark.parametrize("groups", [{"contactGroups": "x"}, {}, {"contactGroups": [None, 1, {"name": []}]}])
    def test_labels_of_any_type_are_read_without_errors(self, groups):
        page, _ = fetch(make_reply({"connections": [FRIEND]}), labels=make_reply(groups))

        assert len(page.records) == 1
