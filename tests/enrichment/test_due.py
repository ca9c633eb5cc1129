"""When a vendor is asked about a contact, and which attempt an answer makes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.books.enrichment_status import Attempt
from chalicelib.books.status_kind import StatusKind
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import enrichment_source
from chalicelib.contacts.source_record import ContactFields, SourceRecord, Stamp
from chalicelib.enrichment.due import AFTER_FAILURES, AFTER_NO_MATCH, NotEligible, ToAsk, attempt_after, judge
from chalicelib.foundation.outcomes import Outcome
from chalicelib.vendors.answer import Answer
from chalicelib.vendors.eligibility import Context
from chalicelib.vendors.reasons import Reason
from tests.enrichment.vendors import NEVER, NO_MATCH, NOT_READY, OPTED_OUT, RETRY, FakeVendor, found

VENDOR, CONSENT, NOW = FakeVendor(), Context(has_consent=True), 1_800_000_000_000
HOUR = 3_600_000


def record(source: str, **fields: Any) -> SourceRecord:
    given: ContactFields = {**fields}  # type: ignore[typeddict-item]
    return SourceRecord(source, "1", given, "", Stamp("job", 0, Outcome.CREATED), 1, 1)


def contact(*addresses: str, **fields: Any) -> Contact:
    return Contact("ada", 1, [record("google:1", emails=[{"value": each} for each in addresses], **fields)], 1, 1)


ADA = contact("ada@work.example")


def asked(who: Contact = ADA, attempt: Attempt | None = None, now: int = NOW) -> ToAsk:
    decided = judge(VENDOR, who, attempt, CONSENT, now)
    assert isinstance(decided, ToAsk)
    return decided


def attempt_of(answer: Answer, who: Contact = ADA, before: Attempt | None = None, at: int = NOW) -> Attempt:
    question = asked(who, before, at)
    return attempt_after(answer, question.question, question.digest, before, run="run", at=at)


def is_due(who: Contact, attempt: Attempt, now: int = NOW) -> bool:
    return judge(VENDOR, who, attempt, CONSENT, now) is not None


class TestAContactThatWasNeverTried:
    def test_is_asked_about_with_the_best_question(self):
        assert asked(contact("ada@work.example", "ada@home.example")).question.inputs == {"email": "ada@work.example"}

    def test_that_is_not_eligible_gets_the_reason_without_a_question(self):
        assert judge(VENDOR, contact(), None, CONSENT, NOW) == NotEligible("ada", Reason.NO_EMAIL, _any_digest())

    def test_whose_owner_has_not_consented_is_not_eligible(self):
        decided = judge(VENDOR, ADA, None, Context(), NOW)

        assert isinstance(decided, NotEligible)
        assert decided.reason is Reason.NO_CONSENT


class TestAnEnrichedContact:
    def test_is_not_asked_about_again_however_much_time_passes(self):
        assert not is_due(ADA, attempt_of(found(title="CTO")), NOW + 10_000 * HOUR)

    def test_is_asked_about_when_its_details_have_changed(self):
        assert is_due(contact("ada@new.example"), attempt_of(found(title="CTO")))

    def test_is_not_due_for_a_change_of_what_no_question_is_made_of(self):
        assert not is_due(contact("ada@work.example", title="CEO"), attempt_of(found(title="CTO")))

    def test_is_not_due_for_what_a_vendor_added(self):
        added = record(enrichment_source("people-data-labs").key, emails=[{"value": "ada@guess.example"}])
        with_it = replace(ADA, records=[*ADA.records, added])

        assert asked(with_it).question.inputs == {"email": "ada@work.example"}
        assert not is_due(with_it, attempt_of(found(title="CTO")))


class TestAFailedContact:
    def test_that_was_not_matched_is_asked_about_after_a_season(self):
        attempt = attempt_of(NO_MATCH)

        assert attempt.kind is StatusKind.FAILED
        assert not is_due(ADA, attempt, NOW + _ms(AFTER_NO_MATCH) - 1)
        assert is_due(ADA, attempt, NOW + _ms(AFTER_NO_MATCH))

    @pytest.mark.parametrize("answer", [RETRY, NOT_READY])
    def test_without_an_answer_waits_longer_after_each_failure(self, answer):
        attempt, now, waits = None, NOW, []
        for _ in range(len(AFTER_FAILURES) + 1):
            attempt = attempt_of(answer, before=attempt, at=now)
            assert attempt.next_attempt_at is not None
            waits.append(timedelta(milliseconds=attempt.next_attempt_at - now))
            now = attempt.next_attempt_at

        assert tuple(waits) == (*AFTER_FAILURES, AFTER_FAILURES[-1])

    def test_waits_as_long_as_the_vendor_asks(self):
        attempt = attempt_of(replace(RETRY, retry_after=timedelta(days=2)))

        assert attempt.next_attempt_at == NOW + _ms(timedelta(days=2))

    def test_counts_its_failures_anew_when_its_details_have_changed(self):
        first = attempt_of(RETRY)
        changed = contact("ada@new.example")

        assert attempt_of(RETRY, changed, attempt_of(RETRY, before=first, at=NOW + HOUR)).tries == 1

    def test_that_an_operator_undid_is_never_due(self):
        undone = replace(attempt_of(found()), kind=StatusKind.FAILED, reason=Reason.UNDONE_BY_OPERATOR.value)

        assert not is_due(ADA, undone, NOW + 10_000 * HOUR)
        assert not is_due(contact("ada@new.example"), undone)

    @pytest.mark.parametrize("answer", [found(), NO_MATCH, NEVER])
    def test_that_was_undone_is_due_once_an_operator_has_its_run_tried_again(self, answer):
        undone = replace(attempt_of(answer), kind=StatusKind.FAILED, reason=Reason.UNDONE_BY_OPERATOR.value)

        assert judge(VENDOR, ADA, undone, CONSENT, NOW, asked_again={"run"}) is not None
        assert judge(VENDOR, ADA, undone, CONSENT, NOW, asked_again={"another"}) is None


class TestAPermanentAnswer:
    def test_is_not_asked_for_again(self):
        assert judge(VENDOR, ADA, attempt_of(NEVER), CONSENT, NOW + 10_000 * HOUR) == NotEligible(
            "ada", Reason.ALREADY_ANSWERED, _any_digest()
        ) or not is_due(ADA, attempt_of(NEVER))

    def test_to_one_question_leaves_the_next_one_open(self):
        both = contact("ada@work.example", "ada@home.example")

        assert asked(both, attempt_of(NEVER, both)).question.inputs == {"email": "ada@home.example"}

    def test_is_remembered_when_the_details_change_and_come_back(self):
        first = attempt_of(NEVER)
        other = attempt_of(NO_MATCH, contact("ada@new.example"), first)

        decided = judge(VENDOR, ADA, other, CONSENT, NOW)
        assert isinstance(decided, NotEligible)
        assert decided.reason is Reason.ALREADY_ANSWERED

    def test_that_the_person_wants_no_look_up_closes_every_other_question(self):
        both = contact("ada@work.example", "ada@home.example")
        attempt = attempt_of(OPTED_OUT, both)

        assert not is_due(both, attempt)
        assert not is_due(contact("ada@work.example", "ada@third.example"), attempt)
        assert is_due(contact("somebody@else.example"), attempt)


class TestAContactThatIsNotEligible:
    def test_is_not_judged_again_for_the_same_reason(self):
        decided = judge(VENDOR, contact(), None, CONSENT, NOW)
        assert isinstance(decided, NotEligible)
        attempt = Attempt(StatusKind.INELIGIBLE, decided.reason.value, NOW, digest=decided.digest)

        assert judge(VENDOR, contact(), attempt, CONSENT, NOW + HOUR) is None
        assert isinstance(judge(VENDOR, ADA, attempt, CONSENT, NOW + HOUR), ToAsk)


class TestWhatAVendorGave:
    def test_is_told_by_the_names_of_fields(self):
        attempt = attempt_of(found(title="CTO", organization="Engines"))

        assert (attempt.gave, attempt.run, attempt.last_attempt_at) == (("organization", "title"), "run", NOW)
        assert attempt.next_attempt_at is None

    def test_is_nothing_unless_it_enriched(self):
        assert attempt_of(NO_MATCH).gave == ()


def _ms(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)


class _AnyText(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)

    __hash__ = str.__hash__


def _any_digest() -> str:
    return _AnyText()
