"""What a person is told when an import ends: counts, and nothing for a refresh that changed nothing or failed."""

from typing import Any

import pytest

from chalicelib.accounts.job_kinds import IMPORT
from chalicelib.foundation.email_draft import EmailKind
from chalicelib.jobs.counts import Counts
from chalicelib.jobs.job import Job, JobState
from chalicelib.provider_imports.import_email import import_email
from tests.fakes.clock import NOON

BY_ITSELF = {"due_at": "2026-03-01T12:00:00.000Z"}


def job(state: JobState = JobState.COMPLETED, *, code: str | None = None, more: Any = (), **counted: int) -> Job:
    details = {"provider": "google", "account": "ann@gmail.example", "connection_id": "c", **dict(more)}
    counts = Counts.of(IMPORT.outcomes, counted)
    error = None if code is None else "Google is gone."
    return Job("j", "ann", IMPORT.name, state, 7, NOON, details=details, counts=counts, error=error, error_code=code)


class TestDone:
    def test_says_how_many_contacts_were_imported(self):
        told = import_email(job(created=90, updated=1, unchanged=9, failed=2))

        assert (told.kind, told.subject) == (EmailKind.DONE, "91 contacts imported from Google")
        assert told.paragraphs == (
            "The import of your Google account ann@gmail.example has ended.",
            "Contacts: 90 created, 1 updated, 9 unchanged, 2 failed.",
        )
        assert told.path == "/imports/j"

    @pytest.mark.parametrize(
        ("counted", "subject"),
        [
            ({"created": 1}, "1 contact imported from Google"),
            ({"created": 1_200, "updated": 34}, "1,234 contacts imported from Google"),
            ({"unchanged": 7}, "Nothing new from Google"),
            ({}, "Nothing new from Google"),
        ],
    )
    def test_has_a_subject_for_every_number(self, counted, subject):
        assert import_email(job(**counted)).subject == subject

    def test_of_a_refresh_is_told_only_if_it_changed_something(self):
        assert import_email(job(more=BY_ITSELF, unchanged=7)) is None
        assert import_email(job(more=BY_ITSELF, removed=1)).subject == "Nothing new from Google"
        assert import_email(job(more=BY_ITSELF, updated=1)).subject == "1 contact imported from Google"


class TestFailed:
    def test_is_told_of_an_import_that_the_person_started(self):
        told = import_email(job(JobState.FAILED, code="provider-broken"))

        assert (told.kind, told.subject) == (EmailKind.DONE, "The import from Google failed")
        assert told.paragraphs[1] == "Google is gone."

    def test_is_not_told_of_a_refresh(self):
        assert import_email(job(JobState.FAILED, code="provider-broken", more=BY_ITSELF)) is None

    def test_is_not_told_again_where_consent_was_lost(self):
        assert import_email(job(JobState.FAILED, code="consent-needed")) is None


def test_removals_that_wait_are_a_decision_also_of_a_refresh():
    told = import_email(job(more={**BY_ITSELF, "removals_pending": 12}, unchanged=7))

    assert (told.kind, told.subject) == (EmailKind.DECISION, "12 contacts from Google: remove or keep?")
