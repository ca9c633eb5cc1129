"""Whatever bytes a file has, and however many lanes read it: every row of one `csv.reader` is in the results, once."""

import csv
import gzip
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.safe_csv import unescape_cell
from chalicelib.leads.importing.import_parts import Limits
from chalicelib.leads.importing.result_blobs import ResultBlobs
from tests.examples import examples
from tests.leads.importing.import_desk import ImportDesk
from tests.leads.importing.test_cutting import DELIMITERS, FILES

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
PHONE, LONG = b"+491700000001", b"x" * 200_000
NULS_ARE_TEXT_FROM = 1_000  # bytes; before that, they are taken for UTF-16
MAPPING = {"Phone": "identity:whatsapp", "Name": "name"}  # without the third column, whose name is too long for a field


def headers(delimiter: str) -> bytes:
    return delimiter.join(["Phone", "Name", "N" * NULS_ARE_TEXT_FROM]).encode() + b"\n"


def one_reader(content: bytes, delimiter: str) -> list[tuple[int, list[str]]]:
    """All rows but empty ones, with their numbers, read from the beginning to the end."""
    text = io.TextIOWrapper(io.BytesIO(content), "utf-8", "as-windows-1252", newline="")
    rows = enumerate(csv.reader(text, delimiter=delimiter), 1)
    return [(number, cells) for number, cells in rows if any(map(str.strip, cells))]


def results(content: bytes, *, lanes: int, block: int, chunk_rows: int) -> list[tuple[int, list[str]]]:
    """The rows that the lanes of an import have read, as they keep them."""
    desk = ImportDesk(limits=Limits(lanes=lanes, smallest_range=1, block=block, chunk_rows=chunk_rows))
    job = desk.imported(content, mapping=MAPPING)
    kept = ResultBlobs(lambda: desk.blobs, "acme", job.job_id)
    chunks = filter(None, map(kept.get, kept.names()))
    return sorted((line.row, cells) for chunk in chunks for line, cells in zip(chunk.lines, chunk.cells, strict=True))


@settings(max_examples=examples(30), deadline=None)
@given(
    FILES,
    st.sampled_from(DELIMITERS),
    st.integers(1, 8),
    st.integers(100, 400),
    st.integers(1, 4),
    st.booleans(),
    st.booleans(),
)
@example(PHONE + b',"' + LONG + b'\r\n""",b\r\n' + PHONE, ",", 3, 9_999, 2, False, False)
@example(PHONE + b",A\x00nn\r" + PHONE + b',"\xe9\r\n\x00', ",", 8, 100, 1, True, False)
@example(b'"\r\n"\r\r"' + PHONE + b'";never "closed\n;"a\n', ";", 4, 101, 1, True, True)
def test_the_rows_of_the_lanes_are_those_of_one_reader(data, delimiter, lanes, block, chunk_rows, is_marked, is_packed):
    content = headers(delimiter) + data
    marked = (BYTE_ORDER_MARK if is_marked else b"") + content
    uploaded = gzip.compress(marked, mtime=0) if is_packed else marked

    read = results(uploaded, lanes=lanes, block=block, chunk_rows=chunk_rows)

    assert read == one_reader(content, delimiter)[1:]


@settings(max_examples=examples(20), deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60),
    st.sampled_from(["utf-16-le", "utf-16-be"]),
    st.integers(1, 90),
    st.integers(1, 4),
    st.booleans(),
)
def test_a_file_in_utf_16_has_the_rows_of_the_same_text_in_utf_8(text, encoding, block, chunk_rows, is_packed):
    content = headers("\t") + f'+491700000001\t"{text}"\n+491700000002\tAnn \U0001f600'.encode()
    wide = ("\ufeff" + content.decode()).encode(encoding)
    uploaded = gzip.compress(wide, mtime=0) if is_packed else wide

    read = results(uploaded, lanes=8, block=block, chunk_rows=chunk_rows)

    assert read == one_reader(content, "\t")[1:]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])  # without a byte order mark, or seldom used
@pytest.mark.parametrize("is_packed", [False, True])
def test_a_file_in_another_unicode_encoding_is_refused(encoding, is_packed):
    content = "Phone,Name\n+491700000001,Ann\n".encode(encoding)

    with pytest.raises(InvalidInput) as refused:
        ImportDesk().start(gzip.compress(content, mtime=0) if is_packed else content)

    assert refused.value.members["code"] == "wrong_encoding"


def test_a_file_of_excel_in_windows_1252_is_read():
    desk = ImportDesk()

    desk.imported("Phone;Name;Größe\r\n+491700000001;Jörg Müller;groß\r\n".encode("cp1252"))

    (lead,) = desk.all_leads()
    assert (lead.profile.name, lead.profile.custom) == ("Jörg Müller", {"Größe": "groß"})


class TestOpenQuotationMarks:
    @pytest.mark.parametrize("is_packed", [False, True])
    @pytest.mark.parametrize("rest", ["", "\n", "\n+491700000003,Cid\n", "\n+491700000003,Cid,\x1f", '""'])
    def test_the_row_that_has_one_fails_and_takes_what_is_behind_it(self, rest, is_packed):
        content = f'Phone,Name,City\n+491700000001,Ann,Lima\n+491700000002,"Bob{rest}'.encode()
        desk = ImportDesk()

        job = desk.imported(gzip.compress(content, mtime=0) if is_packed else content)

        (line,) = desk.result(job, "failed")
        assert (job.counts["created"], line["row"], line["reason"], line["column"]) == (1, "3", "open_quote", "Name")
        assert unescape_cell(line["Name"]) == "Bob" + rest.replace('""', '"')

    def test_a_mark_within_a_cell_opens_nothing(self):
        desk = ImportDesk()

        job = desk.imported('Phone,Name\n+491700000001,6" pipe\n+491700000002,"Bob"\n+491700000003,\x1f')

        assert (job.counts["created"], job.counts["failed"]) == (3, 0)

    def test_headers_with_one_are_refused(self):
        with pytest.raises(InvalidInput) as refused:
            ImportDesk().start('Phone,"Name\n+491700000001,Ann\n')

        assert (refused.value.members["code"], "row 1" in refused.value.detail) == ("open_quote", True)
