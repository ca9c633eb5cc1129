"""The kind of job that undoes a run."""

from chalicelib.books.job_kinds import contacts_kind

UNDO = contacts_kind("undo")  # counts contacts: removed, updated and created again, skipped if they are kept
COLLECTION = "collection_id"  # there too: the collection that the run added contacts to
UNDOES = "undoes"  # in the details of such a job: the id of the run
