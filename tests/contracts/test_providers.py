"""One specification for all providers, over real HTTP against the sandbox."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.errors import ConsentNeeded, ProviderBroken, ProviderBusy
from chalicelib.providers.provider import PageGone, SyncExpired, TokenRefused
from chalicelib.providers.registry import PROVIDERS
from local.sandbox import Sandbox
from tests.contracts.mailbox import TIMEOUT, Mailbox, connect

CONTACTS = 1_200  # more than a page of any


def of_last_year(sync: Any) -> Any:
    """The sync state as old as the provider no longer accepts it, where the state itself has its age."""
    return {**sync, "since": sync["since"] - 365 * 86_400_000} if "since" in sync else sync


@pytest.fixture(params=PROVIDERS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def mailbox(sandbox: Sandbox, name: str) -> Mailbox:
    return connect(sandbox, name)


class TestFullListing:
    def test_gives_every_contact_of_every_folder_once(self, sandbox, name):
        mailbox = connect(sandbox, name, CONTACTS)

        contacts, gone, sync = mailbox.listing()

        truth = mailbox.control.do(f"accounts/{mailbox.address}/contacts", method="GET")["contacts"]
        assert set(contacts) == {each["id"] for each in truth}
        assert (len(contacts), gone) == (CONTACTS, set())
        assert sync is not None

    def test_reads_them_in_our_words(self, mailbox):
        contacts, _, _ = mailbox.listing()

        read = [contact for contact in contacts.values() if isinstance(contact, SourceContact)]
        assert len(read) == 20
        assert any("emails" in contact.fields for contact in read)
        assert all(contact.source_id == key for key, contact in contacts.items())

    def test_of_an_empty_account_is_empty(self, sandbox, name):
        contacts, gone, _ = connect(sandbox, name, 0).listing()

        assert (contacts, gone) == ({}, set())


class TestIncrementalListing:
    def test_gives_nothing_when_nothing_changed(self, mailbox):
        _, _, sync = mailbox.listing()

        contacts, gone, _ = mailbox.listing(sync)

        assert (contacts, gone) == ({}, set())

    def test_lists_changed_new_and_deleted_contacts(self, mailbox):
        _, _, sync = mailbox.listing()
        changed, added, deleted = (mailbox.change(do, count=2) for do in ("change", "add", "delete"))

        contacts, gone, following = mailbox.listing(sync)

        assert set(contacts) == {*changed, *added} - set(deleted)
        assert gone == set(deleted)
        assert mailbox.listing(following)[:2] == ({}, set())

    def test_tells_a_new_name_of_a_group_though_no_contact_changed(self, mailbox):
        _, _, sync = mailbox.listing()
        before = mailbox.groups
        key, name = next(iter(sorted(before.items())))
        mailbox.change("rename_group", group=name, name="Called otherwise")

        assert mailbox.listing(sync)[:2] == ({}, set())
        assert mailbox.groups == {**before, key: "Called otherwise"}

    def test_from_an_expired_state_asks_for_a_full_one(self, mailbox):
        _, _, sync = mailbox.listing()
        mailbox.change("expire_sync")

        with pytest.raises(SyncExpired):
            mailbox.listing(of_last_year(sync))


class TestWhatGoesWrong:
    def test_a_busy_provider_has_a_retry_after(self, mailbox):
        mailbox.fault("429", seconds=38)

        with pytest.raises(ProviderBusy) as busy:
            mailbox.listing()
        assert busy.value.retry_after == timedelta(seconds=38)

    @pytest.mark.parametrize("fault", ["500", "502", "truncated", "html"])
    def test_what_cannot_be_read_is_tried_again(self, mailbox, fault):
        mailbox.fault(fault)

        with pytest.raises(ProviderBroken):
            mailbox.listing()
        assert len(mailbox.listing()[0]) == 20

    def test_contacts_of_wrong_types_do_not_stop_the_others(self, mailbox):
        mailbox.fault("wrong-types")

        contacts, _, _ = mailbox.listing()

        assert contacts
        assert all(isinstance(contact, SourceContact | Unreadable) for contact in contacts.values())

    def test_a_refused_token_has_its_own_error(self, mailbox):
        mailbox.fault("expire-token")

        with pytest.raises(TokenRefused):
            mailbox.listing()

    def test_a_refreshed_token_reads_on(self, mailbox):
        mailbox.grant = mailbox.authority.refresh(str(mailbox.grant.refresh_token))

        assert len(mailbox.listing()[0]) == 20

    def test_a_revoked_grant_needs_consent(self, mailbox):
        mailbox.control.do(f"accounts/{mailbox.address}/revoke")

        with pytest.raises(TokenRefused):
            mailbox.listing()
        with pytest.raises(ConsentNeeded):
            mailbox.authority.refresh(str(mailbox.grant.refresh_token))

    def test_a_page_token_that_expired_restarts_the_listing(self, sandbox, name):
        mailbox = connect(sandbox, name, CONTACTS)
        first = mailbox.first_page()
        mailbox.fault("expire-page-token")

        with pytest.raises(PageGone):
            mailbox.provider.fetch(mailbox.grant.access_token, first.cursor, timeout=TIMEOUT)
