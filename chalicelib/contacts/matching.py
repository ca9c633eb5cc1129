"""Whether a newcomer is somebody the book knows. Nothing is ever picked silently where two would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.contacts.book import Book
from chalicelib.contacts.names import NameKey, fits

CROWD = 50  # contacts that share one address: it is a switchboard's or a shop's, and only an equal name says more
MOST_DUPLICATES = 20  # that a contact points to


@dataclass(frozen=True, slots=True)
class Merge:
    into: str


@dataclass(frozen=True, slots=True)
class Create:
    possible_duplicates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody the book knows, whom the source does not want to touch."""

    known_as: str


Decision = Create | Merge | Leave
_NEW = Create()


class OnExisting(StrEnum):
    """What a source wants to become of somebody the book knows already."""

    CREATE = "create"  # a new contact all the same, which points to the one that is there
    SKIP = "skip"  # nothing
    UPDATE = "update"  # the contact gains what the source says


def as_wished(decision: Decision, wish: OnExisting, book: Book, source: str) -> Decision:
    """The decision as the source wants it. Contacts that are its own alone are not among those it finds there."""
    if not isinstance(decision, Merge):
        return decision
    own_alone = book.sources_of(decision.into) == {source}
    if wish is OnExisting.CREATE or own_alone:
        return Create((decision.into,))
    return Leave(decision.into) if wish is OnExisting.SKIP else decision


def decide(book: Book, name: NameKey, emails: Sequence[str], phones: Sequence[str]) -> Decision:
    """The one contact that shares an email and whose name does not disagree; else the one by phone; else a new one.

    A contact whose name disagrees, or several that all fit, become `possible_duplicates` of the new one.
    """
    rivals: dict[str, None] = {}
    for identities in (emails, phones):
        fitting: dict[str, None] = {}
        for identity in identities:
            sharing = book.sharing(identity)
            if sharing:
                fitting.update(dict.fromkeys(_fitting(book, name, sharing)))
                rivals.update(dict.fromkeys(sharing[:MOST_DUPLICATES]))
        if len(fitting) == 1:
            return Merge(next(iter(fitting)))
        if fitting:
            return Create(tuple(fitting | rivals)[:MOST_DUPLICATES])
    return Create(tuple(rivals)[:MOST_DUPLICATES]) if rivals else _NEW


def _fitting(book: Book, name: NameKey, sharing: Sequence[str]) -> list[str]:
    if len(sharing) <= CROWD:
        return [contact_id for contact_id in sharing if fits(name, book.entry(contact_id).names)]
    text = " ".join(name)
    return [contact_id for contact_id in sharing if text in book.entry(contact_id).names]
