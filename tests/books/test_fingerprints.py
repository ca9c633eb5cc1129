"""A proof holds for one record of the source and for just what the book has of it."""

import pytest

from chalicelib.books.book import Mark
from chalicelib.books.fingerprints import Fingerprints
from chalicelib.foundation.outcomes import Outcome

FINGERPRINT, OTHER = b"0" * 16, b"1" * 16
MARK = Mark("contact-1", "google:g1", "people/1", "digest", "job-1", 0, Outcome.CREATED, ("people/9",))


@pytest.fixture
def fingerprints():
    noting = Fingerprints()
    noting.note(FINGERPRINT, MARK)
    return Fingerprints(noting.noted)


def test_the_same_record_is_recognized(fingerprints):
    assert fingerprints.recognize(FINGERPRINT, MARK) in fingerprints.known


@pytest.mark.parametrize("aliases", [(), ("people/8",), ("people/9", "people/8")])
def test_other_aliases_are_not(fingerprints, aliases):
    assert fingerprints.recognize(FINGERPRINT, MARK._replace(aliases=aliases)) is None


def test_other_content_is_not(fingerprints):
    assert fingerprints.recognize(FINGERPRINT, MARK._replace(digest="another")) is None


def test_another_record_is_not(fingerprints):
    assert fingerprints.recognize(OTHER, MARK) is None


def test_the_job_that_wrote_it_does_not_matter(fingerprints):
    assert fingerprints.recognize(FINGERPRINT, MARK._replace(job="job-2", outcome=Outcome.UPDATED)) is not None


def test_nothing_is_recognized_without_proofs():
    assert Fingerprints().recognize(FINGERPRINT, MARK) is None
