"""The callback of a consent: creates connection and job together, once, and only for the browser that began."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest

from chalicelib.accounts.connect_account import ImportStarted
from chalicelib.accounts.connection import ConnectionState
from chalicelib.accounts.consent import ConsentDenied, ConsentVoid, ContactsNotGranted
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.dynamo import ResponseLost
from chalicelib.foundation.errors import ConsentNeeded, Misconfigured, ProviderBroken
from chalicelib.foundation.secret import sha256_hex
from tests.accounts.house import House, state_of
from tests.fakes.lost_responses import LosesRequests


class TestSuccess:
    def test_connection_and_job_are_created_together_under_the_reserved_id(self, house):
        begun = house.begin_consent(return_to="settings")

        started = house.come_back(begun)

        assert isinstance(started, ImportStarted)
        assert (started.job.job_id, started.return_to) == (begun.job_id, "settings")
        assert started.job.details == {
            "provider": "google",
            "connection_id": house.connection_of(started.job).connection_id,
            "account": "ada@example.com",
            "mode": "full",
            "person": "Ann A.",
        }
        connection = house.connection_of(started.job)
        assert (connection.state, connection.address) == (ConnectionState.CONNECTED, "ada@example.com")
        assert connection.last_import == begun.job_id

    def test_the_job_is_started_at_once(self, house):
        started = house.come_back(house.begin_consent())

        assert house.work_queue.sent == [started.job.job_id]

    def test_the_viewer_key_opens_only_this_job_and_only_its_hash_is_stored(self, house, client):
        started = house.come_back(house.begin_consent())

        assert house.jobs.get(started.job.job_id).viewer == sha256_hex(started.viewer_key)
        assert started.viewer_key not in repr(client.stored_items()) + repr(started)

    def test_no_token_is_stored_in_the_clear(self, house, client):
        started = house.come_back(house.begin_consent())

        assert "canary" not in repr(client.stored_items())
        assert house.tokens_of(house.connection_of(started.job)).refresh_token.startswith("refresh-canary")

    def test_the_right_issuer_in_the_callback_is_accepted(self, house):
        assert isinstance(house.come_back(house.begin_consent(), iss="https://accounts.google.com"), ImportStarted)

    def test_microsoft_may_name_the_tenant_in_its_issuer(self, house):
        begun = house.begin_consent(provider="microsoft")

        assert isinstance(house.come_back(begun, iss="https://login.microsoftonline.com/t1/v2.0"), ImportStarted)


class TestOnce:
    def test_no_code_is_exchanged_if_the_store_never_responds(self, client):
        house = House(LosesRequests(client, "update_item"))

        with pytest.raises(ResponseLost):
            house.come_back(house.begin_consent())
        assert house.google.exchanged == []

    def test_fifty_concurrent_callbacks_create_one_job(self, client):
        house = House(_OneAtATime(client))
        begun = house.begin_consent()

        outcomes = _all_at_once(house, begun)

        assert {outcome.job.job_id for outcome in outcomes if isinstance(outcome, ImportStarted)} == {begun.job_id}
        assert len(house.all_jobs()) == len(house.google.exchanged) == 1

    @pytest.mark.ministack
    def test_fifty_concurrent_callbacks_create_one_job_in_a_real_table_too(self, dynamodb, fresh_tables):
        house = House(dynamodb, jobs=fresh_tables.jobs, people=fresh_tables.people, resting=SystemClock())
        begun = house.begin_consent()

        outcomes = _all_at_once(house, begun)

        assert {outcome.job.job_id for outcome in outcomes if isinstance(outcome, ImportStarted)} == {begun.job_id}
        assert len(house.all_jobs()) == len(house.google.exchanged) == len(house.connections.of_owner("ann")) == 1


class TestVoid:
    """An invalid state causes no request to the token endpoint."""

    def test_an_unknown_state(self, house):
        with pytest.raises(ConsentVoid):
            house.finish("google", {"state": "made-up", "code": "the-code"}, "cookie")
        assert house.google.exchanged == []
        assert house.has_started_nothing()

    @pytest.mark.parametrize(
        "query", [{}, {"code": "c"}, {"state": "", "code": "c"}, {"state": "x" * 5000, "code": "c"}]
    )
    def test_a_missing_state(self, house, query):
        with pytest.raises(ConsentVoid):
            house.finish("google", query, None)

    def test_any_bytes_as_a_state(self, house):
        with pytest.raises(ConsentVoid):
            house.finish("google", {"state": "\ud800\x00é", "code": "c"}, "\udfff")

    def test_an_expired_consent(self, house):
        begun = house.begin_consent()
        house.clock.advance(minutes=10)

        with pytest.raises(ConsentVoid, match="ten minutes"):
            house.come_back(begun)
        assert house.google.exchanged == []
        assert house.has_started_nothing()

    def test_a_consent_for_the_other_provider_which_stays_unused(self, house):
        begun = house.begin_consent(provider="google")

        with pytest.raises(ConsentVoid, match="another provider"):
            house.finish("microsoft", {"state": state_of(begun), "code": "the-code"}, begun.binding)
        assert house.microsoft.exchanged == house.google.exchanged == []
        assert isinstance(house.come_back(begun), ImportStarted)

    @pytest.mark.parametrize(
        "issuer", ["https://evil.example", "https://login.microsoftonline.com/t1/v2.0", "accounts"]
    )
    def test_a_response_from_another_issuer(self, house, issuer):
        with pytest.raises(ConsentVoid):
            house.come_back(house.begin_consent(), iss=issuer)
        assert house.google.exchanged == []

    def test_a_response_with_neither_code_nor_error(self, house):
        with pytest.raises(ConsentVoid):
            house.come_back(house.begin_consent(), code="")
        assert house.has_started_nothing()


class TestDeclined:
    def test_a_declined_consent_is_reported_and_can_be_repeated(self, house):
        with pytest.raises(ConsentDenied, match="did not consent") as denied:
            house.come_back(house.begin_consent(return_to="settings"), error="access_denied")

        assert denied.value.members == {"provider": "google", "return_to": "settings"}
        assert house.google.exchanged == []
        assert house.has_started_nothing()

    def test_a_declined_consent_cannot_be_used_again(self, house):
        begun = house.begin_consent()
        with pytest.raises(ConsentDenied):
            house.come_back(begun, error="access_denied")

        with pytest.raises(ConsentVoid):
            house.come_back(begun)

    def test_an_organization_that_forbids_it_refers_people_to_the_administrator(self, house):
        with pytest.raises(ConsentDenied, match="administrator"):
            house.come_back(house.begin_consent(), error="admin_policy_enforced")

    def test_a_rejected_request_is_a_misconfiguration(self, house):
        with pytest.raises(Misconfigured):
            house.come_back(house.begin_consent(), error="unauthorized_client")

    @pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable", "<script>alert(1)</script>"])
    def test_any_other_error_is_the_providers_and_its_text_is_not_repeated(self, house, error):
        with pytest.raises(ProviderBroken) as raised:
            house.come_back(house.begin_consent(), error=error, error_description="canary")

        assert error not in raised.value.detail
        assert "canary" not in repr(raised.value.members) + raised.value.detail
        assert house.has_started_nothing()

    def test_a_rejected_code_creates_nothing(self, house):
        with pytest.raises(ConsentNeeded):
            house.come_back(house.begin_consent(), code="another-code")
        assert house.has_started_nothing()

    def test_a_failed_exchange_creates_nothing(self, house):
        house.google.fail["exchange"] = ProviderBroken("Google answers with something we cannot read.")

        with pytest.raises(ProviderBroken):
            house.come_back(house.begin_consent())
        assert house.has_started_nothing()


class TestContactsNotGranted:
    def test_without_access_to_contacts_nothing_is_created(self, house, client):
        house.google.scopes = ("openid",)

        with pytest.raises(ContactsNotGranted, match="Select the checkbox"):
            house.come_back(house.begin_consent())
        assert house.has_started_nothing()
        assert not [item for item in client.stored_items() if "sealed" in item]

    def test_the_unusable_grant_is_revoked(self, house):
        house.google.scopes = ("openid",)

        with pytest.raises(ContactsNotGranted):
            house.come_back(house.begin_consent())
        assert len(house.google.revoked) == 1

    def test_a_grant_that_cannot_be_revoked_is_not_stored_either(self, house):
        house.google.scopes = ("openid",)
        house.google.fail["revoke"] = ProviderBroken("no")

        with pytest.raises(ContactsNotGranted):
            house.come_back(house.begin_consent())

    def test_an_already_connected_account_stays_connected(self, house):
        connection = house.connect_and_import()
        house.google.scopes = ("openid",)

        with pytest.raises(ContactsNotGranted):
            house.come_back(house.begin_consent())
        assert house.google.revoked == []
        assert house.connections.get("ann", connection.connection_id).state is ConnectionState.CONNECTED


def _all_at_once(house, begun):
    def attempt(_):
        try:
            return house.come_back(begun)
        except ConsentVoid as void:
            return void

    with ThreadPoolExecutor(50) as pool:
        return list(pool.map(attempt, range(50)))


class _OneAtATime:
    """A client that answers one request after the other, as DynamoDB does for one item."""

    def __init__(self, client):
        self._client, self._lock = client, Lock()

    def __getattr__(self, name):
        def call(**request):
            with self._lock:
                return getattr(self._client, name)(**request)

        return call
