"""The sandbox's HubSpot: shapes, limits, archived, merged and purged contacts."""

from typing import Any

import pytest
import requests

from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.errors import ConsentNeeded, InvalidInput, ProviderBroken, ProviderBusy
from chalicelib.foundation.http_client import HttpClient
from chalicelib.foundation.settings import Settings
from chalicelib.providers.provider import SyncExpired, TokenRefused
from chalicelib.providers.registry import PROVIDERS as REGISTRY
from local.sandbox import Sandbox
from local.sandbox.hostile import KINDS
from local.sandbox.pace import Pace
from local.sandbox.sandbox_providers import PROVIDERS
from tests.contracts.test_providers import Mailbox, connect
from tests.foundation.test_settings import GOOD

PATH = "/crm/objects/2026-03/contacts"


@pytest.fixture
def mailbox(sandbox: Sandbox) -> Mailbox:
    return connect(sandbox, "hubspot")


@pytest.fixture
def ask(sandbox: Sandbox, mailbox: Mailbox):
    def ask(method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {mailbox.grant.access_token}"}
        return requests.request(method, sandbox.origin + path, headers=headers, timeout=10, **more)

    return ask


def search(ask, **body: Any) -> requests.Response:
    return ask("POST", f"{PATH}/search", json=body)


def merge(mailbox: Mailbox, numbers: list[int]) -> list[str]:
    return mailbox.change("merge", numbers=numbers)


class TestShapes:
    def test_a_record_has_texts_for_the_properties_that_were_asked_for_and_null_for_those_without_a_value(self, ask):
        (record,) = ask("GET", PATH, params={"limit": 1, "properties": "firstname,fax"}).json()["results"]

        assert set(record) == {"id", "properties", "createdAt", "updatedAt", "archived"}
        assert set(record["properties"]) == {"firstname", "fax", "createdate", "hs_object_id", "lastmodifieddate"}
        assert record["properties"]["fax"] is None
        assert all(isinstance(value, str | None) for value in record["properties"].values())

    @pytest.mark.parametrize("limit", ["0", "101", "many"])
    def test_a_page_has_at_most_a_hundred(self, ask, limit):
        reply = ask("GET", PATH, params={"limit": limit})

        assert (reply.status_code, reply.json()["category"]) == (400, "VALIDATION_ERROR")

    def test_without_a_token_nothing_is_shown(self, sandbox):
        reply = requests.get(sandbox.origin + PATH, timeout=10)

        assert (reply.status_code, reply.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")


class TestSearch:
    def test_filters_and_sorts(self, ask):
        everyone = search(ask, limit=200, sorts=[{"propertyName": "hs_object_id", "direction": "DESCENDING"}]).json()
        ids = [int(each["id"]) for each in everyone["results"]]
        above = {"propertyName": "hs_object_id", "operator": "GT", "value": str(ids[5])}
        found = search(ask, filterGroups=[{"filters": [above]}]).json()

        assert (everyone["total"], ids) == (20, sorted(ids, reverse=True))
        assert [int(each["id"]) for each in found["results"]] == sorted(ids[:5])

    @pytest.mark.parametrize(
        "body",
        [
            {"after": "9900", "limit": 200},
            {"limit": 201},
            {"sorts": [{"propertyName": "email"}, {"propertyName": "hs_object_id"}]},
            {"filterGroups": [{"filters": []}] * 6},
            {"filterGroups": [{"filters": [{"propertyName": "email", "operator": "LIKE", "value": "x"}]}]},
        ],
    )
    def test_refuses_what_hubspot_refuses(self, ask, body):
        assert search(ask, **body).status_code == 400


class TestLimits:
    def test_a_request_too_many_is_refused_by_the_policy_that_it_exceeds(self, mailbox, ask):
        settings = {"hubspot_per_ten_seconds": 1}
        mailbox.control.do(f"accounts/{mailbox.address}/settings", settings)

        first, second = search(ask), search(ask)

        assert (first.status_code, second.status_code) == (200, 429)
        assert second.json()["policyName"] == "TEN_SECONDLY_ROLLING"

    def test_requests_are_counted_within_the_time_of_the_limit(self):
        pace = Pace()

        refused = [pace.exceeds("a@x.example", "search", 2, 1.0, now) for now in (0.0, 0.5, 0.9, 1.1, 1.2, 1.6)]

        assert refused == [False, False, True, False, True, False]

    def test_each_account_has_its_own(self):
        pace = Pace()

        assert not pace.exceeds("a@x.example", "search", 1, 1.0, 0.0)
        assert not pace.exceeds("b@x.example", "search", 1, 1.0, 0.0)


class TestWhatIsNoLongerThere:
    def test_an_archived_contact_is_in_the_archive(self, mailbox, ask):
        (gone,) = mailbox.change("delete", count=1)

        (record,) = ask("GET", PATH, params={"archived": "true"}).json()["results"]

        assert (record["id"], record["archived"]) == (gone, True)
        assert record["archivedAt"]

    def test_a_merged_contact_is_nowhere_but_in_the_one_it_became_part_of(self, mailbox):
        _, _, sync = mailbox.listing()
        kept, absorbed = merge(mailbox, [0, 1])

        changed, gone, _ = mailbox.listing(sync)

        assert (set(changed), gone) == ({kept}, {absorbed})
        assert changed[kept].aliases == (absorbed,)
        assert absorbed not in mailbox.listing()[0]

    def test_a_contact_deleted_for_good_is_missing_only_in_a_full_listing(self, mailbox):
        _, _, sync = mailbox.listing()
        (purged,) = mailbox.change("purge", count=1)

        assert mailbox.listing(sync)[:2] == ({}, set())
        assert purged not in mailbox.listing()[0]

    def test_a_restored_contact_is_listed_again(self, mailbox):
        mailbox.change("delete", numbers=[3])
        _, _, sync = mailbox.listing()
        (restored,) = mailbox.change("restore", numbers=[3])

        assert set(mailbox.listing(sync)[0]) == {restored}


class TestListing:
    def test_a_change_that_the_search_shows_late_comes_with_the_next_import(self, mailbox):
        _, _, sync = mailbox.listing()
        mailbox.control.do(f"accounts/{mailbox.address}/settings", {"hubspot_search_lag": 3_600})
        (changed,) = mailbox.change("change", count=1)

        late, _, following = mailbox.listing(sync)
        mailbox.control.do(f"accounts/{mailbox.address}/settings", {"hubspot_search_lag": 0})

        assert late == {}
        assert set(mailbox.listing(following)[0]) == {changed}

    def test_more_changes_than_a_search_has_results_are_read_once_each(self, sandbox):
        big = connect(sandbox, "hubspot", 0)
        _, _, sync = big.listing()
        added = big.change("add", count=10_500)

        contacts, _, _ = big.listing(sync)

        assert sorted(contacts) == sorted(added)

    @pytest.mark.parametrize(
        ("where", "fault", "meaning"),
        [
            ("search", "429", ProviderBusy),
            ("search", "500", ProviderBroken),
            ("search", "truncated", ProviderBroken),
            ("search", "insufficient-scope", ConsentNeeded),
            ("search", "expire-sync", SyncExpired),
            ("groups", "429", ProviderBusy),
            ("list", "expire-page-token", SyncExpired),
        ],
    )
    def test_each_request_of_an_incremental_one_may_fail(self, mailbox, where, fault, meaning):
        _, _, sync = mailbox.listing()
        mailbox.fault(fault, where=where)

        with pytest.raises(meaning):
            mailbox.listing(sync)
        assert mailbox.listing(sync)[:2] == ({}, set())

    def test_reads_without_the_names_of_properties(self, sandbox, mailbox):
        mailbox.control.do(f"accounts/{mailbox.address}/settings", {"groups": False})

        contacts, _, _ = mailbox.listing()

        assert (len(contacts), mailbox.groups) == (20, None)


class TestHostileContacts:
    @pytest.mark.parametrize("kind", KINDS)
    def test_are_read_or_told_as_unreadable(self, sandbox, kind):
        mailbox = connect(sandbox, "hubspot", 0)
        (key,) = mailbox.change("add", count=1, odd=kind)

        contacts, _, _ = mailbox.listing()

        assert isinstance(contacts[key], Unreadable if kind == "empty" else SourceContact)


class TestTokensOfPeople:
    """Tokens that people make themselves: at the sandbox by a page, or by a control route."""

    @pytest.fixture
    def tokens(self, sandbox):
        settings = Settings.from_environment({**GOOD, **PROVIDERS["hubspot"].settings(sandbox.origin)})
        build = REGISTRY["hubspot"].pasted_tokens
        assert build is not None
        return build(settings, HttpClient(), SystemClock())

    def make(self, mailbox, *scopes):
        return mailbox.control.do(f"accounts/{mailbox.address}/token", {"scopes": scopes})["token"]

    def test_one_is_for_the_same_account_as_a_consent(self, mailbox, tokens):
        token = self.make(mailbox, "crm.objects.contacts.read")
        grant, account = tokens.check(token)
        about = mailbox.control.do(f"accounts/{mailbox.address}", method="GET")

        assert (grant.access_token, grant.refresh_token) == (token, None)
        assert grant.scopes == ("crm.objects.contacts.read",)
        assert about["hub_id"] == int(account.account_id)

    def test_reads_contacts_until_it_is_ended(self, mailbox, tokens):
        mailbox.grant, _ = tokens.check(self.make(mailbox, "crm.objects.contacts.read"))
        assert len(mailbox.listing()[0]) == 20

        mailbox.control.do(f"accounts/{mailbox.address}/revoke")

        with pytest.raises(TokenRefused):
            mailbox.listing()

    def test_one_without_the_permission_cannot_read(self, mailbox, tokens):
        mailbox.grant, _ = tokens.check(self.make(mailbox, "crm.objects.deals.read"))

        with pytest.raises(ConsentNeeded):
            mailbox.listing()

    def test_a_made_up_one_is_refused(self, tokens):
        with pytest.raises(InvalidInput):
            tokens.check("pat-na1-made-up-by-somebody")

    def test_revoking_is_not_offered(self, mailbox):
        assert mailbox.authority.revoke(self.make(mailbox)) is False

    def test_a_person_makes_one_on_a_page(self, sandbox, mailbox, tokens):
        page = requests.post(f"{sandbox.origin}/hubspot/private-apps", data={"account": mailbox.address}, timeout=10)
        token = page.text.partition("<code>")[2].partition("</code>")[0]

        assert tokens.check(token)[0].scopes == ("crm.objects.contacts.read",)


class TestOAuth:
    def test_a_revoked_token_gives_no_further_one(self, mailbox):
        token = str(mailbox.grant.refresh_token)

        assert mailbox.authority.revoke(token)
        assert mailbox.authority.revoke(token)
        with pytest.raises(ConsentNeeded):
            mailbox.authority.refresh(token)
