"""List, add and remove members of a collection. Each member is read from the book of the person who added it.

A contact that was merged is listed as the one that it is part of, once, and stays a member in case the merge is taken
back. Contacts that no longer exist are left out, and reading drops them from the collection. Those added within the
last minute are only left out: a read may have overtaken the transaction that creates them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.redirects import RedirectStore, get_current
from chalicelib.collections.collection import Member
from chalicelib.collections.collection_store import CollectionStore
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.cursors import decode_time_cursor, encode_time_cursor

MOST_READ = 1_000  # members for one page, however few of them have the tag
SETTLED = timedelta(minutes=1)  # after which a missing contact is dropped


@dataclass(frozen=True)
class ListMembers:
    """Lists and counts members."""

    collections: CollectionStore
    contacts: ContactStore
    redirects: RedirectStore
    clock: Clock
    most_read: int = MOST_READ

    def __call__(
        self, person: str, collection_id: str, *, cursor: str | None = None, limit: int = 50, tag: str | None = None
    ) -> tuple[list[tuple[Member, Contact]], str | None]:
        """A page of members in the order they were added, and the next cursor; None on the last page.

        Args:
            tag: list only contacts of this person with a record of this tag. The sources of a contact, and so its tags,
                are private to its adder. A page may then have fewer than `limit` members and not be the last.

        Raises:
            NotFound: the collection is missing, or not shared with this person.
            InvalidInput: the cursor is malformed.
        """
        self.collections.for_reader(person, collection_id)
        after = decode_time_cursor(cursor) if cursor else (-1, "")
        rest = [each for each in self.collections.members(collection_id) if (each.added_at, each.contact_id) > after]
        if tag is not None:
            rest = [each for each in rest if each.adder == person]
        listed = {each.contact_id for each in rest}
        page: list[tuple[Member, Contact]] = []
        gone: list[Member] = []
        last: Member | None = None
        for last, contact in self._with_contacts(rest[: self.most_read], limit):
            if contact is None:
                gone.append(last)
            elif (contact.contact_id == last.contact_id or contact.contact_id not in listed) and (
                tag is None or tag in contact.tags
            ):
                page.append((last, contact))
                listed.add(contact.contact_id)
            if len(page) == limit:
                break
        self._drop(collection_id, gone)
        if last is None or last is rest[-1]:
            return page, None
        return page, encode_time_cursor(last.added_at, last.contact_id)

    def count(self, collection_id: str) -> int:
        """The number of members that exist in their books."""
        members = self.collections.members(collection_id)
        current: dict[str, str] = {}
        for adder, contact_ids in _by_adder(members):
            current |= {each: each for each in self.contacts.existing_ids(adder, contact_ids)}
            into = self.redirects.resolve(adder, [each for each in contact_ids if each not in current])
            existing = self.contacts.existing_ids(adder, list(into.values()))
            current |= {each: contact_id for each, contact_id in into.items() if contact_id in existing}
        self._drop(collection_id, [each for each in members if each.contact_id not in current])
        return len(set(current.values()))

    def _with_contacts(self, members: Sequence[Member], at_once: int) -> Iterator[tuple[Member, Contact | None]]:
        """Each member with its contact, or None if that is gone, read in batches of `at_once`."""
        for start in range(0, len(members), at_once):
            batch = members[start : start + at_once]
            books = self._read(batch)
            yield from ((each, books.get(each.contact_id)) for each in batch)

    def _read(self, members: Sequence[Member]) -> dict[str, Contact]:
        found: dict[str, Contact] = {}
        for adder, contact_ids in _by_adder(members):
            found |= get_current(self.contacts, self.redirects, adder, contact_ids)
        return found

    def _drop(self, collection_id: str, gone: Sequence[Member]) -> None:
        settled = milliseconds(self.clock.now() - SETTLED)
        self.collections.drop(collection_id, [each for each in gone if each.added_at < settled])


@dataclass(frozen=True, slots=True)
class AddResult:
    """The result of adding contacts."""

    #: How many are new members.
    added: int
    #: How many were members before.
    already_members: int
    #: Ids that are not contacts of the caller.
    not_found: Sequence[str]


@dataclass(frozen=True)
class AddMembers:
    """Adds members."""

    collections: CollectionStore
    contacts: ContactStore
    redirects: RedirectStore

    def __call__(self, person: str, collection_id: str, contact_ids: Sequence[str]) -> AddResult:
        """Adds contacts of the person's own book; of one that was merged, the one that it is part of now. Idempotent.

        Raises:
            NotFound, NotAllowed: as `CollectionStore.for_editor`.
            Conflict: the collection would exceed its limit.
        """
        self.collections.for_editor(person, collection_id)
        unique_ids = list(dict.fromkeys(contact_ids))
        current = self._current(person, unique_ids)
        own = set(current.values())
        added = self.collections.add_members(person, collection_id, sorted(own))
        return AddResult(added, len(own) - added, [each for each in unique_ids if each not in current])

    def _current(self, person: str, contact_ids: Sequence[str]) -> dict[str, str]:
        """For each of the ids that exists, the id of the contact now."""
        own = self.contacts.existing_ids(person, contact_ids)
        missing = [each for each in contact_ids if each not in own]
        into = self.redirects.resolve(person, missing) if missing else {}
        existing = self.contacts.existing_ids(person, list(into.values())) if into else set()
        merged = {each: contact_id for each, contact_id in into.items() if contact_id in existing}
        return {each: each for each in own} | merged


@dataclass(frozen=True)
class RemoveMember:
    """Removes a member, also the contacts that were merged into it."""

    collections: CollectionStore
    contacts: ContactStore

    def __call__(self, person: str, collection_id: str, contact_id: str) -> None:
        """Removes a member that anyone added. Idempotent.

        Raises:
            NotFound, NotAllowed: as `CollectionStore.for_editor`.
            Conflict: the collection has too many concurrent changes.
        """
        self.collections.remove_member(person, collection_id, contact_id)
        for adder, contact_ids in _by_adder(self.collections.members(collection_id)):
            contact = self.contacts.find(adder, contact_id)
            merged = () if contact is None else contact.merged
            for each in set(merged).intersection(contact_ids):
                self.collections.remove_member(person, collection_id, each)


def _by_adder(members: Sequence[Member]) -> Iterator[tuple[str, list[str]]]:
    for adder in dict.fromkeys(member.adder for member in members):
        yield adder, [member.contact_id for member in members if member.adder == adder]
