"""Collections, members and shares as the API answers them."""

from typing import Any

from chalicelib.collections.collection import Collection, Member, Role
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.shown import listed
from chalicelib.foundation.clock import instant, told

Json = dict[str, Any]


def collection_told(collection: Collection, person: str) -> Json:
    """One collection as this person, who sees it, is told of it."""
    role = collection.role_of(person)
    return {
        "collection_id": collection.collection_id,
        "name": collection.name,
        "owner": collection.owner,
        "role": None if role is None else role.value,
        "created_at": told(collection.created_at),
        "updated_at": told(collection.updated_at),
    }


def member(added: Member, contact: Contact) -> Json:
    """What everybody in the collection sees of a contact: its values, and whose it is. Its sources are its adder's."""
    values = listed(contact)
    del values["possible_duplicates"], values["external_source"]  # of the adder's book, and of what they did
    return {**values, "added_by": added.adder, "added_at": told(instant(added.added_at))}


def shares(collection: Collection) -> list[Json]:
    people = sorted(collection.people - {collection.owner})
    return [share(person, Role.EDITOR if person in collection.editors else Role.VIEWER) for person in people]


def share(person: str, role: Role) -> Json:
    return {"person": person, "role": role.value}
