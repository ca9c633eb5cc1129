"""Plans the chunks that undo a run, on the book as it is when the job runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.books.book import Entry, text_of
from chalicelib.books.chunk import Chunk, ChunkFull, Draft, Limits, Result
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.planner import Planner
from chalicelib.books.prepared_contact import LONGEST_NAME
from chalicelib.books.replaced_words import RecordKey
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_records import fold, without_enrichment
from chalicelib.contacts.person_record import records_without
from chalicelib.contacts.removed_names import NOTED
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceRecord
from chalicelib.foundation.dynamo import size_of
from chalicelib.foundation.errors import TooLarge
from chalicelib.foundation.outcomes import Outcome
from chalicelib.undoing.judge import History, Judgment
from chalicelib.undoing.kept_reasons import DELETED_SINCE, WORDS_EXPIRED, KeptReason, encode_kept
from chalicelib.undoing.run_words import RunWords


class UndoPlanner(Planner):
    """Plans to take back what a run did."""

    def __init__(self, store: ContactStore, words: RunWords, *, now: Callable[[], datetime]) -> None:
        """Plan on the book of the run's owner."""
        super().__init__(store, owner=words.run.owner, source="", now=now)
        self._words, self._judge = words, words.judge
        self._deleted: dict[str, bool] = {}  # whether the person deleted them, of contacts that the book lacks

    def plan_undo(self, contact_ids: Sequence[str], limits: Limits) -> Chunk:
        """Undo the run in the first of these contacts, as many as fit."""
        self._look_for_deletions(contact_ids[: min(limits.contacts, limits.lines)])

        def needed(contact_id: str) -> list[str]:
            judgment = self._judged(contact_id)
            into = self._book.current_id(contact_id) if judgment.bring_back else None
            return [*judgment.holders, *([] if into is None else [into])]

        def undo(contact_id: str, draft: Draft) -> Result | None:
            try:
                return self._undo(contact_id, draft)
            except TooLarge:
                return Result(contact_id, Outcome.FAILED, contact_id, "too_large")

        return self._plan_each(contact_ids, limits, needed, undo)

    def _look_for_deletions(self, contact_ids: Sequence[str]) -> None:
        absent = (each for each in contact_ids if self._book.current_id(each) is None)
        unknown = [each for each in absent if each not in self._deleted and self._judged(each).bring_back]
        if unknown:
            deleted = self._store.deleted_ids(self._owner, unknown)
            self._deleted.update({each: each in deleted for each in unknown})

    def _judged(self, contact_id: str) -> Judgment:
        return self._judge(self._words.history(contact_id), self._book)

    # ── one contact of the run

    def _undo(self, contact_id: str, draft: Draft) -> Result | None:
        history, judgment = self._words.history(contact_id), self._judged(contact_id)
        into = self._book.current_id(contact_id)
        reasons = self._reasons(history, judgment, draft)
        outcome, name = Outcome.SKIPPED, ""
        if judgment.bring_back and into is None and contact_id not in self._deleted:
            raise ChunkFull  # the next chunk looks whether the person deleted it
        if judgment.bring_back and into is None and self._deleted[contact_id]:
            judgment.bring_back, reasons = [], [KeptReason(DELETED_SINCE), *reasons]
        elif judgment.bring_back and into is None:
            self._recreate(history, judgment.bring_back, draft)
            judgment.bring_back, outcome = [], Outcome.CREATED
        for holder in dict.fromkeys([*judgment.holders, *([into] if judgment.bring_back and into else [])]):
            contact = self._whole(holder, draft)
            arriving = judgment.bring_back if holder == into else []
            left = self._undone(contact, history, judgment, arriving)
            if left is None:
                self._remove(contact, draft)
                outcome, name = Outcome.REMOVED, contact.shown.get("display", "")[:LONGEST_NAME]
            elif left is not contact:
                self._plan_update(left, left.records, draft)
                outcome = outcome if outcome in (Outcome.REMOVED, Outcome.CREATED) else Outcome.UPDATED
        if judgment.is_lost:
            return Result(contact_id, Outcome.FAILED, contact_id, WORDS_EXPIRED)
        if outcome is Outcome.SKIPPED and not reasons:
            return None
        if outcome is Outcome.SKIPPED and self._book.current_id(contact_id) is None:
            name = _name_before(history)
        stays = contact_id if outcome is not Outcome.REMOVED else None
        return Result(contact_id, outcome, stays, encode_kept(reasons), name)

    def _undone(
        self, contact: Contact, history: History, judgment: Judgment, arriving: Sequence[SourceRecord]
    ) -> Contact | None:
        """The contact as it will be; the same object if nothing of it changes; None if it goes."""
        put_back = {RecordKey(each.source, each.source_id): each for each in judgment.put_back}
        records = [put_back.get(RecordKey(each.source, each.source_id), each) for each in contact.records] + [*arriving]
        going = set(judgment.take)
        taken = [each for each in records if RecordKey(each.source, each.source_id) in going]
        duplicates = _duplicates(contact, history) if contact.contact_id == history.contact_id else None
        changed = replace(contact, records=records)
        if taken:
            changed.records = _records_left(changed, taken, history)
            if not changed.records:
                return None
        if duplicates is not None:
            changed.possible_duplicates = duplicates
        is_same = changed.records == contact.records and duplicates is None
        return contact if is_same else changed

    def _recreate(self, history: History, records: Sequence[SourceRecord], draft: Draft) -> None:
        """Bring back a contact that the run removed, under its id, with its statuses."""
        last = history.words[-1]
        version = max(each.version for each in history.words)
        contact = Contact(
            history.contact_id,
            version,
            [*records],
            last.created_at,
            draft.moment,
            tuple(last.duplicates_before),
            tuple(last.merged),
        )
        entry = Entry.of(contact)._replace(version=version + 1)
        write, size = self._store.sized_restore_write(self._owner, contact, entry)
        statuses = [] if self._carried is None else self._carried.restore_writes(self._owner, last.statuses)
        draft.write(contact.contact_id, contact, write, size + sum(map(size_of, statuses)), statuses)
        draft.before.setdefault(contact.contact_id, self._book.text(contact.contact_id))
        self._book.put(entry, text_of(write["Put"]["Item"]["match"]["S"]))

    # ── what is kept

    def _reasons(self, history: History, judgment: Judgment, draft: Draft) -> list[KeptReason]:
        """Why something of the contact is kept, for people."""
        reasons: list[KeptReason] = []
        for holder in judgment.holders:
            contact = self._whole(holder, draft)
            if judgment.is_edited:
                reasons += _edits(contact, history, judgment)
            kept = {key for key in judgment.kept if key.source != PERSON}
            for record in contact.records:
                if RecordKey(record.source, record.source_id) in kept:
                    reasons.append(_changed_since(record, history))
        known = {key for key in judgment.kept if self._book.record(*key) is not None}
        if len(known) < len(judgment.kept):
            reasons.append(KeptReason("removed"))
        return reasons


def _records_left(contact: Contact, taken: Sequence[SourceRecord], history: History) -> list[SourceRecord]:
    """The records without those taken; [] if the contact goes.

    The person's record remembers what is taken from a contact that would be only the person's words.
    """
    rest = [each for each in contact.records if not any(each is other for other in taken)]
    known = without_enrichment(rest)
    if not known or not fold(known):
        return []
    if history.is_begun or all(each.source == PERSON for each in known):
        return records_without(contact, taken)
    return rest


def _name_before(history: History) -> str:
    """The name of the contact before the run, as far as the words tell it."""
    before = [change.before for words in history.words[:1] for change in words.changes if change.before is not None]
    return fold(before).get("display", "")[:LONGEST_NAME]


def _duplicates(contact: Contact, history: History) -> tuple[str, ...] | None:
    """The possible duplicates without those that the run added, and with those that it dropped; None if the same."""
    ids = list(contact.possible_duplicates)
    for words in reversed(history.words):
        if words.is_removed:
            continue
        before, after = words.duplicates_before, words.duplicates_after
        ids = [each for each in ids if each in before or each not in after]
        ids += [each for each in before if each not in after and each not in ids]
    return None if ids == list(contact.possible_duplicates) else tuple(ids)


def _edits(contact: Contact, history: History, judgment: Judgment) -> list[KeptReason]:
    """The fields that the person edited since the run."""
    own = next((each for each in contact.records if history.is_about(each)), None)
    if own is None or own in judgment.put_back:
        return []
    before: Mapping[str, Any] = history.own_fields or {}
    fields = [name for name, value in own.fields.items() if name not in NOTED and before.get(name) != value]
    return [KeptReason("edited", own.last_changed, tuple(fields))] if fields else []


def _changed_since(record: SourceRecord, history: History) -> KeptReason:
    """The fields of a record that another run changed since."""
    before: Mapping[str, Any] = next(
        (
            change.before.fields
            for words in history.words
            for change in words.changes
            if change.before is not None and change.key == (record.source, record.source_id)
        ),
        {},
    )
    now: Mapping[str, Any] = record.fields
    fields = [name for name in dict.fromkeys((*before, *now)) if before.get(name) != now.get(name)]
    return KeptReason("changed", record.last_changed, tuple(fields) if before else (), record.source)
