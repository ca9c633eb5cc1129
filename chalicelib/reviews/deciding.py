"""What all decisions about reviews share: the choice of a person, the pair as it is stored, and earlier decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.contacts.contact import Contact
from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.json import Json
from chalicelib.reviews.review import Answer
from chalicelib.reviews.review_store import Decided


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's decision about a review, before it is carried out."""

    answer: Answer
    #: The contact that stays, if they are the same; None for the older one.
    into: str | None = None
    #: By field, as `chosen_values` takes them.
    values: Mapping[str, Json] = field(default_factory=dict)
    #: The versions of the contacts that the person saw, by id; None for any.
    versions: Mapping[str, int] | None = None
    #: The job that decides it, among many; "" for a person who decides this one.
    by_job: str = ""


@dataclass(frozen=True, slots=True)
class DecidedPair:
    """Two contacts to decide about, as they are stored, and the decision before this one."""

    review_id: str
    left: Contact
    right: Contact
    earlier: Decided | None


class AlreadyDecided(Conflict):
    """The review was decided already; the members of the problem say how and when."""

    slug, title = "already-decided", "Already decided"

    def __init__(self, decided: Decided) -> None:
        super().__init__(
            _words(decided),
            decision=decided.answer.value,
            into=decided.into or None,
            decided_at=rfc3339(instant(decided.at)),
        )
        self.decided = decided


def _words(decided: Decided) -> str:
    if decided.job_id:
        return "This row was decided already. The page of its import shows what became of it."
    done = {Answer.SAME: "merged", Answer.DIFFERENT: "kept as two contacts", Answer.LATER: "put off"}
    return f"These two were already {done[decided.answer]}. Undo that decision to decide again."


def check_choice(choice: Choice) -> None:
    """Raises InvalidInput if a decision other than "same" has what only merging takes."""
    if choice.answer is not Answer.SAME and (choice.into is not None or choice.values):
        raise InvalidInput('Only the decision "same" takes "into" and "choices".', field="decision")


def repeated(earlier: Decided, choice: Choice) -> Decided:
    """The earlier decision, if the person decides the same again, or the same job does.

    Raises:
        AlreadyDecided: it was decided otherwise, or a job finds a decision that it did not make.
    """
    is_same_job = choice.by_job in ("", earlier.by_job)
    if not is_same_job or earlier.answer is not choice.answer or choice.into not in (None, earlier.into):
        raise AlreadyDecided(earlier)
    return earlier
