"""The collections as they are kept. Methods named `…_write` and `…_check` build an action for another's transaction."""

from collections.abc import Callable, Sequence
from collections.abc import Collection as Several
from contextlib import suppress
from dataclasses import dataclass, replace

from chalicelib.collections.collection import (
    MOST_COLLECTIONS,
    Collection,
    Role,
    owned,
    shared,
    unshared,
)
from chalicelib.collections.collection_reads import TRIES, busy
from chalicelib.collections.collection_rows import collection_key, to_collection
from chalicelib.collections.invitation import Invitation, Share, ShareState, check_may_invite, good_label, no_invitation
from chalicelib.collections.invitation_store import InvitationStore
from chalicelib.collections.member_store import MemberStore
from chalicelib.foundation.dynamo import TransactionCanceled, Write
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.ids import fresh_id

Change = tuple[Collection, Sequence[Write]]  # the collection's new state, and the writes that belong to it


@dataclass(frozen=True)
class CollectionStore(MemberStore):
    @property
    def invitations(self) -> InvitationStore:
        return InvitationStore(self.dynamo, self.table, self.clock)

    # ── asking

    def of_person(self, person: str) -> list[Collection]:
        """All that this person sees, by name. What a deletion that was cut short left is deleted now."""
        ids = self._linked(person)
        items = self.dynamo.get_many(self.table, [collection_key(each) for each in ids])
        known = {each.collection_id: each for each in map(to_collection, items)}
        for collection_id in ids:
            if collection_id not in known:
                self._clear(collection_id, [person])
        seen = [each for each in known.values() if each.role_of(person) is not None]
        return sorted(seen, key=lambda each: (each.name.casefold(), each.collection_id))

    def seen_through(self, person: str, contact_ids: Several[str]) -> dict[str, Role]:
        """Which of these contacts this person sees as members of collections; the role that may most."""
        found: dict[str, Role] = {}
        for collection in self.of_person(person):
            role = collection.role_of(person)
            for member in self.members(collection.collection_id):
                if role is not None and member.contact_id in contact_ids:
                    found[member.contact_id] = min(role, found.get(member.contact_id, role), key=list(Role).index)
        return found

    # ── collections

    def add(self, owner: str, name: str) -> Collection:
        """A new collection of this owner.

        Raises:
            Conflict: they are in as many as one can be.
        """
        self._check_count(owner)
        now = self.clock.now()
        new = Collection(fresh_id(), name, owner, frozenset({owner}), frozenset(), 1, now, now)
        self._land(self.writes.put_new(new), self.writes.put_link(owner, new.collection_id))
        return new

    def rename(self, person: str, collection_id: str, name: str) -> Collection:
        """Only its owner may; raises what `for_owner` does."""
        return self._changed(lambda: (replace(self.for_owner(person, collection_id), name=name), []))

    def delete(self, person: str, collection_id: str) -> None:
        """Deletes it for everyone. Only its owner may."""
        for _ in range(TRIES):
            known = self.for_owner(person, collection_id)
            with suppress(TransactionCanceled):
                self._land(self.writes.delete(known))
                self._clear(collection_id, [*(known.people - {known.owner}), known.owner])
                return
        raise busy()

    # ── shares

    def shares(self, person: str, collection_id: str) -> tuple[Collection, list[Share]]:
        """The people in it other than its owner. Only the owner sees invited people."""
        known = self.for_reader(person, collection_id)
        found = [
            Share(each, Role.EDITOR if each in known.editors else Role.VIEWER, ShareState.ACCEPTED)
            for each in known.people - {known.owner}
        ]
        if person == known.owner:
            sent = self.invitations.sent(person, collection_id)
            found += [each.as_share for each in sent if each.person not in known.people]
        return known, sorted(found, key=lambda each: each.person)

    def share(self, person: str, collection_id: str, other: str, role: Role, *, label: str = "") -> Share:
        """Invites `other`, or changes their role if they accepted. Only its owner may.

        Reads nothing about `other`, so the answer does not depend on them.

        Args:
            label: the owner's name, for `other` to see.

        Raises:
            Conflict: `other` is its owner, or the owner is at a limit of shares or invitations.
        """
        told: list[Share] = []

        def changed() -> Change:
            known = self.for_owner(person, collection_id)
            changed = shared(known, other, role)
            if known.role_of(other) is not None:
                told[:] = [Share(other, role, ShareState.ACCEPTED)]
                return changed, []
            invitation, actions = self._invited(known, other, role, good_label(label))
            told[:] = [invitation.as_share]
            return known, actions

        self._changed(changed)
        return told[0]

    def accept(self, person: str, collection_id: str) -> Collection:
        """Lets the invited person in; repeating it changes nothing.

        Raises:
            NotFound: there is no invitation that they could accept. Conflict: they are at their limit.
        """

        def accepted() -> Change:
            known = self.find(collection_id)
            if known is None:
                raise no_invitation()
            if known.role_of(person) is not None:
                return known, []
            invitation = self.invitations.open_to(person, known)
            self._check_count(person)
            link = self.writes.put_link(person, collection_id)
            return shared(known, person, invitation.role), [link, *self.invitations.writes.accept(invitation)]

        return self._changed(accepted)

    def unshare(self, person: str, collection_id: str, other: str) -> None:
        """Ends the share with `other`, or their invitation; what they added stays.

        Its owner may, and `other` may for themselves.

        Raises:
            Conflict: `other` is its owner.
        """

        def without() -> Change:
            known = self.for_reader(person, collection_id)
            left = unshared(known if person == other else owned(known, person), other)
            invitation = self.invitations.get(known.owner, collection_id, other)
            return left, [] if invitation is None else self.invitations.writes.withdraw(invitation)

        self._changed(without)
        self._unlink(other, collection_id)

    # ── erasing

    def erase(self, person: str) -> None:
        """Deletes their collections, their shares of others' collections, what they added, invitations and blocks.

        May be repeated.
        """
        self.invitations.erase(person)
        for collection_id in self._linked(person):
            known = self.find(collection_id)
            with suppress(NotFound):  # somebody deleted it, or withdrew the share, just now
                if known is not None and known.owner == person:
                    self.delete(person, collection_id)
                elif known is not None and known.role_of(person) is not None:
                    self.unshare(person, collection_id, person)  # from here on nothing more is added
            if known is None:
                self._clear(collection_id, [person])
            self._delete_blocks(collection_id, person)
            self._unlink(person, collection_id)

    # ── below

    def _invited(self, known: Collection, other: str, role: Role, label: str) -> tuple[Invitation, list[Write]]:
        """The new state of the invitation, and the writes for it."""
        new = Invitation(known.collection_id, known.owner, label, other, role, self.clock.now())
        old = self.invitations.get(known.owner, known.collection_id, other)
        is_open = old is not None and old.is_open(new.invited_at)
        if not is_open:
            check_may_invite(known, other, self.invitations.sent(known.owner))
        actions = self.invitations.writes.send(new, old, new.invited_at)
        return (replace(old, role=role) if old is not None and is_open else new), list(actions)

    def _changed(self, make: Callable[[], Change]) -> Collection:
        """Store what `make` reads and changes; it is called again where somebody else came first."""
        for _ in range(TRIES):
            known, actions = make()
            changed = replace(known, updated_at=self.clock.now())
            with suppress(TransactionCanceled):
                self._land(self.writes.put_changed(changed), *actions)
                return replace(changed, version=changed.version + 1)
        raise busy()

    def _check_count(self, person: str) -> None:
        if len(self._linked(person)) >= MOST_COLLECTIONS and len(self.of_person(person)) >= MOST_COLLECTIONS:
            raise Conflict(
                f"You are in {MOST_COLLECTIONS} collections, the maximum. Leave or delete one first.",
                limit=MOST_COLLECTIONS,
            )

    def _clear(self, collection_id: str, people: Sequence[str]) -> None:
        """Deletes the rest of a collection: members, invitations, the links of these people and of all who added."""
        adders = [block["adder"]["S"] for block in self._blocks(collection_id)]
        self._delete_blocks(collection_id)
        for person in dict.fromkeys([*(set(adders) - set(people)), *people]):
            self.invitations.clear(person, collection_id)  # one of them is its owner
            self._unlink(person, collection_id)
