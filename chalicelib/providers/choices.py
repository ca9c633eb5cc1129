"""What a person can choose of an account: everything, single groups (labels or folders), and "Other contacts".

What is chosen is a tuple of ids in order; None if nothing was chosen, so that everything comes.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

EVERYTHING = "all"  # the id of the choice that brings what an account without a choice brings
OTHER = "other"  # the id of the choice of contacts that a provider keeps apart, behind a permission of their own
CHOSEN = "chosen"  # the key of a choice in a cursor, and of its hash in a sync state
HASH_DIGITS = 16

Chosen = tuple[str, ...] | None


class ChoiceKind(StrEnum):
    """What an id stands for."""

    ALL = "all"  # everything but "Other contacts"
    LABEL = "label"
    FOLDER = "folder"
    OTHER = "other"  # "Other contacts" of Google: people who were written to, but never saved


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose, as the provider has it now."""

    id: str
    kind: ChoiceKind
    #: Its name for people.
    name: str
    #: How many contacts it has; None if the provider does not say, or a permission is missing.
    count: int | None


class AccountChoices(Protocol):
    """What can be chosen of the accounts of one provider. The methods raise what `Provider.fetch` raises."""

    def listed(self, access_token: str, *, permitted: Collection[str] = (), timeout: timedelta) -> list[Choice]:
        """Everything that can be chosen of an account, with counts.

        Args:
            permitted: of the choices that need a permission of their own, the ids of those that have it.
        """

    def ids(self, access_token: str, chosen: Chosen, *, timeout: timedelta) -> frozenset[str]:
        """The ids of the contacts that an import of this choice would list."""


def normalized(chosen: Sequence[str]) -> Chosen:
    """What is chosen, in one form: whoever chooses everything chooses no groups; everything alone is no choice."""
    ids = set(chosen)
    if EVERYTHING in ids:
        ids &= {EVERYTHING, OTHER}
    return None if ids == {EVERYTHING} else tuple(sorted(ids))


def hash_of_choice(chosen: Sequence[str] | None) -> str | None:
    """A short hash, which tells the sync state of one choice from that of another; None for no choice."""
    if chosen is None:
        return None
    return hashlib.sha256("\n".join(chosen).encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS]
