"""Mailboxes: the verified address, the choices and the links that switch e-mails off; on both kinds of DynamoDB."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.emails.mailbox import Mailbox, UnsubscribeLink
from chalicelib.emails.mailbox_store import MailboxStore
from chalicelib.foundation.email_draft import EmailKind
from tests.contracts.stores import losing_one_response

RECONNECT, DECISION, DONE = EmailKind.RECONNECT, EmailKind.DECISION, EmailKind.DONE


@pytest.fixture
def mailboxes(ground: Any) -> MailboxStore:
    return MailboxStore(ground.dynamo, ground.names.people)


def link_of(mailbox: Mailbox, kind: EmailKind) -> UnsubscribeLink:
    link = UnsubscribeLink.read(mailbox.unsubscribe_token(kind))
    assert link is not None
    return link


class TestTheAddress:
    def test_there_is_none_at_first(self, mailboxes):
        assert mailboxes.get("ann") == Mailbox("ann")

    def test_is_that_of_the_last_sign_in(self, mailboxes):
        for address in ("ann@x.org", "ann@y.org"):
            mailboxes.remember("ann", address)

        assert mailboxes.get("ann").address == "ann@y.org"

    def test_is_removed_when_it_is_no_longer_verified(self, mailboxes):
        mailboxes.remember("ann", "ann@x.org")
        mailboxes.choose("ann", {DONE: True})
        mailboxes.remember("ann", None)

        assert mailboxes.get("ann") == Mailbox("ann", choices={DONE: True})

    def test_the_same_address_again_keeps_its_links(self, mailboxes):
        mailboxes.remember("ann", "ann@x.org")
        before = mailboxes.get("ann")
        mailboxes.remember("ann", "ann@x.org")

        assert mailboxes.get("ann") == before

    def test_nothing_is_stored_of_a_person_without_one(self, mailboxes):
        mailboxes.remember("ann", None)

        assert mailboxes.get("ann") == Mailbox("ann")

    def test_a_lost_response_changes_nothing(self, mailboxes):
        losing_one_response(mailboxes, "transact_write_items").remember("ann", "ann@x.org")

        assert mailboxes.get("ann").address == "ann@x.org"


class TestChoices:
    def test_what_is_needed_comes_by_default_and_the_rest_is_wanted(self, mailboxes):
        mailboxes.remember("ann", "ann@x.org")

        assert [mailboxes.get("ann").receives(kind) for kind in (RECONNECT, DECISION, DONE)] == [True, True, False]

    def test_without_an_address_nothing_comes(self, mailboxes):
        chosen = mailboxes.choose("ann", {DONE: True})

        assert not any(chosen.receives(kind) for kind in EmailKind)
        assert chosen.allows(DONE)

    def test_others_stay_as_they_are(self, mailboxes):
        mailboxes.choose("ann", {RECONNECT: False})
        mailboxes.choose("ann", {DONE: True})

        assert mailboxes.choose("ann", {}).choices == {RECONNECT: False, DONE: True}


class TestLinks:
    @pytest.mark.parametrize("kind", EmailKind)
    def test_switch_off_their_kind_alone(self, mailboxes, kind):
        mailboxes.remember("ann", "ann@x.org")
        mailboxes.choose("ann", dict.fromkeys(EmailKind, True))

        assert mailboxes.switch_off(link_of(mailboxes.get("ann"), kind))
        assert mailboxes.switch_off(link_of(mailboxes.get("ann"), kind)), "twice is once"
        assert [each for each in EmailKind if not mailboxes.get("ann").allows(each)] == [kind]

    def test_cannot_be_used_for_another_kind_or_person(self, mailboxes):
        mailboxes.remember("ann", "ann@x.org")
        mailboxes.remember("bob", "bob@x.org")
        link = link_of(mailboxes.get("ann"), DONE)

        assert not mailboxes.switch_off(replace(link, kind=RECONNECT))
        assert not mailboxes.switch_off(replace(link, link_id=mailboxes.get("bob").link_id))
        assert not mailboxes.switch_off(replace(link, link_id="made-up"))
        assert not mailboxes.switch_off(replace(link, signature="0" * 64))
        assert mailboxes.get("ann").allows(RECONNECT)

    def test_of_an_earlier_address_no_longer_work(self, mailboxes):
        mailboxes.remember("ann", "ann@x.org")
        link = link_of(mailboxes.get("ann"), RECONNECT)
        mailboxes.remember("ann", "ann@y.org")

        assert not mailboxes.switch_off(link)
        assert mailboxes.get("ann").receives(RECONNECT)

    def test_say_nothing_of_the_person(self, mailboxes):
        mailboxes.remember("ann", "ann@x.org")
        token = mailboxes.get("ann").unsubscribe_token(RECONNECT)

        assert "ann" not in token.replace(mailboxes.get("ann").link_id, "")
        assert mailboxes.get("ann").secret not in token


class TestForgetting:
    def test_leaves_nothing(self, mailboxes):
        mailboxes.remember("ann", "ann@x.org")
        link = link_of(mailboxes.get("ann"), RECONNECT)
        mailboxes.forget("ann")
        mailboxes.forget("ann")

        assert mailboxes.get("ann") == Mailbox("ann")
        assert not mailboxes.switch_off(link)
        assert mailboxes.get("ann") == Mailbox("ann"), "a link brings nothing back"
