"""Reasons why a bulk job did not change a contact: the codes in the ledger, and messages for people."""

from collections.abc import Iterable

DUPLICATE = "duplicate_in_batch"  # its values in the ledger are the index of the contact used instead, and the field
FIRST_EMAIL = "emails.0.value"  # the field of a duplicate whose ledger line names none, too
AMBIGUOUS = "ambiguous"  # its values in the ledger are the ids of the contacts that it may be
EXISTS = "exists"
NOT_ADDED = "not_added_to_collection"  # created, but not added
EDITED, OTHERS = "edited_by_person", "other_source"  # why a cleanup keeps a contact
NOT_FOUND, FORBIDDEN = "not_found", "forbidden"  # why a cleanup skips a requested contact

MESSAGES = {
    DUPLICATE: "An earlier contact in this list was used: it has the same external id, or the same first email and no "
    "different name.",
    "deleted_by_person": "The person deleted this contact, so it was not created again.",
    EXISTS: "This contact is already in the address book.",
    AMBIGUOUS: "Several contacts in the address book match this one, so none was changed.",
    "poison": "This contact crashed the import repeatedly and was skipped.",
    "unreadable": "This contact could not be read.",
    "too_large": "The contact would exceed the size limit.",
    "book_full": "The address book is full.",
    NOT_ADDED: "Created, but not added to the collection: you can no longer edit it.",
    NOT_FOUND: "Not found among this run's contacts in your address book.",
    FORBIDDEN: "This contact belongs to another person, in a collection that you can only view.",
}


def with_values(code: str, values: Iterable[object]) -> str:
    """The reason in the ledger: a code with its values."""
    return f"{code}:{','.join(map(str, values))}"


def code_and_values(reason: str | None) -> tuple[str, list[str]]:
    """The code and the values of a reason in the ledger; "" for none."""
    code, _, values = (reason or "").partition(":")
    return code, values.split(",") if values else []


def field_of(code: str, values: list[str]) -> str:
    """The path of the field that the reason is about; "" for the whole contact."""
    if code != DUPLICATE:
        return ""
    return values[1] if len(values) > 1 else FIRST_EMAIL


def message_for(code: str) -> str:
    """The message for people."""
    return MESSAGES.get(code, "This contact was skipped.")
