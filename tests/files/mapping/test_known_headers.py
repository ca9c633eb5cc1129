"""Which texts are headers of files of contacts, and what they mean."""

import pytest

from chalicelib.files.mapping.known_headers import is_family_first, knows, meaning_of, meanings
from chalicelib.files.mapping.target import TITLES
from tests.files.written_headers import HEADERS

KNOWN = [
    *("First Name", "Vorname", "Prénom", "Nombre", "Nome", "Voornaam", "Imię", "名", "姓氏", "Apellidos"),
    *("E-mail 3 - Value", "Phone 12 - Label", "Telefon 2", "email2", "PHONE_NUMBER", "mobilePhone", "携帯電話"),
    *("Connected On", "Person - Email - Work", "Account Name.id", "Mailing Zip/Postal Code", "Birthday"),
]


@pytest.mark.parametrize("header", KNOWN)
def test_headers_of_programs_and_usual_words_are_known(header):
    assert knows(header)


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_all_headers_of_programs_are_known(headers):
    assert [header for header in headers.split(",") if not knows(header)] == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "#",
            "2",
            "Ada",
            "ada@example.org",
            "+49 170 1234567",
            "https://example.org",
            "12 Mar 2021",
            "1815-12-10",
        ),
        "Notes: when exporting your connection data, you may notice that some of the email addresses are missing.",
    ],
)
def test_values_and_sentences_are_not(text):
    assert not knows(text)


def test_each_means_something_that_a_column_can_become():
    means = {meaning for found in meanings().values() for meaning in found}

    assert {meaning for meaning in means if meaning.target(0).kind not in TITLES} == set()
    assert "" not in meanings()


@pytest.mark.parametrize(
    ("header", "field", "label", "number"),
    [
        ("telefon geschäftlich", "phones", "work", 0),
        ("phone 2", "phones", "", 2),
        ("firstname", "given", "", 0),
        ("mobilephone", "phones", "mobile", 0),
        ("emailaddress 2", "emails", "", 2),
        ("mobiltelefon", "phones", "mobile", 0),
        ("geburtstag", "birthday", "", 0),  # in Thunderbird's German, only the day of the month
        ("anniversaire", "birthday", "", 0),
        ("anniversario", "events", "anniversary", 0),
    ],
)
def test_a_word_that_programs_use_differently_means_what_people_mean(header, field, label, number):
    found = meaning_of(header)

    assert found is not None
    assert (found.meanings[0].field, found.meanings[0].label, found.number) == (field, label, number)


def test_some_headers_say_that_the_family_name_comes_first():
    assert is_family_first("name vorname")
    assert not is_family_first("name")
