"""A fault of any single DynamoDB call while people connect and disconnect: everything or nothing is written."""

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.accounts.connection import ConnectionState
from chalicelib.jobs.job import JobState
from tests.accounts.house import House
from tests.fakes.dynamodb import FakeDynamo
from tests.fakes.tables import empty_tables

MOST_CALLS = 40
FAULTS = pytest.mark.parametrize("fault", ["lost", "timeout", "kill_before", "kill_after"])


class Killed(BaseException):
    """The process died."""


class Faulty:
    """A way to DynamoDB on which something happens to one call, the `at`-th.

    Its request is `lost`, it takes effect but the answer meets a `timeout`, or the process is killed before or after.
    """

    def __init__(self, client: FakeDynamo, at: int, fault: str) -> None:
        self._client, self._at, self._fault, self.calls = client, at, fault, 0

    @property
    def happened(self) -> bool:
        return self.calls >= self._at

    def __getattr__(self, name):
        def call(**request):
            self.calls += 1
            if self.calls != self._at:
                return getattr(self._client, name)(**request)
            return self._faulty(name, request)

        return call

    def _faulty(self, name, request):
        if self._fault in ("timeout", "kill_after"):
            getattr(self._client, name)(**request)
        if self._fault.startswith("kill"):
            raise Killed
        raise ReadTimeoutError(endpoint_url="dynamodb")


def at_every_call(fault, story):
    """Tell the story once for each call it makes, with the fault at that call, and once without.

    The scenario runs without faults, and again with them.
    """
    for at in range(1, MOST_CALLS):
        client = empty_tables()
        calm, faulty = House(client), Faulty(client, at, fault)
        story(calm, lambda calm=calm, faulty=faulty: calm.over(faulty))
        if not faulty.happened:
            assert at > 1, "the story makes no call at all"
            return
    raise AssertionError("the story makes more calls than foreseen")


def attempt(what):
    """Do it, whatever becomes of it."""
    try:
        return what()
    except (Killed, Exception):
        return None


def run_until_finished(house, job):
    """The schedule comes by until the job is finished."""
    for _ in range(5):
        house.clock.advance(minutes=2)
        if house.jobs.get(job.job_id).is_finished:
            return
        house.disconnect_step(house.run(job))


@FAULTS
class TestConnecting:
    def test_connection_and_import_always_exist_together(self, fault):
        def story(calm, faulty):
            begun = calm.begin_consent()
            started = attempt(lambda: faulty().come_back(begun))
            there = {len(calm.connections.of_owner("ann")), len(calm.all_jobs()), len(calm.jobs.queue("ann").jobs)}
            assert len(there) == 1
            assert started is None or there == {1}

        at_every_call(fault, story)

    def test_no_code_is_exchanged_twice(self, fault):
        def story(calm, faulty):
            begun = calm.begin_consent()
            first = attempt(lambda: faulty().come_back(begun))
            second = attempt(lambda: calm.come_back(begun))
            assert len(calm.google.exchanged) <= 1
            assert first is None or second.job.job_id == first.job.job_id

        at_every_call(fault, story)

    def test_two_consents_for_one_account_create_one_import(self, fault):
        def story(calm, faulty):
            tabs = [calm.begin_consent(), calm.begin_consent()]
            calm.clock.advance(seconds=20)
            attempt(lambda: faulty().come_back(tabs[0]))
            calm.come_back(tabs[1])
            assert len(calm.connections.of_owner("ann")) == len(calm.all_jobs()) == 1

        at_every_call(fault, story)

    def test_a_confirmed_consent_is_confirmed_once(self, fault):
        def story(calm, faulty):
            confirmation = calm.come_back(calm.begin_consent(), cookie=None)
            first = attempt(lambda: faulty().confirm(confirmation.confirmation_key, yes=True))
            second = attempt(lambda: calm.confirm(confirmation.confirmation_key, yes=True))
            assert len({started.job.job_id for started in (first, second) if started is not None}) <= 1
            assert len(calm.connections.of_owner("ann")) == len(calm.all_jobs()) <= 1

        at_every_call(fault, story)


@FAULTS
class TestDisconnecting:
    @pytest.mark.parametrize("contacts", ["keep", "remove"])
    def test_it_always_ends_without_tokens_and_with_the_contacts_as_requested(self, fault, contacts):
        def story(calm, faulty):
            first = calm.come_back(calm.begin_consent()).job
            calm.import_contacts(first, ["p1", "p2", "p3", "p4"])
            connection_id, house = first.details["connection_id"], faulty()

            attempt(lambda: house.disconnect("ann", connection_id, contacts=contacts))
            job = calm.disconnect("ann", connection_id, contacts=contacts)
            attempt(lambda: house.disconnect_step(house.run(job)))
            run_until_finished(calm, job)

            assert calm.jobs.get(job.job_id).state is JobState.COMPLETED
            assert len(calm.book()) == 4 - calm.jobs.get(job.job_id).counts.removed == (4 if contacts == "keep" else 0)
            assert calm.connection_of(job).state is ConnectionState.DISCONNECTED
            assert calm.connection_of(job).sealed is None

        at_every_call(fault, story)


@FAULTS
class TestRefreshing:
    def test_a_valid_refresh_token_is_always_stored_and_only_stored_tokens_are_used(self, fault):
        def story(calm, faulty):
            calm.google.rotates = True
            connection = calm.connect_and_import()
            given = attempt(lambda: faulty().access.of(connection).refresh())

            kept = calm.tokens_of(connection)
            assert kept.refresh_token
            assert given is None or given == kept.access_token

        at_every_call(fault, story)


@FAULTS
class TestDeciding:
    def test_removals_are_applied_once_and_the_decision_stays(self, fault):
        def story(calm, faulty):
            first = calm.come_back(calm.begin_consent()).job
            calm.import_contacts(first, ["p1", "p2", "p3"])
            again = calm.import_again("ann", first.details["connection_id"], full=True)
            held = calm.import_contacts(again, ["p1"], held_back=2)

            attempt(lambda: faulty().decide("ann", held.job_id, "apply"))
            job = calm.decide("ann", held.job_id, "apply")
            calm.apply_removals(calm.run(job))
            assert (calm.book(), len(calm.all_jobs())) == (["Person p1"], 3)

        at_every_call(fault, story)
