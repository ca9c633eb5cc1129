"""All jobs of all people, newest first, with limited reads per request."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.foundation.errors import InvalidInput
from chalicelib.jobs.job import JobState
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.retry import LONGEST_LIFE
from chalicelib.jobs.store import JobStore
from chalicelib.operating.list_jobs import (
    FIRST_DAY,
    MOST_DAYS,
    MOST_LOOKED_AT,
    UNFINISHED_FOR,
    JobFilter,
    JobPage,
    ListJobs,
)
from chalicelib.operating.schedule_health import ScheduleHealth, read_schedule_health
from tests.fakes.clock import NOON
from tests.fakes.executor import InlineExecutor

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Made = Callable[..., str]


@pytest.fixture
def made(store: JobStore, clock: Any) -> Made:
    """Creates a job at a time in the past; each person has at most one unfinished job."""

    def make(job_id: str, ago: timedelta = timedelta(), *, owner: str = "", kind: str = "copy", ends: bool = True):
        clock.at = NOON - ago
        new = NewJob(job_id, owner or f"owner of {job_id}", kind, {"provider": "google"})
        store.create(new)
        if ends:
            store.cancel(job_id)
        clock.at = NOON
        return job_id

    return make


@pytest.fixture
def look(store: JobStore, clock: Any) -> Callable[..., JobPage]:
    def look(limit: int = 50, cursor: str | None = None, **job_filter: Any) -> JobPage:
        listing = ListJobs(store, InlineExecutor())
        return listing(JobFilter(**job_filter), read_schedule_health(store, clock.now()), cursor=cursor, limit=limit)

    return look


class Counting(InlineExecutor):
    """Records how many calls ran in parallel each time."""

    def __init__(self) -> None:
        self.together: list[int] = []

    def all(self, works: Any) -> Any:
        self.together.append(len(works))
        return super().all(works)


def ids(found: JobPage) -> list[str]:
    return [job.job_id for job in found.jobs]


def all_pages(look: Callable[..., JobPage], **job_filter: Any) -> list[list[str]]:
    pages, cursor = [], None
    while True:
        found = look(cursor=cursor, **job_filter)
        pages.append(ids(found))
        cursor = found.cursor
        if cursor is None:
            return pages


class TestOrder:
    def test_the_newest_comes_first_for_all_people(self, made, look):
        made("old", 3 * DAY)
        made("new")
        made("middle", 5 * HOUR)

        assert ids(look()) == ["new", "middle", "old"]

    def test_jobs_of_the_same_instant_are_ordered(self, made, look):
        for name in ("a", "b", "c"):
            made(name)

        assert all_pages(look, limit=1)[:3] == [["c"], ["b"], ["a"]]

    def test_a_job_from_a_clock_slightly_ahead_is_included(self, made, look):
        made("hasty", -timedelta(minutes=2))

        assert ids(look()) == ["hasty"]


class TestPages:
    def test_each_job_is_on_one_page_across_days(self, made, look):
        for number in range(25):
            made(f"j{number:02d}", number * 7 * HOUR)

        pages = all_pages(look, limit=4)

        assert [job_id for page in pages for job_id in page] == [f"j{number:02d}" for number in range(25)]
        assert max(map(len, pages)) == 4

    def test_a_day_with_more_jobs_than_one_read_is_read_to_its_end(self, made, look):
        for number in range(120):
            made(f"j{number:03d}", timedelta(seconds=number))

        assert len(ids(look(limit=120, kind="copy"))) == 120

    def test_one_request_looks_back_a_limited_number_of_days_and_reports_how_far(self, made, look):
        made("ancient", 40 * DAY)

        found = look()

        assert (ids(found), found.looked_back_to) == ([], datetime(2026, 2, 18, tzinfo=UTC))
        assert (NOON - found.looked_back_to).days == MOST_DAYS - 1
        assert found.cursor is not None

    def test_the_next_page_continues_there_until_the_first_day(self, made, look):
        made("ancient", 40 * DAY)

        pages = all_pages(look)

        assert [job_id for page in pages for job_id in page] == ["ancient"]
        assert len(pages) == -(-((NOON - FIRST_DAY).days + 1) // MOST_DAYS)

    def test_a_selective_filter_reads_a_limited_number_of_jobs(self, made, look, client):
        for number in range(MOST_LOOKED_AT + 10):
            made(f"j{number:04d}", timedelta(seconds=number))
        made("sought", HOUR, kind="rare")

        pages = all_pages(look, kind="rare")

        assert pages[:2] == [[], ["sought"]]

    def test_the_first_page_of_a_busy_day_reads_only_that_day(self, made, store, clock, client):
        for number in range(30):
            made(f"j{number:02d}", timedelta(seconds=number))
        schedule = ScheduleHealth(NOON, None, None)
        client.calls.clear()

        ListJobs(store, InlineExecutor())(JobFilter(), schedule, limit=10)

        assert dict(client.calls) == {"query": 1, "batch_get_item": 1}

    def test_the_further_it_looks_the_more_days_it_reads_in_parallel(self, made, store):
        made("ancient", 40 * DAY)
        executor = Counting()

        ListJobs(store, executor)(JobFilter(), ScheduleHealth(NOON, None, None))

        assert executor.together == [1, 3, 10]
        assert sum(executor.together) == MOST_DAYS

    def test_the_jobs_of_quiet_days_are_read_together(self, made, store, client):
        for number in range(10):
            made(f"j{number}", number * DAY)
        client.calls.clear()

        ListJobs(store, InlineExecutor())(JobFilter(), ScheduleHealth(NOON, None, None))

        assert dict(client.calls) == {"query": MOST_DAYS, "batch_get_item": 3}

    @pytest.mark.parametrize("cursor", ["x", "!", "MTIz", "am9iIzE3"])
    def test_a_malformed_cursor_is_refused(self, look, cursor):
        with pytest.raises(InvalidInput, match="Invalid cursor"):
            look(cursor=cursor)


class TestFilters:
    def test_by_state(self, made, look):
        made("done")
        made("open", ends=False)

        assert ids(look(state="canceled")) == ["done"]
        assert ids(look(state="queued")) == ids(look(state="unfinished")) == ["open"]

    def test_by_kind_and_provider(self, made, look):
        made("copy")
        made("other", kind="disconnect")

        assert ids(look(kind="disconnect")) == ["other"]
        assert ids(look(provider="google", kind="copy")) == ["copy"]
        assert ids(look(provider="microsoft")) == []

    def test_by_age(self, made, look):
        for hours in (1, 30, 60):
            made(f"h{hours}", hours * HOUR)

        assert ids(look(older_than=2 * HOUR)) == ["h30", "h60"]
        assert ids(look(younger_than=2 * DAY)) == ["h1", "h30"]
        assert ids(look(older_than=2 * HOUR, younger_than=2 * DAY)) == ["h30"]

    def test_an_age_limit_within_one_request_needs_no_second_page(self, made, look):
        made("h1", HOUR)

        assert look(younger_than=2 * DAY).cursor is None

    def test_contradicting_ages_find_nothing(self, made, look):
        made("h1", HOUR)

        assert ids(look(older_than=DAY, younger_than=HOUR)) == []

    def test_by_person_it_reads_all_of_their_jobs_however_old(self, made, look):
        made("hers", 50 * DAY, owner="ann")
        made("newer", HOUR, owner="ann")
        made("his", owner="bob")

        assert all_pages(look, owner="ann", limit=1) == [["newer"], ["hers"], []]
        assert ids(look(owner="ann", younger_than=DAY)) == ["newer"]
        assert ids(look(owner="ann", older_than=DAY)) == ["hers"]
        assert ids(look(owner="nobody")) == []


class TestUnfinished:
    def test_are_searched_as_far_back_as_a_job_can_live(self, made, look):
        made("open", LONGEST_LIFE, ends=False)

        found = look(state="unfinished")

        assert (ids(found), found.cursor) == (["open"], None)

    def test_and_no_further_if_none_is_due(self, made, look):
        made("done", 40 * DAY)

        found = look(state="unfinished")

        assert (found.cursor, found.looked_back_to) == (None, NOON - UNFINISHED_FOR)

    def test_and_further_when_the_schedule_has_not_reached_them(self, made, look):
        """A week without a schedule: what was due then still is."""
        made("stuck", 7 * DAY, ends=False)

        assert ids(look(state=JobState.QUEUED)) == ["stuck"]


class TestStaleIndex:
    def test_a_new_job_may_appear_a_little_later(self, made, look, client):
        client.tables["jobs"].lagging = True
        made("new", ends=False)
        assert ids(look()) == []

        client.tables["jobs"].catch_up()

        assert ids(look()) == ["new"]

    def test_a_job_erased_since_is_left_out(self, made, look, store, client):
        made("gone", owner="ann")
        client.tables["jobs"].lagging = True

        store.delete_other_jobs("ann", keeping="another")

        assert ids(look()) == []
