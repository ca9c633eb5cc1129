"""Known records are kept for each connection, and only for the code that made them; without them, imports do more."""

from dataclasses import replace

import pytest

from chalicelib.accounts.fingerprint_store import MOST, FingerprintStore, fingerprints_prefix
from chalicelib.books.fingerprints import NO_RECORD, Known, KnownRecords
from chalicelib.books.version import BookVersion
from tests.fakes.blobs import FakeBlobs

VERSION = b"version of the c"
BOOK = BookVersion(3, "job-1.7", "")
KNOWN = KnownRecords.of({b"0" * 16: Known("contact-1", b"p" * 16), b"1" * 16: Known("", NO_RECORD)}, BOOK)
NONE = KnownRecords()


class TestStore:
    @pytest.mark.parametrize("known", [KNOWN, replace(KNOWN, book=None), NONE, KnownRecords(book=BOOK)])
    def test_they_are_kept_for_each_connection(self, known):
        store = FingerprintStore(FakeBlobs(), VERSION)

        store.write("ann", "g1", known)

        assert store.read("ann", "g1") == known
        assert store.read("ann", "g2") == store.read("bob", "g1") == NONE

    def test_those_of_other_code_are_not_used(self):
        blobs = FakeBlobs()
        FingerprintStore(blobs, VERSION).write("ann", "g1", KNOWN)

        assert FingerprintStore(blobs, b"another version!").read("ann", "g1") == NONE

    def test_of_too_many_the_first_are_kept_and_do_not_count_as_all(self):
        store = FingerprintStore(FakeBlobs(), VERSION)
        many = {number.to_bytes(16): Known("contact-1", b"p" * 16) for number in range(MOST + 1)}

        store.write("ann", "g1", KnownRecords.of(many, BOOK))

        kept = store.read("ann", "g1")
        assert (len(kept.by_fingerprint()), kept.book) == (MOST, None)

    @pytest.mark.parametrize(
        "content",
        [VERSION, VERSION + b"\0\0\0\1", VERSION + b"\0\0\0\0[]", VERSION + b"\0\0\0\0null\ncontact-1"],
    )
    def test_a_damaged_object_counts_as_none(self, content, caplog):
        blobs = FakeBlobs()
        store = FingerprintStore(blobs, VERSION)
        store.write("ann", "g1", KNOWN)
        blobs.kept = dict.fromkeys(blobs.kept, content)

        assert store.read("ann", "g1") == NONE
        assert [record.message for record in caplog.records] == ["fingerprints_not_read"]

    def test_keys_do_not_contain_the_owner(self):
        blobs = FakeBlobs()

        FingerprintStore(blobs, VERSION).write("ann@x.example", "g1", KNOWN)

        assert [key.startswith(fingerprints_prefix("ann@x.example")) for key in blobs.kept] == [True]
        assert "ann" not in str(blobs.kept)

    def test_an_import_does_without_a_bucket(self, caplog):
        class Broken(FakeBlobs):
            def put(self, key: str, content: bytes) -> None:
                raise OSError

            find = put  # type: ignore[assignment]

        store = FingerprintStore(Broken(), VERSION)
        store.write("ann", "g1", KNOWN)

        with pytest.raises(TypeError):
            Broken().find("key")
        assert store.read("ann", "g1") == NONE
        assert [record.message for record in caplog.records] == ["fingerprints_not_kept", "fingerprints_not_read"]
