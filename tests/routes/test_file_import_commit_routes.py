"""Committing a file import over HTTP, and deciding about rows in conflict."""

import json

import pytest

from tests.routes.bulk import book
from tests.routes.file_imports import CARDS, IMPORTS, TABLE, change, commit, get, plan
from tests.routes.test_cron_route import Context


class TestCommitting:
    def test_does_what_was_planned_and_counts_it(self, service):
        done = commit(service, plan(service, CARDS, "phone.vcf"))

        assert (done["state"], done["progress"]) == ("completed", {"done": 2, "total": 2})
        assert done["counts"] == {
            "created": 2, "updated": 0, "unchanged": 0, "conflict": 0, "skipped": 0, "failed": 0, "removed": 0
        }  # fmt: skip
        assert sorted(book(service)) == ["Ada Lovelace", "Alan Turing"]

    @pytest.mark.parametrize(
        ("confirmed", "status"),
        [({"new": 1}, 422), ({"update": 1}, 422), ({"remove": 1}, 422), ({"plan_id": "another"}, 409)],
    )
    def test_is_refused_with_other_numbers_than_the_plan_has(self, service, confirmed, status):
        response = plan(service, CARDS, "phone.vcf")
        planned = get(service, response)["plan"]
        body = {"plan_id": planned["plan_id"], "new": 2, "update": 0, **confirmed}

        assert change(service, response, body, "/commit", "POST").status == status

    def test_may_be_confirmed_twice(self, service):
        response = plan(service, CARDS, "phone.vcf")
        commit(service, response)

        assert commit(service, response)["counts"]["created"] == 2

    def test_its_counts_are_verified_by_the_ledger_and_by_each_row(self, service):
        response = plan(service, TABLE)
        done = commit(service, response)

        check = get(service, response, "/verify")

        assert (check["consistent"], check["total"]) == (True, 3)
        assert check["counted"] == check["recorded"] == check["listed"] == done["counts"]

    def test_there_is_nothing_to_verify_before_it(self, service):
        refused = service.get(f"{IMPORTS}/{plan(service, CARDS, 'phone.vcf').json['id']}/verify", who="ann")

        assert (refused.status, refused.json["state"]) == (409, "planned")

    def test_ends_every_change(self, service):
        response = plan(service, CARDS, "phone.vcf")
        commit(service, response)

        assert change(service, response, {"tag": "late"}).status == 409
        assert change(service, response, None, "/cancel", "POST").status == 409


class TestDeciding:
    ROWS = (
        "First Name,Last Name,Email Address,Mobile Phone\nGrace,Hopper,,+49 170 1234567\nHedy,Lamarr,,+49 170 1234567\n"
    )

    @pytest.fixture
    def done(self, service):
        commit(service, plan(service, CARDS, "phone.vcf"))
        response = plan(service, self.ROWS)
        commit(service, response)
        return response

    def decide(self, service, done, *decisions):
        return change(service, done, {"decisions": list(decisions)}, "/decisions", "POST")

    def run(self, service, started):
        service.wiring.on_message(json.dumps({"job_id": started.json["job_id"]}), Context())

    def test_is_a_job_after_which_the_counts_have_the_decision(self, service, done):
        started = self.decide(service, done, {"row": 2, "verdict": "new"}, {"row": 3, "verdict": "leave_out"})
        self.run(service, started)

        found = get(service, done)
        assert (started.status, started.json["rows"]) == (202, 2)
        assert (found["state"], found["counts"]["created"], found["counts"]["skipped"]) == ("completed", 1, 1)
        assert get(service, done, "/verify")["consistent"]
        assert sorted(book(service)) == ["Ada Lovelace", "Alan Turing", "Grace Hopper"]

    def test_of_a_row_that_was_decided_otherwise_is_a_conflict(self, service, done):
        self.decide(service, done, {"row": 2, "verdict": "new"})

        refused = self.decide(service, done, {"row": 2, "verdict": "leave_out"})

        assert (refused.status, refused.json["row"]) == (409, 2)

    @pytest.mark.parametrize(
        ("decision", "status"),
        [
            ({"row": 2, "verdict": "same"}, 422),
            ({"row": 2, "verdict": "same", "contact_id": "nobody"}, 404),
            ({"row": 2, "verdict": "maybe"}, 422),
            ({"row": 99, "verdict": "new"}, 404),
        ],
    )
    def test_needs_a_row_that_waits_and_a_contact_if_it_is_the_same(self, service, done, decision, status):
        assert self.decide(service, done, decision).status == status
