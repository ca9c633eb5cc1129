"""How many contacts of a book have each status with a vendor, and why. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from chalicelib.books.enrichment_status import ContactStatuses, latest_attempts
from chalicelib.books.status_kind import NEVER_TRIED


def count_statuses(
    contacts: Iterable[tuple[str, Sequence[str]]], statuses: Mapping[str, ContactStatuses], vendor: str
) -> Mapping[tuple[str, str], int]:
    """The number of contacts by status and reason, together as many as there are contacts.

    Args:
        contacts: the id of each contact, and the ids of those that were merged into it.
        statuses: all that are stored of the book, by contact id. Those of no contact are not counted.
    """
    return Counter(_status(contact_id, merged, statuses, vendor) for contact_id, merged in contacts)


def _status(
    contact_id: str, merged: Sequence[str], statuses: Mapping[str, ContactStatuses], vendor: str
) -> tuple[str, str]:
    """The status and the reason; `NEVER_TRIED` has none."""
    found = latest_attempts(statuses[each] for each in (contact_id, *merged) if each in statuses)
    attempt = found.get(vendor)
    return (NEVER_TRIED, "") if attempt is None else (attempt.kind.value, attempt.reason)
