"""The statuses of enrichment: the latest attempt of each vendor to find out more about a contact. Pure rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

MOST_ANSWERED = 20  # digests of one attempt; the oldest are forgotten, and their questions may be asked again


class StatusKind(StrEnum):
    """What became of an attempt. A vendor that never tried has no attempt."""

    ENRICHED = "enriched"
    FAILED = "failed"
    INELIGIBLE = "ineligible"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The latest attempt of one vendor about one contact."""

    kind: StatusKind
    #: A code of `vendors/reasons.py`.
    reason: str
    #: Milliseconds since 1970.
    last_attempt_at: int
    #: The same; only of one that failed and is tried again.
    next_attempt_at: int | None = None
    #: The id of the job of the vendor's run.
    run: str = ""
    #: A hash of the details that the attempt depended on. If the contact's are others now, another attempt is due.
    digest: str = ""
    #: The failures in a row, which determine the wait before the next one.
    tries: int = 0
    #: The names of the contact's fields and of the facts that the vendor gave.
    gave: tuple[str, ...] = ()
    #: The vendor's own number for how certainly its answer is about this person.
    likelihood: int | None = None
    #: The vendor's id of the person, for its list of people who opted out.
    record_id: str = ""
    #: Digests of the questions that it answered for good, the newest last; at most `MOST_ANSWERED` are stored.
    answered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactStatuses:
    """The latest attempts about one contact: what is stored under its id, which stays there if it is merged."""

    contact_id: str
    #: By the vendor's name.
    attempts: Mapping[str, Attempt] = field(default_factory=dict)
    #: The version of the stored item; 0 if none is stored.
    rev: int = 0

    def with_attempt(self, vendor: str, attempt: Attempt) -> "ContactStatuses":
        """The same with this attempt in place of the vendor's earlier one."""
        return replace(self, attempts={**self.attempts, vendor: attempt})


def latest_attempts(statuses: Iterable[ContactStatuses]) -> dict[str, Attempt]:
    """The latest attempt of each vendor, by its name; of two at the same instant the first.

    Args:
        statuses: of a contact itself, and then of those that were merged into it.
    """
    latest: dict[str, Attempt] = {}
    for each in statuses:
        for vendor, attempt in each.attempts.items():
            known = latest.get(vendor)
            if known is None or attempt.last_attempt_at > known.last_attempt_at:
                latest[vendor] = attempt
    return latest
