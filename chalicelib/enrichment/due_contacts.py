"""The contacts of one book in the scope of a vendor, in their order, with what is to be done about each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from chalicelib.books.enrichment_status import ContactStatuses
from chalicelib.contacts.contact import Contact
from chalicelib.enrichment.due import ToAsk, judge
from chalicelib.enrichment.run_cursor import RunCursor
from chalicelib.enrichment.run_parts import RunParts
from chalicelib.enrichment.stored_answers import Answered, Finding
from chalicelib.enrichment.vendor_control import ScopeKind, VendorControl
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.ids import id_of
from chalicelib.vendors.eligibility import Context
from chalicelib.vendors.vendor import Vendor

NO_STATUSES = ContactStatuses("")
ALLOWED_FOR_MS = 2_000  # after which the choice of the owner, who may withdraw the consent meanwhile, is read again


def owners_in_scope(parts: RunParts, control: VendorControl) -> list[str]:
    """The owners of the books in the scope of a vendor, in the order of runs."""
    scope = control.scope
    owners = scope.owners if scope.kind is ScopeKind.OWNERS else parts.owners()
    return sorted(set(owners), key=id_of)


class Step(NamedTuple):
    """A contact, and what is to be done about it: a question, a finding that needs none, or nothing."""

    shelf: int
    contact: Contact
    found: ToAsk | Finding | None

    @property
    def contact_id(self) -> str:
        return self.contact.contact_id


@dataclass
class DueContacts:
    """Reads a book while a run asks about it."""

    parts: RunParts
    vendor: Vendor
    control: VendorControl
    owner: str
    #: Answers that need not be asked for again, by contact.
    known: Mapping[str, Answered] = field(default_factory=dict)
    #: Contacts about which nothing is asked.
    left_out: set[str] = field(default_factory=set)
    #: What the owner allows, and when it was read, in milliseconds since 1970.
    _allowed: tuple[Context, int] | None = None

    def after(self, cursor: RunCursor) -> Iterator[Step]:
        """The contacts after the one at which the cursor is."""
        name, has_statuses = self.vendor.name, self.parts.books.edits(self.owner).has_statuses
        for shelf, contacts in self._shelves(cursor):
            stored = self.parts.statuses.of_contacts(self.owner, contacts) if has_statuses else {}
            for contact in contacts:
                if contact.contact_id in self.left_out:
                    continue
                now, statuses = milliseconds(self.parts.clock.now()), stored.get(contact.contact_id, NO_STATUSES)
                context = self._context(now)
                if statuses.opted_out_at is not None:
                    context = replace(context, has_opted_out=True)
                found = judge(self.vendor, contact, statuses.attempts.get(name), context, now, self.control.asked_again)
                known = self.known.get(contact.contact_id) if isinstance(found, ToAsk) else None
                yield Step(shelf, contact, known or found)

    def _context(self, now: int) -> Context:
        """What the owner allows, as of a moment ago at most."""
        if self._allowed is None or now - self._allowed[1] >= ALLOWED_FOR_MS:
            self._allowed = self.parts.context(self.owner), now
        return self._allowed[0]

    def _shelves(self, cursor: RunCursor) -> Iterator[tuple[int, list[Contact]]]:
        scope = self.control.scope
        shelves = self.parts.contacts.by_shelf(self.owner, first=cursor.shelf)
        for shelf, (_, contacts) in enumerate(shelves, start=cursor.shelf):
            left = (each for each in contacts if shelf > cursor.shelf or each.contact_id > cursor.after)
            yield shelf, [each for each in left if scope.kind is not ScopeKind.TAG or scope.tag in each.tags]
