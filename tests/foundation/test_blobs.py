"""The bucket of raw pages."""

import pytest

from chalicelib.foundation.blobs import BucketBlobs, NotDeleted
from tests.fakes.s3 import FakeS3


class TestBlobs:
    def test_what_is_kept_is_encrypted_with_our_key(self):
        s3 = FakeS3()

        BucketBlobs(s3, "blobs", "our-key").put("pages/a/1", b"x")

        kept = s3.kept["pages/a/1"]
        assert (kept["ServerSideEncryption"], kept["SSEKMSKeyId"]) == ("aws:kms", "our-key")

    def test_a_stored_blob_is_found_and_a_missing_one_is_none(self):
        blobs = BucketBlobs(FakeS3(), "blobs", "our-key")
        blobs.put("bulk/a/1", b"x")

        assert (blobs.find("bulk/a/1"), blobs.find("bulk/a/2")) == (b"x", None)

    def test_a_prefix_is_deleted_whole_and_nothing_beside_it(self):
        s3 = FakeS3()
        blobs = BucketBlobs(s3, "blobs", "our-key")
        for number in range(1_500):
            blobs.put(f"pages/a/{number}", b"x")
        blobs.put("pages/ab/1", b"x")

        assert blobs.delete_prefix("pages/a/") == 1_500
        assert list(s3.kept) == ["pages/ab/1"]

    def test_what_cannot_be_deleted_is_not_passed_over(self):
        blobs = BucketBlobs(FakeS3(frozenset({"pages/a/1"})), "blobs", "our-key")
        blobs.put("pages/a/1", b"x")

        with pytest.raises(NotDeleted):
            blobs.delete_prefix("pages/a/")
