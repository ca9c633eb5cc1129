"""The operator's pages: what they show, and the buttons, pressed as a browser without scripts would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from chalicelib.foundation.http import Person
from chalicelib.jobs.job import ParkReason
from chalicelib.operating.list_jobs import STATES
from tests.routes.service import HOME, Service, ServiceResponse

JOBS = "/operator/jobs"


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    words: str = ""


class Page(HTMLParser):
    """The words, the forms and the links of a page; and whether its table can be read aloud."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.labels: set[str] = set()
        self.inputs: set[str] = set()
        self.cells: list[dict[str, str | None]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append(Form(given["action"] or "", given["method"] or "get"))
        elif tag == "input" and given.get("type") == "hidden":
            self.forms[-1].fields[given["name"] or ""] = given["value"] or ""
        elif tag in ("input", "select"):
            self.inputs.add(given["id"] or "")
        elif tag == "label":
            self.labels.add(given["for"] or "")
        elif tag == "a":
            self.links.append(given["href"] or "")
        elif tag == "th":
            self.cells.append(given)

    def handle_data(self, data: str) -> None:
        self.words += data
        if self.forms:
            self.forms[-1].words += data

    def form(self, ending: str) -> Form:
        (found,) = [form for form in self.forms if form.action.endswith(ending)]
        return found


class Oscar:
    """An operator in a browser: signed in on the page, with a cookie."""

    def __init__(self, service: Service) -> None:
        self.service = service
        session = service.wiring.signing_in.sessions.begin(Person("oscar", "Oscar", frozenset({"operator"})))
        self._cookies = {service.wiring.shared.cookie_name("session"): session}

    def open(self, target: str = JOBS) -> Page:
        response = self.service.get(target.removeprefix(HOME), cookies=self._cookies, Accept="text/html")
        assert response.status == 200, response.text
        return Page(response.text)

    def press(self, form: Form) -> ServiceResponse:
        return self.service.post(
            urlsplit(form.action).path, form=form.fields, cookies=self._cookies, Accept="text/html"
        )

    def press_and_follow(self, form: Form) -> Page:
        response = self.press(form)
        assert response.status == 303, response.text
        return self.open(response.headers["location"])


@pytest.fixture
def oscar(service: Service) -> Oscar:
    return Oscar(service)


class TestJobs:
    def test_each_job_says_whose_it_is_why_it_waits_and_how_the_engine_fares(self, service, oscar):
        run = service.run(service.start_import("ann"))
        service.clock.sleep(1)
        run.park(run.until - service.clock.now(), ParkReason.PROVIDER, failed=True, error="Google asks us to wait.")

        words = oscar.open().words

        for text in (
            "ann",
            "Import, Google",
            "ada@example.com",
            "Google asks us to wait",
            "rev 2, 1 failure, 0 crashes, 1 claim",
        ):
            assert text in words

    def test_how_the_schedule_does_stands_above(self, service, oscar):
        service.start_import()
        service.clock.sleep(20)

        words = oscar.open().words

        assert "never" in words
        assert "Late" in words
        assert "overdue by 20 seconds" in words

    def test_nothing_but_the_words_themselves_comes_from_outside(self, service, oscar):
        service.start_import('<b onclick="x">ann</b>')

        page = oscar.open()

        assert '<b onclick="x">ann</b>' in page.words

    def test_every_field_has_its_label_and_every_heading_its_scope(self, service, oscar):
        service.start_import()

        page = oscar.open()

        assert page.inputs == page.labels == {"state", "kind", "provider", "person", "older_than", "younger_than"}
        assert all(cell.get("scope") in ("col", "row") for cell in page.cells)

    def test_every_state_can_be_chosen(self, service):
        response = service.get(JOBS, who="oscar", roles=("operator",))

        for state in STATES:
            assert f'<option value="{state}">' in response.text

    def test_what_was_chosen_stays_chosen(self, service):
        response = service.get(f"{JOBS}?state=failed&person=ann&older_than=2h", who="oscar", roles=("operator",))

        assert '<option value="failed" selected>' in response.text
        assert 'value="ann"' in response.text
        assert 'value="2h"' in response.text

    def test_where_there_is_none_it_says_how_far_it_looked(self, oscar):
        assert "No matching jobs since February 18, 2026" in oscar.open().words

    def test_older_leads_on_with_the_same_filters_and_newest_back(self, service, oscar):
        for number in range(30):
            service.start_import(f"person {number}")
            service.clock.sleep(1)

        first = oscar.open(f"{JOBS}?state=unfinished")
        (older,) = [link for link in first.links if "cursor=" in link]
        second = oscar.open(older)

        assert "state=unfinished" in older
        assert ("person 29" in first.words, "person 4" in second.words) == (True, True)
        assert f"{HOME}{JOBS}?state=unfinished" in second.links

    def test_an_invalid_filter_shows_an_error_page(self, service):
        response = service.get(f"{JOBS}?older_than=soon", who="oscar", roles=("operator",), Accept="text/html")

        assert (response.status, "such as 45m, 2h or 3d" in response.text) == (422, True)


class TestButtons:
    def test_cancel_ends_the_job_and_comes_back_to_the_same_filters(self, service, oscar):
        job_id = service.start_import()
        page = oscar.open(f"{JOBS}?person=ann&state=unfinished")

        response = oscar.press(page.form(f"{job_id}/cancel"))

        place = f"{HOME}{JOBS}?state=unfinished&person=ann&done=canceled&job_id={job_id}"
        assert (response.status, response.headers["location"]) == (303, place)
        assert service.wiring.shared.jobs.get(job_id).state == "canceled"
        assert f"Job {job_id} was canceled" in oscar.open(place).words

    def test_run_again_begins_a_new_job_and_says_which(self, service, oscar):
        job_id = service.start_import()
        service.finish_import(job_id)

        page = oscar.press_and_follow(oscar.open().form(f"{job_id}/retry"))

        (again,) = service.wiring.shared.jobs.unfinished("ann")
        assert again.retry_of == job_id
        assert f"Started again as job {again.job_id}" in page.words

    def test_each_button_says_to_a_screen_reader_which_job_it_is_for(self, service, oscar):
        job_id = service.start_import()

        assert oscar.open().form("/cancel").words.split()[:3] == ["Cancel", "import", job_id]

    def test_what_must_run_to_its_end_has_no_button(self, service, oscar):
        service.ask("DELETE", "/api/v1/me", who="ann")

        assert [form.action for form in oscar.open().forms if "/cancel" in form.action] == []

    def test_running_the_schedule_says_what_came_of_it(self, service, oscar):
        page = oscar.press_and_follow(oscar.open().form("/operator/schedule"))

        assert "The schedule ran. No jobs were due." in page.words
        assert "Late" not in page.words

    def test_a_form_without_the_sessions_token_changes_nothing(self, service, oscar):
        job_id = service.start_import()
        form = oscar.open().form(f"{job_id}/cancel")
        form.fields["csrf_token"] = "guessed"

        assert oscar.press(form).status == 403
        assert service.wiring.shared.jobs.get(job_id).state == "queued"

    def test_only_filters_find_their_way_back(self, service, oscar):
        form = oscar.open().form("/operator/schedule")
        form.fields["filters"] = "state=failed&done=canceled&made_up=1"

        assert oscar.press(form).headers["location"] == f"{HOME}{JOBS}?state=failed&done=ran&processed=0&failed=0"


class TestHealth:
    def test_each_dependency_is_shown_with_its_response_time(self, service, oscar):
        service.wiring.shared.jobs.record_schedule_run(service.clock.now())

        words = oscar.open("/operator/health").words

        assert "All dependencies are healthy" in words
        for part in ("Jobs table", "Contacts table", "People table", "Bucket", "Key"):
            assert part in words
        assert "Failing" not in words

    def test_a_failed_dependency_is_shown_with_advice(self, service, oscar):
        service.wiring.shared.clients("kms").gone = True

        words = oscar.open("/operator/health").words

        assert "health_failing" in words
        assert "Failing" in words
