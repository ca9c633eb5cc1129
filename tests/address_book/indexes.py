"""Counts what an index costs, and makes it slow, interrupted or impossible to store."""

import gzip

import pytest

from chalicelib.address_book.index import FORM
from chalicelib.address_book.index_cache import index_prefix
from chalicelib.foundation.fast_json import decode_json, encode_json
from tests.address_book.room import ANN, Room


def blob_of(book: Room) -> str:
    return f"{index_prefix(ANN)}by-name.json.gz"


def replace_by_older_form(book: Room) -> None:
    """Leave the stored index and its note as a version before this one would have stored them."""
    index, note = blob_of(book), f"{index_prefix(ANN)}note.json"
    older = {**decode_json(gzip.decompress(book.blobs.kept[index])), "form": FORM - 1}
    book.blobs.kept[index] = gzip.compress(encode_json(older).encode())
    without_form = {name: value for name, value in decode_json(book.blobs.kept[note]).items() if name != "form"}
    book.blobs.kept[note] = encode_json(without_form).encode()


def count_shelf_reads(room: Room, look) -> int:
    """How many shelves were read whole."""
    before = room.client.calls["query"]
    look()
    return room.client.calls["query"] - before


class Broken:
    """A bucket that does nothing."""

    def find(self, key):
        raise ConnectionError

    def put(self, key, content):
        raise ConnectionError

    def delete_prefix(self, prefix):
        raise ConnectionError


class Slow:
    """A clock on which each shelf of a book takes its time."""

    def __init__(self, client, clock, seconds):
        self._client, self._clock, self._seconds = client, clock, seconds

    def __getattr__(self, name):
        return getattr(self._client, name)

    def query(self, **request):
        self._clock.advance(seconds=self._seconds)
        return self._client.query(**request)


class Interrupted:
    """A client over which something happens once, when the last shelf of a book has been read."""

    def __init__(self, client, happens):
        self._client, self._happens, self._shelves = client, happens, 3

    def __getattr__(self, name):
        return getattr(self._client, name)

    def query(self, **request):
        answer = self._client.query(**request)
        self._shelves -= 1
        if self._shelves == 0:
            self._happens()
        return answer


class Died(Exception):
    pass


def abandon_build(book: Room) -> None:
    """Another process began to prepare the index, and died."""

    def die():
        raise Died

    with pytest.raises(Died):
        book.again(client=Interrupted(book.client, die)).indexes.build(ANN)
