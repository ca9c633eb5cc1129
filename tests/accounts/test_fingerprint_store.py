"""Proofs are kept for each connection, and only for the code that made them; without them, an import does more work."""

import pytest

from chalicelib.accounts.fingerprint_store import FingerprintStore, fingerprints_prefix
from tests.fakes.blobs import FakeBlobs

VERSION = b"version of the c"


class TestStore:
    PROOFS = frozenset({b"0" * 16, b"1" * 16})

    def test_proofs_are_kept_for_each_connection(self):
        store = FingerprintStore(FakeBlobs(), VERSION)

        store.write("ann", "g1", self.PROOFS)

        assert store.read("ann", "g1") == self.PROOFS
        assert store.read("ann", "g2") == store.read("bob", "g1") == frozenset()

    def test_proofs_of_other_code_are_not_used(self):
        blobs = FakeBlobs()
        FingerprintStore(blobs, VERSION).write("ann", "g1", self.PROOFS)

        assert FingerprintStore(blobs, b"another version!").read("ann", "g1") == frozenset()

    def test_keys_do_not_contain_the_owner(self):
        blobs = FakeBlobs()

        FingerprintStore(blobs, VERSION).write("ann@x.example", "g1", self.PROOFS)

        assert [key.startswith(fingerprints_prefix("ann@x.example")) for key in blobs.kept] == [True]
        assert "ann" not in str(blobs.kept)

    def test_an_import_does_without_a_bucket(self, caplog):
        class Broken(FakeBlobs):
            def put(self, key: str, content: bytes) -> None:
                raise OSError

            find = put  # type: ignore[assignment]

        store = FingerprintStore(Broken(), VERSION)
        store.write("ann", "g1", self.PROOFS)

        with pytest.raises(TypeError):
            Broken().find("key")
        assert store.read("ann", "g1") == frozenset()
        assert [record.message for record in caplog.records] == ["fingerprints_not_kept", "fingerprints_not_read"]
