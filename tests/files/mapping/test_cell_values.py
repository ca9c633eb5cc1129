"""The values in one cell."""

import pytest

from chalicelib.files.mapping.cell_values import is_rounded, links, messenger_of, phone_numbers, split_values


class TestPhoneNumbers:
    @pytest.mark.parametrize(
        ("cell", "numbers"),
        [
            ("+49 170 1234567", ["+49 170 1234567"]),
            ("+1 555 0100 ::: +49 170 1234567", ["+1 555 0100", "+49 170 1234567"]),
            ("+49 170 1234567; +49 30 1234567", ["+49 170 1234567", "+49 30 1234567"]),
            ("+49 170 1234567;", ["+49 170 1234567"]),
            ("+1 212 555 0100, +1 212 555 0101", ["+1 212 555 0100", "+1 212 555 0101"]),
            ("0170 1234567 / 030 1234567", ["0170 1234567", "030 1234567"]),
            ("+49 170 1234567 | +49 30 1234567", ["+49 170 1234567", "+49 30 1234567"]),
            ("+49 170 1234567\r\n\r\n+49 30 1234567", ["+49 170 1234567", "+49 30 1234567"]),
        ],
    )
    def test_several_are_told_apart(self, cell, numbers):
        assert phone_numbers(cell) == numbers

    @pytest.mark.parametrize(
        "cell",
        [
            *(
                "030/123456",
                "5550123/24",
                "+12125550100,,123",
                "+1 212 555 0100;123",
                "555 0100 x12",
                "212-555-0100, ext. 7",
            ),
            *("tel:+1-212-555-0100;ext=5", "(800) 000-0000", "1-800-FLOWERS"),
        ],
    )
    def test_one_with_a_slash_pauses_or_an_extension_stays_one(self, cell):
        assert phone_numbers(cell) == [cell]

    @pytest.mark.parametrize(
        ("cell", "number"),
        [
            ('="0049170123456"', "0049170123456"),
            ("'0170 1234567", "0170 1234567"),
            ("4915112345678.0", "4915112345678"),
            ("1234.0", "1234.0"),  # as likely a price
        ],
    )
    def test_what_keeps_spreadsheets_from_reading_a_number_is_taken_off(self, cell, number):
        assert phone_numbers(cell) == [number]

    @pytest.mark.parametrize("cell", ["4.91512E+12", "4,91512E+12", "5E10", "4.9e+11"])
    def test_one_that_a_spreadsheet_rounded_is_known(self, cell):
        assert is_rounded(cell)

    @pytest.mark.parametrize("cell", ["+49 170", "4.915", "E+12", "1-800-E12"])
    def test_others_are_not_rounded(self, cell):
        assert not is_rounded(cell)


class TestLinks:
    @pytest.mark.parametrize(
        ("cell", "texts"),
        [
            ("https://example.org/a,b;c", ["https://example.org/a,b;c"]),
            ("https://a.example, https://b.example", ["https://a.example", "https://b.example"]),
            ("https://a.example ::: https://b.example", ["https://a.example", "https://b.example"]),
            ("www.a.example\nwww.b.example", ["www.a.example", "www.b.example"]),
            ("no link, two words", ["no link, two words"]),
        ],
    )
    def test_several_are_told_apart_if_each_is_one(self, cell, texts):
        assert links(cell) == texts

    @pytest.mark.parametrize(
        ("text", "service"), [("skype:anna", "skype"), ("XMPP:a@x", "xmpp"), ("note: x", ""), ("skype:", "")]
    )
    def test_a_handle_of_a_messenger_is_known_by_its_scheme(self, text, service):
        assert messenger_of(text) == service


def test_empty_values_keep_their_place():
    assert split_values("a ::: ::: c", (":::",)) == ["a", "", "c"]
