"""One seed, one history: workers that overlap, clocks that disagree, a queue that forgets, people who meddle.

A history ends in calm: no more faults, and the schedule alone must bring every job to its end.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from chalicelib.contacts.contact import PERSON, Contact, Said, SourceRecord, Stamp
from chalicelib.contacts.intake import Limits
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.outcomes import Outcome
from tests.fakes.clock import NOON
from tests.simulation import promises
from tests.simulation.faults import check_error, delete_by_hand
from tests.simulation.house import OWNER, House
from tests.simulation.judgement import judge
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
    """Args:
    theme: which kind of meddling. rate: how often a call goes wrong.
    buried: source ids that the person deleted. edits: how often they touched the book, so that outcomes may differ.
    own_words: what the person said of a contact, by its id.
    frozen: what was stored when it was canceled or disconnected; nothing may change it.
    """

    seed: int
    theme: str = ""
    make: Callable[..., House] = House
    buried: set[str] = field(default_factory=set)
    edits: int = 0
    own_words: dict[str, Said] = field(default_factory=dict)
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
        self.jobs = self._stage()

    def _stage(self) -> list[str]:
        """An import was done some time ago; another one waits, and sometimes a third behind it."""
        house, latency = self.house, self.world.latency
        self.connection_id = house.connect()
        house.outside.run_job("import-1", within=timedelta(hours=1))
        self.source = f"google:{self.connection_id}"
        self.scenario.turn(house.account)
        for source_id in self.scenario.buried:
            self._delete(source_id)
        jobs = [house.outside.import_again(self.connection_id, full=True).job_id]
        if self.theme == "line":
            jobs.append(house.outside.import_again(self.connection_id, full=False).job_id)
        house.dynamo.tables["jobs"].lagging = self.chance.random() < 0.3
        self.world.latency = latency
        return jobs

    # ── the storm

    def run(self) -> None:
        for _ in range(STEPS):
            if not self.workers and self._all_done():
                break
            self._something_happens()
            self._somebody_goes_on()
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

    def _somebody_goes_on(self) -> None:
        if not self.workers:
            return
        born, process = entry = self.chance.choice(self.workers)
        if self.world.now - born > LAMBDA_LIVES:
            process.kill()
        else:
            process.step(self._fault())
        if process.is_over:
            self.workers.remove(entry)
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
        self.edits += 1
        contacts = sorted(promises.contacts_in(self.house), key=lambda one: [each.source_id for each in one.records])
        match self.chance.randrange(3):
            case 0 if contacts:
                self._delete(self.chance.choice(contacts).records[0].source_id)
            case 1 if contacts:
                self._write_own_words(self.chance.choice(contacts))
            case _:
                self._write_own_words(Contact(f"contact-{self.edits:05d}", 0, [], 0, 0))

    def _delete(self, source_id: str) -> None:
        for contact in promises.contacts_in(self.house):
            ids = {record.source_id for record in contact.records}
            if source_id in ids:
                self.buried |= ids
                self.own_words.pop(contact.contact_id, None)
        delete_by_hand(self.house, source_id)

    def _write_own_words(self, contact: Contact) -> None:
        """The person adds somebody the account may know too, or gives a contact another nickname."""
        now = milliseconds(self.world.instant())
        said = Said(nickname=f"n{contact.version}") if contact.records else self._somebody_new()
        if not said:
            return
        own = SourceRecord(PERSON, f"own-{self.edits:05d}", said, "own", Stamp("", 0, Outcome.CREATED), now, now)
        records = [*(record for record in contact.records if record.source != PERSON), own]
        edited = replace(contact, records=records)
        parts = self.house.outside
        writes = [parts.contacts.put_write(OWNER, edited)]
        if "emails" in said or self.chance.random() < 0.5:  # a nickname is no identity
            writes.append(parts.jobs.writes.edited(OWNER))
        parts.jobs.dynamo.transact(writes, token=fresh_id())
        self.own_words[contact.contact_id] = said

    def _somebody_new(self) -> Said:
        """Somebody of the account who is not in the book yet; nobody when all are."""
        contacts = promises.contacts_in(self.house)
        here = {email["value"] for contact in contacts for email in contact.shown.get("emails", ())}
        known = {person.source_id for person in self.scenario.before}
        missing = [
            one for one in self.scenario.now if one.email not in here and one.email and one.source_id not in known
        ]
        return self.chance.choice(missing).said() if missing else Said()

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

    # ── the calm, and the judgement

    def _calm(self) -> None:
        """No faults any more: whoever runs comes to an end, and then the schedule is the only one left."""
        while self.workers:
            entry = self.chance.choice(self.workers)
            entry[1].step()
            if entry[1].is_over:
                self.workers.remove(entry)
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


def _scenario(chance: random.Random) -> Scenario:
    kinds = ["new", *(chance.choice(KINDS) for _ in range(chance.randint(0, 16)))]
    return scenario(tuple(kinds))
