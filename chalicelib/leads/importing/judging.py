"""Decides what becomes of each row of a chunk. Pure: the same file and the same leads before it give the same result.

A row is judged by its lead as it was before the import. Of the rows that change a lead, or create it, the first one of
the file wins, and the others name it. Lanes read a file at several places at once, so a row may meet a lead that a
later row has changed already. It then takes the place of that row, and says which rows it has superseded. A chunk that
is read again after a crash recognizes what it has written by the stamps of the leads.

What a row with several identities does depends on the rows before it that share an identity or a lead with it. Such
rows are judged in their order. Rows that share nothing may be judged in any order: a lane is given the rows whose
identities are in no other row, and those of them are deferred that would change a lead which has further identities.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.leads.channels.identity import Identity
from chalicelib.leads.importing.outcome import DEFERRED, Outcome
from chalicelib.leads.importing.profiles import Policies
from chalicelib.leads.lead import Lead as StoredLead
from chalicelib.leads.lead import Profile, Stamp

DUPLICATE = "duplicate_in_file"
DELETED = "deleted_meanwhile"
SUPPRESSED = "suppressed"
TWO_LEADS = "identities_of_several_leads"
TAKEN_OFF = "identity_taken_off"  # a person has taken it off a lead, and decides whose it is


class Lead(NamedTuple):
    """A stored lead, as far as an import looks at it."""

    profile: Profile
    rev: int = 0
    stamp: Stamp | None = None
    was: Profile | None = None  #: before the import that has stamped it; None if that created it
    is_edited: bool = False  #: whether somebody has changed it since
    stored: StoredLead | None = None  #: all of it, for those who write it
    keys: tuple[str, ...] = ()  #: of its identities


class Known(NamedTuple):
    """What is stored of an identity."""

    owner: str = ""  #: the id of the lead that it belongs to; "" for none
    lead: Lead | None = None  #: that lead
    stamp: Stamp | None = None  #: of the import that attached it to a lead that it was not born with
    gone_at: int = 0  #: when the lead was deleted, in milliseconds since 1970
    is_suppressed: bool = False  #: whether the person must not be stored again
    is_occupied: bool = False  #: whether it was taken off the lead that was created with it, and that lead is there
    created_by: int = 0  #: the row of this import that created that lead, if it belongs to it no more


class Row(NamedTuple):
    """What a row says about a person."""

    number: int
    keys: tuple[str, ...]  #: of its identities
    identities: tuple[Identity, ...]
    profile: Profile


class Change(NamedTuple):
    """What is to be stored for a row."""

    lead_id: str
    row: Row
    profile: Profile
    was: Profile | None  #: None for a lead that the import creates
    superseded: tuple[int, ...]
    new_keys: tuple[str, ...]  #: of the identities that the lead gets
    replaces: Known | None  #: what is stored at the lead's id; None if nothing is

    def stamp(self, import_id: str) -> Stamp:
        return Stamp(import_id, self.row.number, self.superseded)


class Verdict(NamedTuple):
    """What becomes of a row."""

    row: int
    outcome: str  #: an `Outcome`, or `DEFERRED`
    lead_ids: tuple[str, ...] = ()  #: one; several for an ambiguous row
    reason: str = ""  #: a code
    detail: str = ""  #: the header of the column that is wrong, and the value if the cell has several
    winner: int = 0  #: the row that it duplicates
    superseded: tuple[int, ...] = ()
    change: Change | None = None


@dataclass
class Earlier:
    """What earlier rows do that is not stored yet."""

    winners: dict[str, int] = field(default_factory=dict)  #: the rows that change leads, by lead
    owners: dict[str, str] = field(default_factory=dict)  #: the leads that identities belong to then, by key

    def add(self, row: int, lead_id: str, keys: Iterable[str]) -> None:
        """Add a row that changes a lead, and its identities that are free or belong to that lead."""
        self.winners[lead_id] = row
        self.owners.update(dict.fromkeys(keys, lead_id))


@dataclass
class Judge:
    """Judges the rows of a chunk in their order.

    Args:
        accepted_at: when the import was accepted, in milliseconds since 1970.
        known: what is stored, by the keys of identities and by the ids of the leads that they belong to.
    """

    import_id: str
    accepted_at: int
    policies: Policies
    known: Mapping[str, Known]
    has_several: bool = False  #: whether rows have several identities
    defers: bool = False  #: whether rows come in any order, and those that may share a lead with others are deferred
    earlier: Earlier = field(default_factory=Earlier)  #: rows of the chunk; in a dry run, those before it, too

    def __call__(self, rows: Iterable[Row]) -> list[Verdict]:
        judge = self._several if self.has_several else self._single
        return [self._created_before(row) or judge(row) for row in rows]

    def _created_before(self, row: Row) -> Verdict | None:
        """The verdict about a row whose chunk is repeated, if the lead that it created has lost its identity since."""
        key = row.keys[0]
        known = self.known.get(key)
        is_known = known is not None and known.created_by == row.number
        return Verdict(row.number, Outcome.CREATED, (key,)) if is_known else None

    # ── rows with one identity

    def _single(self, row: Row) -> Verdict:
        key = row.keys[0]
        known = self.known.get(key)
        if known is None:
            return self._for_lead(row, key, None, ())
        if known.is_suppressed:
            return Verdict(row.number, Outcome.SKIPPED, (), SUPPRESSED)
        if known.is_occupied:
            return Verdict(row.number, Outcome.FAILED, (), TAKEN_OFF)
        if known.owner:
            return self._for_lead(row, known.owner, self._owned(known.owner, [known]), ())
        if known.gone_at >= self.accepted_at:
            return Verdict(row.number, Outcome.SKIPPED, (), DELETED)
        return self._for_lead(row, key, known, ())

    def _for_lead(self, row: Row, lead_id: str, known: Known | None, new_keys: tuple[str, ...]) -> Verdict:
        """The verdict about a row whose identities belong to one lead, or to none yet."""
        lead = known.lead if known is not None else None
        before, winner, superseded = self._before(lead_id, lead)
        if before is None:
            outcome, after = Outcome.CREATED, row.profile
        else:
            outcome, changed = Outcome.UPDATED, self.policies.changed(before, row.profile)
            if changed is None and not new_keys:
                return Verdict(row.number, Outcome.UNCHANGED, (lead_id,))
            after = before if changed is None else changed
        if winner == row.number:
            return Verdict(row.number, outcome, (lead_id,), superseded=superseded)
        if self.defers and lead is not None and not set(lead.keys) <= set(row.keys):
            return Verdict(row.number, DEFERRED)
        if winner and winner < row.number:
            return Verdict(row.number, Outcome.SKIPPED, (lead_id,), DUPLICATE, winner=winner)
        if winner:
            superseded = (winner, *superseded)
            after = lead.profile if lead is not None and lead.is_edited else after
        self.earlier.winners[lead_id] = row.number
        change = Change(lead_id, row, after, before, superseded, new_keys, known)
        return Verdict(row.number, outcome, (lead_id,), superseded=superseded, change=change)

    def _owned(self, lead_id: str, found: Iterable[Known]) -> Known | None:
        """A lead as it is known by its id, or else by another identity: that of its id may have moved to another lead.

        Args:
            found: what is stored of the identities of the row.
        """
        by_id = self.known.get(lead_id)
        if by_id is not None and by_id.owner == lead_id:
            return by_id
        return next((known for known in found if known.owner == lead_id), None)

    def _before(self, lead_id: str, lead: Lead | None) -> tuple[Profile | None, int, tuple[int, ...]]:
        """A lead as it was before the import, the row that has changed it since, and those that this row superseded."""
        winner = self.earlier.winners.get(lead_id, 0)
        if lead is None:
            return None, winner, ()
        if lead.stamp is None or lead.stamp.source != self.import_id:
            return lead.profile, winner, ()
        return lead.was, winner or lead.stamp.row, lead.stamp.superseded

    # ── rows with several identities

    def _several(self, row: Row) -> Verdict:
        owners = dict.fromkeys(owner for key in row.keys if (owner := self._owner(key, row.number)))
        stored = [known for key in row.keys if (known := self.known.get(key)) is not None]
        if any(known.is_suppressed for known in stored):
            return Verdict(row.number, Outcome.SKIPPED, (), SUPPRESSED)
        if any(known.is_occupied for known in stored):
            return Verdict(row.number, Outcome.FAILED, (), TAKEN_OFF)
        if len(owners) > 1:
            return Verdict(row.number, Outcome.AMBIGUOUS, tuple(sorted(owners)), TWO_LEADS)
        if not owners and any(not known.owner and known.gone_at >= self.accepted_at for known in stored):
            return Verdict(row.number, Outcome.SKIPPED, (), DELETED)
        lead_id = next(iter(owners), row.keys[0])
        free = tuple(key for key in row.keys if not self._owner(key, row.number))
        taken = [known for key in free if (known := self.known.get(key)) is not None and known.owner]
        attached = tuple(key for key in row.keys if self._is_attached_by(row.number, self.known.get(key)))
        stored_lead = self._owned(lead_id, stored) if owners else self.known.get(lead_id)
        verdict = self._for_lead(row, lead_id, stored_lead, free + attached)
        if verdict.change is None:
            return verdict
        if taken:
            del self.earlier.winners[lead_id]
            return self._after_a_later_row(row, taken)
        self.earlier.owners.update(dict.fromkeys(free, lead_id))
        return verdict

    def _owner(self, key: str, row: int) -> str:
        """The lead that an identity belongs to for this row: what later rows of the import did does not count."""
        if key in self.earlier.owners:
            return self.earlier.owners[key]
        known = self.known.get(key)
        if known is None or not known.owner:
            return ""
        stamp = known.stamp
        if stamp is None and known.lead is not None and known.lead.was is None:
            stamp = known.lead.stamp  # the identity came with the lead
        return "" if stamp is not None and stamp.source == self.import_id and stamp.row > row else known.owner

    def _after_a_later_row(self, row: Row, taken: Sequence[Known]) -> Verdict:
        """Leads changed while a chunk was repeated, so that a later row has what this one would get now."""
        lead = taken[0].lead
        winner = lead.stamp.row if lead is not None and lead.stamp is not None else 0
        return Verdict(row.number, Outcome.SKIPPED, (taken[0].owner,), DUPLICATE, winner=winner)

    def _is_attached_by(self, row: int, known: Known | None) -> bool:
        stamp = known.stamp if known is not None else None
        return stamp is not None and (stamp.source, stamp.row) == (self.import_id, row)
