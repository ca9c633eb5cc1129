"""Takes the rows of a file into a book: the rules of files for matching, and what each row changes that people see."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, cast

from chalicelib.books.book import Mark
from chalicelib.books.carry_out_decision import explicit_decision
from chalicelib.books.chunk import Chunk, Draft, Limits, Result
from chalicelib.books.honor_pairs import different_from, said_same
from chalicelib.books.intake import Intake
from chalicelib.books.matching import (
    MOST_DUPLICATES,
    Candidate,
    Create,
    Decision,
    LeaveUnchanged,
    Merge,
    contacts_sharing,
)
from chalicelib.books.prepared_contact import PreparedContact, prepare
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.edit_request import Edit
from chalicelib.contacts.overrides import overrides_after
from chalicelib.contacts.person_record import edited_record, own_record, with_own_record
from chalicelib.contacts.source import PERSON, Source
from chalicelib.contacts.source_record import ContactFields, Incoming, SourceContact, SourceRecord
from chalicelib.file_imports.planning.kept_beside import KEPT_BESIDE, Beside, kept_beside
from chalicelib.file_imports.planning.match_by_name import NamedContacts
from chalicelib.file_imports.planning.match_repeats import match_repeat
from chalicelib.file_imports.planning.match_rows import (
    Conflict,
    Match,
    NewContact,
    OpenConflict,
    SameContact,
    match_row,
)
from chalicelib.file_imports.planning.repeated_rows import RepeatedRows
from chalicelib.file_imports.planning.row_keys import first_key, is_hash, name_key, uid_of
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.foundation.outcomes import Outcome

CONFLICT = "conflict_"  # begins the reason of a row that waits for a person, before the `Conflict`

_NEW_CONTACT, _CREATE = NewContact(), Create()  # of most rows, so they are not made again for each
Change = tuple[Any, Any]  # a field's value before and after; None for no value


class FileIntake(Intake):
    """Plans rows. Each row is one record of the file's source; the same row again is recognized by its key."""

    def __init__(
        self,
        *arguments: Any,
        match_by: MatchBy,
        only_where_empty: frozenset[str] = frozenset(),
        leads: tuple[str, ...] = (),
        renews: bool = False,
        **more: Any,
    ) -> None:
        """Take the same arguments as `Intake`.

        Args:
            match_by: the rule for rows that the book has no record of.
            only_where_empty: the fields that a row says nothing about if its contact has them from elsewhere.
            leads: the fields whose value of a row goes before those of other sources.
            renews: whether the records of rows that stay as they are get the tag and the `leads` of this import.
        """
        super().__init__(*arguments, **more)
        self._match_by, self._only_where_empty, self._leads = match_by, only_where_empty, leads
        self.renews = renews
        #: The ids that the contacts of new rows get, by the key of the row; fresh ones for the others.
        self.new_ids: Mapping[str, str] = {}
        self._key, self._other_id = "", self._fresh_id  # the key of the current row
        self._fresh_id = self._new_id
        #: The keys of the rows of the current block, planned or not.
        self.block_keys: Collection[str] = ()
        #: What the contacts of rows show, by the key of the row, as edits of the person say it.
        self.chosen: Mapping[str, Edit] = {}
        #: The contacts that new rows are not, by the key of the row, as the person said.
        self.different: Mapping[str, str] = {}
        self.matches: dict[str, Match] = {}  #: of the rows of the last chunk, by key; not those known by their key
        self.changes: dict[str, Mapping[str, Change]] = {}  #: what these rows change in contacts, by key and field
        self.beside: dict[str, Mapping[str, Beside]] = {}  #: values of these rows that their contacts do not show
        self._replaced: Contact | None = None  # what the current row replaces
        self._ahead: dict[str, tuple[Incoming, PreparedContact]] = {}  # rows that are planned later, by key
        self._name_keys: Mapping[str, str] = {}  # of these rows, also when they are planned
        self._named = NamedContacts(lambda: self._book, lambda each: self._store.find(self._owner, each))

    @property
    def region(self) -> str:
        """The country of phone numbers without a country code."""
        return self._region

    @property
    def read_keys(self) -> Set[str]:
        """The keys of all rows that were planned."""
        return self._read

    def contacts_by_key(self) -> Mapping[str, str]:
        """The contact of each record that the book has of the file, by the key of its row."""
        return self._book.contacts_by_id(self._source)

    def repeated_rows(self, source: str = "") -> RepeatedRows:
        """What gives the rows their keys, as those of the file's source or of another one, given by its key."""
        source = source or self._source

        def is_unchanged(row: SourceContact) -> bool:
            mark = self._book.record(source, row.source_id)
            return mark is not None and prepare(row).is_same_as(mark)

        return RepeatedRows(self._book.contacts_by_id(source), is_unchanged)

    def take_for(self, source: Source) -> None:
        """Take the rows for those of another source: of an earlier version of the file."""
        self.switch_source(source.key)
        self._tag = source.own_tag

    def recognized_in(self, source: str, incoming: Sequence[Incoming], *, by_key: bool) -> list[bool]:
        """Whether the book has each of these rows as a record of another source, given by its key.

        Args:
            by_key: whether an equal key suffices. Else the row must be just so, or have an id of its writer.
        """
        marks = ((self._book.record(source, each.source_id), each) for each in incoming)
        return [
            mark is not None and (by_key or bool(uid_of(each.source_id)) or prepare(each).is_same_as(mark))
            for mark, each in marks
        ]

    def prepare_ahead(self, rows: Iterable[Incoming]) -> None:
        """Prepare rows that are planned later, as far as it needs no book."""
        self._ahead = {each.source_id: (each, prepare(each)) for each in rows}
        for _, prepared in self._ahead.values():
            self._find_identities(prepared)
        self._name_keys = {key: name_key(prepared.fields) for key, (_, prepared) in self._ahead.items()}

    def _prepare_or_recognize(self, each: Incoming) -> PreparedContact:
        row, prepared = self._ahead.pop(each.source_id, (None, None))
        return prepared if prepared is not None and row is each else super()._prepare_or_recognize(each)

    def plan(self, incoming: Sequence[Incoming], limits: Limits) -> Chunk:
        self.matches, self.changes, self.beside = {}, {}, {}
        return super().plan(incoming, limits)

    def _new_id(self) -> str:
        """The planned id of the current row's contact, unless an earlier commit of the plan has used it."""
        planned = self.new_ids.get(self._key)
        return planned if planned and planned not in self._book else self._other_id()

    def _decision(self, prepared: PreparedContact) -> Decision:
        if prepared.decision is not None:
            explicit = explicit_decision(prepared, self._book, self._source, self._region)
            if isinstance(explicit, Create):
                not_this = self.different.get(prepared.source_id)
                return Create(tuple(each for each in explicit.possible_duplicates if each != not_this))
            if explicit is not None:
                return explicit
        candidate = prepared.identities(self._region)
        identities = (*candidate.emails, *candidate.phones)
        if self._is_unknown(prepared.source_id, identities):
            self.matches[prepared.source_id] = _NEW_CONTACT
            return _CREATE
        record = (self._source, prepared.source_id)
        different = different_from(self._book, record, candidate)
        match = self.matches[prepared.source_id] = self._match(prepared, candidate, different)
        if isinstance(match, NewContact) and not self._book.has_any(identities):
            return _CREATE
        into = match.contact_id if isinstance(match, SameContact) else ""
        found = contacts_sharing(self._book, identities, into)
        sharing = tuple(each for each in found if each not in different)[:MOST_DUPLICATES]
        match match:
            case SameContact(contact_id):
                return Merge(contact_id, sharing)
            case OpenConflict(contact_ids, why):
                return LeaveUnchanged(contact_ids[0], f"{CONFLICT}{why}")
            case NewContact():
                return Create(sharing)

    def _is_unknown(self, key: str, identities: Collection[str]) -> bool:
        """Whether a row has an address or a number that no contact has, and nothing else to find a contact by."""
        book = self._book
        return (
            bool(identities)
            and is_hash(key)
            and not book.has_any(identities)
            and not book.pairs
            and not book.aliases(PERSON)
        )

    def _may_be_new(self, decision: Decision) -> bool:
        """Also if contacts of another name have the number or the address of the row."""
        is_other = isinstance(decision, LeaveUnchanged) and decision.reason == f"{CONFLICT}{Conflict.OTHER_NAME}"
        return is_other or super()._may_be_new(decision)

    def _match(self, prepared: PreparedContact, candidate: Candidate, different: Collection[str]) -> Match:
        """The contact that had the row once, or that it names by its id, as our own exports do; else by the rule."""
        own = self._own_record_of(prepared) if self._book.aliases(PERSON) else None
        if own is not None:
            return SameContact(own.contact_id, "key")
        contact_id = self._book.current_id(uid_of(prepared.source_id))
        if contact_id is not None:
            return SameContact(contact_id, "id")
        record = (self._source, prepared.source_id)
        same = said_same(self._book, record)
        if same is not None:
            return SameContact(same, "key")
        repeated = match_repeat(self._book, record, prepared.fields, candidate, different)
        if repeated is not None:
            return repeated
        named = self._named.find(
            prepared.source_id, prepared.fields, candidate, lambda each: self._is_not(prepared, each, different)
        )
        if named is not None:
            return SameContact(named, "name")
        return match_row(self._book, candidate, self._match_by, different)

    def _is_not(self, prepared: PreparedContact, contact_id: str, different: Collection[str]) -> bool:
        """Whether the row is another contact: as the person said, or since it differs from another row of its name."""
        is_repeated = first_key(prepared.source_id) != prepared.source_id
        return contact_id in different or (is_repeated and self._source in self._book.sources_of(contact_id))

    def _plan_decided(self, prepared: PreparedContact, draft: Draft) -> Result:
        self._replaced, self._key = None, prepared.source_id
        result = super()._plan_decided(prepared, draft)
        if result.outcome is not Outcome.UPDATED or self._replaced is None or result.contact_id is None:
            return result
        contact = draft.contact(result.contact_id)
        changes = self.changes[prepared.source_id] = changes_between(self._replaced.shown, contact.shown)
        beside = self._beside(contact)
        if beside:
            self.beside[prepared.source_id] = beside
        if changes:
            return result
        return result._replace(outcome=Outcome.UNCHANGED, reason=result.reason or (KEPT_BESIDE if beside else None))

    def _beside(self, contact: Contact) -> Mapping[str, Beside]:
        """The values of the current row that its contact does not show."""
        keys = ((each, (each.source, each.source_id)) for each in contact.records)
        record = next((each for each, key in keys if key == (self._source, self._key)), None)
        return {} if record is None else kept_beside(contact, record, self._only_where_empty)

    def _known(self, prepared: PreparedContact) -> Mark | None:
        """Also the record of a row that had the name alone, and now has an address or a number too.

        If the file has that row still, this is another one.
        """
        mark = super()._known(prepared)
        if mark is not None:
            return mark
        records = self._book.contacts_by_id(self._source)
        named = (self._name_keys.get(prepared.source_id) or name_key(prepared.fields)) if records else ""
        if named not in records or named in self._read or named in self.block_keys:  # as with most rows
            return None
        key = prepared.source_id
        return None if first_key(key) != key or uid_of(key) else self._book.record(self._source, named)

    def _is_deleted(self, prepared: PreparedContact) -> bool:
        """Also a row that says something else of a contact that the person deleted."""
        first = first_key(prepared.source_id)
        is_same = first != prepared.source_id and prepared.decision is None and first != name_key(prepared.fields)
        return super()._is_deleted(prepared) or (is_same and self._book.is_deleted(self._source, [first]))

    def _is_news(self, prepared: PreparedContact, mark: Mark) -> bool:
        return (self.renews and mark.job != self._job) or super()._is_news(prepared, mark)

    def _record(
        self, prepared: PreparedContact, outcome: Outcome, moment: int, old: SourceRecord | None = None
    ) -> SourceRecord:
        record = super()._record(prepared, outcome, moment, old)
        record.leads = self._leads
        if self.renews:
            record.own_tag = self._tag
        return record

    def _plan_update(self, contact: Contact, records: list[SourceRecord], draft: Draft) -> None:
        self._replaced = contact
        if self._only_where_empty:
            records = [self._without_known_fields(each, contact) for each in records]
        if chosen := self.chosen.get(self._key):
            records = self._with_choices(replace(contact, records=records), chosen, draft.moment)
        super()._plan_update(contact, records, draft)

    def _with_choices(self, contact: Contact, chosen: Edit, moment: int) -> list[SourceRecord]:
        """The records of the contact with what the person chose, in the person's own record."""
        fields = overrides_after(contact, chosen, self._region)
        own = edited_record(contact.contact_id, fields, own_record(contact), moment)
        return with_own_record(contact, own)

    def _without_known_fields(self, record: SourceRecord, contact: Contact) -> SourceRecord:
        """The record of the current row without the fields that its contact has from elsewhere."""
        if record.source != self._source or record.source_id != self._key:
            return record
        others = [each for each in contact.records if (each.source, each.source_id) != (self._source, self._key)]
        known = self._only_where_empty.intersection(name for each in others for name in each.fields)
        fields = {name: value for name, value in record.fields.items() if name not in known}
        return replace(record, fields=cast(ContactFields, fields)) if known else record


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, Change]:
    """The fields that differ, in the order of `after`, then those that it lacks."""
    fields = dict.fromkeys((*after, *before))
    return {each: (before.get(each), after.get(each)) for each in fields if before.get(each) != after.get(each)}
