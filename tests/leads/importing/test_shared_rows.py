"""Rows that share an identity are found, whichever lanes have read them."""

import random
from collections import Counter

import pytest

from chalicelib.leads.channels.lead_keys import fresh_key
from chalicelib.leads.importing.shared_rows import RowHashes, RowSet, part_bits


def shared(*lanes: dict[int, list[str]], bits: int = 0) -> RowSet:
    hashes = []
    for rows in lanes:
        hashes.append(RowHashes(bits))
        for row, keys in rows.items():
            hashes[-1].add(row, keys)
    found = RowSet()
    for part in range(1 << bits):
        found.add_shared(each.content(part) for each in hashes)
    return found


@pytest.mark.parametrize("bits", [0, 1, 5, 8])
def test_rows_with_an_equal_key_share_it_also_across_lanes(bits):
    chance = random.Random(4)
    keys = [fresh_key() for _ in range(3_000)]
    rows = {row: chance.sample(keys, chance.randint(1, 3)) for row in range(2, 1_002)}
    often = Counter(key for found in rows.values() for key in found)

    found = shared(*({row: rows[row] for row in rows if row % 3 == lane} for lane in range(3)), bits=bits)

    expected = {row for row in rows if any(often[key] > 1 for key in rows[row])}
    assert {row for row in rows if row in found} == expected
    assert 100 < len(expected) < 900


def test_larger_files_have_more_parts():
    assert [part_bits(keys) for keys in (0, 999_999, 1_000_000, 30_000_000, 10**10)] == [0, 0, 1, 5, 8]


def test_a_row_whose_hashes_were_written_twice_shares_nothing():
    key = fresh_key()

    assert 7 not in shared({7: [key]}, {7: [key]})


def test_rows_are_kept_as_bits():
    rows = RowSet()
    rows.add(10_000_000)

    again = RowSet(rows.content())

    assert 10_000_000 in again
    assert all(row not in again for row in (0, 9_999_999, 10_000_001, 20_000_000))
    assert len(rows.content()) == 1_250_001
