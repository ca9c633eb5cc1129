"""Reasons why a bulk job did not change a contact: the codes in the ledger, and messages for people."""

DUPLICATE = "duplicate_in_batch"  # the ledger adds a colon and the index of the contact used instead
NOT_ADDED = "not_added_to_collection"  # created, but not added
EDITED, OTHERS = "edited_by_person", "other_source"  # why a cleanup keeps a contact
NOT_FOUND, FORBIDDEN = "not_found", "forbidden"  # why a cleanup skips a requested contact

MESSAGES = {
    DUPLICATE: "An earlier contact in this list has the same first email and no different name; that one was used.",
    "deleted_by_person": "The person deleted this contact, so it was not created again.",
    "exists": "This contact is already in the address book.",
    "ambiguous": "Several contacts in the address book match this one, so none was changed.",
    "poison": "This contact crashed the import repeatedly and was skipped.",
    "unreadable": "This contact could not be read.",
    "too_large": "The contact would exceed the size limit.",
    "book_full": "The address book is full.",
    NOT_ADDED: "Created, but not added to the collection: you can no longer edit it.",
    NOT_FOUND: "Not found among this run's contacts in your address book.",
    FORBIDDEN: "This contact belongs to another person, in a collection that you can only view.",
}


def message_for(code: str) -> str:
    """The message for people."""
    return MESSAGES.get(code, "This contact was skipped.")
