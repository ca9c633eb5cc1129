"""The history of a contact, from what its records, the merges into it and past moves of records say: a pure function.

Little is written for it. A record tells when its source first had the contact, and when and by which job it changed
last; what happened to it in between is in the results of the imports.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.books.past_moves import PastMove
from chalicelib.books.redirects import Redirect
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceRecord


class EventKind(StrEnum):
    """What happened to a contact."""

    CREATED = "created"  # by a source, or by the person who made it
    SOURCE_ADDED = "source_added"  # another source had it too
    UPDATED = "updated"  # the last change of a source
    EDITED = "edited"  # by the person: the first and the last edit
    MERGED = "merged"  # another contact was merged into it
    MERGED_INTO = "merged_into"  # it was merged into another contact
    UNMERGED = "unmerged"  # such a merge was taken back
    SPLIT = "split"  # another contact was made of some of its records
    SPLIT_OFF = "split_off"  # it was made of some records of another contact


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a contact."""

    kind: EventKind
    #: Milliseconds since 1970.
    at: int
    #: The record that tells of it; None for a merge or split, and if its source has none any more.
    record: SourceRecord | None = None
    #: The id of the job that did it; "" for a person, and if a later job has changed the record since.
    job_id: str = ""
    #: The id of the other contact of a merge or split.
    contact_id: str = ""
    #: The person who did it; "" for a job.
    by: str = ""


def history_of(
    contact: Contact, owner: str, redirects: Mapping[str, Redirect], past_moves: Iterable[PastMove] = ()
) -> list[Event]:
    """The events of a contact, the latest first.

    Args:
        owner: the person whose contact it is.
        redirects: of the contacts that were merged into it, by their ids.
        past_moves: the merges that were taken back, and the splits, the earliest first.
    """
    first = _first_record(contact)
    events = [_created(contact, first, owner)]
    for record in contact.records:
        events += _of_record(record, owner, is_first=record is first)
    events += (
        Event(EventKind.MERGED, each.merged_at, contact_id=each.contact_id, by=each.merged_by)
        for each in _chain(contact.merged, redirects)
    )
    events += (Event(EventKind(each.kind.value), each.at, contact_id=each.other_id, by=each.by) for each in past_moves)
    return sorted(events, key=lambda event: event.at)[::-1]


def _chain(contact_ids: Iterable[str], redirects: Mapping[str, Redirect]) -> Iterator[Redirect]:
    return (redirects[each] for each in contact_ids if each in redirects)


def _first_record(contact: Contact) -> SourceRecord | None:
    """The record that created the contact; None if its source has none any more."""
    found = [record for record in contact.records if record.first_seen == contact.created_at]
    return min(found, key=lambda record: record.source == PERSON, default=None)


def _created(contact: Contact, first: SourceRecord | None, owner: str) -> Event:
    if first is None:
        return Event(EventKind.CREATED, contact.created_at)
    return Event(EventKind.CREATED, first.first_seen, first, _first_job(first), by=_person(first, owner))


def _of_record(record: SourceRecord, owner: str, *, is_first: bool) -> Iterator[Event]:
    is_own = record.source == PERSON
    by = _person(record, owner)
    if not is_first:
        kind = EventKind.EDITED if is_own else EventKind.SOURCE_ADDED
        yield Event(kind, record.first_seen, record, _first_job(record), by=by)
    if record.last_changed > record.first_seen:
        kind = EventKind.EDITED if is_own else EventKind.UPDATED
        yield Event(kind, record.last_changed, record, record.stamp.job, by=by)


def _first_job(record: SourceRecord) -> str:
    """The job that wrote the record first, if no other one has written it since."""
    return record.stamp.job if record.last_changed == record.first_seen else ""


def _person(record: SourceRecord, owner: str) -> str:
    return owner if record.source == PERSON else ""
