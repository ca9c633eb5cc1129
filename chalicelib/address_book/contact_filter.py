"""Filters lists of contacts exactly: by an address, a number, their sources and groups, and when they changed.

The index rules contacts out; those that are shown are checked again as they are now, since an index may be older.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.address_book.index import Index
from chalicelib.address_book.number_search import digit_lines, exact_numbers
from chalicelib.address_book.search import LONGEST_NAMES, LONGEST_TEXT
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_text import plain
from chalicelib.contacts.identities import emails_of, with_e164
from chalicelib.contacts.normalize_email import normalize_email
from chalicelib.contacts.source import Source, SourceKind
from chalicelib.foundation.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """What the listed contacts have in common. A field that is None, or empty, excludes nothing."""

    #: In normal form: see `email_of`.
    email: str | None = None
    #: The number in every spelling that counts as the same: see `numbers_of`.
    numbers: frozenset[str] = frozenset()
    #: The key of a source.
    source: str | None = None
    #: The id of a connected account.
    connection: str | None = None
    #: The tag of a source.
    tag: str | None = None
    #: The whole name of a group.
    group: str | None = None
    #: The ids of the contacts in a collection, also those of other books.
    members: Collection[str] | None = None
    has_duplicates: bool | None = None
    #: Milliseconds since 1970; contacts that changed at that instant are included.
    changed_since: int | None = None

    def places(self, index: Index, places: Sequence[int]) -> Sequence[int]:
        """Those of the places of an index whose contacts fit."""
        for fits in self._row_checks(index):
            places = list(filter(fits, places))
        return places

    def fits(self, contact: Contact) -> bool:
        """Whether a contact fits that was just read, with its possible duplicates in both directions."""
        return all(self._contact_checks(contact))

    def _row_checks(self, index: Index) -> Iterator[Callable[[int], bool]]:
        """The checks of a row by its place; each of a field that is given."""
        if self.members is not None:
            members = self.members
            yield lambda place: index.positions[place].contact_id in members
        if self.changed_since is not None:
            since = self.changed_since
            yield lambda place: index.updated_at[place] >= since
        if self.has_duplicates is not None:
            linked, wanted = index.linked, self.has_duplicates
            yield lambda place: (index.positions[place].contact_id in linked) is wanted
        yield from self._checks_of_sources(index)
        if self.group is not None:
            numbers = {number for number, each in enumerate(index.group_sets) if self.group in each}
            yield lambda place: index.groups[place] in numbers
        if self.email is not None:
            email = plain(self.email)
            yield lambda place: _has_line(index.searchable[place].plain, email, LONGEST_TEXT)
        if self.numbers:
            yield lambda place: _has_number(index.searchable[place].numbers, self.numbers)

    def _checks_of_sources(self, index: Index) -> Iterator[Callable[[int], bool]]:
        if self.source is self.connection is self.tag is None:
            return
        sets = {
            number
            for number, each in enumerate(index.source_sets)
            if self._fits_sources(each.sources) and (self.tag is None or self.tag in each.tags)
        }
        yield lambda place: index.sources[place] in sets

    def _contact_checks(self, contact: Contact) -> Iterator[bool]:
        yield self.members is None or contact.contact_id in self.members
        yield self.changed_since is None or contact.updated_at >= self.changed_since
        yield self.has_duplicates is None or bool(contact.possible_duplicates) is self.has_duplicates
        yield self._fits_sources([record.source for record in contact.records])
        yield self.tag is None or self.tag in contact.tags
        yield self.group is None or self.group in contact.shown.get("groups", ())
        yield self.email is None or self.email in emails_of(contact.shown)
        yield not self.numbers or not self.numbers.isdisjoint(digit_lines(contact.shown).split("\n"))

    def _fits_sources(self, sources: Collection[str]) -> bool:
        if self.source is not None and self.source not in sources:
            return False
        return self.connection is None or any(_connection_of(source) == self.connection for source in sources)


ALL = ContactFilter()


def email_of(text: str) -> str:
    """The normal form of an email address. Raises InvalidInput."""
    email = normalize_email(text)
    if email is None:
        raise InvalidInput("email must be a whole email address, such as ada@example.org.", field="email")
    return email


def numbers_of(text: str, region: str) -> frozenset[str]:
    """A phone number in every spelling that counts as the same. Raises InvalidInput.

    Args:
        region: the country of numbers without a country code ("DE").
    """
    numbers = exact_numbers(with_e164({"phones": [{"raw": text}]}, region))
    if not numbers:
        raise InvalidInput("phone must be a whole phone number, such as +49 170 1234567.", field="phone")
    return numbers


def _connection_of(source: str) -> str | None:
    known = Source.of(source)
    return known.id if known.kind is SourceKind.PROVIDER else None


def _has_line(lines: str, line: str, longest: int) -> bool:
    """Whether a column of a row has this line, or may have it, because it was cut off."""
    return (line in lines and line in lines.split("\n")) or len(lines) >= longest


def _has_number(lines: str, numbers: frozenset[str]) -> bool:
    for number in numbers:  # one or two; most lines lack both
        if number in lines:
            return not numbers.isdisjoint(lines.split("\n")) or len(lines) >= LONGEST_NAMES
    return len(lines) >= LONGEST_NAMES
