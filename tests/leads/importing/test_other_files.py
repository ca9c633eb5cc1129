"""What is no CSV file is refused, and the error says what it is and what to do."""

import gzip
import io
import zipfile
from dataclasses import replace

import pytest

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.pinned_object import Pinned
from chalicelib.leads.importing.other_files import other_file
from tests.fakes.blobs import FakeBlobs
from tests.leads.importing.import_desk import ImportDesk


class TypedBlobs(FakeBlobs):
    """Files that were uploaded with a type that no CSV file has."""

    def pin(self, key: str) -> Pinned | None:
        pinned = super().pin(key)
        return None if pinned is None else replace(pinned, content_type="application/x-other")


def zip_of(*names: str) -> bytes:
    """An archive of files with these names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, f"the content of {name}" * 20)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zip_of("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"), "excel"),
        (zip_of("[Content_Types].xml", "_rels/.rels"), "excel"),
        (zip_of("[Content_Types].xml", "word/document.xml"), "word"),
        (zip_of("mimetype", "content.xml"), "opendocument"),
        (zip_of("Index/Document.iwa"), "iwork"),
        (zip_of("leads.csv"), "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old_office"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "image"),
        (b"PAR1" + bytes(20), "parquet"),
        (b"Rar!\x1a\x07\x01\x00", "other_archive"),
        (b"SQLite format 3\x00" + bytes(20), "database"),
        (b"<!DOCTYPE html>\n<html><body>", "html"),
        (b"\xef\xbb\xbf  <table border=1><tr><td>Name</td>", "html"),
        (b'<?xml version="1.0"?>\n<leads>', "xml"),
        (b'[\n  {"name": "Ann"}]', "json"),
        (b'{"leadId": "a", "identities": []}\n{"leadId": "b"}\n', "json"),
        (b"BEGIN:VCARD\r\nVERSION:4.0\r\n", "vcard"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_another_file_is_named(content, code, is_packed):
    with pytest.raises(InvalidInput) as refused:
        ImportDesk().start(gzip.compress(content, mtime=0) if is_packed else content)

    assert refused.value.members["code"] == code
    assert "CSV" in refused.value.detail


def test_a_file_that_was_packed_twice_is_named():
    with pytest.raises(InvalidInput, match="second gzip archive"):
        ImportDesk().start(gzip.compress(gzip.compress(b"Phone\n")))


@pytest.mark.parametrize(
    "text",
    ["Name,Phone", "[Name],Phone", "{Name}|Phone", "Table,Phone", "<Name>;Phone", "PK,Name", '"[1]",Phone', "{},[]"],
)
def test_a_header_that_begins_like_something_else_is_a_header(text):
    assert other_file(text.encode()) is None


def test_a_workbook_is_named_whatever_type_it_was_uploaded_with_and_text_of_another_type_is_refused():
    desk = ImportDesk()
    desk.blobs = TypedBlobs()
    desk.upload(zip_of("[Content_Types].xml", "xl/workbook.xml"))

    with pytest.raises(InvalidInput, match="This is an Excel workbook"):
        desk.start()
    with pytest.raises(InvalidInput, match="type application/x-other"):
        desk.start("Phone\n+491700000001\n")
