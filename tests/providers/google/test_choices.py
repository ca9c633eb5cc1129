"""What can be chosen of a Google account, and listings of it, when Google's answers are not as they should be."""

import pytest

from chalicelib.foundation.errors import ConsentNeeded, ProviderBroken, ProviderBusy
from chalicelib.providers.choices import EVERYTHING, OTHER, hash_of_choice, normalized
from chalicelib.providers.google.choices import MOST_PAGES, GoogleChoices
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
    error,
    fetch,
)

FRIENDS, STARRED = "contactGroups/7", "contactGroups/starred"
OTHERS = "/v1/otherContacts"


def member(*groups: object):
    return {**ANNA, "memberships": [{"contactGroupMembership": {"contactGroupResourceName": each}} for each in groups]}


def choices(replies: dict[str, object]) -> tuple[GoogleChoices, FakeTransport]:
    """Google with these answers by path."""
    http = FakeTransport(lambda request: replies.get(request.path, make_reply({})))
    return GoogleChoices(http, URL, NOW), http


def listed(replies: dict[str, object], *permitted: str):
    return choices(replies)[0].listed(TOKEN, permitted=permitted, timeout=SHORT)


class TestNormalized:
    @pytest.mark.parametrize(
        ("ids", "chosen"),
        [
            ([EVERYTHING], None),
            ([EVERYTHING, "b", "a"], None),
            ([OTHER, EVERYTHING, "a"], (EVERYTHING, OTHER)),
            (["b", "a", "b"], ("a", "b")),
            ([], ()),
        ],
    )
    def test_has_one_form(self, ids, chosen):
        assert normalized(ids) == chosen

    def test_no_choice_has_no_hash_and_others_have_different_ones(self):
        assert hash_of_choice(None) is None
        assert len({hash_of_choice(each) for each in ((), ("a",), ("b",), ("a", "b"))}) == 4


class TestListed:
    def test_one_contact_is_asked_for_to_count_all(self):
        provider, http = choices({CONNECTIONS: make_reply({"totalItems": 412, "connections": [ANNA]})})

        everything = provider.listed(TOKEN, timeout=SHORT)[0]

        assert everything.count == 412
        assert (http.requests[0].query["pageSize"], "requestSyncToken" in http.requests[0].query) == ("1", False)
        assert OTHERS not in [request.path for request in http.requests]

    def test_an_empty_account_has_none(self):
        assert [(each.id, each.count) for each in listed({}, OTHER)] == [(EVERYTHING, 0), (OTHER, 0)]

    @pytest.mark.parametrize("total", ["7", -1, None, 7.5, True])
    def test_a_total_that_is_no_number_is_unknown(self, total):
        assert listed({CONNECTIONS: make_reply({"totalItems": total})})[0].count is None

    def test_groups_of_google_are_offered_only_if_people_know_them_and_they_have_contacts(self):
        system = {"groupType": "SYSTEM_CONTACT_GROUP", "memberCount": 3}
        groups = [
            {**system, "resourceName": STARRED, "name": "starred", "formattedName": "Starred"},
            {**system, "resourceName": "contactGroups/blocked", "name": "blocked"},
            {**system, "resourceName": "contactGroups/family", "name": "family", "memberCount": 0},
            *LABELS["contactGroups"][:1],
        ]
        found = listed({GROUPS: make_reply({"contactGroups": groups})})

        assert [(each.id, each.count) for each in found[1:-1]] == [(STARRED, 3), (FRIENDS, 0)]

    @pytest.mark.parametrize("groups", ["none", [7, None, {"resourceName": 7, "name": "x"}, {"resourceName": "g"}]])
    def test_what_is_no_list_of_labels_offers_none(self, groups):
        found = listed({GROUPS: make_reply({"contactGroups": groups})})

        assert [each.id for each in found] == [EVERYTHING, OTHER]

    def test_a_busy_google_has_its_own_error(self):
        with pytest.raises(ProviderBusy):
            listed({GROUPS: error(429, status="RESOURCE_EXHAUSTED")})

    def test_a_missing_permission_for_others_needs_consent(self):
        with pytest.raises(ConsentNeeded):
            listed({OTHERS: error(403, status="PERMISSION_DENIED")}, OTHER)


class TestIds:
    def test_a_list_that_does_not_end_is_given_up(self):
        endless = make_reply({"connections": [member(FRIENDS)], "nextPageToken": "again"})
        provider, http = choices({CONNECTIONS: endless})

        with pytest.raises(ProviderBroken):
            provider.ids(TOKEN, (FRIENDS,), timeout=SHORT)
        assert len(http.requests) == MOST_PAGES

    @pytest.mark.parametrize("body", [{"connections": "x"}, {"connections": [], "nextPageToken": 7}])
    def test_wrong_types_are_broken(self, body):
        with pytest.raises(ProviderBroken):
            choices({CONNECTIONS: make_reply(body)})[0].ids(TOKEN, None, timeout=SHORT)

    def test_people_without_an_id_or_of_wrong_types_are_left_out(self):
        people = [7, {}, {"resourceName": 7}, {**member(FRIENDS), "memberships": "x"}, member(7, None, FRIENDS)]
        provider, _ = choices({CONNECTIONS: make_reply({"connections": people})})

        assert provider.ids(TOKEN, (FRIENDS,), timeout=SHORT) == {ANNA["resourceName"]}

    def test_only_the_list_that_is_chosen_is_asked(self):
        provider, http = choices({OTHERS: make_reply({"otherContacts": [{"resourceName": "otherContacts/c1"}]})})

        assert provider.ids(TOKEN, (OTHER,), timeout=SHORT) == {"otherContacts/c1"}
        assert {request.path for request in http.requests} == {OTHERS}


class TestListing:
    def test_starred_contacts_can_be_chosen_although_their_group_is_no_label(self):
        people = [member(STARRED), {**member(FRIENDS), "resourceName": "people/c2"}]
        page, http = fetch(make_reply({"connections": people, "nextSyncToken": "s"}), cursor={"chosen": [STARRED]})

        assert [each["resourceName"] for each in page.records] == [ANNA["resourceName"]]
        assert [request.path for request in http.requests].count(CONNECTIONS) == 1
        assert page.sync["present"] == []

    def test_an_account_without_a_list_of_labels_keeps_its_choice(self):
        reply = make_reply({"connections": [member(FRIENDS)], "nextSyncToken": "s"})
        gone = error(404, status="NOT_FOUND")
        page, _ = fetch(reply, cursor={"chosen": [FRIENDS]}, labels=gone)
        following, _ = fetch(make_reply({}), cursor={"chosen": [FRIENDS], "sync": page.sync}, labels=gone)

        assert (len(page.records), following.records) == (1, [])

    def test_other_contacts_without_a_sync_token_are_listed_in_full_the_next_time(self):
        page, _ = fetch(make_reply({"otherContacts": []}), cursor={"chosen": [EVERYTHING, OTHER]})
        last, _ = fetch(make_reply({"nextSyncToken": "s"}), cursor=page.cursor)

        assert (page.sync, last.cursor, last.sync) == (None, None, None)

    def test_without_labels_no_estimate_is_made_of_what_is_chosen(self):
        page, _ = fetch(make_reply({"totalItems": 9, "nextPageToken": "p"}), cursor={"chosen": [FRIENDS]})

        assert page.estimate is None

    def test_the_requests_of_an_account_without_a_choice_are_those_of_ever(self):
        _, without = fetch(make_reply({"nextSyncToken": "s"}))
        _, everything = fetch(make_reply({"nextSyncToken": "s"}), cursor={"chosen": [EVERYTHING]})

        assert [each.path for each in without.requests] == [CONNECTIONS, GROUPS]
        assert len(everything.requests) == 2
