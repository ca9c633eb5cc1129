"""Every kind of job that changes a book, in small: one that waits, and what must have come of it whatever happens."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.books.intake import Limits
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceRecord
from chalicelib.foundation.clock import milliseconds
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.ledger import verify
from tests.fakes.account import FakeAccount, Person
from tests.simulation.bulk import bulk_house, contact_input, holds_of_creates, marks, members
from tests.simulation.faults import Plan, build_stage, check_error, fresh_house
from tests.simulation.house import OWNER, WITHIN, House, Parts
from tests.simulation.promises import contacts_in, holds_at_every_step
from tests.simulation.world import Process, World

MOST_RUNS = 40  # of one job, before it counts as stuck
MOST_CALLS = 1_000  # of one run
SMALL = Limits(contacts=2, lines=3)
Meddle = Callable[[House], None]


@dataclass
class Change:
    """A house in which one job waits; copied for each run.

    Args:
        shortest: seconds in which a worker reads the book and gets on by one chunk.
        poison: the name of a contact that the job writes or takes away, or the source id of one it reads.
        collection_id: what the job adds its contacts to, with a write that goes along.
    """

    house: House
    job_id: str
    shortest: float
    poison: str
    collection_id: str | None = None

    def fresh_house(self, **more: Any) -> House:
        return fresh_house(self, **more)


def copying() -> Change:
    """An import that creates, updates, merges and removes."""
    stage = build_stage(("new", "same", "changed", "gone", "new", "changed", "twin", "new"), page_size=4, limits=SMALL)
    return Change(stage.house, stage.job_id, 0.2, stage.scenario.now[0].source_id)


def removing() -> Change:
    """An import at whose end half of the account is gone."""
    stage = build_stage(("same", *("gone",) * 5), page_size=4, limits=SMALL)
    return Change(stage.house, stage.job_id, 0.16, "PersonC Ofc")


def applying() -> Change:
    """Removals that an import held back and the person wants."""
    stage = build_stage(("same", *("gone",) * 5), page_size=4, limits=SMALL)
    house = stage.house
    house.removal_limit = 0.2
    house.outside = Parts(house, None)
    house.outside.run_job(stage.job_id, within=timedelta(hours=1))
    return Change(house, house.outside.apply_removals(stage.job_id).job_id, 0.12, "PersonC Ofc")


def disconnecting() -> Change:
    """An account that goes with its contacts."""
    stage = build_stage(("same", "twin", *("same",) * 4), page_size=4, limits=SMALL)
    house = stage.house
    house.outside.run_job(stage.job_id, within=timedelta(hours=1))
    job = house.outside.disconnect(stage.source.partition(":")[2], "remove")
    return Change(house, job.job_id, 0.08, "PersonC Ofc")


FAMILY, WORK = "label-family", "label-work"


def labeled_account() -> tuple[House, str]:
    """A house in which an account with two labels was imported; returns also the connection's id."""
    labels = [(FAMILY,), (WORK,), (), (FAMILY, WORK), (), (WORK,), (FAMILY,), ()]
    people = [
        Person(f"p{at}", f"Person{name} Ofc", f"{name.lower()}@x.org", labels=each)
        for at, (name, each) in enumerate(zip("ABCDEFGH", labels, strict=True))
    ]
    account = FakeAccount(people, page_size=3, labels={FAMILY: "Family", WORK: "Work"})
    house = House(World(random.Random(0)), account, SMALL)
    connection_id = house.connect()
    house.outside.run_job("import-1")
    return house, connection_id


def choosing() -> Change:
    """An import of less than before, since the person chose it; one contact has moved there before, and one is new."""
    house, connection_id = labeled_account()
    house.account.change(Person("p4", "PersonE Ofc", "e@x.org", labels=(FAMILY,)))
    house.account.change(Person("p8", "PersonI Ofc", "i@x.org", labels=(FAMILY,)))
    job = house.outside.choose(connection_id, FAMILY)
    return Change(house, job.job_id, 0.2, "PersonC Ofc")


PEOPLE = [
    contact_input("Ada", "ada@x.org"),  # known
    contact_input("Bob", "bob@x.org"),
    contact_input("Bob again", "BOB@x.org"),
    contact_input("Carol"),
    contact_input("Dave", "dave@x.org"),
    contact_input("Eve", "eve@x.org"),
]


def creating() -> Change:
    """A bulk run, into a collection."""
    house = bulk_house(random.Random(0), Limits(contacts=4, lines=3))
    parts = house.outside
    friends = parts.collections.add(OWNER, "Friends").collection_id
    known = parts.bulk_create(CreateRequest([contact_input("Ada", "ada@x.org"), contact_input("Zoe", "zoe@x.org")]))
    parts.run_job(known.job_id)
    job = parts.bulk_create(CreateRequest(PEOPLE, friends, "ios", on_existing=OnExisting.UPDATE))
    return Change(house, job.job_id, 0.08, "Dave", friends)


def cleaning_up() -> Change:
    """The cleanup of that run."""
    stage = creating()
    parts = stage.house.outside
    parts.run_job(stage.job_id)
    job = parts.bulk_cleanup(CleanupRequest(bulk_create_job_id=stage.job_id))
    return Change(stage.house, job.job_id, 0.08, "Ada")


def undo(change: Change) -> str:
    """Run the change to its end, and ask to undo it; returns the job of the undo."""
    parts = change.house.outside
    parts.run_job(change.job_id, within=timedelta(hours=1))
    undoing = parts.wiring.undoing
    return undoing.start_undo(OWNER, change.job_id, undoing.preview_undo(OWNER, change.job_id).numbers).job_id


def undoing() -> Change:
    """The undo of an import that created, changed, merged and removed contacts."""
    stage = copying()
    return Change(stage.house, undo(stage), 0.2, "PersonC Ofc")


def undoing_creation() -> Change:
    """The undo of a bulk run that created contacts and did nothing else, so that the book need not be read."""
    house = bulk_house(random.Random(0), Limits(contacts=4, lines=3))
    parts = house.outside
    friends = parts.collections.add(OWNER, "Friends").collection_id
    names = ("Bob", "Carol", "Dave", "Eve", "Finn", "Gus", "Hedy", "Ida", "Joe", "Kim", "Leo", "Mia")
    new = [contact_input(name, f"{name.lower()}@x.org") for name in names]
    job = parts.bulk_create(CreateRequest(new, friends, on_existing=OnExisting.UPDATE))
    return Change(house, undo(Change(house, job.job_id, 0.08, "Dave", friends)), 0.2, "Dave")


CHANGES: Mapping[str, Callable[[], Change]] = {
    "copying an account": copying,
    "removals after an import": removing,
    "removals that were held back": applying,
    "a changed choice": choosing,
    "disconnecting": disconnecting,
    "a bulk run": creating,
    "a cleanup": cleaning_up,
    "an undo": undoing,
    "an undo of creation": undoing_creation,
}


# ── running one


@dataclass
class Course:
    """One run of a change from its beginning to its end, in as many processes as it takes.

    Args:
        plan: what happens to which of its calls. meddle: what somebody else does just before call `at`.
        settled: whether what was under way then has landed; otherwise its items are taken.
        within: how long a process may work.
        is_deleting: whether what somebody else does takes contacts away. calm: the same when nobody meddles.
        failures: how often a process ended with a failure that counts. runs: how many processes there were.
    """

    change: Change
    plan: Plan = field(default_factory=dict)
    meddle: Meddle | None = None
    at: int = 0
    settled: bool = False
    within: timedelta = WITHIN
    threads: bool = False
    poison: str | None = None
    twin: Mapping[str, Any] = field(default_factory=dict)
    failures: int = 0
    runs: int = 0
    others_calls: int = 0
    is_deleting: bool = False
    calm: "Course | None" = None
    people: Sequence[Process] = ()

    def __post_init__(self) -> None:
        self.house = self.change.fresh_house(
            threads=self.threads, removal_limit=self.change.house.removal_limit, **self.twin
        )
        self.house.poison = self.poison

    @property
    def calls(self) -> int:
        """Of the job's own processes."""
        return self.house.world.calls - self.others_calls

    @property
    def job(self) -> Job:
        return self.house.outside.jobs.get(self.change.job_id)

    def run(self) -> Job:
        """Returns the job as it ended."""
        job_id = self.change.job_id
        while self.runs < MOST_RUNS:
            job = self.job
            self.failures = max(self.failures, job.failures)
            if job.due is None:
                return job
            self._wait(job)
            self._one_process(self.house.process(lambda parts: parts.run_job(job_id, within=self.within)))
            self.runs += 1
            holds_at_every_step(self.house)
        raise AssertionError(f"stuck: {self.job}")

    def _wait(self, job: Job) -> None:
        assert job.due is not None
        late = (milliseconds(job.due) - milliseconds(self.house.world.instant())) / 1000
        self.house.world.now += max(late, 0) + 1

    def _one_process(self, process: Process) -> None:
        first = self.calls
        while not process.is_over:
            assert self.calls - first < MOST_CALLS, "it never ends"
            if self.meddle is not None and self.calls >= self.at:
                self._meddled(self.meddle)
            self._others_go_on()
            process.step(self.plan.get(self.calls))
        check_error(process.main.error)

    def _others_go_on(self) -> None:
        """Each makes about a call while the job makes one."""
        before = self.house.world.calls
        for _ in self.people:
            going = [person for person in self.people if not person.is_over]
            if going:
                self.house.world.chance.choice(going).step()
        self.others_calls += self.house.world.calls - before

    def _meddled(self, meddle: Meddle) -> None:
        if self.settled:
            self.house.traffic.end_all()
        before = self.house.world.calls
        meddle(self.house)
        self.others_calls += self.house.world.calls - before
        self.meddle = None


def by_process(house: House, work: Callable[[Parts], Any]) -> None:
    """Another process does this, from start to end."""
    process = house.process(work)
    process.run()
    check_error(process.main.error)


# ── what must have come of it


def contents_of(house: House) -> Counter[str]:
    """What sources say of each contact that they know, in a form that two houses have in common."""
    records = [[record for record in contact.records if record.source != PERSON] for contact in contacts_in(house)]
    return Counter(_shown(records) for records in records if records)


def _shown(records: Sequence[SourceRecord]) -> str:
    return str(sorted((record.source_id, sorted(map(str, dict(record.fields).items()))) for record in records))


def assert_ends_as(course: Course, job: Job, calm: Course) -> None:
    """Whatever went wrong: the same as when nothing does."""
    assert job.state is JobState.COMPLETED, job
    assert job.counts == calm.job.counts, job
    assert_consistent(course, job)
    assert contents_of(course.house) == contents_of(calm.house)


def assert_consistent(course: Course, job: Job) -> None:
    """Counts are those of the ledger, and what was to go along with a chunk is there."""
    house = course.house
    holds_at_every_step(house)
    assert verify(house.outside.jobs, job).consistent
    if course.change.collection_id is not None:
        if not course.is_deleting:
            holds_of_creates(house)
        added = {contact for contact, _ in marks(house, f"bcc:j:{job.job_id}:s:ios")}
        assert added <= members(house, course.change.collection_id), job
