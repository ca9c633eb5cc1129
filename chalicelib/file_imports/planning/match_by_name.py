"""Finds the contact of a row that has a name, but neither an address nor a number.

A name alone does not tell who somebody is. So the contact must be the only one of just this name that has no address or
number either, and it must show everything that the row says: then taking the row changes nothing.
"""

from collections.abc import Callable, Collection, Mapping

from chalicelib.books.book import Book
from chalicelib.books.matching import Candidate
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_records import holds_note, same_value, without
from chalicelib.contacts.source_record import ContactFields


class NamedContacts:
    """The contacts of a book that have no address and no number, by their names; read at the first question."""

    def __init__(self, book: Callable[[], Book], read: Callable[[str], Contact | None]) -> None:
        """Look in a book.

        Args:
            read: returns the whole contact with an id, as it is stored.
        """
        self._book, self._read = book, read
        self._by_name: Mapping[str, list[str]] | None = None
        self._asked: tuple[str, str | None] = ("", None)  # the last question and its answer; each is asked twice

    def find(self, key: str, fields: ContactFields, row: Candidate, excluded: Collection[str]) -> str | None:
        """The id of the contact that shows all that the row says; None if there is none, or several have its name.

        Args:
            key: of the row.
            excluded: ids of contacts that the row is not, as the person said.
        """
        if not row.card or "emails" in fields or "phones" in fields:
            return None
        if self._asked[0] != key:
            self._asked = (key, self._find(fields, row.card, excluded))
        return self._asked[1]

    def _find(self, fields: ContactFields, name: str, excluded: Collection[str]) -> str | None:
        if self._by_name is None:
            self._by_name = _by_name(self._book())
        namesakes = self._by_name.get(name, ())
        if len(namesakes) != 1 or namesakes[0] in excluded:
            return None
        contact = self._read(namesakes[0])
        return namesakes[0] if contact is not None and shows_all(contact, fields) else None


def shows_all(contact: Contact, fields: ContactFields) -> bool:
    """Whether a contact shows every value of these fields."""
    shown = contact.shown
    return all(_shows(shown.get(name), name, value) for name, value in fields.items())


def _shows(shown: object, name: str, value: object) -> bool:
    if isinstance(value, list):
        return isinstance(shown, list) and not without(name, value, shown)
    if name == "notes":
        return isinstance(shown, str) and isinstance(value, str) and holds_note(shown, value)
    return shown is not None and same_value(name, shown, value)


def _by_name(book: Book) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in book:
        if not entry.identities and not entry.hints:
            for name in entry.names:
                found.setdefault(name, []).append(entry.contact_id)
    return found
