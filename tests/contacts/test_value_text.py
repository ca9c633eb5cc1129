"""Values of contacts read as people write them."""

import pytest

from chalicelib.contacts.value_text import birthday_text, text_of


class TestTexts:
    @pytest.mark.parametrize(
        ("field", "value", "text"),
        [
            ("emails", {"value": "a@x.org"}, "a@x.org"),
            ("phones", {"raw": "030 1", "e164": "+49301"}, "030 1"),
            ("addresses", {"city": "Berlin", "street": "Main St 1"}, "Main St 1\nBerlin"),
            ("groups", "Friends", "Friends"),
            ("birthday", {"month": 4, "day": 12}, "April 12"),
        ],
    )
    def test_a_value_reads_as_people_write_it(self, field, value, text):
        assert text_of(field, value) == text

    @pytest.mark.parametrize(
        ("value", "text"),
        [({"year": 1970, "month": 4, "day": 12}, "April 12, 1970"), ({"year": 1970}, "1970"), ({"month": 13}, "")],
    )
    def test_a_birthday_has_the_parts_that_are_known(self, value, text):
        assert birthday_text(value) == text
