"""The kind of job that applies held removals."""

from chalicelib.books.kinds import contacts_kind

REMOVALS = contacts_kind("removals")
