"""The published JSON of the statuses of all contacts with a vendor."""

from chalicelib.books.status_kind import NEVER_TRIED, StatusKind
from chalicelib.enrichment.count_statuses import Counted
from chalicelib.foundation.json import JsonObject
from chalicelib.vendors.reasons import TABLE, Reason

_ORDER = (*(kind.value for kind in StatusKind), NEVER_TRIED)


def counts_json(counted: Counted) -> JsonObject:
    """The contacts by status, and the reasons of each by their number; together as many as there are contacts."""
    return {
        "contacts": counted.contacts,
        "books": counted.books,
        "books_left_out": counted.left_out,
        "statuses": [_status(counted, kind) for kind in _ORDER],
    }


def _status(counted: Counted, kind: str) -> JsonObject:
    reasons = {reason: number for (status, reason), number in counted.by_status.items() if status == kind}
    known = Reason.__members__.values()
    return {
        "status": kind,
        "contacts": sum(reasons.values()),
        "reasons": [
            {
                "reason": reason,
                "title": TABLE[Reason(reason)].title if reason in known else reason,
                "meaning": TABLE[Reason(reason)].meaning if reason in known else "",
                "contacts": number,
            }
            for reason, number in sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
            if reason
        ],
    }
