import pytest

from chalicelib.address_book.search import Search
from tests.contacts.making import said

ADA = said(
    "Ada Lovelace",
    email="ada@example.com",
    organisation="Müller & Söhne",
    nickname="Countess",
    phones=[{"raw": "0170/123 45 67", "e164": "+491701234567"}],
)


@pytest.mark.parametrize(
    "text",
    [
        "ada",
        "LOVE",
        "ada lov",
        "lovelace ada",
        "ada example soh",
        " Ada   Lovelace ",
        "example.com",
        "muller",
        "SÖHNE",
        "count",
        "0170 1234",
        "+49 170",
        "4567",
    ],
)
def test_a_contact_is_found_by_any_part_of_what_names_it(text):
    assert Search(text).finds(ADA)


@pytest.mark.parametrize("text", ["alan", "0171", "ada lovelace king", "99", "x170"])
def test_and_by_nothing_else(text):
    assert not Search(text).finds(ADA)
