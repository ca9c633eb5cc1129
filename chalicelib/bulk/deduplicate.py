"""Finds the contacts of a list that repeat an earlier one: the same first email, and no different name."""

from collections.abc import Iterator, Sequence

from chalicelib.books.matching import CROWD
from chalicelib.books.prepared_contact import display_name
from chalicelib.bulk.outcome_reasons import DUPLICATE
from chalicelib.contacts.compare_names import Likeness, likeness
from chalicelib.contacts.identities import email_identity
from chalicelib.contacts.name_cards import Card, Kind, card_of, card_text
from chalicelib.contacts.shared_addresses import is_role_address
from chalicelib.contacts.source_record import ContactFields, Incoming, LeftOut, SourceContact


def incoming_contacts(contacts: Sequence[ContactFields]) -> list[Incoming]:
    """The list as input for the book: each contact by its index, duplicates left out with the index they repeat."""
    return [
        SourceContact(str(index), each, is_clean=True)
        if winner is None
        else LeftOut(str(index), f"{DUPLICATE}:{winner}", display_name(each))
        for index, (each, winner) in enumerate(zip(contacts, winners(contacts), strict=True))
    ]


def winners(contacts: Sequence[ContactFields]) -> list[int | None]:
    """For each contact the index of the earlier one that it repeats; None for a contact that repeats none.

    A contact repeats an earlier one if their primary emails are equal and their names do not differ.
    """
    found: list[int | None] = [None] * len(contacts)
    mailboxes: dict[str, list[int]] = {}
    for index, contact in enumerate(contacts):
        email = primary_email(contact)
        if email:
            mailboxes.setdefault(email, []).append(index)
    for email, indexes in mailboxes.items():
        if len(indexes) > 1:
            cards = [card_of(card_text(contacts[index])) for index in indexes]
            for index, winner in zip(indexes, _repeated(email, cards), strict=True):
                found[index] = None if winner is None else indexes[winner]
    return found


def primary_email(contact: ContactFields) -> str:
    """The first email in its normal form; "" for none."""
    for email in contact.get("emails", ()):
        return email_identity(email) or email["value"].strip().lower()
    return ""


def _repeated(email: str, cards: Sequence[Card]) -> Iterator[int | None]:
    """For each card of one mailbox the position of the earlier card that it repeats."""
    named = [card for card in cards if card.kind is not Kind.BARE]
    is_shared = any(likeness(named[0], card) is Likeness.DIFFERS for card in named[1:])
    enough = {Likeness.EQUAL, Likeness.NAMELESS}
    if not is_shared and not is_role_address(email):
        enough.add(Likeness.FITS)
    taken: dict[Card, int] = {}
    for position, card in enumerate(cards):
        found = taken.get(card)
        if found is None and len(taken) <= CROWD:
            # In a shared mailbox, one card without a name would otherwise absorb all others.
            skips_nameless = is_shared and card.kind is not Kind.BARE
            found = next(
                (
                    at
                    for each, at in taken.items()
                    if not (skips_nameless and each.kind is Kind.BARE) and likeness(card, each) in enough
                ),
                None,
            )
        if found is None:
            taken[card] = position
        yield found
