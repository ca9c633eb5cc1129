"""E-mails that wait: proposed by an index when they are due, begun by one sender; on both kinds of DynamoDB."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.emails.waiting_email import WaitingEmail, WaitingEmailStore
from chalicelib.foundation.email_draft import EmailDraft, EmailKind
from tests.fakes.clock import NOON

MINUTE = timedelta(minutes=1)
DRAFT = EmailDraft(EmailKind.DONE, "91 contacts imported", ("One.", "Two."), "/imports/7", "The import")


@pytest.fixture
def waiting(ground: Any) -> WaitingEmailStore:
    store = WaitingEmailStore(ground.dynamo, ground.names.jobs)
    for owner in ("ann", "bob"):
        store.erase(owner)
    return store


def email(email_id: str = "e1", owner: str = "ann", *, due: Any = NOON) -> WaitingEmail:
    return WaitingEmail(email_id, owner, DRAFT, NOON, due)


def add(waiting: WaitingEmailStore, *emails: WaitingEmail) -> None:
    waiting.dynamo.commit([waiting.add_write(each) for each in emails])


class TestWaiting:
    def test_it_is_due_with_all_that_it_says(self, waiting):
        add(waiting, email())

        assert waiting.due(NOON, limit=10) == [email()]

    def test_the_longest_due_comes_first_and_what_is_not_due_does_not(self, waiting):
        first, second, later = (email(f"e{at}", due=NOON + at * MINUTE) for at in (1, 2, 3))
        add(waiting, later, second, first)

        assert waiting.due(NOON + 2 * MINUTE, limit=10) == [first, second]

    def test_the_same_email_is_stored_once(self, waiting):
        add(waiting, email())
        add(waiting, email())

        assert waiting.of_owner("ann") == [email()]

    def test_a_deleted_one_is_gone(self, waiting):
        add(waiting, email())
        waiting.delete(email())
        waiting.delete(email())

        assert waiting.due(NOON, limit=10) == []

    def test_a_persons_are_erased_alone(self, waiting):
        add(waiting, email("e1"), email("e2"), email("e3", "bob"))
        waiting.erase("ann")

        assert waiting.of_owner("ann") == []
        assert waiting.due(NOON, limit=10) == [email("e3", "bob")]


class TestSending:
    def test_one_sender_begins(self, waiting):
        add(waiting, email())

        assert [waiting.begin(email(), NOON), waiting.begin(email(), NOON)] == [True, False]

    def test_it_is_due_again_after_waits_that_double_up_to_an_hour(self, waiting):
        add(waiting, email())
        waits, now = [], NOON
        for _ in range(8):
            (seen,) = waiting.due(now, limit=10)
            assert waiting.begin(seen, now)
            (begun,) = waiting.of_owner("ann")
            waits.append((begun.due - now) // MINUTE)
            now = begun.due

        assert waits == [2, 4, 8, 16, 32, 60, 60, 60]

    def test_one_that_was_sent_or_erased_meanwhile_is_not_begun(self, waiting):
        add(waiting, email())
        waiting.erase("ann")

        assert not waiting.begin(email(), NOON)
        assert waiting.of_owner("ann") == []

    def test_what_was_begun_is_replaced_by_nothing(self, waiting):
        add(waiting, email())
        waiting.begin(email(), NOON)

        assert waiting.of_owner("ann") == [replace(email(), due=NOON + 2 * MINUTE, tries=1)]
