"""The interface of collections that bulk jobs use: add contacts to a collection while its editor may edit it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from chalicelib.foundation.dynamo import Write


class Role(Protocol):
    """A role in a collection."""

    @property
    def may_edit(self) -> bool: ...


class Collections(Protocol):
    """The collections, as bulk jobs use them."""

    def for_editor(self, person: str, collection_id: str) -> object:
        """The collection, for a person who may edit it.

        Raises:
            NotFound: the collection does not exist, or is not shared with this person.
            NotAllowed: this person is a viewer.
        """

    def check_room(self, collection_id: str, more: int) -> None:
        """Checks that `more` members can be added.

        Raises:
            Conflict: the collection would exceed its limit.
        """

    def edit_check(self, person: str, collection_id: str) -> Write:
        """A condition for a transaction: this person may edit the collection."""

    def members_write(self, collection_id: str, adder: str, contact_ids: Sequence[str]) -> Write:
        """A write for the same transaction: add these contacts of the adder."""

    def member_ids(self, collection_id: str) -> Collection[str]:
        """The ids of all members."""

    def forget_contacts(self, adder: str, contact_ids: Collection[str]) -> None:
        """Removes deleted contacts of this adder from all collections. Idempotent."""

    def roles_by_contact(self, person: str, contact_ids: Collection[str]) -> Mapping[str, Role]:
        """The contacts among these that collections show to this person, each with the person's role."""
