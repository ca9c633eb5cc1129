"""Sorts contacts by name for exports, ignoring case and accents; contacts without a name come last."""

from collections.abc import Callable, Iterable, Iterator

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_text import order_key

SORTED_BY = 100  # characters of a name, so that a long one costs no more


def by_name(contacts: Iterable[Contact], to_text: Callable[[Contact], str]) -> Iterator[str]:
    """The text of each contact, sorted by name. Only these texts are held in memory."""
    held = [(*_sort_key(contact), to_text(contact).encode()) for contact in contacts]
    held.sort()
    return (text.decode() for *_, text in held)


def _sort_key(contact: Contact) -> tuple[bool, str, str]:
    name = order_key(contact.shown.get("display", "")[:SORTED_BY])
    return not name, name, contact.contact_id
