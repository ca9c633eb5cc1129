"""Judges the identities of one row or input by whom they belong to. Requests and imports judge alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.leads.lead import LeadIdentity
from chalicelib.leads.store.entry import Entry


class Verdict(StrEnum):
    """What to do about the identities of one row or input."""

    NEW = "new"  # they belong to nobody: a lead is created with all of them
    KNOWN = "known"  # they belong to one lead, or to nobody; the lead gets those that it lacks
    AMBIGUOUS = "ambiguous"  # they belong to several leads: nothing is changed, and nothing merged
    SUPPRESSED = "suppressed"  # one of them was erased: nothing is changed
    FULL = "full"  # they belong to one lead, which cannot have that many identities: nothing is changed
    STALE = "stale"  # they belong to a lead that was deleted while they were read: to be judged again


@dataclass(frozen=True, slots=True)
class Judgment:
    """The verdict, and what it is about."""

    verdict: Verdict
    #: the ids of the leads that the identities belong to, in the order of the identities
    lead_ids: tuple[str, ...] = ()
    #: the identities that belong to nobody
    free: tuple[LeadIdentity, ...] = ()


def judge(identities: Sequence[LeadIdentity], entries: Mapping[str, Entry]) -> Judgment:
    """Judge the identities of one row or input.

    Args:
        identities: at least one; the first is the one to create a lead with.
        entries: the items of those that have one.
    """
    owners: dict[str, None] = {}
    free = []
    for identity in identities:
        entry = entries.get(identity.key)
        if entry is not None and entry.gone is not None and entry.gone.is_suppressed:
            return Judgment(Verdict.SUPPRESSED)
        owner = None if entry is None else entry.owner
        if owner is None:
            free.append(identity)
        else:
            owners[owner] = None
    if len(owners) > 1:
        return Judgment(Verdict.AMBIGUOUS, tuple(owners))
    return Judgment(Verdict.KNOWN if owners else Verdict.NEW, tuple(owners), tuple(free))
