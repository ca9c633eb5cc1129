"""Finds the contact of a row that has a name, but neither an address nor a number.

A name alone does not tell who somebody is. So the contact must have just this name and no address or number either, and
it must be the only such one that shows everything that the row says: then taking the row changes nothing.
"""

from collections.abc import Callable, Mapping

from chalicelib.books.book import Book
from chalicelib.books.matching import MOST_DUPLICATES, Candidate
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
        self._asked: tuple[str, str | None] = ("", None)  # the last question and its answer; some are asked twice

    def find(self, key: str, fields: ContactFields, row: Candidate, is_excluded: Callable[[str], bool]) -> str | None:
        """The id of the contact that shows all that the row says; None if there is none, or there are several.

        Args:
            key: of the row.
            is_excluded: whether the row is not the contact with this id.
        """
        if not row.card or "emails" in fields or "phones" in fields:
            return None
        if self._asked[0] != key:
            self._asked = (key, self._find(fields, row.card, is_excluded))
        return self._asked[1]

    def _find(self, fields: ContactFields, name: str, is_excluded: Callable[[str], bool]) -> str | None:
        if self._by_name is None:
            self._by_name = _by_name(self._book())
        namesakes = self._by_name.get(name, ())
        if len(namesakes) > MOST_DUPLICATES:
            return None
        showing = [each for each in namesakes if not is_excluded(each) and self._shows_all(each, fields)]
        return showing[0] if len(showing) == 1 else None

    def _shows_all(self, contact_id: str, fields: ContactFields) -> bool:
        contact = self._read(contact_id)
        return contact is not None and shows_all(contact, fields)


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
