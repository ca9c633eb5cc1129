"""Which contacts a chunk of a job changed. Its lines usually tell that; else the ledger lists it. Pure."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Self

from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import LedgerLine


class ContactChanges(NamedTuple):
    """The ids of contacts by what became of them."""

    created: Sequence[str] = ()
    updated: Sequence[str] = ()
    removed: Sequence[str] = ()

    @classmethod
    def told_by(cls, lines: Iterable[LedgerLine], changing: Collection[str]) -> Self:
        """What lines tell. They name no contact that is gone: a removed record with a contact has left that one."""
        created, updated = dict[str, None](), dict[str, None]()
        for line in lines:
            if line.outcome in changing and line.contact_id:
                (created if line.outcome == Outcome.CREATED else updated)[line.contact_id] = None
        return cls(list(created), [each for each in updated if each not in created])

    def is_same_as(self, other: Self) -> bool:
        """Whether both have the same contacts, in any order."""
        return all(set(mine) == set(theirs) for mine, theirs in zip(self, other, strict=True))


NO_CHANGES = ContactChanges()
