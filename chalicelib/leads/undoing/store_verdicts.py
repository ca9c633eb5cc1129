"""Stores what the verdicts of an undo say about many leads.

A change of one item, as nearly always, is a single write of a batch; a lead that loses identities whose items are
elsewhere is changed by a transaction of its own.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial

from chalicelib.foundation.executor import Executor
from chalicelib.leads.lead import Lead
from chalicelib.leads.resolving.entry_changes import Entries, removed, replaced, without_identities
from chalicelib.leads.store.entry import Gone
from chalicelib.leads.store.lead_store import EntryChange, LeadStore
from chalicelib.leads.undoing.judge_undo import Verdict

Work = tuple[Lead, Verdict]  # a lead, and what becomes of it


@dataclass(frozen=True)
class StoreVerdicts:
    """Stores the verdicts of one undo.

    Args:
        gone: what is left of the leads that it deletes.
    """

    leads: LeadStore
    executor: Executor
    organization: str
    gone: Gone

    def __call__(self, homes: Entries, verdicts: Mapping[str, Verdict]) -> AbstractSet[str]:
        """Store them; returns the ids of the leads that are to be judged again, since they are not as they were read.

        Args:
            homes: the items of the leads, by id.
        """
        works = [
            (home.lead, verdicts[key])
            for key, home in homes.items()
            if home.lead is not None and (verdicts[key].deletes or verdicts[key].after is not None)
        ]
        entries = {**homes, **self._others(works)}
        changes = {lead.id: self._changes(lead, verdict, entries) for lead, verdict in works}
        moving = {key for key, each in changes.items() if not each}
        alone = [each[0] for each in changes.values() if len(each) == 1]
        several = {key: each for key, each in changes.items() if len(each) > 1}
        return (
            moving | self._committed(several) | (self.leads.update_many(self.organization, alone) if alone else set())
        )

    def _others(self, works: Sequence[Work]) -> Entries:
        """The items of those identities that go and are not in the items of their leads."""
        keys = [key for lead, verdict in works for key in _leaving(lead, verdict) if key != lead.id]
        return self.leads.entries(self.organization, keys) if keys else {}

    def _changes(self, lead: Lead, verdict: Verdict, entries: Entries) -> Sequence[EntryChange]:
        """The changes of items; none if others are moving the identities."""
        leaving = _leaving(lead, verdict)
        if any(entries[key].owner != lead.id for key in leaving if key != lead.id):
            return ()
        if verdict.after is None:
            return removed(lead, self.gone, entries)
        return without_identities(leaving, verdict.after, entries) if leaving else replaced(verdict.after, entries)

    def _committed(self, several: Mapping[str, Sequence[EntryChange]]) -> set[str]:
        """Commit changes of several items each; returns the ids of the leads whose items are not as they were read."""
        works = [partial(self.leads.commit, self.organization, changes) for changes in several.values()]
        results = self.executor.all(works)
        return {key for key, is_written in zip(several, results, strict=True) if not is_written}


def _leaving(lead: Lead, verdict: Verdict) -> Sequence[str]:
    """The keys of the identities that the lead loses; all of them if it is deleted."""
    return [each.key for each in lead.identities] if verdict.deletes else verdict.freed
