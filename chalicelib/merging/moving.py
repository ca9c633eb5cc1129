"""What the use cases of merging share: their stores, their checks, and how possible duplicates follow the contacts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chalicelib.books.book import Entry
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.pair_store import PairStore
from chalicelib.books.past_moves import PastMoves
from chalicelib.books.redirects import ContactMerged, RedirectStore
from chalicelib.books.status_store import StatusStore
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.jobs.activity import ActivityKind
from chalicelib.merging.book_index import BookIndexes

MOST_RELINKED = 50  # contacts whose possible duplicates one transaction corrects


@dataclass(frozen=True)
class Moving:
    """The stores that the use cases of merging share."""

    contacts: ContactStore
    books: BookStore
    redirects: RedirectStore
    pairs: PairStore
    past_moves: PastMoves
    statuses: StatusStore
    indexes: BookIndexes
    clock: Clock
    #: ISO 3166 code of the country of phone numbers without a country code ("DE").
    region: str
    fresh_id: Callable[[], str]
    #: Returns the writes that note what happened with a person's contacts, and by whom.
    noted: Callable[[ActivityKind, str, str], Sequence[Write]] = lambda _kind, _owner, _by: ()

    def now(self) -> int:
        """Milliseconds since 1970."""
        return milliseconds(self.clock.now())

    def get(self, owner: str, contact_id: str) -> Contact:
        """The contact. Raises ContactMerged if it is part of another one, NotFound if there is none."""
        contact = self.contacts.find(owner, contact_id)
        if contact is None:
            self.refuse_merged(owner, contact_id)
            raise NotFound("Contact not found.")
        return contact

    def refuse_merged(self, owner: str, contact_id: str) -> None:
        """Raises ContactMerged if the contact is part of another one."""
        into = self.redirects.resolve(owner, [contact_id]).get(contact_id)
        if into is not None:
            raise ContactMerged(into)

    def relinked(self, owner: str, before: Contact, parts: Sequence[Contact]) -> tuple[list[Contact], bool]:
        """The contacts that have `before` as a possible duplicate, with the parts that they share an identity with.

        Returns:
            The contacts that change, and whether the index had every change of the book.
        """
        found = self.indexes.get(owner)
        ids = [each for each in found.index.referring_to(before.contact_id) if each not in _ids(parts)]
        referring = self.contacts.get_many(owner, ids[:MOST_RELINKED])
        relinked = [with_links_to(each, before.contact_id, parts) for each in referring.values()]
        changed = [each for each in relinked if each != referring[each.contact_id]]
        return changed, found.is_current


def check_version(contact: Contact, version: int | None) -> None:
    """Raises Conflict if the person saw another version of the contact."""
    if version not in (None, contact.version):
        raise Conflict(
            "This contact has changed since you opened it. Reload it, then try again.",
            contact_id=contact.contact_id,
            version=contact.version,
        )


def with_links_to(contact: Contact, before: str, parts: Sequence[Contact]) -> Contact:
    """The contact with those parts as possible duplicates that share an identity with it; if none does, as it is."""
    mine = set(Entry.of(contact).identities)
    sharing = [each.contact_id for each in parts if not mine.isdisjoint(Entry.of(each).identities)]
    if before not in contact.possible_duplicates or not sharing:
        return contact
    others = [each for each in contact.possible_duplicates if each not in _ids(parts)]
    at = contact.possible_duplicates.index(before)
    links = (*others[:at], *sharing, *others[at:])
    return replace(contact, possible_duplicates=tuple(dict.fromkeys(links)))


def _ids(contacts: Sequence[Contact]) -> set[str]:
    return {each.contact_id for each in contacts}
