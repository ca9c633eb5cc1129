"""Whatever bytes a file has, and however many lanes read it: every row of one `csv.reader` is in the results, once."""

import csv
import gzip
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.foundation.errors import InvalidInput
from chalicelib.leads.importing.import_parts import Limits
from chalicelib.leads.importing.result_blobs import ResultBlobs
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


@settings(max_examples=30, deadline=None)
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


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("is_packed", [False, True])
def test_a_file_in_another_unicode_encoding_is_refused(encoding, is_packed):
    content = "Phone,Name\n+491700000001,Ann\n".encode(encoding)

    with pytest.raises(InvalidInput) as refused:
        ImportDesk().start(gzip.compress(content, mtime=0) if is_packed else content)

    assert refused.value.members["code"] == "wrong_encoding"
