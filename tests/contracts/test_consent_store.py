"""The specification of the store of consents, for the fake DynamoDB and the embedded AWS alike."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.accounts.consent import LIFE, Choosing, Consent, ConsentUsed, ConsentVoid, HeldConsent
from chalicelib.accounts.consent_store import ConsentStore
from chalicelib.providers.provider import Account
from chalicelib.tables.keys import CONSENT, HELD_CONSENT
from tests.contracts.stores import losing_one_response
from tests.fakes.clock import NOON

CONSENT_OF_ADA = Consent("c1", "ada", "Ada", "google", "home", "cookie-hash", b"verifier", "j1", NOON + LIFE)
HELD = HeldConsent(
    "h1", "ada", "Ada", "google", None, "j1", Account("sub-1", "ada@example.org"), ("s",), b"sealed", NOON + LIFE
)


@pytest.fixture
def consents(ground: Any) -> ConsentStore:
    return ConsentStore(ground.dynamo, ground.names.people, ground.clock)


class TestAConsent:
    @pytest.fixture(autouse=True)
    def add(self, consents):
        consents.add(CONSENT_OF_ADA)

    def test_is_used_once(self, consents):
        assert consents.use("c1", "google") == CONSENT_OF_ADA

        with pytest.raises(ConsentUsed) as refusal:
            consents.use("c1", "google")
        assert refusal.value.consent == CONSENT_OF_ADA

    def test_says_when_the_person_chooses_what_comes(self, consents):
        consents.add(replace(CONSENT_OF_ADA, consent_id="c2", choosing=Choosing.IF_NEW))
        consents.hold(replace(HELD, held_id="h2", choosing=Choosing.NOW))

        assert consents.use("c2", "google").choosing is Choosing.IF_NEW
        assert consents.use_held("h2").choosing is Choosing.NOW

    def test_is_void_after_ten_minutes(self, consents, clock):
        clock.advance(minutes=10)

        with pytest.raises(ConsentVoid, match="ten minutes"):
            consents.use("c1", "google")

    def test_is_deleted_by_dynamodb_after_ten_minutes(self, consents):
        item = consents.dynamo.get(consents.table, CONSENT.key(consent_id="c1").item)

        assert item["ttl"] == {"N": str(int((NOON + LIFE).timestamp()))}

    def test_is_not_used_up_by_the_other_providers_callback(self, consents):
        with pytest.raises(ConsentVoid, match="another provider"):
            consents.use("c1", "microsoft")

        assert consents.use("c1", "google") == CONSENT_OF_ADA

    def test_whose_use_got_no_response_is_recognized_as_used_by_us(self, consents):
        assert losing_one_response(consents).use("c1", "google") == CONSENT_OF_ADA
        with pytest.raises(ConsentUsed):
            consents.use("c1", "google")

    def test_that_is_unknown_is_void(self, consents):
        with pytest.raises(ConsentVoid, match="unknown"):
            consents.use("c9", "google")


class TestAHeldConsent:
    @pytest.fixture(autouse=True)
    def hold(self, consents):
        consents.hold(HELD)

    def test_is_used_once(self, consents):
        assert consents.use_held("h1") == HELD

        with pytest.raises(ConsentUsed) as refusal:
            consents.use_held("h1")
        assert refusal.value.consent == HELD

    def test_stays_marked_as_used_after_its_tokens_were_deleted(self, consents):
        consents.use_held("h1")
        consents.forget_held("h1")

        with pytest.raises(ConsentUsed) as refusal:
            consents.use_held("h1")
        assert refusal.value.consent == replace(HELD, sealed=None)

    def test_is_void_when_the_consent_expires(self, consents, clock):
        clock.advance(minutes=10)

        with pytest.raises(ConsentVoid, match="ten minutes"):
            consents.use_held("h1")

    def test_that_is_unknown_has_no_tokens_to_delete(self, consents):
        consents.forget_held("h9")

        assert consents.dynamo.get(consents.table, HELD_CONSENT.key(held_id="h9").item) is None
