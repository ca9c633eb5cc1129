"""What people read of codes: of values that could not be read and how to mend them, and of the reasons of rows."""

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    """A problem for people."""

    title: str
    advice: str  #: how to mend it


_REPEATED = "repeats_row"
_READ_AGAIN = "Save the contact again in the program it comes from, then export it again."
_SHIFTED = "Check the row. A missing quotation mark moves the cells behind it."
#: By the code of a `files.records.Problem`, or of a card that could not be read.
PROBLEMS: Mapping[str, Words] = {
    "ambiguous_date": Words("Day or month first?", "Choose the order of the dates in this column."),
    "cannot_be_stored": Words("A kind of value that is not supported", "The rest of the contact is imported."),
    "external_value": Words("A value that is stored outside the file", "The rest of the contact is imported."),
    "guessed_charset": Words("The encoding of a value was guessed", "Check its letters after the import."),
    "left_out": Words("A kind of value that is not supported", "The rest of the contact is imported."),
    "no_beginning": Words("A contact without a beginning", _READ_AGAIN),
    "no_column": Words("More cells than columns", _SHIFTED),
    "no_end": Words("A contact that is cut off", "The file may be incomplete. Export it again."),
    "no_name_email_or_phone": Words(
        "No name, email address or phone number", "Fill in one of them, or leave the row out."
    ),
    "no_such_number": Words(
        "Not a phone number of the chosen country",
        "Check the digits, or write it with its country code, such as +49 30 123456.",
    ),
    "not_a_card": Words("Not a contact", _READ_AGAIN),
    "not_a_contact": Words("A line below the contacts", "It is skipped."),
    "not_a_date": Words("Not a date", "Write it as 1990-12-31, or clear the cell."),
    "not_a_day": Words("A day that does not exist", "Write it as 1990-12-31, or clear the cell."),
    "not_a_link": Words("Not a web address", "Write it as https://example.com, or clear the cell."),
    "not_a_phone_number": Words("Not a phone number", "Write it in digits, or clear the cell."),
    "not_a_property": Words("A line that could not be read", "The rest of the contact is imported."),
    "not_a_number": Words("Not a number", "It is imported as text."),
    "not_a_value": Words("Neither a text nor a number", "It is imported as text."),
    "not_an_email": Words("Not an email address", "Write it as ada@example.com, or clear the cell."),
    "not_an_object": Words("Not a contact", _READ_AGAIN),
    "not_base64": Words("A damaged value", "The rest of the contact is imported."),
    "not_json": Words("Not valid JSON", "The file may be incomplete. Export it again."),
    "no_value": Words("A custom field without a value", "The rest of the contact is imported."),
    "number_as_other": Words("A number where a text or a date should be", "It is imported as a number."),
    "open_quote": Words("A quotation mark that is never closed", _SHIFTED),
    "phone_without_country": Words("Phone number without a country", "Choose the country of these numbers."),
    "rounded_number": Words(
        "A phone number that a spreadsheet has rounded",
        "Its last digits are lost. Write the number in full, or format the column as text and export it again.",
    ),
    "spreadsheet_error": Words(
        "An error of the spreadsheet", "Write the value here, or correct the formula and upload the file again."
    ),
    "text_beside_email": Words(
        "Text beside an email address",
        "The address is imported without it. Move the text to another column to keep it.",
    ),
    "too_deep": Words("Lists within lists without end", _READ_AGAIN),
    "too_long": Words("A value of more than 10,000 characters", "The rest of the contact is imported."),
    "too_many_custom_fields": Words("More than 50 custom fields", "Ignore columns that you do not need."),
    "wrong_form": Words("A value of an unexpected form", "The rest of the contact is imported."),
}

#: Of rows that are not taken as they are.
_REASONS: Mapping[str, str] = {
    "book_full": "Your address book is full. Delete contacts that you do not need, then import the file again.",
    "changed_since_plan": "The contact was changed after the plan was made, so the row was judged again.",
    "contact_gone": "The contact was deleted after the plan was made.",
    "decided_before": "You decided about this row otherwise meanwhile.",
    "decided_left_out": "You decided to leave this row out.",
    "decided_new": "You decided that this is a new contact.",
    "decided_same": "You decided that this is the contact.",
    "deleted_by_person": "You deleted this contact here, so it is not imported again.",
    "duplicate": "This contact is listed twice. The first one counts.",
    "empty": "The row has nothing that a contact could hold.",
    "group": "A group, not a contact.",
    "in_another_contact": "The row already belongs to another contact.",
    "kept_beside": "The contact keeps these values, but shows what came first or what you wrote.",
    "left_out": "You left this row out.",
    "no_id": "The entry has no ID. Export the file again.",
    "other_name": "A contact with this phone number or email address has another name.",
    "poison": "This row stopped the import repeatedly and was skipped. Please contact support with its number.",
    "removed": "The program that wrote the file marks this contact as deleted.",
    _REPEATED: "The row says the same as an earlier one, so it is skipped.",
    "same_email": "A contact has this email address. The rule of this import does not match by email address.",
    "same_id": "An earlier row has the same ID, but another name.",
    "several_matches": "Several of your contacts match this row.",
    "too_large": "The contact is larger than 64 KB. Shorten its notes.",
    "too_many_repeats": "More than 100 rows are the same contact. Check what identifies the contacts of the file.",
    "unreadable": "The row cannot be read.",
    "unusable_id": "The row has an invalid ID. Clear it.",
}


def problem_words(code: str) -> Words:
    """The words of a problem, also of one that has none of its own."""
    return PROBLEMS.get(code) or Words(code.replace("_", " ").capitalize(), "Check the value.")


def reason_text(reason: str | None, other_row: int | None = None) -> str:
    """Why a row is not taken as it is; "" if it is.

    Args:
        other_row: the earlier row that it repeats, or whose contact it is in conflict with.
    """
    if not reason:
        return ""
    if other_row is not None and reason == _REPEATED:
        return f"It says the same as row {other_row:,}, so it is skipped."
    if other_row is not None:
        return f"{reason_text(reason)} See row {other_row:,}."
    if reason.startswith("left_out: "):
        return f"Imported without what is not supported: {reason.removeprefix('left_out: ')}."
    if text := _REASONS.get(reason):
        return text
    words = problem_words(reason)
    return f"{words.title}. {words.advice}" if not words.title.endswith("?") else f"{words.title} {words.advice}"
