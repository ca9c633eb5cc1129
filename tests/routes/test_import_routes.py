"""Following, listing and deciding on imports over HTTP."""

from datetime import timedelta

import pytest

from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import LedgerLine, ParkReason
from chalicelib.jobs.progress import Progress
from tests.routes.service import HOME, Service

STATUS = "/api/v1/contacts/import/status"


class TestStatus:
    def test_it_has_every_published_field(self, service):
        body = service.get(f"{STATUS}/{service.start_import()}", who="ann").json

        assert {
            "job_id",
            "provider",
            "mode",
            "status",
            "total_contacts",
            "processed_contacts",
            "imported_contacts",
            "skipped_contacts",
            "failed_contacts",
            "created",
            "updated",
            "unchanged",
            "removed",
            "error_message",
            "started_at",
            "completed_at",
        } <= set(body)

    def test_it_tells_of_every_chunk(self, service):
        job_id = service.start_import()
        run = service.run(job_id)
        lines = [LedgerLine("1", Outcome.CREATED), LedgerLine("2", Outcome.FAILED, reason="too_large")]
        run.commit(Progress(None, lines=lines, estimate=10))

        body = service.get(f"{STATUS}/{job_id}", who="ann").json

        assert (body["status"], body["total_contacts"], body["processed_contacts"]) == ("processing", 10, 2)
        assert (body["imported_contacts"], body["failed_contacts"]) == (1, 1)

    def test_who_has_it_already_gets_a_bare_304(self, service):
        job_id = service.start_import()
        first = service.get(f"{STATUS}/{job_id}", who="ann")

        again = service.get(f"{STATUS}/{job_id}", who="ann", If_None_Match=f'W/"other", {first.headers["etag"]}')

        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert "retry-after" in again.headers

    @pytest.mark.parametrize("known", ["{etag}", "W/{etag}", '"a", {etag}', '"a",W/{etag} , "b"', "*", " * "])
    def test_it_is_known_again_alone_weakly_among_others_and_as_anything(self, service, known):
        job_id = service.start_import()
        etag = service.get(f"{STATUS}/{job_id}", who="ann").headers["etag"]

        again = service.get(f"{STATUS}/{job_id}", who="ann", If_None_Match=known.format(etag=etag))

        assert (again.status, again.body) == (304, b"")

    @pytest.mark.parametrize("known", ["", '"a"', 'W/"a", "b"', '"*"'])
    def test_another_tag_is_answered_in_full(self, service, known):
        assert service.get(f"{STATUS}/{service.start_import()}", who="ann", If_None_Match=known).status == 200

    def test_another_chunk_is_another_etag(self, service):
        job_id = service.start_import()
        first = service.get(f"{STATUS}/{job_id}", who="ann").headers["etag"]
        service.run(job_id).commit(Progress(None, lines=[LedgerLine("1", Outcome.CREATED)]))

        assert service.get(f"{STATUS}/{job_id}", who="ann", If_None_Match=first).status == 200

    def test_a_finished_import_needs_no_more_polling(self, service):
        job_id = service.start_import()
        service.finish_import(job_id)

        assert "retry-after" not in service.get(f"{STATUS}/{job_id}", who="ann").headers

    def test_waiting_for_the_next_run_says_when_the_last_one_was(self, service):
        job_id = service.start_import()
        service.wiring.shared.jobs.record_schedule_run(service.clock.now())
        service.clock.sleep(40)

        body = service.get(f"{STATUS}/{job_id}", who="ann").json

        assert body["waiting"] == "waiting for the next run, the last one was 40 s ago"

    def test_waiting_for_a_provider_says_how_long(self, service):
        job_id = service.start_import()
        service.run(job_id).park(timedelta(seconds=38), ParkReason.PROVIDER)

        response = service.get(f"{STATUS}/{job_id}", who="ann")

        assert (response.json["status"], response.json["waiting"]) == ("processing", "Google asks us to wait 38 s")
        assert response.headers["retry-after"] == "30"

    def test_waiting_in_line_says_how_many_are_before(self, service):
        service.start_import("ann", "google")
        second = service.start_import("ann", "microsoft")

        assert service.get(f"{STATUS}/{second}", who="ann").json["waiting"] == "1 import is ahead of yours"

    def test_a_failed_import_says_why(self, service):
        job_id = service.start_import()
        service.run(job_id).fail("Google no longer lets us read.", "consent-needed")

        body = service.get(f"{STATUS}/{job_id}", who="ann").json

        assert (body["status"], body["error_message"]) == ("failed", "Google no longer lets us read.")

    def test_an_encoded_id_is_the_same_id(self, service):
        job_id = service.start_import()
        encoded = "".join(f"%{ord(letter):02x}" for letter in job_id)

        assert service.get(f"{STATUS}/{encoded}", who="ann").json["job_id"] == job_id

    @pytest.mark.parametrize("job_id", ["%00", "a%0d%0aSet-Cookie:x", "x" * 3000, "%ff%fe", "%ed%a0%80", "..%2f.."])
    def test_an_odd_id_is_not_found(self, service, job_id):
        assert service.get(f"{STATUS}/{job_id}", who="ann").status == 404


class TestPage:
    def test_it_asks_again_by_itself_only_while_something_may_change(self, service):
        job_id = service.start_import()
        running = service.get(f"/imports/{job_id}", who="ann").text
        service.finish_import(job_id)

        assert 'http-equiv="refresh"' in running
        assert 'http-equiv="refresh"' not in service.get(f"/imports/{job_id}", who="ann").text

    def test_a_stranger_sees_a_page_too(self, service):
        response = service.get(f"/imports/{service.start_import()}", Accept="text/html")

        assert (response.status, "<h1>Sign-in required</h1>" in response.text) == (401, True)


class TestList:
    def test_newest_first_page_by_page_each_once(self, service):
        ids = []
        for _ in range(5):
            ids.append(service.start_import())
            service.finish_import(ids[-1])
            service.clock.sleep(1)

        seen, cursor = [], ""
        while cursor is not None:
            page = service.get(f"/api/v1/imports?limit=2{cursor and f'&cursor={cursor}'}", who="ann").json
            seen += [each["job_id"] for each in page["imports"]]
            cursor = page["next_cursor"]

        assert seen == ids[::-1]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("state=completed", [0]),
            ("state=fetching", [1]),
            ("provider=google", [0]),
            ("provider=microsoft", [1]),
            ("provider=google&state=fetching", []),
            ("", [1, 0]),
        ],
    )
    def test_only_imports_that_match_the_filters(self, service, query, found):
        ids = [service.start_import("ann", "google")]
        service.finish_import(ids[0])
        service.clock.sleep(1)
        ids.append(service.start_import("ann", "microsoft"))

        listed = service.get(f"/api/v1/imports?{query}", who="ann").json["imports"]

        assert [each["job_id"] for each in listed] == [ids[index] for index in found]

    def test_of_one_connected_account(self, service):
        job = service.finish_import(service.start_import())
        service.start_import("ann", "microsoft")

        listed = service.get(f"/api/v1/imports?connection={job.details['connection_id']}", who="ann").json["imports"]

        assert [each["job_id"] for each in listed] == [job.job_id]

    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=201", "limit=-1", "limit=ten", "limit=١", "state=odd", "provider=odd", "cursor=odd"]
    )
    def test_what_cannot_be_is_refused_by_its_name(self, service, query):
        response = service.get(f"/api/v1/imports?{query}", who="ann")

        assert (response.status, response.json["field"]) == (422, query.partition("=")[0])

    def test_a_filter_that_is_none_is_refused_with_those_there_are(self, service):
        response = service.get("/api/v1/imports?limit=5&status=completed", who="ann")

        assert (response.status, response.json["field"]) == (422, "status")
        assert '"status"' in response.json["detail"]
        assert "state, provider, connection, cursor, limit" in response.json["detail"]


class TestLedger:
    def test_each_contact_with_its_name_and_what_became_of_it(self, service):
        job_id = service.start_import()
        service.finish_import(job_id, ("Ada",))

        [line] = service.get(f"/api/v1/imports/{job_id}/ledger", who="ann").json["lines"]

        assert (line["name"], line["outcome"], line["source_id"]) == ("Ada", "created", "id-Ada")
        assert service.get(f"/api/v1/contacts/{line['contact_id']}", who="ann").json["display"] == "Ada"

    def test_page_by_page_and_by_outcome(self, service):
        job_id = service.start_import()
        run = service.run(job_id)
        for chunk in range(3):
            lines = [LedgerLine(f"{chunk}-{n}", Outcome.FAILED if n % 2 else Outcome.SKIPPED) for n in range(4)]
            run.commit(Progress(None, lines=lines))

        seen, cursor = [], ""
        while cursor is not None:
            target = f"/api/v1/imports/{job_id}/ledger?outcome=failed&limit=4{cursor and f'&cursor={cursor}'}"
            page = service.get(target, who="ann").json
            seen += [line["source_id"] for line in page["lines"]]
            cursor = page["next_cursor"]

        assert seen == ["0-1", "0-3", "1-1", "1-3", "2-1", "2-3"]

    def test_a_cursor_of_a_restarted_listing_is_reported(self, service):
        job_id = service.start_import()
        run = service.run(job_id)
        run.commit(Progress(None, lines=[LedgerLine(str(n), Outcome.SKIPPED) for n in range(3)]))
        cursor = service.get(f"/api/v1/imports/{job_id}/ledger?limit=1", who="ann").json["next_cursor"]
        run.restart(None)

        assert service.get(f"/api/v1/imports/{job_id}/ledger?cursor={cursor}", who="ann").status == 409

    def test_counting_again_agrees(self, service):
        job_id = service.start_import()
        service.finish_import(job_id)

        verdict = service.get(f"/api/v1/imports/{job_id}/verify", who="ann").json

        assert verdict["consistent"] is True
        assert verdict["counted"]["created"] == 2


class TestDeciding:
    def test_canceling_twice_is_canceling_once(self, service):
        job_id = service.start_import()

        answers = [service.post(f"/api/v1/imports/{job_id}/cancel", who="ann") for _ in range(2)]

        assert [(each.status, each.json["status"]) for each in answers] == [(200, "canceled")] * 2

    def test_what_has_finished_cannot_be_canceled(self, service):
        job_id = service.start_import()
        service.finish_import(job_id)

        assert service.post(f"/api/v1/imports/{job_id}/cancel", who="ann").status == 409

    def test_a_disconnection_cannot_be_canceled(self, service):
        job = service.finish_import(service.start_import())
        disconnecting = service.ask("DELETE", f"/api/v1/connections/{job.details['connection_id']}", who="ann").json

        assert service.post(f"/api/v1/imports/{disconnecting['job_id']}/cancel", who="ann").status == 409

    def test_retrying_says_what_it_repeats_and_where_to_follow_it(self, service):
        job_id = service.start_import()
        service.finish_import(job_id)

        response = service.post(f"/api/v1/imports/{job_id}/retry", who="ann")

        assert (response.status, response.json["retry_of"]) == (202, job_id)
        assert response.headers["location"] == f"{HOME}{STATUS}/{response.json['job_id']}"

    def test_the_same_idempotency_key_makes_one_import(self, service):
        job_id = service.start_import()
        service.finish_import(job_id)

        ids = {
            service.post(f"/api/v1/imports/{job_id}/retry", who="ann", Idempotency_Key="k").json["job_id"]
            for _ in range(3)
        }

        assert len(ids) == 1

    def test_an_idempotency_key_beyond_all_bounds_is_refused(self, service):
        job_id = service.start_import()
        service.finish_import(job_id)

        assert service.post(f"/api/v1/imports/{job_id}/retry", who="ann", Idempotency_Key="k" * 256).status == 422

    @pytest.mark.parametrize(("decision", "status"), [("apply", 202), ("keep", 200)])
    def test_removals_that_were_held_back_wait_for_a_word(self, service, decision, status):
        job_id = service.start_import()
        service.finish_import(job_id, removals_pending=12)
        assert service.get(f"{STATUS}/{job_id}", who="ann").json["removals_pending"] == 12

        response = service.post(f"/api/v1/imports/{job_id}/removals", who="ann", body={"decision": decision})

        assert response.status == status
        assert service.get(f"{STATUS}/{job_id}", who="ann").json["removals_pending"] == 0

    @pytest.mark.parametrize("body", [{}, {"decision": "perhaps"}, {"decision": None}, [], b"{", b"\xff", {"x": 1}])
    def test_a_decision_that_is_none_is_refused(self, service, body):
        response = service.post(f"/api/v1/imports/{service.start_import()}/removals", who="ann", body=body)

        assert response.status == 422

    def test_a_body_is_json_and_bounded(self, service):
        target = f"/api/v1/imports/{service.start_import()}/removals"

        assert service.post(target, who="ann", body=b"decision=apply", Content_Type="text/plain").status == 415
        assert service.post(target, who="ann", body=b" " * 300_000).status == 413


class TestTooMany:
    def test_a_full_line_says_when_to_come_back(self):
        service = Service(MAX_LIVE_JOBS="1")
        service.start_import("ann", "google")

        response = service.come_back(service.begin_consent("ann", "microsoft"), accept="application/json")

        assert (response.status, response.headers["retry-after"]) == (429, "60")
