"""A list as the book is told it: each contact by its index, and without those that repeat an earlier one's email."""

from collections.abc import Iterator, Sequence

from chalicelib.bulk.reasons import DUPLICATE
from chalicelib.contacts.arrival import shown_name
from chalicelib.contacts.contact import Incoming, LeftOut, Said, SourceContact


def incoming(said: Sequence[Said]) -> list[Incoming]:
    return [
        SourceContact(str(index), each)
        if winner is None
        else LeftOut(str(index), f"{DUPLICATE}:{winner}", shown_name(each))
        for index, (each, winner) in enumerate(zip(said, winners(said), strict=True))
    ]


def winners(contacts: Sequence[Said]) -> Iterator[int | None]:
    """For each contact the index of an earlier one with the same primary email; None for one that is taken."""
    first: dict[str, int] = {}
    for index, said in enumerate(contacts):
        email = primary_email(said)
        winner = first.setdefault(email, index) if email else index
        yield None if winner == index else winner


def primary_email(said: Said) -> str:
    """The first email, trimmed and in lower case; "" for none."""
    for email in said.get("emails", ()):
        return email["value"].strip().lower()
    return ""
