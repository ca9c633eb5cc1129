"""What happened, as operators and the people whom it concerns see it."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.books.intake import Limits
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.jobs.activity import ActivityKind
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.operating.list_activity import ActivityFilter, Entry
from tests.simulation.bulk import bulk_house, contact_input
from tests.simulation.house import OWNER


class Feed:
    """A service in which things happen."""

    def __init__(self) -> None:
        self.house = bulk_house(random.Random(0), Limits(contacts=100, lines=1_000))
        self.outside = self.house.outside
        self.operating = self.outside.wiring.operating

    def import_contacts(self, owner: str = OWNER) -> Job:
        job = self.outside.wiring.bulk.start_create(owner, CreateRequest([contact_input("Ada")], None))
        self.outside.run_job(job.job_id)
        return self.outside.jobs.get(job.job_id)

    def note(self, kind: ActivityKind, owner: str = OWNER, by: str = "", **details: Any) -> None:
        shared = self.outside.shared
        shared.dynamo.commit(shared.activity.noted(kind, self.outside.clock.now(), owner, by, details))

    def later(self, **span: float) -> None:
        self.house.world.now += timedelta(**span).total_seconds()

    def listed(self, limit: int = 50, **chosen: Any) -> list[Entry]:
        return self.operating.list_activity(ActivityFilter(**chosen), limit=limit).entries

    def kinds(self, **chosen: Any) -> list[str]:
        return [each.kind for each in self.listed(**chosen)]


@pytest.fixture
def feed() -> Feed:
    return Feed()


def test_nothing_happened_at_first(feed):
    assert feed.listed() == []


def test_jobs_and_other_events_are_one_list_with_the_newest_first(feed):
    feed.import_contacts()
    feed.later(minutes=1)
    feed.note(ActivityKind.EXPORTED, format="csv")
    feed.later(minutes=1)
    feed.import_contacts("bob")

    assert [(each.kind, each.person) for each in feed.listed()] == [
        ("bulk-create", "bob"),
        ("exported", OWNER),
        ("bulk-create", OWNER),
    ]


def test_a_job_tells_its_state_and_its_counts(feed):
    job = feed.import_contacts()
    (entry,) = feed.listed()

    assert (entry.entry_id, entry.state, entry.counts) == (job.job_id, "completed", {"created": 1})


def test_a_search_that_only_prepares_something_is_left_out(feed):
    feed.import_contacts()
    feed.outside.jobs.create(NewJob("search", OWNER, "find-duplicates", {}, lane="duplicates"))

    assert feed.kinds() == ["bulk-create"]


def test_a_part_of_something_is_listed_for_its_person_alone(feed):
    feed.outside.jobs.create(NewJob("part", OWNER, "enrichment", {"run": "r", "vendor": "hunter", "blobs": []}))

    assert feed.kinds() == []
    assert feed.kinds(person=OWNER) == ["enrichment"]


def test_filters_choose_a_kind_a_person_and_a_day(feed):
    feed.import_contacts()
    feed.note(ActivityKind.MERGED, by="oscar")
    feed.later(days=1)
    feed.import_contacts("bob")
    today = feed.outside.clock.now().date()

    assert feed.kinds(kind="merged") == feed.kinds(person="oscar") == ["merged"]
    assert feed.kinds(person="bob") == feed.kinds(day=today) == ["bulk-create"]
    assert sorted(feed.kinds(day=today - timedelta(days=1))) == ["bulk-create", "merged"]
    assert feed.kinds(day=date(2020, 1, 1)) == []


@pytest.mark.parametrize("person", [None, OWNER])
@pytest.mark.parametrize("limit", [1, 2, 7])
def test_pages_have_every_entry_once(feed, person, limit):
    for number in range(5):
        feed.import_contacts()
        feed.later(hours=7)
        feed.note(ActivityKind.MERGED, contacts=number)
        feed.later(hours=7)
    entries, cursor = list[Entry](), None
    while True:
        page = feed.operating.list_activity(ActivityFilter(person=person), cursor=cursor, limit=limit)
        entries, cursor = [*entries, *page.entries], page.cursor
        if cursor is None:
            break

    assert len(entries) == len({each.entry_id for each in entries}) == 10
    assert [each.at for each in entries] == sorted((each.at for each in entries), reverse=True)


def test_of_an_erased_person_it_stays_what_happened(feed):
    feed.import_contacts()
    feed.later(minutes=1)
    feed.note(ActivityKind.MERGED, by="oscar")
    feed.later(minutes=1)
    erasure = feed.outside.erase(OWNER)
    for _ in range(3):
        feed.outside.run_job(erasure.job_id)
        feed.later(minutes=20)
    told = feed.listed()

    assert [each.kind for each in told] == ["erase-person", "merged", "bulk-create"]
    assert all(each.is_erased and each.person == "" for each in told)
    assert {each.state for each in told if each.kind == "erase-person"} == {"completed"}
    assert [each.by for each in told] == ["", "oscar", ""]
    assert told[2].counts == {"created": 1}
    assert feed.listed(person=OWNER) == []
