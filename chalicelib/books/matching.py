"""Whether a new contact is one that the book has already. Between two candidates it never picks one silently.

Cards of equal names that share an address or a number are one person. A name with something left out is that person at
an address or a mobile number of their own alone; a card without a name belongs to the one contact that has its address.
Everybody else who shares one is a possible duplicate. See `likeness` for what two names tell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

from chalicelib.books.book import Book, Entry
from chalicelib.contacts.compare_names import Likeness, contradict, likeness
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.identities import renumbered_identities
from chalicelib.contacts.name_cards import Card, Kind, card_of
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.renumbered_phones import has_rules
from chalicelib.contacts.shared_addresses import is_mobile, is_role_address, is_switchboard

CROWD = 50  # contacts that share one address: it is a switchboard's or a shop's, and only an equal name says more
MOST_DUPLICATES = 20  # that a contact points to
_DIFFERS, _NAMELESS, _FITS, _EQUAL = _LEAST_FIRST = tuple(Likeness)


class Candidate(NamedTuple):
    """What matching looks at.

    Args:
        card: as `card_text` gives it. hints: further spellings of its numbers; they only suggest.
    """

    card: str
    emails: Sequence[str]
    phones: Sequence[str]
    hints: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Merge:
    """Args:
    possible_duplicates: others that share an address or a number with the newcomer.
    """

    into: str
    possible_duplicates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Create:
    possible_duplicates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one contact that the newcomer may be: a new one that points to all of them.

    Args:
        fitting: those. possible_duplicates: with the others that share an address or a number.
    """

    fitting: tuple[str, ...]
    possible_duplicates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeaveUnchanged:
    """A contact of the book that the source must not change; `reason` is a code for the ledger."""

    contact_id: str
    reason: str = "exists"


Decision = Create | Merge | Ambiguous | LeaveUnchanged
_NEW = Create()


def apply_on_existing(decision: Decision, wish: OnExisting) -> Decision:
    """The decision as the source wants it. However often it sends a contact, the book grows by it once."""
    if isinstance(decision, Create | LeaveUnchanged):
        return decision
    if wish is OnExisting.CREATE:
        known = (decision.into,) if isinstance(decision, Merge) else ()
        return Create((*known, *decision.possible_duplicates)[:MOST_DUPLICATES])
    if isinstance(decision, Ambiguous):
        return LeaveUnchanged(decision.fitting[0], "exists" if wish is OnExisting.SKIP else "ambiguous")
    return LeaveUnchanged(decision.into) if wish is OnExisting.SKIP else decision


def decide(book: Book, newcomer: Candidate) -> Decision:
    """The one contact that the newcomer is; for two cards the answer is the same in either order of arrival.

    Equal names by email go before equal names by phone, these before names with something left out, and these before
    contacts without a name. Among those alike, several that fit are never picked from.
    """
    _, emails, phones, hints = newcomer
    for identity in (*emails, *phones):
        if book.contacts_with(identity):
            return _Meeting(book, newcomer).decision()
    hinted = _hinted(book, phones, hints) if hints or book.has_hints else ()
    return Create(hinted) if hinted else _NEW


def contacts_sharing(book: Book, identities: Iterable[str], contact_id: str) -> tuple[str, ...]:
    """The other contacts that have one of these emails or phone numbers."""
    found = dict.fromkeys(each for identity in identities for each in book.contacts_with(identity)[:MOST_DUPLICATES])
    found.pop(contact_id, None)
    return tuple(found)


def with_possible_duplicates(contact: Contact, others: Sequence[str]) -> Contact:
    """The contact with these among its possible duplicates."""
    known = contact.possible_duplicates
    if all(each in known for each in others):
        return contact
    return replace(contact, possible_duplicates=tuple(dict.fromkeys((*known, *others)))[:MOST_DUPLICATES])


def likeness_to(card: Card, entry: Entry) -> Likeness:
    """What a card tells of a contact: it is equal to one of its cards, or fits all of them, or differs."""
    cards = [card_of(text) for text in entry.names]
    if card in cards:
        return _EQUAL
    if any(contradict(card, each) for each in cards):
        return _DIFFERS
    named = [each for each in cards if each.kind in (Kind.PERSON, Kind.HOUSEHOLD)]
    named = named or [each for each in cards if each.kind is Kind.COMPANY]  # a named person may work anywhere
    if not named:
        return likeness(card, Card(Kind.BARE))
    found = {likeness(card, each) for each in named}
    if _EQUAL in found:
        return _EQUAL
    return min(found, key=_LEAST_FIRST.index)


class _Meeting:
    """A newcomer and all contacts that share an address or a number with it."""

    def __init__(self, book: Book, newcomer: Candidate) -> None:
        self._book, self._newcomer = book, newcomer
        self._card = card_of(newcomer.card)
        self._known: dict[str, Likeness] = {}
        self._rivals: dict[str, None] = {}
        self._groups: tuple[dict[str, None], ...] = ({}, {}, {}, {}, {})
        self._alone = False  # whether some address is one contact's own

    def decision(self) -> Decision:
        for at, identity in enumerate((*self._newcomer.emails, *self._newcomer.phones)):
            sharing = self._book.contacts_with(identity)
            if sharing:
                self._rivals.update(dict.fromkeys(sharing[:MOST_DUPLICATES]))
                self._meet(identity, sharing, is_phone=at >= len(self._newcomer.emails))
        if self._newcomer.hints or self._book.has_hints:
            self._rivals.update(dict.fromkeys(_hinted(self._book, self._newcomer.phones, self._newcomer.hints)))
        group = next((each for each in self._groups if each), {})
        others = tuple(each for each in group | self._rivals)
        if not group:
            return Create(others[:MOST_DUPLICATES])
        into = next(iter(group))
        if len(group) == 1 and (self._card.kind is not Kind.BARE or self._is_its_own(into)):
            return Merge(into, tuple(each for each in others if each != into)[:MOST_DUPLICATES])
        return Ambiguous(tuple(group)[:MOST_DUPLICATES], others[:MOST_DUPLICATES])

    def _meet(self, identity: str, sharing: Sequence[str], *, is_phone: bool) -> None:
        if len(sharing) > CROWD:
            near: Sequence[str] = self._book.contacts_named(identity, self._card.words)
        else:
            near = sharing
        alike = {contact_id: self._likeness(contact_id) for contact_id in near}
        office = is_switchboard(identity) if is_phone and _NAMELESS in alike.values() else False
        office = office or (not is_phone and is_role_address(identity))
        equal, fitting, nameless = self._groups[is_phone], self._groups[2 + is_phone], self._groups[4]
        for contact_id, found in alike.items():
            has_no_name = found is _NAMELESS or self._card.kind is Kind.BARE
            if has_no_name and is_phone and self._is_respelled(identity, contact_id):
                continue
            if found is _EQUAL:
                equal[contact_id] = None
            elif found is _FITS and not office and self._is_private(identity, alike, is_phone=is_phone):
                fitting[contact_id] = None
            elif found is _NAMELESS and (self._card.kind is Kind.BARE or (len(sharing) == 1 and not office)):
                nameless[contact_id] = None
        self._alone = self._alone or (len(sharing) == 1 and not office)

    def _is_respelled(self, number: str, contact_id: str) -> bool:
        """Whether they have different spellings: the line may have a new owner since, so the names must agree."""
        if not has_rules(number):
            return False
        sides = (self._newcomer.phones, self._book.entry(contact_id).identities)
        return any(number in renumbered_identities(filter(has_rules, side)) for side in sides)

    def _likeness(self, contact_id: str) -> Likeness:
        found = self._known.get(contact_id)
        if found is None:
            found = self._known[contact_id] = likeness_to(self._card, self._book.entry(contact_id))
        return found

    def _is_private(self, identity: str, alike: Mapping[str, Likeness], *, is_phone: bool) -> bool:
        """Whether an address or a number is one person's, as far as its kind and the book can tell."""
        if _DIFFERS in alike.values() or (is_phone and not is_mobile(identity)):
            return False
        entries = [self._book.entry(contact_id) for contact_id in alike]
        return not any(_differ(one, other) for one, other in combinations(entries, 2))

    def _is_its_own(self, contact_id: str) -> bool:
        """Whether a card without a name may belong to this contact, the only one that has what it says."""
        return self._known[contact_id] is _EQUAL or (self._alone and len(self._rivals) == 1)


def _differ(one: Entry, other: Entry) -> bool:
    return any(likeness_to(card_of(text), other) is _DIFFERS for text in one.names)


def _hinted(book: Book, phones: Sequence[str], hints: Sequence[str]) -> tuple[str, ...]:
    """Contacts that have another spelling of one of these numbers."""
    found = dict.fromkeys(each for hint in hints for each in book.contacts_with(hint))
    found.update(dict.fromkeys(each for number in (*phones, *hints) for each in book.contacts_hinted(number)))
    return tuple(found)[:MOST_DUPLICATES]
