"""The kind of job that this room adds to those of accounts."""

from chalicelib.books.kinds import contacts_kind

REMOVALS = contacts_kind("removals")
