"""What a person or a feature decided for one incoming contact, in place of the rules of matching.

A decision comes before those rules, before what the run wants of known contacts (`OnExisting`), and before the mark
that a person's delete left. It is carried out or refused with a reason; it is remembered nowhere.
"""

import re
from dataclasses import dataclass

LONGEST_CODE = 64  # characters
CONTACT_GONE = "contact_gone"  # the contact to merge into is not in the book
IN_ANOTHER_CONTACT = "in_another_contact"  # the source's record is part of another contact already
_CODE = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_CODE - 1}}}")


@dataclass(frozen=True, slots=True)
class CreateNew:
    """A contact of its own, with those it resembles as possible duplicates. One that the source made stays the one."""


@dataclass(frozen=True, slots=True)
class MergeInto:
    """A part of this contact of the book, whatever the names say."""

    contact_id: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing changes; `code` says why, for the ledger: lower-case letters, digits and underscores."""

    code: str

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code):
            raise ValueError(f"A code has 1 to {LONGEST_CODE} lower-case letters, digits and underscores.")


Decision = CreateNew | MergeInto | Skip
