"""Takes the rows of a file into a book: the rules of files for matching, and what each row changes that people see."""

from collections.abc import Mapping
from typing import Any

from chalicelib.books.carry_out_decision import explicit_decision
from chalicelib.books.chunk import Draft, Result
from chalicelib.books.intake import Intake
from chalicelib.books.matching import MOST_DUPLICATES, Create, Decision, LeaveUnchanged, Merge, contacts_sharing
from chalicelib.books.prepared_contact import PreparedContact
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source_record import SourceRecord
from chalicelib.file_imports.match_rows import Match, MatchBy, NewContact, OpenConflict, SameContact, match_row
from chalicelib.foundation.outcomes import Outcome

CONFLICT = "conflict_"  # begins the reason of a row that waits for a person, before the `Conflict`

Change = tuple[Any, Any]  # a field's value before and after; None for no value


class FileIntake(Intake):
    """Plans rows. Each row is one record of the file's source; the same row again is recognized by its key."""

    def __init__(self, *arguments: Any, match_by: MatchBy, **more: Any) -> None:
        """Take the same arguments as `Intake`.

        Args:
            match_by: the rule for rows that the book has no record of.
        """
        super().__init__(*arguments, **more)
        self._match_by = match_by
        self.matches: dict[str, Match] = {}  #: of the rows of the last chunk, by key; not those known by their key
        self.changes: dict[str, Mapping[str, Change]] = {}  #: what these rows change in contacts, by key and field
        self._replaced: Contact | None = None  # what the current row replaces

    def _decision(self, prepared: PreparedContact) -> Decision:
        if prepared.decision is not None:
            explicit = explicit_decision(prepared, self._book, self._region)
            if explicit is not None:
                return explicit
        candidate = prepared.identities(self._region)
        match = self.matches[prepared.source_id] = match_row(self._book, candidate, self._match_by)
        sharing = contacts_sharing(self._book, (*candidate.emails, *candidate.phones), "")[:MOST_DUPLICATES]
        match match:
            case SameContact(contact_id):
                return Merge(contact_id, tuple(each for each in sharing if each != contact_id))
            case OpenConflict(contact_ids, why):
                return LeaveUnchanged(contact_ids[0], f"{CONFLICT}{why}")
            case NewContact():
                return Create(sharing)

    def _plan_decided(self, prepared: PreparedContact, draft: Draft) -> Result:
        self._replaced = None
        result = super()._plan_decided(prepared, draft)
        if result.outcome is not Outcome.UPDATED or self._replaced is None or result.contact_id is None:
            return result
        changes = changes_between(self._replaced.shown, draft.contact(result.contact_id).shown)
        self.changes[prepared.source_id] = changes
        return result if changes else result._replace(outcome=Outcome.UNCHANGED)

    def _plan_update(self, contact: Contact, records: list[SourceRecord], draft: Draft) -> None:
        self._replaced = contact
        super()._plan_update(contact, records, draft)


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, Change]:
    """The fields that differ, in the order of `after`, then those that it lacks."""
    fields = dict.fromkeys((*after, *before))
    return {each: (before.get(each), after.get(each)) for each in fields if before.get(each) != after.get(each)}
