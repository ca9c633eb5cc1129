"""The kinds of jobs of a connection: imports, and disconnecting it."""

from chalicelib.books.job_kinds import contacts_kind

IMPORT = contacts_kind("provider-import")
DISCONNECT = contacts_kind("disconnect")
