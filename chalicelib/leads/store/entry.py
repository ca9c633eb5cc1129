"""Entry: the item of one identity. It says whom the identity belongs to, and holds the lead that was created with it.

The two are apart: an identity can move to another lead, and the lead that was created with it stays where it is.
"""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.leads.lead import Lead

NOBODY = ""  # an identity that was taken off its lead


class Removal(StrEnum):
    """Why an identity belongs to no lead any more."""

    DELETED = "deleted"  # its lead was deleted; it can be created again
    ERASED = "erased"  # a person's right: no lead is created with it


@dataclass(frozen=True, slots=True)
class Gone:
    """When and why the lead of an identity went."""

    #: milliseconds since 1970
    at: int
    kind: Removal

    @property
    def is_suppressed(self) -> bool:
        return self.kind is Removal.ERASED


@dataclass(frozen=True, slots=True)
class Entry:
    """The item of one identity."""

    #: of the identity
    key: str
    #: counts the writes of the item, from 1; 0 if there is none
    rev: int = 0
    #: the lead that was created with this identity, if it is still there
    lead: Lead | None = None
    #: the id of the lead that the identity belongs to instead; `NOBODY` for none; None if it is the one here, if any
    moved_to: str | None = None
    gone: Gone | None = None

    @property
    def owner(self) -> str | None:
        """The id of the lead that the identity belongs to; None if it is free."""
        if self.gone is not None:
            return None
        if self.moved_to is not None:
            return self.moved_to or None
        return None if self.lead is None else self.key
