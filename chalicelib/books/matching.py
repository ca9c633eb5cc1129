"""Decides whether a source contact is already in the book. Of several matches, it never picks one silently.

Contacts with equal names that share an email or a phone number are one person. An incomplete name matches only by an
email or a mobile number that is personal; a contact without a name matches only the single contact that has its email
or number. All others that share one are possible duplicates. `likeness` compares two names.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
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

CROWD = 50  # contacts that share one address; then it belongs to a switchboard or a shop, and only equal names match
MOST_DUPLICATES = 20  # of one contact
_DIFFERS, _NAMELESS, _FITS, _EQUAL = _LEAST_FIRST = tuple(Likeness)


class Candidate(NamedTuple):
    """The part of a source contact that matching compares."""

    card: str  #: its name card (see `card_text`)
    emails: Sequence[str]  #: in normal form
    phones: Sequence[str]  #: in normal form
    hints: Sequence[str] = ()  #: other spellings of the numbers; they only suggest duplicates, never match


@dataclass(frozen=True, slots=True)
class Merge:
    """The candidate is this contact of the book."""

    into: str  #: its id
    possible_duplicates: tuple[str, ...] = ()  #: ids of others that share an email or a number with the candidate


@dataclass(frozen=True, slots=True)
class Create:
    """The candidate is a new contact."""

    possible_duplicates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The candidate may be one of several contacts, so it becomes a new one that points to all of them."""

    matches: tuple[str, ...]  #: ids of the contacts that it may be
    possible_duplicates: tuple[str, ...]  #: these, and the others that share an email or a number


@dataclass(frozen=True, slots=True)
class LeaveUnchanged:
    """The candidate is a contact of the book that the source must not change."""

    contact_id: str
    reason: str = "exists"  #: a code for the ledger
    rivals: tuple[str, ...] = ()  #: ids of the contacts that it may be, if these are several


Decision = Create | Merge | Ambiguous | LeaveUnchanged
_NEW = Create()


def apply_on_existing(decision: Decision, policy: OnExisting) -> Decision:
    """The decision under the source's policy for contacts that exist.

    Ambiguous contacts are left unchanged, so that a source that sends them again does not multiply them.
    """
    if isinstance(decision, Create | LeaveUnchanged):
        return decision
    if policy is OnExisting.CREATE:
        known = (decision.into,) if isinstance(decision, Merge) else ()
        return Create((*known, *decision.possible_duplicates)[:MOST_DUPLICATES])
    if isinstance(decision, Ambiguous):
        reason = "exists" if policy is OnExisting.SKIP else "ambiguous"
        return LeaveUnchanged(decision.matches[0], reason, decision.matches)
    return LeaveUnchanged(decision.into) if policy is OnExisting.SKIP else decision


def decide(book: Book, candidate: Candidate, excluded: Collection[str] = ()) -> Decision:
    """Match the candidate against the book. For two contacts, the result does not depend on their order of arrival.

    Matches are ranked: equal names by email, equal names by phone, incomplete names by email, incomplete names by
    phone, contacts without a name. The best rank decides; if it has several matches, they are ambiguous.

    Args:
        excluded: ids of contacts that it is not, and that it is no possible duplicate of.
    """
    _, emails, phones, hints = candidate
    if book.has_any((*emails, *phones)):
        return _Comparison(book, candidate, excluded).decision()
    hinted = _hinted_contacts(book, phones, hints, excluded) if hints or book.has_hints else ()
    return Create(hinted) if hinted else _NEW


def is_deleted_person(book: Book, candidate: Candidate) -> bool:
    """Whether the person deleted a contact that shares an identity with the candidate, and whose name agrees."""
    if not book.deletions:  # as in most books
        return False
    identities = (*candidate.emails, *candidate.phones)
    unused = [identity for identity in identities if not book.contacts_with(identity)]
    return any(book.deletions.matching(candidate.card, identities, unused))


def contacts_sharing(book: Book, identities: Iterable[str], contact_id: str) -> tuple[str, ...]:
    """The ids of the other contacts that have one of these emails or phone numbers, and may be the same person."""
    found = dict.fromkeys(each for identity in identities for each in book.contacts_with(identity)[:MOST_DUPLICATES])
    found.pop(contact_id, None)
    if book.pairs:
        return tuple(each for each in found if not book.is_different(contact_id, each))
    return tuple(found)


def with_possible_duplicates(contact: Contact, others: Sequence[str]) -> Contact:
    """The contact with these ids added to its possible duplicates, at most `MOST_DUPLICATES`."""
    known = contact.possible_duplicates
    if all(each in known for each in others):
        return contact
    most = max(MOST_DUPLICATES, len(known))  # a contact that others were merged into may have more
    return replace(contact, possible_duplicates=tuple(dict.fromkeys((*known, *others)))[:most])


def likeness_to(card: Card, entry: Entry) -> Likeness:
    """Compare a name card with a contact: equal to one of its cards, compatible with all of them, or different."""
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


class _Comparison:
    """A candidate and all contacts that share an email or a phone number with it."""

    def __init__(self, book: Book, candidate: Candidate, excluded: Collection[str]) -> None:
        self._book, self._candidate, self._excluded = book, candidate, excluded
        self._card = card_of(candidate.card)
        self._known: dict[str, Likeness] = {}
        self._rivals: dict[str, None] = {}
        self._groups: tuple[dict[str, None], ...] = ({}, {}, {}, {}, {})
        self._has_own_address = False  # whether an email or number belongs to one contact only

    def decision(self) -> Decision:
        """Compare the candidate with each contact that shares an identity with it, and decide by the best rank."""
        for at, identity in enumerate((*self._candidate.emails, *self._candidate.phones)):
            sharing = self._book.contacts_with(identity)
            if self._excluded:
                sharing = [each for each in sharing if each not in self._excluded]
            if sharing:
                self._rivals.update(dict.fromkeys(sharing[:MOST_DUPLICATES]))
                self._compare(identity, sharing, is_phone=at >= len(self._candidate.emails))
        if self._candidate.hints or self._book.has_hints:
            hinted = _hinted_contacts(self._book, self._candidate.phones, self._candidate.hints, self._excluded)
            self._rivals.update(dict.fromkeys(hinted))
        group = next((each for each in self._groups if each), {})
        others = tuple(each for each in group | self._rivals)
        if not group:
            return Create(others[:MOST_DUPLICATES])
        into, is_bare = next(iter(group)), self._card.kind is Kind.BARE
        if len(group) == 1 and (not is_bare or self._is_only_match(into)):
            return Merge(into, tuple(each for each in others if each != into)[:MOST_DUPLICATES])
        matches = (each for each in others if self._known.get(each) is not _DIFFERS) if is_bare else group
        return Ambiguous(tuple(matches)[:MOST_DUPLICATES], others[:MOST_DUPLICATES])

    def _compare(self, identity: str, sharing: Sequence[str], *, is_phone: bool) -> None:
        """Sort the contacts that share this email or number into the groups, by rank."""
        if len(sharing) > CROWD:
            named = self._book.contacts_named(identity, self._card.words)
            close: Sequence[str] = [each for each in named if each not in self._excluded]
        else:
            close = sharing
        alike = {contact_id: self._likeness(contact_id) for contact_id in close}
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
        self._has_own_address = self._has_own_address or (len(sharing) == 1 and not office)

    def _is_respelled(self, number: str, contact_id: str) -> bool:
        """Whether candidate and contact have different spellings of the number, which a renumbering country changed.

        The number may have a new owner then, so it identifies nobody without a name.
        """
        if not has_rules(number):
            return False
        sides = (self._candidate.phones, self._book.entry(contact_id).identities)
        return any(number in renumbered_identities(filter(has_rules, side)) for side in sides)

    def _likeness(self, contact_id: str) -> Likeness:
        """How alike the candidate's name and a contact are; computed once."""
        found = self._known.get(contact_id)
        if found is None:
            found = self._known[contact_id] = likeness_to(self._card, self._book.entry(contact_id))
        return found

    def _is_private(self, identity: str, alike: Mapping[str, Likeness], *, is_phone: bool) -> bool:
        """Whether an email or a number belongs to one person, as far as its kind and the book can tell."""
        if _DIFFERS in alike.values() or (is_phone and not is_mobile(identity)):
            return False
        entries = [self._book.entry(contact_id) for contact_id in alike]
        return not any(
            likeness_to(card_of(text), other) is _DIFFERS
            for one, other in combinations(entries, 2)
            for text in one.names
        )

    def _is_only_match(self, contact_id: str) -> bool:
        """Whether a candidate without a name may be this contact, the only one that shares anything with it."""
        return self._known[contact_id] is _EQUAL or (self._has_own_address and len(self._rivals) == 1)


def _hinted_contacts(
    book: Book, phones: Sequence[str], hints: Sequence[str], excluded: Collection[str]
) -> tuple[str, ...]:
    """The ids of the contacts that have another spelling of one of these numbers."""
    found = dict.fromkeys(each for hint in hints for each in book.contacts_with(hint))
    found.update(dict.fromkeys(each for number in (*phones, *hints) for each in book.contacts_hinted(number)))
    return tuple(each for each in found if each not in excluded)[:MOST_DUPLICATES]
