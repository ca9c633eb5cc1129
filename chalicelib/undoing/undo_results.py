"""What became of an undo: its status, and three lists of contacts: reversed, kept and failed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.redirects import RedirectStore, get_current
from chalicelib.contacts.contact_fields import FIELDS
from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.json import JsonObject
from chalicelib.foundation.outcomes import Outcome
from chalicelib.foundation.router import not_found
from chalicelib.jobs.job import Job, LedgerLine
from chalicelib.jobs.job_result import result_word
from chalicelib.jobs.ledger import Position
from chalicelib.jobs.store import JobStore
from chalicelib.undoing.job_kinds import UNDO, UNDOES
from chalicelib.undoing.kept_reasons import decode_kept, describe_failure, describe_kept

_POSITION = re.compile(r"([0-9]{1,6})\.([0-9]{1,6})")
FIRST: Position = (0, 0)


class UndoList(StrEnum):
    """The lists of an undo's contacts. One of which a part is kept is in the first two."""

    REVERSED = "reversed"
    KEPT = "kept"
    FAILED = "failed"


_REVERSED = (Outcome.REMOVED, Outcome.UPDATED, Outcome.CREATED)
_WORDS = {Outcome.REMOVED: "removed", Outcome.UPDATED: "restored", Outcome.CREATED: "returned"}


@dataclass(frozen=True)
class UndoResults:
    """Reads the undos of a person."""

    jobs: JobStore
    contacts: ContactStore
    redirects: RedirectStore

    def job(self, owner: str, job_id: str) -> Job:
        """The job of an undo. Raises NotFound if this owner has none of this id."""
        job = self.jobs.find(job_id)
        if job is None or job.owner != owner or job.kind != UNDO.name:
            raise not_found()
        return job

    def page(
        self, job: Job, which: UndoList, *, cursor: str | None = None, limit: int = 100
    ) -> tuple[list[JsonObject], str | None]:
        """A page of one of the lists, and the cursor of the next page.

        Raises:
            InvalidInput: the cursor is not valid.
        """
        start = _position(cursor)
        lines: list[LedgerLine] = []
        following: Position | None = None
        for chunk in self.jobs.ledger(job, after=start[0] - 1):
            for index, line in enumerate(chunk.lines):
                if (chunk.chunk, index) < start or not _is_in(line, which):
                    continue
                if len(lines) == limit:
                    following = (chunk.chunk, index)
                    break
                lines.append(line)
            if following is not None:
                break
        after = None if following is None else encode_cursor(f"{following[0]}.{following[1]}")
        return self._rows(job.owner, lines, which), after

    def _rows(self, owner: str, lines: Sequence[LedgerLine], which: UndoList) -> list[JsonObject]:
        ids = [line.contact_id for line in lines if line.contact_id]
        found = get_current(self.contacts, self.redirects, owner, ids)
        names = {key: each.shown.get("display", "") for key, each in found.items()}
        return [
            {
                "contact_id": found[line.contact_id].contact_id if line.contact_id in found else None,
                "name": line.name or names.get(line.contact_id or "", ""),
                "outcome": which.value if which is not UndoList.REVERSED else _WORDS[Outcome(line.outcome)],
                "reasons": _reasons(line, which),
            }
            for line in lines
        ]


def undo_status(job: Job) -> JsonObject:
    """The published status of an undo."""
    counts = job.counts
    settled = counts.removed + counts.updated + counts.created + counts.skipped + counts.failed
    return {
        "job_id": job.job_id,
        "run_id": job.details[UNDOES],
        "status": job.state.value,
        "result": result_word(job),
        "total": settled if job.is_finished else job.estimate,
        "removed": counts.removed,
        "restored": counts.updated,
        "returned": counts.created,
        "kept": counts.skipped,
        "failed": counts.failed,
        "error_message": job.error,
        "error_code": job.error_code,
        "started_at": rfc3339(job.created_at),
        "completed_at": rfc3339(job.finished_at),
    }


def _is_in(line: LedgerLine, which: UndoList) -> bool:
    if which is UndoList.REVERSED:
        return line.outcome in _REVERSED
    if which is UndoList.FAILED:
        return line.outcome == Outcome.FAILED
    return line.outcome != Outcome.FAILED and bool(line.reason)


def _reasons(line: LedgerLine, which: UndoList) -> list[JsonObject]:
    if which is UndoList.FAILED:
        return [{"code": line.reason, "message": describe_failure(line.reason), "fields": [], "at": None}]
    return [
        {
            "code": each.why,
            "message": f"Kept: {describe_kept(each, _label)}.",
            "fields": list(each.fields),
            "at": rfc3339(instant(each.at)) if each.at else None,
        }
        for each in decode_kept(line.reason)
    ]


def _label(field: str) -> str:
    return FIELDS[field].title if field in FIELDS else field.replace("_", " ")


def _position(cursor: str | None) -> Position:
    if cursor is None:
        return FIRST
    _, chunk, line = decode_cursor(cursor, _POSITION)
    return int(chunk), int(line)
