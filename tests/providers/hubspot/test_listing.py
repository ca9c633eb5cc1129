"""Full and incremental listings of HubSpot: pages, changes in order of ids, archived and merged contacts."""

import pytest

from chalicelib.contacts.source_record import SourceContact
from chalicelib.providers.hubspot.contact import source_contact
from chalicelib.providers.hubspot.crm_client import SEARCH_SIZE
from chalicelib.providers.hubspot.listing import HubSpotContacts
from chalicelib.providers.hubspot.listing_state import MOST_RECENT
from chalicelib.providers.hubspot.properties import READ
from chalicelib.providers.provider import ListLoops, SyncExpired
from tests.fakes.transport import FakeTransport, make_reply
from tests.providers.hubspot.crm import (
    DEFINITIONS,
    LIST,
    NO_DEFINITIONS,
    NOW,
    SEARCH,
    SHORT,
    TOKEN,
    URL,
    a_page,
    archived,
    body_of,
    contact,
    error,
    fetch,
    in_milliseconds,
    minutes_ago,
    sync_state,
)

SHOE_SIZE = {"name": "shoe_size", "label": "Shoe size", "hubspotDefined": False}
STAGE = {
    "name": "lifecyclestage",
    "label": "Lifecycle Stage",
    "hubspotDefined": True,
    "options": [{"value": "lead", "label": "Prospect"}, {"value": "customer", "label": "Customer"}],
}


def defined(*definitions):
    return make_reply({"results": [*definitions]})


def incremental(*replies, **more):
    """The page after a full import."""
    return fetch(*replies, sync=sync_state(), **more)


class TestFullListing:
    def test_asks_for_a_hundred_contacts_with_the_properties_that_are_read(self):
        _, (request,) = fetch(a_page(contact(1)))

        assert (request.method, request.path, request.url.startswith(URL)) == ("GET", LIST, True)
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        assert (request.query["limit"], request.query["archived"]) == ("100", "false")
        assert request.query["properties"].split(",") == list(READ)

    def test_goes_on_at_the_next_page_until_there_is_none(self):
        first, _ = fetch(a_page(contact(1), after="NTI1"), a_page(total=2))
        second, (request,) = fetch(a_page(contact(2)), cursor=first.cursor)

        assert request.query["after"] == "NTI1"
        assert (first.sync, second.cursor) == (None, None)
        assert second.sync is not None

    def test_tells_on_its_first_page_how_many_contacts_there_are(self):
        whole, _ = fetch(a_page(contact(1)))
        first, (_, count) = fetch(a_page(contact(1), after="x"), a_page(total=1_234))
        second, _ = fetch(a_page(contact(2)), cursor=first.cursor)

        assert (whole.estimate, first.estimate, second.estimate) == (1, 1_234, None)
        assert (count.path, body_of(count)["limit"]) == (SEARCH, 1)

    @pytest.mark.parametrize("reply", [error(429), error(403, "MISSING_SCOPES"), make_reply({"total": "many"})])
    def test_works_without_that_number(self, reply):
        page, _ = fetch(a_page(contact(1), after="x"), reply)

        assert (len(page.records), page.estimate) == (1, None)

    def test_a_page_link_that_leads_back_is_found_out(self):
        first, _ = fetch(a_page(contact(1), after="x"), a_page(total=2))

        with pytest.raises(ListLoops):
            fetch(a_page(contact(2), after="x"), cursor=first.cursor)


class TestOwnProperties:
    def test_are_read_too_unless_hidden_or_of_hubspot(self):
        hidden = {**SHOE_SIZE, "name": "secret", "hidden": True}
        of_hubspot = {"name": "hs_score", "label": "Score", "hubspotDefined": True}

        _, (request,) = fetch(a_page(), definitions=defined(hidden, of_hubspot, SHOE_SIZE))

        assert request.query["properties"].split(",")[len(READ) :] == ["shoe_size"]

    def test_go_under_the_accounts_names_for_them_and_for_their_options(self):
        colors = [{"value": "r", "label": "Red"}, {"value": "b", "label": "Blue"}]
        color = {"name": "color", "label": "Color", "hubspotDefined": False, "options": colors}
        page, _ = fetch(a_page(contact(1, color="r;b", shoe_size="42")), definitions=defined(color, SHOE_SIZE))

        assert custom_fields(page) == [{"name": "Color", "value": "Red; Blue"}, {"name": "Shoe size", "value": "42"}]

    def test_what_does_not_fit_into_a_request_is_reported(self):
        many = [{**SHOE_SIZE, "name": f"{'x' * 100}{number:03}"} for number in range(100)]
        page, (request,) = fetch(a_page(contact(1)), definitions=defined(*many))

        assert len(request.url) < 8_000
        assert read(page).dropped == ("Further properties of the account",)

    def test_stages_are_groups_whose_names_the_account_chooses(self):
        page, _ = fetch(a_page(contact(1, lifecyclestage="lead")), definitions=defined(STAGE))

        assert read(page).fields["groups_by_id"] == {"lifecyclestage/lead": "Prospect"}
        assert page.groups == {"lifecyclestage/lead": "Prospect", "lifecyclestage/customer": "Customer"}

    @pytest.mark.parametrize(
        "reply", [error(403, "MISSING_SCOPES"), error(404), make_reply({"results": "none"}), defined(17, {})]
    )
    def test_contacts_are_read_where_definitions_cannot_be(self, reply):
        page, _ = fetch(a_page(contact(1, lifecyclestage="lead")), definitions=reply)

        assert read(page).fields["groups_by_id"] == {"lifecyclestage/lead": "Lead"}
        assert page.groups is None


class TestIncrementalListing:
    def test_asks_for_changes_since_shortly_before_the_last_import_in_order_of_ids(self):
        _, (request,) = incremental(a_page())

        body = body_of(request)
        (group,) = body["filterGroups"]
        since = {
            "propertyName": "lastmodifieddate",
            "operator": "GTE",
            "value": in_milliseconds(minutes_ago(10)),
        }
        assert (request.method, request.path) == ("POST", SEARCH)
        assert group["filters"] == [since]
        assert body["sorts"] == [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
        assert (body["limit"], body["properties"]) == (SEARCH_SIZE, list(READ))

    def test_goes_on_behind_the_last_id_so_that_there_is_no_limit_of_ten_thousand(self):
        ids = range(9, 9 + SEARCH_SIZE)
        first, _ = incremental(a_page(*map(contact, ids), total=12_000))
        _, (request,) = fetch(a_page(), cursor=first.cursor)

        body = body_of(request)
        assert body["filterGroups"][0]["filters"][1:] == [
            {"propertyName": "hs_object_id", "operator": "GT", "value": str(ids[-1])}
        ]
        assert "after" not in body

    @pytest.mark.parametrize("ids", [(2, 1), (10, 9), (9, 10, 9)])
    def test_results_in_another_order_ask_for_a_full_listing(self, ids):
        with pytest.raises(SyncExpired):
            incremental(a_page(*map(contact, ids)))

    def test_does_not_read_again_what_the_last_import_read_in_the_overlap(self):
        late = minutes_ago(3).isoformat()
        known, changed = contact(1, at=late), contact(2, at=late)
        page, _ = fetch(a_page(known, contact(2, at=minutes_ago(1).isoformat())), sync=sync_state(known, changed))

        assert [record["id"] for record in page.records] == ["2"]

    def test_keeps_few_versions_of_the_overlap(self):
        late = minutes_ago(3).isoformat()

        sync = sync_state(*(contact(number, at=late) for number in range(1, 500)))

        assert len(sync["recent"]) == MOST_RECENT

    def test_contacts_that_were_archived_since_are_gone(self):
        changed, _ = incremental(a_page())
        page, (request,) = fetch(
            a_page(archived(1, minutes_ago(9)), archived(2, minutes_ago(11)), {"id": "3"}), cursor=changed.cursor
        )

        assert (request.path, request.query["archived"]) == (LIST, "true")
        assert page.gone == ["1", "3"]
        assert (page.cursor, page.sync is None) == (None, False)

    def test_pages_without_a_newly_archived_contact_are_skipped(self):
        changed, _ = incremental(a_page())
        old = archived(1, minutes_ago(1_000))
        page, requests = fetch(a_page(old, after="x"), a_page(archived(2, minutes_ago(1))), cursor=changed.cursor)

        assert (page.gone, len(requests)) == (["2"], 2)

    def test_so_many_that_an_archive_of_any_size_is_read_to_its_end(self):
        changed, _ = incremental(a_page())
        old = archived(1, minutes_ago(1_000))
        page, requests = fetch(*(a_page(old, after=str(number)) for number in range(150)), cursor=changed.cursor)

        assert (page.gone, len(requests), page.cursor["phase"]) == ([], 100, "archived")

    def test_contacts_merged_into_another_are_gone_and_its_aliases(self):
        page, _ = incremental(a_page(contact(7, hs_merged_object_ids="5;6;7")))

        assert page.gone == ["5", "6"]
        assert read(page).aliases == ("5", "6")

    @pytest.mark.parametrize("change", [{"fields": "other"}, {"since": 0}])
    def test_a_state_for_other_properties_or_older_than_the_archive_asks_for_a_full_one(self, change):
        with pytest.raises(SyncExpired):
            fetch(sync={**sync_state(), **change})


class TestDefinitionsRequests:
    def test_are_asked_for_at_the_start_of_each_listing_and_not_for_each_page(self):
        replies = {DEFINITIONS: NO_DEFINITIONS, SEARCH: a_page(total=3)}
        rest = [a_page(contact(1), after="x"), a_page(contact(2), after="y"), a_page(contact(3)), a_page()]
        http = FakeTransport(lambda request: replies.get(request.path) or rest.pop(0))
        contacts = HubSpotContacts(http, URL, NOW)

        for _ in range(2):
            cursor = contacts.first_cursor(None)
            while cursor is not None:
                cursor = contacts.fetch(TOKEN, cursor, timeout=SHORT).cursor

        assert [request.path for request in http.requests].count(DEFINITIONS) == 2


def read(page):
    (record,) = page.records
    converted = source_contact(record)
    assert isinstance(converted, SourceContact)
    return converted


def custom_fields(page):
    return read(page).fields["custom_fields"]
