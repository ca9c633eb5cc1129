"""The words that a chunk of a job replaces: what its contacts were before, so that the job can be undone. Pure.

A record that a job creates is known by its stamp, so a contact that a job creates and nobody had before needs no words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.books.book import Mark
from chalicelib.books.chunk import Replaced
from chalicelib.books.enrichment_status import ContactStatuses, attempts_from_json, attempts_to_json
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.person_record import person_record
from chalicelib.contacts.source_record import ContactFields, SourceRecord, Stamp
from chalicelib.contacts.stored_names import from_stored, to_stored
from chalicelib.foundation.json import Json, JsonObject
from chalicelib.foundation.outcomes import Outcome


class RecordKey(NamedTuple):
    """The name of a record within a book."""

    source: str
    source_id: str


class Left(NamedTuple):
    """What a job left of a record whose stamp is not the job's own, such as a person's."""

    digest: str
    job: str
    generation: int
    outcome: str
    aliases: tuple[str, ...]

    @classmethod
    def of(cls, record: SourceRecord) -> "Left":
        stamp = record.stamp
        return cls(record.digest, stamp.job, stamp.generation, stamp.outcome.value, tuple(record.aliases))

    def is_still(self, mark: Mark) -> bool:
        """Whether the book has the record as it was left."""
        return self == (mark.digest, mark.job, mark.generation, mark.outcome.value, tuple(mark.aliases))


@dataclass(slots=True)  # not frozen, which would double the time it takes to create one
class RecordChange:
    """What a chunk did to one record."""

    key: RecordKey
    before: SourceRecord | None  #: None if the chunk added it
    is_removed: bool = False  #: whether the chunk removed it
    left: Left | None = None  #: None if it has the job's own stamp since, or is removed


@dataclass(slots=True)
class ReplacedWords:
    """What a chunk replaced of one contact."""

    contact_id: str
    version: int  #: before the chunk; 0 if there was no such contact
    created_at: int  #: milliseconds since 1970
    changes: Sequence[RecordChange]
    own_fields: ContactFields | None = None  #: the person's own words before
    duplicates_before: Sequence[str] = ()
    duplicates_after: Sequence[str] = ()
    is_removed: bool = False  #: whether the chunk removed the contact
    merged: Sequence[str] = ()  #: the ids of the contacts that had been merged into it
    collections: Sequence[str] = ()  #: the ids of those that had it, if they may lose or gain it by the job
    statuses: Sequence[ContactStatuses] = ()  #: that went with it, of all that it consisted of


def words_of(each: Replaced, job: str) -> ReplacedWords | None:
    """The words that a write of this job replaces; None if the stamps of the job tell all."""
    before, after = each.before, each.after
    if before is None:
        if after is None or all(record.stamp.job == job for record in after.records):
            return None
        return ReplacedWords(each.contact_id, 0, after.created_at, _changes([], after.records, job))
    if after is not None and _is_begun_by(before, after, job):
        return None
    own = person_record(before.records)
    return ReplacedWords(
        each.contact_id,
        before.version,
        before.created_at,
        _changes(before.records, [] if after is None else after.records, job),
        None if own is None else own.fields,
        before.possible_duplicates,
        () if after is None else after.possible_duplicates,
        is_removed=after is None,
        merged=before.merged,
    )


def _is_begun_by(before: Contact, after: Contact, job: str) -> bool:
    """Whether the job created the contact, and changes only what it wrote itself."""
    own = [record for record in before.records if record.stamp.job == job]
    if not own or all(record.stamp.outcome is not Outcome.CREATED for record in own):
        return False
    return all(record.stamp.job == job or record in after.records for record in before.records)


def _changes(before: Sequence[SourceRecord], after: Sequence[SourceRecord], job: str) -> list[RecordChange]:
    changes, found = [], 0
    for was in before:
        now = _same_record(was, after)
        found += now is not None
        if was is not now and was != now:
            changes.append(_change(was, was, now, job))
    if found < len(after):
        changes += [_change(now, None, now, job) for now in after if _same_record(now, before) is None]
    return changes


def _same_record(record: SourceRecord, others: Iterable[SourceRecord]) -> SourceRecord | None:
    """The one with the same key. A contact has few records: looking through them is faster than a dictionary."""
    for other in others:
        if other.source_id == record.source_id and other.source == record.source:
            return other
    return None


def _change(named: SourceRecord, was: SourceRecord | None, now: SourceRecord | None, job: str) -> RecordChange:
    left = None if now is None or now.stamp.job == job else Left.of(now)
    return RecordChange(RecordKey(named.source, named.source_id), was, now is None, left)


# ── as JSON


def to_json(words: ReplacedWords) -> JsonObject:
    """What `from_json` reads."""
    told: JsonObject = {
        "contact": words.contact_id,
        "version": words.version,
        "created": words.created_at,
        "changes": [_change_to_json(change) for change in words.changes],
    }
    if words.own_fields is not None:
        told["own"] = to_stored(words.own_fields)
    if tuple(words.duplicates_before) != tuple(words.duplicates_after):
        told["duplicates"] = [list(words.duplicates_before), list(words.duplicates_after)]
    if words.is_removed:
        told["removed"] = True
    if words.merged:
        told["merged"] = list(words.merged)
    if words.collections:
        told["collections"] = list(words.collections)
    if words.statuses:
        told["statuses"] = [_statuses_to_json(each) for each in words.statuses]
    return told


def from_json(told: JsonObject) -> ReplacedWords:
    """The words, in their latest stored form or an earlier one."""
    duplicates_before, duplicates_after = told.get("duplicates", ((), ()))
    return ReplacedWords(
        told["contact"],
        told["version"],
        told["created"],
        [_change_from_json(change) for change in told["changes"]],
        from_stored(told["own"]) if "own" in told else None,
        tuple(duplicates_before),
        tuple(duplicates_after),
        is_removed=told.get("removed", False),
        merged=tuple(told.get("merged", ())),
        collections=tuple(told.get("collections", ())),
        statuses=tuple(
            ContactStatuses(contact_id, attempts_from_json(attempts), rev, *opted_out_at)
            for contact_id, rev, attempts, *opted_out_at in told.get("statuses", ())
        ),
    )


def _statuses_to_json(each: ContactStatuses) -> Json:
    opted_out_at = [] if each.opted_out_at is None else [each.opted_out_at]
    return [each.contact_id, each.rev, attempts_to_json(each.attempts), *opted_out_at]


def _change_to_json(change: RecordChange) -> Json:
    left = None if change.is_removed else [] if change.left is None else list(change.left)
    return [*change.key, None if change.before is None else _record_to_json(change.before), left]


def _change_from_json(told: Json) -> RecordChange:
    source, source_id, before, left = told
    key = RecordKey(source, source_id)
    was = None if before is None else _record_from_json(key, before)
    return RecordChange(key, was, left is None, _left_from_json(left) if left else None)


def _left_from_json(told: Json) -> Left:
    digest, job, generation, outcome, aliases = told
    return Left(digest, job, generation, outcome, tuple(aliases))


def _record_to_json(record: SourceRecord) -> Json:
    stamp = record.stamp
    told = [
        to_stored(record.fields),
        record.digest,
        [stamp.job, stamp.generation, stamp.outcome],
        record.first_seen,
        record.last_changed,
        list(record.aliases),
        record.own_tag,
    ]
    return [*told, list(record.leads)] if record.leads else told


def _record_from_json(key: RecordKey, told: Json) -> SourceRecord:
    fields, digest, (job, generation, outcome), first_seen, last_changed, aliases, own_tag, *more = told
    stamp, leads = Stamp(job, generation, Outcome(outcome)), tuple(more[0]) if more else ()
    return SourceRecord(
        *key, from_stored(fields), digest, stamp, first_seen, last_changed, tuple(aliases), own_tag, leads
    )
