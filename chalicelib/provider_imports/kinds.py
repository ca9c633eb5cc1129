"""The kinds of jobs of this room."""

from chalicelib.books.kinds import contacts_kind

IMPORT = contacts_kind("provider-import")
DISCONNECT = contacts_kind("disconnect")
REMOVALS = contacts_kind("removals")
