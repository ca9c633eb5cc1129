"""Sending what waits: each e-mail once, whatever fails; after a crash at worst once more, and never not at all."""

import random
from datetime import timedelta

import pytest

from chalicelib.emails.mailbox_store import MailboxStore
from chalicelib.emails.send_due_emails import GIVEN_UP_AFTER, LONGEST, MOST_SENT, SendDueEmails
from chalicelib.emails.waiting_email import WaitingEmail, WaitingEmailStore
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.email_draft import EmailDraft, EmailKind
from chalicelib.foundation.ses import Email, Ses
from tests.fakes.clock import FixedClock
from tests.fakes.ses import FakeSes, lost_response, refusal
from tests.fakes.tables import empty_tables

MINUTE = timedelta(minutes=1)


class Post:
    """The room of e-mails over an in-memory DynamoDB and a fake SES."""

    def __init__(self) -> None:
        self.clock, self.ses, self.dynamodb = FixedClock(), FakeSes(), empty_tables()
        dynamo = Dynamo(self.dynamodb, self.clock, random.Random(7))
        self.waiting, self.mailboxes = WaitingEmailStore(dynamo, "jobs"), MailboxStore(dynamo, "people")
        self.sender: Ses | Crashing = Ses(self.ses, "contacts@example.com", "our-set")
        self.mailboxes.remember("ann", "ann@x.org")

    def wait(self, *subjects: str, kind: EmailKind = EmailKind.DECISION, owner: str = "ann") -> None:
        now = self.clock.now()
        drafts = {subject: EmailDraft(kind, subject, ("Hello.",), "/accounts", "My accounts") for subject in subjects}
        emails = [WaitingEmail(subject, owner, draft, now, now) for subject, draft in drafts.items()]
        for email in emails:
            self.waiting.dynamo.commit([self.waiting.add_write(email)])

    def run(self) -> None:
        SendDueEmails(self.waiting, self.mailboxes, self.sender, self.clock, "https://contacts.example")()

    def run_for(self, span: timedelta, *, every: timedelta = MINUTE) -> None:
        for _ in range(span // every):
            self.run()
            self.clock.at += every


class Killed(BaseException):
    """The process dies."""


class Crashing:
    """Sends an e-mail, after which the process dies, as often as it is told to."""

    def __init__(self, ses: Ses, crashes: int) -> None:
        self._ses, self._crashes = ses, iter(range(crashes))

    def send(self, email: Email) -> None:
        self._ses.send(email)
        if next(self._crashes, None) is not None:
            raise Killed


@pytest.fixture
def post() -> Post:
    return Post()


class TestAnEmail:
    def test_is_sent_once_to_the_persons_address(self, post):
        post.wait("Decide")
        post.run_for(10 * MINUTE)

        (sent,) = post.ses.sent
        assert sent["Destination"] == {"ToAddresses": ["ann@x.org"]}
        assert (sent["FromEmailAddress"], sent["ConfigurationSetName"]) == ("contacts@example.com", "our-set")
        assert sent["Content"]["Simple"]["Subject"] == {"Data": "Decide", "Charset": "UTF-8"}
        assert {each["Name"] for each in sent["Content"]["Simple"]["Headers"]} == {
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
        }
        assert post.waiting.of_owner("ann") == []

    def test_goes_to_the_address_of_the_moment_at_which_it_is_sent(self, post):
        post.wait("Decide")
        post.mailboxes.remember("ann", "ann@y.org")
        post.run()

        assert post.ses.sent[0]["Destination"] == {"ToAddresses": ["ann@y.org"]}

    @pytest.mark.parametrize("why", ["switched off", "no address", "erased"])
    def test_that_is_no_longer_wanted_is_dropped(self, post, why):
        post.wait("Decide")
        if why == "switched off":
            post.mailboxes.choose("ann", {EmailKind.DECISION: False})
        elif why == "no address":
            post.mailboxes.remember("ann", None)
        else:
            post.mailboxes.forget("ann")
        post.run()

        assert (post.ses.sent, post.waiting.of_owner("ann")) == ([], [])

    def test_of_a_run_in_which_nothing_waits_costs_one_query_and_no_write(self, post):
        before = post.dynamodb.writes
        post.run_for(10 * MINUTE)

        assert post.dynamodb.writes == before


class TestFailures:
    def test_what_ses_refuses_is_sent_once_when_it_accepts_it(self, post):
        post.ses.ends_with = [refusal("SendingPausedException"), refusal("MessageRejected"), None]
        post.wait("Decide")
        post.run_for(20 * MINUTE)

        assert post.ses.subjects == ["Decide"]

    def test_an_outage_ends_the_run_and_no_email_is_lost(self, post):
        post.ses.ends_with = [refusal("TooManyRequestsException")]
        post.wait("One", "Two")
        post.run()
        assert post.ses.sent == []

        post.run_for(10 * MINUTE)

        assert sorted(post.ses.subjects) == ["One", "Two"]

    def test_an_email_that_ses_refuses_does_not_hold_up_others(self, post):
        post.ses.ends_with = [refusal("BadRequestException")]
        post.wait("One", "Two")
        post.run()

        assert post.ses.subjects == ["Two"]

    def test_after_a_lost_response_it_may_come_twice(self, post):
        post.ses.ends_with = [lost_response()]
        post.wait("Decide")
        post.run_for(20 * MINUTE)

        assert post.ses.subjects == ["Decide", "Decide"]

    def test_after_a_crash_between_sending_and_deleting_it_comes_once_more(self, post):
        post.sender = Crashing(post.sender, crashes=1)
        post.wait("Decide")
        with pytest.raises(Killed):
            post.run()
        post.run_for(20 * MINUTE)

        assert post.ses.subjects == ["Decide", "Decide"]

    def test_it_is_given_up_and_logged_when_it_could_not_be_sent_for_three_days(self, post, caplog):
        post.ses.ends_with = [refusal("MessageRejected")] * 1_000
        post.wait("Decide")
        post.run_for(GIVEN_UP_AFTER + timedelta(hours=2), every=timedelta(hours=1))

        assert (post.ses.sent, post.waiting.of_owner("ann")) == ([], [])
        assert caplog.messages.count("email_given_up") == 1
        assert "ann" not in caplog.text.replace("tests", "")

    def test_a_run_takes_little_time_and_the_next_one_goes_on(self, post):
        post.wait(*map(str, range(5)))
        post.sender = Slow(post, LONGEST / 2)
        post.run()
        assert len(post.ses.sent) == 2

        post.run()
        post.run()
        assert sorted(post.ses.subjects) == ["0", "1", "2", "3", "4"]

    def test_of_many_a_run_sends_a_part(self, post):
        post.wait(*map(str, range(MOST_SENT + 10)))
        post.run()
        assert len(post.ses.sent) == MOST_SENT

        post.run()
        assert len(set(post.ses.subjects)) == MOST_SENT + 10

    def test_two_schedulers_send_it_once(self, post):
        post.wait("Decide")
        (seen,) = post.waiting.due(post.clock.now(), limit=1)
        assert post.waiting.begin(seen, post.clock.now()), "the other scheduler is sending it"
        post.run()

        assert post.ses.sent == []


class Slow:
    """A sender that takes its time."""

    def __init__(self, post: Post, takes: timedelta) -> None:
        self._ses, self._clock, self._takes = Ses(post.ses, "contacts@example.com"), post.clock, takes

    def send(self, email: Email) -> None:
        self._clock.at += self._takes
        self._ses.send(email)
