"""Leads of one organization in memory, as imports see them, where anything may happen between two calls."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.leads.importing.judging import Change, Known, Lead


@dataclass
class MemoryLeads:
    """A store with the conditions of the real one: each change is written alone, or refused.

    Args:
        turn: called before each write and each read: others may work then, and whoever calls may be killed.
        stale: whether a read that need not be consistent shows an earlier state.
    """

    items: dict[str, Known] = field(default_factory=dict)
    turn: Callable[[], None] = lambda: None
    stale: Callable[[], bool] = lambda: False
    writes: int = 0

    def __post_init__(self) -> None:
        self._earlier = dict(self.items)

    def for_import(self, import_id: str) -> "ImportView":
        return ImportView(self, import_id)

    def remember(self) -> None:
        """From now on stale reads show the state of this moment."""
        self._earlier = dict(self.items)


@dataclass
class ImportView:
    store: MemoryLeads
    import_id: str

    def find(self, keys: Iterable[str], *, consistent: bool = False) -> dict[str, Known]:
        self.store.turn()
        items = self.store.items if consistent or not self.store.stale() else self.store._earlier
        found = {key: items[key] for key in keys if key in items}
        owners = {known.owner: self._with_keys(items, known.owner) for known in found.values() if known.owner}
        with_leads = {key: known._replace(lead=owners[known.owner].lead) for key, known in found.items() if known.owner}
        return {**found, **owners, **with_leads}

    def _with_keys(self, items: Mapping[str, Known], lead_id: str) -> Known:
        known = items[lead_id]
        keys = tuple(key for key, each in items.items() if each.owner == lead_id)
        return known._replace(lead=known.lead and known.lead._replace(keys=keys))

    def write(self, changes: Sequence[Change]) -> set[str]:
        refused = set()
        for change in changes:
            self.store.turn()
            if not self._write(change):
                refused.add(change.lead_id)
            self.store.turn()
        return refused

    def _write(self, change: Change) -> bool:
        items, stamp = self.store.items, change.stamp(self.import_id)
        stored = items.get(change.lead_id)
        if stored is not None and stored.lead is not None and stored.lead.stamp == stamp:
            return True
        others = [key for key in change.new_keys if key != change.lead_id]
        if any(key in items and items[key].owner for key in others) or not _is_as_read(stored, change.replaces):
            return False
        rev = stored.lead.rev + 1 if stored is not None and stored.lead is not None else 1
        items[change.lead_id] = Known(change.lead_id, Lead(change.profile, rev, stamp, change.was))
        items.update((key, Known(change.lead_id, None, stamp)) for key in others)
        self.store.writes += 1
        return True


def _is_as_read(stored: Known | None, read: Known | None) -> bool:
    if stored is None or read is None or stored.lead is None or read.lead is None:
        return (stored or Known())[:1] == (read or Known())[:1] and (stored or Known()).gone_at == (
            read or Known()
        ).gone_at
    return stored.lead.rev == read.lead.rev
