"""The order of names, as people look for them: case and accents do not count; contacts without a name come last."""

from collections.abc import Callable, Iterable, Iterator

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_text import order_key

SORTED_BY = 100  # signs of a name; a hostile one of thousands costs no more


def by_name(contacts: Iterable[Contact], kept: Callable[[Contact], str]) -> Iterator[str]:
    """What `kept` makes of each contact, in the order of their names. That text is all that is held in memory."""
    held = [(*_place(contact), kept(contact).encode()) for contact in contacts]
    held.sort()
    return (text.decode() for *_, text in held)


def _place(contact: Contact) -> tuple[bool, str, str]:
    name = order_key(contact.shown.get("display", "")[:SORTED_BY])
    return not name, name, contact.contact_id
