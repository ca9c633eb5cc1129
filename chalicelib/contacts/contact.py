"""Contact: the records of its sources, and the fields that are folded from them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from chalicelib.contacts.source_record import ContactFields, SourceRecord

FIRST_VERSION = 1  # of a contact that is stored; each write increments it


@dataclass
class Contact:
    """One contact of one owner: its records, and the fields folded from them."""

    contact_id: str
    #: The version of the stored item, incremented by each write; 0 if it is not stored yet.
    version: int
    records: list[SourceRecord]
    #: Milliseconds since 1970.
    created_at: int
    updated_at: int
    #: The ids of contacts that share an identity with it, but were not merged.
    possible_duplicates: Sequence[str] = field(default_factory=tuple)
    #: The ids of contacts that were merged into it; records of the person with these ids came with them.
    merged: Sequence[str] = field(default_factory=tuple)

    @cached_property
    def shown(self) -> ContactFields:
        """The fields that people see: `fold(records)`, computed on first use."""
        from chalicelib.contacts.fold_records import fold

        return fold(self.records)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of its records, each once."""
        return tuple(dict.fromkeys([record.tag for record in self.records]))
