"""The form of a file: what the versions of one file have in common."""

from chalicelib.file_imports.storing.file_description import FileDescription
from chalicelib.files.formats import WORKBOOKS, Format

_LONGEST = 300  # characters
_TABLES = frozenset({Format.DELIMITED, *WORKBOOKS})


def form_of(description: FileDescription, fingerprint: str) -> str:
    """The format, the columns and the program without its version.

    Args:
        fingerprint: of the columns; "" for cards.
    """
    program = "".join(character for character in description.program if not character.isdecimal())
    return " ".join((description.format, fingerprint, program))[:_LONGEST]


def is_same_form(one: str, other: str) -> bool:
    """Whether two files may be versions of one.

    A table may have been saved as a table of another format, as our reports are. Reports about cards, which are tables
    too, are read as cards of an unknown program.
    """
    (format_, _, rest), (other_format, _, other_rest) = one.partition(" "), other.partition(" ")
    if {format_, other_format} <= _TABLES:
        return rest == other_rest
    return format_ == other_format and (rest == other_rest or not (rest.strip() and other_rest.strip()))
