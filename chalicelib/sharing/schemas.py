"""What the routes of collections answer, as JSON Schema. Loaded only when the API describes itself."""

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
    all_of,
    list_of,
    named,
    one_of,
)

_COLLECTION: dict[str, Schema] = {
    "collection_id": TEXT,
    "name": TEXT,
    "owner": TEXT,
    "role": one_of(*Role),
    "created_at": INSTANT,
    "updated_at": INSTANT,
}
_SHARED = one_of(Role.EDITOR, Role.VIEWER)
_MEMBER = {name: CONTACT[name] for name in CONTACT if name not in ("possible_duplicates", "external_source")}

SCHEMAS: dict[str, Schema] = {
    "Collection": all_of(_COLLECTION),
    "Collections": all_of({"collections": list_of(named("Collection"))}),
    "CollectionInFull": all_of({**_COLLECTION, "member_count": COUNT}),
    "Members": all_of(
        {"members": list_of(all_of({**_MEMBER, "added_by": TEXT, "added_at": INSTANT})), "next_cursor": TEXT_OR_NULL}
    ),
    "MembersAdded": all_of({"added": COUNT, "already_members": COUNT, "not_found": list_of(TEXT)}),
    "Share": all_of({"person": TEXT, "role": _SHARED, "state": one_of(*ShareState), "expires_at": INSTANT_OR_NULL}),
    "Shares": all_of({"owner": TEXT, "shares": list_of(named("Share"))}),
    "Invitation": all_of(
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
    "Invitations": all_of({"invitations": list_of(named("Invitation")), "next_cursor": TEXT_OR_NULL}),
    "Blocked": all_of({"person": TEXT, "blocked_at": INSTANT}),
    "BlockedPeople": all_of({"blocked": list_of(named("Blocked"))}),
}
