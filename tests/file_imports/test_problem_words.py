"""Every problem and reason reads as a sentence for people, also one that has no words of its own."""

from chalicelib.contacts.decision import CONTACT_GONE, IN_ANOTHER_CONTACT
from chalicelib.file_imports.committing.commit_plan import CHANGED_SINCE
from chalicelib.file_imports.planning.match_rows import Conflict
from chalicelib.file_imports.planning.plan_rows import REPEATED
from chalicelib.file_imports.records.problem_words import _REASONS, PROBLEMS, problem_words, reason_text
from chalicelib.file_imports.storing.row_edits import LEFT_OUT
from chalicelib.files.mapping.column_mapping import BLOCKING
from chalicelib.files.mapping.list_values import NO_COUNTRY
from chalicelib.files.mapping.row_mapper import FOOTER
from chalicelib.files.vcard_file import NO_BEGINNING, NO_END


def test_codes_have_words():
    assert {NO_COUNTRY, BLOCKING, FOOTER, NO_BEGINNING, NO_END} <= PROBLEMS.keys()
    assert {CHANGED_SINCE, CONTACT_GONE, IN_ANOTHER_CONTACT, LEFT_OUT, REPEATED, *Conflict} <= _REASONS.keys()


def test_an_unknown_code_reads_as_words():
    assert problem_words("too_purple").title == "Too purple"


def test_reasons():
    assert reason_text(None) == ""
    assert reason_text(REPEATED, 12) == "It says the same as row 12, so it is skipped."
    assert reason_text("other_name", 12).endswith("has another name. See row 12.")
    assert reason_text("left_out: Photo") == "Imported without what is not supported: Photo."
    assert reason_text(BLOCKING).startswith("No name, email address or phone number. ")
    assert reason_text("ambiguous_date").startswith("Day or month first? ")
