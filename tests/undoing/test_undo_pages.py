"""The pages of undoing, from the page of an import to the lists of the undo, without JavaScript."""

import json
import re

import pytest

from tests.fakes.account import Person
from tests.routes.service import HOME, Service
from tests.routes.test_cron_route import Context, importing

ADA, BOB = Person("1", "Ada", "ada@x.org"), Person("2", "Bob", "bob@x.org")


@pytest.fixture
def service() -> Service:
    return Service()


def imported(service: Service) -> str:
    job_id = importing(service, [ADA, BOB], who="ann")
    work(service, job_id)
    return job_id


def work(service: Service, job_id: str) -> None:
    service.wiring.on_message(json.dumps({"job_id": job_id}), Context())
    assert service.wiring.shared.jobs.get(job_id).is_finished


def shown(service: Service, path: str) -> str:
    response = service.get(path, who="ann", Accept="text/html")
    assert response.status == 200, response.text
    return str(response.text)


class TestTheUndoOfAnImport:
    def test_leads_from_its_page_to_the_lists(self, service):
        job_id = imported(service)
        assert f"/runs/{job_id}/undo" in shown(service, f"/imports/{job_id}")

        preview = shown(service, f"/runs/{job_id}/undo")
        sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', preview))
        started = service.post(f"/runs/{job_id}/undo", who="ann", form=sent)

        assert f'href="{HOME}/imports/{job_id}"' in preview
        assert "Undo 2 contacts" in preview
        assert {"removed": "2", "failed": "0", "preview_id": sent["preview_id"]}.items() <= sent.items()
        assert "no longer imported again by itself" in preview
        undo = started.headers["location"].rpartition("/")[2]
        assert "Undoing" in shown(service, f"/undos/{undo}")
        work(service, undo)
        lists = shown(service, f"/undos/{undo}")
        assert "Reversed (2)" in lists
        assert all(name in lists for name in ("Ada", "Bob", "Removed"))
        assert service.get("/api/v1/contacts", who="ann").json["contacts"] == []

    def test_makes_the_next_import_read_everything(self, service):
        job_id = imported(service)
        numbers = service.get(f"/api/v1/runs/{job_id}/undo", who="ann").json
        body = {name: numbers[name] for name in ("removed", "restored", "returned", "kept")}
        work(service, service.post(f"/api/v1/runs/{job_id}/undo", who="ann", body=body).json["job_id"])
        connection = service.get("/api/v1/connections", who="ann").json["connections"][0]["connection_id"]

        again = service.post(f"/api/v1/connections/{connection}/import", who="ann", body={}).json["job_id"]
        work(service, again)

        status = service.get(f"/api/v1/imports/{again}", who="ann").json
        assert (status["mode"], status["created"]) == ("full", 2)

    def test_with_other_numbers_is_refused_with_the_present_ones(self, service):
        job_id = imported(service)
        body = {"removed": 5, "restored": 0, "returned": 0, "kept": 0}

        response = service.post(f"/api/v1/runs/{job_id}/undo", who="ann", body=body)

        assert (response.status, response.json["code"]) == (409, "undo_changed")
        assert response.json["numbers"]["removed"] == 2

    def test_started_twice_has_one_status_url_also_once_it_has_ended(self, service):
        job_id = imported(service)
        numbers = service.get(f"/api/v1/runs/{job_id}/undo", who="ann").json
        body = {name: numbers[name] for name in ("removed", "restored", "returned", "kept", "failed", "preview_id")}
        first, second = (service.post(f"/api/v1/runs/{job_id}/undo", who="ann", body=body) for _ in range(2))
        work(service, first.json["job_id"])

        third = service.post(f"/api/v1/runs/{job_id}/undo", who="ann", body=body)

        assert [each.status for each in (first, second, third)] == [202, 202, 202]
        assert len({each.headers["location"] for each in (first, second, third)}) == 1

    def test_lists_what_is_kept_over_rest(self, service):
        job_id = imported(service)
        ada = service.get("/api/v1/contacts", who="ann").json["contacts"][0]["contact_id"]
        service.ask("PATCH", f"/api/v1/contacts/{ada}", who="ann", body={"title": "Countess"})
        body = {"removed": 1, "restored": 1, "returned": 0, "kept": 1}
        undo = service.post(f"/api/v1/runs/{job_id}/undo", who="ann", body=body).json["job_id"]
        work(service, undo)

        kept = service.get(f"/api/v1/undos/{undo}/results?list=kept", who="ann").json["results"]

        assert [(each["contact_id"], each["reasons"][0]["fields"]) for each in kept] == [(ada, ["title"])]
        assert kept[0]["reasons"][0]["message"].startswith("Kept: you edited the title on ")


class TestADelete:
    def test_can_be_undone_from_the_list(self, service):
        imported(service)
        ada = service.get("/api/v1/contacts", who="ann").json["contacts"][0]["contact_id"]
        deleted = service.post(f"/contacts/{ada}/delete", who="ann", form={})

        target = deleted.headers["location"].partition("contacts.example")[2]
        assert f"/contacts/{ada}/restore" in shown(service, target)
        service.post(f"/contacts/{ada}/restore", who="ann", form={})

        assert service.get(f"/api/v1/contacts/{ada}", who="ann").status == 200

    @pytest.mark.parametrize("text", ["<b>", "a b", "x" * 61])
    def test_whose_id_cannot_be_one_is_not_offered(self, service, text):
        imported(service)

        assert "Deleted." not in shown(service, f"/contacts?deleted={text.replace(' ', '%20').replace('<', '%3C')}")
