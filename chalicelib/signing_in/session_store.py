"""Stores sessions, each by the hash of a secret that only the person's browser has."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.csrf import csrf_token
from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.http import Person
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.secret import fresh_secret
from chalicelib.foundation.session import Session
from chalicelib.signing_in.session_rows import session_key, to_expiry, to_item, to_person
from chalicelib.tables.keys import SESSION

LIFE = timedelta(hours=12)  # since signing in; activity does not extend it
_COOKIE_VALUE = re.compile(r"([\w-]{22})\.([\w-]{43})", re.ASCII)  # the id derived from the owner, and the secret


@dataclass(frozen=True)
class SessionStore:
    """Reads and writes sessions in the people table."""

    dynamo: Dynamo
    table: str
    clock: Clock
    secret: Callable[[], str] = fresh_secret

    def begin(self, person: Person) -> str:
        """Begin a session; returns the value of its cookie."""
        owner_id, secret = id_of(person.sub), self.secret()
        item = to_item(owner_id, secret, person, self.clock.now() + LIFE)
        self.dynamo.put(TableName=self.table, Item=item)
        return f"{owner_id}.{secret}"

    def find(self, cookie_value: str) -> Session | None:
        """The session of a cookie; None if it is unknown or expired."""
        match = _COOKIE_VALUE.fullmatch(cookie_value)
        if match is None:
            return None
        owner_id, secret = match.groups()
        item = self.dynamo.get(self.table, session_key(owner_id, secret))
        if item is None or to_expiry(item) <= self.clock.now():
            return None
        return Session(to_person(item), csrf_token(secret))

    def end(self, cookie_value: str) -> None:
        """Invalidate the session. Does nothing if there is none."""
        if match := _COOKIE_VALUE.fullmatch(cookie_value):
            self.dynamo.delete_many(self.table, [session_key(*match.groups())])

    def erase(self, owner: str) -> int:
        """Delete all sessions of a person. Safe to repeat.

        Returns:
            The number of deleted sessions.
        """
        items = self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": SESSION.partition(owner_id=id_of(owner))}},
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
        )
        keys = list(items)
        self.dynamo.delete_many(self.table, keys)
        return len(keys)
