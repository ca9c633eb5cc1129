"""ComparedKind: what comparing a row of a file with a contact shows."""

from enum import StrEnum


class ComparedKind(StrEnum):
    """Where a row and its contact stand."""

    ONLY_IN_FILE = "only_in_file"
    ONLY_IN_BOOK = "only_in_book"
    DIFFERING = "differing"  # the book shows something else in a field that the row has
    EQUAL = "equal"  # the book shows what the row has
