"""Lists an owner's imports, newest first, and the outcome of each contact in an import."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.accounts.connection import IMPORT_KIND
from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.json import Json
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, LedgerLine
from chalicelib.jobs.ledger import ledger_page
from chalicelib.jobs.listing import list_page
from chalicelib.jobs.store import JobStore
from chalicelib.provider_imports.status import public_state

if TYPE_CHECKING:
    from chalicelib.books.contact_store import ContactStore

_POSITION = re.compile(r"([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class ImportFilter:
    """Selects imports. None matches any value."""

    state: str | None = None
    provider: str | None = None
    connection_id: str | None = None

    def matches(self, job: Job) -> bool:
        return (
            job.kind == IMPORT_KIND
            and self.state in (None, public_state(job))
            and self.provider in (None, job.details.get("provider"))
            and self.connection_id in (None, job.details.get("connection_id"))
        )


@dataclass(frozen=True)
class ListImports:
    """The imports of an owner, newest first."""

    jobs: JobStore

    def __call__(
        self, owner: str, filters: ImportFilter, *, cursor: str | None = None, limit: int = 50
    ) -> tuple[list[Job], str | None]:
        """A page of imports, and the cursor of the next page; None after the last page.

        Raises:
            InvalidInput: the cursor is not valid.
        """
        return list_page(self.jobs, owner, filters.matches, cursor=cursor, limit=limit)


@dataclass(frozen=True)
class ReadLedger:
    """The outcome of each contact in an import, as JSON."""

    jobs: JobStore
    contacts: ContactStore

    def __call__(
        self, job: Job, outcome: str | None, *, cursor: str | None = None, limit: int = 100
    ) -> tuple[list[dict[str, Json]], str | None]:
        """A page of ledger lines with the contacts' names, and the cursor of the next page; None after the last page.

        Raises:
            InvalidInput: the cursor is not valid.
            Conflict: the import has restarted its listing since the cursor was created.
        """
        wanted = None if outcome is None else Outcome(outcome)
        lines, following = ledger_page(self.jobs, job, outcome=wanted, start=_start(job, cursor), limit=limit)
        known = self._names(job.owner, lines)
        after = None if following is None else encode_cursor(f"{job.generation}.{following[0]}.{following[1]}")
        return [_line(line, known) for line in lines], after

    def _names(self, owner: str, lines: Sequence[LedgerLine]) -> dict[str, str]:
        ids = [line.contact_id for line in lines if line.contact_id and not line.name]
        return {key: each.shown.get("display", "") for key, each in self.contacts.get_many(owner, ids).items()}


def _start(job: Job, cursor: str | None) -> tuple[int, int]:
    if cursor is None:
        return 0, 0
    generation, chunk, line = map(int, decode_cursor(cursor, _POSITION)[1:])
    if generation != job.generation:
        raise Conflict("This import restarted its listing. Read its ledger from the start.")
    return chunk, line


def _line(line: LedgerLine, known: dict[str, str]) -> dict[str, Json]:
    return {
        "source_id": line.source_id,
        "outcome": line.outcome,
        "contact_id": line.contact_id,
        "reason": line.reason,
        "name": line.name or known.get(line.contact_id or "", ""),
    }
