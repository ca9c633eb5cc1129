"""The sessions as they are kept: by the hash of a secret that only the person's browser has.

Reading one is by hand: it comes before every request of a page, and PynamoDB is slow to load.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.foundation.clock import Clock, instant, milliseconds
from chalicelib.foundation.csrf import csrf_token
from chalicelib.foundation.dynamo import Dynamo, Item
from chalicelib.foundation.http import Person
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.secret import fresh_secret, sha256_hex
from chalicelib.foundation.session import Session

LIFE = timedelta(hours=12)  # from signing in, however busy the person is
_CARRIED = re.compile(r"([\w-]{22})\.([\w-]{43})", re.ASCII)  # the id made of the owner, the secret


@dataclass(frozen=True)
class SessionStore:
    dynamo: Dynamo
    table: str
    clock: Clock
    secret: Callable[[], str] = fresh_secret

    def begin(self, person: Person) -> str:
        """A new session; returns what the cookie carries."""
        from chalicelib.signing_in.rows import SessionRow

        secret, expires_at = self.secret(), self.clock.now() + LIFE
        owner_id = id_of(person.sub)
        row = SessionRow(
            *_key(owner_id, secret),
            sub=person.sub,
            label=person.label,
            roles=sorted(person.roles),
            expires_at=milliseconds(expires_at),
            ttl=expires_at,
        )
        self.dynamo.put(TableName=self.table, Item=row.serialize())
        return f"{owner_id}.{secret}"

    def find(self, cookie_value: str) -> Session | None:
        found = _CARRIED.fullmatch(cookie_value)
        if found is None:
            return None
        owner_id, secret = found.groups()
        item = self.dynamo.get(self.table, _raw_key(owner_id, secret))
        if item is None or instant(int(item["expires_at"]["N"])) <= self.clock.now():
            return None
        return Session(_to_person(item), csrf_token(secret))

    def end(self, cookie_value: str) -> None:
        """Whoever has the cookie is nobody from now on. Nothing happens where there is no such session."""
        if found := _CARRIED.fullmatch(cookie_value):
            self.dynamo.delete_many(self.table, [_raw_key(*found.groups())])

    def erase(self, owner: str) -> int:
        """Delete all sessions of a person; returns how many. May be repeated."""
        found = self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": _pk(id_of(owner))}},
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
        )
        keys = list(found)
        self.dynamo.delete_many(self.table, keys)
        return len(keys)


def _pk(owner_id: str) -> str:
    return f"sessions#{owner_id}"


def _key(owner_id: str, secret: str) -> tuple[str, str]:
    return _pk(owner_id), f"session#{sha256_hex(secret)}"


def _raw_key(owner_id: str, secret: str) -> Item:
    pk, sk = _key(owner_id, secret)
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _to_person(item: Item) -> Person:
    return Person(item["sub"]["S"], item["label"]["S"], frozenset(json.loads(item["roles"]["S"])))
