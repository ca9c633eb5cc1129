"""The kind of job that undoes a run."""

from chalicelib.books.job_kinds import contacts_kind
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob

# Counts contacts: removed, updated and created again, skipped if they are kept.
UNDO = contacts_kind("undo")
COLLECTION = "collection_id"  # there too: the collection that the run added contacts to
UNDOES = "undoes"  # in the details of such a job: the id of the run
PREVIEW = "preview_id"  # there too: the preview that the person confirmed


def new_undo(job_id: str, run: Job, collection_id: str | None = None, preview_id: str = "") -> NewJob:
    """The job of this id that undoes a run.

    Args:
        collection_id: of the collection that the run added contacts to.
        preview_id: of the preview that the person confirmed.
    """
    details = {UNDOES: run.job_id, COLLECTION: collection_id, PREVIEW: preview_id}
    return NewJob(job_id, run.owner, UNDO.name, {name: value for name, value in details.items() if value})
