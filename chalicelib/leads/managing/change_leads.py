"""Changes single leads and their identities. Each change is one transaction, repeated if others were faster."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.repeat_change import repeat_change
from chalicelib.leads.channels.lead_keys import is_key
from chalicelib.leads.lead import MOST_IDENTITIES, Lead, LeadIdentity, Profile
from chalicelib.leads.resolving.entry_changes import moved, removed, replaced, taken_off
from chalicelib.leads.store.entry import Entry, Gone, Removal
from chalicelib.leads.store.lead_store import EntryChange, LeadStore


class ChangedMeanwhile(Conflict):
    """A lead has another revision than the one that somebody has seen."""

    slug, title = "changed-meanwhile", "Lead changed meanwhile"


class LastIdentity(Conflict):
    """A lead must keep one identity, or nobody could find it."""

    slug, title = "last-identity", "Last identity of a lead"


class IdentityTaken(Conflict):
    """An identity belongs to another lead, which the member `leadId` names."""

    slug, title = "identity-taken", "Identity of another lead"


class IdentitySuppressed(Conflict):
    """An identity was erased, so it can be given to nobody."""

    slug, title = "identity-suppressed", "Erased identity"


Commit = Callable[[str, Sequence[EntryChange]], bool]  # as `LeadStore.commit`


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure erased."""

    #: the lead; None if the identity belonged to nobody
    lead: Lead | None
    #: the keys of the identities that are suppressed now
    keys: tuple[str, ...]


@dataclass(frozen=True)
class ChangeLeads:
    """The changes of one lead, or of two between which an identity moves.

    Every method raises `NotFound` if the lead does not exist in this organization, and `TooMany` if others kept
    changing it.
    """

    store: LeadStore
    clock: Clock

    def edit(
        self, organization: str, lead_id: str, change: Callable[[Profile], Profile], *, revision: int | None = None
    ) -> Lead:
        """Change the profile; what does not change it writes nothing.

        Args:
            revision: the one that the caller has seen.

        Raises:
            ChangedMeanwhile: the lead has another revision.
        """

        def attempt() -> Lead | None:
            entry, lead = self._read(organization, lead_id)
            if revision is not None and lead.rev != revision:
                raise ChangedMeanwhile("The lead was changed meanwhile. Check your edit, and save it again.")
            profile = change(lead.profile)
            if profile == lead.profile:
                return lead
            after = self._touched(lead, profile=profile)
            return self._committed(organization, after, replaced(after, {lead_id: entry}))

        return repeat_change(self.clock, attempt)

    def add_identity(self, organization: str, lead_id: str, identity: LeadIdentity) -> Lead:
        """Give the lead an identity that belongs to nobody; one that it has already changes nothing.

        Raises:
            IdentityTaken: it belongs to another lead.
            IdentitySuppressed: it was erased.
            Conflict: the lead has as many identities as fit.
        """

        def attempt() -> Lead | None:
            entries, lead = self._read_with(organization, lead_id, identity.key)
            entry = entries[identity.key]
            if entry.gone is not None and entry.gone.is_suppressed:
                raise IdentitySuppressed("This identity was erased and cannot be used.")
            if entry.owner == lead_id:
                return lead
            if entry.owner is not None:
                raise IdentityTaken("This identity belongs to another lead. Move it instead.", leadId=entry.owner)
            if len(lead.identities) >= MOST_IDENTITIES:
                raise Conflict(f"A lead can have at most {MOST_IDENTITIES} identities. Remove one first.")
            after = self._touched(lead, identities=(*lead.identities, identity))
            return self._committed(organization, after, replaced(after, entries, [identity]))

        return repeat_change(self.clock, attempt)

    def move_identity(self, organization: str, lead_id: str, key: str, to_lead_id: str) -> tuple[Lead, Lead]:
        """Move an identity to another lead of the organization; returns both, the former owner first.

        Raises:
            LastIdentity: the lead has no other.
            Conflict: both are the same lead, or the other one has as many identities as fit.
        """
        if lead_id == to_lead_id:
            raise Conflict("The identity belongs to this lead already.")

        def attempt() -> tuple[Lead, Lead] | None:
            entries, lead = self._read_with(organization, lead_id, key, to_lead_id)
            target = entries[to_lead_id].lead
            if target is None:
                raise _no_lead()
            identity = _identity_of(lead, key)
            if len(target.identities) >= MOST_IDENTITIES:
                raise Conflict(f"A lead can have at most {MOST_IDENTITIES} identities. Remove one first.")
            origin = self._touched(lead, identities=_without(lead, key))
            target = self._touched(target, identities=(*target.identities, identity))
            if not self.store.commit(organization, moved(key, origin, target, entries)):
                return None
            return _next_rev(origin), _next_rev(target)

        return repeat_change(self.clock, attempt)

    def remove_identity(self, organization: str, lead_id: str, key: str) -> Lead:
        """Take an identity off the lead; it belongs to nobody then.

        Raises:
            LastIdentity: the lead has no other.
        """

        def attempt() -> Lead | None:
            entries, lead = self._read_with(organization, lead_id, key)
            _identity_of(lead, key)
            after = self._touched(lead, identities=_without(lead, key))
            return self._committed(organization, after, taken_off(key, after, entries))

        return repeat_change(self.clock, attempt)

    def delete(self, organization: str, lead_id: str) -> Lead:
        """Delete the lead; returns it. It can be created again."""
        return repeat_change(self.clock, partial(self._remove, organization, lead_id, Removal.DELETED))

    def erase(self, organization: str, lead_id: str, commit: Commit | None = None) -> Erased:
        """Erase the lead, and suppress all its identities.

        Args:
            commit: commits the changes together with others; None for `LeadStore.commit`.
        """
        lead = repeat_change(self.clock, partial(self._remove, organization, lead_id, Removal.ERASED, commit))
        return Erased(lead, tuple(each.key for each in lead.identities))

    def erase_identity(self, organization: str, identity: LeadIdentity, commit: Commit | None = None) -> Erased:
        """Erase whoever has the identity, with all other identities; suppress it also if it belongs to nobody.

        Args:
            commit: as in `erase`; not called if the identity is suppressed already.
        """

        def attempt() -> Erased | None:
            entry = self.store.entries(organization, [identity.key])[identity.key]
            if entry.owner is None:
                return self._suppress(organization, entry, commit)
            try:
                lead = self._remove(organization, entry.owner, Removal.ERASED, commit)
            except NotFound:  # it was deleted meanwhile
                return None
            return None if lead is None else Erased(lead, tuple(each.key for each in lead.identities))

        return repeat_change(self.clock, attempt)

    # ── below

    def _suppress(self, organization: str, entry: Entry, commit: Commit | None) -> Erased | None:
        if entry.gone is not None and entry.gone.is_suppressed:
            return Erased(None, (entry.key,))
        after = replace(entry, gone=self._gone(Removal.ERASED))
        is_committed = (commit or self.store.commit)(organization, [EntryChange(entry, after)])
        return Erased(None, (entry.key,)) if is_committed else None

    def _remove(self, organization: str, lead_id: str, kind: Removal, commit: Commit | None = None) -> Lead | None:
        """One attempt to remove the lead; None if others were faster."""
        _, lead = self._read(organization, lead_id)
        keys = [lead_id, *(each.key for each in lead.identities)]
        entries = self.store.entries(organization, keys)
        if entries[lead_id].lead != lead:
            return None
        changes = removed(lead, self._gone(kind), entries)
        return lead if (commit or self.store.commit)(organization, changes) else None

    def _read(self, organization: str, lead_id: str) -> tuple[Entry, Lead]:
        entries, lead = self._read_with(organization, lead_id)
        return entries[lead_id], lead

    def _read_with(self, organization: str, lead_id: str, *keys: str) -> tuple[Mapping[str, Entry], Lead]:
        """The items of the lead and of these keys, and the lead."""
        if not all(map(is_key, (lead_id, *keys))):
            raise _no_lead()
        entries = self.store.entries(organization, [lead_id, *keys])
        lead = entries[lead_id].lead
        if lead is None:
            raise _no_lead()
        return entries, lead

    def _committed(self, organization: str, after: Lead, changes: Sequence[EntryChange]) -> Lead | None:
        return _next_rev(after) if self.store.commit(organization, changes) else None

    def _touched(
        self, lead: Lead, *, profile: Profile | None = None, identities: tuple[LeadIdentity, ...] | None = None
    ) -> Lead:
        return replace(
            lead,
            profile=lead.profile if profile is None else profile,
            identities=lead.identities if identities is None else identities,
            changed_at=lead.later(milliseconds(self.clock.now())),
        )

    def _gone(self, kind: Removal) -> Gone:
        return Gone(milliseconds(self.clock.now()), kind)


def _identity_of(lead: Lead, key: str) -> LeadIdentity:
    """Raises NotFound if the lead does not have it, and LastIdentity if it has no other."""
    found = next((each for each in lead.identities if each.key == key), None)
    if found is None:
        raise NotFound("The lead has no such identity.")
    if len(lead.identities) == 1:
        raise LastIdentity("This is the lead's only identity. Add another one first, or delete the lead.")
    return found


def _without(lead: Lead, key: str) -> tuple[LeadIdentity, ...]:
    return tuple(each for each in lead.identities if each.key != key)


def _next_rev(lead: Lead) -> Lead:
    return replace(lead, rev=lead.rev + 1)


def _no_lead() -> NotFound:
    return NotFound("This does not exist, or you do not have access to it.")
