"""A consent that returns to another browser: nothing is added before the person confirms it."""

import pytest

from chalicelib.accounts.consent import ConsentVoid
from chalicelib.accounts.finish_consent import ConfirmationNeeded
from chalicelib.foundation.secret import sha256_hex
from tests.accounts.house import state_of


class TestOtherBrowser:
    """The callback comes from a browser that did not start the consent: nothing is added without a confirmation."""

    @pytest.mark.parametrize("cookie", [None, "", "somebody-else's"])
    def test_the_confirmation_names_the_account_and_the_person(self, house, cookie):
        confirmation = house.come_back(house.begin_consent(), cookie=cookie)

        assert isinstance(confirmation, ConfirmationNeeded)
        assert (confirmation.title, confirmation.address, confirmation.person) == (
            "Google",
            "ada@example.com",
            "Ann A.",
        )
        assert house.has_started_nothing()

    def test_the_held_tokens_are_encrypted_and_only_the_hash_of_the_key_is_stored(self, house, client):
        confirmation = house.come_back(house.begin_consent(), cookie=None)

        stored = repr(client.stored_items())
        assert "canary" not in stored
        assert confirmation.confirmation_key not in stored + repr(confirmation)

    def test_yes_creates_connection_and_job_under_the_reserved_id(self, house):
        begun = house.begin_consent(return_to="settings")
        confirmation = house.come_back(begun, cookie=None)

        started = house.confirm(confirmation.confirmation_key, yes=True)

        assert (started.job.job_id, started.job.owner, started.return_to) == (begun.job_id, "ann", "settings")
        assert house.jobs.get(begun.job_id).viewer == sha256_hex(started.viewer_key)
        assert house.tokens_of(house.connection_of(started.job)).refresh_token

    def test_no_revokes_the_grant_and_creates_nothing(self, house, client):
        confirmation = house.come_back(house.begin_consent(), cookie=None)

        declined = house.confirm(confirmation.confirmation_key, yes=False)

        assert (declined.provider, len(house.google.revoked)) == ("google", 1)
        assert house.has_started_nothing()
        assert not [item for item in client.stored_items() if "sealed" in item]

    @pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (False, False)])
    def test_only_the_first_answer_counts(self, house, first, second):
        confirmation = house.come_back(house.begin_consent(), cookie=None)
        house.confirm(confirmation.confirmation_key, yes=first)

        with pytest.raises(ConsentVoid):
            house.confirm(confirmation.confirmation_key, yes=second)
        assert len(house.all_jobs()) == (1 if first else 0)

    def test_the_answer_must_come_before_the_consent_expires(self, house):
        begun = house.begin_consent()
        house.clock.advance(minutes=9)
        confirmation = house.come_back(begun, cookie=None)
        house.clock.advance(minutes=1)

        with pytest.raises(ConsentVoid):
            house.confirm(confirmation.confirmation_key, yes=True)
        assert house.has_started_nothing()

    def test_an_unknown_key_is_refused(self, house):
        with pytest.raises(ConsentVoid):
            house.confirm("made-up", yes=True)

    def test_the_state_is_not_a_confirmation_key(self, house):
        begun = house.begin_consent()
        house.come_back(begun, cookie=None)

        with pytest.raises(ConsentVoid):
            house.confirm(state_of(begun), yes=True)
