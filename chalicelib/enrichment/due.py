"""Whether a vendor is asked about a contact now, and which attempt a contact has after an answer. Pure.

A contact is due for a vendor that never tried it, when what the vendor would be asked has changed, or when the time
of the next attempt has come.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.books.enrichment_status import Attempt
from chalicelib.books.status_kind import StatusKind
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.fold_records import fold, without_enrichment
from chalicelib.contacts.source_record import ContactFields
from chalicelib.foundation.ids import id_of
from chalicelib.vendors.answer import Answer, AnswerKind, Ineligible, Question
from chalicelib.vendors.eligibility import Context, open_question, questions_about
from chalicelib.vendors.reasons import TABLE, Reason
from chalicelib.vendors.vendor import Vendor

#: The time after which a vendor that knew nothing is asked again.
AFTER_NO_MATCH = timedelta(days=90)
#: The waits after failures in a row. After an answer that was lost, the vendor may have charged, so none is short.
AFTER_FAILURES = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3), timedelta(days=7))
MOST_ANSWERED = 20  # questions with a permanent answer that are remembered, the latest
_OPT_OUTS = frozenset(reason.value for reason, words in TABLE.items() if words.is_opt_out)
_KINDS = {
    AnswerKind.ENRICHED: StatusKind.ENRICHED,
    AnswerKind.NO_MATCH: StatusKind.FAILED,
    AnswerKind.RETRY: StatusKind.FAILED,
    AnswerKind.WAIT: StatusKind.FAILED,
    AnswerKind.NEVER: StatusKind.INELIGIBLE,
}


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A contact about which the vendor is asked."""

    contact_id: str
    question: Question
    #: Of everything that could be asked about the contact; see `Attempt.digest`.
    digest: str


@dataclass(frozen=True, slots=True)
class NotEligible:
    """A contact that gets the status without a question."""

    contact_id: str
    reason: Reason
    #: As in `ToAsk`.
    digest: str


def judge(
    vendor: Vendor,
    contact: Contact,
    attempt: Attempt | None,
    context: Context,
    now: int,
    asked_again: Collection[str] = (),
) -> ToAsk | NotEligible | None:
    """What to do about a contact; None if it is not due.

    Questions are made of what other sources say, never of what a vendor added.

    Args:
        attempt: the latest of this vendor; None if there was none.
        now: milliseconds since 1970.
        asked_again: the runs that were undone and whose contacts an operator has tried again.
    """
    is_undone = attempt is not None and attempt.reason == Reason.UNDONE_BY_OPERATOR
    if is_undone and attempt is not None and attempt.run not in asked_again:
        return None
    questions = questions_about(vendor, _known_fields(contact), context)
    if isinstance(questions, Ineligible):
        digest = id_of(questions.reason.value)
        is_known = attempt is not None and attempt.digest == digest and not is_undone
        return None if is_known else NotEligible(contact.contact_id, questions.reason, digest)
    digest = id_of(*(each.digest for each in questions))
    if attempt is None:
        return ToAsk(contact.contact_id, questions[0], digest)
    if _is_opt_out(attempt) and any(each.digest in attempt.answered for each in questions):
        return None  # the person asked not to be looked up, by any of their details
    question = open_question(questions, attempt.answered)
    if question is None:
        is_known = attempt.digest == digest and not is_undone
        return None if is_known else NotEligible(contact.contact_id, Reason.ALREADY_ANSWERED, digest)
    return ToAsk(contact.contact_id, question, digest) if is_undone or _is_due(attempt, digest, now) else None


def _is_due(attempt: Attempt, digest: str, now: int) -> bool:
    if attempt.digest != digest:
        return True
    if attempt.kind is StatusKind.FAILED:
        return attempt.next_attempt_at is not None and attempt.next_attempt_at <= now
    # A permanent answer to one question leaves the others open, unless the person wants none.
    return attempt.kind is StatusKind.INELIGIBLE and not _is_opt_out(attempt)


def _is_opt_out(attempt: Attempt) -> bool:
    return attempt.reason in _OPT_OUTS


def _known_fields(contact: Contact) -> ContactFields:
    records = without_enrichment(contact.records)
    return contact.shown if len(records) == len(contact.records) else fold(records)


def attempt_after(
    answer: Answer, question: Question, digest: str, before: Attempt | None, *, run: str, at: int
) -> Attempt:
    """The attempt that an answer makes.

    Args:
        digest: as `ToAsk` has it.
        before: the attempt before, which counts failures in a row and knows what was answered for good.
        run: the id of the job that asked.
        at: when the vendor answered, in milliseconds since 1970.
    """
    kind, answered = _KINDS[answer.kind], () if before is None else before.answered
    tries = 0
    if answer.kind in (AnswerKind.RETRY, AnswerKind.WAIT):
        tries = 1 + (before.tries if before is not None and before.digest == digest else 0)
    if answer.kind is AnswerKind.NEVER and question.digest not in answered:
        answered = (*answered, question.digest)
    wait = _wait(answer, tries)
    return Attempt(
        kind,
        answer.reason.value,
        at,
        None if wait is None else at + round(wait.total_seconds() * 1000),
        run,
        digest,
        tries,
        gave=_gave(answer) if kind is StatusKind.ENRICHED else (),
        likelihood=answer.likelihood,
        record_id=answer.record_id,
        answered=answered,
    )


def not_eligible_attempt(found: NotEligible, before: Attempt | None, *, run: str, at: int) -> Attempt:
    """The attempt of a contact that is not eligible. Arguments as `attempt_after` has them."""
    answered = () if before is None else before.answered
    return Attempt(StatusKind.INELIGIBLE, found.reason.value, at, None, run, found.digest, answered=answered)


def _wait(answer: Answer, tries: int) -> timedelta | None:
    """The time until the next attempt; None if there is none."""
    if answer.kind is AnswerKind.NO_MATCH:
        return AFTER_NO_MATCH
    if not tries:
        return None
    return max(AFTER_FAILURES[min(tries, len(AFTER_FAILURES)) - 1], answer.retry_after or timedelta())


def _gave(answer: Answer) -> tuple[str, ...]:
    """The names of what the vendor gave: fields of a contact, and facts instead of the custom fields that show them."""
    names = [name for name, value in answer.fields.items() if value and name != "custom_fields"]
    return (*sorted(names), *dict.fromkeys(fact.name.value for fact in answer.facts))
