"""The store of mailboxes, in the people table: one item for each person, and one by which a link finds its owner."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.emails.mailbox import Mailbox, UnsubscribeLink
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item, TransactionCanceled, Write
from chalicelib.foundation.email_draft import EmailKind
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.foundation.repeat_change import too_many_changes
from chalicelib.foundation.secret import fresh_secret
from chalicelib.tables.keys import MAILBOX, UNSUBSCRIBE

RACES = 5  # how often to retry when two sign-ins of a person meet


@dataclass(frozen=True)
class MailboxStore:
    """Every method may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str  #: the people table
    secret: Callable[[], str] = fresh_secret

    def get(self, owner: str) -> Mailbox:
        item = self.dynamo.get(self.table, _key(owner))
        return Mailbox(owner) if item is None else _to_mailbox(owner, item)

    def remember(self, owner: str, address: str | None) -> None:
        """Replace the address by the one that a sign-in says; None removes it. What the person chose stays.

        Raises:
            TooMany: other sign-ins keep changing it.
        """
        for _ in range(RACES):
            known = self.get(owner)
            if known.address == address or self._replace(known, address):
                return
        raise too_many_changes()

    def choose(self, owner: str, choices: Mapping[EmailKind, bool]) -> Mailbox:
        """Switch kinds of e-mails on or off; the others stay as they are."""
        if not choices:
            return self.get(owner)
        item = retry_lost(lambda: self.dynamo.update(**self._choice(owner, choices)))
        return _to_mailbox(owner, item)

    def switch_off(self, link: UnsubscribeLink) -> bool:
        """Switch off the e-mails of a link's kind. False if nobody has such a link, or not any more."""
        pointer = self.dynamo.get(self.table, UNSUBSCRIBE.key(link_id=link.link_id).item)
        if pointer is None:
            return False
        owner = pointer["owner"]["S"]
        if not self.get(owner).is_signed(link):
            return False
        request = self._choice(owner, {link.kind: False})
        condition = {"ConditionExpression": "link_id = :link"}
        values = {**request["ExpressionAttributeValues"], ":link": {"S": link.link_id}}
        try:
            retry_lost(lambda: self.dynamo.update(**{**request, **condition, "ExpressionAttributeValues": values}))
        except ConditionFailed:  # the address has just been replaced or erased
            return False
        return True

    def forget(self, owner: str) -> None:
        """Delete the mailbox and its links. May be repeated."""
        known = self.get(owner)
        if known.link_id:
            self.dynamo.delete(TableName=self.table, Key=UNSUBSCRIBE.key(link_id=known.link_id).item)
        self.dynamo.delete(TableName=self.table, Key=_key(owner))  # last, because the link is found by it

    def _replace(self, known: Mailbox, address: str | None) -> bool:
        """Replace the address and its links. False if something else has replaced them since."""
        if address is None:
            writes = [self._update(known, "REMOVE address, link_id, secret", {})]
        else:
            link_id = fresh_id()
            values = {":address": {"S": address}, ":new": {"S": link_id}, ":secret": {"S": self.secret()}}
            assignments = "SET address = :address, link_id = :new, secret = :secret"
            pointer = {**UNSUBSCRIBE.key(link_id=link_id).item, "owner": {"S": known.owner}}
            writes = [
                self._update(known, assignments, values),
                {"Put": {"TableName": self.table, "Item": pointer}},
            ]
        if known.link_id:
            old = UNSUBSCRIBE.key(link_id=known.link_id).item
            writes.append({"Delete": {"TableName": self.table, "Key": old}})
        try:
            self.dynamo.commit(writes)
        except TransactionCanceled as refused:
            if not refused.by_others:
                raise
            return False
        return True

    def _update(self, known: Mailbox, expression: str, values: Item) -> Write:
        condition = "link_id = :old" if known.link_id else "attribute_not_exists(link_id)"
        request = {
            "TableName": self.table,
            "Key": _key(known.owner),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
        }
        values = {**values, ":old": {"S": known.link_id}} if known.link_id else values
        return {"Update": {**request, "ExpressionAttributeValues": values} if values else request}

    def _choice(self, owner: str, choices: Mapping[EmailKind, bool]) -> Item:
        """The update that stores a choice."""
        return {
            "TableName": self.table,
            "Key": _key(owner),
            "UpdateExpression": "SET " + ", ".join(f"#{kind.value} = :{kind.value}" for kind in choices),
            "ExpressionAttributeNames": {f"#{kind.value}": kind.value for kind in choices},
            "ExpressionAttributeValues": {f":{kind.value}": {"BOOL": chosen} for kind, chosen in choices.items()},
        }


def _key(owner: str) -> Item:
    return MAILBOX.key(owner=owner).item


def _to_mailbox(owner: str, item: Item) -> Mailbox:
    return Mailbox(
        owner,
        item.get("address", {}).get("S"),
        item.get("link_id", {}).get("S", ""),
        item.get("secret", {}).get("S", ""),
        {kind: item[kind.value]["BOOL"] for kind in EmailKind if kind.value in item},
    )
