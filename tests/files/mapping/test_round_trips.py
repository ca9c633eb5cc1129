"""What a program writes in its columns arrives in the fields; what this service exports comes back as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address_book.export_address_book_csv import address_book_csv_of
from chalicelib.address_book.export_csv import csv_of
from chalicelib.contacts.cleaning import clean_fields
from chalicelib.contacts.display_name import computed_display, full_name
from chalicelib.files.mapping.own_exports import MESSENGERS
from chalicelib.files.mapping.presets import presets
from tests.address_book.making import contact
from tests.contacts.strategies import field_sets, whole_texts
from tests.examples import examples
from tests.files.reading import contacts, suggested
from tests.files.writers_csv import columns_of, expected, full_row, rows, written

PROGRAMS = [preset for preset in presets().values() if not preset.is_own]
LANGUAGES = [(preset, language) for preset in PROGRAMS for language in preset.headers]


@pytest.mark.parametrize("preset", PROGRAMS, ids=[preset.id for preset in PROGRAMS])
@settings(max_examples=examples(20))
@given(data=st.data())
def test_what_a_program_writes_is_read_back(preset, data):
    columns = columns_of(preset, next(iter(preset.headers)))
    book = data.draw(st.lists(rows(list(columns)), min_size=1, max_size=3))

    file = written(preset, columns, book)

    for row, (fields, problems, uid) in zip(book, contacts(file), strict=True):
        assert problems == []
        assert (fields, uid) == expected(row)


@pytest.mark.parametrize(
    ("preset", "language"), LANGUAGES, ids=[f"{preset.id} {language}" for preset, language in LANGUAGES]
)
def test_every_column_in_every_language_arrives(preset, language):
    columns = columns_of(preset, language)
    row = full_row(list(columns))

    file = written(preset, columns, [row])

    assert suggested(file).mapping.preset == preset.id
    fields, uid = expected(row)
    assert contacts(file) == [(fields, [], uid)]


OWN_DAYS = st.builds(
    lambda day, has_year: {"month": day.month, "day": day.day, **({"year": day.year} if has_year else {})},
    st.dates().filter(lambda day: 1700 <= day.year < 2200),
    st.booleans(),
)
own_fields = st.builds(
    lambda fields, day: clean_fields({**fields, "birthday": day}), field_sets(whole_texts), st.none() | OWN_DAYS
)


class TestOwnExports:
    @settings(max_examples=examples(50))
    @given(fields=own_fields)
    def test_the_csv_for_spreadsheets_comes_back_as_it_was(self, fields):
        original = contact(**fields)

        (read,) = contacts("".join(csv_of([original])).removeprefix("\ufeff"))

        assert read.fields == {name: value for name, value in original.shown.items() if value}
        assert read.uid == original.contact_id

    @settings(max_examples=examples(50))
    @given(fields=own_fields)
    def test_the_csv_for_address_books_comes_back_but_for_handles_of_unknown_services(self, fields):
        """They come back as the custom fields that the export makes of all handles."""
        shown = contact(**fields).shown
        handles = [{"name": im.get("label", "IM"), "value": im["value"]} for im in shown.get("ims", ())]

        (read,) = contacts("".join(address_book_csv_of([contact(**fields)])))

        found, written = dict(read.fields), [*shown.get("custom_fields", ()), *handles]
        known = [each for each in written if each.get("name", "").lower() in MESSENGERS]
        assert found.pop("custom_fields", []) == [each for each in written if each not in known]
        labels = [{"label": each["name"]} if each["name"] != "IM" else {} for each in known]
        assert found.pop("ims", []) == [
            {"value": each["value"], **label} for each, label in zip(known, labels, strict=True)
        ]
        assert full_name({"display": "", **found}) == full_name({"display": "", **_named(shown)})
        for name in shown.keys() - {"custom_fields", "ims", "display"}:
            assert found[name] == shown[name]

    def test_its_name_is_shown_as_it_was(self):
        kim = contact(given="Kim", display="Kim at the gym", phonetic_organization="エンジン")

        (read,) = contacts("".join(address_book_csv_of([kim])))

        assert read.fields == {"given": "Kim", "display": "Kim at the gym", "phonetic_organization": "エンジン"}


def _named(shown):
    """The fields with the name of a contact that has no parts of a name as its given name, as the export has it."""
    if any(part in shown for part in ("prefix", "given", "middle", "family", "suffix")):
        return shown
    nameless = {name: value for name, value in shown.items() if name != "display"}
    is_own = shown.get("display", "") != computed_display(nameless)
    return {**shown, "given": shown["display"]} if is_own else shown
