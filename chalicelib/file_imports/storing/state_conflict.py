"""The error of what an import cannot do in its state: it names the published state, and what to do next."""

from collections.abc import Mapping

from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.file_imports.storing.published_state import PublishedState, published_state
from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.store import JobStore

NOT_READ = "The file has not been read."
NO_PLAN = "This import has no plan."
NOT_COMMITTED = "The plan of this import has not been committed."
_NEXT: Mapping[PublishedState, str] = {
    PublishedState.UPLOADING: "Upload the file, then say that it has been uploaded.",
    PublishedState.READING: "Wait until the file has been read, then try again.",
    PublishedState.NEEDS_MAPPING: "Confirm what the columns become first.",
    PublishedState.PLANNING: "Wait until the rows have been planned, then try again.",
    PublishedState.PLANNED: "Commit the plan first.",
    PublishedState.COMMITTING: "Wait until the commit has ended, or cancel it.",
    PublishedState.COMPLETED: "Import the file again to change something.",
    PublishedState.PARTIAL: "Import the file again to change something.",
    PublishedState.FAILED: "Its error says why. Change its settings, or import another file.",
    PublishedState.CANCELED: "Import the file again.",
}


def state_conflict(what: str, found: FileImport, jobs: JobStore) -> Conflict:
    """The error of an import whose job is not known yet.

    Args:
        what: what is wrong, as a sentence.
    """
    return conflict_in(published_state(found, jobs.find(found.job_id) if found.job_id else None), what)


def conflict_in(state: PublishedState, what: str) -> Conflict:
    """The error of an import in this state."""
    return Conflict(f"{what} {_NEXT[state]}", state=state.value)
