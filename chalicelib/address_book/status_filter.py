"""Filters lists of contacts by the status that a vendor's latest attempt gave them. Reads all statuses of the book.

An index does not have them: statuses change without their contacts. A list that is not filtered reads none.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from chalicelib.books.enrichment_status import Attempt, ContactStatuses, latest_attempts
from chalicelib.books.redirects import RedirectStore
from chalicelib.books.status_kind import NEVER_TRIED, StatusKind
from chalicelib.books.status_store import StatusStore
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.http import Request
from chalicelib.vendors.registry import VENDORS

PARAMETER = "enrichment"
STATUSES = (*(kind.value for kind in StatusKind), NEVER_TRIED)


@dataclass(frozen=True, slots=True)
class StatusFilter:
    """The status that listed contacts have with one vendor."""

    vendor: str
    status: str  #: one of `STATUSES`

    @property
    def text(self) -> str:
        """As it is written in a query."""
        return f"{self.vendor}:{self.status}"

    def accepts(self, attempt: Attempt | None) -> bool:
        return (NEVER_TRIED if attempt is None else attempt.kind.value) == self.status


def status_filter_of(request: Request) -> StatusFilter | None:
    """The filter in the query; None if it is absent or empty. Raises InvalidInput."""
    text = request.query.get(PARAMETER)
    if not text:
        return None
    vendor, _, status = text.partition(":")
    if vendor not in VENDORS or status not in STATUSES:
        raise InvalidInput(
            "Write the name of a vendor, a colon and a status, such as hunter:failed.",
            field=PARAMETER,
            vendors=list(VENDORS),
            statuses=list(STATUSES),
        )
    return StatusFilter(vendor, status)


@dataclass(frozen=True)
class FilteredStatuses:
    """The statuses of a book, and which of its contacts a filter accepts."""

    wanted: StatusFilter
    stored: Mapping[str, ContactStatuses]
    ids: Collection[str]  #: of the accepted contacts

    def accepts(self, contact: Contact) -> bool:
        """Whether the filter accepts a contact that was just read, with all that it consists of."""
        parts = (self.stored[each] for each in (contact.contact_id, *contact.merged) if each in self.stored)
        return self.wanted.accepts(latest_attempts(parts).get(self.wanted.vendor))


@dataclass(frozen=True)
class FilterByStatus:
    """Finds the contacts that a filter accepts."""

    statuses: StatusStore
    redirects: RedirectStore

    def __call__(self, owner: str, contact_ids: Collection[str], wanted: StatusFilter) -> FilteredStatuses:
        """Those of the book's contacts that the filter accepts.

        Args:
            contact_ids: of all contacts of the book. Statuses under other ids are of contacts that were merged.
        """
        stored = self.statuses.all(owner)
        tried = [each for each in stored.values() if wanted.vendor in each.attempts]
        merged = [each.contact_id for each in tried if each.contact_id not in contact_ids]
        into = self.redirects.resolve(owner, merged) if merged else {}
        latest = _latest(tried, into, wanted.vendor)
        if wanted.status == NEVER_TRIED:
            return FilteredStatuses(wanted, stored, {each for each in contact_ids if each not in latest})
        return FilteredStatuses(wanted, stored, {each for each, made in latest.items() if wanted.accepts(made)})


def _latest(tried: Iterable[ContactStatuses], into: Mapping[str, str], vendor: str) -> dict[str, Attempt]:
    """The vendor's latest attempt about each contact, by the id of the one that it is part of now."""
    parts: dict[str, list[ContactStatuses]] = {}
    for each in tried:
        current = into.get(each.contact_id, each.contact_id)
        place = 0 if current == each.contact_id else len(parts.get(current, ()))  # the contact's own come first
        parts.setdefault(current, []).insert(place, each)
    return {contact_id: latest_attempts(statuses)[vendor] for contact_id, statuses in parts.items()}
