"""The kinds of jobs of enrichment, and where its runs are queued."""

from collections.abc import Mapping, Sequence

from chalicelib.books.job_kinds import has_changed
from chalicelib.books.status_kind import StatusKind
from chalicelib.foundation.json import Json
from chalicelib.foundation.service_owners import VENDOR_OWNER
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.events import EventType, JobEvents, ends_as
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.job_kinds import JobKind

__all__ = [
    "ENRICHMENT",
    "ENRICHMENT_PREVIEW",
    "ENRICHMENT_RUN",
    "ENRICHMENT_UNDO",
    "HANDED_OVER",
    "KEPT",
    "SKIPPED",
    "VENDOR_OWNER",
    "vendor_lane",
]

KEPT = "kept"  # the outcome of a blob with findings, in the ledger of a run
HANDED_OVER = "handed_over"  # the outcome of handing findings over to the job of a book, in the ledger of a run
SKIPPED = "skipped"  # the outcome of a contact that is gone when a book gets the findings


def _vendor(job: Job) -> Mapping[str, Json]:
    return {"vendor": job.details.get("vendor")}


def _end_of_run(job: Job) -> Sequence[EventType]:
    """A run that reached a limit, was stopped or tripped the breaker has not asked about all contacts."""
    is_whole = job.state in (JobState.COMPLETED, JobState.PARTIAL) and not job.details.get("end")
    return (EventType.ENRICHMENT_COMPLETED if is_whole else EventType.ENRICHMENT_STOPPED,)


#: One run of a vendor: it asks about contacts of many books and changes none of them. It runs in the vendor's lane.
ENRICHMENT_RUN = JobKind(
    "enrichment_run",
    Outcomes.of([KEPT, HANDED_OVER]),
    changes_book=False,
    events=JobEvents(ended=_end_of_run, data=_vendor),
)
#: Writes what a run found out into one book.
ENRICHMENT = JobKind(
    "enrichment",
    Outcomes.of([*(kind.value for kind in StatusKind), SKIPPED], changing=[StatusKind.ENRICHED.value]),
    events=JobEvents(
        ended=ends_as(EventType.ENRICHMENT_COMPLETED, EventType.ENRICHMENT_STOPPED),
        data=_vendor,
        has_contacts=has_changed,
        for_operators=False,  # they are told of the run that it is a part of
    ),
)
#: Asks a vendor about a few contacts and writes none. It runs in the vendor's lane.
ENRICHMENT_PREVIEW = JobKind("enrichment_preview", Outcomes(), changes_book=False)
#: Starts the undo of what a run did in each book, and waits for it. It runs in the vendor's lane.
ENRICHMENT_UNDO = JobKind("enrichment_undo", Outcomes(), changes_book=False)


def vendor_lane(vendor: str) -> str:
    """The lane of a vendor's runs, of which one goes on at a time."""
    return f"vendor-{vendor}"
