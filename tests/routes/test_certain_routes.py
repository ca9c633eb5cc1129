"""All certain pairs of a search merged at once, over REST and on the pages, and undone as one."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.reviews.deciding import Choice
from chalicelib.reviews.review import Answer
from tests.routes.reviews import REVIEWS, browse, decide, waiting
from tests.routes.service import HOME, Service
from tests.routes.test_cron_route import Context

CERTAIN, SEARCH, LIKE = f"{REVIEWS}/certain", f"{REVIEWS}/find-duplicates", f"{REVIEWS}/like"
NAMES = (("Ada", "Lovelace"), ("Grace", "Hopper"), ("Alan", "Turing"))
LATER, RESERVE = datetime(2100, 1, 1, tzinfo=UTC), timedelta(seconds=15)
LIKELY = {"family": "Miller", "birthday": {"year": 1980, "month": 3, "day": 4}}


def card(given: str, family: str, **more: str) -> dict:
    return {"given": given, "family": family, "emails": [{"value": f"{given.lower()}@x.example"}], **more}


def add(service: Service, *cards: dict) -> None:
    body = {"contacts": list(cards), "on_existing": "create"}
    job_id = service.post("/api/v1/contacts/bulk", who="ann", body=body).json["job_id"]
    service.wiring.bulk.create_contacts(service.run(job_id))


def work(service: Service, job_id: str) -> None:
    service.wiring.on_message(json.dumps({"job_id": job_id}), Context())


def search(service: Service) -> None:
    work(service, service.post(SEARCH, who="ann").json["job_id"])


def contacts(service: Service) -> list[dict]:
    return service.get("/api/v1/contacts?limit=200", who="ann").json["contacts"]


def names(service: Service) -> list[str]:
    return sorted(each["display"] for each in contacts(service))


def certain(service: Service) -> list[dict]:
    return service.get(SEARCH, who="ann").json["certain"]


def accept(service: Service, count: int):
    return service.post(CERTAIN, who="ann", body={"count": count})


def finished(service: Service, job_id: str) -> dict:
    work(service, job_id)
    return service.get(f"{LIKE}/{job_id}", who="ann").json


def edit(service: Service, contact_id: str) -> None:
    response = service.ask("PATCH", f"/api/v1/contacts/{contact_id}", who="ann", body={"title": "Countess"})
    assert response.status == 200, response.text


def stop_after_the_first_commit(run: Run, service: Service) -> None:
    commit = run.commit

    def last_commit(progress: Progress) -> None:
        commit(progress)
        run.until = service.clock.now()

    run.commit = last_commit


@pytest.fixture
def service() -> Service:
    """Ann has three people twice, and two contacts that are only likely one person."""
    service = Service()
    add(service, *(card(*name) for name in NAMES), {"given": "Robert", **LIKELY})
    add(service, *(card(*name, organization="Engines") for name in NAMES), {"given": "Bob", **LIKELY})
    search(service)
    return service


class TestAccepting:
    def test_merges_the_certain_pairs_and_no_other(self, service):
        accepted = accept(service, 3)
        assert (accepted.status, accepted.json["decision"], accepted.json["total"]) == (202, "same", 3)
        assert accepted.headers["location"] == f"{LIKE}/{accepted.json['job_id']}"

        job = finished(service, accepted.json["job_id"])

        assert (job["state"], job["decided"], job["skipped"], job["failed"]) == ("completed", 3, 0, 0)
        assert names(service) == ["Ada Lovelace", "Alan Turing", "Bob Miller", "Grace Hopper", "Robert Miller"]
        assert (len(waiting(service)), certain(service)) == (1, [])

    def test_is_undone_as_one(self, service):
        before, waited = contacts(service), waiting(service)
        job_id = accept(service, 3).json["job_id"]
        work(service, job_id)

        undone = service.post(f"{LIKE}/{job_id}/undo", who="ann", body={}).json["job_id"]

        assert finished(service, undone)["decided"] == 3
        assert contacts(service) == before
        assert sorted(waiting(service)) == sorted(waited)

    def test_another_number_than_was_listed_is_refused_and_nothing_is_merged(self, service):
        decide(service, certain(service)[0]["review_id"], "later")

        response = accept(service, 3)

        assert (response.status, response.json["count"]) == (409, 2)
        assert len(contacts(service)) == 8

    @pytest.mark.parametrize("body", [{}, {"count": 0}, {"count": "3"}])
    def test_needs_the_number(self, service, body):
        assert service.post(CERTAIN, who="ann", body=body).status == 422

    def test_a_contact_that_is_there_three_times_becomes_one(self, service):
        add(service, card("Ada", "Lovelace", title="Countess"))
        search(service)
        count = len(certain(service))
        assert count == 5  # three pairs of Ada

        job = finished(service, accept(service, count).json["job_id"])

        assert names(service).count("Ada Lovelace") == 1
        assert (job["decided"], job["skipped"], job["failed"]) == (4, 1, 0)

    def test_a_worker_that_crashed_after_merging_merges_nothing_twice(self, service):
        first = certain(service)[0]["review_id"]
        job_id = accept(service, 3).json["job_id"]
        choice = Choice(Answer.SAME, by_job=job_id)
        service.wiring.reviews.decide_review("ann", first, choice)  # as the crashed worker did, before it noted it

        assert finished(service, job_id)["decided"] == 3

    def test_the_next_worker_knows_which_contacts_only_the_job_itself_has_changed(self):
        service = Service()
        for _ in range(3):
            add(service, card("Ada", "Lovelace"))
        search(service)
        job_id = accept(service, 3).json["job_id"]
        step = replace(service.wiring.reviews.decide_like_step, per_commit=1)
        run = service.run(job_id)
        stop_after_the_first_commit(run, service)
        step(run)
        assert names(service) == ["Ada Lovelace", "Ada Lovelace"]

        step(Run(run._store, service.clock, run.job, until=LATER, reserve=RESERVE))

        job = service.get(f"{LIKE}/{job_id}", who="ann").json
        assert (job["state"], job["decided"], job["skipped"]) == ("completed", 2, 1)
        assert names(service) == ["Ada Lovelace"]


class TestChangedMeanwhile:
    def test_a_pair_that_changed_since_the_search_is_not_listed(self, service):
        changed = certain(service)[0]

        edit(service, changed["contact_ids"][0])

        assert changed["review_id"] not in [each["review_id"] for each in certain(service)]
        assert changed["review_id"] in waiting(service)

    def test_a_pair_that_changed_since_it_was_accepted_is_left_to_the_queue(self, service):
        changed = certain(service)[1]
        job_id = accept(service, 3).json["job_id"]
        edit(service, changed["contact_ids"][1])

        job = finished(service, job_id)

        assert (job["state"], job["decided"], job["skipped"], job["failed"]) == ("completed", 2, 1, 0)
        assert changed["review_id"] in waiting(service)

    def test_a_pair_that_was_called_different_meanwhile_stays_two(self, service):
        apart = certain(service)[1]
        job_id = accept(service, 3).json["job_id"]
        decide(service, apart["review_id"], "different")

        job = finished(service, job_id)

        assert (job["decided"], job["skipped"]) == (2, 1)
        assert len(contacts(service)) == 6


class TestPages:
    def words(self, service: Service, path: str) -> str:
        return " ".join(re.sub(r"<[^>]*>", " ", browse(service, path).text).split())

    def test_lead_from_the_queue_to_the_list_to_the_merge_and_its_undo(self, service):
        queue = browse(service, "/review").text
        assert f'<a href="{HOME}/review/certain">3 pairs were certain when found</a>' in queue
        shown = self.words(service, "/review/certain")
        assert "Ada Lovelace and Ada Lovelace the same email address" in shown
        assert "Merge these 3" in shown
        assert "Miller" not in shown

        started = browse(service, "/review/certain", 303, count="3").headers["location"].removeprefix(HOME)

        work(service, started.rpartition("/")[2])
        assert "3 pairs decided." in self.words(service, started)
        assert "certain when found" not in self.words(service, "/review")
        undone = browse(service, f"{started}/undo", 303, csrf="").headers["location"].removeprefix(HOME)
        work(service, undone.rpartition("/")[2])
        assert len(contacts(service)) == 8

    def test_a_number_that_has_changed_is_shown_again_with_the_problem(self, service):
        response = browse(service, "/review/certain", 409, count="7")

        assert "By now, 3 pairs are certain" in response.text
        assert 'name="count" value="3"' in response.text

    def test_a_form_without_the_number_is_refused(self, service):
        refused = browse(service, "/review/certain", 422, count="x")

        assert "The form is incomplete. Open the page again." in refused.text

    def test_without_certain_pairs_there_is_nothing_to_merge(self):
        service = Service()

        shown = self.words(service, "/review/certain")

        assert "0 pairs are certain" in shown
        assert "Merge" not in shown

    def test_have_pages(self, service):
        people = [("Person", f"Number{chr(97 + index // 26)}{chr(97 + index % 26)}") for index in range(51)]
        for _ in range(2):
            add(service, *({**card(*name), "emails": [{"value": f"{name[1]}@x.example"}]} for name in people))
        search(service)

        assert "1–50 of 54 pairs" in self.words(service, "/review/certain")
        assert "51–54 of 54 pairs" in self.words(service, "/review/certain?page=2")

    def test_names_are_text(self, service):
        evil = '<script>alert("x")</script>'
        for _ in range(2):
            add(service, card("Eve", evil))
        search(service)

        assert "<script>alert" not in browse(service, "/review/certain").text


class TestSearchOnThePage:
    words = TestPages.words

    def test_starts_a_search_and_says_that_it_runs_until_it_has_ended(self):
        service = Service()
        assert "Search for duplicates" in self.words(service, "/review")
        add(service, card("Ada", "Lovelace"))
        add(service, card("Ada", "Lovelace"))

        assert browse(service, "/review/search", 303, csrf="").headers["location"] == f"{HOME}/review"

        assert "A search for duplicates is running." in self.words(service, "/review")
        assert "data-live" in browse(service, "/review").text
        work(service, service.wiring.reviews.searches.latest("ann").job_id)
        shown = self.words(service, "/review")
        assert "found 1 pair. 1 pair was certain when found Search for duplicates" in shown

    def test_a_second_press_starts_no_second_search(self):
        service = Service()
        for _ in range(2):
            browse(service, "/review/search", 303, csrf="")

        assert len(service.wiring.shared.jobs.unfinished("ann")) == 1

    def test_a_search_that_failed_says_so(self):
        service = Service()
        browse(service, "/review/search", 303, csrf="")
        run = service.run(service.wiring.reviews.searches.latest("ann").job_id)

        run.fail("The search takes too long.", "too_long")

        assert "The last search for duplicates failed. Search again." in self.words(service, "/review")
