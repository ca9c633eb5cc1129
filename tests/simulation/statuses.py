"""A book whose contacts have statuses of enrichment, what happens to it, and which statuses it has in the end."""

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from chalicelib.books import contact_events
from chalicelib.books.enrichment_status import Attempt, ContactStatuses
from chalicelib.books.intake import Limits
from chalicelib.books.status_kind import StatusKind
from chalicelib.bulk.start_bulk_cleanup import CleanupRequest
from chalicelib.bulk.start_bulk_create import CreateRequest
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source import PERSON, enrichment_source, is_enrichment
from chalicelib.contacts.source_record import SourceRecord, Stamp
from chalicelib.foundation.errors import ServiceError
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job
from tests.fakes.account import FakeAccount, Person
from tests.simulation.bulk import contact_input
from tests.simulation.house import OWNER, House
from tests.simulation.promises import contacts_in
from tests.simulation.world import World

NAMES = ("Ada Byron", "Bea Cole", "Cy Dunn", "Di East")
VENDORS = ("phone-metadata", "hunter")

Step = tuple[str, int, int]  #: what happens, and two numbers that say to whom
Stored = Mapping[str, Mapping[str, str]]  #: the run of each vendor's attempt, by contact id and vendor


def holds_of_statuses(house: House) -> None:
    """Each stored status is of a contact, or of one that a contact consists of."""
    contacts = contacts_in(house)
    assert house.outside.shared.statuses.all(OWNER).keys() <= {part for each in contacts for part in _parts(each)}


class EnrichedBook:
    """A book, and which statuses it should have by what happened."""

    def __init__(self) -> None:
        self.account = FakeAccount([Person(f"p{at}", NAMES[at], f"{at}@x.example") for at in range(2)])
        self.house = House(World(random.Random(0)), self.account, Limits(contacts=6, lines=3))
        self.parts = self.house.outside
        self.connection_id = self.house.connect()
        self.parts.run_job("import-1")
        self.expected: dict[str, dict[str, str]] = {}
        self._kept: dict[str, dict[str, dict[str, str]]] = {}  # by what removed contacts: what went with them, by id
        self._removed_by, self._returns_from = "", ""  # of the latest step
        self._jobs: list[Job] = []
        self._ids: list[str] = []
        self._asked = 0
        self._note_contacts()

    def take(self, step: Step) -> None:
        what, one, other = step
        self.house.world.now += 60
        self._removed_by, self._returns_from = what, ""
        steps: dict[str, Callable[[int, int], None]] = {
            "ask": self._ask,
            "create": self._create,
            "clean up": self._clean_up,
            "import": self._import,
            "undo": self._undo,
            "delete": self._delete,
            "restore": self._restore,
            "merge": self._merge,
            "unmerge": self._unmerge,
            "split": self._split,
        }
        with suppress(ServiceError):  # there is no such contact, it is part of another one, nothing is to undo, …
            steps[what](one, other)
        self._note_contacts()

    # ── what is stored

    def stored(self) -> Stored:
        found = self.parts.shared.statuses.all(OWNER)
        return {each: {vendor: made.run for vendor, made in one.attempts.items()} for each, one in found.items()}

    def seen(self) -> Stored:
        """The run of each vendor's latest attempt, of each contact."""
        contacts = contacts_in(self.house)
        found = self.parts.shared.statuses.of_contacts(OWNER, contacts)
        return {each: {vendor: made.run for vendor, made in one.attempts.items()} for each, one in found.items()}

    def expected_seen(self) -> Stored:
        return {
            each.contact_id: _latest(self.expected.get(part, {}) for part in _parts(each))
            for each in contacts_in(self.house)
        }

    def _note_contacts(self) -> None:
        """What contacts that are gone had is gone with them, and comes back with them as it was then."""
        contacts = contacts_in(self.house)
        there = {part for each in contacts for part in _parts(each)}
        new = [each for each in contacts if each.contact_id not in self._ids]
        self._ids += [each.contact_id for each in sorted(new, key=lambda each: each.shown.get("display", ""))]
        for each in self._ids:
            if each in there and each not in self.expected:
                self.expected[each] = {**self._kept.get(self._returns_from, {}).get(each, {})}
            elif each not in there and each in self.expected:
                self._kept.setdefault(self._removed_by, {})[each] = self.expected.pop(each)

    # ── what happens

    def _ask(self, one: int, other: int) -> None:
        """A vendor is asked about a contact, and gives a record or none."""
        contact, vendor, gives = self._contact(one), VENDORS[other % 2], other % 4 > 1
        shared, self._asked = self.parts.shared, self._asked + 1
        known = shared.statuses.get_many(OWNER, [contact.contact_id])
        statuses = known.get(contact.contact_id, ContactStatuses(contact.contact_id))
        run = f"{self._asked:04d}"
        kind = StatusKind.ENRICHED if gives else StatusKind.FAILED
        statuses = statuses.with_attempt(vendor, Attempt(kind, "found", self._asked, run=run))
        contact_write = shared.contacts.unchanged_check(OWNER, contact)
        if gives:
            contact_write = shared.contacts.put_write(OWNER, _enriched(contact, vendor, run))
        writes = [contact_write, shared.statuses.put_write(OWNER, statuses)]
        told = [contact_events.updated(contact.contact_id)]
        assert shared.books.commit_edit(OWNER, [contact.contact_id], writes, events=told)
        shared.dynamo.commit([shared.books.statuses_write(OWNER)])
        self.expected[contact.contact_id][vendor] = run

    def _create(self, one: int, other: int) -> None:
        """A bulk run writes a contact of one or two people."""
        who = dict.fromkeys((one % 4, other % 4))
        people = [contact_input(NAMES[each], f"{each}@x.example") for each in who]
        self._finish(self.parts.bulk_create(CreateRequest(people, on_existing=OnExisting.UPDATE)))

    def _clean_up(self, one: int, other: int) -> None:
        creates = [job for job in self._jobs if job.kind == "bulk_create"]
        if creates:
            self._finish(self.parts.bulk_cleanup(CleanupRequest(creates[one % len(creates)].job_id)))

    def _import(self, one: int, other: int) -> None:
        """The account has a person no longer, or again."""
        person = Person(f"p{one % 2}", NAMES[one % 2], f"{one % 2}@x.example")
        if person in self.account.people:
            self.account.remove(person.source_id)
        else:
            self.account.change(person)
        self._finish(self.parts.import_again(self.connection_id, full=bool(other % 2)))

    def _undo(self, one: int, other: int) -> None:
        if self._jobs:
            run, undoing = self._jobs[-1 - one % len(self._jobs)], self.parts.wiring.undoing
            self._returns_from = run.job_id
            numbers = undoing.preview_undo(OWNER, run.job_id).numbers
            self._finish(undoing.start_undo(OWNER, run.job_id, numbers))

    def _delete(self, one: int, other: int) -> None:
        self.parts.address_book.delete_contact(OWNER, self._contact(one).contact_id)

    def _restore(self, one: int, other: int) -> None:
        gone = [each for each in self._ids if self.parts.contacts.was_deleted(OWNER, each)]
        self._returns_from = "delete"
        if gone:
            self.parts.wiring.undoing.restore_contact(OWNER, gone[one % len(gone)])

    def _merge(self, one: int, other: int) -> None:
        into, contact = self._contact(one), self._contact(other)
        if into.contact_id != contact.contact_id:
            self.parts.wiring.reviews.merge_contacts(OWNER, into.contact_id, [contact.contact_id])

    def _unmerge(self, one: int, other: int) -> None:
        redirects = self.parts.shared.redirects.find_many(OWNER, self._ids)
        merged = [each for each in self._ids if each in redirects]
        if merged:
            self.parts.wiring.reviews.unmerge_contacts(OWNER, merged[one % len(merged)])

    def _split(self, one: int, other: int) -> None:
        """A contact of several records is split: the last one goes, with or without those of enrichment."""
        contact = self._contact(one)
        records = [each for each in contact.records if each.source != PERSON and not is_enrichment(each.source)]
        enriched = [each for each in contact.records if is_enrichment(each.source)] if other % 2 else []
        chosen = [(each.source, each.source_id) for each in [*records[-1:], *enriched]]
        split = self.parts.wiring.reviews.split_contact(OWNER, contact.contact_id, chosen)
        for source in {each.source for each in enriched}:
            vendor = next(each for each in VENDORS if enrichment_source(each).key == source)
            moved = _latest({vendor: self.expected[each].pop(vendor)} for each in self._with(contact, vendor))
            self.expected.setdefault(split.new.contact_id, {}).update(moved)

    # ── helpers

    def _finish(self, job: Job) -> None:
        self.parts.run_job(job.job_id)
        self._jobs.append(self.parts.jobs.get(job.job_id))
        self._removed_by = job.job_id

    def _contact(self, number: int) -> Contact:
        contacts = sorted(contacts_in(self.house), key=lambda each: self._ids.index(each.contact_id))
        if not contacts:
            raise ServiceError("There are no contacts.")
        return contacts[number % len(contacts)]

    def _with(self, contact: Contact, vendor: str) -> list[str]:
        return [each for each in _parts(contact) if vendor in self.expected.get(each, {})]


def _parts(contact: Contact) -> Sequence[str]:
    return [contact.contact_id, *contact.merged]


def _latest(statuses: Any) -> dict[str, str]:
    """The latest run of each vendor; runs are numbered."""
    latest: dict[str, str] = {}
    for each in statuses:
        latest |= {vendor: max(run, latest.get(vendor, "")) for vendor, run in each.items()}
    return latest


def _enriched(contact: Contact, vendor: str, run: str) -> Contact:
    source = enrichment_source(vendor).key
    record = SourceRecord(
        source, contact.contact_id, {"title": run}, run, Stamp(run, 0, Outcome.UPDATED), int(run), int(run)
    )
    others = [each for each in contact.records if (each.source, each.source_id) != (source, contact.contact_id)]
    return replace(contact, records=[*others, record])
