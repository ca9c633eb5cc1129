"""Error responses of HubSpot's listings, each as one of our errors."""

from datetime import timedelta

import pytest

from chalicelib.foundation.errors import ConsentNeeded, ProviderBroken, ProviderBusy
from chalicelib.providers.provider import PageGone, SyncExpired, TokenRefused
from tests.fakes.transport import make_reply
from tests.providers.hubspot.crm import a_page, contact, error, fetch, sync_state


class TestRefusals:
    @pytest.mark.parametrize(
        ("reply", "meaning"),
        [
            (error(401, "EXPIRED_AUTHENTICATION"), TokenRefused),
            (make_reply(b"<html>", 401), TokenRefused),
            (error(403, "MISSING_SCOPES"), ConsentNeeded),
            (make_reply(b"<html>", 403), ProviderBroken),
            (error(429, "RATE_LIMITS", policyName="DAILY"), ProviderBusy),
            (make_reply(b"", 429), ProviderBusy),
            (error(423), ProviderBusy),
            (error(477), ProviderBusy),
            (error(503), ProviderBusy),
            (make_reply(b"", 502, retry_after="3"), ProviderBusy),
            (error(400, "VALIDATION_ERROR"), ProviderBroken),
            (error(404), ProviderBroken),
            (error(500), ProviderBroken),
            (make_reply(b"<html>", 502), ProviderBroken),
            (make_reply(b"", 302, location="https://evil.example"), ProviderBroken),
            (make_reply([]), ProviderBroken),
            (make_reply({"results": {}}), ProviderBroken),
            (make_reply({"results": [], "paging": {"next": {"after": 17}}}), ProviderBroken),
            (ProviderBroken("HubSpot did not answer in time."), ProviderBroken),
        ],
    )
    def test_are_told_as_what_they_mean(self, reply, meaning):
        with pytest.raises(meaning):
            fetch(reply)

    @pytest.mark.parametrize(
        ("reply", "seconds"),
        [
            (error(429, policyName="SECONDLY"), 1),
            (error(429, policyName="ten_secondly_rolling"), 10),
            (error(429, policyName="DAILY"), 3600),
            (error(429, policyName="DAILY", retry_after="7"), 7),
            (error(477, retry_after="90"), 90),
            (error(423), 2),
        ],
    )
    def test_the_limit_that_was_exceeded_tells_how_long_to_wait(self, reply, seconds):
        with pytest.raises(ProviderBusy) as busy:
            fetch(reply)

        assert busy.value.retry_after == timedelta(seconds=seconds)

    @pytest.mark.parametrize("policy", [None, 17, "NEW_POLICY"])
    def test_an_unknown_limit_leaves_the_wait_to_us(self, policy):
        with pytest.raises(ProviderBusy) as busy:
            fetch(error(429, policyName=policy))

        assert busy.value.retry_after is None

    def test_no_error_repeats_what_hubspot_wrote(self):
        with pytest.raises(ConsentNeeded) as needed:
            fetch(error(403, "MISSING_SCOPES", context={"secret": "canary"}))

        assert "canary" not in str(needed.value)


class TestLostPlaces:
    def test_a_page_that_is_no_longer_accepted_restarts_the_listing(self):
        first, _ = fetch(a_page(contact(1), after="x"), a_page(total=1))

        with pytest.raises(PageGone):
            fetch(error(400, "VALIDATION_ERROR"), cursor=first.cursor)

    def test_a_search_that_is_not_accepted_asks_for_a_full_listing(self):
        with pytest.raises(SyncExpired):
            fetch(error(400, "VALIDATION_ERROR"), sync=sync_state())
