"""The kind of job that applies held removals."""

from chalicelib.books.job_kinds import contacts_kind

REMOVALS = contacts_kind("removals")
