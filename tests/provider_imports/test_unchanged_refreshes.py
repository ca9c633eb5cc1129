"""What refreshes cost while accounts do not change: no read of the book, and a few write units."""

from collections import Counter
from typing import Any

import pytest

from tests.fakes.account import FakeAccount, FakeProvider, Person
from tests.routes.service import Service

PEOPLE = [Person(str(number), f"Ada {number}", f"ada{number}@example.org") for number in range(30)]
DAYS = 29  # until the next full listing
MOST_WRITES = 25  # write units of one refresh, without those of indexes; said in `infra/OPERATING.md`


class Invocation:
    def get_remaining_time_in_millis(self) -> int:
        return 300_000


class AnyToken(set[str]):
    """Every token opens the account."""

    def __contains__(self, token: object) -> bool:
        return True


class Refreshing:
    """A service with one account, whose first import is done."""

    def __init__(self) -> None:
        self.service = Service()
        self.account = FakeAccount([*PEOPLE], tokens=AnyToken())
        self.service.wiring.providers.accounts = {"google": FakeProvider(self.account)}
        self.connection_id = self.job(self.service.start_import()).details["connection_id"]
        self.service.wiring.on_schedule(Invocation())

    def job(self, job_id: str) -> Any:
        return self.service.wiring.shared.jobs.get(job_id)

    def refresh(self) -> Any:
        """Run the schedule when the account is due; returns the import."""
        accounts = self.service.wiring.accounts
        self.service.clock.at = accounts.refreshes.get("ann", self.connection_id).due
        self.service.wiring.on_schedule(Invocation())
        return self.job(accounts.connections.get("ann", self.connection_id).last_import)


@pytest.fixture
def refreshing() -> Refreshing:
    return Refreshing()


def queries_of_the_book(refreshing: Refreshing) -> Counter[str]:
    """Counts the queries by table from now on."""
    counts, query = Counter[str](), refreshing.service.dynamodb.query

    def counted(**request: Any) -> Any:
        counts[request["TableName"]] += 1
        return query(**request)

    refreshing.service.dynamodb.query = counted
    return counts


def test_a_month_without_changes_costs_few_write_units_and_no_read_of_the_book(refreshing):
    queries, dynamodb = queries_of_the_book(refreshing), refreshing.service.dynamodb
    dynamodb.metered = True

    imports = [refreshing.refresh() for _ in range(DAYS)]

    assert {(job.state.value, job.details["mode"], job.counts.read) for job in imports} == {
        ("completed", "incremental", 0)
    }
    assert queries["contacts"] == 0
    assert dynamodb.units["write"] <= DAYS * MOST_WRITES


def test_a_minute_in_which_nothing_is_due_writes_only_that_the_schedule_ran(refreshing):
    writes = refreshing.service.dynamodb.writes
    refreshing.service.clock.advance(seconds=1)
    refreshing.service.wiring.on_schedule(Invocation())

    assert refreshing.service.dynamodb.writes == writes + 1


def test_what_changed_is_imported(refreshing):
    refreshing.account.change(Person("1", "Ada Changed", "ada1@example.org"))
    refreshing.account.remove("2")
    refreshing.account.change(Person("new", "Bob", "bob@example.org"))

    counts = refreshing.refresh().counts

    assert (counts.created, counts.updated, counts.removed) == (1, 1, 1)
    assert refreshing.refresh().counts.read == 0


def test_a_removal_alone_is_seen(refreshing):
    refreshing.account.remove("2")

    assert refreshing.refresh().counts.removed == 1


def test_a_renamed_label_alone_is_seen(refreshing):
    refreshing.account.labels = {"friends": "Friends"}
    refreshing.account.change(Person("1", "Ada 1", "ada1@example.org", labels=("friends",)))
    refreshing.refresh()
    refreshing.account.labels = {"friends": "Best friends"}

    assert refreshing.refresh().counts.updated == 1


def test_a_sync_state_that_has_expired_leads_to_a_full_import(refreshing):
    refreshing.account.oldest_sync = 10**9

    job = refreshing.refresh()

    assert (job.state.value, job.details["mode"], job.counts.unchanged) == ("completed", "full", len(PEOPLE))
