"""Why a contact was left out or could not be kept, in words: what happened, and how to mend it."""

from collections.abc import Mapping

from chalicelib.books.prepared_contact import LEFT_OUT

DESCRIPTIONS: Mapping[str, str] = {
    "book_full": "Your address book is full. Delete contacts you do not need, then import again.",
    "deleted_by_person": "You deleted this contact here, so it was not brought back.",
    "duplicate": "This contact was in the list twice; the first one was kept. There is nothing to do.",
    "empty": "There is nothing in this contact that could be kept: no name, no address, no number.",
    "no_id": "The provider sent this contact without an id, so it would not be known again. Import again later.",
    "not_a_contact": "The provider sent something that is no contact. Import again later; if it stays, tell us.",
    "poison": "This contact made the import fail each time it was tried alone. Tell us its id; the others were kept.",
    "too_large": "This contact holds more than 64 KB. Shorten its notes at the provider, then import again.",
    "unreadable": "The provider sent this contact in a form that cannot be read. Save it anew there, then import.",
    "unusable_id": "The provider gave this contact an id that cannot be kept. Make it anew there, then import again.",
}


def describe_reason(reason: str | None) -> str:
    """What a reason of the ledger means to a person; "" where there is none."""
    if not reason:
        return ""
    if reason.startswith(f"{LEFT_OUT}: "):
        kinds = reason.removeprefix(f"{LEFT_OUT}: ")
        return f"The contact was kept without some of its values, which cannot be kept here: {kinds}."
    return DESCRIPTIONS.get(reason, f"It could not be kept ({reason}). Import again; if it stays, tell us.")
