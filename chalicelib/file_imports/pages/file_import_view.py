"""The values of an import's page, from its published state: never more than what is true. Pure functions."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.pages.record_view import COLORS, DONE_LABELS, PLANNED_LABELS
from chalicelib.file_imports.planning.plan_summary import PlanSummary
from chalicelib.file_imports.records.follow_file_import import FollowedImport
from chalicelib.file_imports.records.problem_words import problem_words
from chalicelib.file_imports.storing.file_description import FileDescription
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.file_imports.storing.published_state import PublishedState, commit_job
from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.json import Json, JsonObject
from chalicelib.jobs.job import JobState
from chalicelib.jobs.waiting import poll_after, waiting_reason, waiting_sentence

MATCH_TITLES: Mapping[MatchBy, str] = {
    MatchBy.NUMBER_AND_NAME: "Phone number and name (careful; for backups of phones)",
    MatchBy.NUMBER_OR_EMAIL_AND_NAME: "Phone number or email address, and name (for exports of other programs)",
}
_WORKING = (PublishedState.READING, PublishedState.PLANNING, PublishedState.COMMITTING)
_BADGES: Mapping[PublishedState, tuple[str, str, str]] = {  # color, sign, words
    PublishedState.UPLOADING: ("busy", "…", "Waiting for the file"),
    PublishedState.READING: ("busy", "…", "Reading"),
    PublishedState.NEEDS_MAPPING: ("warned", "!", "Columns to check"),
    PublishedState.PLANNING: ("busy", "…", "Planning"),
    PublishedState.PLANNED: ("warned", "!", "Planned, not imported"),
    PublishedState.COMMITTING: ("busy", "…", "Importing"),
    PublishedState.COMPLETED: ("good", "✓", "Imported"),
    PublishedState.PARTIAL: ("warned", "!", "Imported, some rows open"),
    PublishedState.FAILED: ("bad", "✕", "Failed"),
    PublishedState.CANCELED: ("warned", "–", "Canceled"),
}
_DONE = (FileOutcome.CREATED, FileOutcome.UPDATED, FileOutcome.UNCHANGED, FileOutcome.REMOVED)
_UNDONE_BADGE = ("warned", "–", "Undone")
_NOTHING_BADGES: Mapping[PublishedState, tuple[str, str, str]] = {
    PublishedState.COMPLETED: ("warned", "–", "Nothing imported"),
    PublishedState.PARTIAL: ("warned", "!", "Nothing imported, some rows open"),
}
_HEADINGS: Mapping[PublishedState, str] = {
    PublishedState.UPLOADING: "Waiting for the file",
    PublishedState.READING: "Reading the file",
    PublishedState.NEEDS_MAPPING: "Check the columns",
    PublishedState.PLANNING: "Planning",
    PublishedState.PLANNED: "Plan",
    PublishedState.COMMITTING: "Importing",
    PublishedState.COMPLETED: "Imported",
    PublishedState.PARTIAL: "Imported, but some rows are open",
    PublishedState.FAILED: "Failed",
    PublishedState.CANCELED: "Canceled",
}
_NOTHING_HEADINGS: Mapping[PublishedState, str] = {
    PublishedState.COMPLETED: "Nothing was imported",
    PublishedState.PARTIAL: "Nothing was imported, and some rows are open",
}
_FORMATS = {
    "vcard": "vCard",
    "delimited": "CSV",
    "xlsx": "Excel workbook",
    "xlsb": "Excel binary workbook",
    "xls": "Excel workbook (before 2007)",
    "ods": "OpenDocument spreadsheet",
    "ldif": "LDIF",
    "json": "JSON",
    "ndjson": "JSON, one value per line",
    "jcard": "jCard",
    "jscontact": "JSContact",
    "people": "Google People API",
    "graph": "Microsoft Graph",
}
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}


class Outcomes(NamedTuple):
    """Rows by outcome."""

    #: Name, color, label and number of each, also of those without rows.
    each: Sequence[tuple[str, str, str, int]]
    total: int


class ProblemLine(NamedTuple):
    """All rows with one problem in one column."""

    code: str
    column: str
    title: str
    advice: str
    rows: int


def listed(followed: FollowedImport) -> JsonObject:
    """One line of the list of imports."""
    found = followed.found
    color, sign, words = _badge(followed)
    return {
        "import_id": found.import_id,
        "file_name": found.file_name,
        "created_at": rfc3339(found.created_at),
        "rows": found.rows,
        "color": color,
        "sign": sign,
        "words": words,
    }


def state_view(followed: FollowedImport) -> JsonObject:
    """What the page of every state has."""
    found, state, job = followed.found, followed.state, followed.job
    is_working = state in _WORKING
    wait = poll_after(job, followed.context) if is_working and job and followed.context else None
    done, total = followed.progress
    return {
        "found": found,
        "state": state.value,
        "heading": _heading(followed),
        "created_at": rfc3339(found.created_at),
        "summary": _summary(followed) if is_working else "",
        "refresh_seconds": None if wait is None else max(1, round(wait.total_seconds())),
        "progress": min(100, round(100 * done / total)) if total else 0,
        "error": job.error if job and job.state is JobState.FAILED else None,
        "can_cancel": found.state not in (FileImportState.COMMITTED, FileImportState.CANCELED)
        and (found.state is not FileImportState.COMMITTING or is_working),
        "is_draft": not is_working and found.state not in (FileImportState.COMMITTED, FileImportState.CANCELED),
        "is_stopped": state in (PublishedState.FAILED, PublishedState.CANCELED)
        and found.state is FileImportState.COMMITTING,
    }


def planned_outcomes(found: FileImport) -> Outcomes | None:
    """The rows of its plan by outcome; None if it has none."""
    if found.plan is None:
        return None
    counts = found.plan.counts
    each = [(name, COLORS[name], label, counts[name]) for name, label in PLANNED_LABELS.items()]
    return Outcomes(each, sum(counts.values()))


def done_outcomes(followed: FollowedImport) -> Outcomes | None:
    """The rows by what the commit did with them; None if nothing is known of one."""
    job = commit_job(followed.job)
    if job is None:
        return None
    each = [(name, name, label, followed.counts[name]) for name, label in DONE_LABELS.items()]
    return Outcomes(each, job.counts.read)


def removed(followed: FollowedImport) -> int:
    """How many contacts were taken away because their rows are gone."""
    job = commit_job(followed.job)
    return job.counts.removed if job else 0


def problem_lines(summary: PlanSummary) -> Sequence[ProblemLine]:
    """The problems of a plan, the most frequent first."""
    return [
        ProblemLine(code, column, *problem_words(code), count)
        for (code, column), count in summary.problems.most_common()
    ]


def format_words(description: FileDescription) -> str:
    """The format, such as "CSV, separated by semicolons"."""
    words = _FORMATS.get(description.format, description.format)
    if description.delimiter:
        return f"{words}, separated by {DELIMITERS.get(description.delimiter, f'“{description.delimiter}”')}"
    return words


def commit_words(counts: Mapping[str, Json]) -> str:
    """What the button to commit says: its numbers."""
    new, update = counts["new"], counts["update"]
    if new and update:
        return f"Import {new:,} new, change {update:,}"
    if update:
        return f"Change {update:,} contact{'s' if update > 1 else ''}"
    return f"Import {new:,} new" if new else "Finish without new contacts"


def _badge(followed: FollowedImport) -> tuple[str, str, str]:
    if followed.found.undone_by is not None:
        return _UNDONE_BADGE
    nothing = _NOTHING_BADGES.get(followed.state)
    return nothing if nothing and not _did_something(followed) else _BADGES[followed.state]


def _heading(followed: FollowedImport) -> str:
    if followed.state is PublishedState.FAILED and not followed.found.reading:
        return "The file could not be read"
    if followed.found.undone_by is not None:
        return "Undone"
    nothing = _NOTHING_HEADINGS.get(followed.state)
    return nothing if nothing and not _did_something(followed) else _HEADINGS[followed.state]


def _did_something(followed: FollowedImport) -> bool:
    """Whether a row is in the address book, or a contact was taken away."""
    return any(followed.counts[name] for name in _DONE)


def _summary(followed: FollowedImport) -> str:
    """The progress in one or two sentences, also for screen readers."""
    done, total = followed.progress
    match followed.state:
        case PublishedState.READING:
            words = f"{done:,} rows read so far." if done else "The file has arrived."
        case PublishedState.PLANNING:
            words = f"{done:,} of {total:,} rows planned."
        case _:
            words = f"{done:,} of {total:,} rows done."
    if followed.state is not PublishedState.COMMITTING:
        words += " Nothing has been imported yet."
    job, context = followed.job, followed.context
    reason = waiting_reason(job, context) if job and context else None
    if reason is None or job is None or context is None:
        return words
    sentence = waiting_sentence(job, context, reason)
    return f"{words} {sentence[:1].upper()}{sentence[1:]}."
