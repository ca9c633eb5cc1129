"""One seed, one history of bulk runs: workers overlap, cleanups begin beside creates, people edit, cancel and withdraw.

A history ends in calm: no more faults, and the schedule alone must bring every job to its end.
"""

import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field
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
from tests.simulation.house import OWNER, House
from tests.simulation.promises import contacts_in, holds_at_every_step, jobs_in, keeps_own_words
from tests.simulation.storm import Storm

STEPS = 250
THEMES = ("plain", "edits", "cancel", "cleanup", "withdraw")
FRIEND = "ben"  # owns the collection


@dataclass
class BulkHistory:
    """One random history of bulk runs, determined by its seed."""

    seed: int
    make: Callable[..., House] = bulk_house
    #: The person's own values by contact id.
    own_words: dict[str, ContactFields] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chance = self.chance = random.Random(self.seed)
        self.theme = THEMES[self.seed % len(THEMES)]
        rate = chance.choice((0, 0.03, 0.06, 0.12, 0.25))
        limits = Limits(contacts=chance.randint(3, 6), lines=chance.randint(1, 6))
        self.house = self.make(chance, limits, threads=chance.random() < 0.5, shelves=chance.choice((1, 1, 2)))
        self.storm = Storm(self.house, chance, rate)
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
            dry_run = self.chance.random() < 0.15
            self.house.outside.bulk_create(CreateRequest(contacts, to, on_existing=on_existing, dry_run=dry_run))
        except (NotAllowed, TooMany):
            return

    def _contact_input(self) -> dict[str, Any]:
        """One of a few, so that they meet."""
        name = self.chance.choice("ABCDEFGHIJ")
        external_id = self.chance.choice("123456") if self.chance.random() < 0.2 else ""
        return contact_input(name, f"{name}@x.org" if self.chance.random() < 0.7 else "", external_id)

    # ── the storm

    def assert_ends_well(self) -> None:
        for _ in range(STEPS):
            if self.storm.is_over():
                break
            self.storm.blow()
            self._meddle()
            process = self.storm.continue_a_process()
            check_error(process.main.error if process.is_over and not process.dead else None)
        self.storm.calm()
        holds_at_every_step(self.house)
        holds_of_creates(self.house)
        holds_of_cleanups(self.house)
        keeps_own_words(self.house, self.own_words)

    def _meddle(self) -> None:
        chance = self.chance.random
        if chance() < 0.05:
            meddle = {"edits": self._edit, "cancel": self._cancel, "cleanup": self._clean_up, "withdraw": self._share}
            meddle.get(self.theme, self._create)()
        if chance() < 0.01:
            self._clean_up()

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
