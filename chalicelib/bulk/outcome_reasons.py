"""Why a contact of a bulk job is not what was asked: codes, as the ledger has them, and what people are told."""

DUPLICATE = "duplicate_in_batch"  # in the ledger with the index of the one that was taken behind a colon
NOT_ADDED = "not_added_to_collection"  # of one that was created all the same
EDITED, OTHERS = "edited_by_person", "other_source"  # why a cleanup keeps a contact
NOT_FOUND, FORBIDDEN = "not_found", "forbidden"  # why one that a cleanup was told of is no candidate

MESSAGES = {
    DUPLICATE: "An earlier contact of this list has the same first email and no different name; that one was used.",
    "exists": "The address book has this contact already.",
    "ambiguous": "This may be one of several contacts in the address book, so none of them was changed.",
    "poison": "This contact broke whoever tried to create it.",
    "unreadable": "This contact could not be read.",
    "too_large": "The contact would have become too large.",
    "book_full": "The address book is full.",
    NOT_ADDED: "Created, but not added: the collection was not yours to edit any more.",
    NOT_FOUND: "Not one of this run's contacts in your address book, or gone meanwhile.",
    FORBIDDEN: "Somebody else's, in a collection that you may only look at.",
}


def message_for(code: str) -> str:
    return MESSAGES.get(code, "This contact was left out.")
