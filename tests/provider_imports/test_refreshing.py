"""Accounts are imported again by themselves: once for each due instant, and only while that is right."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from chalicelib.accounts.connection import Connection
from chalicelib.accounts.refresh import Interval, Refresh
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound
from chalicelib.jobs.job import FAULTS_OF_OURS, Job, JobState
from chalicelib.jobs.retire_job import READABLE_FOR
from tests.accounts.house import House, Interrupted

DAY = timedelta(days=1)


@pytest.fixture
def connection(house: House) -> Connection:
    return house.connect_and_import()


def refresh_of(house: House, connection: Connection) -> Refresh:
    return house.refreshes.get(connection.owner, connection.connection_id)


def go_to_due(house: House, connection: Connection) -> None:
    house.clock.at = refresh_of(house, connection).due


def refreshed(house: House, connection: Connection) -> Job | None:
    """The import that one run of the schedule creates when the account is due; None if it creates none."""
    go_to_due(house, connection)
    before = {job.job_id for job in house.all_jobs()}
    house.start_due_refreshes()
    return next((job for job in house.all_jobs() if job.job_id not in before), None)


def fail(house: House, job: Job) -> None:
    house.run(job).fail("Google is gone.", "provider-broken")


def read_one(house: House, job: Job) -> None:
    house.import_contacts(job, [f"person-{job.job_id}"])


def hold(house: House, job: Job) -> None:
    house.import_contacts(job, [], held_back=3)


def published(house: House, connection: Connection) -> dict[str, object]:
    return house.list_connections.get(connection.owner, connection.connection_id)["refresh"]


class TestANewAccount:
    def test_is_imported_again_daily_and_incrementally(self, house, connection):
        assert refresh_of(house, connection).interval is Interval.DAILY

        job = refreshed(house, connection)

        assert (job.kind, job.details["mode"], job.details["person"]) == ("provider-import", "incremental", "")
        assert job.details["due_at"] == published_instant(house.clock.at)
        assert house.work_queue.sent[-1] == job.job_id
        assert house.connection_of(job).last_import == job.job_id
        assert refresh_of(house, connection).due == house.clock.at + DAY

    def test_is_imported_once_for_each_due_instant(self, house, connection):
        job = refreshed(house, connection)
        house.finish_import(job)
        house.clock.advance(hours=3)
        house.start_due_refreshes()

        assert len(house.all_jobs()) == 2

    def test_is_imported_once_although_the_service_was_down_for_days(self, house, connection):
        go_to_due(house, connection)
        house.clock.advance(days=3, hours=2)
        for _ in range(3):
            house.start_due_refreshes()

        assert len(house.all_jobs()) == 2
        assert refresh_of(house, connection).due > house.clock.at

    def test_is_listed_in_full_once_a_month(self, house, connection):
        modes = []
        for _ in range(65):
            job = refreshed(house, connection)
            modes.append(job.details["mode"])
            house.finish_import(job)

        full = [day for day, mode in enumerate(modes, start=1) if mode == "full"]
        assert full in ([30, 60], [31, 61])  # it is connected at any time of the day

    def test_costs_no_write_while_it_is_not_due(self, house, connection, client):
        writes = client.writes
        for _ in range(60):
            house.start_due_refreshes()

        assert client.writes == writes


class TestRefreshesThatChangeNothing:
    def test_leave_the_last_of_them_in_the_list(self, house, connection):
        quiet = []
        for _ in range(5):
            job = refreshed(house, connection)
            house.finish_import(job)
            quiet.append(job.job_id)

        assert [job.job_id for job in house.all_jobs()] == [quiet[-1], connection.last_import]

    def test_can_be_read_by_their_id_for_two_days(self, house, connection, client):
        first = refreshed(house, connection)
        house.finish_import(first)
        refreshed(house, connection)

        assert house.jobs.get(first.job_id).state is JobState.COMPLETED
        item = client.tables["jobs"].items[f"job#{first.job_id}", "job"]
        assert int(item["ttl"]["N"]) == round((house.clock.at + READABLE_FOR).timestamp())

    def test_stay_in_the_list_if_they_read_or_failed_or_held_anything(self, house, connection):
        kept = []
        for number, end in enumerate((read_one, fail, hold)):
            job = refreshed(house, connection)
            end(house, job)
            kept.append(job.job_id)
            if end is hold:
                house.decide("ann", job.job_id, "keep")
            assert number + 2 == len(house.all_jobs())
        refreshed(house, connection)

        assert {job.job_id for job in house.all_jobs()} >= set(kept)

    def test_that_the_person_started_stay_in_the_list(self, house, connection):
        job = house.import_again("ann", connection.connection_id)
        house.finish_import(job)
        refreshed(house, connection)

        assert job.job_id in {each.job_id for each in house.all_jobs()}

    def test_that_left_the_list_are_erased_with_the_person(self, house, connection):
        for _ in range(3):
            house.finish_import(refreshed(house, connection))
        known = [job.job_id for job in house.all_jobs()]
        house.jobs.delete_other_jobs("ann", keeping=known[0])

        left = [key for key in house.jobs.dynamo.client.tables["jobs"].items if key[1].startswith(("job", "retired"))]
        assert [key for key in left if known[0] not in str(key)] == []


class TestTwoSchedulers:
    def test_create_one_import(self, client):
        house = House(client)
        connection = house.connect_and_import()
        racing = house.over(Interrupted(client, house.start_due_refreshes))
        go_to_due(house, connection)

        racing.start_due_refreshes()

        assert len(house.all_jobs()) == 2

    def test_give_way_to_the_person_who_chooses_at_this_moment(self, client):
        house = House(client)
        connection = house.connect_and_import()
        turn_off = Interrupted(client, lambda: house.change_refresh("ann", connection.connection_id, "off"))
        racing = house.over(turn_off)
        go_to_due(house, connection)

        racing.start_due_refreshes()

        assert len(house.all_jobs()) == 1
        assert refresh_of(house, connection).interval is Interval.OFF

    def test_give_way_to_the_person_who_imports_at_this_moment(self, client):
        house = House(client)
        connection = house.connect_and_import()
        racing = house.over(Interrupted(client, lambda: house.import_again("ann", connection.connection_id)))
        go_to_due(house, connection)

        racing.start_due_refreshes()
        house.start_due_refreshes()

        assert len(house.all_jobs()) == 2
        assert refresh_of(house, connection).due == house.clock.at + DAY


class TestNoImportIsCreated:
    def test_while_another_one_of_the_account_is_unfinished(self, house, connection):
        house.import_again("ann", connection.connection_id)

        assert refreshed(house, connection) is None
        assert refresh_of(house, connection).due == house.clock.at + DAY

    def test_while_one_waits_for_a_decision(self, house, connection):
        job = house.import_again("ann", connection.connection_id)
        house.import_contacts(job, [], held_back=3)

        assert refreshed(house, connection) is None
        shown = published(house, connection)
        assert (shown["paused_because"], shown["next_at"]) == ("decision", None)
        assert shown["import_to_decide"] == job.job_id

        house.decide("ann", job.job_id, "keep")
        assert published(house, connection)["paused_because"] is None
        assert refreshed(house, connection) is not None

    def test_once_consent_is_lost_until_the_person_reconnects(self, house, connection):
        house.connections.mark_needs_reconnect(connection)

        assert refreshed(house, connection) is None
        assert refresh_of(house, connection).due is None
        shown = published(house, connection)
        assert (shown["interval"], shown["paused_because"], shown["next_at"]) == ("daily", "reconnect", None)

        house.clock.advance(hours=1)
        house.finish_import(house.come_back(house.begin_consent()).job)
        assert published(house, connection)["paused_because"] is None
        assert refreshed(house, connection) is not None

    def test_once_the_account_is_disconnected(self, house, connection):
        house.disconnect("ann", connection.connection_id)

        assert house.refreshes.of_owner("ann") == {}
        assert published(house, connection)["interval"] == "off"

    def test_while_too_many_jobs_are_unfinished(self, house, connection):
        others = [house.connect_and_import(owner="ann", provider="microsoft")]
        house.jobs = replace(house.jobs, max_queue_length=1)
        house.start_due_refreshes = replace(house.start_due_refreshes, jobs=house.jobs)
        house.import_again("ann", others[0].connection_id)

        assert refreshed(house, connection) is None
        assert refresh_of(house, connection).due == house.clock.at + DAY

    def test_for_connections_from_before_until_the_person_chooses(self, house, connection):
        house.refreshes.erase("ann")  # as if it had been connected before there were refreshes
        house.clock.advance(days=3)
        house.start_due_refreshes()

        assert len(house.all_jobs()) == 1
        assert published(house, connection)["interval"] == "off"

        house.change_refresh("ann", connection.connection_id, "weekly")
        assert refreshed(house, connection).details["mode"] == "full"  # nobody knows when the last one was

    def test_and_reconnecting_such_a_connection_does_not_turn_it_on(self, house, connection):
        house.refreshes.erase("ann")
        house.connections.mark_needs_reconnect(connection)
        house.clock.advance(hours=1)
        house.come_back(house.begin_consent())

        assert refresh_of(house, connection).interval is Interval.OFF


class TestAFailingAccount:
    def test_is_tried_after_one_two_four_and_eight_days(self, house, connection):
        tried = []
        for _ in range(6):
            job = None
            while job is None:
                job = refreshed(house, connection)
            tried.append(house.clock.at)
            fail(house, job)

        gaps = [(after - before) // DAY for before, after in pairwise(tried)]
        assert gaps == [1, 2, 4, 8, 8]

    def test_says_so(self, house, connection):
        first = refreshed(house, connection)
        fail(house, first)
        assert published(house, connection)["failures"] == 1
        fail(house, refreshed(house, connection))

        shown = published(house, connection)

        assert shown["failures"] == 2
        assert shown["next_at"] == published_instant(house.clock.at + 2 * DAY)

    @pytest.mark.parametrize("code", FAULTS_OF_OURS)
    def test_keeps_its_interval_and_is_not_accused_while_the_fault_is_ours(self, house, connection, code):
        for _ in range(5):
            due = refresh_of(house, connection).due
            job = refreshed(house, connection)
            assert house.clock.at == due
            house.run(job).fail("A client secret has expired.", code)

            shown = published(house, connection)
            assert (shown["failures"], shown["next_at"]) == (0, published_instant(due + DAY))

    def test_is_not_forgiven_by_a_fault_of_ours_either(self, house, connection):
        for _ in range(2):
            fail(house, refreshed(house, connection))
        job = house.import_again("ann", connection.connection_id)
        house.run(job).fail("A client secret has expired.", "misconfigured")

        assert published(house, connection)["failures"] == 1

    def test_is_back_at_its_interval_once_an_import_succeeds_whoever_started_it(self, house, connection):
        for _ in range(2):
            fail(house, refreshed(house, connection))
        house.finish_import(house.import_again("ann", connection.connection_id))

        assert published(house, connection)["failures"] == 0
        assert refreshed(house, connection) is not None
        assert refresh_of(house, connection).failures == 0


class TestChoosing:
    def test_the_interval_is_changed_and_shown(self, house, connection):
        house.change_refresh("ann", connection.connection_id, "hourly")

        shown = published(house, connection)
        assert shown["interval"] == "hourly"
        assert shown["next_at"] == published_instant(refresh_of(house, connection).next_slot(house.clock.at))

    def test_the_same_choice_again_writes_nothing(self, house, connection, client):
        writes = client.writes
        house.change_refresh("ann", connection.connection_id, "daily")

        assert client.writes == writes

    @pytest.mark.parametrize("interval", ["", "yearly", "DAILY"])
    def test_there_are_four_choices(self, house, connection, interval):
        with pytest.raises(InvalidInput):
            house.change_refresh("ann", connection.connection_id, interval)

    def test_another_persons_connection_is_not_found(self, house, connection):
        with pytest.raises(NotFound):
            house.change_refresh("bob", connection.connection_id, "off")

    def test_a_disconnected_account_has_no_refresh(self, client):
        house = House(client)
        connection = house.connect_and_import()
        racing = house.over(Interrupted(client, lambda: house.disconnect("ann", connection.connection_id)))

        with pytest.raises(Conflict):
            racing.change_refresh("ann", connection.connection_id, "hourly")
        assert house.refreshes.of_owner("ann") == {}

    def test_an_account_that_was_disconnected_and_is_connected_again_is_new(self, house, connection):
        house.change_refresh("ann", connection.connection_id, "off")
        job = house.disconnect("ann", connection.connection_id)
        house.disconnect_step(house.run(job))
        house.clock.advance(hours=1)
        house.come_back(house.begin_consent())

        assert refresh_of(house, connection).interval is Interval.DAILY


def published_instant(at: object) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
