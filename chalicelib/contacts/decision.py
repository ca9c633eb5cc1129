"""A decision about one incoming contact, which replaces the rules of matching.

It takes precedence over those rules, over `OnExisting` and over the deletion markers of the person. It is carried out
or refused with a reason, and is not stored.
"""

import re
from dataclasses import dataclass

LONGEST_CODE = 64  # characters
CONTACT_GONE = "contact_gone"  # the contact to merge into is not in the book
IN_ANOTHER_CONTACT = "in_another_contact"  # the record belongs to another contact already
_CODE = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_CODE - 1}}}")


@dataclass(frozen=True, slots=True)
class CreateNew:
    """Create a contact, with similar ones as possible duplicates; update the one that the source created before."""


@dataclass(frozen=True, slots=True)
class MergeInto:
    """Merge it into this contact of the book, even if the names differ."""

    contact_id: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Change nothing. `code` is the reason in the ledger: lowercase letters, digits and underscores."""

    code: str

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code):
            raise ValueError(f"A code must have 1 to {LONGEST_CODE} lowercase letters, digits and underscores.")


Decision = CreateNew | MergeInto | Skip
