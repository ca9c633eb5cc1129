"""Maps the cells of records to fields of contacts as the columns of files: confirmed, recognized or custom fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.contacts.identities import emails_of, with_e164
from chalicelib.contacts.source_record import ContactFields
from chalicelib.files.mapping.column_mapping import BLOCKING, ColumnMapping, MappedColumn
from chalicelib.files.mapping.entry_numbers import EntryNumbers
from chalicelib.files.mapping.headers import plain_header
from chalicelib.files.mapping.known_headers import Meaning, meaning_of
from chalicelib.files.mapping.row_mapper import RowMapper
from chalicelib.files.mapping.target import Target
from chalicelib.foundation.ids import id_of
from chalicelib.ingest.chosen_fields import chosen_target
from chalicelib.ingest.record_cells import Cells

MOST_MAPPINGS = 200  # kept; records of one sender have few different sets of fields
LONGEST_KEY = 200  # characters of a sender's id that is kept as it is
_CUSTOM = "custom_fields"
_DIGITS = 8  # of a number, which are the same whatever country it was read for


class MappedRecord(NamedTuple):
    """What a record says of a contact."""

    fields: ContactFields
    #: whether nobody can tell who it is: it has neither a name nor an address nor a number
    is_nobody: bool
    #: the fields whose values could not be read
    unread: tuple[str, ...]


@dataclass
class ContactMapper:
    """Maps records of one source."""

    #: targets by field, as the owner chose them
    chosen: Mapping[str, str]
    #: the country of phone numbers without a country code
    region: str
    #: Fields that were recognized by nobody, and so became custom fields.
    unknown: set[str] = field(default_factory=set)
    _mappers: dict[tuple[str, ...], tuple[RowMapper, Sequence[MappedColumn]]] = field(default_factory=dict)

    def __call__(self, cells: Cells, without: frozenset[str] = frozenset()) -> MappedRecord:
        """Map a record.

        Args:
            without: fields that say what the record is; they are mapped only if the owner chose so.
        """
        names = tuple(name for name in cells if name not in without or self._target(name) is not None)
        mapper, _ = self._mapper(names)
        mapped = mapper([cells[name] or "" for name in names])
        unread = tuple(dict.fromkeys(each.column for each in mapped.problems if each.column))
        is_nobody = any(each.code == BLOCKING for each in mapped.problems)
        return MappedRecord(with_e164(mapped.fields, self.region), is_nobody, unread)

    def fields_of(self, names: Sequence[str]) -> frozenset[str]:
        """The fields of a contact that these fields of records become."""
        _, columns = self._mapper(tuple(names))
        return frozenset(column.target.field for column in columns if column.target.field)

    def suggestions(self, names: Sequence[str]) -> dict[str, str]:
        """The targets of these fields, as text."""
        _, columns = self._mapper(tuple(names))
        return {column.header: column.target.text for column in columns}

    def _mapper(self, names: tuple[str, ...]) -> tuple[RowMapper, Sequence[MappedColumn]]:
        known = self._mappers.get(names)
        if known is None:
            columns = self._columns(names)
            known = RowMapper(ColumnMapping(columns, region=self.region)), columns
            if len(self._mappers) < MOST_MAPPINGS:
                self._mappers[names] = known
        return known

    def _columns(self, names: tuple[str, ...]) -> list[MappedColumn]:
        chosen = {name: self._target(name) for name in names}
        taken = {target for target in chosen.values() if target}
        numbers = EntryNumbers(taken)
        columns = []
        for name in names:
            target = chosen[name]
            if target is None:
                target = self._recognized(name, taken, numbers)
                taken.add(target)
            columns.append(MappedColumn(name, target))
        return columns

    def _target(self, name: str) -> Target | None:
        """What the owner chose for a field; None if nothing was chosen."""
        text = chosen_target(name, self.chosen)
        return None if text is None else Target.of(text)

    def _recognized(self, name: str, taken: set[Target], numbers: EntryNumbers) -> Target:
        found = meaning_of(plain_header(name))
        for meaning in found.meanings if found else ():
            entry = numbers.next_for(meaning, found.number if found else 0) if _is_list(meaning) else 0
            target = meaning.target(entry)
            if target not in taken:
                return target
        self.unknown.add(name)
        meaning = Meaning(_CUSTOM, "value", name)
        return meaning.target(numbers.next_for(meaning, 0))


def record_key(record_id: str, fields: ContactFields, cells: Cells) -> str:
    """The key of a record: the sender's id; else a hash of its first address or number, or of its name.

    A record of nobody is itself alone: what one says belongs to no other one.
    """
    if record_id:
        return record_id if len(record_id) <= LONGEST_KEY and record_id.isascii() else f"id#{id_of(record_id)}"
    email = next(iter(emails_of(fields)), "")
    if email:
        return f"email#{id_of(email)}"
    phones = fields.get("phones", [])
    digits = "".join(filter(str.isdigit, phones[0].get("e164", phones[0]["raw"]))) if phones else ""
    if digits:
        return f"phone#{id_of(digits[-_DIGITS:])}"
    names = [str(fields.get(name, "")).casefold() for name in ("display", "given", "family", "organization")]
    return f"name#{id_of(*names)}" if any(names) else f"content#{id_of(repr(sorted(cells.items())))}"


def check_targets(fields: Mapping[str, str]) -> str | None:
    """The first field whose target does not exist; None if all do."""
    for name, text in fields.items():
        try:
            Target.of(text)
        except ValueError:
            return name
    return None


def _is_list(meaning: Meaning) -> bool:
    try:
        return bool(Target.of(f"{meaning.field}.1").entry)
    except ValueError:
        return False
