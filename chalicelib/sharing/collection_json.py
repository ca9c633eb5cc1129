"""The JSON of collections, members, shares, invitations and blocked people in the API."""

from chalicelib.collections.collection import Collection, Member
from chalicelib.collections.invitation import BlockedSender, ReceivedInvitation, Share
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_json import contact_json
from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.json import JsonObject


def collection_json(collection: Collection, person: str) -> JsonObject:
    """A collection, with the role of this person in it."""
    role = collection.role_of(person)
    return {
        "collection_id": collection.collection_id,
        "name": collection.name,
        "owner": collection.owner,
        "role": None if role is None else role.value,
        "created_at": rfc3339(collection.created_at),
        "updated_at": rfc3339(collection.updated_at),
    }


def member_json(added: Member, contact: Contact) -> JsonObject:
    """A contact as everyone in the collection sees it: its values and who added it, but not its sources."""
    values = contact_json(contact)
    del values["possible_duplicates"], values["external_source"]  # private to the adder
    return {**values, "added_by": added.adder, "added_at": rfc3339(instant(added.added_at))}


def share_json(shared: Share) -> JsonObject:
    """A person in the collection, or an invited one."""
    return {
        "person": shared.person,
        "role": shared.role.value,
        "state": shared.state.value,
        "expires_at": rfc3339(shared.expires_at),
    }


def invitation_json(received: ReceivedInvitation) -> JsonObject:
    """An invitation as the invited person sees it: the collection's name, and who invites them."""
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


def blocked_json(each: BlockedSender) -> JsonObject:
    """A person whose invitations are hidden."""
    return {"person": each.person, "blocked_at": rfc3339(each.blocked_at)}
