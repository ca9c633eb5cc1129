"""What the fields and parameters of this room mean. Loaded only when the API is described."""

from chalicelib.contacts.vocabulary import CONTACT_WORDS
from chalicelib.foundation.openapi.vocabulary import Vocabulary

_ID = "7QmC2xW9Lk0aRz5tVb8nYg"

VOCABULARY: Vocabulary = {
    **CONTACT_WORDS,
    "parameter.collection_id": ("The id of the collection: 22 characters.", _ID),
    "collection_id": ("The id of the collection.", _ID),
    "parameter.person": ("The `sub` claim of the person.", "bob"),
    "Collection.name": ("The name of the collection.", "Choir"),
    "CollectionInFull.name": ("The name of the collection.", "Choir"),
    "CollectionBody.name": ("The name of the collection.", "Choir"),
    "Invitation.name": ("The name of the collection.", "Choir"),
    "q": ("Words to search my address book for, to add contacts.", "ada love"),
    "role": "What the person may do in the collection.",
    "collections": "The collections, by name.",
    "member_count": "How many contacts it has.",
    "members": "The contacts, in the order in which they were added.",
    "added_by": ("The `sub` claim of the person who added it.", "ann"),
    "added_at": "When it was added, in UTC.",
    "added": "How many were added.",
    "already_members": "How many were there already.",
    "not_found": ("The ids of those that are not in your address book.", []),
    "shares": "The people.",
    "Share.state": "Whether the person has accepted.",
    "owner_name": ("The name of the person who invites.", "Ann"),
    "invited_at": "When it was sent, in UTC.",
    "invitations": "The invitations, newest first.",
    "blocked_at": "When the person was blocked, in UTC.",
    "blocked": "The people.",
    "parameter.tag": ("Only contacts that I added and that have a source of this tag.", "iris-import"),
}
