"""A file is read in blocks, ahead of the work, packed or not, and never in two states."""

import gzip
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.foundation.pinned_object import ObjectChanged, Pinned, PinnedObjects
from chalicelib.leads.importing.blocks import AHEAD, DamagedArchive, UnpackedTooLarge, blocks, unpacked
from tests.fakes.executor import InlineExecutor

CONTENT = bytes(range(256)) * 40


class TestBlocks:
    @pytest.mark.parametrize("size", [1, 7, 999, 20_000])
    @pytest.mark.parametrize(("start", "end"), [(0, 10_240), (3, 10_001), (5, 5), (5, 6)])
    def test_they_are_the_range(self, size, start, end):
        read = blocks(lambda first, after: CONTENT[first:after], start, end, InlineExecutor(), size=size)

        assert b"".join(read) == CONTENT[start:end]

    def test_only_a_few_are_held(self):
        asked = []

        def read(start: int, end: int) -> bytes:
            asked.append(start)
            return CONTENT[start:end]

        reading = blocks(read, 0, 1_000, InlineExecutor(), size=10)
        for used in range(1, 20):
            next(reading)
            assert len(asked) <= used + AHEAD


class TestUnpacked:
    @pytest.mark.parametrize("skipped", [0, 1, 4_096, 10_239, 10_240])
    @pytest.mark.parametrize("size", [1, 100, 1 << 20])
    def test_reading_goes_on_anywhere(self, skipped, size):
        packed = gzip.compress(CONTENT[:6_000]) + gzip.compress(b"") + gzip.compress(CONTENT[6_000:])

        pieces = unpacked(
            [packed[at : at + 50] for at in range(0, len(packed), 50)], skipped=skipped, largest=10_240, size=size
        )

        assert b"".join(pieces) == CONTENT[skipped:]

    def test_a_small_file_that_unpacks_to_more_than_the_limit_is_refused_before_it_fills_the_memory(self):
        bomb = gzip.compress(bytes(10_000_000))

        pieces = unpacked([bomb], largest=1_000_000, size=1_000)

        assert all(len(next(pieces)) <= 1_000 for _ in range(1_000))
        with pytest.raises(UnpackedTooLarge):
            next(pieces)

    @pytest.mark.parametrize("damage", ["no archive", "cut", "more behind it", "empty"])
    def test_a_damaged_file_is_named_as_such(self, damage):
        whole = gzip.compress(CONTENT, mtime=0)
        packed = {"no archive": b"name,phone\n", "cut": whole[:-1], "more behind it": whole + b"x", "empty": b""}[
            damage
        ]

        with pytest.raises(DamagedArchive):
            list(unpacked([packed] if packed else [], largest=100_000))


class OneObject:
    """An S3 client whose bucket has one object, in its current state."""

    def __init__(self, body: bytes, **head: Any) -> None:
        self.body, self.head = body, {"ETag": f'"{hash(body)}"', **head}

    def head_object(self, **request: Any) -> Any:
        if request["Key"] != "a.csv":
            raise ClientError({"Error": {"Code": "404"}}, "HeadObject")
        return {"ContentLength": len(self.body), **self.head}

    def get_object(self, **request: Any) -> Any:
        if request["IfMatch"] != self.head["ETag"] or request.get("VersionId") != self.head.get("VersionId"):
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "GetObject")
        first, last = map(int, request["Range"].removeprefix("bytes=").split("-"))
        return {"Body": BytesIO(self.body[first : last + 1])}


class TestPinned:
    def test_a_pinned_object_is_read_by_ranges(self):
        objects = PinnedObjects(OneObject(b"name,phone", ContentType="text/csv", VersionId="v1"), "bucket")

        pinned = objects.pin("a.csv")

        assert pinned is not None
        assert pinned == Pinned("a.csv", 10, f'"{hash(b"name,phone")}"', "text/csv", "v1")
        assert objects.read(pinned, 5, 10) == b"phone"

    def test_an_object_that_is_not_there_cannot_be_pinned(self):
        assert PinnedObjects(OneObject(b""), "bucket").pin("b.csv") is None

    def test_an_object_that_has_changed_is_not_read(self):
        pinned = PinnedObjects(OneObject(b"name,phone"), "bucket").pin("a.csv")

        assert pinned is not None
        with pytest.raises(ObjectChanged):
            PinnedObjects(OneObject(b"name,e-mail"), "bucket").read(pinned, 0, 5)
