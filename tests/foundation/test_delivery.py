"""Delivering a file in the response or through the bucket: complete, or not at all."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.delivery import RESERVE, Deliver, File, TimeLeft, exports_prefix
from chalicelib.foundation.errors import OutOfTime
from chalicelib.foundation.http import Request
from tests.fakes.clock import FixedClock
from tests.fakes.s3 import FakeS3

CSV = "text/csv; charset=utf-8"


@pytest.fixture
def s3():
    return FakeS3()


@pytest.fixture
def deliver(s3):
    return Deliver(lambda: BucketBlobs(s3, "blobs", "our-key"), FixedClock(), largest_response=40)


def file(*pieces: str) -> File:
    return File("contacts.csv", CSV, pieces)


class TestSmall:
    def test_it_is_the_answer_as_an_attachment(self, deliver, s3):
        answer = deliver("ann", file("Ada,", "Zoë\r\n"))

        assert (answer.status, answer.body, answer.content_type) == (200, "Ada,Zoë\r\n", CSV)
        assert answer.headers == {"Content-Disposition": 'attachment; filename="contacts.csv"'}
        assert s3.kept == {}

    def test_what_counts_is_its_size_as_json(self, deliver):
        assert deliver("ann", file("x" * 40)).status == 200
        assert deliver("ann", file('"' * 20)).status == 200
        assert deliver("ann", file('"' * 21)).status == 303
        assert deliver("ann", file("ë" * 7)).status == 303


class TestLarge:
    def test_the_answer_leads_to_the_whole_of_it_for_a_few_minutes(self, deliver, s3):
        answer = deliver("ann", file("ä" * 30, "z" * 30))

        (key,) = s3.kept
        assert s3.kept[key]["Body"] == ("ä" * 30 + "z" * 30).encode()
        assert s3.kept[key]["ServerSideEncryption"] == "aws:kms"
        place = urlsplit(answer.headers["Location"])
        wanted = {name: values[0] for name, values in parse_qs(place.query).items()}
        assert (answer.status, answer.body, place.path) == (303, None, f"/{key}")
        assert wanted["ResponseContentDisposition"] == 'attachment; filename="contacts.csv"'
        assert (wanted["ResponseContentType"], wanted["seconds"]) == (CSV, "300")

    def test_the_key_is_random_and_does_not_contain_the_owner(self, deliver, s3):
        deliver("ann", file("x" * 50))
        deliver("ann", file("x" * 50))

        assert len(s3.kept) == 2
        assert all(key.startswith(exports_prefix("ann")) and "ann" not in key for key in s3.kept)


class TestHeadersOnly:
    def test_are_those_of_the_file_if_it_is_small(self, deliver):
        assert deliver("ann", file("Ada"), headers_only=True) == deliver("ann", file("Ada"))

    @pytest.mark.parametrize(("as_link", "status"), [(False, 303), (True, 200)])
    def test_of_a_file_in_the_bucket_have_no_url_as_it_is_not_stored(self, deliver, s3, as_link, status):
        answer = deliver("ann", file("x" * 50), as_link=as_link, headers_only=True)

        assert (answer.status, answer.headers, s3.kept) == (status, {}, {})


class TestTimeLeft:
    def watched(self, seconds, clock):
        request = Request("GET", "/", {}, {}, {}, seconds_left=seconds)
        return TimeLeft.of(request, clock).watch(slow(clock))

    def test_what_does_not_end_in_time_is_given_up_with_a_time_to_come_back(self, deliver, s3):
        pieces = self.watched(RESERVE.total_seconds() + 3, FixedClock())

        with pytest.raises(OutOfTime) as given_up:
            deliver("ann", File("contacts.csv", CSV, pieces))
        assert (given_up.value.status, given_up.value.retry_after) == (503, timedelta(minutes=1))
        assert s3.kept == {}

    @pytest.mark.parametrize("seconds", [None, RESERVE.total_seconds() + 11])
    def test_what_does_is_whole(self, seconds):
        assert len(list(self.watched(seconds, FixedClock()))) == 10


def slow(clock):
    """Ten pieces, one a second."""
    for number in range(10):
        clock.sleep(1)
        yield str(number)
