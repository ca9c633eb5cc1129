"""Decides which contact of the book a row of a file is; conservatively, because a person reviews what stays open.

A row is a contact if they share a number, or under the wider rule an email address, and their names do not disagree. If
the names disagree, or several contacts match alike, the row is a conflict: neither merged nor created.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from chalicelib.books.book import Book
from chalicelib.books.matching import CROWD, MOST_DUPLICATES, Candidate, likeness_to
from chalicelib.contacts.compare_names import Likeness
from chalicelib.contacts.name_cards import card_of
from chalicelib.contacts.shared_addresses import is_role_address, is_switchboard
from chalicelib.file_imports.storing.match_by import MatchBy


class Conflict(StrEnum):
    """Why a person has to decide about a row."""

    OTHER_NAME = "other_name"  # a contact with this number or address has another name
    SAME_EMAIL = "same_email"  # a contact shares only an email address, which the rule does not trust
    SEVERAL_MATCHES = "several_matches"
    SAME_ID = "same_id"  # an earlier row of the file has the same id, but another name


@dataclass(frozen=True, slots=True)
class SameContact:
    """The row is this contact."""

    contact_id: str
    rule: str  #: what they share: "number", "email" or "name"


@dataclass(frozen=True, slots=True)
class NewContact:
    """The row is no contact of the book."""


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """The row may be one of these contacts, or a new one."""

    contact_ids: tuple[str, ...]
    why: Conflict


Match = SameContact | NewContact | OpenConflict


class _Rivals(NamedTuple):
    """The contacts that share identities of one kind with a row, by how their names compare."""

    equal: Sequence[str]
    fitting: Sequence[str]  #: whose names are incomplete or missing on one side
    different: Sequence[str]


_NOBODY = _Rivals((), (), ())


def match_row(book: Book, row: Candidate, match_by: MatchBy, excluded: Collection[str] = ()) -> Match:
    """Match a row against the book.

    An equal name decides before one that merely fits, and a number before an email address. Contacts with other names
    are conflicts only if the number or the address is personal; a switchboard has many people.

    Args:
        excluded: ids of contacts that the row is not, as the person said.
    """
    if not book.has_any((*row.emails, *row.phones)):  # as with most new contacts
        return NewContact()
    by_number, by_email = (
        _rivals(book, row, row.phones, is_switchboard, excluded),
        _rivals(book, row, row.emails, is_role_address, excluded),
    )
    trusted = [("number", by_number)]
    if match_by is MatchBy.NUMBER_OR_EMAIL_AND_NAME:
        trusted.append(("email", by_email))
    groups = [(rule, rivals.equal) for rule, rivals in trusted] + [(rule, rivals.fitting) for rule, rivals in trusted]
    for rule, found in groups:
        if len(found) == 1:
            return SameContact(found[0], rule)
        if found:
            return OpenConflict(tuple(found[:MOST_DUPLICATES]), Conflict.SEVERAL_MATCHES)
    different = [contact_id for _, rivals in trusted for contact_id in rivals.different]
    if different:
        return OpenConflict(tuple(dict.fromkeys(different))[:MOST_DUPLICATES], Conflict.OTHER_NAME)
    sharing_email = (*by_email.equal, *by_email.fitting, *by_email.different)
    if sharing_email:
        return OpenConflict(sharing_email[:MOST_DUPLICATES], Conflict.SAME_EMAIL)
    return NewContact()


def _rivals(
    book: Book,
    row: Candidate,
    identities: Iterable[str],
    is_shared: Callable[[str], bool],
    excluded: Collection[str],
) -> _Rivals:
    """The contacts with one of these identities. Of one that many people share, only those with the same name."""
    identities = list(identities)
    if not book.has_any(identities):
        return _NOBODY
    card, found = card_of(row.card), dict[str, Likeness]()
    for identity in identities:
        sharing = book.contacts_with(identity)
        if sharing and (len(sharing) > CROWD or is_shared(identity)):
            found.update(dict.fromkeys(book.contacts_named(identity, card.words), Likeness.EQUAL))
            continue
        for contact_id in sharing:
            if contact_id not in found:
                found[contact_id] = likeness_to(card, book.entry(contact_id))

    for contact_id in excluded:
        found.pop(contact_id, None)

    def alike(*wanted: Likeness) -> list[str]:
        return [contact_id for contact_id, likeness in found.items() if likeness in wanted]

    return _Rivals(alike(Likeness.EQUAL), alike(Likeness.FITS, Likeness.NAMELESS), alike(Likeness.DIFFERS))
