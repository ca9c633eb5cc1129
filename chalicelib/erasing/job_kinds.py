"""The job kind of an erasure. It reads no contacts, but has the counts of all contact jobs."""

from chalicelib.books.job_kinds import contacts_kind
from chalicelib.jobs.events import JobEvents

ERASURE = contacts_kind("erase-person", is_undoable=False, events=JobEvents())
