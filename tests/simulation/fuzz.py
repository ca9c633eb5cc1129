"""One seed, one history: workers that overlap, clocks that disagree, a queue that forgets, people who meddle.

A history ends in calm: no more faults, and the schedule alone must bring every job to its end.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from botocore.exceptions import EndpointConnectionError

from chalicelib.address_book.index_store import LARGE
from chalicelib.books import contact_events
from chalicelib.books.intake import Limits
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import ContactFields, SourceRecord, Stamp
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.errors import CallerError, Conflict
from chalicelib.foundation.outcomes import Outcome
from tests.fakes.clock import NOON
from tests.simulation import promises
from tests.simulation.faults import check_error, delete_by_hand
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.judgment import judge
from tests.simulation.scenario import KINDS, Scenario, scenario
from tests.simulation.world import FOUR, Fault, Process, World

THEMES = ("plain", "line", "edits", "cancel", "disconnect", "erase")
MOST_WORKERS = 4
LAMBDA_LIVES = 900.0  # seconds; then AWS ends it
TWO_LEASES = 120.0  # seconds
STEPS = 400
CALM = 4 * 3600.0  # seconds of virtual time in which everything must end
WRITES = ("update_item", "transact_write_items", "batch_write_item")


@dataclass
class History:
    """One random history of an import, determined by its seed."""

    seed: int
    #: The kind of interference.
    theme: str = ""
    make: Callable[..., House] = House
    #: Number of edits by the person, which may change the outcomes.
    edits: int = 0
    #: Addresses of contacts that the person added; an import that read the book earlier may add them too.
    typed: set[str] = field(default_factory=set)
    #: The person's own values by contact id.
    own_words: dict[str, ContactFields] = field(default_factory=dict)
    #: The process of the person's current change, and the id of its contact.
    person: tuple[Process, str] | None = None
    #: The stored state at the time of a cancellation or disconnection; nothing may change it.
    frozen: Any = None
    workers: list[tuple[float, Process]] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = self.chance = random.Random(self.seed)
        self.theme = self.theme or THEMES[self.seed % len(THEMES)]
        self.rate = chance.choice((0, 0.03, 0.06, 0.12, 0.25))
        self.scenario = _scenario(chance)
        limits = Limits(contacts=chance.randint(1, 4), lines=chance.randint(1, 6))
        self.world = World(chance, latency=chance.choice((0.02, 0.2, 1.0)))
        account = self.scenario.account(chance.randint(1, 6))
        self.house = self.make(
            self.world, account, limits, threads=chance.random() < 0.5, shelves=chance.choice((1, 1, 2))
        )
        self.house.large = LARGE if self.seed % 4 else 1
        self.house.outside = Parts(self.house, None)
        self.house.traffic.throttled = chance.choice((0, 0, 0.05, 0.2))
        self.jobs = self._stage()

    def _stage(self) -> list[str]:
        """An import was done some time ago; another one waits, and sometimes a third behind it."""
        house, latency = self.house, self.world.latency
        self.connection_id = house.connect()
        house.outside.run_job("import-1", within=timedelta(hours=1))
        self.source = f"google:{self.connection_id}"
        self.scenario.turn(house.account)
        for source_id in self.scenario.buried:
            delete_by_hand(house, source_id)
        jobs = [house.outside.import_again(self.connection_id, full=True).job_id]
        if self.theme == "line":
            jobs.append(house.outside.import_again(self.connection_id, full=False).job_id)
        house.dynamo.tables["jobs"].lagging = self.chance.random() < 0.3
        self.world.latency = latency
        return jobs

    # ── the storm

    def assert_ends_well(self) -> None:
        for _ in range(STEPS):
            if not self.workers and self._all_done():
                break
            self._something_happens()
            self._continue_a_process()
        self._calm()
        judge(self)

    def _something_happens(self) -> None:
        chance = self.chance.random
        if not self.workers and chance() < 0.7:
            self._wait_until_due()
        if not self.workers or (chance() < 0.1 and len(self.workers) < MOST_WORKERS):
            self._start_worker()
        if chance() < 0.03:
            self.world.now += self.chance.choice((1, 10, 61, 300))
        if chance() < 0.1:
            self.house.dynamo.tables["jobs"].catch_up()
        if chance() < 0.02:
            self._provider_stirs()
        if chance() < (0.1 if self.theme == "edits" else 0.02):
            self._person_meddles()
        if chance() < 0.03 and self.frozen != "erased":
            promises.list_tells_no_lies(self.house)

    def _wait_until_due(self) -> None:
        due = [job.due for job in promises.jobs_in(self.house) if job.due is not None]
        if due:
            self.world.now = max(self.world.now, (min(due) - NOON).total_seconds() + 0.01)

    def _start_worker(self) -> None:
        skew = self.chance.uniform(-TWO_LEASES, TWO_LEASES) if self.chance.random() < 0.3 else 0.0
        within = timedelta(seconds=self.chance.choice((15.5, 17, 25, 600)))
        job_id = self._message()
        if job_id is None:
            process = self.house.process(lambda parts: parts.run_schedule(within=within), skew=skew)
        else:
            process = self.house.process(lambda parts: parts.run_job(job_id, within=within), skew=skew)
        self.workers.append((self.world.now, process))

    def _message(self) -> str | None:
        """A queue message, a stray one, or none: then the schedule runs."""
        waiting = self.house.queue.waiting
        if self.chance.random() < 0.2:
            return self.chance.choice(self.jobs)
        if not waiting or self.chance.random() < 0.2:
            return None
        place = self.chance.randrange(len(waiting))
        message = waiting[place]
        if self.chance.random() < 0.8:
            del waiting[place]  # otherwise it will come once more
        return message if self.chance.random() < 0.9 else None

    def _provider_stirs(self) -> None:
        """Once in a history tokens end early: a fresh one that is refused means that the consent is gone."""
        account = self.house.account
        match self.chance.randrange(3):
            case 0:
                account.expire_pages()
            case 1:
                account.shuffle_pages()
            case _ if len(account.issued) == len(account.tokens) * 2:
                account.expire_tokens()

    def _continue_a_process(self) -> None:
        if not self.workers:
            return
        born, process = entry = self.chance.choice(self.workers)
        if self.world.now - born > LAMBDA_LIVES:
            process.kill()
        else:
            process.step(self._fault())
        if process.is_over:
            self.workers.remove(entry)
            self._note_own_words(process)
            check_error(process.main.error if not process.dead else None)
        if self.world.trace and self.world.trace[-1].partition(":")[0] in WRITES:
            promises.holds_at_every_step(self.house)

    def _fault(self) -> Fault | None:
        if self.chance.random() >= self.rate:
            return None
        return self.chance.choice((*FOUR, Fault.REFUSED))

    # ── what people do meanwhile

    def _person_meddles(self) -> None:
        {"edits": self._edit, "cancel": self._cancel, "disconnect": self._disconnect, "erase": self._erase}.get(
            self.theme, lambda: None
        )()

    def _edit(self) -> None:
        """The person deletes or edits a contact, in a process of its own with the same faults."""
        self.edits += 1
        contacts = sorted(promises.contacts_in(self.house), key=lambda one: [each.source_id for each in one.records])
        if not contacts or self.person is not None:
            return self._add()
        contact = self.chance.choice(contacts)
        wanted = {"nickname": f"n{self.edits}"} if self.chance.random() < 0.6 else None
        self.person = (self.house.process(lambda parts: _meddle(parts, contact.contact_id, wanted)), contact.contact_id)
        self.workers.append((self.world.now, self.person[0]))
        return None

    def _note_own_words(self, process: Process) -> None:
        """When a person's process is over, what they said is what is stored; nothing may change it from here on."""
        if self.person is None or self.person[0] is not process:
            return
        contact_id, self.person = self.person[1], None
        self.house.traffic.end_all()  # what a process that died had sent lands too
        contact = self.house.outside.contacts.find(OWNER, contact_id)
        fields = next((each.fields for each in contact.records if each.source == PERSON), None) if contact else None
        if fields is None:
            self.own_words.pop(contact_id, None)
        else:
            self.own_words[contact_id] = fields

    def _add(self) -> None:
        """The person adds a contact that may also be in the account."""
        fields = self._missing_entry()
        if not fields:
            return
        now = milliseconds(self.world.instant())
        contact_id = f"contact-{self.edits:05d}"
        own = SourceRecord(PERSON, contact_id, fields, "own", Stamp("", 0, Outcome.CREATED), now, now)
        parts = self.house.outside
        parts.books.commit_edit(
            OWNER,
            [contact_id],
            [parts.contacts.put_write(OWNER, Contact(contact_id, 0, [own], 0, 0))],
            events=[contact_events.created(contact_id)],
        )
        self.typed.update(email["value"] for email in fields["emails"])
        self.own_words[contact_id] = fields

    def _missing_entry(self) -> ContactFields:
        """An entry of the account that is not in the book yet; empty if all are."""
        contacts = promises.contacts_in(self.house)
        here = {email["value"] for contact in contacts for email in contact.shown.get("emails", ())}
        known = {person.source_id for person in self.scenario.before}
        missing = [
            one for one in self.scenario.now if one.email not in here and one.email and one.source_id not in known
        ]
        return self.chance.choice(missing).fields() if missing else ContactFields()

    def _cancel(self) -> None:
        if self.frozen is None:
            try:
                self.house.outside.jobs.cancel(self.jobs[0])
            except Conflict:
                return
            self.frozen = self.stored("jobs", "contacts")

    def _disconnect(self) -> None:
        if self.frozen is None:
            contacts = self.chance.choice(("keep", "remove"))
            self.jobs.append(self.house.outside.disconnect(self.connection_id, contacts).job_id)
            self.frozen = (contacts, self.stored("contacts"))

    def _erase(self) -> None:
        if self.frozen is None:
            self.jobs.append(self.house.outside.erase().job_id)
            self.frozen = "erased"

    def stored(self, *tables: str) -> Any:
        """What is stored but for the schedule's own mark, which says only that it ran."""
        return {
            table: {key: item for key, item in self.house.dynamo.tables[table].items.items() if key[0] != "schedule"}
            for table in tables
        }

    # ── the calm, and the judgment

    def _calm(self) -> None:
        """No more faults: running workers finish, and then only the schedule runs jobs."""
        while self.workers:
            entry = self.chance.choice(self.workers)
            entry[1].step()
            if entry[1].is_over:
                self.workers.remove(entry)
                self._note_own_words(entry[1])
                check_error(entry[1].main.error)
        until = self.world.now + CALM
        while not self._all_done():
            assert self.world.now < until, f"stuck: {promises.jobs_in(self.house)}"
            self.house.dynamo.tables["jobs"].catch_up()
            process = self.house.process(lambda parts: parts.run_schedule())
            process.run()
            check_error(process.main.error)
            self.world.now += 60
        self.house.dynamo.tables["jobs"].catch_up()

    def _all_done(self) -> bool:
        return all(job.is_finished for job in promises.jobs_in(self.house))


def _meddle(parts: Parts, contact_id: str, wanted: Mapping[str, Any] | None) -> None:
    """Edits or deletes a contact; errors of the service are accepted, and so is a bucket that does not respond."""
    try:
        if wanted is None:
            parts.address_book.delete_contact(OWNER, contact_id)
        else:
            parts.address_book.edit_contact(OWNER, contact_id, wanted)
    except (CallerError, EndpointConnectionError):
        return


def _scenario(chance: random.Random) -> Scenario:
    kinds = ["new", *(chance.choice(KINDS) for _ in range(chance.randint(0, 16)))]
    return scenario(tuple(kinds))
