"""The format of an upload is found from its content; what we do not read is refused with a sentence that helps."""

import codecs
import gzip
import io
import json
import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.files.formats import WORKBOOKS, Format, recognize
from chalicelib.files.unreadable import UnreadableFile
from tests.shared_cases import shared_files

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jürgen Müller\r\nEND:VCARD\r\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)

TEXTS = {
    "a vCard": (CARD, Format.VCARD),
    "a vCard with the line ends of Unix": (CARD.replace("\r", ""), Format.VCARD),
    "a vCard with the line ends of old Macintoshes": (CARD.replace("\n", ""), Format.VCARD),
    "a vCard in lower case, with blanks": (" begin:vcard \nfn:Ann\nend:vcard\n", Format.VCARD),
    "a vCard after a line of text": ("Exported on Monday\n\n" + CARD, Format.VCARD),
    "a CSV": ("Name,Phone\nAnn,1\n", Format.DELIMITED),
    "a file with tabs": ("Name\tPhone\nAnn\t1\n", Format.DELIMITED),
    "one column": ("ann@example.com\nbob@example.com\n", Format.DELIMITED),
    "a CSV that names vCards": ("Name,Note\nAnn,a BEGIN:VCARD line\n", Format.DELIMITED),
    "a CSV with titles in brackets": ("[Name],[Phone]\nAnn,1\n", Format.DELIMITED),
    "a CSV that begins with a brace": ("{Name},Phone\nAnn,1\n", Format.DELIMITED),
    "a CSV with a sign of comparison": ("<none>,Phone\nAnn,1\n", Format.DELIMITED),
    "a CSV with a zero byte": ("Name,Phone\nAnn,\x001\n", Format.DELIMITED),
    "LDIF": ("dn: cn=Ann\nobjectclass: top\n", Format.LDIF),
    "LDIF with a version": ("version: 1\r\ndn: cn=Ann\r\n", Format.LDIF),
    "LDIF with comments": ("# from Thunderbird\n\n# more\ndn:: Y249QW5u\n", Format.LDIF),
    "LDIF of an entry without a dn": ("objectclass: top\nobjectclass: person\nmobile: 1\n", Format.LDIF),
    "a list in JSON": ('[{"name": "Ann"}]', Format.JSON),
    "an object in JSON": ('\n{"contacts": [{"name": "Ann"}]}\n', Format.JSON),
    "a list of texts in JSON": ('["ann@example.com"]', Format.JSON),
    "an empty list in JSON": ("[]", Format.JSON),
    "JSON that is not valid": ('{"contacts": [{"name": "Ann\\x07"}]}', Format.JSON),
    "lines of JSON": ('{"name": "Ann"}\n{"name": "Bob"}\n', Format.NDJSON),
    "lines of JSON with blank lines between": ('\n{"name": "Ann"}\r\n\r\n{"name": "Bob"}', Format.NDJSON),
    "one line of JSON": ('{"name": "Ann"}\n', Format.JSON),
    "a jCard": ('["vcard", [["fn", {}, "text", "Ann"]]]', Format.JCARD),
    "a list of jCards": ('[ ["VCARD", [["fn", {}, "text", "Ann"]]] ]', Format.JCARD),
    "a JSContact": ('{"@type": "Card", "version": "1.0", "uid": "1"}', Format.JSCONTACT),
    "a list of JSContacts": ('[{"uid":"1","@type":"Card"}]', Format.JSCONTACT),
    "an answer of the People API": ('{"connections": [{"resourceName": "people/c1"}]}', Format.PEOPLE),
    "other contacts of the People API": ('{"otherContacts": [{"resourceName":"otherContacts/c1"}]}', Format.PEOPLE),
    "an answer of Graph": ('{"@odata.context": "https://graph.microsoft.com", "value": []}', Format.GRAPH),
    "contacts of Graph": ('[{"emailAddresses": [{"name": "Ann", "address": "a@x.org"}]}]', Format.GRAPH),
}


def zip_of(**files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def ole(*streams):
    return OLE + b"".join(stream.encode("utf-16-le").ljust(128, b"\x00") for stream in ("Root Entry", *streams))


def open_document(kind, manifest="<manifest/>"):
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    return zip_of(**{"mimetype": media_type, "META-INF/manifest.xml": manifest, "content.xml": "<x/>"})


def refusal(data, name="", media_type=""):
    with pytest.raises(UnreadableFile) as refused:
        recognize(data, name, media_type)
    return refused.value.code, refused.value.detail


class TestTexts:
    @pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
    def test_are_known_by_their_content(self, text, expected):
        assert recognize(text.encode()).format == expected

    @pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
    @pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
    def test_are_known_in_every_unicode(self, text, expected, codec):
        if "\x00" not in text and len(text) > 4:
            assert recognize(text.encode(codec)).format == expected

    @pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
    def test_are_known_inside_archives(self, text, expected):
        found = recognize(zip_of(**{"inside.txt": text}), "export.zip")

        assert (found.format, found.name, found.data) == (expected, "inside.txt", text.encode())

    @pytest.mark.parametrize("name", ["contacts.xlsx", "contacts.vcf", "contacts.json", "contacts.pdf", ""])
    @pytest.mark.parametrize("media_type", ["application/vnd.ms-excel", "text/vcard", ""])
    def test_are_known_whatever_their_name_and_type_say(self, name, media_type):
        assert recognize(b"Name,Phone\nAnn,1\n", name, media_type).format == Format.DELIMITED
        assert recognize(CARD.encode(), name, media_type).format == Format.VCARD

    def test_come_with_their_encoding(self):
        assert recognize(CARD.encode()).encoding.is_certain
        assert recognize(CARD.encode("cp1252")).encoding.name == "cp1252"

    def test_are_read_in_the_encoding_that_a_person_chose(self):
        found = recognize(CARD.encode("cp1252"), encoding="cp1250")

        assert (found.encoding.name, found.encoding.is_certain) == ("cp1250", True)

    def test_may_not_be_read_in_an_encoding_that_is_not_offered(self):
        with pytest.raises(UnreadableFile) as refused:
            recognize(CARD.encode(), encoding="utf-7")

        assert refused.value.code == "unknown_encoding"

    def test_lose_the_zeros_that_a_file_was_padded_with(self):
        assert recognize(b"Name\nAnn\n" + bytes(4096)).data == b"Name\nAnn\n"

    def test_of_a_wide_encoding_keep_their_last_zero(self):
        data = "Name,Phone\nAnn,1\n".encode("utf-16-le")

        assert recognize(data).data == data


class TestWorkbooks:
    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (zip_of(**{"[Content_Types].xml": "x", "xl/workbook.xml": "x"}), Format.XLSX),
            (zip_of(**{"[Content_Types].xml": "x", "xl/workbook.xml": "x", "xl/vbaProject.bin": "x"}), Format.XLSX),
            (zip_of(**{"[Content_Types].xml": "x", "xl\\workbook.xml": "x"}), Format.XLSX),
            (zip_of(**{"[Content_Types].xml": "x", "xl/workbook.bin": "x"}), Format.XLSB),
            (open_document("spreadsheet"), Format.ODS),
            (open_document("spreadsheet-template"), Format.ODS),
            (ole("Workbook"), Format.XLS),
            (ole("Book"), Format.XLS),
            (ole("Workbook", "WordDocument"), Format.XLS),
        ],
        ids=["xlsx", "xlsm", "backslashes", "xlsb", "ods", "ots", "xls 97", "xls 95", "xls in Word"],
    )
    def test_are_known_by_their_parts_whatever_the_name(self, data, expected):
        found = recognize(data, "contacts.csv", "text/csv")

        assert (found.format, found.data, found.encoding) == (expected, data, None)
        assert found.format in WORKBOOKS

    def test_are_known_inside_archives(self):
        workbook = zip_of(**{"[Content_Types].xml": "x", "xl/workbook.xml": "x"})

        assert recognize(gzip.compress(workbook)).format == Format.XLSX
        assert recognize(zip_of(**{"contacts.xlsx": workbook})).format == Format.XLSX


class TestFilesThatWeDoNotRead:
    @pytest.mark.parametrize("data", [b"", b"\n \r\n\t", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, bytes(100)])
    def test_empty_ones(self, data):
        assert refusal(data) == ("empty", "The file is empty.")
        assert refusal(gzip.compress(data)) == ("empty", "The file is empty.")

    @pytest.mark.parametrize(
        ("name", "media_type", "program"),
        [
            ("contacts.numbers", "", "Numbers"),
            ("contacts", "application/vnd.apple.numbers", "Numbers"),
            ("list.pages", "", "Pages"),
            ("list.key", "", "Keynote"),
            ("monkey.zip", "", "iWork"),
        ],
    )
    @pytest.mark.parametrize("part", ["Index/Document.iwa", "Index.zip"])
    def test_apple_s(self, name, media_type, program, part):
        document = zip_of(**{part: "x", "preview.jpg": "x"})

        expected = f"This is an Apple {program} document. Export it as CSV or Excel."
        assert refusal(document, name, media_type) == ("iwork", expected)

    @pytest.mark.parametrize(
        "data",
        [ole("EncryptedPackage"), open_document("spreadsheet", "<encryption-data/>")],
        ids=["Office", "OpenDocument"],
    )
    def test_those_with_a_password(self, data):
        expected = "The document has a password. Save it without one and upload it again."
        assert refusal(data, "contacts.xlsx") == ("encrypted", expected)

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"%PDF-1.7\n", "pdf"),
            (b"\x89PNG\r\n\x1a\n", "image"),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image"),
            (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image"),
            (b"\x00\x00\x00\x18ftypheic", "image"),
            (b"SQLite format 3\x00\x10\x00", "database"),
            (b"\x00\x01\x00\x00Standard ACE DB", "database"),
            (b"!BDN\x00\x00", "outlook_data"),
            (b"bplist00\xd1\x01", "property_list"),
            (b"{\\rtf1\\ansi Ann}", "word"),
            (b"\x09\x08\x10\x00\x00\x06\x05\x00", "old_excel"),
            (ole("WordDocument"), "word"),
            (ole("WordDocument", "Workbook"), "word"),
            (ole("PowerPoint Document"), "powerpoint"),
            (ole("__properties_version1.0"), "outlook_item"),
            (ole("Contents"), "unknown_format"),
            pytest.param(zip_of(**{"[Content_Types].xml": "x", "word/document.xml": "x"}), "word", id="docx"),
            pytest.param(zip_of(**{"[Content_Types].xml": "x", "ppt/presentation.xml": "x"}), "powerpoint", id="pptx"),
            pytest.param(
                zip_of(**{"[Content_Types].xml": "x", "visio/document.xml": "x"}), "unknown_format", id="vsdx"
            ),
            pytest.param(open_document("text"), "word", id="odt"),
            pytest.param(zip_of(mimetype="application/epub+zip"), "unknown_format", id="epub"),
            (b"<!DOCTYPE html><html></html>", "html"),
            (b"\xef\xbb\xbf\n<html xmlns:x='urn:schemas-microsoft-com:office:excel'>", "html"),
            (b"<table><tr><td>Ann</td></tr></table>", "html"),
            (b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-'>", "html"),
            (b"MIME-Version: 1.0\nContent-Type: multipart/related", "html"),
            (b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>\n<Workbook xmlns='urn:x'>", "xml"),
            (b"<?xml version='1.0'?><vcards xmlns='urn:ietf:params:xml:ns:vcard-4.0'/>", "xml"),
            (b"<?xml version='1.0'?><office:document/>", "xml"),
            (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "calendar"),
            pytest.param(random.Random(1).randbytes(4000), "unknown_format", id="random bytes"),
            pytest.param(b"\x7fELF\x02\x01\x01" + bytes(range(32)) * 9, "unknown_format", id="a program"),
        ],
    )
    def test_others(self, data, code):
        found, sentence = refusal(data, "contacts.csv")

        assert found == code
        assert sentence.endswith(".")

    def test_web_pages_that_are_named_workbooks_are_told_how_to_become_one(self):
        assert refusal(b"<html><table>", "export.xls")[1] == (
            "This is a web page, whatever its name says. Open it in Excel and save it as .xlsx."
        )

    def test_an_unknown_one_is_told_what_we_read(self):
        assert refusal(random.Random(2).randbytes(999))[1] == (
            "This file is neither a workbook nor text. We read vCard, CSV, Excel, OpenDocument, LDIF and JSON."
        )


@given(
    st.binary(max_size=300) | st.sampled_from([ole("Workbook"), open_document("spreadsheet"), CARD.encode()]), st.data()
)
def test_any_bytes_are_recognized_or_refused(data, draw):
    cut = draw.draw(st.integers(0, len(data)))
    try:
        found = recognize(data[:cut], "x")
    except UnreadableFile as refused:
        json.dumps(refused.members)
        return
    assert found.format in Format


OF_FOLDERS = {"thunderbird-csv": Format.DELIMITED, "linkedin-csv": Format.DELIMITED, "graph-json": Format.GRAPH}
OF_ENDINGS = {".vcf": Format.VCARD, ".csv": Format.DELIMITED, ".ldif": Format.LDIF}


@pytest.mark.parametrize("path", shared_files("data/exports/*/*.[vclj]*"))
def test_exports_of_real_programs_are_recognized(path):
    expected = OF_FOLDERS.get(path.parent.name) or OF_ENDINGS[path.suffix]

    assert recognize(path.read_bytes()).format == expected
