"""The pages of bulk runs, over HTTP and without JavaScript."""

import json
import re
from html import unescape

import pytest
from urllib3 import encode_multipart_formdata

from tests.routes.bulk import ADA, BOB, BULK, book, create_contacts, person, work
from tests.routes.service import HOME, Service, ServiceResponse
from tests.routes.test_contact_pages import words

TABLE = "external_id,First Name,Last Name,Email Address\n7,Ada,Lovelace,ada@x.org\n8,Alan,Turing,\n"
EVIL = '"><script>alert(1)</script>'


def send(service: Service, content: str, name: str = "contacts.csv", **fields: str) -> ServiceResponse:
    body, kind = encode_multipart_formdata({**fields, "file": (name, content.encode())})
    return service.post("/bulk", who="ann", body=body, Content_Type=kind, Accept="text/html")


def follow(service: Service, answer: ServiceResponse) -> str:
    """The path that the answer leads to, once its job has run."""
    assert answer.status == 303, words(answer.text)[:500]
    work(service)
    return answer.headers["location"].removeprefix(HOME)


def show(service: Service, path: str, who: str = "ann") -> str:
    return words(service.get(path, who=who, Accept="text/html").text)


def press(service: Service, path: str, action: str) -> ServiceResponse:
    return service.post(f"{path}/{action}", who="ann", form={}, Accept="text/html")


class TestSending:
    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (TABLE, "contacts.csv"),
            (json.dumps([{**ADA, "external_id": "7"}, {**BOB, "external_id": "8"}]), "contacts.json"),
            (json.dumps({"contacts": [{**ADA, "external_id": "7"}, {**BOB, "external_id": "8"}]}), "body.json"),
        ],
        ids=["CSV", "JSON list", "JSON body"],
    )
    def test_a_file_creates_contacts_each_with_its_external_id(self, service, content, name):
        path = follow(service, send(service, content, name))

        assert len(book(service)) == 2
        text = show(service, path)
        assert "Contacts created" in text
        assert re.search(r"1 7 Created .* 2 8 Created", text)

    def test_a_form_that_is_sent_again_updates_what_it_finds(self, service):
        send(service, TABLE)
        work(service)
        follow(service, send(service, TABLE.replace("ada@x.org", "new@x.org")))

        assert len(book(service)) == 2
        assert [each["value"] for each in book(service)["Ada Lovelace"]["emails"]] == ["new@x.org"]

    def test_options_are_those_of_the_form(self, service):
        answer = send(service, TABLE, on_existing="update", update="overwrite", client_source="crm")

        job = service.get(f"{BULK}/{answer.headers['location'].rpartition('/')[2]}", who="ann").json
        assert (job["on_existing"], job["update"], job["client_source"]) == ("update", "overwrite", "crm")

    @pytest.mark.parametrize(
        ("content", "name", "problem"),
        [
            ("", "empty.csv", "The file is empty"),
            ("[1", "broken.json", "not valid JSON"),
            ('{"people": []}', "other.json", "must have a list of contacts"),
            ("Colour,Shape\nred,round\n", "things.csv", "No column"),
            ("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n", "ada.vcf", "Send JSON or CSV here"),
            ('[{"given": "Ada"}, {"emails": [{"value": "x"}]}]', "wrong.json", "2 emails.0.value"),
        ],
    )
    def test_a_file_with_a_problem_says_it_on_the_page_and_creates_nothing(self, service, content, name, problem):
        answer = send(service, content, name)

        assert answer.status == 422
        assert problem in words(answer.text)
        assert book(service) == {}

    def test_a_form_without_a_file_keeps_what_was_chosen(self, service):
        body, kind = encode_multipart_formdata({"on_existing": "skip", "client_source": EVIL})
        answer = service.post("/bulk", who="ann", body=body, Content_Type=kind, Accept="text/html")

        assert (answer.status, "Choose a file first" in answer.text) == (422, True)
        assert '<option value="skip" selected>' in answer.text
        assert EVIL not in answer.text
        assert EVIL in unescape(answer.text)


class TestFollowing:
    def test_a_run_that_waits_says_why_and_can_be_canceled(self, service):
        path = send(service, TABLE).headers["location"].removeprefix(HOME)

        assert "0 of 2 contacts done" in show(service, path)
        assert press(service, path, "cancel").status == 303
        assert "Creating contacts was canceled" in show(service, path)

    def test_hostile_text_is_shown_as_text_and_rivals_are_linked(self, service):
        for email in ("m@x.org", "n@x.org"):
            create_contacts(service, person("Moe", email))
        both = [{"value": "m@x.org"}, {"value": "n@x.org"}]
        job = create_contacts(
            service, person("Moe", emails=both, external_id=EVIL), on_existing="update", client_source="<b>"
        )

        html = service.get(f"/bulk/{job['job_id']}", who="ann", Accept="text/html").text
        assert "<script>alert" not in html
        assert EVIL in unescape(html)
        assert all(f"/contacts/{each}" in html for each in job["errors"][0]["rivals"])

    def test_all_runs_are_listed_and_no_one_elses(self, service):
        job = create_contacts(service, ADA)

        assert job["job_id"] in service.get("/bulk", who="ann", Accept="text/html").text
        assert job["job_id"] not in service.get("/bulk", who="bob", Accept="text/html").text
        assert service.get(f"/bulk/{job['job_id']}", who="bob", Accept="text/html").status == 404


class TestDryRun:
    def test_is_followed_by_the_run(self, service):
        path = follow(service, send(service, TABLE, dry_run="yes"))
        assert "Only a dry run" in show(service, path)
        assert book(service) == {}

        real = follow(service, press(service, path, "create"))

        assert len(book(service)) == 2
        assert press(service, path, "create").headers["location"].removeprefix(HOME) == real
        assert press(service, real, "create").status == 409


class TestCleaningUp:
    @pytest.fixture
    def counted(self, service) -> str:
        """The page of a dry run: of three contacts one was edited since."""
        job = create_contacts(service, ADA, BOB, person("Cleo"))
        edited = book(service)["Cleo"]["contact_id"]
        service.ask("PATCH", f"/api/v1/contacts/{edited}", who="ann", body={"nickname": "C."})
        return follow(service, press(service, f"/bulk/{job['job_id']}", "clean-up"))

    def test_the_button_has_the_numbers_of_the_dry_run(self, service, counted):
        text = show(service, counted)

        assert "Delete 2 contacts" in text
        assert "1 contact kept: edited since" in text
        assert len(book(service)) == 3

    def test_it_deletes_what_was_counted_once(self, service, counted):
        done = follow(service, press(service, counted, "delete"))

        assert list(book(service)) == ["Cleo"]
        assert "2 contacts deleted" in show(service, done)
        assert press(service, counted, "delete").headers["location"].removeprefix(HOME) == done

    def test_one_that_was_edited_after_the_count_is_kept(self, service, counted):
        ada = book(service)["Ada"]["contact_id"]
        service.ask("PATCH", f"/api/v1/contacts/{ada}", who="ann", body={"nickname": "A."})

        follow(service, press(service, counted, "delete"))

        assert sorted(book(service)) == ["Ada", "Cleo"]

    def test_only_a_dry_run_of_ones_own_leads_to_it(self, service, counted):
        done = follow(service, press(service, counted, "delete"))

        assert press(service, done, "delete").status == 409
        assert service.post(f"{counted}/delete", who="bob", form={}, Accept="text/html").status == 404
