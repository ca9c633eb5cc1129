"""The contacts of a plan that is never committed, in the form in which they would be stored: it takes little memory."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.books.contact_rows import to_contact
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import Write


class UnwrittenContacts(Mapping[str, Contact | None]):
    """Contacts as the writes would leave them, by id; None for one that would be removed."""

    def __init__(self) -> None:
        self._stored: dict[str, tuple[bytes, bytes] | None] = {}  # match and content of the items

    def add(self, contact_id: str, write: Write, match: bytes | None) -> None:
        """Note the write of a contact.

        Args:
            match: the text of its entry, which the book has; None if it is removed.
        """
        if match is None:
            self._stored[contact_id] = None
        else:
            content: Any = write["Put"]["Item"]["content"]["S"]
            self._stored[contact_id] = match, content.encode("utf-8", "surrogatepass")

    def __getitem__(self, contact_id: str) -> Contact | None:
        stored = self._stored[contact_id]
        if stored is None:
            return None
        match, content = (text.decode("utf-8", "surrogatepass") for text in stored)
        return to_contact({"match": {"S": match}, "content": {"S": content}})

    def __contains__(self, contact_id: object) -> bool:
        return contact_id in self._stored

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)
