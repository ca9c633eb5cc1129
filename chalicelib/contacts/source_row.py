"""The row of an imported file that a record of a contact came from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.contacts.source_record import SourceRecord


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of a file."""

    import_id: str
    file_name: str
    #: Its number, as the person's program shows it; None if it is no longer known.
    row: int | None
    #: The rule by which it matched the contact: "number", "email", "name", "id" or "key", or "decided" if the person
    #: decided about it; "" if it matched none, or if unknown.
    rule: str


#: By the source and the source id of a record. A record of no file, or of one that is no longer stored, is absent.
SourceRows = Mapping[tuple[str, str], SourceRow]

#: Finds the source rows of the records of one contact of an owner.
RecordTracer = Callable[[str, Sequence[SourceRecord]], SourceRows]
