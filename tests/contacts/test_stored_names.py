import pytest

from chalicelib.contacts.cleaning import clean_fields_and_digest, digest
from chalicelib.contacts.stored_names import from_stored, to_stored, to_stored_text
from chalicelib.foundation.fast_json import canonical_json

FIELDS = {
    "title": "Boss",
    "organization": "Analytical Engines",
    "phonetic_organization": "Enjins",
    "given": "Ada",
    "family": "Lovelace",
    "phones": [{"raw": "030 1", "label": "work"}],
}
STORED = {
    "title": "Boss",
    "organisation": "Analytical Engines",
    "phonetic_organisation": "Enjins",
    "given": "Ada",
    "family": "Lovelace",
    "phones": [{"raw": "030 1", "label": "work"}],
}


def test_stored_fields_have_the_first_spelling_in_the_same_order():
    assert list(to_stored(FIELDS).items()) == list(STORED.items())
    assert list(from_stored(STORED).items()) == list(FIELDS.items())


def test_fields_without_an_organization_are_not_copied():
    fields = {"given": "Ada"}

    assert to_stored(fields) is fields
    assert from_stored(fields) is fields


def test_a_digest_is_that_of_the_first_spelling():
    assert digest(FIELDS) == clean_fields_and_digest(FIELDS)[1] == "ac14eb9edc0f4686f0e12dbc43d1f65a"


@pytest.mark.parametrize("name", ["organization", "phonetic_organization"])
def test_a_canonical_text_is_that_of_the_stored_fields(name):
    fields = {"notes": '"organization": "organization":', "given": "organization", name: 'a "b": c', "photo_url": "x"}

    assert to_stored_text(canonical_json(fields)) == canonical_json(to_stored(fields))
