"""Forms with files: what browsers send, byte for byte, and what they never send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3 import encode_multipart_formdata

from chalicelib.foundation.errors import InvalidInput, TooLarge
from chalicelib.foundation.http import Request
from chalicelib.foundation.multipart import LARGEST_UPLOAD, UploadedFile, is_multipart, read_multipart

KIND = "multipart/form-data; boundary=xyz"


def sent(body: bytes, kind: str = KIND) -> Request:
    return Request("POST", "/it", {}, {}, {"content-type": kind}, body)


def part(headers: str, content: bytes = b"") -> bytes:
    return b"--xyz\r\n" + headers.encode() + b"\r\n\r\n" + content + b"\r\n"


def field(name: str, content: bytes = b"") -> bytes:
    return part(f'Content-Disposition: form-data; name="{name}"', content)


def file(name: str, content: bytes = b"") -> bytes:
    return part(f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv', content)


class TestABrowsersForm:
    def test_has_fields_and_files(self):
        body = field("tag", b"iris-import") + file("Kontakte für Ä.csv", b"a,b\r\n\x00\xff\r\n") + b"--xyz--\r\n"

        read = read_multipart(sent(body))

        assert read.form.text("tag") == "iris-import"
        assert read.files == {"file": UploadedFile("Kontakte für Ä.csv", b"a,b\r\n\x00\xff\r\n")}

    def test_in_which_no_file_was_chosen_has_none(self):
        assert read_multipart(sent(file("") + b"--xyz--\r\n")).files == {}

    def test_escapes_quotation_marks_alone_in_names(self):
        read = read_multipart(sent(file("50%25 %22best%22\\.csv") + b"--xyz--\r\n"))

        assert read.files["file"].name == '50%25 "best"\\.csv'

    def test_may_quote_its_boundary(self):
        assert read_multipart(sent(field("a", b"1") + b"--xyz--", 'multipart/form-data; boundary="xyz"')).form.text("a")

    @given(st.binary(max_size=200), st.text(st.characters(codec="utf-8"), max_size=50))
    def test_reads_back_what_another_writer_wrote(self, content, text):
        body, kind = encode_multipart_formdata({"file": ("a.vcf", content, "text/vcard"), "text": text})

        read = read_multipart(sent(body, kind))

        assert read.files["file"].content == content
        assert read.form.text("text") == text


class TestRefused:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"no form",
            field("a"),  # cut off
            b"--xyz\r\nContent-Type: text/plain\r\n\r\nx\r\n--xyz--",
            b"--xyz\r\nno blank line--xyz--",
            field("a", b"\xff") + b"--xyz--",
            field("x" * 10_000) + b"--xyz--",
            field("a") * 101 + b"--xyz--",
        ],
    )
    def test_what_no_browser_sends(self, body):
        with pytest.raises(InvalidInput):
            read_multipart(sent(body))

    def test_a_form_without_a_boundary(self):
        with pytest.raises(InvalidInput):
            read_multipart(sent(field("a") + b"--xyz--", "multipart/form-data"))

    def test_a_file_that_is_too_large_with_what_to_do(self):
        body = file("big.csv", b"x" * (LARGEST_UPLOAD + 70_000)) + b"--xyz--"

        with pytest.raises(TooLarge, match=r"up to 4 MB; this one has 4\.1 MB\. Split the file"):
            read_multipart(sent(body))


def test_only_such_forms_are_taken_for_one():
    assert is_multipart(sent(b"", "Multipart/Form-Data; boundary=x"))
    assert not is_multipart(sent(b"", "application/x-www-form-urlencoded"))
