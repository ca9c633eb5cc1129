"""The words in which pages say why two sides are reviewed and what was decided."""

from collections.abc import Sequence

from chalicelib.contacts.contact import Contact
from chalicelib.reviews.review import Answer, Reason

REASONS = {
    Reason.FILE_CONFLICT: "Row of a file",
    Reason.POSSIBLE_DUPLICATE: "Possible duplicate",
    Reason.FOUND_DUPLICATE: "Found by search",
    Reason.CHOSEN: "Chosen by you",
}
EXPLAINED = {
    Reason.FILE_CONFLICT: "A row of a file waits: it may be this contact.",
    Reason.POSSIBLE_DUPLICATE: "They were not merged, because their names differ or several contacts match.",
    Reason.FOUND_DUPLICATE: "A search through your contacts found that they are alike.",
    Reason.CHOSEN: "You chose to compare these two.",
}
_EVIDENCE = {
    "email": "the same email address",
    "phone": "the same phone number",
    "name": "the same name",
    "similar_name": "similar names",
    "birthday": "the same birthday",
    "organization": "the same organization",
    "address": "the same address",
    "other_name": "a contact with this phone number or email address has another name",
    "same_id": "an earlier row of the file has the same ID, but another name",
    "same_email": "a contact has this email address",
    "several_matches": "several of your contacts match it",
}
DECIDED = {Answer.SAME: "Merged", Answer.DIFFERENT: "Kept as two contacts", Answer.LATER: "Put off"}


def name_of(contact: Contact) -> str:
    return contact.shown.get("display", "") or "No name"


def evidence(reasons: Sequence[str]) -> str:
    """What two sides share, in words: "the same email address, similar names"; "" for nothing."""
    return ", ".join(_EVIDENCE.get(code, code.replace("_", " ")) for code in reasons)


#: What pages call the two sides, and the decisions; by whether the first side is a row of a file.
SIDES = {False: {"left": "First", "right": "Second"}, True: {"left": "Row of the file", "right": "Your contact"}}
ACTS = {
    False: {"same": "Same person: merge", "different": "Different people: keep both"},
    True: {"same": "Same person: add the row to the contact", "different": "Different people: add a new contact"},
}
