"""`python -m local bulk …`: what it asks of the service, what it shows before it asks anybody, and how it ends."""

import json

import pytest
import requests

from chalicelib.bulk.bulk_job import KINDS, BulkState
from local import bulk_arguments
from local.__main__ import _parser
from local.bulk import DONE, FAILED, NOT_CONFIRMED, PARTLY, Bulk
from local.processes import PartFailed
from tests.routes.service import CRON_SECRET, Service

ADA, BOB = ({"display": name, "emails": [{"value": f"{name}@x.org"}]} for name in ("Ada", "Bob"))


class Client:
    """A person's client whose requests a service in this process answers."""

    def __init__(self, service: Service, who: str) -> None:
        self.service, self.who = service, who

    def ask(self, method: str, path: str, *, params: dict | None = None, json: dict | None = None) -> requests.Response:
        target = requests.Request(method, "http://x" + path, params=params).prepare().path_url
        response = self.service.ask(method, target, who=self.who, body=json, Accept="application/json")
        answer = requests.Response()
        answer.status_code, answer._content = response.status, response.body
        answer.headers.update(response.headers)
        return answer


class Desk:
    """A person at the command line: the output, the prompts, and their answers."""

    def __init__(self, service: Service, answers: str = "", who: str = "ann") -> None:
        self.shown: list[str] = []
        self.questions: list[str] = []
        self.shown_when_asked: list[str] = []
        self._service, self._answer = service, answers
        self.bulk = Bulk(Client(service, who), self.shown.append, self._ask, self._work)

    @property
    def text(self) -> str:
        return "\n".join(self.shown)

    def _ask(self, question: str) -> str:
        self.questions.append(question)
        self.shown_when_asked.append(self.text)
        return self._answer

    def _work(self, seconds: float) -> None:
        """While one waits, the schedule runs."""
        assert 0 < seconds <= 2
        self._service.post("/api/cron/process-imports", x_cron_secret=CRON_SECRET)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def run(service) -> dict:
    """A bulk create of Ann's: two contacts."""
    return create_contacts(service, ADA, BOB)


def create_contacts(service: Service, *contacts: dict, **more: object) -> dict:
    body = {"contacts": list(contacts), **more}
    job_id = service.post("/api/v1/contacts/bulk", who="ann", body=body).json["job_id"]
    service.post("/api/cron/process-imports", x_cron_secret=CRON_SECRET)
    return service.get(f"/api/v1/contacts/bulk/{job_id}", who="ann").json


def contacts_of(service: Service) -> int:
    return len(service.get("/api/v1/contacts", who="ann").json["contacts"])


class TestList:
    def test_shows_every_job_with_its_numbers(self, service, run):
        desk = Desk(service)
        desk.bulk.dry_run(run["job_id"], [])
        desk.shown.clear()

        assert desk.bulk.show_all(None, None) == DONE
        assert len(desk.shown) == 2
        assert sum("dry run" in line for line in desk.shown) == 1
        [line] = [line for line in desk.shown if run["tracking_key"] in line and "create" in line]
        assert "completed" in line
        assert "2 of 2, 2 created" in line
        assert line.endswith(run["job_id"])

    def test_lists_only_matching_jobs(self, service, run):
        desk = Desk(service)

        desk.bulk.show_all("cleanup", None)
        desk.bulk.show_all("create", "failed")
        assert desk.shown == ["No matching bulk jobs."] * 2

    def test_goes_through_every_page(self, service):
        for _ in range(3):
            create_contacts(service, ADA)
            service.clock.sleep(1)
        desk = Desk(service)
        ask = desk.bulk.client.ask
        desk.bulk.client.ask = lambda *a, params=None, **more: ask(*a, params=params and {**params, "limit": 1}, **more)

        desk.bulk.show_all(None, None)
        assert len(desk.shown) == 3


class TestDryRun:
    @pytest.mark.parametrize("by", ["job_id", "tracking_key"])
    def test_shows_what_would_go_and_deletes_nothing(self, service, run, by):
        desk = Desk(service)

        assert desk.bulk.dry_run(run[by], []) == DONE
        assert "2 would be deleted" in desk.text
        assert contacts_of(service) == 2

    def test_is_of_some_contacts_where_those_are_named(self, service, run):
        desk = Desk(service)
        desk.bulk.dry_run(run["job_id"], [run["contact_ids"][0], "unknown"])

        assert "1 would be deleted" in desk.text
        assert "1 not found" in desk.text

    def test_of_a_run_that_is_not_there_fails_in_the_services_words(self, service):
        with pytest.raises(PartFailed, match="does not exist"):
            Desk(service).bulk.dry_run("A" * 22, [])


class TestDelete:
    def test_shows_the_numbers_before_it_asks(self, service, run):
        desk = Desk(service, "n")
        desk.bulk.delete(run["job_id"], [], yes=False)

        [before] = desk.shown_when_asked
        assert "2 would be deleted" in before

    @pytest.mark.parametrize("answer", ["", "n", "no", "j", "yesterday"])
    def test_deletes_nothing_without_a_confirmation(self, service, run, answer):
        desk = Desk(service, answer)

        assert desk.bulk.delete(run["job_id"], [], yes=False) == NOT_CONFIRMED
        assert desk.questions == ["Delete 2 contacts? [y/N] "]
        assert desk.shown[-1] == "Nothing was deleted."
        assert contacts_of(service) == 2

    @pytest.mark.parametrize("answer", ["y", "Y ", "yes"])
    def test_deletes_when_they_do(self, service, run, answer):
        desk = Desk(service, answer)

        assert desk.bulk.delete(run["job_id"], [], yes=False) == DONE
        assert desk.shown[-1].split() == ["2", "deleted"]
        assert contacts_of(service) == 0

    def test_does_not_prompt_with_the_yes_option(self, service, run):
        desk = Desk(service)

        assert desk.bulk.delete(run["tracking_key"], [], yes=True) == DONE
        assert (desk.questions, contacts_of(service)) == ([], 0)

    def test_does_not_prompt_if_there_is_nothing_to_delete(self, service, run):
        Desk(service).bulk.delete(run["job_id"], [], yes=True)
        desk = Desk(service)

        assert desk.bulk.delete(run["job_id"], [], yes=False) == DONE
        assert desk.questions == []

    def test_says_who_stays_and_asks_for_that_too(self, service, run):
        create_contacts(service, ADA, on_existing="update")
        desk = Desk(service, "y")

        assert desk.bulk.delete(run["job_id"], [], yes=False) == DONE
        assert desk.questions == ["Delete 1 contact, and remove this run's data from 1 that are kept? [y/N] "]
        assert "1 kept: also in other sources" in desk.text
        assert "kept: other_source" in desk.text
        assert contacts_of(service) == 1

    @pytest.mark.parametrize(("state", "code"), [("partial", PARTLY), ("failed", FAILED), ("canceled", FAILED)])
    def test_ends_with_a_code_of_its_own_where_it_did_not_all_succeed(self, service, run, state, code):
        desk = Desk(service)
        ask = desk.bulk.client.ask

        def ended(method: str, path: str, **more: object) -> requests.Response:
            answer = ask(method, path, **more)
            body = answer.json()
            if method == "GET" and body["status"] == "completed" and not body["dry_run"]:
                answer._content = json.dumps({**body, "status": state, "error_message": "So it was."}).encode()
            return answer

        desk.bulk.client.ask = ended
        assert desk.bulk.delete(run["job_id"], [], yes=True) == code
        assert "So it was." in desk.text


class TestCommand:
    def test_takes_these_words(self):
        words = ["bulk", "delete", "bcc:j:x", "--person", "ann", "--contact", "1", "--contact", "2"]
        parsed = _parser().parse_args(words)

        assert (parsed.action, parsed.run, parsed.person, parsed.contact) == ("delete", "bcc:j:x", "ann", ["1", "2"])
        assert not parsed.yes

    @pytest.mark.parametrize(
        "words",
        [[], ["list"], ["delete", "--person", "ann"], ["list", "--person", "ann", "--state", "DONE"], ["empty"]],
    )
    def test_refuses_what_it_cannot_do(self, words):
        with pytest.raises(SystemExit) as ended:
            _parser().parse_args(["bulk", *words])

        assert ended.value.code == 2

    def test_knows_the_kinds_and_states_there_are(self):
        assert tuple(KINDS) == bulk_arguments.KINDS
        assert tuple(BulkState) == bulk_arguments.STATES
