"""The leads of one organization as an import sees and changes them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Item
from chalicelib.foundation.executor import Executor
from chalicelib.leads.importing.judging import Change, Known, Row
from chalicelib.leads.importing.judging import Lead as SeenLead
from chalicelib.leads.lead import Lead, LeadIdentity, Stamp
from chalicelib.leads.resolving.entry_changes import created, replaced
from chalicelib.leads.store.lead_store import LeadStore, Stored


class Compared(NamedTuple):
    """What is stored, compared with rows."""

    #: the numbers of rows whose lead was there before the import, just as they say, and still is: they change nothing
    equal: set[int]
    #: what is stored of the identities of the other rows, as `find` has it
    known: dict[str, Known]


@dataclass(frozen=True)
class StoredLeads:
    """Finds and writes the leads of an organization for one import."""

    store: LeadStore
    organization: str
    import_id: str
    clock: Clock
    executor: Executor

    def find(self, keys: Iterable[str], *, consistent: bool = False) -> dict[str, Known]:
        return self._all_known(self.store.find_many(self.organization, list(keys), consistent=consistent))

    def compare(self, rows: Sequence[Row]) -> Compared:
        """Compare rows that have one identity each with what is stored, nearly all of which is never made an object."""
        items = self.store.items(self.organization, [row.keys[0] for row in rows])
        equal, others = set[int](), dict[str, Item]()
        for row in rows:
            key = row.keys[0]
            item = items.get(key)
            if item is None:
                continue
            if self.store.holds(item, row.identities[0], row.profile, untouched_by=self.import_id):
                equal.add(row.number)
            else:
                others[key] = item
        return Compared(equal, self._all_known(self.store.read(self.organization, others)))

    def _all_known(self, found: Mapping[str, Stored]) -> dict[str, Known]:
        known: dict[str, Known] = {}
        for key, stored in found.items():
            known[key] = self._known(key, stored)
            lead = stored.lead
            if lead is not None and lead.id != key and lead.id not in found:
                known[lead.id] = Known(lead.id, self._seen(lead))
        return known

    def _known(self, key: str, stored: Stored) -> Known:
        lead = stored.lead
        if lead is not None:
            return Known(lead.id, self._seen(lead), self._attached_by(key, lead))
        gone = stored.gone
        if gone is None:
            return Known(is_occupied=stored.entry.lead is not None)
        return Known(gone_at=gone.at, is_suppressed=gone.is_suppressed, is_occupied=stored.entry.lead is not None)

    def _seen(self, lead: Lead) -> SeenLead:
        stamp = lead.stamp
        if stamp.source != self.import_id:
            return SeenLead(lead.profile, lead.rev, stored=lead)
        left = lead.change.rev if lead.change is not None else 1 + len(stamp.superseded)
        was = lead.before(self.import_id)
        return SeenLead(lead.profile, lead.rev, stamp, was, is_edited=lead.rev != left, stored=lead)

    def _attached_by(self, key: str, lead: Lead) -> Stamp | None:
        """The stamp of the import that attached an identity to a lead which was there before."""
        change = lead.change
        if change is None or change.stamp.source != self.import_id:
            return None
        return change.stamp if any(each.key == key for each in lead.identities[change.identities :]) else None

    # ── writing

    def write(self, changes: Sequence[Change]) -> set[str]:
        """Store the changes; returns the ids of the leads of those that were refused."""
        at = milliseconds(self.clock.now())
        new, known, others = list[Lead](), list[Lead](), list[Callable[[], str]]()
        for change in changes:
            lead = self._after(change, at)
            if len(change.new_keys) > 1 or (change.new_keys and change.was is not None):
                others.append(partial(self._with_identities, change, lead))
            elif change.replaces is None:
                new.append(lead)
            elif change.replaces.lead is not None:
                known.append(lead)
            else:
                others.append(partial(self._with_identities, change, lead))
        refused: set[str] = set()
        if new:
            refused.update(self.store.insert_many(self.organization, new))
        if known:
            refused.update(self.store.replace_many(self.organization, known))
        return refused | set(filter(None, self.executor.all(others)))

    def _after(self, change: Change, at: int) -> Lead:
        """The lead as the change leaves it; its `rev` is that of the stored one."""
        stamp = change.stamp(self.import_id)
        seen = change.replaces.lead if change.replaces is not None else None
        if change.was is None or seen is None or seen.stored is None:
            identities = tuple(map(LeadIdentity.of, change.row.identities, change.row.keys))
            rev = seen.rev if seen is not None else 0
            return Lead(change.lead_id, self.organization, identities, change.profile, stamp, at, at, rev)
        added = [
            LeadIdentity.of(each, key)
            for each, key in zip(change.row.identities, change.row.keys, strict=True)
            if key in change.new_keys and all(known.key != key for known in seen.stored.identities)
        ]
        return seen.stored.changed(stamp, at, profile=change.profile, added=tuple(added))

    def _with_identities(self, change: Change, lead: Lead) -> str:
        """Write a lead with several items in one transaction; the id of the lead if that was refused."""
        keys = dict.fromkeys([lead.id, *change.row.keys])
        entries = self.store.entries(self.organization, list(keys))
        home = entries[lead.id]
        if home.lead is not None and home.lead.stamp == change.stamp(self.import_id):
            return ""  # an earlier try has written it
        given = [each for each in lead.identities if each.key in change.new_keys]
        others = [entries[each.key] for each in given if each.key != lead.id]
        if (home.lead.rev if home.lead is not None else 0) != lead.rev or any(each.owner for each in others):
            return lead.id
        writes = replaced(lead, entries, given) if home.lead is not None else created(lead, entries)
        return "" if self.store.commit(self.organization, writes) else lead.id
