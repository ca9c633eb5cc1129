"""The conditional writes of invitations, for transactions that change the collection.

So sending, withdrawing and accepting happen in one order, that of the collection's versions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.collections.invitation import Invitation
from chalicelib.collections.invitation_rows import pointer_of, sent_key_of, to_pointer, to_sent
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import Item, Write


@dataclass(frozen=True)
class InvitationWrites:
    """Builds the writes of invitations."""

    #: The name of the table.
    table: str

    def send(self, new: Invitation, old: Invitation | None, now: datetime) -> Sequence[Write]:
        """The new state of an invitation. Inviting again changes only the role of an open one, not its expiry.

        Args:
            old: the stored one, possibly expired.
        """
        if old is not None and old.is_open(now):
            return [] if old.role is new.role else [self._put_role(replace(old, role=new.role))]
        replaced = [] if old is None else [self._delete(pointer_of(old))]
        return [self._put(to_sent(new)), self._put(to_pointer(new)), *replaced]

    def withdraw(self, invitation: Invitation) -> Sequence[Write]:
        return [self._delete(sent_key_of(invitation)), self._delete(pointer_of(invitation))]

    def accept(self, invitation: Invitation) -> Sequence[Write]:
        """Fails if the invitation was declined since it was read, or deleted."""
        return [self._delete(sent_key_of(invitation), **_unanswered(invitation)), self._delete(pointer_of(invitation))]

    def decline(self, invitation: Invitation) -> Write:
        """Fails as `accept`."""
        condition = _unanswered(invitation)
        values = {**condition["ExpressionAttributeValues"], ":yes": {"BOOL": True}}
        return {
            "Update": {
                "TableName": self.table,
                "Key": sent_key_of(invitation),
                "UpdateExpression": "SET declined = :yes",
                "ConditionExpression": condition["ConditionExpression"],
                "ExpressionAttributeValues": values,
            }
        }

    def _put_role(self, changed: Invitation) -> Write:
        """Fails if the invitation was deleted."""
        return {
            "Update": {
                "TableName": self.table,
                "Key": sent_key_of(changed),
                "UpdateExpression": "SET #role = :role",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeNames": {"#role": "role"},
                "ExpressionAttributeValues": {":role": {"S": changed.role.value}},
            }
        }

    def _put(self, item: Item) -> Write:
        return {"Put": {"TableName": self.table, "Item": item}}

    def _delete(self, key: Item, **condition: Any) -> Write:
        return {"Delete": {"TableName": self.table, "Key": key, **condition}}


def _unanswered(invitation: Invitation) -> dict[str, Any]:
    """The condition that this very invitation is stored and not declined."""
    return {
        "ConditionExpression": "invited_at = :at AND attribute_not_exists(declined)",
        "ExpressionAttributeValues": {":at": {"N": str(milliseconds(invitation.invited_at))}},
    }
