"""Stores collections and their shares."""

from collections.abc import Callable, Sequence
from collections.abc import Collection as Several
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from chalicelib.collections.collection import (
    MOST_COLLECTIONS,
    Collection,
    Role,
    check_owner,
    with_share,
    without_share,
)
from chalicelib.collections.collection_reads import TRIES, too_many_changes
from chalicelib.collections.collection_rows import collection_key, to_collection
from chalicelib.collections.invitation import (
    Invitation,
    Share,
    ShareState,
    check_may_invite,
    clean_label,
    invitation_not_found,
)
from chalicelib.collections.invitation_store import InvitationStore
from chalicelib.collections.member_store import MemberStore
from chalicelib.foundation.dynamo import TransactionCanceled, Write
from chalicelib.foundation.errors import Conflict, NotFound
from chalicelib.foundation.ids import fresh_id

T = TypeVar("T")


@dataclass(frozen=True)
class Change(Generic[T]):
    """A change of a collection, stored in one transaction."""

    #: The new state.
    collection: Collection
    #: Further writes of the transaction.
    writes: Sequence[Write]
    #: What the caller gets once the change is stored.
    result: T


@dataclass(frozen=True)
class CollectionStore(MemberStore):
    """Collections, with their members (`MemberStore`) and permissions (`CollectionReads`)."""

    @property
    def invitations(self) -> InvitationStore:
        return InvitationStore(self.dynamo, self.table, self.clock)

    # ── reading

    def of_person(self, person: str) -> list[Collection]:
        """All collections that this person can see, by name. Deletes what an interrupted deletion left behind."""
        ids = self._linked_ids(person)
        items = self.dynamo.get_many(self.table, [collection_key(each) for each in ids])
        known = {each.collection_id: each for each in map(to_collection, items)}
        for collection_id in ids:
            if collection_id not in known:
                self._clear(collection_id, [person])
        seen = [each for each in known.values() if each.role_of(person) is not None]
        return sorted(seen, key=lambda each: (each.name.casefold(), each.collection_id))

    def roles_by_contact(self, person: str, contact_ids: Several[str]) -> dict[str, Role]:
        """The contacts among these that collections show to this person, with the strongest role of each."""
        found: dict[str, Role] = {}
        for collection in self.of_person(person):
            role = collection.role_of(person)
            for member in self.members(collection.collection_id):
                if role is not None and member.contact_id in contact_ids:
                    found[member.contact_id] = min(role, found.get(member.contact_id, role), key=list(Role).index)
        return found

    # ── collections

    def add(self, owner: str, name: str) -> Collection:
        """Creates a collection and returns it.

        Raises:
            Conflict: the owner is already in `MOST_COLLECTIONS` collections.
        """
        self._check_count(owner)
        now = self.clock.now()
        new = Collection(fresh_id(), name, owner, frozenset({owner}), frozenset(), 1, now, now)
        self._transact(self.writes.put_new(new), self.writes.put_link(owner, new.collection_id))
        return new

    def rename(self, person: str, collection_id: str, name: str) -> Collection:
        """Renames the collection and returns it.

        Raises:
            NotFound, NotAllowed: as `for_owner`.
            Conflict: the collection has too many concurrent changes.
        """
        changed, _ = self._apply(lambda: Change(replace(self.for_owner(person, collection_id), name=name), [], None))
        return changed

    def delete(self, person: str, collection_id: str) -> None:
        """Deletes the collection for everyone.

        Raises:
            NotFound, NotAllowed: as `for_owner`.
            Conflict: the collection has too many concurrent changes.
        """
        for _ in range(TRIES):
            known = self.for_owner(person, collection_id)
            with suppress(TransactionCanceled):
                self._transact(self.writes.delete(known))
                self._clear(collection_id, [*(known.people - {known.owner}), known.owner])
                return
        raise too_many_changes()

    # ── shares

    def shares(self, person: str, collection_id: str) -> tuple[Collection, list[Share]]:
        """The collection, and its people other than the owner. Only the owner sees invited people.

        Raises:
            NotFound: as `for_reader`.
        """
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
        """Invites `other`, or changes their role if they accepted.

        Reads nothing about `other`, so the response does not depend on them.

        Args:
            label: the owner's name, shown to `other`.

        Raises:
            NotFound, NotAllowed: as `for_owner`.
            Conflict: `other` is the owner, the owner has reached a limit of shares or invitations, or the collection
                has too many concurrent changes.
        """

        def share() -> Change[Share]:
            known = self.for_owner(person, collection_id)
            changed = with_share(known, other, role)
            if known.role_of(other) is not None:
                return Change(changed, [], Share(other, role, ShareState.ACCEPTED))
            invitation, actions = self._invite(known, other, role, clean_label(label))
            return Change(known, actions, invitation.as_share)

        return self._apply(share)[1]

    def accept(self, person: str, collection_id: str) -> Collection:
        """Adds the invited person to the collection, and returns it. Idempotent.

        Raises:
            NotFound: the person has no invitation that they can accept.
            Conflict: the person is already in `MOST_COLLECTIONS` collections, or the collection has too many
                concurrent changes.
        """

        def accept() -> Change[None]:
            known = self.find(collection_id)
            if known is None:
                raise invitation_not_found()
            if known.role_of(person) is not None:
                return Change(known, [], None)
            invitation = self.invitations.open_to(person, known)
            self._check_count(person)
            link = self.writes.put_link(person, collection_id)
            joined = with_share(known, person, invitation.role)
            return Change(joined, [link, *self.invitations.writes.accept(invitation)], None)

        return self._apply(accept)[0]

    def unshare(self, person: str, collection_id: str, other: str) -> None:
        """Ends the share with `other`, or withdraws their invitation. Contacts that they added stay.

        The owner can do this for anyone, other people for themselves.

        Raises:
            NotFound: as `for_reader`.
            NotAllowed: the person is neither the owner nor `other`.
            Conflict: `other` is the owner, or the collection has too many concurrent changes.
        """

        def unshare() -> Change[None]:
            known = self.for_reader(person, collection_id)
            left = without_share(known if person == other else check_owner(known, person), other)
            invitation = self.invitations.get(known.owner, collection_id, other)
            withdrawal: Sequence[Write] = [] if invitation is None else self.invitations.writes.withdraw(invitation)
            return Change(left, withdrawal, None)

        self._apply(unshare)
        self._unlink(other, collection_id)

    # ── erasing

    def erase(self, person: str) -> None:
        """Deletes the person's collections, shares, members in other collections, invitations and blocks.

        Idempotent.
        """
        self.invitations.erase(person)
        for collection_id in self._linked_ids(person):
            known = self.find(collection_id)
            with suppress(NotFound):  # deleted or unshared at the same time
                if known is not None and known.owner == person:
                    self.delete(person, collection_id)
                elif known is not None and known.role_of(person) is not None:
                    self.unshare(person, collection_id, person)  # after this nothing more can be added
            if known is None:
                self._clear(collection_id, [person])
            self._delete_blocks(collection_id, person)
            self._unlink(person, collection_id)

    def _invite(self, known: Collection, other: str, role: Role, label: str) -> tuple[Invitation, list[Write]]:
        """The invitation, and the writes that store it."""
        new = Invitation(known.collection_id, known.owner, label, other, role, self.clock.now())
        old = self.invitations.get(known.owner, known.collection_id, other)
        is_open = old is not None and old.is_open(new.invited_at)
        if not is_open:
            check_may_invite(known, other, self.invitations.sent(known.owner))
        actions = self.invitations.writes.send(new, old, new.invited_at)
        return (replace(old, role=role) if old is not None and is_open else new), list(actions)

    def _apply(self, make: Callable[[], Change[T]]) -> tuple[Collection, T]:
        """Stores the change that `make` returns, calling it again after a conflict; returns the stored collection."""
        for _ in range(TRIES):
            change = make()
            changed = replace(change.collection, updated_at=self.clock.now())
            with suppress(TransactionCanceled):
                self._transact(self.writes.put_changed(changed), *change.writes)
                return replace(changed, version=changed.version + 1), change.result
        raise too_many_changes()

    def _check_count(self, person: str) -> None:
        if len(self._linked_ids(person)) >= MOST_COLLECTIONS and len(self.of_person(person)) >= MOST_COLLECTIONS:
            raise Conflict(
                f"You are in {MOST_COLLECTIONS} collections, the maximum. Leave or delete one first.",
                limit=MOST_COLLECTIONS,
            )

    def _clear(self, collection_id: str, people: Sequence[str]) -> None:
        """Deletes the rest of a deleted collection: members, invitations, links of these people and of all adders."""
        adders = [block["adder"]["S"] for block in self._blocks(collection_id)]
        self._delete_blocks(collection_id)
        for person in dict.fromkeys([*(set(adders) - set(people)), *people]):
            self.invitations.clear(person, collection_id)  # one of them is its owner
            self._unlink(person, collection_id)
