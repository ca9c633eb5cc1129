"""Decides what undoing an import does to one lead. Pure.

What somebody has changed since the import is kept and named. Judging again what an undo has already reversed gives the
same verdict and nothing to write, so an undo may stop anywhere and go on.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from chalicelib.leads.importing.judging import Row
from chalicelib.leads.importing.outcome import Outcome
from chalicelib.leads.importing.profiles import Policies
from chalicelib.leads.lead import MOST_CHANGES, Change, Lead, Profile, Stamp
from chalicelib.leads.store.entry import Entry, Gone, Removal
from chalicelib.leads.undoing.job_kind import Undone

_CUSTOM = "custom."  # begins the name of a field of the organization's own
IDENTITIES, TAGS = "identities", "tags"


class Why(StrEnum):
    """Why a lead is not as before the import."""

    CHANGED = "changed_since"
    LATER_IMPORT = "changed_by_later_import"  # and maybe by somebody after it
    GONE = "lead_gone"  # deleted, erased, or another lead by now
    EXPIRED = "results_expired"


class Verdict(NamedTuple):
    """What becomes of a lead."""

    outcome: Undone
    why: str = ""
    fields: tuple[str, ...] = ()  #: that are kept
    changed_at: int | None = None  #: when it was changed, in milliseconds since 1970
    after: Lead | None = None  #: what is to be stored in its place
    freed: tuple[str, ...] = ()  #: keys of the identities that it loses
    deletes: bool = False


_GONE = Verdict(Undone.FAILED, Why.GONE)


@dataclass(frozen=True)
class UndoJudge:
    """Judges the leads of one import."""

    import_id: str
    undo_id: str
    policies: Policies
    gone: Gone  #: what is left of the leads that this undo deletes

    @classmethod
    def of(cls, import_id: str, undo_id: str, policies: Policies, at: int) -> "UndoJudge":
        """The judge of an undo.

        Args:
            at: when the undo was accepted: by this, it recognizes the leads that it has deleted.
        """
        return cls(import_id, undo_id, policies, Gone(at, Removal.DELETED))

    def __call__(self, home: Entry, outcome: str, row: Callable[[], Row | None]) -> Verdict:
        """The verdict.

        Args:
            home: the item of the lead.
            outcome: of the row of the import that created or changed it.
            row: reads that row, which most leads are judged without; None if it cannot be read any more.
        """
        if home.lead is None:
            own = outcome == Outcome.CREATED and home.gone == self.gone
            return Verdict(Undone.REVERSED) if own else _GONE
        if outcome == Outcome.CREATED:
            return self._created(home.lead, row)
        given = row()
        return _GONE if given is None else self._changed(home.lead, given)

    def _created(self, lead: Lead, row: Callable[[], Row | None]) -> Verdict:
        if lead.created_by.source != self.import_id:
            return _GONE
        if lead.changed_at == lead.created_at:
            return Verdict(Undone.REVERSED, deletes=True)
        given = row()
        return _GONE if given is None else self._kept(lead, given)

    def _kept(self, lead: Lead, row: Row) -> Verdict:
        given, now = _values(row.profile), _values(lead.profile)
        fields = [name for name in (*now, *given) if now.get(name) != given.get(name)]
        if set(lead.profile.tags) != set(row.profile.tags):
            fields.append(TAGS)
        if {each.key for each in lead.identities} != set(row.keys):
            fields.append(IDENTITIES)
        why = Why.LATER_IMPORT if lead.changes else Why.CHANGED
        return Verdict(Undone.KEPT, why, tuple(dict.fromkeys(fields)), lead.changed_at)

    def _changed(self, lead: Lead, row: Row) -> Verdict:
        change = lead.change_by(self.import_id) or lead.change_by(self.undo_id)
        if change is None and len(lead.changes) < MOST_CHANGES:
            return _GONE
        if change is None:
            fields = tuple(name for name, value in _values(row.profile).items() if value)
            return Verdict(Undone.KEPT, Why.LATER_IMPORT, fields, lead.changed_at)
        if change.stamp.source == self.import_id and change.rev == lead.rev:
            return self._restored(lead, change, row)
        return self._partly(lead, change, row)

    def _restored(self, lead: Lead, change: Change, row: Row) -> Verdict:
        """Nobody has changed the lead since."""
        freed = tuple(each.key for each in lead.identities[change.identities :])
        stayed = lead.identities[: change.identities]
        before = replace(lead, profile=change.profile, identities=stayed, changed_at=change.changed_at)
        after = self._stamped(before, change, row)
        return Verdict(Undone.REVERSED, after=after, freed=freed)

    def _partly(self, lead: Lead, change: Change, row: Row) -> Verdict:
        """Somebody has changed the lead since, or this undo has reversed it already."""
        profile, kept = self._merged(change.profile, lead.profile, row.profile)
        attached = {each.key for each in lead.identities[change.identities :]}.intersection(row.keys)
        stayed = tuple(each for each in lead.identities if each.key not in attached)
        if not stayed:
            kept, stayed, attached = (*kept, IDENTITIES), lead.identities, set()
        later = lead.changes[lead.changes.index(change) + 1 :]
        why = Why.LATER_IMPORT if later else Why.CHANGED
        verdict = Verdict(Undone.KEPT, why, kept, lead.changed_at) if kept else Verdict(Undone.REVERSED)
        if change.stamp.source == self.undo_id:
            return verdict
        changes = tuple(
            self._without(each, change, lead, row, attached) if each in later else each for each in lead.changes
        )
        changed = replace(lead, profile=profile, identities=stayed, changes=changes)
        if changed == lead:
            return verdict
        after = self._stamped(changed, change, row)
        return verdict._replace(after=after, freed=tuple(key for key in row.keys if key in attached))

    def _without(self, later: Change, change: Change, lead: Lead, row: Row, attached: AbstractSet[str]) -> Change:
        """What a later import replaced, as if this one had not been: its own undo brings back nothing of this one."""
        profile, _ = self._merged(change.profile, later.profile, row.profile)
        had = sum(each.key not in attached for each in lead.identities[: later.identities])
        return replace(later, profile=profile, identities=had)

    def _merged(self, before: Profile, now: Profile, given: Profile) -> tuple[Profile, tuple[str, ...]]:
        """The profile without what the import changed, and the fields that were changed since."""
        left = self.policies.changed(before, given) or before
        was, imported, current = _values(before), _values(left), _values(now)
        kept: list[str] = []
        for name, value in imported.items():
            if value == was.get(name, ""):
                continue
            if current.get(name, "") in (value, was.get(name, "")):
                current[name] = was.get(name, "")
            else:
                kept.append(name)
        added = set(left.tags) - set(before.tags)
        return _profile(current, tuple(tag for tag in now.tags if tag not in added)), tuple(kept)

    def _stamped(self, lead: Lead, change: Change, row: Row) -> Lead:
        """The lead with the stamp of this undo; it still knows what the import replaced."""
        undone = replace(change, stamp=Stamp(self.undo_id, row.number), rev=lead.rev + 1)
        return replace(lead, changes=tuple(undone if each == change else each for each in lead.changes))


def _values(profile: Profile) -> dict[str, str]:
    """The single values of a profile, by field."""
    custom = {f"{_CUSTOM}{name}": value for name, value in profile.custom.items()}
    return {"name": profile.name, "email": profile.email, "phone": profile.phone, **custom}


def _profile(values: Mapping[str, str], tags: tuple[str, ...]) -> Profile:
    custom = {name.removeprefix(_CUSTOM): value for name, value in values.items() if name.startswith(_CUSTOM) and value}
    return Profile(values["name"], values["email"], values["phone"], custom, tags)
