"""Takes the contacts of one source into one book: decides about each contact, and plans the writes of a chunk."""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace
from datetime import datetime

from chalicelib.books.book import Entry, Mark, record_of
from chalicelib.books.carry_out_decision import explicit_decision, impossible_reason
from chalicelib.books.chunk import Chunk, ChunkFull, Draft, Limits, NotLoaded, Result
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.fingerprints import NO_RECORD, Fingerprints, Known, proof_of
from chalicelib.books.honor_pairs import decide_by_pairs
from chalicelib.books.matching import (
    MOST_DUPLICATES,
    Ambiguous,
    Create,
    Decision,
    LeaveUnchanged,
    Merge,
    apply_on_existing,
    contacts_sharing,
    is_deleted_person,
    with_possible_duplicates,
)
from chalicelib.books.planner import Planner
from chalicelib.books.prepared_contact import (
    PreparedContact,
    as_full_contact,
    is_usable_id,
    prepare,
    safe_display_name,
    without_conversion,
)
from chalicelib.books.version import BookVersion
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.person_record import removed_alias
from chalicelib.contacts.source import PERSON, Source
from chalicelib.contacts.source_record import INNER_ID, Incoming, RawContact, SourceRecord, Stamp
from chalicelib.foundation.errors import TooLarge
from chalicelib.foundation.outcomes import Outcome

__all__ = ["LARGEST_BOOK", "Chunk", "Intake", "Limits", "Result"]

LARGEST_BOOK = 100_000  # contacts
MOST_ALIASES = 20  # of one record
_NEW = "a new contact"  # represents one of the contacts that a chunk will write


class Intake(Planner):
    """Plans chunks of incoming contacts, next to the changes that every planner knows."""

    def __init__(
        self,
        store: ContactStore,
        *,
        owner: str,
        source: Source | str,
        region: str,
        job: str,
        generation: int,
        now: Callable[[], datetime],
        fresh_id: Callable[[], str],
        largest_book: int = LARGEST_BOOK,
        on_existing: OnExisting | None = None,
        fingerprints: Fingerprints | None = None,
    ) -> None:
        """Plan the contacts of one source.

        Args:
            source: the source, or its key if it has its default tag.
            region: the country of phone numbers without a country code, such as "DE".
            job, generation: the stamp of the records.
            largest_book: the number of contacts at which new ones are refused.
            on_existing: what to do with a contact that the book already has; None for what `decide` returns. A
                decision that an incoming contact carries takes precedence.
            fingerprints: recognize raw contacts that need no conversion; None if there are none.
        """
        source = source if isinstance(source, Source) else Source.of(source)
        super().__init__(store, owner=owner, source=source.key, now=now)
        self._tag = source.own_tag
        self._region, self._job, self._generation = region, job, generation
        self._stamps = {outcome: Stamp(job, generation, outcome) for outcome in Outcome}
        self._fresh_id, self._largest_book, self._on_existing = fresh_id, largest_book, on_existing
        self._fingerprints = fingerprints or Fingerprints()

    def _forget_read(self, source_ids: Set[str]) -> None:
        super()._forget_read(source_ids)
        self._fingerprints.drop_notes(source_ids)

    # ── planning

    def plan(self, incoming: Sequence[Incoming], limits: Limits) -> Chunk:
        """Plan the first of `incoming`, as many as fit, but at least one."""
        if not self.has_book:
            chunk = self._plan_known(incoming, limits)
            if chunk.consumed:
                return chunk
            self.read_book()
        return self._plan_by_book(incoming[: limits.lines], limits)

    def _plan_by_book(self, incoming: Sequence[Incoming], limits: Limits) -> Chunk:
        """Plan as many as fit. Stored contacts are loaded when the first one is needed, all that the chunk needs."""
        draft, prepared_contacts = self._draft(limits), list[PreparedContact]()
        read: list[tuple[PreparedContact, str | None]] = []  # with the contact of each
        has_loaded = self._book.has_plain_entries
        if has_loaded:
            self._load_ahead(incoming, prepared_contacts, draft)
        while (at := draft.consumed) < len(incoming):
            if at == len(prepared_contacts):
                self._prepare_next(incoming, prepared_contacts, limits.contacts - len(draft.changed))
            prepared = self._converted_if_changed(prepared_contacts[at])
            try:
                result = self._plan_contact(prepared, draft)
            except NotLoaded:
                if has_loaded:
                    break
                has_loaded = True
                self._load_ahead(incoming, prepared_contacts, draft)
                continue
            except ChunkFull:
                break
            if result.source_id and self._note_read(result.source_id, draft):
                read.append((prepared, result.contact_id))
            if not draft.settle(result):
                break
        for prepared, contact_id in read:
            self._note_proof(prepared, draft.changed.get(contact_id) if contact_id else None)
        return self._finish(draft)

    def _load_ahead(self, incoming: Sequence[Incoming], prepared_contacts: list[PreparedContact], draft: Draft) -> None:
        """Load what the contacts from the next one on need, as many of them as fit. Adds to `prepared_contacts`.

        The decisions of a chunk can change the later ones. A contact that is then needed may not be loaded; the chunk
        ends before it.
        """
        book, needed, written = self._book, dict[str, None](), dict.fromkeys(draft.changed)
        at, writes = draft.consumed, len(written)
        while at < len(incoming) and writes <= draft.limits.contacts:
            if at == len(prepared_contacts):
                self._prepare_next(incoming, prepared_contacts, draft.limits.contacts - writes)
            prepared = prepared_contacts[at]
            at += 1
            if prepared.recognized is not None:
                continue
            if book.has_plain_entries:
                needed.update(dict.fromkeys(self._plain_entries(prepared)))
            needs = self._needs(prepared)
            if needs is not None and needs not in written:
                writes += 1
                if needs is not _NEW:
                    needed[needs] = written[needs] = None
        self._load_for(draft, needed)

    def _prepare_next(
        self, incoming: Sequence[Incoming], prepared_contacts: list[PreparedContact], writes_left: int
    ) -> None:
        """Add as many of the incoming contacts, prepared, as may still be written, and one that shows the end.

        Each step is done for many contacts before the next one, so that its code stays in the CPU's caches: planning
        new contacts takes a tenth less time.
        """
        start = len(prepared_contacts)
        added = list(map(self._prepare_or_recognize, incoming[start : start + max(writes_left, 0) + 1]))
        known = self._book.source_ids(self._source)
        for prepared in added:
            if prepared.digest is not None and prepared.source_id not in known:  # then matching will need them
                self._find_identities(prepared)
        prepared_contacts += added

    def _find_identities(self, prepared: PreparedContact) -> None:
        try:
            prepared.identities(self._region)
        except MemoryError:
            raise
        except Exception:  # it fails again when it is planned, and is counted then
            return

    def is_any_new(self, source_ids: Iterable[str]) -> bool:
        """Whether this generation has not read one of them yet. Ids that cannot be kept do not count."""
        return any(each not in self._read and is_usable_id(each) for each in source_ids)

    def knows(self, version: BookVersion) -> bool:
        return self._fingerprints.know_book(version)

    def has_all_known(self) -> bool:
        """Whether the book is as the last full import left it, and the source has just the records that it had."""
        return not self.has_book and self._fingerprints.have_all_known

    def is_settled(self) -> bool:
        """Whether the book has just the records of the source that this import has noted, and no edits to move.

        Only this import changes their content, but an edit may have moved them to other contacts.
        """
        kept = self._book.contacts_by_id(self._source)
        return self._fingerprints.have_noted(kept) and not self.orphaned_contacts()

    def _plan_known(self, incoming: Sequence[Incoming], limits: Limits) -> Chunk:
        """Plan those of the first of `incoming` that are known, by what the book had when the last import ended."""
        draft, fingerprints = self._draft(limits), self._fingerprints
        for each in incoming[: limits.lines]:
            if not isinstance(each, RawContact):
                break
            known = fingerprints.find(each.fingerprint)
            if known is None or not self._note_read(each.source_id, draft):
                break
            if known.contact_id:
                result = Result(each.source_id, Outcome.UNCHANGED, known.contact_id)
            else:
                prepared = prepare(each)
                result = _result_without_contact(prepared, Outcome.SKIPPED, prepared.reason)
            fingerprints.note(each.source_id, each.fingerprint, known)
            if not draft.settle(result):
                break
        return self._finish(draft) if draft.consumed else draft.chunk()

    def _prepare_or_recognize(self, each: Incoming) -> PreparedContact:
        if isinstance(each, RawContact) and (known := self._fingerprints.find(each.fingerprint)) is not None:
            mark = self._book.record(self._source, each.source_id)
            if mark is not None and proof_of(each.fingerprint, mark) == known.proof:
                return without_conversion(each, mark, known.proof)
        return prepare(each)

    def _converted_if_changed(self, prepared: PreparedContact) -> PreparedContact:
        """The contact, converted after all if the record as which it was recognized has just changed."""
        recognized = prepared.recognized
        if recognized is None or self._book.record(self._source, prepared.source_id) == recognized.mark:
            return prepared
        return prepare(recognized.raw)

    def _note_proof(self, prepared: PreparedContact, written: Contact | None) -> None:
        """Note that the record leads to what the book has, unless it leads to more, such as a reason in the ledger.

        Args:
            written: its contact, if this chunk writes it.
        """
        if prepared.recognized is not None:
            raw, found, proof = prepared.recognized
            self._fingerprints.note(raw.source_id, raw.fingerprint, Known(found.contact_id, proof))
            return
        if not prepared.fingerprint:
            return
        source_id, fingerprint = prepared.source_id, prepared.fingerprint
        contact_id, record = self._kept(source_id, written)
        if record is None:
            if prepared.left_out:
                self._fingerprints.note(source_id, fingerprint, Known("", NO_RECORD))
        elif prepared.is_same_as(record) and not prepared.dropped and set(prepared.aliases).issubset(record.aliases):
            self._fingerprints.note(source_id, fingerprint, Known(contact_id, proof_of(fingerprint, record)))

    def _kept(self, source_id: str, written: Contact | None) -> tuple[str, Mark | SourceRecord | None]:
        """The id of the contact that has this source contact, and its record there; None if there is none.

        Args:
            written: the contact, if this chunk writes it: with a single record, it need not be looked up in the book.
        """
        if written is not None and len(written.records) == 1:
            [only] = written.records
            if (only.source_id, only.source) == (source_id, self._source):
                return written.contact_id, only
        mark = self._book.record(self._source, source_id)
        return ("" if mark is None else mark.contact_id), mark

    def _needs(self, prepared: PreparedContact) -> str | None:
        """The id of the contact that this one will probably change, or `_NEW`; None if it changes none."""
        is_repeated = prepared.source_id in self._read
        if prepared.reason is not None or (is_repeated and prepared.digest is not None):
            return None
        mark = self._known(prepared)
        is_decided = prepared.decision is not None and not is_repeated  # a further part is applied in any case
        if is_decided and impossible_reason(prepared, self._book, mark) is not None:
            return None
        if mark is not None:
            return mark.contact_id if self._is_news(prepared, mark) else None
        if prepared.decision is None and self._on_existing is OnExisting.CREATE:
            return _NEW
        try:
            decision = self._decision(prepared)
        except MemoryError:
            raise
        except Exception:  # it fails again when it is planned, and is counted then
            return None
        if isinstance(decision, LeaveUnchanged):
            return None
        return decision.into if isinstance(decision, Merge) else _NEW

    def _plain_entries(self, prepared: PreparedContact) -> Sequence[str]:
        """The ids of the contacts to compare it with whose entries, stored by an older version, lack details."""
        if prepared.reason is not None or self._known(prepared) is not None:
            return ()
        try:
            _, emails, phones, _ = prepared.identities(self._region)
        except MemoryError:
            raise
        except Exception:  # it fails again when it is planned, and is counted then
            return ()
        rivals = contacts_sharing(self._book, (*emails, *phones), "")
        return [contact_id for contact_id in rivals if self._book.entry(contact_id).is_plain][:MOST_DUPLICATES]

    def _renew_plain_entries(self, prepared: PreparedContact, draft: Draft) -> None:
        for contact_id in self._plain_entries(prepared):
            contact = draft.loaded.get(contact_id)
            if contact is not None:
                version = self._book.entry(contact_id).version
                self._book.put(Entry.of(replace(contact, version=version)))

    def _decision(self, prepared: PreparedContact) -> Decision:
        if prepared.decision is not None:
            explicit = explicit_decision(prepared, self._book, self._source, self._region)
            if explicit is not None:
                return explicit
        book = self._book
        if book.aliases(PERSON) and (own := self._own_record_of(prepared)) is not None:
            return Merge(own.contact_id)
        decision = decide_by_pairs(book, (self._source, prepared.source_id), prepared.identities(self._region))
        return decision if self._on_existing is None else apply_on_existing(decision, self._on_existing)

    def _is_news(self, prepared: PreparedContact, mark: Mark) -> bool:
        """Whether any of it is new to the book, even if only that another contact was merged into it."""
        return not prepared.is_same_as(mark) or any(
            alias not in mark.aliases and self._belongs_elsewhere(alias, mark) for alias in prepared.aliases
        )

    def _belongs_elsewhere(self, alias: str, mark: Mark) -> bool:
        other = self._book.record(self._source, alias) or self._own_record_with(alias)
        return other is not None and other.contact_id != mark.contact_id

    def _own_record_of(self, prepared: PreparedContact) -> Mark | None:
        """The person's own record that remembers this source contact from before its source removed it."""
        return next(filter(None, map(self._own_record_with, (prepared.source_id, *prepared.aliases))), None)

    def _own_record_with(self, source_id: str) -> Mark | None:
        return self._book.record_with_alias(PERSON, removed_alias(self._source, source_id))

    def _is_deleted(self, prepared: PreparedContact) -> bool:
        """Whether the person deleted its source contact, and did not decide about it.

        False if another contact that is not deleted was merged into it since.
        """
        if prepared.decision is not None or not self._book.is_deleted(
            self._source, (prepared.source_id, *prepared.aliases)
        ):
            return False
        earlier = [alias for alias in prepared.aliases if not alias.startswith(INNER_ID)]
        absorbed_another = not all(self._book.is_deleted(self._source, [alias]) for alias in earlier)
        return not (absorbed_another and self._book.is_deleted(self._source, [prepared.source_id]))

    def _may_be_new(self, decision: Decision) -> bool:
        """Whether the decision finds no contact of the book that it certainly is."""
        return isinstance(decision, Create | Ambiguous)

    def _is_deleted_person(self, prepared: PreparedContact) -> bool:
        """Whether the person deleted a contact that it is by the rules of matching, and did not decide about it."""
        return prepared.decision is None and is_deleted_person(self._book, prepared.identities(self._region))

    # ── one source contact

    def _plan_contact(self, prepared: PreparedContact, draft: Draft) -> Result:
        try:
            result = self._plan_decided(prepared, draft)
            return result._replace(reason=prepared.note) if prepared.dropped and not result.reason else result
        except (ChunkFull, MemoryError):
            raise
        except TooLarge:
            return self._rejected(prepared, "too_large")
        except Exception:  # one malformed contact must not fail the page
            return self._rejected(prepared, "unreadable")

    def _plan_decided(self, prepared: PreparedContact, draft: Draft) -> Result:
        if prepared.source_id in self._read:
            return self._plan_repeated(prepared, draft)
        if prepared.recognized is not None and prepared.recognized.mark.job != self._job:
            return Result(prepared.source_id, Outcome.UNCHANGED, prepared.recognized.mark.contact_id)
        if prepared.reason is not None:
            return self._rejected(prepared, prepared.reason)
        mark = self._known(prepared)
        impossible = None if prepared.decision is None else impossible_reason(prepared, self._book, mark)
        if impossible is not None:
            return self._not_kept(prepared, Outcome.FAILED, impossible)
        if mark is None:
            return self._plan_new(prepared, draft)
        if (mark.job, mark.generation) == (self._job, self._generation):
            return self._not_kept(prepared, Outcome.SKIPPED, "duplicate")
        if prepared.digest is None:
            prepared = prepared.merged_onto(record_of(mark, self._whole(mark.contact_id, draft)))
        if not self._is_news(prepared, mark):
            outcome = mark.outcome if mark.job == self._job else Outcome.UNCHANGED
            return Result(prepared.source_id, outcome, mark.contact_id)
        return self._plan_changed(prepared, mark, draft)

    def _plan_repeated(self, prepared: PreparedContact, draft: Draft) -> Result:
        """A duplicate, unless it is another part of a partial change: each part is applied, but counted once."""
        mark = self._book.record(self._source, prepared.source_id)
        if mark is not None and prepared.digest is None and prepared.reason is None:
            prepared = prepared.merged_onto(record_of(mark, self._whole(mark.contact_id, draft)))
            if not prepared.is_same_as(mark):
                changed = self._plan_changed(prepared, mark, draft)
                if mark.job != self._job:  # the parts before changed nothing
                    return changed
        return self._not_kept(prepared, Outcome.SKIPPED, "duplicate")

    def _known(self, prepared: PreparedContact) -> Mark | None:
        """The record of this source contact, by id or alias; never one that this run has read under its own id."""
        book, source_id = self._book, prepared.source_id
        mark = book.record(self._source, source_id)
        if mark is not None:
            return mark
        mark = book.record_by_alias(self._source, source_id, prepared.aliases)
        if mark is None or mark.source_id in self._read or _was_split_off(prepared, mark):
            return None
        return mark

    def _plan_new(self, prepared: PreparedContact, draft: Draft) -> Result:
        if prepared.digest is None:
            prepared = as_full_contact(prepared)
            if prepared.reason is not None:
                return self._rejected(prepared, prepared.reason)
        book = self._book
        if book.has_deleted and self._is_deleted(prepared):
            return self._not_kept(prepared, Outcome.SKIPPED, "deleted_by_person")
        if book.has_plain_entries:
            self._renew_plain_entries(prepared, draft)
        decision = self._decision(prepared)
        if book.deletions and self._may_be_new(decision) and self._is_deleted_person(prepared):
            return self._not_kept(prepared, Outcome.SKIPPED, "deleted_by_person")
        if isinstance(decision, LeaveUnchanged):
            return Result(prepared.source_id, Outcome.SKIPPED, decision.contact_id, decision.reason)
        if isinstance(decision, Merge):
            contact = with_possible_duplicates(self._whole(decision.into, draft), decision.possible_duplicates)
            record = self._record(prepared, Outcome.UPDATED, draft.moment)
            self._plan_update(contact, [*contact.records, record], draft)
            return Result(prepared.source_id, Outcome.UPDATED, decision.into)
        if len(book) >= self._largest_book:
            return self._rejected(prepared, "book_full")
        record = self._record(prepared, Outcome.CREATED, draft.moment)
        contact = Contact(self._fresh_id(), 0, [record], draft.moment, draft.moment, decision.possible_duplicates)
        identities, stored = prepared.identities(self._region), prepared.stored_in_region(self._region)
        self._plan_write_of_new(contact, identities, stored, draft)
        return Result(prepared.source_id, Outcome.CREATED, contact.contact_id)

    def _plan_changed(self, prepared: PreparedContact, mark: Mark, draft: Draft) -> Result:
        contact = self._whole(mark.contact_id, draft)
        old = record_of(mark, contact)
        outcome = mark.outcome if mark.job == self._job else Outcome.UPDATED
        record = self._record(prepared, outcome, draft.moment, old)
        known = set(self._book.entry(mark.contact_id).identities)
        _, emails, phones, _ = prepared.identities(self._region)
        gained = (each for each in (*emails, *phones) if each not in known)
        sharing = contacts_sharing(self._book, gained, mark.contact_id)
        records = [record if each is old else each for each in contact.records]
        self._plan_update(with_possible_duplicates(contact, sharing), records, draft)
        return Result(prepared.source_id, outcome, mark.contact_id)

    # ── records

    def _record(
        self, prepared: PreparedContact, outcome: Outcome, moment: int, old: SourceRecord | None = None
    ) -> SourceRecord:
        return SourceRecord(
            self._source,
            prepared.source_id,
            prepared.in_region(self._region),
            str(prepared.digest),
            self._stamps[outcome],
            old.first_seen if old else moment,
            moment,
            self._aliases(prepared, old),
            old.own_tag if old else self._tag,
        )

    def _aliases(self, prepared: PreparedContact, old: SourceRecord | None) -> tuple[str, ...]:
        if old is None and not prepared.aliases:  # as with most new contacts
            return ()
        ids = dict.fromkeys(prepared.aliases)
        if old is not None:
            ids[old.source_id] = None
            for alias in old.aliases:  # one of them may have become a contact of its own again
                if self._book.record(self._source, alias) is None:
                    ids[alias] = None
        ids.pop(prepared.source_id, None)
        return tuple(ids)[:MOST_ALIASES]

    # ── contacts that are not kept

    def _rejected(self, prepared: PreparedContact, reason: str) -> Result:
        return self._not_kept(prepared, Outcome.SKIPPED if prepared.left_out else Outcome.FAILED, reason)

    def _not_kept(self, prepared: PreparedContact, outcome: Outcome, reason: str) -> Result:
        mark = self._book.record(self._source, prepared.source_id)
        if mark is not None:  # its record stays as it was
            return Result(prepared.source_id, outcome, mark.contact_id, reason)
        return _result_without_contact(prepared, outcome, reason)


def _result_without_contact(prepared: PreparedContact, outcome: Outcome, reason: str | None) -> Result:
    return Result(prepared.source_id, outcome, None, reason, prepared.name or safe_display_name(prepared.fields))


def _was_split_off(prepared: PreparedContact, mark: Mark) -> bool:
    """Whether a merged contact was split off again: both now have inner ids, and share none."""
    if mark.source_id in prepared.aliases:
        return False
    inner, others = ({each for each in ids if each.startswith(INNER_ID)} for ids in (prepared.aliases, mark.aliases))
    return bool(inner and others and not inner & others)
