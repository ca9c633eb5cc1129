"""One seed, one history of bulk runs: workers overlap, cleanups begin beside creates, people edit, cancel and withdraw.

A history ends in calm: no more faults, and the schedule alone must bring every job to its end.
"""

import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.books.intake import Limits
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.collections.collection import Role
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source_record import ContactFields
from chalicelib.foundation.errors import NotAllowed, TooMany
from tests.collections.making import join
from tests.simulation.bulk import bulk_house, contact_input, creates_in, edit, holds_of_cleanups, holds_of_creates
from tests.simulation.faults import check_error
from tests.simulation.fuzz import CALM, LAMBDA_LIVES, TWO_LEASES, WRITES
from tests.simulation.house import OWNER, House
from tests.simulation.promises import contacts_in, holds_at_every_step, jobs_in, keeps_own_words
from tests.simulation.world import FOUR, Fault, Process

MOST_WORKERS, STEPS = 3, 250
THEMES = ("plain", "edits", "cancel", "cleanup", "withdraw")
FRIEND = "ben"  # owns the collection


@dataclass
class BulkHistory:
    """One random history of bulk runs, determined by its seed."""

    seed: int
    make: Callable[..., House] = bulk_house
    #: The person's own values by contact id.
    own_words: dict[str, ContactFields] = field(default_factory=dict)
    workers: list[tuple[float, Process]] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = self.chance = random.Random(self.seed)
        self.theme = THEMES[self.seed % len(THEMES)]
        self.rate = chance.choice((0, 0.03, 0.06, 0.12, 0.25))
        limits = Limits(contacts=chance.randint(3, 6), lines=chance.randint(1, 6))
        self.house = self.make(chance, limits, threads=chance.random() < 0.5, shelves=chance.choice((1, 1, 2)))
        self.world = self.house.world
        self.house.traffic.throttled = chance.choice((0, 0, 0.05, 0.2))
        collections = self.house.outside.collections
        self.friends = collections.add(FRIEND, "Friends").collection_id
        join(collections, FRIEND, self.friends, OWNER, Role.EDITOR)
        for _ in range(chance.randint(1, 2)):
            self._create()

    def _create(self) -> None:
        people = range(self.chance.randint(1, 12))
        contacts = [self._contact_input() for _ in people]
        to = self.friends if self.theme == "withdraw" or self.chance.random() < 0.3 else None
        on_existing = self.chance.choice((OnExisting.CREATE, OnExisting.SKIP) if to else tuple(OnExisting))
        try:
            self.house.outside.bulk_create(CreateRequest(contacts, to, on_existing=on_existing))
        except (NotAllowed, TooMany):
            return

    def _contact_input(self) -> dict[str, Any]:
        """One of a few, so that they meet."""
        name = self.chance.choice("ABCDEFGHIJ")
        return contact_input(name, f"{name}@x.org" if self.chance.random() < 0.7 else "")

    # ── the storm

    def run(self) -> None:
        for _ in range(STEPS):
            if not self.workers and self._all_done():
                break
            self._something_happens()
            self._continue_a_process()
        self._calm()
        holds_at_every_step(self.house)
        holds_of_creates(self.house)
        holds_of_cleanups(self.house)
        keeps_own_words(self.house, self.own_words)

    def _something_happens(self) -> None:
        chance = self.chance.random
        if not self.workers or (chance() < 0.1 and len(self.workers) < MOST_WORKERS):
            self._start_worker()
        if chance() < 0.03:
            self.world.now += self.chance.choice((1, 10, 61, 300))
        if chance() < 0.05:
            meddle = {"edits": self._edit, "cancel": self._cancel, "cleanup": self._clean_up, "withdraw": self._share}
            meddle.get(self.theme, self._create)()
        if chance() < 0.01:
            self._clean_up()

    def _start_worker(self) -> None:
        skew = self.chance.uniform(-TWO_LEASES, TWO_LEASES) if self.chance.random() < 0.3 else 0.0
        within = timedelta(seconds=self.chance.choice((15.5, 17, 600)))
        self.world.now += 1
        if self.chance.random() < 0.5:
            process = self.house.process(lambda parts: parts.run_schedule(within=within), skew=skew)
        else:
            job_id = self.chance.choice(jobs_in(self.house)).job_id
            process = self.house.process(lambda parts: parts.run_job(job_id, within=within), skew=skew)
        self.workers.append((self.world.now, process))

    def _continue_a_process(self) -> None:
        born, process = entry = self.chance.choice(self.workers)
        if self.world.now - born > LAMBDA_LIVES:
            process.kill()
        else:
            process.step(self._fault())
        if process.is_over:
            self.workers.remove(entry)
            check_error(process.main.error if not process.dead else None)
        if self.world.trace and self.world.trace[-1].partition(":")[0] in WRITES:
            holds_at_every_step(self.house)

    def _fault(self) -> Fault | None:
        return self.chance.choice((*FOUR, Fault.REFUSED)) if self.chance.random() < self.rate else None

    # ── what people do meanwhile

    def _edit(self) -> None:
        self.house.traffic.end_all()
        contacts = sorted(contacts_in(self.house), key=lambda each: each.contact_id)
        if contacts:
            contact = self.chance.choice(contacts)
            fields = ContactFields(nickname=f"n{contact.version}")
            edit(self.house, contact, fields)
            self.own_words[contact.contact_id] = fields

    def _cancel(self) -> None:
        self.house.traffic.end_all()
        job = self.chance.choice(jobs_in(self.house))
        if not job.is_finished:
            self.house.outside.jobs.cancel(job.job_id)

    def _clean_up(self) -> None:
        create = self.chance.choice(creates_in(self.house))
        key, job_id = (f"bcc:j:{create.job_id}", None) if self.chance.random() < 0.5 else (None, create.job_id)
        some = None
        if self.chance.random() < 0.2:
            some = [contact.contact_id for contact in contacts_in(self.house) if self.chance.random() < 0.5]
        wanted = CleanupRequest(job_id, key, some, dry_run=self.chance.random() < 0.3)
        with contextlib.suppress(TooMany):
            self.house.outside.bulk_cleanup(wanted)

    def _share(self) -> None:
        """The collection's owner gives the permission or takes it back."""
        role = self.chance.choice((Role.EDITOR, Role.VIEWER, Role.VIEWER))
        self.house.outside.collections.share(FRIEND, self.friends, OWNER, role)

    # ── the calm

    def _calm(self) -> None:
        for _, process in self.workers:
            while not process.is_over:
                process.step()
            check_error(process.main.error if not process.dead else None)
        until = self.world.now + CALM
        while not self._all_done():
            assert self.world.now < until, f"stuck: {jobs_in(self.house)}"
            process = self.house.process(lambda parts: parts.run_schedule())
            process.run()
            check_error(process.main.error)
            self.world.now += 60

    def _all_done(self) -> bool:
        return all(job.is_finished for job in jobs_in(self.house))
