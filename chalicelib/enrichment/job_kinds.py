"""The kinds of jobs of enrichment, and where its runs are queued."""

from chalicelib.books.enrichment_status import StatusKind
from chalicelib.foundation.service_owners import VENDOR_OWNER
from chalicelib.jobs.counts import Outcomes
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

#: One run of a vendor: it asks about contacts of many books and changes none of them. It runs in the vendor's lane.
ENRICHMENT_RUN = JobKind("enrichment_run", Outcomes.of([KEPT, HANDED_OVER]), changes_book=False)
#: Writes what a run found out into one book.
ENRICHMENT = JobKind(
    "enrichment",
    Outcomes.of([*(kind.value for kind in StatusKind), SKIPPED], changing=[StatusKind.ENRICHED.value]),
)
#: Asks a vendor about a few contacts and writes none. It runs in the vendor's lane.
ENRICHMENT_PREVIEW = JobKind("enrichment_preview", Outcomes(), changes_book=False)
#: Starts the undo of what a run did in each book, and waits for it. It runs in the vendor's lane.
ENRICHMENT_UNDO = JobKind("enrichment_undo", Outcomes(), changes_book=False)


def vendor_lane(vendor: str) -> str:
    """The lane of a vendor's runs, of which one goes on at a time."""
    return f"vendor-{vendor}"
