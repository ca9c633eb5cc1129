"""Finds the contacts of a list that repeat an earlier one: the same external id, or the same first email and no
different name.
"""

from collections.abc import Iterator, Sequence

from chalicelib.books.matching import CROWD
from chalicelib.books.prepared_contact import display_name
from chalicelib.bulk.outcome_reasons import DUPLICATE, FIRST_EMAIL, with_values
from chalicelib.bulk.submitted_contact import EXTERNAL_ID, SubmittedContact, fields_of
from chalicelib.contacts.compare_names import Likeness, likeness
from chalicelib.contacts.identities import email_identity
from chalicelib.contacts.name_cards import Card, Kind, card_of, card_text
from chalicelib.contacts.shared_addresses import is_role_address
from chalicelib.contacts.source_record import ContactFields, Incoming, LeftOut, SourceContact


def incoming_contacts(contacts: Sequence[SubmittedContact], alias_prefix: str = "") -> list[Incoming]:
    """The list as input for the book: each contact by its index, duplicates left out with the index they repeat.

    Args:
        alias_prefix: of the external ids of the client.
    """
    return [
        _source_contact(index, each, alias_prefix)
        if winner is None
        else LeftOut(str(index), with_values(DUPLICATE, [winner, _repeated_field(each)]), display_name(fields_of(each)))
        for index, (each, winner) in enumerate(zip(contacts, winners(contacts), strict=True))
    ]


def _source_contact(index: int, contact: SubmittedContact, alias_prefix: str) -> SourceContact:
    external_id = contact.get(EXTERNAL_ID)
    aliases = () if external_id is None else (f"{alias_prefix}{external_id}",)
    return SourceContact(str(index), fields_of(contact), aliases, is_clean=True)


def _repeated_field(contact: SubmittedContact) -> str:
    """The field by which a contact repeats an earlier one: its external id if it has one, otherwise its first email."""
    return EXTERNAL_ID if contact.get(EXTERNAL_ID) else FIRST_EMAIL


def winners(contacts: Sequence[SubmittedContact]) -> list[int | None]:
    """For each contact the index of the earlier one that it repeats; None for a contact that repeats none.

    A contact repeats an earlier one if both have the same external id, or if their primary emails are equal, their
    names do not differ, and it has no external id, which tells that it is a contact of its own.
    """
    found: list[int | None] = [None] * len(contacts)
    mailboxes: dict[str, list[int]] = {}
    first: dict[str, int] = {}  # the index of each external id
    for index, contact in enumerate(contacts):
        if external_id := contact.get(EXTERNAL_ID):
            earliest = first.setdefault(external_id, index)
            found[index] = None if earliest == index else earliest
        email = primary_email(contact)
        if email and found[index] is None:
            mailboxes.setdefault(email, []).append(index)
    for email, indexes in mailboxes.items():
        if len(indexes) > 1:
            cards = [card_of(card_text(contacts[index])) for index in indexes]
            for index, winner in zip(indexes, _repeated(email, cards), strict=True):
                if winner is not None and EXTERNAL_ID not in contacts[index]:
                    found[index] = indexes[winner]
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
