"""Every fault of a provider, at every page: the import waits, restarts or fails, and ends with each contact once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.connection import ConnectionState
from chalicelib.books.intake import Limits
from chalicelib.foundation.errors import ConsentNeeded, Misconfigured, ProviderBroken, ProviderBusy, ProviderEndless
from chalicelib.jobs.job import JobState, ParkReason
from chalicelib.providers.provider import ListLoops, Page, PageGone, TokenRefused
from tests.fakes.account import FakeAccount, FakeProvider
from tests.simulation.faults import Staged, build_stage, fresh_house, run_under
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.promises import contacts_in, holds_at_the_end, keeps_tokens_secret, ledger_agrees
from tests.simulation.world import Fault

PAGES = 3
Mood = Callable[[FakeProvider, str, Any], Page]


class Moody:
    """A provider that once, at one page, does something else than usual."""

    def __init__(self, provider: FakeProvider, page: int, mood: Mood, times: int = 1) -> None:
        self._provider, self._page, self._mood, self._times = provider, page, mood, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)

    def fetch(self, access_token: str, cursor: Any, *, timeout: timedelta) -> Page:
        if self._times and cursor["start"] == self._page * self._provider.account.page_size:
            self._times -= 1
            return self._mood(self._provider, access_token, cursor)
        return self._provider.fetch(access_token, cursor, timeout=timeout)


def raise_error(error: Exception) -> Mood:
    def mood(provider: FakeProvider, access_token: str, cursor: Any) -> Page:
        raise error

    return mood


def empty_with_a_token(provider: FakeProvider, access_token: str, cursor: Any) -> Page:
    return Page([], (), cursor)


def same_people_with_a_token(provider: FakeProvider, access_token: str, cursor: Any) -> Page:
    return Page([one.raw() for one in provider.account.people[:2]], (), cursor)


def other_order(provider: FakeProvider, access_token: str, cursor: Any) -> Page:
    provider.account.shuffle_pages()
    return provider.account.page(cursor)


def expired_token(provider: FakeProvider, access_token: str, cursor: Any) -> Page:
    provider.account.tokens.clear()
    raise TokenRefused


def expired_pages(provider: FakeProvider, access_token: str, cursor: Any) -> Page:
    provider.account.expire_pages()
    return provider.account.page(cursor)


PASSING = {
    "429 with seconds": raise_error(ProviderBusy("Google asks us to wait 38 s.", retry_after=timedelta(seconds=38))),
    "429 with a date": raise_error(ProviderBusy("Google asks us to wait.", retry_after=timedelta(minutes=4))),
    "503 without a reason": raise_error(ProviderBusy("Google asks us to wait.")),
    "500, 502, a time-out, truncated, wrong types": raise_error(ProviderBroken("Google answers with something else.")),
    "an empty page with a token": empty_with_a_token,
    "an access token that ended early": expired_token,
    "a page in another order": other_order,
}


@pytest.fixture(scope="module")
def stage() -> Staged:
    return build_stage(page_size=3, limits=Limits(contacts=1, lines=2))


@pytest.fixture(scope="module")
def imported() -> Staged:
    """The last import kept everything, so that it left a sync state."""
    stage = build_stage(("new", "same", "changed", "same"), page_size=3)
    run_under(stage.house, stage.job_id, {})
    return stage


def moody(stage: Staged, page: int, mood: Mood, times: int = 1) -> House:
    house = fresh_house(stage)
    house.provider = Moody(FakeProvider(house.account), page, mood, times)
    house.outside = Parts(house, None)
    return house


class TestAMoodThatPasses:
    @pytest.mark.parametrize("page", range(PAGES))
    @pytest.mark.parametrize("mood", PASSING.values(), ids=PASSING)
    def test_changes_nothing_about_the_result(self, stage, page, mood):
        house = moody(stage, page, mood)

        job = run_under(house, stage.job_id, {})

        self.assert_all_arrived_once(stage, house, job)

    @pytest.mark.parametrize("page", range(1, PAGES))
    @pytest.mark.parametrize("mood", [raise_error(PageGone()), expired_pages], ids=["repeated token", "expired token"])
    def test_lists_again_when_the_page_token_is_of_no_use(self, stage, page, mood):
        house = moody(stage, page, mood)

        job = run_under(house, stage.job_id, {})

        assert job.generation == 1
        self.assert_all_arrived_once(stage, house, job)

    @pytest.mark.parametrize("page", range(PAGES))
    @pytest.mark.parametrize("call", range(8, 24))
    def test_lists_again_when_a_page_shifted_under_a_killed_worker(self, stage, page, call):
        house = moody(stage, page, other_order, times=100)

        job = run_under(house, stage.job_id, {call: Fault.KILLED_AFTER})

        self.assert_all_arrived_once(stage, house, job)

    @staticmethod
    def assert_all_arrived_once(stage, house, job):
        assert job.state is JobState.PARTIAL
        assert job.counts == stage.scenario.counts()
        holds_at_the_end(house, job, stage.scenario.latest_people(), source=stage.source)
        ledger_agrees(house, job)
        keeps_tokens_secret(house)


class TestAProviderThatAsksUsToWait:
    def test_is_not_called_until_its_retry_after_and_that_is_no_failure(self, stage):
        house = moody(stage, 1, raise_error(ProviderBusy("Wait.", retry_after=timedelta(seconds=38))))
        house.outside.run_job(stage.job_id)

        job = house.outside.jobs.get(stage.job_id)

        assert (job.state, job.waiting, job.failures) == (JobState.QUEUED, ParkReason.PROVIDER, 0)
        assert timedelta(seconds=38) <= job.due - house.world.instant() <= timedelta(seconds=42)


class TestAProviderThatStaysBroken:
    def test_ends_the_import_after_eight_tries_with_a_word_about_it(self, stage):
        house = moody(stage, 1, raise_error(ProviderBroken("Google answers with something else.")), times=1_000)

        job = run_under(house, stage.job_id, {})

        assert (job.state, job.error_code) == (JobState.FAILED, ProviderBroken.slug)
        assert "8 times" in job.error

    def test_ends_the_import_when_it_sends_empty_pages_for_ever(self, stage):
        house = moody(stage, 1, empty_with_a_token, times=100_000)

        job = run_under(house, stage.job_id, {})

        assert (job.state, job.error_code) == (JobState.FAILED, ProviderEndless.slug)
        assert "Google's list of your contacts never ends: many pages in a row have no new contacts" in job.error

    def test_ends_the_import_when_it_sends_the_same_people_for_ever(self, stage):
        house = moody(stage, 1, same_people_with_a_token, times=100_000)

        job = run_under(house, stage.job_id, {})

        assert (job.state, job.error_code) == (JobState.FAILED, ProviderEndless.slug)
        assert "Import again in an hour" in job.error

    def test_ends_the_import_when_its_list_leads_back_to_pages_it_gave_before(self, stage):
        house = moody(stage, 1, raise_error(ListLoops()), times=100_000)

        job = run_under(house, stage.job_id, {})

        assert (job.state, job.error_code) == (JobState.FAILED, ProviderEndless.slug)
        assert "leads back to pages that were already read" in job.error

    def test_is_listed_again_when_it_led_back_once(self, stage):
        house = moody(stage, 1, raise_error(ListLoops()))

        job = run_under(house, stage.job_id, {})

        assert (job.state, job.generation) == (JobState.PARTIAL, 1)
        assert job.counts == stage.scenario.counts()

    def test_ends_the_import_when_its_list_never_holds_still(self, stage):
        house = moody(stage, 1, raise_error(PageGone()), times=1_000)

        job = run_under(house, stage.job_id, {})

        assert (job.state, job.error_code) == (JobState.FAILED, "shifting")

    def test_ends_the_import_at_once_when_the_operator_must_act(self, stage):
        house = moody(stage, 1, raise_error(Misconfigured("The People API is not enabled.")), times=1_000)

        job = run_under(house, stage.job_id, {})

        assert (job.state, job.error, job.attempts) == (JobState.FAILED, "The People API is not enabled.", 1)


class TestAConsentThatIsTakenBackMidway:
    @pytest.mark.parametrize("page", range(PAGES))
    def test_fails_the_import_and_is_shown_on_the_connection(self, stage, page):
        def revoked(provider: FakeProvider, access_token: str, cursor: Any) -> Page:
            provider.account.revoke()
            raise TokenRefused

        house = moody(stage, page, revoked)
        job = run_under(house, stage.job_id, {})

        assert (job.state, job.error_code) == (JobState.FAILED, "consent-needed")
        assert connection_of(house, stage).state is ConnectionState.NEEDS_RECONNECT

    def test_a_missing_permission_fails_the_import_with_what_to_do(self, stage):
        house = moody(stage, 0, raise_error(ConsentNeeded("Tick the box for contacts.", provider="google")), times=10)

        job = run_under(house, stage.job_id, {})

        assert (job.state, job.error) == (JobState.FAILED, "Tick the box for contacts.")


class TestImportingAgain:
    """Incremental, with a sync state that may have expired."""

    @pytest.fixture
    def house_with_sync_state(self, imported) -> tuple[House, FakeAccount, str]:
        house = fresh_house(imported)
        return house, house.account, imported.source.partition(":")[2]

    def test_reads_only_what_changed_and_removes_only_what_went(self, house_with_sync_state):
        house, account, connection_id = house_with_sync_state
        account.change(replace(account.people[0], name="Renamed Person"))
        account.remove(account.people[3].source_id)

        job = house.outside.import_again(connection_id, full=False)
        job = run_under(house, job.job_id, {})

        assert (job.details["mode"], job.counts.read, job.counts.updated, job.counts.removed) == (
            "incremental",
            1,
            1,
            1,
        )

    @pytest.mark.parametrize("fault", [None, *(Fault.LOST, Fault.ANSWER_LOST, Fault.KILLED_BEFORE, Fault.KILLED_AFTER)])
    @pytest.mark.parametrize("call", range(16))
    def test_becomes_one_full_import_when_the_sync_state_expired(self, house_with_sync_state, fault, call):
        house, account, connection_id = house_with_sync_state
        account.expire_syncs()

        job = house.outside.import_again(connection_id, full=False)
        job = run_under(house, job.job_id, {house.world.calls + call: fault} if fault else {})

        assert (job.details["mode"], job.generation) == ("full", 1)
        assert job.counts.unchanged == len(account.people)
        assert job.counts.read == len(account.people)
        assert connection_of_id(house, connection_id).sync == {"since": len(account.changes)}


class TestTooManyRemovals:
    """More than a fifth of the account, or all of it; a single one of several never waits."""

    def account_of(self, people: int) -> tuple[House, str]:
        """A house whose account has so many people, all imported, and which asks as the service does."""
        stage = build_stage(("same",) * people, page_size=3)
        house = fresh_house(stage)
        run_under(house, stage.job_id, {})
        house.removal_limit = 0.2
        house.outside = Parts(house, None)
        return house, stage.source.partition(":")[2]

    def import_again(self, house: House, connection_id: str, *, full: bool) -> Any:
        return run_under(house, house.outside.import_again(connection_id, full=full).job_id, {})

    @pytest.mark.parametrize("full", [True, False], ids=["full", "incremental"])
    @pytest.mark.parametrize(
        ("gone", "of", "waiting"),
        [(1, 1, 1), (1, 2, 0), (1, 9, 0), (2, 2, 2), (2, 4, 2), (2, 9, 2), (2, 10, 0), (3, 14, 3)],
    )
    def test_are_held_back_until_the_person_decides(self, gone, of, waiting, full):
        house, connection_id = self.account_of(of)
        for person in house.account.people[:gone]:
            house.account.remove(person.source_id)

        job = self.import_again(house, connection_id, full=full)

        assert (job.state, job.counts.removed) == (JobState.COMPLETED, gone - waiting)
        assert job.details.get("removals_pending", 0) == waiting
        assert len(contacts_in(house)) == of - gone + waiting

    def test_an_expired_sync_state_and_then_an_empty_list_empty_no_book(self):
        house, connection_id = self.account_of(3)
        house.account.expire_syncs()
        house.account.people = []

        job = self.import_again(house, connection_id, full=False)

        assert (job.details["mode"], job.details["removals_pending"]) == ("full", 3)
        assert len(contacts_in(house)) == 3

    def test_a_list_that_is_cut_short_empties_no_book(self):
        house, connection_id = self.account_of(9)
        house.account.people = house.account.people[:3]

        job = self.import_again(house, connection_id, full=True)

        assert (job.counts.unchanged, job.details["removals_pending"]) == (3, 6)
        assert len(contacts_in(house)) == 9

    def test_a_provider_that_is_busy_at_the_last_page_removes_no_contact(self):
        house, connection_id = self.account_of(9)
        busy = raise_error(ProviderBusy("Google asks us to wait.", retry_after=timedelta(minutes=1)))
        house.provider = Moody(house.provider, 2, busy)
        house.outside = Parts(house, None)

        job = self.import_again(house, connection_id, full=True)

        assert (job.state, job.counts.unchanged, job.counts.removed) == (JobState.COMPLETED, 9, 0)
        assert len(contacts_in(house)) == 9

    def test_those_that_became_a_part_of_others_are_not_lost(self):
        house, connection_id = self.account_of(4)
        one, two, three, four = house.account.people
        house.account.change(replace(one, aliases=(two.source_id,)))
        house.account.change(replace(three, aliases=(four.source_id,)))
        house.account.remove(two.source_id)
        house.account.remove(four.source_id)

        job = self.import_again(house, connection_id, full=False)

        assert (job.counts.removed, len(contacts_in(house))) == (2, 2)


def connection_of(house: House, stage: Staged) -> Any:
    return connection_of_id(house, stage.source.partition(":")[2])


def connection_of_id(house: House, connection_id: str) -> Any:
    return house.outside.connections.get(OWNER, connection_id)
