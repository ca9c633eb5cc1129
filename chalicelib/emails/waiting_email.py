"""E-mails that wait to be sent: each is written in the transaction that makes it true, and deleted once it is sent.

The item has no address: to whom it is sent, and whether it is still wanted, is looked up when it is sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item, Write
from chalicelib.foundation.email_draft import EmailDraft, EmailKind
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.tables.keys import DUE_EMAILS, WAITING_EMAIL, Key

LASTS = timedelta(days=7)  # of an item that nothing deletes, because e-mails were turned off
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class WaitingEmail:
    """An e-mail that waits to be sent."""

    #: Follows from what it tells, so that it is stored once.
    email_id: str
    owner: str
    draft: EmailDraft
    created_at: datetime
    due: datetime
    #: How often sending it has begun.
    tries: int = 0

    def begun(self, now: datetime) -> "WaitingEmail":
        """As it is stored while it is being sent: due again after a wait that doubles each time."""
        wait = min(FIRST_WAIT * 2 ** min(self.tries, 10), LONGEST_WAIT)
        return replace(self, due=now + wait, tries=self.tries + 1)


@dataclass(frozen=True)
class WaitingEmailStore:
    """The jobs table, whose index `due` proposes what is to be sent. Every method may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str

    def add_write(self, email: WaitingEmail) -> Write:
        """The write that lets an e-mail wait. Repeating it changes nothing until it is sent."""
        return {"Put": {"TableName": self.table, "Item": _to_item(email)}}

    def due(self, now: datetime, *, limit: int) -> list[WaitingEmail]:
        """Those that are due, the longest due first. The index may be stale, so they are read again."""
        page = self.dynamo.query_page(
            TableName=self.table,
            IndexName="due",
            KeyConditionExpression="due_shard = :due AND due <= :now",
            ExpressionAttributeValues={":due": {"S": DUE_EMAILS}, ":now": {"N": str(milliseconds(now))}},
            Limit=limit,
        )
        keys = [Key.of(item).item for item in page["Items"]]
        known = [_to_email(item) for item in self.dynamo.get_many(self.table, keys)] if keys else []
        return sorted((each for each in known if each.due <= now), key=lambda each: each.due)

    def begin(self, seen: WaitingEmail, now: datetime) -> bool:
        """Note that it is being sent. False if somebody else does that, or has sent or deleted it."""
        begun = seen.begun(now)
        try:
            self.dynamo.update(
                TableName=self.table,
                Key=_key(seen).item,
                UpdateExpression="SET due = :due, tries = :tries",
                ConditionExpression="tries = :seen",
                ExpressionAttributeValues={
                    ":due": {"N": str(milliseconds(begun.due))},
                    ":tries": {"N": str(begun.tries)},
                    ":seen": {"N": str(seen.tries)},
                },
            )
        except ConditionFailed:
            return False
        return True

    def delete(self, email: WaitingEmail) -> None:
        self.dynamo.delete(TableName=self.table, Key=_key(email).item)

    def erase(self, owner: str) -> None:
        """Delete all that wait for a person. May be repeated."""
        self.dynamo.delete_many(self.table, [Key.of(item).item for item in self._of(owner)])

    def of_owner(self, owner: str) -> list[WaitingEmail]:
        """All that wait for a person."""
        return [_to_email(item) for item in self._of(owner)]

    def _of(self, owner: str) -> Iterator[Item]:
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={
                ":pk": {"S": WAITING_EMAIL.partition(owner=owner)},
                ":prefix": {"S": WAITING_EMAIL.sk_prefix()},
            },
            ConsistentRead=True,
        )


def _key(email: WaitingEmail) -> Key:
    return WAITING_EMAIL.key(owner=email.owner, email_id=email.email_id)


def _to_item(email: WaitingEmail) -> Item:
    draft = email.draft
    return {
        **_key(email).item,
        "due_shard": {"S": DUE_EMAILS},
        "due": {"N": str(milliseconds(email.due))},
        "tries": {"N": str(email.tries)},
        "created_at": {"N": str(milliseconds(email.created_at))},
        "ttl": {"N": str(round((email.created_at + LASTS).timestamp()))},
        "kind": {"S": draft.kind.value},
        "subject": {"S": draft.subject},
        "paragraphs": {"S": encode_json(list(draft.paragraphs))},
        "path": {"S": draft.path},
        "link": {"S": draft.link},
    }


def _to_email(item: Item) -> WaitingEmail:
    parts = WAITING_EMAIL.parts(Key.of(item))
    return WaitingEmail(
        parts["email_id"],
        parts["owner"],
        EmailDraft(
            EmailKind(item["kind"]["S"]),
            item["subject"]["S"],
            tuple(decode_json(item["paragraphs"]["S"])),
            item["path"]["S"],
            item["link"]["S"],
        ),
        instant(int(item["created_at"]["N"])),
        instant(int(item["due"]["N"])),
        int(item["tries"]["N"]),
    )
