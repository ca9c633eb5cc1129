"""A book that somebody follows: its contacts as they were when it was last looked at. Pure rules.

Each look has a number. A contact has the number of the look that found it new or changed, and what is gone has that of
the look that missed it. A client that knows everything up to a number asks for what has a later one. The order of
writes does not matter, nor when one becomes visible: a look compares what is there with what was there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nsmallest
from re import compile as pattern_of
from typing import NamedTuple, Self

from chalicelib.address_book.index import FORM, Index
from chalicelib.foundation.cursors import decode_cursor, encode_cursor, lacks_checksum
from chalicelib.foundation.errors import CallerError, InvalidInput
from chalicelib.foundation.json import JsonObject

KEPT_DAYS = 30  # for which what is gone is remembered, and a token is valid
END = "~"  # sorts after every contact id
_TOKEN = pattern_of(r"([A-Za-z0-9_-]{1,60})\.([0-9]{1,7})\.([0-9]{1,15})\.([A-Za-z0-9_-]{0,100}|~)")
_DAY = timedelta(days=1)
_FIRST_DAY = datetime.fromisoformat("1970-01-01T00:00:00Z")


class StartOver(CallerError):
    """What is gone since the token was given is no longer known."""

    status, slug, title = 410, "start-over", "Start over"

    def __init__(self) -> None:
        super().__init__(
            f"This token is older than {KEPT_DAYS} days, from before tokens had a checksum, or its book was erased. "
            "Discard all contacts and start again without `since`.",
            field="since",
        )


class Position(NamedTuple):
    """Between two changes of a book: up to here everything is known."""

    look: int
    contact_id: str


START = Position(0, "")


class Since(NamedTuple):
    """What a token says."""

    #: Of the book, from when it was first followed.
    epoch: str
    #: Days since 1970: when the token was given. Whole days, so that a day without changes has one token.
    day: int
    position: Position

    @classmethod
    def read(cls, token: str) -> Self:
        """Read a token.

        Raises:
            InvalidInput: it is none, or not a whole one.
            StartOver: it lacks the checksum, so it may be cut.
        """
        try:
            _, epoch, day, look, contact_id = decode_cursor(token, _TOKEN)
        except InvalidInput:
            if lacks_checksum(token, _TOKEN):
                raise StartOver from None
            detail = "Invalid token. Use the `since` of the previous answer, whole, or start again without one."
            raise InvalidInput(detail, field="since") from None
        return cls(epoch, int(day), Position(int(look), contact_id))

    @property
    def token(self) -> str:
        return encode_cursor(f"{self.epoch}.{self.day}.{self.position.look}.{self.position.contact_id}")


class ContactState(NamedTuple):
    """A contact at the last look."""

    version: int
    #: The look that found it like that.
    look: int


class Gone(NamedTuple):
    """A contact that was there once."""

    #: The look that missed it.
    look: int
    #: Days since 1970.
    day: int


class ChangedId(NamedTuple):
    """A contact that changed."""

    position: Position
    is_gone: bool


@dataclass(frozen=True, slots=True)
class FollowedBook:
    """The book at its last look."""

    #: The number of that look; 0 before the first.
    look: int = 0
    contacts: Mapping[str, ContactState] = field(default_factory=dict)
    #: The possible duplicates of the contacts that have any, which change without the contact.
    linked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: For `KEPT_DAYS`, and a day more, since clocks differ.
    gone: Mapping[str, Gone] = field(default_factory=dict)
    #: Of the index, which changes with the way in which contacts are shown.
    form: int = FORM

    def next_look(self, index: Index, day: int) -> "FollowedBook":
        """The book as it is now, by a current index."""
        look = self.look + 1
        relinked = {each for each in {*self.linked, *index.linked} if self.linked.get(each) != index.linked.get(each)}
        known = self.contacts if self.form == FORM else {}
        contacts: dict[str, ContactState] = {}
        for (_, contact_id), version in zip(index.positions, index.versions, strict=True):
            before = known.get(contact_id)
            if before is None or before.version != version or contact_id in relinked:
                before = ContactState(version, look)
            contacts[contact_id] = before
        missed = {each: Gone(look, day) for each in self.contacts if each not in contacts}
        gone = {
            each: past for each, past in self.gone.items() if each not in contacts and day - past.day <= KEPT_DAYS + 1
        }
        return FollowedBook(look, contacts, index.linked, gone | missed)

    def changes_after(self, position: Position, most: int) -> list[ChangedId]:
        """The first changes after a position, in their order."""
        there = (Position(state.look, contact_id) for contact_id, state in self.contacts.items())
        gone = (Position(past.look, contact_id) for contact_id, past in self.gone.items())
        found = [ChangedId(each, False) for each in there if each > position]
        found += [ChangedId(each, True) for each in gone if each > position]
        return nsmallest(most, found)

    # ── as JSON

    @classmethod
    def of_json(cls, content: JsonObject) -> "FollowedBook":
        columns = (content["ids"], content["versions"], content["looks"])
        return cls(
            content["look"],
            {each: ContactState(version, look) for each, version, look in zip(*columns, strict=True)},
            content["linked"],
            {each: Gone(*past) for each, past in content["gone"].items()},
            content["form"],
        )

    def to_json(self) -> JsonObject:
        return {
            "look": self.look,
            "ids": list(self.contacts),
            "versions": [state.version for state in self.contacts.values()],
            "looks": [state.look for state in self.contacts.values()],
            "linked": dict(self.linked),
            "gone": {contact_id: list(past) for contact_id, past in self.gone.items()},
            "form": self.form,
        }


def day_of(now: datetime) -> int:
    """Days since 1970, in UTC."""
    return (now - _FIRST_DAY) // _DAY
