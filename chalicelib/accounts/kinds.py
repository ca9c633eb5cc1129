"""The kinds of jobs that a connection has: connecting begins the first import, disconnecting takes it apart."""

from chalicelib.books.kinds import contacts_kind

IMPORT = contacts_kind("provider-import")
DISCONNECT = contacts_kind("disconnect")
