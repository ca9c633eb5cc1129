"""E-mails over HTTP: the address of the sign-in, the person's choice, what is told, and the link that ends it."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from chalicelib.erasing.erase_person import LONGEST_RUN
from chalicelib.foundation.callbacks import CallbackReply
from chalicelib.foundation.errors import ConsentNeeded
from tests.enrichment.vendors_room import dump
from tests.fakes.receiver import FakeCallbacks
from tests.routes.service import HOME, Service
from tests.routes.test_cron_route import Context

MINE = "/api/v1/me/emails"
ADDRESS = "ann@x.org"
PAGE = "text/html"


@pytest.fixture
def service() -> Service:
    return Service(EMAIL_SENDER="Contacts <contacts@example.com>")


@pytest.fixture
def session(service: Service):
    return service.sign_in("ann", email_verified=True)


def send(service: Service) -> list[str]:
    """The subjects of what one run of the schedule sends."""
    before = len(service.ses.subjects)
    service.wiring.emails.send_due_emails()
    return service.ses.subjects[before:]


def lose_consent(service: Service, job_id: str) -> None:
    connection_id = service.wiring.shared.jobs.get(job_id).details["connection_id"]
    seen = service.wiring.accounts.connections.get("ann", connection_id)
    service.wiring.accounts.note_lost_consent(seen)


def unsubscribe_target(service: Service) -> str:
    headers = {each["Name"]: each["Value"] for each in service.ses.sent[-1]["Content"]["Simple"]["Headers"]}
    url = headers["List-Unsubscribe"].strip("<>")
    assert url.startswith(HOME)
    return urlsplit(url).path


class TestTheAddress:
    def test_is_that_of_the_last_sign_in(self, service, session):
        assert service.get(MINE, who="ann").json == {
            "address": ADDRESS,
            "is_sending": True,
            "reconnect": True,
            "decision": True,
            "endpoint": True,
            "done": False,
        }
        assert ADDRESS in service.get("/me", session=session, Accept=PAGE).text

    def test_is_gone_when_it_is_no_longer_verified(self, service, session):
        service.sign_in("ann")

        assert service.get(MINE, who="ann").json["address"] is None
        assert "has verified no e-mail address" in service.get("/me", session=session, Accept=PAGE).text

    def test_of_a_bearer_token_is_not_used(self, service):
        service.get(MINE, who="bob")

        assert service.get(MINE, who="bob").json["address"] is None

    def test_is_neither_kept_nor_shown_while_the_service_sends_nothing(self):
        service = Service()
        session = service.sign_in("ann", email_verified=True)

        shown = service.get(MINE, who="ann").json
        assert (shown["address"], shown["is_sending"]) == (None, False)
        assert "E-mails" not in service.get("/me", session=session, Accept=PAGE).text

    def test_is_erased_with_the_person(self, service, session):
        service.start_import("ann")
        lose_consent(service, service.start_import("ann"))
        service.ask("DELETE", "/api/v1/me", who="ann")
        (job,) = service.wiring.shared.jobs.unfinished("ann")
        for _ in range(2):
            service.wiring.engine.worker.steps["erase-person"](service.run(job.job_id))
            service.clock.advance(seconds=LONGEST_RUN.total_seconds() + 1)

        assert service.wiring.emails.waiting.of_owner("ann") == []
        assert service.get(MINE, who="ann").json["address"] is None
        assert ADDRESS not in str(dump(service.dynamodb.tables))
        assert send(service) == []


class TestChoosing:
    def test_over_rest_changes_what_is_sent(self, service, session):
        changed = service.ask("PUT", MINE, who="ann", body={"done": True, "reconnect": False}).json

        assert (changed["reconnect"], changed["decision"], changed["done"]) == (False, True, True)
        assert service.get(MINE, who="ann").json == changed

    @pytest.mark.parametrize("body", [{"done": 1}, {"address": "eve@x.org"}, []])
    def test_takes_nothing_else(self, service, session, body):
        assert service.ask("PUT", MINE, who="ann", body=body).status == 422
        assert service.get(MINE, who="ann").json["address"] == ADDRESS

    def test_on_the_page_is_what_is_ticked(self, service, session):
        answer = service.post("/me/emails", session=session, form={"csrf_token": session.csrf, "kind": "done"})

        assert (answer.status, answer.headers["location"]) == (303, f"{HOME}/me#emails")
        shown = service.get(MINE, who="ann").json
        assert (shown["reconnect"], shown["decision"], shown["done"]) == (False, False, True)
        page = service.get("/me", session=session, Accept=PAGE).text
        assert re.findall(r'value="(\w+)" checked', page) == ["done"]


class TestWhatIsTold:
    def test_an_account_whose_consent_is_lost_once(self, service, session):
        job_id = service.start_import()
        for _ in range(3):
            lose_consent(service, job_id)

        assert send(service) == ["Connect your Google account again"]
        assert send(service) == []

    def test_and_once_more_when_it_is_lost_again(self, service, session):
        lose_consent(service, service.start_import())
        assert len(send(service)) == 1
        service.clock.advance(hours=1)
        lose_consent(service, service.start_import())

        assert len(send(service)) == 1

    def test_the_failed_import_that_lost_it_is_not_told_as_well(self, service, session):
        service.ask("PUT", MINE, who="ann", body={"done": True})
        job_id = service.start_import()
        service.run(job_id).fail("Google no longer lets us read.", ConsentNeeded.slug)
        lose_consent(service, job_id)

        assert send(service) == ["Connect your Google account again"]

    def test_removals_that_wait_for_a_decision(self, service, session):
        service.finish_import(service.start_import(), removals_pending=12)

        assert send(service) == ["12 contacts from Google: remove or keep?"]

    def test_an_import_that_has_ended_only_to_those_who_want_it(self, service, session):
        service.finish_import(service.start_import())
        assert send(service) == []

        service.ask("PUT", MINE, who="ann", body={"done": True})
        service.finish_import(service.start_import(provider="microsoft"), ("Cleo", "Dan", "Eve"))

        assert send(service) == ["3 contacts imported from Microsoft"]

    def test_a_webhook_that_is_disabled_without_its_path(self, service, session):
        service.wiring.events.callbacks = FakeCallbacks([CallbackReply(410, {})])
        body = {"url": "https://hooks.example.com/a-secret"}
        endpoint_id = service.post("/api/v1/webhooks", who="ann", body=body).json["endpoint_id"]
        service.post(f"/api/v1/webhooks/{endpoint_id}/test", who="ann")
        service.wiring.on_schedule(Context())

        assert send(service) == ["Your webhook at hooks.example.com is disabled"]
        assert f"{HOME}/webhooks/{endpoint_id}" in str(service.ses.sent)
        assert "a-secret" not in str(service.ses.sent)

    def test_nothing_of_any_contact(self, service, session):
        service.ask("PUT", MINE, who="ann", body={"done": True})
        service.finish_import(service.start_import())
        send(service)

        assert not re.search("Ada|Bob", str(service.ses.sent))

    def test_nothing_is_written_for_people_without_an_address(self, service):
        job_id = service.start_import("bob")
        service.finish_import(job_id, removals_pending=12)

        assert service.wiring.emails.waiting.of_owner("bob") == []

    def test_nothing_while_the_service_sends_nothing(self):
        service = Service()
        service.sign_in("ann", email_verified=True)
        service.finish_import(service.start_import(), removals_pending=12)

        assert (send(service), service.wiring.emails.waiting.of_owner("ann")) == ([], [])

    def test_every_run_of_the_schedule_sends(self, service, session):
        service.finish_import(service.start_import(), removals_pending=12)
        now = service.clock.now()
        service.wiring.engine.run_schedule(until=now + timedelta(minutes=5), reserve=timedelta(seconds=15))

        assert service.ses.subjects == ["12 contacts from Google: remove or keep?"]


class TestTheLink:
    @pytest.fixture
    def target(self, service: Service, session) -> str:
        service.finish_import(service.start_import(), removals_pending=12)
        send(service)
        return unsubscribe_target(service)

    def test_ends_one_kind_with_the_one_click_of_a_mail_program(self, service, target):
        """RFC 8058: a POST without cookies, which is not redirected."""
        answer = service.post(target, form={"List-Unsubscribe": "One-Click"})

        assert answer.status == 200
        shown = service.get(MINE, who="ann").json
        assert (shown["reconnect"], shown["decision"]) == (True, False)

    @pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "text/plain", ""])
    def test_takes_any_body(self, service, target, content_type):
        sent = {"Content_Type": content_type} if content_type else {}
        assert service.post(target, body=b"--x--", **sent).status == 200
        assert service.get(MINE, who="ann").json["decision"] is False

    def test_asks_first_in_a_browser_so_that_programs_that_check_links_end_nothing(self, service, target):
        page = service.get(target, Accept=PAGE)

        assert (page.status, 'method="post"' in page.text) == (200, True)
        assert service.get(MINE, who="ann").json["decision"] is True

    def test_shows_nothing_of_the_person(self, service, target):
        shown = service.get(target, Accept=PAGE).text + service.post(target, Accept=PAGE).text

        assert not re.search(r"ann\b|@|Google", shown)

    @pytest.mark.parametrize(
        "change", [("decision", "reconnect"), (r"\w{8}$", "00000000"), (r"unsubscribe/\w", "unsubscribe/x")]
    )
    def test_cannot_be_made_up(self, service, target, change):
        answer = service.post(re.sub(*change, target), Accept=PAGE)

        assert answer.status == 404
        shown = service.get(MINE, who="ann").json
        assert (shown["reconnect"], shown["decision"]) == (True, True)

    def test_is_not_in_the_log(self, service, target, caplog):
        caplog.set_level("DEBUG")
        service.post(target)

        assert target.rpartition("/")[2] not in caplog.text + str([vars(each) for each in caplog.records])
