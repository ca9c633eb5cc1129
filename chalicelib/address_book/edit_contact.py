"""Edit a contact: what the person says becomes a record of its own, which wins over every source and is never lost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.address_book.edit_request import Wanted, checked
from chalicelib.address_book.index_store import IndexStore
from chalicelib.address_book.link_duplicates import LinkDuplicates, identities_of
from chalicelib.address_book.overrides import own_words
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.matching import with_possible_duplicates
from chalicelib.books.version import Edits
from chalicelib.contacts.cleaning import digest
from chalicelib.contacts.contact import PERSON, Contact, ContactFields, SourceRecord, Stamp
from chalicelib.contacts.fold_records import fold
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.errors import Conflict, InvalidInput, TooMany
from chalicelib.foundation.outcomes import Outcome

TRIES = 12  # how often a contact may change under an edit before we say so
PAUSE_SECONDS = 0.01  # after the first try; a multiple of it after each later one
_OWN_STAMP = Stamp("", 0, Outcome.CREATED)  # no job wrote it


@dataclass(frozen=True)
class EditContact:
    """Args:
    region: how phone numbers without a country are read ("DE").
    """

    contacts: ContactStore
    books: BookStore
    indexes: IndexStore
    link_duplicates: LinkDuplicates
    clock: Clock
    region: str

    def __call__(self, owner: str, contact_id: str, wanted: Wanted, version: int | None = None) -> Contact:
        """The contact as it is now.

        Args:
            wanted: members it should show, as texts, a birthday, and whole lists; members that are not named stay as
                they are. None takes what the person said of a member back: it is again what the sources say.
            version: of the contact as the person saw it; None for whichever it has.

        Raises:
            NotFound, InvalidInput: names the member that cannot be. TooLarge: the contact would hold too much.
            Conflict: it is not the version the person saw any more, or the person is being erased.
        """
        for attempt in range(TRIES):
            self.clock.sleep(attempt * PAUSE_SECONDS)
            seen = self.books.edits(owner)
            contact = self.contacts.get(owner, contact_id)
            if version not in (None, contact.version):
                raise Conflict(
                    "This contact was changed meanwhile. Look at it again, then repeat your change.",
                    version=contact.version,
                )
            edited = self._edited(contact, wanted)
            if edited is None:
                return contact
            gained = identities_of(edited.shown) - identities_of(contact.shown)
            found = self.indexes.look(owner) if gained else None
            if found is not None:
                others = self.link_duplicates.sharing(owner, contact_id, gained, found.index)
                edited = with_possible_duplicates(edited, [each.contact_id for each in others])
            unlinked = [contact_id] if found is not None and not found.is_current else []
            write = self.contacts.put_write(owner, edited)
            if self.books.commit_edit(owner, [contact_id], [write], seen, unlinked=unlinked):
                edited = replace(edited, version=edited.version + 1)
                self.indexes.edited(owner, seen, is_unlinked=bool(unlinked))
                return self._linked_to_simultaneous_edits(owner, edited, seen) if gained else edited
        raise too_much()

    def _linked_to_simultaneous_edits(self, owner: str, edited: Contact, seen: Edits) -> Contact:
        """Another edit of the same moment may have given its contact what this one gained: the later one sees both."""
        if self.books.edits(owner).count == seen.count + 1:
            return edited
        self.link_duplicates.link(owner, edited.contact_id, self.indexes.look(owner).index)
        return self.contacts.find(owner, edited.contact_id) or edited

    def _edited(self, contact: Contact, wanted: Wanted) -> Contact | None:
        """None where nothing would change."""
        said = own_words(contact, checked(wanted, contact.shown), self.region)
        old = next((record for record in contact.records if record.source == PERSON), None)
        if said == (old.fields if old else {}):
            return None
        now = milliseconds(self.clock.now())
        own = _record(contact.contact_id, said, old, now)
        records = [*(record for record in contact.records if record.source != PERSON), *own]
        if not fold(records):
            raise InvalidInput("Nothing would be left of this contact. Delete it instead.")
        return replace(contact, records=records, updated_at=now)


def _record(contact_id: str, said: ContactFields, old: SourceRecord | None, now: int) -> Sequence[SourceRecord]:
    if not said:
        return ()
    first_seen, aliases = (old.first_seen, old.aliases) if old else (now, ())
    return (SourceRecord(PERSON, contact_id, said, digest(said), _OWN_STAMP, first_seen, now, aliases),)


def too_much() -> TooMany:
    return TooMany("Too much happens to this contact at once.", retry_after=timedelta(seconds=1))
