"""The contacts of a plan that is never committed, packed: few of them are looked at again."""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from chalicelib.books.contact_rows import to_contact
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.fast_json import decode_json, encode_json


class _Place(NamedTuple):
    """Where the content of a contact is."""

    chunk: int
    number: int  #: in it


class UnwrittenContacts(Mapping[str, Contact | None]):
    """Contacts as their writes would leave them, by id; None for one that would be removed."""

    def __init__(self, text: Callable[[str], bytes | None]) -> None:
        """Keep none yet.

        Args:
            text: returns the book's text of an entry, which the item of its contact would have as `match`.
        """
        self._text = text
        self._places: dict[str, _Place] = {}
        self._chunks: list[bytes] = []  # the contents of the items of each chunk, packed
        self._unpacked: tuple[int, list[str | None]] = (-1, [])  # the chunk that was looked at last, and its contents

    def add(self, changed: Sequence[str], writes: Sequence[Write]) -> None:
        """Note the writes of a chunk.

        Args:
            changed: the ids of their contacts, in the same order.
        """
        contents = [each["Put"]["Item"]["content"]["S"] if "Put" in each else None for each in writes]
        chunk = len(self._chunks)
        self._places.update({contact_id: _Place(chunk, number) for number, contact_id in enumerate(changed)})
        self._chunks.append(zlib.compress(encode_json(contents).encode("utf-8", "surrogatepass"), 1))

    def forget(self, contact_ids: Iterable[str]) -> None:
        """Forget these contacts, which have changed where they are stored."""
        for contact_id in contact_ids:
            self._places.pop(contact_id, None)

    def __getitem__(self, contact_id: str) -> Contact | None:
        chunk, number = self._places[contact_id]
        if self._unpacked[0] != chunk:
            self._unpacked = (chunk, decode_json(zlib.decompress(self._chunks[chunk])))
        content = self._unpacked[1][number]
        match = self._text(contact_id)
        if content is None or match is None:
            return None
        return to_contact({"match": {"S": match.decode("utf-8", "surrogatepass")}, "content": {"S": content}})

    def __contains__(self, contact_id: object) -> bool:
        return contact_id in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
