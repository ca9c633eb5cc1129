"""The leads of one organization as an import sees and changes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Item
from chalicelib.foundation.executor import Executor
from chalicelib.leads.importing.judging import Change, Known, Row
from chalicelib.leads.importing.judging import Lead as SeenLead
from chalicelib.leads.lead import Lead, LeadIdentity, Stamp
from chalicelib.leads.resolving.entry_changes import created, replaced
from chalicelib.leads.store.entry import Entry
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
        lead, gone, born = stored.lead, stored.gone, stored.entry.lead
        row = 0
        if born is not None and (lead is None or lead.id != key) and born.created_by.source == self.import_id:
            row = born.created_by.row
        if lead is not None:
            return Known(lead.id, self._seen(lead), self._attached_by(key, lead), created_by=row)
        if gone is None:
            return Known(is_occupied=born is not None, created_by=row)
        return Known("", None, None, gone.at, gone.is_suppressed, born is not None, row)

    def _seen(self, lead: Lead) -> SeenLead:
        created, change = lead.created_by, lead.change_by(self.import_id)
        keys = tuple(each.key for each in lead.identities)
        if change is not None:
            is_edited = lead.rev != change.rev
            return SeenLead(lead.profile, lead.rev, change.stamp, change.profile, is_edited, lead, keys)
        if created.source == self.import_id:
            is_edited = lead.rev != 1 + len(created.superseded)
            return SeenLead(lead.profile, lead.rev, created, None, is_edited, lead, keys)
        return SeenLead(lead.profile, lead.rev, stored=lead, keys=keys)

    def _attached_by(self, key: str, lead: Lead) -> Stamp | None:
        """The stamp of the import that attached an identity to a lead which was there before."""
        change = lead.change_by(self.import_id)
        if change is None:
            return None
        return change.stamp if any(each.key == key for each in lead.identities[change.identities :]) else None

    # ── writing

    def write(self, changes: Sequence[Change]) -> set[str]:
        """Store the changes; returns the ids of the leads of those that were refused."""
        at = milliseconds(self.clock.now())
        new, known, others = list[Lead](), list[Lead](), list[tuple[Change, Lead]]()
        for change in changes:
            lead = self._after(change, at)
            if len(change.new_keys) > 1 or (change.new_keys and change.was is not None):
                others.append((change, lead))
            elif change.replaces is None:
                new.append(lead)
            elif change.replaces.lead is not None:
                known.append(lead)
            else:
                others.append((change, lead))
        refused: set[str] = set()
        if new:
            refused.update(self.store.insert_many(self.organization, new))
        if known:
            refused.update(self.store.replace_many(self.organization, known))
        return refused | self._write_several(others)

    def _write_several(self, changes: Sequence[tuple[Change, Lead]]) -> set[str]:
        """Store changes of several items each; returns the ids of the leads of those that were refused."""
        keys = (key for change, lead in changes for key in (lead.id, *change.new_keys))
        self.store.add_shards_of(self.organization, keys)
        results = self.executor.all([partial(self._with_identities, change, lead) for change, lead in changes])
        return set(filter(None, results))

    def _after(self, change: Change, at: int) -> Lead:
        """The lead as the change leaves it; its `rev` is that of the stored one."""
        stamp = change.stamp(self.import_id)
        given = {each.key: each for each in map(LeadIdentity.of, change.row.identities, change.row.keys)}
        seen = change.replaces.lead if change.replaces is not None else None
        if seen is None or seen.stored is None:
            rev = seen.rev if seen is not None else 0
            return Lead(change.lead_id, self.organization, tuple(given.values()), change.profile, stamp, at, at, rev)
        had = {each.key for each in seen.stored.identities}
        added = tuple(each for key, each in given.items() if key in change.new_keys and key not in had)
        if change.was is not None:
            return seen.stored.changed(stamp, at, profile=change.profile, added=added)
        kept = tuple(given.get(each.key, each) for each in seen.stored.identities)
        return replace(seen.stored, identities=kept + added, profile=change.profile, created_by=stamp)

    def _with_identities(self, change: Change, lead: Lead) -> str:
        """Write a lead with several items in one transaction; the id of the lead if that was refused."""
        keys = dict.fromkeys([lead.id, *change.row.keys])
        entries = self.store.entries(self.organization, list(keys))
        home = entries[lead.id]
        if home.lead is not None and home.lead.stamp == change.stamp(self.import_id):
            return ""  # an earlier try has written it
        given = [each for each in lead.identities if each.key in change.new_keys]
        if not _is_as_judged(home, change, lead) or not all(
            _is_free(entries[each.key]) for each in given if each.key != lead.id
        ):
            return lead.id
        writes = replaced(lead, entries, given) if home.lead is not None else created(lead, entries)
        return "" if self.store.commit(self.organization, writes) else lead.id


def _is_as_judged(home: Entry, change: Change, lead: Lead) -> bool:
    """Whether what is stored at a lead's id is still what the change was judged by."""
    if home.lead is not None:
        return home.lead.rev == lead.rev
    gone_at = change.replaces.gone_at if change.replaces is not None else 0
    return not lead.rev and _is_free(home) and (home.gone is None or home.gone.at == gone_at)


def _is_free(entry: Entry) -> bool:
    """Whether an identity can be given to a lead."""
    is_suppressed = entry.gone is not None and entry.gone.is_suppressed
    return entry.owner is None and entry.lead is None and not is_suppressed
