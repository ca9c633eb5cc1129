"""Choosing what comes of an account: what is offered, what a choice would change, and the import that it starts."""

import pytest

from chalicelib.accounts.connect_account import ChoiceNeeded, ImportStarted
from chalicelib.accounts.consent import Choosing
from chalicelib.accounts.refresh import Interval
from chalicelib.foundation.errors import Conflict, ConsentNeeded, InvalidInput, NotFound, ProviderBusy
from chalicelib.jobs.job import JobState
from chalicelib.providers.choices import EVERYTHING, OTHER
from chalicelib.providers.provider import TokenRefused
from chalicelib.providers.registry import PROVIDERS
from tests.fakes.oauth_client import CONTACTS

(OTHER_SCOPE,) = PROVIDERS["google"].scopes_of_choices.values()


@pytest.fixture
def waiting(house):
    """Ann's account, connected, of which she is to choose what comes."""
    outcome = house.come_back(house.begin_consent(choosing=Choosing.IF_NEW))
    assert isinstance(outcome, ChoiceNeeded)
    return house.connections.get("ann", outcome.connection_id)


def imported(house, *ids: str):
    """Ann's account, of which these contacts were imported."""
    started = house.come_back(house.begin_consent())
    house.import_contacts(started.job, ids)
    return house.connection_of(started.job)


def now(house, connection):
    return house.connections.get(connection.owner, connection.connection_id)


def choose(house, connection, *wanted: str):
    return house.choose(connection.owner, connection.connection_id, wanted, person="Ann A.")


class TestAfterConsent:
    def test_nothing_is_imported_before_the_choice(self, house, waiting):
        assert waiting.waits_for_choice
        assert (waiting.last_import, house.jobs.unfinished("ann")) == (None, [])
        assert house.refreshes.get("ann", waiting.connection_id).interval is Interval.OFF

    def test_the_choice_starts_the_first_import_and_the_refreshes(self, house, waiting):
        job = choose(house, waiting, "family")

        connection = now(house, waiting)
        assert (connection.waits_for_choice, connection.chosen, connection.last_import) == (
            False,
            ("family",),
            job.job_id,
        )
        assert job.details["mode"] == "full"
        assert house.refreshes.get("ann", connection.connection_id).interval is Interval.DAILY
        assert house.work_queue.sent[-1] == job.job_id

    def test_everything_is_no_choice_but_starts_the_import_too(self, house, waiting):
        job = choose(house, waiting, EVERYTHING)

        assert now(house, waiting).chosen is None
        assert now(house, waiting).last_import == job.job_id

    def test_importing_without_a_choice_brings_everything_and_starts_the_refreshes(self, house, waiting):
        house.import_again("ann", waiting.connection_id)

        connection = now(house, waiting)
        assert (connection.waits_for_choice, connection.chosen) == (False, None)
        assert house.refreshes.get("ann", waiting.connection_id).interval is Interval.DAILY

    def test_no_refresh_can_be_chosen_before(self, house, waiting):
        with pytest.raises(Conflict):
            house.change_refresh("ann", waiting.connection_id, "hourly")

    def test_the_callback_sent_twice_leads_to_the_same_choice(self, house):
        begun = house.begin_consent(choosing=Choosing.IF_NEW)

        assert house.come_back(begun) == house.come_back(begun)

    def test_a_confirmation_in_another_browser_leads_to_the_choice_too(self, house):
        held = house.come_back(house.begin_consent(choosing=Choosing.IF_NEW), cookie=None)

        assert isinstance(house.confirm(held.confirmation_key, yes=True), ChoiceNeeded)

    def test_an_account_that_was_imported_before_is_imported_at_once(self, house):
        imported(house, "a")

        assert isinstance(house.come_back(house.begin_consent(choosing=Choosing.IF_NEW)), ImportStarted)

    def test_an_account_connected_without_choosing_is_as_ever(self, house):
        started = house.come_back(house.begin_consent())

        connection = house.connection_of(started.job)
        assert (connection.chosen, connection.waits_for_choice) == (None, False)
        assert house.refreshes.get("ann", connection.connection_id).interval is Interval.DAILY

    def test_a_person_who_is_being_erased_connects_nothing(self, house):
        begun = house.begin_consent(choosing=Choosing.IF_NEW)
        house.jobs.dynamo.commit([house.books.erasing_write("ann")])

        with pytest.raises(Conflict):
            house.come_back(begun)
        assert house.connections.of_owner("ann") == []
        assert house.google.revoked


class TestPermission:
    def test_is_asked_for_only_when_the_person_wants_that_choice(self, house):
        house.start_connecting("ann", "Ann A.", "google", chooses=True)
        assert house.google.more_scopes == ()

        house.start_connecting("ann", "Ann A.", "google", permission=OTHER, chooses=True)
        assert house.google.more_scopes == (OTHER_SCOPE,)

    def test_that_no_choice_needs_cannot_be_asked_for(self, house):
        with pytest.raises(InvalidInput):
            house.start_connecting("ann", "Ann A.", "microsoft", permission=OTHER)

    def test_leads_back_to_the_choice_and_imports_nothing(self, house):
        connection = imported(house, "a")
        house.google.scopes = ("openid", CONTACTS, OTHER_SCOPE)
        begun = house.start_connecting(
            "ann", "Ann A.", "google", connection_id=connection.connection_id, permission=OTHER, chooses=True
        )

        outcome = house.come_back(begun)

        assert outcome == ChoiceNeeded(connection.connection_id, None)
        assert now(house, connection).last_import == connection.last_import
        assert not now(house, connection).waits_for_choice
        assert choose(house, connection, EVERYTHING, OTHER) is not None
        assert now(house, connection).chosen == (EVERYTHING, OTHER)

    def test_of_what_was_chosen_is_asked_for_again_when_the_account_is_reconnected(self, house):
        house.google.scopes = ("openid", CONTACTS, OTHER_SCOPE)
        connection = imported(house, "a")
        choose(house, connection, OTHER)

        house.start_connecting("ann", "Ann A.", "google", connection_id=connection.connection_id)

        assert house.google.more_scopes == (OTHER_SCOPE,)

    def test_that_was_not_granted_again_leads_to_the_choice_so_that_one_without_it_can_be_made(self, house):
        house.google.scopes = ("openid", CONTACTS, OTHER_SCOPE)
        connection = imported(house, "a")
        choose(house, connection, EVERYTHING, OTHER)
        house.note_lost_consent(now(house, connection))
        house.google.scopes = ("openid", CONTACTS)

        outcome = house.come_back(house.begin_consent(choosing=Choosing.IF_NEW))

        assert outcome == ChoiceNeeded(connection.connection_id, None)
        assert not now(house, connection).waits_for_choice
        assert choose(house, connection, EVERYTHING).details["mode"] == "full"

    def test_that_was_granted_again_goes_on_without_a_question(self, house):
        house.google.scopes = ("openid", CONTACTS, OTHER_SCOPE)
        connection = imported(house, "a")
        choose(house, connection, EVERYTHING, OTHER)
        house.note_lost_consent(now(house, connection))

        assert isinstance(house.come_back(house.begin_consent(choosing=Choosing.IF_NEW)), ImportStarted)

    def test_missing_refuses_the_choice(self, house, waiting):
        with pytest.raises(ConsentNeeded):
            choose(house, waiting, OTHER)
        assert now(house, waiting).waits_for_choice

    def test_another_provider_has_no_such_account(self, house, waiting):
        with pytest.raises(NotFound):
            house.start_connecting("ann", "Ann A.", "microsoft", connection_id=waiting.connection_id)


class TestOffer:
    def test_says_what_is_chosen(self, house, waiting):
        offered = house.offer_choices("ann", waiting.connection_id)
        assert [each.id for each in offered.choices if offered.is_chosen(each.id)] == [EVERYTHING]

        choose(house, waiting, "work", "family")

        offered = house.offer_choices("ann", waiting.connection_id)
        assert [each.id for each in offered.choices if offered.is_chosen(each.id)] == ["family", "work"]
        assert now(house, waiting).chosen_names == ("FAMILY", "WORK")

    def test_names_what_was_chosen_and_is_gone(self, house, waiting):
        choose(house, waiting, "family", "work")
        del house.choices.labels["work"]

        assert house.offer_choices("ann", waiting.connection_id).gone == {"work": "WORK"}

    def test_a_refused_token_is_refreshed_once(self, house, waiting):
        house.choices.errors = [TokenRefused()]

        assert house.offer_choices("ann", waiting.connection_id).choices
        assert len(set(house.choices.tokens)) == 2

    def test_a_token_that_is_refused_twice_needs_consent(self, house, waiting):
        house.choices.errors = [TokenRefused(), TokenRefused()]

        with pytest.raises(ConsentNeeded):
            house.offer_choices("ann", waiting.connection_id)

    def test_of_somebody_else_is_nothing(self, house, waiting):
        with pytest.raises(NotFound):
            house.offer_choices("bob", waiting.connection_id)


class TestPreview:
    def preview(self, house, connection, *wanted: str):
        offered = house.offer_choices(connection.owner, connection.connection_id)
        return house.preview_choice(connection.owner, offered, wanted)

    def test_counts_what_comes_and_what_leaves(self, house):
        connection = imported(house, "a", "c", "d")

        numbers = self.preview(house, connection, "family")

        assert (numbers.contacts, numbers.coming, numbers.leaving) == (2, 1, 2)

    def test_says_whether_so_many_leave_that_the_import_asks_first(self, house):
        connection = imported(house, "a", "b", "c", "d")

        assert self.preview(house, connection, "family").asks_first
        assert not self.preview(house, connection, EVERYTHING).asks_first

    def test_changes_nothing(self, house):
        connection = imported(house, "a", "b")
        self.preview(house, connection, "work")

        assert now(house, connection) == connection

    @pytest.mark.parametrize("wanted", [(), ("nothing",), ("family", "nothing"), ("family",) * 501])
    def test_refuses_what_is_not_offered(self, house, waiting, wanted):
        with pytest.raises(InvalidInput):
            self.preview(house, waiting, *wanted)
        with pytest.raises(InvalidInput):
            choose(house, waiting, *wanted)


class TestChange:
    def test_forces_a_full_import_and_forgets_the_sync_state(self, house):
        connection = imported(house, "a", "b", "c")
        assert connection.sync is not None

        job = choose(house, connection, "family")

        assert job.details["mode"] == "full"
        assert now(house, connection).sync is None

    def test_the_same_choice_again_starts_nothing(self, house):
        connection = imported(house, "a")
        house.finish_import(choose(house, connection, "work", "family"))
        before = now(house, connection)

        assert choose(house, connection, "family", "work") is None
        assert now(house, connection) == before

    def test_back_to_everything_is_no_choice_again(self, house):
        connection = imported(house, "a")
        house.finish_import(choose(house, connection, "family"))

        assert choose(house, connection, EVERYTHING, "family") is not None
        assert (now(house, connection).chosen, now(house, connection).chosen_names) == (None, ())

    def test_follows_an_import_that_is_still_running(self, house):
        connection = imported(house, "a")
        running = house.import_again("ann", connection.connection_id)

        job = choose(house, connection, "family")

        assert [each.job_id for each in house.jobs.unfinished("ann")] == [running.job_id, job.job_id]

    def test_a_busy_provider_changes_nothing(self, house):
        connection = imported(house, "a")
        house.choices.errors = [ProviderBusy("Google asks us to wait.")]

        with pytest.raises(ProviderBusy):
            choose(house, connection, "family")
        assert now(house, connection) == connection

    def test_disconnecting_forgets_it(self, house):
        connection = imported(house, "a")
        house.finish_import(choose(house, connection, "family"))
        job = house.disconnect("ann", connection.connection_id)
        house.disconnect_step(house.run(job))

        assert (now(house, connection).chosen, house.jobs.get(job.job_id).state) == (None, JobState.COMPLETED)
