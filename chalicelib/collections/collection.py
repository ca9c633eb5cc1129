"""Collections, roles and members: permissions and limits."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound

LONGEST_NAME = 120  # characters
MOST_COLLECTIONS = 200  # of one person, owned and shared
MOST_PEOPLE = 100  # that one collection is shared with, including invited people, without the owner
MOST_MEMBERS = 10_000  # of one collection
LONGEST_PERSON = 255  # characters of a `sub` claim
FORBIDDEN = "FORBIDDEN: Not authorized to update the collection"


class Role(StrEnum):
    """The permissions of a person in a collection."""

    OWNER = "owner"  # created it; can rename, share, delete and edit it
    EDITOR = "editor"  # can add own contacts, and remove any
    VIEWER = "viewer"  # can see the members

    @property
    def may_edit(self) -> bool:
        return self is not Role.VIEWER


@dataclass(frozen=True)
class Collection:
    """One collection, without its members."""

    collection_id: str
    name: str
    owner: str
    #: People who may edit its members, including the owner.
    editors: frozenset[str]
    viewers: frozenset[str]
    #: Incremented by every change of the name or the shares.
    version: int
    created_at: datetime
    updated_at: datetime

    def role_of(self, person: str) -> Role | None:
        """The person's role; None if the collection is not shared with them."""
        if person == self.owner:
            return Role.OWNER
        if person in self.editors:
            return Role.EDITOR
        return Role.VIEWER if person in self.viewers else None

    @property
    def people(self) -> frozenset[str]:
        """Everyone who can see it."""
        return self.editors | self.viewers


@dataclass(frozen=True, slots=True)
class Member:
    """A contact in a collection."""

    contact_id: str
    #: The person who added it; the contact is in their book.
    adder: str
    #: In milliseconds since 1970.
    added_at: int
    #: The sort key of the block that stores it.
    block: str


def check_reader(collection: Collection | None, person: str) -> Collection:
    """The collection, for a person it is shared with.

    Raises:
        NotFound: the collection is missing, or not shared with this person.
    """
    if collection is None or collection.role_of(person) is None:
        raise NotFound("Collection not found, or not shared with you.")
    return collection


def check_editor(collection: Collection | None, person: str) -> Collection:
    """The collection, for an editor.

    Raises:
        NotFound: as `check_reader`.
        NotAllowed: this person is a viewer.
    """
    known = check_reader(collection, person)
    if person not in known.editors:
        raise NotAllowed(FORBIDDEN, hint="The owner can make you an editor.")
    return known


def check_owner(collection: Collection | None, person: str) -> Collection:
    """The collection, for its owner.

    Raises:
        NotFound: as `check_reader`.
        NotAllowed: this person is not the owner.
    """
    known = check_reader(collection, person)
    if person != known.owner:
        raise NotAllowed(FORBIDDEN, hint="Only the owner can do this.")
    return known


def with_share(known: Collection, other: str, role: Role) -> Collection:
    """The collection with `other` in this role.

    Raises:
        Conflict: `other` is the owner, or the collection is shared with as many people as possible.
    """
    if other == known.owner:
        raise Conflict("This person owns the collection. It cannot be shared with them.")
    editors, viewers = known.editors - {other}, known.viewers - {other}
    if len(editors | viewers) > MOST_PEOPLE:
        raise Conflict(f"A collection can be shared with at most {MOST_PEOPLE} people.")
    if role.may_edit:
        return replace(known, editors=editors | {other}, viewers=viewers)
    return replace(known, editors=editors, viewers=viewers | {other})


def without_share(known: Collection, other: str) -> Collection:
    """The collection without `other`.

    Raises:
        Conflict: `other` is the owner.
    """
    if other == known.owner:
        raise Conflict("The owner cannot leave a collection, only delete it.")
    return replace(known, editors=known.editors - {other}, viewers=known.viewers - {other})


def check_room(known: int, more: int) -> None:
    """Checks that a collection with `known` members can hold `more`.

    Raises:
        Conflict: it would exceed `MOST_MEMBERS`.
    """
    if known + more > MOST_MEMBERS:
        raise Conflict(f"A collection can have at most {MOST_MEMBERS} contacts. This one has {known}.")


def checked_name(name: str) -> str:
    """The name as it is stored.

    Raises:
        InvalidInput: it is empty, too long or has characters that cannot be printed.
    """
    trimmed = " ".join(name.split())
    if not (0 < len(trimmed) <= LONGEST_NAME and trimmed.isprintable()):
        raise InvalidInput(f"A collection's name must have 1 to {LONGEST_NAME} printable characters.", field="name")
    return trimmed


def checked_person(person: str) -> str:
    """The person's id itself.

    Raises:
        InvalidInput: it cannot be a `sub` claim.
    """
    if not (0 < len(person) <= LONGEST_PERSON and person.isprintable()):
        message = f"A person is identified by their `sub` claim: 1 to {LONGEST_PERSON} printable characters."
        raise InvalidInput(message, field="person")
    return person
