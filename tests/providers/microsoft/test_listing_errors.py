"""Error responses of Microsoft's listings, each as one of our errors."""

from datetime import timedelta

import pytest

from chalicelib.foundation.errors import ConsentNeeded, ProviderBroken, ProviderBusy
from chalicelib.providers.provider import PageGone, SyncExpired, TokenRefused
from tests.fakes.transport import make_reply
from tests.providers.microsoft.mailbox import TOKEN, Reader, mailbox, sync_state

STATE_GONE = [
    make_reply({"error": {"code": "SyncStateNotFound"}}, 410),
    make_reply({"error": {"code": "syncStateNotFound", "message": "x"}}, 410),
    make_reply({"error": {"code": "BadRequest", "innerError": {"code": "resyncRequired"}}}, 400),
    make_reply({"error": {"code": "gone", "innererror": {"innererror": {"code": "ResyncRequired"}}}}, 400),
    make_reply(b"", 410),
    make_reply({"error": {"code": "ErrorItemNotFound"}}, 404),
]


class TestRefusals:
    @pytest.mark.parametrize("reply", STATE_GONE)
    def test_a_lost_delta_state_leads_to_one_full_listing(self, reply):
        sync = sync_state(mailbox())
        with pytest.raises(SyncExpired):
            Reader(mailbox(refuse={"$deltatoken": reply})).pages(sync)

    @pytest.mark.parametrize("reply", [*STATE_GONE, make_reply(b"", 400)])
    def test_a_full_listing_whose_state_is_lost_restarts(self, reply):
        with pytest.raises(PageGone):
            Reader(mailbox(page=1, refuse={"$skiptoken": reply})).pages()

    @pytest.mark.parametrize("status", [400, 404, 405, 501])
    def test_a_folder_without_delta_support_is_listed_in_full_each_time(self, status):
        reader = Reader(
            mailbox(refuse={"default/contacts/delta": make_reply({"error": {"code": "BadRequest"}}, status)})
        )
        listed, _, sync = reader.listed()

        assert (sorted(listed), sync) == (["d1", "d2", "o1", "w1"], None)

    def test_a_folder_deleted_while_it_is_read_restarts_the_listing(self):
        lost = make_reply({"error": {"code": "ErrorItemNotFound"}}, 404)
        with pytest.raises(PageGone):
            Reader(mailbox(refuse={"contactFolders/work/contacts": lost})).pages()

    @pytest.mark.parametrize("code", ["MailboxNotEnabledForRESTAPI", "mailboxnotenabledforrestapi"])
    def test_an_account_without_a_mailbox_is_a_clear_error(self, code):
        with pytest.raises(ConsentNeeded, match="no mailbox"):
            Reader(mailbox(refuse={"/me/": make_reply({"error": {"code": code}}, 404)})).pages()

    @pytest.mark.parametrize(
        ("reply", "meaning"),
        [
            (make_reply(b"", 429, retry_after="9"), ProviderBusy),
            (make_reply({"error": {"code": "ApplicationThrottled"}}, 403), ProviderBusy),
            (make_reply(b"<html>", 503), ProviderBusy),
            (make_reply(b"", 504, retry_after="9"), ProviderBusy),
            (make_reply(b"", 509), ProviderBusy),
            (make_reply({"error": {"code": "InvalidAuthenticationToken"}}, 401), TokenRefused),
            (make_reply({"error": {"code": "ErrorAccessDenied"}}, 403), ConsentNeeded),
            (make_reply(b"<html>", 403), ProviderBroken),
            (make_reply(b"<html>", 500), ProviderBroken),
            (make_reply(b"", 504), ProviderBroken),
            (make_reply(b"", 302), ProviderBroken),
            (make_reply({"error": "x"}, 500), ProviderBroken),
            (make_reply({"error": {"code": 7, "innerError": []}}, 500), ProviderBroken),
            (make_reply(b""), ProviderBroken),
            (make_reply(b'{"value": ['), ProviderBroken),
            (make_reply([]), ProviderBroken),
            (make_reply({"value": {}}), ProviderBroken),
            (make_reply({}), ProviderBroken),
        ],
    )
    @pytest.mark.parametrize("where", ["/me/contacts?", "contactFolders?", "work/contacts/delta"])
    def test_each_error_response_maps_to_one_error_at_every_request(self, reply, meaning, where):
        with pytest.raises(meaning) as raised:
            Reader(mailbox(refuse={where: reply})).pages()
        assert type(raised.value) is meaning
        assert TOKEN not in repr(raised.value)
        assert raised.value.__context__ is None

    @pytest.mark.parametrize(
        ("retry_after_header", "seconds"),
        [("9", 9), ("Sun, 01 Mar 2026 12:00:20 GMT", 20), ("soon", None), ("99999", 3600)],
    )
    def test_retry_after_is_the_time_microsoft_requests(self, retry_after_header, seconds):
        with pytest.raises(ProviderBusy) as raised:
            Reader(mailbox(refuse={"/me/": make_reply(b"", 429, retry_after=retry_after_header)})).pages()
        assert raised.value.retry_after == (None if seconds is None else timedelta(seconds=seconds))
