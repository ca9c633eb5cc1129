"""The kinds of jobs of enrichment, and where its runs are queued."""

from chalicelib.foundation.service_owners import VENDOR_OWNER
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job_kinds import JobKind

__all__ = ["ENRICHMENT_RUN", "VENDOR_OWNER", "vendor_lane"]

#: One run of a vendor: it asks about contacts of many books and changes none of them.
ENRICHMENT_RUN = JobKind(
    "enrichment_run",
    Outcomes.of(("enriched", "failed", "ineligible", "unchanged"), changing=("enriched", "failed", "ineligible")),
    changes_book=False,
)


def vendor_lane(vendor: str) -> str:
    """The lane of a vendor's runs, of which one goes on at a time."""
    return f"vendor-{vendor}"
