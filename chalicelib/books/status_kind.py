"""The kinds of statuses of enrichment."""

from enum import StrEnum

NEVER_TRIED = "never_tried"  # the published status of a vendor without an attempt


class StatusKind(StrEnum):
    """What became of an attempt. A vendor that never tried has no attempt."""

    ENRICHED = "enriched"
    FAILED = "failed"
    INELIGIBLE = "ineligible"
