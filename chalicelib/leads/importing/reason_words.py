"""What people read beside the codes of results: what is wrong with a row, and how to mend it."""

from collections.abc import Mapping

_WRITE_IN_FULL = "Format its column as text, enter the value again, and export the file again."
_SCOPE = "the id of the page, account or portfolio that gave the id"

#: By the reason of a line in a result file.
REASON_WORDS: Mapping[str, str] = {
    # of rows that are not imported
    "country_unknown": "It is not certain which country this number belongs to. Write it with a plus and the country "
    "code, or choose the country of the numbers.",
    "empty": "The identifier is empty. Fill it in.",
    "extension": "An extension cannot get messages. Give a number without it.",
    "failed_formula": f"The spreadsheet has an error here instead of the value. {_WRITE_IN_FULL}",
    "identities_of_several_leads": "The identities of the row belong to several leads, which lead_id names. Move the "
    "identities to one lead, or put them into separate rows.",
    "identity_taken_off": "A person has taken this identity off its lead. Add it to a lead by hand.",
    "invalid_scope": f"This is not a scope. Give {_SCOPE}, without blanks.",
    "no_address": "This is not an email address. Write it as ann@example.com.",
    "no_id": "This is not an identifier of this channel. Check its digits, or the column that it comes from.",
    "no_identity": "Nothing in the row identifies a person on a channel. Fill in one of the columns that do.",
    "no_person": "This is the id of a group or channel. Give the id of a user.",
    "no_phone": "This is not a phone number. Write it with a plus and the country code.",
    "not_an_object": 'This is not a JSON object of texts. Write it as {"Field": "value"}.',
    "open_quote": "A quotation mark in this row is never closed, so all that is behind it was read as one cell. Close "
    "or delete it, and import the file again.",
    "rounded_number": f"The spreadsheet has rounded this number, and its last digits are lost. {_WRITE_IN_FULL}",
    "scope_missing": f"The scope of the identifier is missing. Give {_SCOPE}, in a column or for the whole import.",
    "scopes_differ": "There are several identifiers and another number of scopes. Give one scope, or one for each.",
    "sender_name": "This is the name of a sender or user. Give the phone number of a person.",
    "several_values": "The cell holds several identifiers, and no row near the beginning of the file does. Import this "
    "result file: then each of them is an identity.",
    "short_code": "This is a short code, which belongs to a service. Give the phone number of a person.",
    "too_large": "The values of the row are too long together. Leave some of them out.",
    "too_long": "The value is too long. Shorten it.",
    "too_many": "The row has too many identities, tags or custom fields. Leave some of them out.",
    "unknown_channel": "There is no such channel. Check its name.",
    "username": "This is a user name, which people can change. Give the user's id, or on WhatsApp the phone number.",
    # of rows that need not be imported
    "deleted_meanwhile": "Somebody has deleted this lead since the import was accepted. To have it, import it again.",
    "duplicate_in_file": "An earlier row of the file is the same lead, and that one counts.",
    "erased": "The lead was erased.",
    "suppressed": "A person was erased and is not to be stored again. Leave the row out.",
    # of leads that an undo leaves as they are
    "changed_by_later_import": "A later import has changed these fields. Undo that one first, or change them by hand.",
    "changed_since": "Somebody has changed these fields since the import, so they stay.",
    "lead_gone": "The lead has been deleted or erased since the import.",
    "results_expired": "It is no longer known what became of this row, so nothing was changed.",
}


def reason_words(reason: str) -> str:
    """The sentence beside a code; "" for none, and for codes of earlier versions."""
    return REASON_WORDS.get(reason, "")
