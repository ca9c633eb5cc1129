"""Others who keep a copy of the book: by its changes alone, or by a walk through the list and then by its changes."""

from dataclasses import dataclass, field
from typing import Any

from chalicelib.address_book.contact_filter import ALL
from chalicelib.address_book.followed_book import StartOver
from chalicelib.address_book.list_changes import ContactChanges
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_json import contact_json
from chalicelib.foundation.json import JsonObject
from tests.simulation.house import OWNER, House, Parts
from tests.simulation.world import Fault, Process


def as_told(contact: Contact) -> JsonObject:
    """A contact as it is told, but for the order of its possible duplicates."""
    told = contact_json(contact)
    return {**told, "possible_duplicates": sorted(told["possible_duplicates"])}


def book_of(house: House) -> dict[str, JsonObject]:
    """What the list shows of the book."""
    listed = house.outside.address_book.list_contacts(OWNER, size=10_000)
    assert listed.is_current
    return {each.contact_id: as_told(each) for each in listed.contacts}


@dataclass
class Follower:
    """Keeps a copy of the book. An answer that did not come changes nothing; then it asks the same again."""

    house: House
    limit: int = 2
    copy: dict[str, JsonObject] = field(default_factory=dict)
    since: str | None = None
    asking: Process | None = None
    is_done: bool = False  # whether the last answer said that this is the book
    start_overs: int = 0

    def ask(self, skew: float = 0.0) -> None:
        """Begin to ask, in a process of its own."""

        def work(parts: Parts) -> ContactChanges:
            return parts.address_book.list_changes(OWNER, self.since, self.limit)

        self.asking = self.house.process(work, skew=skew)

    def go_on(self, fault: Fault | None = None) -> None:
        """The process makes its next call; once it has answered, the answer is taken over."""
        process = self.asking
        if process is None:
            return self.ask()
        process.step(fault)
        if process.is_over:
            self.asking = None
            self._take(process)
        return None

    def finish(self) -> None:
        """Ask until the copy is the book; what was asked before may be told as it was then."""
        while self.asking is not None:
            self.go_on()
        self.is_done = False
        for _ in range(1_000):
            self.go_on()
            if self.asking is None and self.is_done:
                return
            if self.asking is None and OWNER in self.house.books_to_index:  # as the index it saw was an older one
                self.house.books_to_index.clear()
                self.house.outside.address_book.indexes.build(OWNER)
        raise AssertionError("the end was never reached")

    def _take(self, process: Process) -> None:
        error: Any = None if process.dead else process.main.error
        if isinstance(error, StartOver):
            self.copy, self.since, self.start_overs = {}, None, self.start_overs + 1
        elif error is None and not process.dead:
            self.apply(process.main.value)

    def apply(self, told: ContactChanges) -> None:
        self.copy.update({each.contact_id: as_told(each) for each in told.contacts})
        for contact_id in (*told.deleted, *(each.contact_id for each in told.merged)):
            self.copy.pop(contact_id, None)
        self.since = told.since or self.since
        self.is_done = told.is_current and not told.has_more


@dataclass
class Walker(Follower):
    """Walks through the list first, and begins again where the list is not current."""

    cursor: str | None = None
    has_walked: bool = False

    def go_on(self, fault: Fault | None = None) -> None:
        if self.has_walked:
            return super().go_on(fault)
        address_book = self.house.outside.address_book
        walk = address_book.list_changes.walk(OWNER)
        if self.cursor is None:
            self.copy, self.since = {}, walk.since
        page = address_book.list_contacts.after(OWNER, None, self.cursor, self.limit, wanted=walk.narrow(ALL))
        self.cursor = page.next_cursor if page.is_current and self.since is not None else None
        if page.is_current and self.since is not None:
            self.copy.update({each.contact_id: as_told(each) for each in walk.shown(page.contacts)})
            self.has_walked = page.next_cursor is None
        return None
