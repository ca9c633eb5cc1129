"""The kind of the jobs that search a book for duplicates, what they found, and what is published of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.json import Json, JsonObject
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.events import PAIRS, JobEvents
from chalicelib.jobs.job import Job
from chalicelib.jobs.job_kinds import JobKind
from chalicelib.jobs.job_result import result_word


def _certain(job: Job) -> Mapping[str, Json]:
    return {"certain": job.details["certain"]} if "certain" in job.details else {}


SEARCH = JobKind("find-duplicates", Outcomes(), changes_book=False, events=JobEvents(data=_certain))
SEARCH_LANE = "duplicates"  # a search changes no contact, so it waits for no job of the book


@dataclass(frozen=True, slots=True)
class Found:
    """How much a search read and found; kept in the details of its job."""

    contacts: int
    pairs: int
    certain: int

    @classmethod
    def of(cls, job: Job) -> Self | None:
        """None if the search has not ended."""
        details = job.details
        return cls(details["contacts"], details[PAIRS], details["certain"]) if PAIRS in details else None

    def json(self) -> dict[str, Json]:
        return {"contacts": self.contacts, "pairs": self.pairs, "certain": self.certain}


def search_body(job: Job) -> JsonObject:
    """The published JSON of a search; the numbers are null until it has ended."""
    found = Found.of(job)
    return {
        "job_id": job.job_id,
        "status": job.state.value,
        "result": result_word(job),
        "contacts": found.contacts if found else None,
        "pairs": found.pairs if found else None,
        "certain": found.certain if found else None,
        "created_at": rfc3339(job.created_at),
        "finished_at": rfc3339(job.finished_at),
        "error": job.error,
    }
