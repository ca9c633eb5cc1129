"""What merging needs of the index of a book, which the address book keeps."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from chalicelib.books.version import Edits


class LinkIndex(Protocol):
    """Finds contacts by what they refer to or have."""

    def referring_to(self, contact_id: str) -> Sequence[str]:
        """The ids of contacts that have this one as a possible duplicate."""
        ...

    def sharing(self, identities: Iterable[str]) -> Sequence[str]:
        """The ids of contacts that have one of these emails or phone numbers."""
        ...


class FoundIndex(Protocol):
    """An index, and whether it has every change of the book."""

    @property
    def index(self) -> LinkIndex: ...

    @property
    def is_current(self) -> bool: ...


class BookIndexes(Protocol):
    """The indexes of all books."""

    def get(self, owner: str) -> FoundIndex: ...

    def note_edit(self, owner: str, before: Edits, *, is_unlinked: bool = False) -> None: ...
