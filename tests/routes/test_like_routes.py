"""Many reviews decided at once: those with the same reason whose sides differ in the same fields."""

import json
import re
from datetime import timedelta

import pytest

from chalicelib.reviews.deciding import Choice
from chalicelib.reviews.review import Answer
from tests.routes import file_imports
from tests.routes.reviews import REVIEWS, browse, decide, ids_by_name, import_sharing, review_of, undo, waiting
from tests.routes.service import HOME, Service
from tests.routes.test_cron_route import Context

LIKE = f"{REVIEWS}/like"
PAIRS = (("Ada Lovelace", "Eda Lovelace"), ("Bob Bit", "Rob Bit"), ("Cem Celik", "Can Celik"))


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def ids(service) -> dict[str, str]:
    """Three pairs that differ in their names alone, and one that differs in its titles, too."""
    names = [name for pair in (*PAIRS, ("Dan Dell", "Don Dell")) for name in pair]
    addresses = {name: f"{name.split()[1]}@x.org" for name in names}
    service.finish_import(service.start_import(), names, addresses=addresses)
    ids = ids_by_name(service)
    for name, title in (("Dan Dell", "Cook"), ("Don Dell", "Smith")):
        service.ask("PATCH", f"/api/v1/contacts/{ids[name]}", who="ann", body={"title": title})
    return ids


@pytest.fixture
def like(ids) -> list[str]:
    return sorted(review_of(ids, *pair) for pair in PAIRS)


def start(service: Service, review_id: str, decision: str, **more):
    return service.post(LIKE, who="ann", body={"review_id": review_id, "decision": decision, **more})


def work(service: Service, job_id: str) -> dict:
    """The job, once it has run."""
    service.wiring.on_message(json.dumps({"job_id": job_id}), Context())
    return service.get(f"{LIKE}/{job_id}", who="ann").json


def reasons(service: Service, job_id: str) -> list[str | None]:
    """Why the job left pairs as they are."""
    jobs = service.wiring.shared.jobs
    lines = [line for chunk in jobs.ledger(jobs.get(job_id)) for line in chunk.lines]
    return [line.reason for line in lines if line.outcome == "skipped"]


def undo_all(service: Service, job_id: str) -> dict:
    response = service.post(f"{LIKE}/{job_id}/undo", who="ann", body={})
    assert response.status == 202, response.text
    return work(service, response.json["job_id"])


def test_two_starts_of_an_undo_are_one_job(service, ids, like):
    job_id = start(service, like[0], "different").json["job_id"]
    work(service, job_id)

    first, second = (service.post(f"{LIKE}/{job_id}/undo", who="ann", body={}).json["job_id"] for _ in range(2))

    assert first == second


def test_a_preview_counts_those_that_are_like_it_and_changes_nothing(service, ids, like):
    body = start(service, like[0], "different", preview=True).json

    assert (body["reason"], body["differs"]) == ("possible_duplicate", ["name"])
    assert (body["count"], sorted(body["review_ids"]), body["is_complete"]) == (3, like, True)
    assert (body["job_id"], body["links"]) == (None, None)
    assert len(waiting(service)) == 4


class TestDifferent:
    def test_all_of_them_are_kept_apart_by_one_job(self, service, ids, like):
        body = start(service, like[0], "different", count=3).json
        job = work(service, body["job_id"])

        assert (job["state"], job["total"], job["decided"], job["skipped"]) == ("completed", 3, 3, 0)
        assert service.get(body["links"]["status"].removeprefix(HOME), who="ann").json == job
        assert body["links"]["undo"] == f"{body['links']['status']}/undo"

    def test_what_the_job_decided_is_not_undone_like_another_run_which_would_find_nothing(self, service, ids, like):
        job = work(service, start(service, like[0], "same").json["job_id"])

        assert service.get(f"/api/v1/runs/{job['job_id']}/undo", who="ann").status == 404
        assert waiting(service) == [review_of(ids, "Dan Dell", "Don Dell")]

    def test_is_undone_as_one(self, service, ids, like):
        before = waiting(service)
        job = work(service, start(service, like[0], "different").json["job_id"])

        undone = undo_all(service, job["job_id"])

        assert (undone["state"], undone["undoes"], undone["decided"]) == ("completed", job["job_id"], 3)
        assert waiting(service) == before


class TestSame:
    def test_each_pair_is_merged_and_all_are_unmerged_as_one(self, service, ids, like):
        job = work(service, start(service, like[0], "same").json["job_id"])
        assert job["decided"] == 3
        assert len(ids_by_name(service)) == 5

        undo_all(service, job["job_id"])

        assert ids_by_name(service) == ids
        assert len(waiting(service)) == 4

    def test_a_contact_that_was_merged_already_is_skipped(self, service):
        import_sharing(service, "Ada", "Bob", "Cem")  # three pairs of three contacts

        job = work(service, start(service, waiting(service)[0], "same").json["job_id"])

        assert (job["state"], job["decided"] + job["skipped"], job["failed"]) == ("completed", 3, 0)
        assert job["skipped"] >= 1


class TestLater:
    def test_all_of_them_are_put_off_and_taken_up_again(self, service, ids, like):
        job = work(service, start(service, like[0], "later").json["job_id"])
        assert sorted(waiting(service, put_off="true")) == like

        undo_all(service, job["job_id"])

        assert waiting(service, put_off="true") == []


class TestMeanwhile:
    def test_what_was_decided_otherwise_stays_so(self, service, ids, like):
        job_id = start(service, like[0], "same").json["job_id"]
        decide(service, like[1], "different")

        job = work(service, job_id)

        assert (job["decided"], job["skipped"]) == (2, 1)
        undo_all(service, job_id)
        assert sorted(waiting(service)) == sorted({*like, review_of(ids, "Dan Dell", "Don Dell")} - {like[1]})

    def test_a_worker_that_crashed_after_deciding_decides_nothing_twice(self, service, ids, like):
        job_id = start(service, like[0], "same").json["job_id"]
        choice = Choice(Answer.SAME, by_job=job_id)
        service.wiring.reviews.decide_review("ann", like[1], choice)  # as the crashed worker did, before it noted it

        job = work(service, job_id)

        assert (job["decided"], job["skipped"]) == (3, 0)
        assert len(ids_by_name(service)) == 5

    @pytest.mark.parametrize("decision", ["same", "different", "later"])
    def test_what_was_decided_the_same_by_hand_stays_so_after_the_undo(self, service, ids, like, decision):
        job_id = start(service, like[0], decision).json["job_id"]
        decide(service, like[1], decision)

        job = work(service, job_id)
        undone = undo_all(service, job_id)

        assert (job["decided"], job["skipped"], reasons(service, job_id)) == (2, 1, ["decided_already"])
        assert (undone["total"], undone["decided"], undone["skipped"]) == (2, 2, 0)
        assert like[1] not in waiting(service)
        assert {like[0], like[2]} <= {*waiting(service)}

    @pytest.mark.parametrize("answer", ["same", "different", "later"])
    @pytest.mark.parametrize("decision", ["different", "later"])
    def test_what_was_decided_anew_since_is_not_undone(self, service, ids, like, decision, answer):
        job = work(service, start(service, like[0], decision).json["job_id"])
        undo(service, like[1])
        service.clock.advance(timedelta(seconds=1))
        assert decide(service, like[1], answer).status == 200

        undone = undo_all(service, job["job_id"])

        assert (undone["decided"], undone["skipped"], undone["failed"]) == (2, 1, 0)
        assert like[1] not in waiting(service)

    def test_what_was_put_off_by_the_job_and_decided_since_is_not_undone(self, service, ids, like):
        job = work(service, start(service, like[0], "later").json["job_id"])
        decide(service, like[1], "same")

        undone = undo_all(service, job["job_id"])

        assert (undone["decided"], reasons(service, undone["job_id"])) == (2, ["decided_since"])
        assert len(ids_by_name(service)) == 7

    def test_another_number_than_the_person_saw_is_refused(self, service, ids, like):
        decide(service, like[1], "later")

        response = start(service, like[0], "different", count=3)

        assert (response.status, response.json["count"]) == (409, 2)
        assert len(waiting(service)) == 3


class TestRefusals:
    def test_a_job_that_has_not_ended_cannot_be_undone(self, service, ids, like):
        job_id = start(service, like[0], "different").json["job_id"]

        assert service.post(f"{LIKE}/{job_id}/undo", who="ann", body={}).status == 409

    def test_an_undo_cannot_be_undone(self, service, ids, like):
        job = work(service, start(service, like[0], "different").json["job_id"])
        undone = undo_all(service, job["job_id"])

        assert service.post(f"{LIKE}/{undone['job_id']}/undo", who="ann", body={}).status == 409

    def test_another_persons_job_is_not_found(self, service, ids, like):
        job_id = start(service, like[0], "different").json["job_id"]

        assert service.get(f"{LIKE}/{job_id}", who="bob").status == 404
        assert service.post(f"{LIKE}/{job_id}/undo", who="bob", body={}).status == 404

    def test_a_pair_that_does_not_wait_has_none_like_it(self, service, ids):
        review = review_of(ids, "Ada Lovelace", "Bob Bit")

        assert start(service, review, "different").status == 404


class TestPages:
    def test_say_what_is_like_it_count_apply_and_undo(self, service, ids, like):
        path = f"/review/{like[0]}"
        assert f'href="{HOME}{path}/like"' in browse(service, path).text
        shown = re.sub(r"<[^>]*>", " ", browse(service, f"{path}/like").text)
        assert "3 pairs like this one" in shown
        assert "differ in the same fields: Name" in shown

        started = browse(service, f"{path}/like", 303, decision="different", count="3")

        job_path = started.headers["location"].removeprefix(HOME)
        assert "Deciding 3 pairs" in browse(service, job_path).text
        work(service, job_path.rpartition("/")[2])
        assert "3 pairs decided." in browse(service, job_path).text
        undone = browse(service, f"{job_path}/undo", 303, csrf="").headers["location"].removeprefix(HOME)
        work(service, undone.rpartition("/")[2])
        assert "3 pairs undone." in browse(service, undone).text
        assert len(waiting(service)) == 4

    def test_a_number_that_has_changed_is_shown_again_with_the_problem(self, service, ids, like):
        response = browse(service, f"/review/{like[0]}/like", 409, decision="different", count="7")

        assert "There are 3 such pairs by now" in response.text

    @pytest.mark.parametrize(
        ("form", "problem"),
        [
            ({"decision": "perhaps", "count": "3"}, "Choose whether they are the same, different"),
            ({"decision": "same", "count": "x"}, "The form is incomplete. Open the page again."),
        ],
    )
    def test_an_incomplete_form_is_refused(self, service, ids, like, form, problem):
        assert problem in browse(service, f"/review/{like[0]}/like", 422, **form).text


class TestRowsOfFiles:
    """Two rows of a list have the numbers of known people and other names, and a third one shares only an address."""

    @pytest.fixture
    def rows(self, service) -> list[str]:
        people = {"Ada Lovelace": "+49 170 1111111", "Emmy Noether": "+49 170 2222222"}
        cards = "".join(
            f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL;TYPE=CELL:{phone}\nEND:VCARD\n" for name, phone in people.items()
        )
        file_imports.commit(service, file_imports.plan(service, cards, "phone.vcf"))
        table = "First Name,Last Name,Mobile Phone\nGrace,Hopper,+49 170 1111111\nKarl,Gauss,+49 170 2222222\n"
        listed = file_imports.commit(service, file_imports.plan(service, table, "list.csv"))
        return [f"{listed['id']}~{row}" for row in (2, 3)]

    @pytest.mark.parametrize(("decision", "contacts"), [("same", 2), ("different", 4)])
    def test_are_decided_by_one_job_of_their_import(self, service, rows, decision, contacts):
        body = start(service, rows[0], decision, count=2).json
        assert (body["reason"], sorted(body["review_ids"])) == ("file_conflict", rows)

        service.wiring.on_message(json.dumps({"job_id": body["job_id"]}), Context())

        assert waiting(service) == []
        assert len(ids_by_name(service)) == contacts

    def test_come_with_the_links_to_the_state_of_their_import_and_to_the_undo_of_the_job(self, service, rows):
        response = start(service, rows[0], "different")
        links, job_id = response.json["links"], response.json["job_id"]
        assert response.headers["location"] == links["status"]
        service.wiring.on_message(json.dumps({"job_id": job_id}), Context())

        assert service.get(links["status"].removeprefix(HOME), who="ann").json["counts"]["created"] == 2
        assert service.get(links["undo"].removeprefix(HOME), who="ann").json["removed"] == 2

    def test_are_each_as_decided_as_if_they_had_been_decided_alone(self, service, rows):
        job_id = start(service, rows[0], "different").json["job_id"]
        service.wiring.on_message(json.dumps({"job_id": job_id}), Context())

        read, again = service.get(f"{REVIEWS}/{rows[1]}", who="ann"), decide(service, rows[1], "different")
        assert (read.status, read.json["type"], read.json["decision"]) == (
            409,
            "/problems/already-decided",
            "different",
        )
        assert (again.status, again.json["job_id"]) == (200, job_id)
        assert decide(service, rows[1], "same").status == 409
        undone = undo(service, rows[1])
        assert (undone.status, undone.json["job_id"]) == (409, job_id)

    def test_whose_contact_was_deleted_can_only_become_new_ones(self, service, rows):
        for contact_id in ids_by_name(service).values():
            service.ask("DELETE", f"/api/v1/contacts/{contact_id}", who="ann")

        page = service.get(f"/review/{rows[0]}", who="ann", Accept="text/html").text
        body = start(service, rows[0], "different").json
        service.wiring.on_message(json.dumps({"job_id": body["job_id"]}), Context())

        assert 'value="same"' not in page
        assert sorted(ids_by_name(service)) == ["Grace Hopper", "Karl Gauss"]

    def test_are_put_off_together(self, service, rows):
        work(service, start(service, rows[0], "later").json["job_id"])

        assert sorted(waiting(service, put_off="true")) == rows

    def test_lead_to_the_page_of_their_import(self, service, rows):
        form = {"decision": "different", "count": "2"}

        response = service.post(f"/review/{rows[0]}/like", who="ann", form=form, Accept="text/html")

        assert response.headers["location"] == f"{HOME}/file-imports/{rows[0].partition('~')[0]}"
