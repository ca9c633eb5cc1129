"""Stores what a chunk changes, and settles races: rows that meet a lead that has just changed are judged again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from chalicelib.jobs.refusals import StoreBusy
from chalicelib.leads.importing.judging import Change, Judge, Known, Lead, Row, Verdict

MOST_TRIES = 20


class ImportedLeads(Protocol):
    """The leads of one organization, as an import sees them."""

    def find(self, keys: Iterable[str], *, consistent: bool = False) -> dict[str, Known]:
        """What is stored of these identities, and of the leads that they belong to; nothing of those that are free."""

    def write(self, changes: Sequence[Change]) -> set[str]:
        """Store the changes. The ids of the leads of those that were refused, since something else is stored by now.

        A change that was stored before, by the same row of the same import, is not refused.
        """


def settle(
    rows: Sequence[Row], known: Mapping[str, Known], leads: ImportedLeads, judge: Callable[[Mapping[str, Known]], Judge]
) -> list[Verdict]:
    """Judge the rows, store their changes, and return the verdicts that hold.

    Args:
        known: what was found of the identities of the rows; it may be out of date.
        judge: a judge that knows what is stored.

    Raises:
        StoreBusy: others change the same leads again and again.
    """
    for _ in range(MOST_TRIES):
        judging = judge(known)
        verdicts = judging(rows)
        changes = [verdict.change for verdict in verdicts if verdict.change is not None]
        refused = leads.write(changes) if changes else set()
        if not refused:
            return verdicts
        stored = _stored(changes, refused, judging.import_id, known)
        known = {**known, **stored, **_found_again(changes, refused, leads)}
    raise StoreBusy


def _stored(
    changes: Iterable[Change], refused: set[str], import_id: str, known: Mapping[str, Known]
) -> dict[str, Known]:
    """What is stored now of the leads whose changes were not refused; `known` is what was before."""
    stored: dict[str, Known] = {}
    for change in changes:
        if change.lead_id in refused:
            continue
        stamp, replaced = change.stamp(import_id), change.replaces
        rev = replaced.lead.rev + 1 if replaced is not None and replaced.lead is not None else 1
        had = replaced.lead.keys if replaced is not None and replaced.lead is not None else ()
        lead = Lead(change.profile, rev, stamp, change.was, keys=(*had, *change.new_keys))
        stored |= {key: Known(change.lead_id, lead, stamp) for key in change.new_keys}
        owned = [(key, known[key]) for key in change.row.keys if key in known and known[key].owner == change.lead_id]
        stored |= {key: each._replace(lead=lead) for key, each in owned}
        home = known.get(change.lead_id, Known())
        if home.owner in ("", change.lead_id) and not home.is_occupied:  # or else that identity has left the lead
            stored[change.lead_id] = Known(change.lead_id, lead)
    return stored


def _found_again(changes: Iterable[Change], refused: set[str], leads: ImportedLeads) -> dict[str, Known]:
    keys = {key: None for change in changes if change.lead_id in refused for key in (change.lead_id, *change.row.keys)}
    return {**dict.fromkeys(keys, Known()), **leads.find(keys, consistent=True)}
