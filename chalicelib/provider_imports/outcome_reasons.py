"""Explains to people why a contact was skipped or failed, and what they can do."""

from collections.abc import Mapping

from chalicelib.books.prepared_contact import LEFT_OUT

DESCRIPTIONS: Mapping[str, str] = {
    "book_full": "Your address book is full. Delete contacts you do not need, then import again.",
    "deleted_by_person": "You deleted this contact here, so it was not imported again.",
    "duplicate": "This contact was listed twice. The first one was imported.",
    "empty": "This contact is empty: it has no name, email, phone number or other content.",
    "no_id": "The provider sent this contact without an ID, so it cannot be imported. Import again later.",
    "not_a_contact": "The provider sent something that is not a contact. If this persists, contact support.",
    "poison": "This contact crashed the import repeatedly and was skipped. Please contact support with its ID.",
    "too_large": "This contact is larger than 64 KB. Shorten its notes at the provider, then import again.",
    "unreadable": "The provider sent this contact in an unreadable format. Save it again there, then import again.",
    "unusable_id": "This contact has an invalid ID. Delete it at the provider and create it again, then import again.",
}


def describe_reason(reason: str | None) -> str:
    """The explanation of a ledger reason; "" if there is none."""
    if not reason:
        return ""
    if reason.startswith(f"{LEFT_OUT}: "):
        kinds = reason.removeprefix(f"{LEFT_OUT}: ")
        return f"The contact was imported without these values, which are not supported: {kinds}."
    return DESCRIPTIONS.get(
        reason, f"This contact could not be imported ({reason}). If this persists, contact support."
    )
