"""A row keeps its key while its person, its first address or number, and its writer's id stay the same."""

import pytest

from chalicelib.contacts.identities import with_e164
from chalicelib.file_imports.planning.row_keys import row_key
from tests.contacts.making import fields

ADA = with_e164(fields("Ada Lovelace", email="ada@example.com", phone="0170 1234567"), "DE")


@pytest.mark.parametrize(
    "same",
    [
        fields("Ada Lovelace", email="ADA@example.com", phone="0170 1234567"),
        fields("Ada Lovelace", email="ada@example.com", title="Countess"),
        fields("ada lovelace", email="ada@example.com"),
    ],
)
def test_spelling_and_details_do_not_change_it(same):
    assert row_key("", with_e164(same, "DE")) == row_key("", ADA)


@pytest.mark.parametrize(
    "other",
    [
        fields("Ada Byron", email="ada@example.com"),
        fields("Ada Lovelace", email="countess@example.com"),
        fields("Ada Lovelace", phone="0170 1234567"),
        fields("Ada Lovelace"),
    ],
)
def test_another_name_or_first_address_is_another_key(other):
    assert row_key("", with_e164(other, "DE")) != row_key("", ADA)


def test_a_number_is_the_same_in_another_spelling():
    one, other = fields("Ada", phone="0170 1234567"), fields("Ada", phone="+49 170 1234567")

    assert row_key("", with_e164(one, "DE")) == row_key("", with_e164(other, "DE"))


def test_the_id_of_the_writer_alone_decides():
    assert row_key("7", ADA) == row_key("7", fields("Somebody Else"))
    assert row_key("7", ADA) != row_key("8", ADA)


@pytest.mark.parametrize("uid", ["u" * 10_000, "ü"])
def test_an_id_that_is_long_or_not_ascii_is_hashed(uid):
    assert row_key(uid, ADA).isascii()
    assert len(row_key(uid, ADA)) < 100
