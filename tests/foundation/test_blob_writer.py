"""A blob is written piece by piece, in parts if it is large."""

import pytest

from chalicelib.foundation.blob_writer import BlobWriter
from tests.fakes.s3 import FakeS3

CONTENT = bytes(range(256)) * 4


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 1_024])
@pytest.mark.parametrize("piece", [1, 7, 100, 2_000])
def test_the_pieces_are_the_blob(size, piece):
    s3, content = FakeS3(), CONTENT[:size]
    writer = BlobWriter(s3, {"Bucket": "b", "Key": "k"}, {"ServerSideEncryption": "aws:kms"}, part=100)

    for start in range(0, size, piece):
        writer.write(content[start : start + piece])
    assert s3.kept == {}
    writer.close()

    assert s3.kept["k"]["Body"] == content
