"""Values of custom fields: texts, numbers and dates, without the loss of a digit."""

import pytest

from chalicelib.contacts.custom_values import LONGEST_NUMBER, parse_value, same_name
from chalicelib.foundation.fast_json import WrittenNumber, decode_json_exactly


@pytest.mark.parametrize(
    ("sent", "kind", "kept"),
    [
        ("size 39", None, ("size 39", "text")),
        (" 39 ", "text", (" 39 ", "text")),
        ("39", None, ("39", "text")),
        ("-0.10", "number", ("-0.10", "number")),
        (" 1E400 ", "number", ("1E400", "number")),
        (39, None, ("39", "number")),
        (39.5, "number", ("39.5", "number")),
        (WrittenNumber("0.10"), None, ("0.10", "number")),
        ("2008-02-29", "date", ("2008-02-29", "date")),
    ],
)
def test_a_value_is_kept_as_it_was_written(sent, kind, kept):
    assert parse_value(sent, kind) == kept


@pytest.mark.parametrize(
    ("sent", "kind", "code"),
    [
        (True, None, "not_a_value"),
        (False, "number", "not_a_value"),
        (["39"], None, "not_a_value"),
        ({"value": "39"}, "date", "not_a_value"),
        (float("nan"), None, "not_a_number"),
        (float("inf"), "number", "not_a_number"),
        ("NaN", "number", "not_a_number"),
        ("Infinity", "number", "not_a_number"),
        ("39,5", "number", "not_a_number"),
        ("007", "number", "not_a_number"),
        ("１２", "number", "not_a_number"),
        ("1" * (LONGEST_NUMBER + 1), "number", "not_a_number"),
        (10**LONGEST_NUMBER, None, "not_a_number"),
        ("2009-02-29", "date", "not_a_day"),
        ("2009-6-1", "date", "not_a_day"),
        ("0000-01-01", "date", "not_a_day"),
        ("20 June 2009", "date", "not_a_day"),
        (39, "text", "number_as_other"),
        (20090620, "date", "number_as_other"),
    ],
)
def test_what_it_cannot_be_has_a_code(sent, kind, code):
    with pytest.raises(ValueError, match=f"^{code}$"):
        parse_value(sent, kind)


@pytest.mark.parametrize("written", ["0.10", "1e400", "12345678901234567890", "-1.50E-7", "123456789012345678901234.5"])
def test_a_number_of_a_request_is_as_it_was_written(written):
    value = decode_json_exactly(f'{{"custom_fields": [{{"value": {written}}}]}}'.encode())["custom_fields"][0]["value"]

    assert parse_value(value, None) == (written, "number")


def test_other_numbers_of_a_request_are_plain():
    assert decode_json_exactly(b'{"version": 3, "sizes": [0, -17, 123456789012345]}') == {
        "version": 3,
        "sizes": [0, -17, 123456789012345],
    }


def test_names_differ_neither_by_case_nor_by_spaces():
    assert same_name("  Shoe  size ") == same_name("SHOE SIZE") != same_name("Shoesize")
