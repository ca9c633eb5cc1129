"""Operators of tests: a service with books, a vendor that a test controls, and what an operator does."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.books.enrichment_status import Attempt
from chalicelib.books.intake import Limits
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.contacts.contact import Contact
from chalicelib.enrichment.job_kinds import (
    ENRICHMENT_PREVIEW,
    ENRICHMENT_RUN,
    ENRICHMENT_UNDO,
    VENDOR_OWNER,
    vendor_lane,
)
from chalicelib.enrichment.parts import EnrichmentParts
from chalicelib.enrichment.vendor_control import VendorControl
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.json import JsonObject
from chalicelib.jobs.job import Job
from chalicelib.jobs.job_kinds import JobKind
from chalicelib.jobs.new_job import NewJob
from tests.enrichment.vendors import FakeVendor
from tests.simulation.bulk import bulk_house, contact_input
from tests.simulation.house import OWNER, House, Parts


class Operator:
    """Controls one vendor."""

    def __init__(self, vendor: FakeVendor, **house: Any) -> None:
        self.vendor = vendor
        self.house: House = bulk_house(random.Random(0), Limits(contacts=100, lines=1_000), **house)
        self.outside = self.house.outside
        self.use(self.outside)

    def use(self, parts: Parts) -> EnrichmentParts:
        """Let a process ask this vendor."""
        enrichment = parts.wiring.enrichment
        enrichment._vendors[self.vendor.name] = self.vendor
        return enrichment

    @property
    def enrichment(self) -> EnrichmentParts:
        return self.outside.wiring.enrichment

    # ── books

    def book(self, *addresses: str, owner: str = OWNER) -> None:
        """Contacts with these addresses, and one of "" without any, in a book whose owner has consented."""
        contacts = [contact_input(f"Person {each or number}", each) for number, each in enumerate(addresses)]
        job = self.outside.wiring.bulk.start_create(owner, CreateRequest(contacts, None))
        self.outside.run_job(job.job_id)
        self.consent(owner)

    def consent(self, owner: str = OWNER, *, given: bool = True) -> None:
        self.enrichment.choices.put(owner, self.outside.clock.now(), consents=given)

    def contacts(self, owner: str = OWNER) -> dict[str, Contact]:
        """By the address that they had at first; of those without one, by the name."""
        found = self.outside.contacts.all(owner)
        return {str(each.records[0].fields.get("display", "")).removeprefix("Person "): each for each in found}

    def attempts(self, owner: str = OWNER) -> dict[str, Attempt]:
        """The attempts of the vendor, by what `contacts` names them."""
        by_name = self.contacts(owner)
        found = self.outside.shared.statuses.of_contacts(owner, list(by_name.values()))
        known = {name: found[contact.contact_id].attempts.get(self.vendor.name) for name, contact in by_name.items()}
        return {name: attempt for name, attempt in known.items() if attempt is not None}

    def statuses(self, owner: str = OWNER) -> dict[str, tuple[str, str]]:
        return {name: (attempt.kind.value, attempt.reason) for name, attempt in self.attempts(owner).items()}

    # ── runs

    @property
    def control(self) -> VendorControl:
        return self.enrichment.controls.get(self.vendor.name)

    def change(self, **decided: Any) -> None:
        control = self.control
        assert self.enrichment.controls.put(control, replace(control, **decided))

    def start(self) -> Job:
        """A run that begins; its job is not worked on yet."""
        new = NewJob(
            fresh_id(),
            VENDOR_OWNER,
            ENRICHMENT_RUN.name,
            {"vendor": self.vendor.name},
            lane=vendor_lane(self.vendor.name),
        )
        started = self.enrichment.controls.run_started_write(self.control, new.job_id)
        return self.outside.jobs.create(new, extra_writes=[started])

    def work(self, until: Callable[[], bool] = lambda: False) -> None:
        """Let workers do everything that is due, waits included."""
        for _ in range(200):
            if until() or not self.unfinished():
                return
            self.outside.run_schedule()
            self.house.world.now += 61
        raise AssertionError("the jobs never end")

    def unfinished(self) -> list[Job]:
        jobs = self.outside.jobs
        owners = [VENDOR_OWNER, *self.enrichment.books.owners()]
        return [job for owner in owners for job in jobs.unfinished(owner)]

    def run(self) -> Job:
        """A whole run."""
        job = self.start()
        self.work()
        return self.outside.jobs.get(job.job_id)

    # ── previews and undos

    def begin(self, kind: JobKind, **details: str) -> Job:
        """A job in the vendor's lane that is not worked on yet."""
        new = NewJob(
            fresh_id(),
            VENDOR_OWNER,
            kind.name,
            {"vendor": self.vendor.name, **details},
            lane=vendor_lane(self.vendor.name),
        )
        return self.outside.jobs.create(new)

    def vendor_job(self, kind: JobKind, **details: str) -> Job:
        """A finished job in the vendor's lane."""
        job = self.begin(kind, **details)
        self.work()
        return self.outside.jobs.get(job.job_id)

    def preview(self) -> Job:
        return self.vendor_job(ENRICHMENT_PREVIEW)

    def previewed(self, job: Job, owner: str = OWNER) -> list[JsonObject]:
        found = self.enrichment.answers.find_preview(owner, job.job_id)
        assert found is not None
        return found

    def undo(self, run: Job) -> Job:
        return self.vendor_job(ENRICHMENT_UNDO, run=run.job_id)
