"""The kind of an erasure's job. It reads nothing, and shows the counts that jobs about contacts show."""

from chalicelib.books.kinds import contacts_kind

ERASURE = contacts_kind("erase-person")
