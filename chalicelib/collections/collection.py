"""The words of collections: what one is, who may do what with it, and how much it holds."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound

LONGEST_NAME = 120  # characters
MOST_COLLECTIONS = 200  # one person is in, their own and those shared with them
MOST_PEOPLE = 100  # one collection is shared with, those invited counted and its owner not
MOST_MEMBERS = 10_000  # of one collection
LONGEST_PERSON = 255  # characters of a `sub`
FORBIDDEN = "FORBIDDEN: Not authorized to update the collection"


class Role(StrEnum):
    OWNER = "owner"  # made it: renames, shares and deletes it, and whatever an editor may
    EDITOR = "editor"  # adds contacts of their own, takes any out
    VIEWER = "viewer"  # sees the members

    @property
    def may_edit(self) -> bool:
        return self is not Role.VIEWER


@dataclass(frozen=True)
class Collection:
    """One collection, without its members.

    Args:
        editors: everybody who may change its members, the owner among them.
        version: every change of name or shares adds one.
    """

    collection_id: str
    name: str
    owner: str
    editors: frozenset[str]
    viewers: frozenset[str]
    version: int
    created_at: datetime
    updated_at: datetime

    def role_of(self, person: str) -> Role | None:
        if person == self.owner:
            return Role.OWNER
        if person in self.editors:
            return Role.EDITOR
        return Role.VIEWER if person in self.viewers else None

    @property
    def people(self) -> frozenset[str]:
        """Everybody who sees it."""
        return self.editors | self.viewers


@dataclass(frozen=True, slots=True)
class Member:
    """Args:
    adder: in whose book the contact is. block: where it is kept, for the store.
    """

    contact_id: str
    adder: str
    added_at: int
    block: str


def readable(collection: Collection | None, person: str) -> Collection:
    """Raises NotFound for what is missing and for what is not shared with this person, alike."""
    if collection is None or collection.role_of(person) is None:
        raise NotFound("There is no such collection, or it is not shared with you.")
    return collection


def editable(collection: Collection | None, person: str) -> Collection:
    """And raises NotAllowed for somebody who may only look."""
    known = readable(collection, person)
    if person not in known.editors:
        raise NotAllowed(FORBIDDEN, hint="Its owner can share it with you as editor.")
    return known


def owned(collection: Collection | None, person: str) -> Collection:
    """And raises NotAllowed for everybody but the owner."""
    known = readable(collection, person)
    if person != known.owner:
        raise NotAllowed(FORBIDDEN, hint="Only its owner may do this.")
    return known


def shared(known: Collection, other: str, role: Role) -> Collection:
    if other == known.owner:
        raise Conflict("It is their own collection; it cannot be shared with them.")
    editors, viewers = known.editors - {other}, known.viewers - {other}
    if len(editors | viewers) > MOST_PEOPLE:
        raise Conflict(f"A collection can be shared with {MOST_PEOPLE} people at most.")
    if role.may_edit:
        return replace(known, editors=editors | {other}, viewers=viewers)
    return replace(known, editors=editors, viewers=viewers | {other})


def unshared(known: Collection, other: str) -> Collection:
    if other == known.owner:
        raise Conflict("An owner cannot leave their own collection; they can delete it.")
    return replace(known, editors=known.editors - {other}, viewers=known.viewers - {other})


def check_room(known: int, more: int) -> None:
    if known + more > MOST_MEMBERS:
        raise Conflict(f"A collection holds {MOST_MEMBERS} contacts at most; this one holds {known}.")


def good_name(name: str) -> str:
    """The name as it is kept.

    Raises:
        InvalidInput: it is empty, too long or has characters that cannot be shown.
    """
    trimmed = " ".join(name.split())
    if not (0 < len(trimmed) <= LONGEST_NAME and trimmed.isprintable()):
        raise InvalidInput(f"A collection's name has 1 to {LONGEST_NAME} printable characters.", field="name")
    return trimmed


def good_person(person: str) -> str:
    """Raises InvalidInput for what can be nobody's `sub`."""
    if not (0 < len(person) <= LONGEST_PERSON and person.isprintable()):
        told = f"A person is named by their `sub`: 1 to {LONGEST_PERSON} printable characters."
        raise InvalidInput(told, field="person")
    return person
