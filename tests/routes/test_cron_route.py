"""Running the schedule through its HTTP route."""

import json

import pytest

from tests.fakes.account import FakeAccount, FakeProvider, Person
from tests.routes.service import CRON_SECRET, Service

CRON = "/api/cron/process-imports"


class TestSecret:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_the_header_opens(self, service, method):
        assert service.ask(method, CRON, x_cron_secret=CRON_SECRET).status == 200

    def test_the_query_opens_for_older_callers(self, service):
        assert service.get(f"{CRON}?key={CRON_SECRET}").status == 200

    def test_the_query_opens_no_more_when_switched_off(self):
        service = Service(CRON_ALLOW_QUERY_KEY="false")

        assert service.get(f"{CRON}?key={CRON_SECRET}").status == 401
        assert service.get(CRON, x_cron_secret=CRON_SECRET).status == 200

    @pytest.mark.parametrize("secret", ["", "wrong", CRON_SECRET + "x", CRON_SECRET[:-1], "é", "\ud800", "x" * 9000])
    def test_any_wrong_secret_is_a_401(self, service, secret):
        assert service.get(CRON, x_cron_secret=secret).status == 401

    def test_what_is_not_ascii_in_the_query_is_a_401_too(self, service):
        assert service.get(f"{CRON}?key=%C3%A9").status == 401

    @pytest.mark.parametrize(
        "header", ["x_vercel_cron", "x_forwarded_for", "user_agent", "authorization", "x_cron_key", "cookie"]
    )
    def test_no_other_header_opens(self, service, header):
        assert service.get(CRON, **{header: CRON_SECRET}).status == 401

    def test_an_operators_token_does_not_open_it(self, service):
        assert service.get(CRON, who="oscar", roles=("operator",)).status == 401

    def test_the_secret_is_never_logged(self, service, capsys):
        service.get(f"{CRON}?key={CRON_SECRET}")
        service.get(CRON, x_cron_secret=CRON_SECRET)

        assert CRON_SECRET not in capsys.readouterr().out


class TestRun:
    def test_with_nothing_to_do_every_member_is_there(self, service):
        assert service.get(CRON, x_cron_secret=CRON_SECRET).json == {
            "message": "No pending jobs",
            "processed": 0,
            "failed": 0,
            "job_ids": {"processed": [], "failed": []},
        }

    def test_an_import_is_run_to_its_end(self, service):
        job_id = importing(service, [Person("1", "Ada Lovelace", "ada@x.org"), Person("2", ill="empty")])

        ran = service.post(CRON, x_cron_secret=CRON_SECRET).json

        assert (ran["processed"], ran["job_ids"]["processed"]) == (1, [job_id])
        status = service.get(f"/api/v1/imports/{job_id}", who="ann").json
        assert (status["status"], status["created"], status["skipped"], status["total_contacts"]) == (
            "completed",
            1,
            1,
            2,
        )

    def test_a_failed_job_is_listed_separately(self, service):
        job_id = importing(service, [Person("1", "Ada")])
        service.wiring.providers.accounts["google"].account.revoke()

        ran = service.get(CRON, x_cron_secret=CRON_SECRET).json

        assert (ran["failed"], ran["job_ids"]) == (1, {"processed": [], "failed": [job_id]})

    def test_it_takes_no_more_than_its_limit_and_the_oldest_first(self, service):
        ids = []
        for owner in ("ann", "bob", "eve"):
            ids.append(importing(service, [Person("1", "Ada")], owner))
            service.clock.sleep(1)

        runs = [service.get(CRON, x_cron_secret=CRON_SECRET).json["job_ids"]["processed"] for _ in range(2)]

        assert runs == [ids[:2], ids[2:]]


class TestEvents:
    def test_a_message_starts_its_job_and_a_strange_one_is_dropped(self, service):
        job_id = importing(service, [Person("1", "Ada")])

        service.wiring.on_message(json.dumps({"job_id": job_id}), Context())
        for strange in ("", "{", "[]", '{"job_id": 7}', '{"job_id": "unknown"}', json.dumps({"job_id": job_id})):
            service.wiring.on_message(strange, Context())

        assert service.get(f"/api/v1/imports/{job_id}", who="ann").json["status"] == "completed"

    def test_a_message_has_a_book_indexed(self, service):
        owner = service.wiring.shared.jobs.get(importing(service, [Person("1", "Ada")])).owner

        service.wiring.on_message(json.dumps({"index_of": owner}), Context())

        assert service.wiring.address_book.indexes.find_cached(owner) is not None

    def test_the_schedule_finds_it_by_itself(self, service):
        job_id = importing(service, [Person("1", "Ada")])

        service.wiring.on_schedule(Context())

        assert service.get(f"/api/v1/imports/{job_id}", who="ann").json["status"] == "completed"


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 300_000


def importing(service: Service, people: list[Person], who: str = "ann") -> str:
    """An import of an account with these people, which any token opens."""
    account = FakeAccount(people)
    account.tokens = AnyToken()
    service.wiring.providers.accounts = {"google": FakeProvider(account)}
    return service.start_import(who)


class AnyToken(set):
    """Every token opens, until all are revoked."""

    is_open = True

    def __contains__(self, token: object) -> bool:
        return self.is_open

    def clear(self) -> None:
        self.is_open = False
