"""Uploads in parts over a real S3 protocol."""

from typing import Any
from urllib.request import Request, urlopen

import pytest

from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.part_uploads import PartUploads
from chalicelib.leads.importing.uploads import Uploads
from chalicelib.leads.importing.uploads_in_parts import PART_BYTES, UploadsInParts
from tests.fakes.clock import FixedClock


@pytest.fixture
def blobs(fresh_aws: Any) -> BucketBlobs:
    return BucketBlobs(fresh_aws.client("s3"), fresh_aws.names.bucket, fresh_aws.names.key_alias)


@pytest.fixture
def uploads(fresh_aws: Any, blobs: BucketBlobs) -> UploadsInParts:
    store = PartUploads(fresh_aws.client("s3"), fresh_aws.names.bucket, fresh_aws.names.key_alias)
    return UploadsInParts(Uploads(lambda: blobs, fresh_id), lambda: store, blobs.size, FixedClock())


def put(url: str, content: bytes) -> str:
    """Send a part as somebody without credentials; returns its tag."""
    with urlopen(Request(url, data=content, method="PUT")) as response:
        tag: str = response.headers["ETag"]
        return tag


def test_a_file_is_there_once_its_parts_are_joined(uploads, blobs):
    content = b"x" * PART_BYTES + b"the rest"

    key, upload_id, page = uploads.begin("acme", "big.csv", len(content), "text/csv")
    tags = [put(part.url, content[(part.number - 1) * PART_BYTES :][: part.size]) for part in page.parts]
    assert [part.tag for part in uploads.parts("acme", key, upload_id, len(content), 1).parts] == tags
    assert blobs.size(key) is None
    for _ in range(2):
        uploads.join("acme", key, upload_id, len(content), tags)

    pinned = blobs.pin(key)
    assert (pinned.size, pinned.content_type) == (len(content), "text/csv")
    assert blobs.read_range(pinned, PART_BYTES - 1, pinned.size) == b"xthe rest"
    with pytest.raises(NotFound):
        uploads.parts("acme", key, upload_id, len(content), 1)


def test_what_was_given_up_cannot_be_joined(uploads):
    key, upload_id, page = uploads.begin("acme", "big.csv", 3, "text/csv")
    tag = put(page.parts[0].url, b"abc")
    with pytest.raises(InvalidInput):
        uploads.join("acme", key, upload_id, 3, ['"0123456789abcdef0123456789abcdef"'])

    for _ in range(2):
        uploads.give_up("acme", key, upload_id)

    with pytest.raises(NotFound):
        uploads.join("acme", key, upload_id, 3, [tag])
