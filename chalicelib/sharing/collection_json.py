"""Collections, members, shares, invitations and blocks as the API answers them."""

from chalicelib.collections.collection import Collection, Member
from chalicelib.collections.invitation import Blocked, Received, Share
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_json import contact_json
from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.json import JsonObject


def collection_told(collection: Collection, person: str) -> JsonObject:
    """One collection as this person, who sees it, is told of it."""
    role = collection.role_of(person)
    return {
        "collection_id": collection.collection_id,
        "name": collection.name,
        "owner": collection.owner,
        "role": None if role is None else role.value,
        "created_at": rfc3339(collection.created_at),
        "updated_at": rfc3339(collection.updated_at),
    }


def member(added: Member, contact: Contact) -> JsonObject:
    """What everybody in the collection sees of a contact: its values, and whose it is. Its sources are its adder's."""
    values = contact_json(contact)
    del values["possible_duplicates"], values["external_source"]  # of the adder's book, and of what they did
    return {**values, "added_by": added.adder, "added_at": rfc3339(instant(added.added_at))}


def share(shared: Share) -> JsonObject:
    return {
        "person": shared.person,
        "role": shared.role.value,
        "state": shared.state.value,
        "expires_at": rfc3339(shared.expires_at),
    }


def invitation(received: Received) -> JsonObject:
    """What a person sees of a collection before they accept: its name and who invites them."""
    sent = received.invitation
    return {
        "collection_id": sent.collection_id,
        "name": received.name,
        "owner": sent.owner,
        "owner_name": sent.label,
        "role": sent.role.value,
        "invited_at": rfc3339(sent.invited_at),
        "expires_at": rfc3339(sent.expires_at),
    }


def blocked(each: Blocked) -> JsonObject:
    return {"person": each.person, "blocked_at": rfc3339(each.blocked_at)}
