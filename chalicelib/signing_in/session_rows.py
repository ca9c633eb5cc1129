"""Sessions as items of the people table and back. By hand: one is read before every request of a page."""

import json
from datetime import datetime

from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Item
from chalicelib.foundation.http import Person
from chalicelib.foundation.secret import sha256_hex
from chalicelib.tables.keys import SESSION


def session_key(owner_id: str, secret: str) -> Item:
    return SESSION.key(owner_id=owner_id, hashed=sha256_hex(secret)).item


def to_item(owner_id: str, secret: str, person: Person, expires_at: datetime) -> Item:
    return {
        **session_key(owner_id, secret),
        "sub": {"S": person.sub},
        "label": {"S": person.label},
        "roles": {"S": json.dumps(sorted(person.roles))},
        "organizations": {"S": json.dumps({name: sorted(roles) for name, roles in person.organizations.items()})},
        "expires_at": {"N": str(milliseconds(expires_at))},
        "ttl": {"N": str(int(expires_at.timestamp()))},  # DynamoDB deletes it some time after that
    }


def to_person(item: Item) -> Person:
    stored = json.loads(item.get("organizations", {}).get("S", "{}"))  # sessions of earlier versions have none
    organizations = {name: frozenset(roles) for name, roles in stored.items()}
    return Person(item["sub"]["S"], item["label"]["S"], frozenset(json.loads(item["roles"]["S"])), organizations)


def to_expiry(item: Item) -> datetime:
    return instant(int(item["expires_at"]["N"]))
