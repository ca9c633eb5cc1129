"""Two clicks, two tabs: a consent that lost a race returns the import that won, and there is never a second one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import pytest

from chalicelib.accounts.connection import ConnectionState
from chalicelib.accounts.consent import ConsentVoid
from chalicelib.foundation.errors import ConsentNeeded
from chalicelib.foundation.secret import sha256_hex
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.providers.provider import Account
from tests.accounts.house import House, Interrupted

PATIENT = 60.0  # seconds, for any machine
PROVIDERS = pytest.mark.parametrize("provider", ["google", "microsoft"])


@PROVIDERS
class TestTwoClicks:
    """One consent, whose answer comes twice."""

    def test_both_return_the_same_import(self, house, provider):
        begun = house.begin_consent(provider=provider, return_to="settings")
        first = house.come_back(begun)

        second = house.come_back(begun)

        assert (second.job.job_id, second.return_to) == (first.job.job_id, "settings")
        assert len(house.all_jobs()) == len(house.authority(provider).exchanged) == len(house.work_queue.sent) == 1

    def test_either_may_view_it(self, house, provider):
        begun = house.begin_consent(provider=provider)
        keys = {house.come_back(begun).viewer_key for _ in range(2)}

        assert {sha256_hex(key) for key in keys} == {house.jobs.get(begun.job_id).viewer}

    def test_the_second_waits_while_the_first_is_at_the_provider(self, house, provider):
        begun, authority, first_is_there, may_go_on = (
            house.begin_consent(provider=provider),
            house.authority(provider),
            Event(),
            Event(),
        )
        exchange = authority.exchange

        def slow(**parameters):
            first_is_there.set()
            assert may_go_on.wait(PATIENT)
            return exchange(**parameters)

        authority.exchange = slow
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(house.come_back, begun)
            assert first_is_there.wait(PATIENT)
            house.clock.on_sleep = lambda: may_go_on.set() or first.result()
            second = house.come_back(begun)

        assert second.job.job_id == first.result().job.job_id == begun.job_id
        assert len(house.all_jobs()) == 1

    def test_the_second_fails_if_the_first_failed(self, house, provider):
        begun = house.begin_consent(provider=provider)
        with pytest.raises(ConsentNeeded):
            house.come_back(begun, code="another")

        with pytest.raises(ConsentVoid, match="already used"):
            house.come_back(begun)
        assert house.all_jobs() == []

    @pytest.mark.parametrize("cookie", [None, "", "somebody-else's"])
    def test_another_browser_gets_nothing_and_does_not_wait(self, house, provider, cookie):
        begun = house.begin_consent(provider=provider)
        house.come_back(begun)
        before = house.clock.now()

        with pytest.raises(ConsentVoid, match="already used"):
            house.come_back(begun, cookie=cookie)
        assert house.clock.now() == before

    def test_after_ten_minutes_it_is_too_late(self, house, provider):
        begun = house.begin_consent(provider=provider)
        house.come_back(begun)
        house.clock.advance(minutes=10)

        with pytest.raises(ConsentVoid):
            house.come_back(begun)

    def test_confirming_twice_returns_the_same_import(self, house, provider):
        confirmation = house.come_back(house.begin_consent(provider=provider), cookie=None)

        first, second = (house.confirm(confirmation.confirmation_key, yes=True) for _ in range(2))

        assert (first.job.job_id, first.viewer_key) == (second.job.job_id, second.viewer_key)
        assert len(house.all_jobs()) == 1


@PROVIDERS
class TestTwoTabs:
    """Two consents for one account, side by side."""

    def test_the_later_consent_returns_the_import_of_the_earlier(self, house, provider):
        tabs = Tabs(house, provider)
        winner = house.come_back(tabs.first)
        house.clock.advance(minutes=1)

        loser = house.come_back(tabs.second)

        assert loser.job.job_id == winner.job.job_id == tabs.first.job_id
        assert (len(house.all_jobs()), len(house.work_queue.sent), house.authority(provider).revoked) == (1, 1, [])

    def test_only_the_winners_browser_has_the_viewer_key(self, house, provider):
        tabs = Tabs(house, provider)
        winner, loser = house.come_back(tabs.first), house.come_back(tabs.second)

        assert (loser.viewer_key, house.jobs.get(winner.job.job_id).viewer) == (None, sha256_hex(winner.viewer_key))

    def test_a_consent_that_commits_between_read_and_write_wins(self, house, client, provider):
        tabs = Tabs(house, provider)
        other = house.over(Interrupted(client, lambda: house.come_back(tabs.second)))

        loser = other.come_back(tabs.first)

        assert loser.job.job_id == tabs.second.job_id
        assert [job.job_id for job in house.all_jobs()] == [tabs.second.job_id]

    def test_it_also_wins_after_its_import_has_finished(self, house, provider):
        tabs = Tabs(house, provider)
        house.finish_import(house.come_back(tabs.first).job)

        assert house.come_back(tabs.second).job.job_id == tabs.first.job_id
        assert house.connections.of_owner("ann")[0].last_finished == tabs.first.job_id

    def test_it_also_wins_if_the_account_was_known_before(self, house, provider):
        house.connect_and_import(provider=provider)
        house.clock.advance(days=1)
        tabs = Tabs(house, provider)
        house.come_back(tabs.first)

        assert house.come_back(tabs.second).job.job_id == tabs.first.job_id
        assert len(house.all_jobs()) == 2

    def test_no_confirmation_is_needed_for_an_account_that_another_tab_connected(self, house, provider):
        tabs = Tabs(house, provider)
        house.come_back(tabs.first)

        loser = house.come_back(tabs.second, cookie=None)

        assert (loser.job.job_id, loser.viewer_key) == (tabs.first.job_id, None)
        assert house.authority(provider).revoked == []

    def test_a_confirmed_consent_returns_the_winner_too(self, house, provider):
        tabs = Tabs(house, provider)
        confirmation = house.come_back(tabs.second, cookie=None)
        house.come_back(tabs.first)

        assert house.confirm(confirmation.confirmation_key, yes=True).job.job_id == tabs.first.job_id
        assert len(house.all_jobs()) == 1

    @pytest.mark.parametrize("end", [JobState.FAILED, JobState.CANCELED])
    def test_the_second_starts_its_import_if_the_first_failed(self, house, provider, end):
        tabs = Tabs(house, provider)
        house.run(house.come_back(tabs.first).job).commit(Progress(None, state=end))

        assert house.come_back(tabs.second).job.job_id == tabs.second.job_id

    def test_the_second_reconnects_an_account_that_needs_it(self, house, provider):
        tabs = Tabs(house, provider)
        first = house.come_back(tabs.first)
        house.connections.mark_needs_reconnect(house.connection_of(first.job))

        second = house.come_back(tabs.second)

        assert second.job.job_id == tabs.second.job_id
        assert house.connection_of(second.job).state is ConnectionState.CONNECTED

    def test_another_account_does_not_race(self, house, provider):
        tabs = Tabs(house, provider)
        house.come_back(tabs.first)
        house.authority(provider).account = Account("sub-2", "eve@example.com")

        assert house.come_back(tabs.second).job.job_id == tabs.second.job_id

    def test_the_same_account_of_another_person_does_not_race(self, house, provider):
        begun = house.begin_consent("bob", provider)
        tabs = Tabs(house, provider)
        house.come_back(tabs.first)

        assert house.come_back(begun).job.owner == "bob"

    def test_a_consent_that_began_after_the_connection_starts_another_import(self, house, provider):
        tabs = Tabs(house, provider)
        first = house.come_back(tabs.first)
        house.clock.advance(seconds=1)

        assert house.come_back(house.begin_consent(provider=provider)).job.job_id != first.job.job_id


@dataclass
class Tabs:
    """Two consents that were begun before either came back."""

    house: House
    provider: str
    first: object = field(init=False)
    second: object = field(init=False)

    def __post_init__(self) -> None:
        self.first, self.second = (self.house.begin_consent(provider=self.provider) for _ in range(2))
        self.house.clock.advance(seconds=20)
