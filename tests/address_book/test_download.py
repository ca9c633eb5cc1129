"""A large download on the embedded AWS: the address that is answered leads to the very bytes, and to nothing else."""

import pytest
import requests

from chalicelib.foundation.aws import AwsClients
from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.delivery import Deliver, File, exports_prefix
from tests.fakes.clock import FixedClock

TEXT = 'Name,Note\r\nZoë 😀,"a\nb"\r\n' * 120_000  # 5 MB
pytestmark = pytest.mark.ministack


@pytest.fixture
def blobs(fresh_aws):
    s3 = AwsClients("us-east-1", fresh_aws.endpoint)("s3")
    return BucketBlobs(s3, fresh_aws.names.bucket, fresh_aws.names.key_alias)


@pytest.fixture
def location(blobs):
    answer = Deliver(lambda: blobs, FixedClock())("ann", File("contacts.csv", "text/csv; charset=utf-8", [TEXT]))
    assert answer.status == 303
    return answer.headers["Location"]


class TestDownload:
    def test_the_link_returns_the_file_with_its_name(self, location):
        heard = requests.get(location, timeout=10)

        assert (heard.status_code, heard.content) == (200, TEXT.encode())
        assert heard.headers["Content-Disposition"] == 'attachment; filename="contacts.csv"'
        assert heard.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert heard.headers["Cache-Control"] == "no-store"

    def test_it_is_gone_when_its_person_is(self, location, blobs):
        assert blobs.delete_prefix(exports_prefix("ann")) == 1

        assert requests.get(location, timeout=10).status_code == 404


class TestAddress:
    @pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
    def test_on_aws_it_is_the_bucket_in_its_region_signed_as_kms_asks(self, region):
        blobs = BucketBlobs(AwsClients(region)("s3"), "our-blobs", "our-key")

        deliver = Deliver(lambda: _Kept(blobs), FixedClock(), largest_response=0)
        location = deliver("ann", File("contacts.csv", "text/csv", ["x"])).headers["Location"]

        assert location.startswith("https://our-blobs.s3.")
        assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in location
        assert "X-Amz-Expires=300" in location
        assert f"%2F{region}%2Fs3%2Faws4_request" in location


class _Kept:
    """A bucket that takes what it is given, and gives out real addresses."""

    def __init__(self, blobs: BucketBlobs) -> None:
        self.link = blobs.link

    def put(self, key, content) -> None:
        pass
