"""What the pages show of imports of leads."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from chalicelib.jobs.job import Job, JobState
from chalicelib.leads.importing.follow_import import UPLOAD, FollowedImport
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.outcome import Outcome
from chalicelib.leads.importing.profiles import OnExisting
from chalicelib.leads.importing.uploads import file_name_of
from chalicelib.leads.pages.column_choice import field_title
from chalicelib.leads.pages.lead_view import channel_title

REFRESH_SECONDS = 2
LABELS = {
    Outcome.CREATED: "Created",
    Outcome.UPDATED: "Updated",
    Outcome.UNCHANGED: "Unchanged",
    Outcome.SKIPPED: "Skipped",
    Outcome.AMBIGUOUS: "Ambiguous",
    Outcome.FAILED: "Failed",
}
POLICIES = {
    OnExisting.FILL: "Fill in what the lead lacks",
    OnExisting.OVERWRITE: "Overwrite the lead's values",
    OnExisting.KEEP: "Keep the lead as it is",
}
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_HEADINGS = {
    JobState.QUEUED: "Importing",
    JobState.PROCESSING: "Importing",
    JobState.COMPLETED: "Imported",
    JobState.PARTIAL: "Imported, but some rows are not",
    JobState.FAILED: "Failed",
    JobState.CANCELED: "Canceled",
}
_HEADINGS_OF_TRIALS = {
    **_HEADINGS,
    JobState.QUEUED: "Trial under way",
    JobState.PROCESSING: "Trial under way",
    JobState.COMPLETED: "Trial",
    JobState.PARTIAL: "Trial",
}


class OutcomeLine(NamedTuple):
    """The rows with one outcome."""

    name: str
    label: str
    rows: int
    #: a link to their file; None if there is none
    url: str | None
    #: what became of the file, as `deletedFiles` of the API has it; None if it is there
    deleted: Mapping[str, Any] | None


def listed(followed: FollowedImport) -> dict[str, Any]:
    """A line of the list."""
    job = followed.job
    return {
        "import_id": job.job_id,
        "file_name": file_name_of(ImportDetails.of(job).source.key),
        "is_trial": ImportDetails.of(job).dry_run,
        "state": job.state.value,
        "done": sum(followed.counts.values()),
    }


def import_words(job: Job) -> str:
    """The file and the day, such as "leads.csv, 2026-11-30"."""
    return f"{file_name_of(ImportDetails.of(job).source.key)}, {job.created_at:%Y-%m-%d}"


def import_view(followed: FollowedImport, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The page of an import.

    Args:
        shown: its published form.
    """
    job, details = followed.job, ImportDetails.of(followed.job)
    rows, done = shown["rows"], shown["rowsDone"]
    is_working = not job.is_finished
    deleted = {each["file"]: each for each in shown["deletedFiles"]}
    return {
        "import_id": job.job_id,
        "file_name": file_name_of(details.source.key),
        "heading": _heading(job.state, is_trial=details.dry_run),
        "is_trial": details.dry_run,
        "is_working": is_working,
        "created_at": shown["createdAt"],
        "error": shown["error"],
        "summary": _summary(shown, len(followed.lanes)) if is_working else "",
        "progress": min(100, round(100 * done / rows)) if rows else 0,
        "outcomes": [
            OutcomeLine(name, label, shown[name], shown["files"].get(name), deleted.get(name))
            for name, label in LABELS.items()
        ],
        "deleted_upload": deleted.get(UPLOAD),
        "total": done,
        "columns": [(header, field_title(field)) for header, field in shown["mapping"].items()],
        "options": _options(details),
        "retry_of": shown["retryOf"],
    }


def _heading(state: JobState, *, is_trial: bool) -> str:
    return (_HEADINGS_OF_TRIALS if is_trial else _HEADINGS)[state]


def _summary(shown: Mapping[str, Any], lanes: int) -> str:
    """The progress in one or two sentences, also for screen readers."""
    if shown["waitsFor"] is not None:
        return _wait(shown["waitsFor"])
    if not lanes:
        return "Looking at the file."
    done, rows = shown["rowsDone"], shown["rows"]
    words = f"{done:,} of {rows:,} rows done" if rows is not None else f"{done:,} rows done"
    if shown["rowsPerSecond"]:
        words += f", {round(shown['rowsPerSecond']):,} a second"
    left = shown["secondsLeft"]
    return f"{words}. {_time_left(left)}" if left is not None else f"{words}."


def _wait(turn: Mapping[str, Any]) -> str:
    longest = turn["longestSeconds"]
    words = f"Waits for its turn: the import of {file_name_of(turn['s3Key'])} goes first"
    return f"{words}, for about {longest} seconds at most." if longest is not None else f"{words}."


def _time_left(seconds: int) -> str:
    if seconds < 60:
        return "Less than a minute left."
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"About {minutes} minute{'s' if minutes > 1 else ''} left."
    return f"About {minutes // 60} hours left."


def _options(details: ImportDetails) -> Sequence[tuple[str, str]]:
    """The options of the import that say something, with their titles."""
    given = (
        ("Leads that exist already", POLICIES[details.on_existing]),
        ("Default channel", channel_title(details.channel)),
        ("Scope", details.scope or ""),
        ("Country of numbers", details.region or ""),
        ("Tags", ", ".join(details.tags)),
    )
    return [(title, words) for title, words in given if words]
