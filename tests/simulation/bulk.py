"""Bulk runs in the simulator, and their invariants."""

import random
from collections.abc import Sequence
from typing import Any

from chalicelib.books import contact_events
from chalicelib.books.intake import Limits
from chalicelib.bulk.bulk_job import CLEANUP_KIND, CREATE_KIND, CleanupDetails, CreateDetails, key_of
from chalicelib.bulk.outcome_reasons import NOT_ADDED
from chalicelib.bulk.submitted_contact import EXTERNAL_ID
from chalicelib.bulk.submitted_lists import SubmittedLists
from chalicelib.contacts.cleaning import digest
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import ContactFields, SourceRecord, Stamp
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, JobState, LedgerLine
from tests.fakes.account import FakeAccount
from tests.simulation.house import OWNER, House
from tests.simulation.promises import contacts_in, jobs_in
from tests.simulation.world import World

KEPT = (Outcome.CREATED, Outcome.UPDATED)


def bulk_house(chance: random.Random, limits: Limits, **more: Any) -> House:
    """One without any account."""
    return House(World(chance), FakeAccount([]), limits, **more)


def contact_input(name: str, email: str = "", external_id: str = "") -> dict[str, Any]:
    sent: dict[str, Any] = {"display": name, **({"emails": [{"value": email}]} if email else {})}
    return {**sent, "external_id": external_id} if external_id else sent


def edit(house: House, contact: Contact, fields: ContactFields) -> None:
    """The person edits a contact."""
    now = milliseconds(house.world.instant())
    own = SourceRecord(PERSON, contact.contact_id, fields, digest(fields), Stamp("", 0, Outcome.CREATED), now, now)
    contact.records = [*(record for record in contact.records if record.source != PERSON), own]
    parts = house.outside
    told = [contact_events.updated(contact.contact_id)]
    assert parts.books.commit_edit(OWNER, [contact.contact_id], [parts.contacts.put_write(OWNER, contact)], events=told)


def lines_of(house: House, job: Job) -> list[LedgerLine]:
    return [line for chunk in house.outside.jobs.ledger(job) for line in chunk.lines]


def marks(house: House, key: str) -> set[tuple[str, str]]:
    """What in the book carries this tracking key: contact, and index in the list."""
    return {
        (contact.contact_id, record.source_id)
        for contact in contacts_in(house)
        for record in contact.records
        if record.source == key
    }


def kept_by(lines: Sequence[LedgerLine]) -> set[tuple[str, str]]:
    return {(str(line.contact_id), line.source_id) for line in lines if line.outcome in KEPT}


def members(house: House, collection_id: str) -> set[str]:
    return {member.contact_id for member in house.outside.collections.members(collection_id)}


def creates_in(house: House) -> list[Job]:
    return [job for job in jobs_in(house) if job.kind == CREATE_KIND]


def cleanups_of(house: House, create: Job) -> list[Job]:
    """The cleanups of a bulk run, without dry runs."""
    cleanups = [job for job in jobs_in(house) if job.kind == CLEANUP_KIND]
    details = [(job, CleanupDetails.of(job)) for job in cleanups]
    return [job for job, request in details if request.run == create.job_id and not request.dry_run]


def holds_of_creates(house: House) -> None:
    """Each run reports every row once, in order; its created contacts exist, are marked, and are members.

    A contact that is updated by its external id keeps the mark of the run that created it.
    """
    has_one_contact_for_each_external_id(house)
    creates = creates_in(house)
    is_any_updated_by_id = any(updated_by_external_id(house, job, lines_of(house, job)) for job in creates)
    for job in creates:
        details, lines = CreateDetails.of(job), lines_of(house, job)
        indexes = [int(line.source_id) for line in lines]
        assert indexes == list(range(len(indexes))), (job.job_id, indexes)
        if job.state in (JobState.COMPLETED, JobState.PARTIAL):
            assert len(indexes) == details.total, job
        if details.dry_run:
            assert not marks(house, key_of(job)), job
            continue
        kept = kept_by(lines)
        assert len(kept) == job.counts.created + job.counts.updated
        taken = {line.source_id for cleanup in cleanups_of(house, job) for line in _taken(house, cleanup)}
        here = marks(house, key_of(job))
        left = {mark for mark in kept if mark[0] not in taken}
        elsewhere = left - here  # those without an external id, and those that were created, have the run's own mark
        assert here <= left, (job.job_id, here, kept, taken)
        assert not elsewhere or elsewhere <= updated_by_external_id(house, job, lines), (job.job_id, elsewhere)
        if details.collection_id is not None:
            added = {line.contact_id for line in lines if line.outcome in KEPT and line.reason != NOT_ADDED}
            inside = members(house, details.collection_id)
            present = {contact.contact_id for contact in contacts_in(house)}
            updated = {contact for contact, _ in updated_by_external_id(house, job, lines)}
            gone = updated - present  # by a cleanup of the run that created them
            assert added - taken - gone <= inside, job
            may_be_added_by_others = details.on_existing is OnExisting.UPDATE or is_any_updated_by_id
            if not may_be_added_by_others:
                assert not inside & ({contact for contact, _ in kept} - added), job


def has_one_contact_for_each_external_id(house: House) -> None:
    records = (record for contact in contacts_in(house) for record in contact.records if record.source != PERSON)
    aliases = [alias for record in records for alias in record.aliases]
    assert len(aliases) == len(set(aliases)), aliases


def updated_by_external_id(house: House, job: Job, lines: Sequence[LedgerLine]) -> set[tuple[str, str]]:
    sent = SubmittedLists(house.outside.shared.blobs).get(OWNER, CreateDetails.of(job).contacts)
    updated = [line for line in lines if line.outcome == Outcome.UPDATED]
    return {(str(line.contact_id), line.source_id) for line in updated if EXTERNAL_ID in sent[int(line.source_id)]}


def holds_of_cleanups(house: House) -> None:
    """What a cleanup reported as deleted is gone, also from collections; what it kept exists without a mark."""
    present = {contact.contact_id for contact in contacts_in(house)}
    cleanups = [cleanup for create in creates_in(house) for cleanup in cleanups_of(house, create)]
    every = [line for cleanup in cleanups for line in _taken(house, cleanup)]
    gone = {line.source_id for line in every if line.outcome is Outcome.REMOVED}
    assert not gone & present
    assert {line.source_id for line in every} <= gone | present  # what one cleanup kept another may have deleted
    for create in creates_in(house):
        reported = [line.source_id for cleanup in cleanups_of(house, create) for line in _taken(house, cleanup)]
        assert len(reported) == len(set(reported)), "reported twice"
        for cleanup in cleanups_of(house, create):
            if cleanup.state is JobState.COMPLETED and CleanupDetails.of(cleanup).contact_ids is None:
                assert not marks(house, key_of(create)), cleanup
                assert house.outside.jobs.get(create.job_id).is_finished
            collection_id = CreateDetails.of(create).collection_id
            if cleanup.state is JobState.COMPLETED and collection_id is not None:
                assert members(house, collection_id) <= present


def _taken(house: House, cleanup: Job) -> list[LedgerLine]:
    return [line for line in lines_of(house, cleanup) if line.outcome in (Outcome.REMOVED, Outcome.UPDATED)]
