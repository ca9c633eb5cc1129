"""Archives: a gzip or a zip of one file is unpacked, one level deep and within limits; others are refused."""

import bz2
import gzip
import io
import lzma
import random
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.files.containers import MOST_ENTRIES, unpack
from chalicelib.files.unreadable import LARGEST_FILE, UnreadableFile

CARDS = "BEGIN:VCARD\r\nFN:Jürgen Müller\r\nEND:VCARD\r\n".encode()


def zip_of(method=zipfile.ZIP_DEFLATED, **files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


PACKS = [lambda data: gzip.compress(data, 1), lambda data: zip_of(**{"contacts.csv": data})]


def refusal(data, name=""):
    with pytest.raises(UnreadableFile) as refused:
        unpack(data, name)
    return refused.value


class TestFilesWithoutArchive:
    def test_are_returned_as_they_are(self):
        assert unpack(CARDS, "contacts.vcf") == (CARDS, "contacts.vcf")

    def test_may_be_empty(self):
        assert unpack(b"") == (b"", "")

    def test_may_begin_with_the_letters_pk(self):
        assert unpack(b"PK;Name\n1;Ann\n").data == b"PK;Name\n1;Ann\n"

    def test_larger_than_the_limit_are_refused(self):
        refused = refusal(bytes(LARGEST_FILE + 1))

        assert refused.code == "too_large"
        assert refused.members["field"] == "file"
        assert "50 MB" in refused.detail


class TestGzip:
    def test_is_unpacked_and_its_name_loses_the_ending(self):
        assert unpack(gzip.compress(CARDS), "contacts.vcf.gz") == (CARDS, "contacts.vcf")

    def test_may_have_several_members(self):
        assert unpack(gzip.compress(CARDS) + gzip.compress(b"more")).data == CARDS + b"more"

    def test_may_be_padded(self):
        assert unpack(gzip.compress(CARDS) + bytes(512)).data == CARDS

    def test_larger_than_one_piece_is_whole(self):
        data = random.Random(1).randbytes(3_000_000)

        assert unpack(gzip.compress(data, 1)).data == data

    @pytest.mark.parametrize("end", [1, 9, 20, 40, -9, -4, -1])
    def test_cut_short_is_refused(self, end):
        assert refusal(gzip.compress(CARDS)[: max(end, 2) if end > 0 else end]).code == "damaged_archive"

    def test_with_a_wrong_checksum_is_refused(self):
        data = bytearray(gzip.compress(CARDS))
        data[-6] ^= 1

        assert refusal(bytes(data)).code == "damaged_archive"


class TestZip:
    @pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    def test_of_one_file_is_unpacked_and_has_that_file_s_name(self, method):
        packed = zip_of(method, **{"Takeout/All Contacts.vcf": CARDS})

        assert unpack(packed, "takeout.zip") == (CARDS, "All Contacts.vcf")

    def test_folders_and_files_of_the_system_do_not_count(self):
        others = {"Export/": b"", "__MACOSX/._contacts.csv": b"x", ".DS_Store": b"x", "Export/Thumbs.db": b"x"}

        assert unpack(zip_of(**others, **{"Export/contacts.csv": b"Name\nAnn\n"})).data == b"Name\nAnn\n"

    def test_of_several_files_is_refused_with_their_names(self):
        refused = refusal(zip_of(**{"Profile.csv": b"a", "Connections.csv": b"b"}))

        assert refused.code == "several_files"
        assert refused.detail == (
            "The archive contains 2 files (Profile.csv, Connections.csv). Unpack it and upload one of them."
        )

    def test_of_no_file_is_refused(self):
        assert refusal(zip_of()).code == "empty"
        assert refusal(zip_of(**{"folder/": b""})).code == "empty"

    def test_with_a_password_is_refused(self):
        packed = bytearray(zip_of(**{"contacts.csv": b"Name\nAnn\n"}))
        for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            packed[packed.index(start) + flags] |= 1

        assert refusal(bytes(packed)).code == "encrypted"

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_in_methods_without_a_bound_is_refused(self, method):
        assert refusal(zip_of(method, **{"contacts.csv": b"Name\nAnn\n"})).code == "other_archive"

    @pytest.mark.parametrize("end", [4, 30, -1, -30])
    def test_cut_short_is_refused(self, end):
        assert refusal(zip_of(**{"contacts.csv": CARDS})[:end]).code == "damaged_archive"

    def test_with_damaged_content_is_refused(self):
        packed = bytearray(zip_of(zipfile.ZIP_STORED, **{"contacts.csv": CARDS}))
        packed[packed.index(b"FN:") + 1] ^= 1

        assert refusal(bytes(packed)).code == "damaged_archive"

    def test_that_declares_a_smaller_size_than_it_has_is_refused(self):
        packed = bytearray(zip_of(**{"contacts.csv": b"Name\n" * 1000}))
        for start, size in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
            place = packed.index(start) + size
            packed[place : place + 4] = (10).to_bytes(4, "little")

        assert refusal(bytes(packed)).code == "damaged_archive"

    def test_with_thousands_of_entries_is_refused_before_they_are_listed(self):
        packed = zip_of(zipfile.ZIP_STORED, **{f"{number}": b"" for number in range(MOST_ENTRIES + 1)})

        assert refusal(packed).code == "several_files"

    @pytest.mark.parametrize("part", ["[Content_Types].xml", "mimetype", "Index/Document.iwa"])
    def test_that_is_a_document_is_left_as_it_is(self, part):
        packed = zip_of(**{part: b"x", "other": b"y"})

        assert unpack(packed, "contacts.xlsx") == (packed, "contacts.xlsx")


class TestBombs:
    @pytest.mark.parametrize("pack", PACKS)
    def test_that_expand_past_the_size_limit_are_refused_as_soon_as_they_do(self, pack):
        bomb = pack((random.Random(1).randbytes(8_000) + bytes(1_000_000)) * 200)
        tracemalloc.start()

        assert refusal(bomb).code == "too_large"

        assert tracemalloc.get_traced_memory()[1] < LARGEST_FILE + 3_000_000
        tracemalloc.stop()

    @pytest.mark.parametrize("pack", PACKS)
    def test_that_expand_too_many_times_are_refused(self, pack):
        assert refusal(pack(bytes(5_000_000))).code == "expands_too_much"

    def test_repetitive_lists_are_no_bombs(self):
        data = b"Ann Poe,ann@example.com,+1 555 0100\n" * 27_000

        assert unpack(gzip.compress(data)).data == data


class TestOtherArchives:
    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (bz2.compress(CARDS), "bzip2"),
            (lzma.compress(CARDS), "xz"),
            (b"7z\xbc\xaf\x27\x1c\x00\x04", "7-Zip"),
            (b"Rar!\x1a\x07\x01\x00", "RAR"),
            (b"\x28\xb5\x2f\xfd\x04\x00", "Zstandard"),
        ],
    )
    def test_are_refused_by_name(self, data, kind):
        refused = refusal(data)

        assert refused.code == "other_archive"
        assert refused.detail == f"This is a {kind} archive. Unpack it and upload the file inside."

    @pytest.mark.parametrize(
        "data",
        [
            gzip.compress(gzip.compress(CARDS)),
            gzip.compress(zip_of(**{"contacts.vcf": CARDS})),
            zip_of(**{"contacts.vcf.gz": gzip.compress(CARDS)}),
            zip_of(**{"contacts.zip": zip_of(**{"contacts.vcf": CARDS})}),
            gzip.compress(bz2.compress(CARDS)),
        ],
        ids=["gzip in gzip", "zip in gzip", "gzip in zip", "zip in zip", "bzip2 in gzip"],
    )
    def test_inside_an_archive_are_refused(self, data):
        assert refusal(data).code == "nested_archive"

    def test_a_workbook_inside_an_archive_is_unpacked(self):
        workbook = zip_of(**{"[Content_Types].xml": b"x"})

        assert unpack(gzip.compress(workbook)).data == workbook
        assert unpack(zip_of(**{"contacts.xlsx": workbook})) == (workbook, "contacts.xlsx")


@given(st.sampled_from([gzip.compress(CARDS * 9), zip_of(**{"a.vcf": CARDS * 9})]), st.data())
def test_damage_is_either_harmless_or_refused(packed, data):
    damaged = bytearray(packed)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        unpacked = unpack(bytes(damaged))
    except UnreadableFile:
        return
    assert unpacked.data in (CARDS * 9, bytes(damaged))
