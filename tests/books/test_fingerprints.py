"""A proof holds for one record of the source and for just what the book has of it."""

import pytest

from chalicelib.books.book import Mark
from chalicelib.books.fingerprints import NO_RECORD, Fingerprints, Known, KnownRecords, proof_of
from chalicelib.books.version import BookVersion
from chalicelib.foundation.outcomes import Outcome

FINGERPRINT, OTHER = b"0" * 16, b"1" * 16
MARK = Mark("contact-1", "google:g1", "people/1", "digest", "job-1", 0, Outcome.CREATED, ("people/9",))
KNOWN, REJECTED = Known(MARK.contact_id, proof_of(FINGERPRINT, MARK)), Known("", NO_RECORD)
BOOK = BookVersion(3, "job-1.7", "")


class TestProofs:
    def test_they_hold_for_the_same_record(self):
        assert proof_of(FINGERPRINT, MARK) == KNOWN.proof

    @pytest.mark.parametrize("aliases", [(), ("people/8",), ("people/9", "people/8")])
    def test_they_do_not_hold_for_other_aliases(self, aliases):
        assert proof_of(FINGERPRINT, MARK._replace(aliases=aliases)) != KNOWN.proof

    def test_they_do_not_hold_for_other_content(self):
        assert proof_of(FINGERPRINT, MARK._replace(digest="another")) != KNOWN.proof

    def test_they_do_not_hold_for_another_record(self):
        assert proof_of(OTHER, MARK) != KNOWN.proof

    def test_the_job_that_wrote_it_does_not_matter(self):
        assert proof_of(FINGERPRINT, MARK._replace(job="job-2", outcome=Outcome.UPDATED)) == KNOWN.proof


class TestFingerprints:
    @pytest.fixture
    def fingerprints(self):
        return Fingerprints(KnownRecords.of({FINGERPRINT: KNOWN, OTHER: REJECTED}, BOOK))

    def test_they_find_what_is_known(self, fingerprints):
        assert [fingerprints.find(each) for each in (FINGERPRINT, OTHER, b"2" * 16)] == [KNOWN, REJECTED, None]

    def test_they_know_one_version_of_the_book(self, fingerprints):
        assert fingerprints.know_book(BOOK)
        assert not fingerprints.know_book(BOOK.after_edit())
        assert not Fingerprints().know_book(BOOK)

    def test_all_known_records_are_read_once_each_is_noted(self, fingerprints):
        fingerprints.note("people/1", FINGERPRINT, KNOWN)
        assert not fingerprints.have_all_known

        fingerprints.note("people/2", OTHER, REJECTED)
        assert fingerprints.have_all_known

    def test_notes_can_be_dropped(self, fingerprints):
        fingerprints.note("people/1", OTHER, KNOWN)
        fingerprints.note("people/2", FINGERPRINT, KNOWN)
        fingerprints.note("people/3", OTHER, KNOWN)

        fingerprints.drop_notes({"people/1", "people/3"})

        assert fingerprints.have_noted({"people/2": KNOWN.contact_id})
        assert fingerprints.for_next_import(None, reads_all=True).by_fingerprint() == {FINGERPRINT: KNOWN}

    def test_noted_contacts_are_those_that_are_kept(self, fingerprints):
        fingerprints.note("people/1", FINGERPRINT, KNOWN)
        fingerprints.note("people/2", OTHER, REJECTED)

        assert fingerprints.have_noted({"people/1": KNOWN.contact_id})

    @pytest.mark.parametrize(
        "contacts",
        [{}, {"people/1": "another"}, {"people/2": KNOWN.contact_id}, {"people/1": KNOWN.contact_id, "people/2": "c2"}],
    )
    def test_other_contacts_are_not_those_that_are_noted(self, fingerprints, contacts):
        fingerprints.note("people/1", FINGERPRINT, KNOWN)

        assert not fingerprints.have_noted(contacts)

    def test_an_import_of_all_records_forgets_those_that_are_gone(self, fingerprints):
        fingerprints.note("people/1", FINGERPRINT, KNOWN)

        known = fingerprints.for_next_import(None, reads_all=True)

        assert known.by_fingerprint() == {FINGERPRINT: KNOWN}

    def test_an_import_of_some_keeps_the_others(self, fingerprints):
        fingerprints.note("people/3", b"2" * 16, KNOWN)

        known = fingerprints.for_next_import(BOOK, reads_all=False)

        assert known == KnownRecords.of({FINGERPRINT: KNOWN, OTHER: REJECTED, b"2" * 16: KNOWN}, BOOK)
