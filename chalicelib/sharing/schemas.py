"""JSON Schemas of this room's responses. Loaded only when the API is described."""

from chalicelib.collections.collection import Role
from chalicelib.collections.invitation import ShareState
from chalicelib.contacts.schemas import CONTACT
from chalicelib.foundation.schema import (
    COUNT,
    INSTANT,
    INSTANT_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    Schema,
    enum_of,
    exact_object,
    list_of,
    named,
    ref,
)

_COLLECTION: dict[str, Schema] = {
    "collection_id": TEXT,
    "name": TEXT,
    "owner": TEXT,
    "role": enum_of(*Role, name="CollectionRole"),
    "created_at": INSTANT,
    "updated_at": INSTANT,
}
_SHARED = enum_of(Role.EDITOR, Role.VIEWER, name="SharedRole")
_MEMBER = {name: CONTACT[name] for name in CONTACT if name not in ("possible_duplicates", "external_source")}

SCHEMAS: dict[str, Schema] = {
    "Collection": exact_object(_COLLECTION),
    "Collections": exact_object({"collections": list_of(ref("Collection"))}),
    "CollectionInFull": exact_object({**_COLLECTION, "member_count": COUNT}),
    "Members": exact_object(
        {
            "members": list_of(named("Member", exact_object({**_MEMBER, "added_by": TEXT, "added_at": INSTANT}))),
            "next_cursor": TEXT_OR_NULL,
        }
    ),
    "MembersAdded": exact_object({"added": COUNT, "already_members": COUNT, "not_found": list_of(TEXT)}),
    "Share": exact_object(
        {"person": TEXT, "role": _SHARED, "state": enum_of(*ShareState), "expires_at": INSTANT_OR_NULL}
    ),
    "Shares": exact_object({"owner": TEXT, "shares": list_of(ref("Share"))}),
    "Invitation": exact_object(
        {
            "collection_id": TEXT,
            "name": TEXT,
            "owner": TEXT,
            "owner_name": TEXT,
            "role": _SHARED,
            "invited_at": INSTANT,
            "expires_at": INSTANT,
        }
    ),
    "Invitations": exact_object({"invitations": list_of(ref("Invitation")), "next_cursor": TEXT_OR_NULL}),
    "Blocked": exact_object({"person": TEXT, "blocked_at": INSTANT}),
    "BlockedPeople": exact_object({"blocked": list_of(ref("Blocked"))}),
}
