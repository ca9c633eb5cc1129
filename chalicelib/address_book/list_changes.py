"""Lists what changed in a book since a token, for those who keep a copy of it.

A look at the book is taken when somebody asks and its version is another one than at the last look; imports and edits
do nothing for it. A look needs a current index: an older one may lack what the last look had.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from chalicelib.address_book.contact_filter import ContactFilter
from chalicelib.address_book.followed_book import (
    END,
    KEPT_DAYS,
    START,
    FollowedBook,
    Position,
    Since,
    StartOver,
    day_of,
)
from chalicelib.address_book.followed_store import FollowedStore, LastLook
from chalicelib.address_book.index_store import IndexStore
from chalicelib.books.book_store import BookStore
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.redirects import RedirectStore
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import Unavailable
from chalicelib.foundation.ids import fresh_id

TRIES = 4  # of a look, if others look at the same time


class MergedId(NamedTuple):
    """A contact that was merged into another one."""

    contact_id: str
    into: str


@dataclass(frozen=True, slots=True)
class ContactChanges:
    """The next changes of a book."""

    #: New and changed contacts, as they are now, with their possible duplicates in both directions.
    contacts: Sequence[Contact] = ()
    #: The ids of contacts that are gone, and of those that are part of others now.
    deleted: Sequence[str] = ()
    merged: Sequence[MergedId] = ()
    #: The token with which to go on; None if nothing can be told yet, as the book is being prepared.
    since: str | None = None
    #: Whether there is more to tell at once.
    has_more: bool = False
    #: Whether, with what is left to tell, this is the book as it is now; not during an import.
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Walk:
    """What pages of the list must show to those who follow the book after a walk through them.

    They show only contacts that the last look had, with their possible duplicates then: what it did not have could be
    gone before the next look, which would not miss it.
    """

    book: FollowedBook
    #: The token with which to follow the book if the walk begins now; None if the look is not the book as it is now.
    since: str | None

    def narrow(self, wanted: ContactFilter) -> ContactFilter:
        """The filter of a page."""
        known = self.book.contacts.keys()
        return replace(wanted, members=known if wanted.members is None else known & set(wanted.members))

    def shown(self, contacts: Sequence[Contact]) -> list[Contact]:
        """The contacts of a page."""
        return [_linked(each, self.book) for each in contacts]


@dataclass(frozen=True)
class ListChanges:
    """Use case: follow a book."""

    contacts: ContactStore
    redirects: RedirectStore
    books: BookStore
    indexes: IndexStore
    followed: FollowedStore
    clock: Clock

    def __call__(self, owner: str, since: str | None, limit: int) -> ContactChanges:
        """Up to `limit` changes since a token, or from the beginning.

        Raises:
            InvalidInput: the token is malformed.
            StartOver: it is too old, or of another book.
        """
        asked = None if since is None else Since.read(since)
        look, is_current = self._look(owner)
        if look is None:
            if asked is not None:
                raise StartOver
            return ContactChanges()
        if asked is not None and self._checked(asked, look) == Position(look.number, END):
            return ContactChanges(since=self._token(look), is_current=is_current)
        look, book, is_current = self._opened(owner, look, is_current)
        position = START if asked is None else self._checked(asked, look)
        return replace(self._page(owner, look, book, position, limit), is_current=is_current)

    def walk(self, owner: str) -> Walk:
        """What a page of the list must show to those who follow the book afterwards."""
        look, is_current = self._look(owner)
        if look is None:
            return Walk(FollowedBook(), None)
        look, book, is_current = self._opened(owner, look, is_current)
        return Walk(book, self._token(look) if is_current else None)

    def _opened(self, owner: str, look: LastLook, is_current: bool) -> tuple[LastLook, FollowedBook, bool]:
        """The look with the book as it was then, or a later one if its blob is not there any more."""
        for _ in range(TRIES):
            book = self.followed.read(owner, look)
            if book is not None:
                return look, book, is_current
            later, is_current = self._look(owner, unreadable=look)
            if later is None:  # the book was erased meanwhile
                raise StartOver
            look = later
        raise _too_many_looks()

    def _look(self, owner: str, unreadable: LastLook | None = None) -> tuple[LastLook | None, bool]:
        """The last look at the book, and whether it is the book as it is now.

        It takes a new one if the book has changed since and its index is current.

        Args:
            unreadable: a look whose blob was not there: there is a later one, or the blob was lost.
        """
        for _ in range(TRIES):
            last = self.followed.last_look(owner)  # before the state of the book, which is then at least as new
            state, day = self.books.state(owner), day_of(self.clock.now())
            is_same = last is not None and last.version == state.version and last != unreadable
            if last is not None and is_same and not last.is_old(day):
                return last, True
            result = self.indexes.get(owner)
            if state.is_erasing or not result.is_current:
                return last, False
            book = None if last is None else self.followed.read(owner, last)  # if lost, tokens are void from now on
            epoch = last.epoch if last is not None and book is not None else fresh_id()
            now = (book or FollowedBook()).next_look(result.index, day)
            taken = self.followed.put(owner, last, now, epoch=epoch, version=result.version, day=day)
            if taken is not None:
                return taken, True
        raise _too_many_looks()

    def _checked(self, since: Since, look: LastLook) -> Position:
        """The position of a token. Raises StartOver if it is void."""
        is_old = day_of(self.clock.now()) - since.day > KEPT_DAYS
        if since.epoch != look.epoch or since.position.look > look.number or is_old:
            raise StartOver
        return since.position

    def _token(self, look: LastLook, position: Position | None = None) -> str:
        at = position or Position(look.number, END)
        return Since(look.epoch, day_of(self.clock.now()), at).token

    def _page(self, owner: str, look: LastLook, book: FollowedBook, position: Position, limit: int) -> ContactChanges:
        changes = book.changes_after(position, limit + 1)
        has_more, changes = len(changes) > limit, changes[:limit]
        there = [each.position.contact_id for each in changes if not each.is_gone]
        known = self.contacts.get_many(owner, there)
        gone = [each.position.contact_id for each in changes if each.is_gone]
        into = self.redirects.resolve(owner, gone)
        return ContactChanges(
            [_linked(known[each], book) for each in there if each in known],
            [each for each in gone if each not in into],
            [MergedId(each, into[each]) for each in gone if each in into],
            self._token(look, changes[-1].position if has_more else None),
            has_more,
        )


def _linked(contact: Contact, book: FollowedBook) -> Contact:
    return replace(contact, possible_duplicates=tuple(book.linked.get(contact.contact_id, ())))


def _too_many_looks() -> Unavailable:
    return Unavailable("Too many others follow this book at once. Try again in a moment.")
