"""Headers in a form in which different spellings are equal."""

import unicodedata

import pytest

from chalicelib.files.mapping.headers import fingerprint, plain_header, with_placeholder, without_number


@pytest.mark.parametrize(
    ("header", "plain"),
    [
        ("E-Mail-Adresse", "email adresse"),
        ("  E-mail 1 - Value ", "email 1 value"),
        ("e_mail_1_value", "email 1 value"),
        ("MailingPostalCode", "mailing postal code"),
        ("IMAddress", "im address"),
        ("Assistant’s Phone", "assistants phone"),
        ("Assistant's Phone*", "assistants phone"),
        ("Téléphone (bureau)", "téléphone bureau"),
        ("Telefon  [geschäftlich]:", "telefon geschäftlich"),
        ("Phone1", "phone 1"),
        ("番地（会社）", "番地 会社"),
        ("ＦＡＸ", "fax"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("#", ""),
    ],
)
def test_case_punctuation_and_width_do_not_matter(header, plain):
    assert plain_header(header) == plain


def test_decomposed_letters_are_composed():
    assert plain_header(unicodedata.normalize("NFD", "Prénom")) == "prénom"


@pytest.mark.parametrize(
    ("plain", "bare", "pattern", "number"),
    [
        ("phone 2", "phone", "phone n", 2),
        ("email 1 value", "email value", "email n value", 1),
        ("phone", "phone", "phone", 0),
        ("line 1 of 2", "line 1 of 2", "line 1 of 2", 0),
        ("code 12345", "code 12345", "code 12345", 0),
    ],
)
def test_the_number_of_a_value_is_taken_out(plain, bare, pattern, number):
    assert without_number(plain) == (bare, number)
    assert with_placeholder(plain) == (pattern, number)


class TestFingerprint:
    def test_spelling_does_not_matter(self):
        assert fingerprint(["First Name", "E-Mail"]) == fingerprint(["first_name", "Email "])

    @pytest.mark.parametrize("headers", [["E-Mail", "First Name"], ["First Name"], ["First Name", "E-Mail", "Phone"]])
    def test_other_columns_and_another_order_do(self, headers):
        assert fingerprint(headers) != fingerprint(["First Name", "E-Mail"])

    def test_a_header_of_broken_text_has_one(self):
        assert fingerprint(["\ud800"])
