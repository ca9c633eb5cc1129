"""The bucket of raw pages."""

from datetime import timedelta

import pytest
import requests

from chalicelib.foundation.aws import AwsClients
from chalicelib.foundation.blobs import BlobTooLarge, BucketBlobs, NotDeleted, UploadForm
from local.embedded_aws.server import REGION
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

    def test_a_blob_that_is_too_large_is_not_read(self):
        blobs = BucketBlobs(FakeS3(), "blobs", "our-key")
        blobs.put("uploads/a/1", b"12345")

        assert blobs.find("uploads/a/1", largest=5) == b"12345"
        with pytest.raises(BlobTooLarge):
            blobs.find("uploads/a/1", largest=4)

    def test_the_size_of_a_missing_blob_is_none(self):
        blobs = BucketBlobs(FakeS3(), "blobs", "our-key")
        blobs.put("uploads/a/1", b"12345")

        assert (blobs.size("uploads/a/1"), blobs.size("uploads/a/2")) == (5, None)

    def test_a_prefix_is_listed_and_deleted_whole_and_nothing_beside_it(self):
        s3 = FakeS3()
        blobs = BucketBlobs(s3, "blobs", "our-key")
        for number in range(1_500):
            blobs.put(f"pages/a/{number}", b"x")
        blobs.put("pages/ab/1", b"x")

        assert len(blobs.keys("pages/a/")) == 1_500
        assert blobs.delete_prefix("pages/a/") == 1_500
        assert list(s3.kept) == ["pages/ab/1"]

    def test_what_cannot_be_deleted_is_not_passed_over(self):
        blobs = BucketBlobs(FakeS3(frozenset({"pages/a/1"})), "blobs", "our-key")
        blobs.put("pages/a/1", b"x")

        with pytest.raises(NotDeleted):
            blobs.delete_prefix("pages/a/")


class TestUploadForms:
    """The embedded AWS checks the policy of a form as S3 does, but not its signature."""

    @pytest.fixture
    def blobs(self, fresh_aws) -> BucketBlobs:
        s3 = AwsClients(REGION, fresh_aws.endpoint)("s3")
        return BucketBlobs(s3, fresh_aws.names.bucket, fresh_aws.names.key_alias)

    @staticmethod
    def upload(form: UploadForm, content: bytes, **changed: str) -> int:
        """The status of an upload by this form."""
        fields = {**form.fields, **{name.replace("_", "-"): value for name, value in changed.items()}}
        return requests.post(form.url, data=fields, files={"file": content}, timeout=20).status_code

    def test_upload_one_blob_that_is_encrypted_with_our_key(self, blobs):
        form = blobs.upload_form("uploads/a/1", 5, lasts=timedelta(minutes=10))

        assert self.upload(form, b"12345") == 204
        assert blobs.find("uploads/a/1") == b"12345"
        stored = blobs.s3.head_object(Bucket=blobs.bucket, Key="uploads/a/1")
        assert (stored["ServerSideEncryption"], stored["SSEKMSKeyId"]) == ("aws:kms", blobs.key_id)

    @pytest.mark.parametrize("content", [b"1234", b"123456"])
    def test_another_size_is_refused(self, blobs, content):
        form = blobs.upload_form("uploads/a/1", 5, lasts=timedelta(minutes=10))

        assert (self.upload(form, content), blobs.size("uploads/a/1")) == (400, None)

    @pytest.mark.parametrize(
        "changed",
        [
            {"key": "uploads/b/1"},
            {"x_amz_server_side_encryption": "AES256"},
            {"x_amz_server_side_encryption_aws_kms_key_id": "another"},
        ],
    )
    def test_another_key_or_encryption_is_refused(self, blobs, changed):
        form = blobs.upload_form("uploads/a/1", 5, lasts=timedelta(minutes=10))

        assert (self.upload(form, b"12345", **changed), blobs.size("uploads/a/1")) == (403, None)

    def test_a_form_that_has_expired_is_refused(self, blobs):
        form = blobs.upload_form("uploads/a/1", 5, lasts=timedelta(seconds=-10))

        assert self.upload(form, b"12345") == 403

    def test_of_aws_lead_to_the_bucket_in_its_region(self):
        blobs = BucketBlobs(AwsClients("eu-central-1")("s3"), "our-bucket", "our-key")

        form = blobs.upload_form("uploads/a/1", 5, lasts=timedelta(minutes=10))

        assert form.url == "https://our-bucket.s3.eu-central-1.amazonaws.com/"
