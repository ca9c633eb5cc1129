"""One owner's book in the real store over an in-memory table, and sources that are imported into it."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.books.contact_rows import to_contact
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.deletions import DeletionKey
from chalicelib.books.intake import Chunk, Intake, Limits, Result
from chalicelib.books.version import BookVersion
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import Source
from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.outcomes import Outcome
from tests.books.memory_table import MemoryTable
from tests.contacts.making import GOOGLE, source_contact
from tests.fakes.executor import InlineExecutor

ANNA, NOON = "anna", datetime(2026, 11, 21, 12, tzinfo=UTC)
CREATED, UPDATED, UNCHANGED, SKIPPED, FAILED, REMOVED = Outcome
ADA = source_contact("p/1", "Ada Lovelace", email="ada@example.com", phone="0170 1234567")
ALAN = source_contact("p/2", "Alan Turing", email="alan@example.com")


class World:
    def __init__(self) -> None:
        self.table = MemoryTable()
        self.store = ContactStore(self.table, "contacts", 4, InlineExecutor())  # type: ignore[arg-type] # the table stands in
        self.now = NOON
        self._ids = itertools.count(1)

    def intake(
        self,
        source: str | Source = GOOGLE,
        *,
        job: str = "job-1",
        generation: int = 0,
        version: BookVersion | None = None,
        **more: Any,
    ) -> Intake:
        """A planner of one job, which has read the book unless it knows this version of it."""
        intake = Intake(
            self.store,
            owner=ANNA,
            source=source,
            region="DE",
            job=job,
            generation=generation,
            now=lambda: self.now,
            fresh_id=lambda: f"contact-{next(self._ids)}",
            **more,
        )
        if version is None or not intake.knows(version):
            intake.reload_book()
        return intake

    def take(self, intake: Intake, *incoming: SourceContact | Unreadable) -> list[Result]:
        """Plan and commit all of `incoming`."""
        results: list[Result] = []
        while len(results) < len(incoming):
            chunk = intake.plan(incoming[len(results) :], Limits())
            self.commit(intake, chunk)
            results += chunk.results
        return results

    def commit(self, intake: Intake, chunk: Chunk) -> None:
        self.table.transact(chunk.writes)
        intake.confirm(chunk)

    def import_contacts(
        self, *incoming: SourceContact | Unreadable, source: str | Source = GOOGLE, **more: Any
    ) -> list[Result]:
        return self.take(self.intake(source, **more), *incoming)

    def book(self) -> list[Contact]:
        found = [to_contact(item) for item in self.table.items.values() if "version" in item]
        return sorted(found, key=lambda contact: contact.contact_id)

    def edit(self, contact: Contact) -> None:
        self.table.transact([self.store.put_write(ANNA, contact)])

    def delete(self, contact: Contact, key: DeletionKey | None = None) -> None:
        """As the person does; without a key, as older versions did."""
        marker = self.store.deletion_marker_write(ANNA, contact, key)
        self.table.transact([self.store.remove_write(ANNA, contact), marker])
        if key is not None and self.store.deletion_key(ANNA) is None:
            self.table.transact([self.store.deletion_key_write(ANNA, key)])


def outcomes(results: Sequence[Result]) -> list[Outcome]:
    return [result.outcome for result in results]
