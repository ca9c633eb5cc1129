"""A file is cut where its rows end, as `csv.reader` sees them, however it is written and read."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.leads.importing.cutting import LONGEST_ROW, Cut, Cutter, RowTooLong
from chalicelib.leads.importing.row_reader import RowReader
from tests.examples import examples

DELIMITERS = (",", ";", "\t", "|")
# Every byte that means something in a file of rows, often; any other byte, seldom.
TELLING = st.sampled_from([b'"', b'""', b",", b";", b"\t", b"\r", b"\n", b"\r\n", b',"', b'",', b'"\n', b"a", b"\xe9"])
FILES = st.lists(TELLING | st.binary(max_size=3), max_size=60).map(b"".join)
PLACES = st.lists(st.integers(1, 160), max_size=8)


def one_reader(data: bytes, delimiter: str) -> list[tuple[int, list[str]]]:
    """All rows with their numbers, read from the beginning to the end."""
    text = io.TextIOWrapper(io.BytesIO(data), "utf-8", "as-windows-1252", newline="")
    return list(enumerate(csv.reader(text, delimiter=delimiter), 1))


def blocks_of(data: bytes, places: Sequence[int]) -> Iterator[bytes]:
    ends = [0, *sorted(place for place in places if place < len(data)), len(data)]
    return (data[start:end] for start, end in pairwise(ends))


def cut(data: bytes, delimiter: str, targets: Sequence[int], places: Sequence[int] = ()) -> Cutter:
    cutter = Cutter(delimiter.encode(), sorted(targets))
    for block in blocks_of(data, places):
        cutter.add(block)
    return cutter


def ranges_of(data: bytes, cuts: Sequence[Cut]) -> list[tuple[Cut, int]]:
    starts = sorted({Cut(0, 1), *(each for each in cuts if each.offset < len(data))})
    return [(start, end.offset) for start, end in pairwise([*starts, Cut(len(data), 0)])]


@settings(max_examples=examples(300))
@given(data=FILES, delimiter=st.sampled_from(DELIMITERS), targets=PLACES, places=PLACES, block=st.integers(1, 9))
@example(data=b'a,"b\r\n"\r\nc', delimiter=",", targets=[1, 4, 8], places=[6, 9], block=1)
@example(data=b'6" pipe,"x"y"\n"", \n', delimiter=",", targets=[3, 9], places=[12, 13], block=2)
@example(data=b'\r"x"\n\r\r\n\n', delimiter=",", targets=[1, 4, 5, 6], places=[1, 5, 6], block=3)
def test_the_ranges_have_the_rows_of_one_reader(data, delimiter, targets, places, block):
    cutter = cut(data, delimiter, targets, places)

    read: list[tuple[int, list[str]]] = []
    for start, end in ranges_of(data, cutter.cuts):
        part = data[start.offset : end]
        pieces = (part[at : at + block] for at in range(0, len(part), block))
        for chunk in RowReader(pieces, delimiter, start.offset, start.row, most_rows=2):
            read += enumerate(chunk.rows, chunk.first)
        assert not part or chunk.end == end

    whole = one_reader(data, delimiter)
    assert read == whole
    assert cutter.finish() == len(whole)


@given(data=FILES, delimiter=st.sampled_from(DELIMITERS), targets=PLACES, places=PLACES)
def test_a_file_is_cut_at_the_first_row_behind_each_target(data, delimiter, targets, places):
    cutter = cut(data, delimiter, targets, places)

    starts = [0, *(chunk.end for chunk in RowReader(iter([data]), delimiter, 0, 1, most_rows=1))]
    for target, found in zip(sorted(targets), cutter.cuts, strict=False):
        assert found.offset == min(start for start in starts if start >= target)
    left = sorted(targets)[len(cutter.cuts) :]
    assert all(target > starts[-2 if len(starts) > 1 else 0] for target in left)


@given(data=FILES, places=PLACES, most_rows=st.integers(1, 5))
def test_reading_goes_on_behind_any_chunk(data, places, most_rows):
    chunks = list(RowReader(blocks_of(data, places), ",", 0, 1, most_rows=most_rows))

    for chunk in chunks:
        rest = RowReader(iter([data[chunk.end :]]), ",", chunk.end, chunk.next)
        assert [row for each in rest for row in each.rows] == [cells for _, cells in one_reader(data, ",")][
            chunk.next - 1 :
        ]


def test_cutting_goes_on_where_it_was_interrupted():
    data = b'a,b\n"1\n2",x\n3,"4""\n5"\n6,7\n' * 3
    for place in range(len(data)):
        first = cut(data[:place], ",", [20, 40])
        second = Cutter(b",", [20, 40], first.offset, first.rows, first.state, first.cuts)
        second.add(data[place:])
        assert (second.cuts, second.finish()) == (cut(data, ",", [20, 40]).cuts, 12)


def test_a_quotation_mark_that_is_never_closed_is_found_before_anything_is_imported():
    cutter = Cutter(b",", [])
    cutter.add(b'name\nAnn\n"Bob\n')

    with pytest.raises(RowTooLong) as error:
        cutter.add(b"Carla\n" * (LONGEST_ROW // 6 + 1))
    assert error.value.row == 3


def test_a_cell_that_is_too_long_names_its_row():
    with pytest.raises(RowTooLong) as error:
        list(RowReader(iter([b"a\n" * 30, b"b" * 1_000_001]), ",", 0, 1))
    assert error.value.row == 31


def test_a_chunk_of_long_rows_has_fewer_of_them():
    row = b"x" * 100_000 + b"\n"

    sizes = [len(chunk.rows) for chunk in RowReader(iter([row] * 200), ",", 0, 1)]

    assert sum(sizes) == 200
    assert max(sizes) <= 50
