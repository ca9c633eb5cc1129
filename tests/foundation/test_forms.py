"""HTML forms: what a browser sends, and invalid bodies."""

import pytest

from chalicelib.foundation.bodies import LARGEST_BODY
from chalicelib.foundation.errors import InvalidInput, TooLarge
from chalicelib.foundation.forms import MOST_FIELDS, NotAForm, read_form
from chalicelib.foundation.http import Request


def sent(body: bytes, kind: str = "application/x-www-form-urlencoded") -> Request:
    return Request("POST", "/it", {}, {}, {"content-type": kind}, body)


class TestForms:
    def test_the_last_value_counts_and_every_one_can_be_had(self):
        form = read_form(sent(b"a=1&b=Z%C3%BCrich+See&a=2&empty="))

        assert (form.text("a"), form.text("b"), form.every("a")) == ("2", "Zürich See", ["1", "2"])
        assert (form.text("empty", "x"), form.text("none", "x"), form.every("none")) == ("", "x", [])

    def test_charset_and_case_of_the_kind_do_not_matter(self):
        assert read_form(sent(b"a=1", "Application/X-WWW-form-urlencoded; charset=utf-8")).text("a") == "1"

    def test_nothing_is_a_form_without_fields(self):
        assert read_form(sent(b"", "")).fields == {}

    @pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data; boundary=x", "text/plain"])
    def test_something_else_is_refused(self, kind):
        with pytest.raises(NotAForm):
            read_form(sent(b"a=1", kind))

    @pytest.mark.parametrize("body", [b"a=%FF", "a=ü".encode(), b"a=1&" * (MOST_FIELDS + 1)])
    def test_what_no_browser_sends_is_refused(self, body):
        with pytest.raises(InvalidInput):
            read_form(sent(body))

    def test_a_form_is_bounded(self):
        with pytest.raises(TooLarge):
            read_form(sent(b"a" * (LARGEST_BODY + 1)))
