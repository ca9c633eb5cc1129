"""Reads what the cells of a row say about a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from unicodedata import is_normalized

from chalicelib.contacts.cleaning import clean_text
from chalicelib.foundation.fast_json import decode_json
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.channels.identity import Identity
from chalicelib.leads.channels.lead_keys import LeadKeys
from chalicelib.leads.importing.columns import CUSTOM, Columns
from chalicelib.leads.importing.final_lines import Line
from chalicelib.leads.importing.identity_cells import IdentityCells, InvalidCell
from chalicelib.leads.importing.judging import Row
from chalicelib.leads.importing.outcome import Outcome
from chalicelib.leads.importing.row_reader import OpenRow
from chalicelib.leads.lead import MOST_IDENTITIES, Profile
from chalicelib.leads.own_files import is_export, listed_values
from chalicelib.leads.profile_input import InvalidProfile, checked_profile

NO_IDENTITY, OPEN_QUOTE = "no_identity", "open_quote"
_PARTS = ("first_name", "last_name")
_SHORT, _FEW = 50, 20  # characters and custom fields that every profile may have


@dataclass(frozen=True)
class RowParser:
    """Reads the rows of one file.

    Args:
        channel: that of identities whose channel no column names.
        scope: that of identities whose scope no column names.
        tags: what every lead of the import gets.
        may_split: whether a cell may hold several identifiers.
    """

    organization: str
    columns: Columns
    channels: Channels
    keys: LeadKeys
    channel: str
    scope: str | None = None
    region: str | None = None
    tags: tuple[str, ...] = ()
    may_split: bool = True

    @cached_property
    def _identity_cells(self) -> IdentityCells:
        return IdentityCells(self.columns, self.channels, self.channel, self.scope, self.region, self.may_split)

    @cached_property
    def _places(self) -> tuple[int | None, int | None, int | None, int | None]:
        get = self.columns.fields.get
        return get("name"), get("email"), get("phone"), get("tags")

    @cached_property
    def _at_objects(self) -> int | None:
        """The column of JSON objects with custom fields."""
        return self.columns.fields.get(CUSTOM)

    @cached_property
    def _split(self) -> Callable[[str], list[str]]:
        """Gives the tags in a cell."""
        return listed_values if is_export(self.columns.headers) else _separated

    @cached_property
    def _parts(self) -> list[int]:
        """The columns of the parts of a name."""
        return [self.columns.fields[part] for part in _PARTS if part in self.columns.fields]

    @cached_property
    def _custom(self) -> list[tuple[str, int]]:
        """The columns of custom fields, by their names in profiles. Raises InvalidProfile as `checked_profile`."""
        for name, _ in self.columns.custom:
            checked_profile(custom={name: "x"})
        return [(clean_text(name), index) for name, index in self.columns.custom if clean_text(name)]

    def __call__(self, number: int, cells: Sequence[str]) -> Row | Line:
        """What the row says; a line that tells why it cannot be imported."""
        if type(cells) is OpenRow:
            return Line(
                number, Outcome.FAILED, (), OPEN_QUOTE, "".join(self.columns.headers[len(cells) - 1 : len(cells)])
            )
        cells = self._filled(cells)
        column = ""
        found: dict[str, Identity] = {}
        try:
            for each in self.columns.identities:
                column = self.columns.headers[each.column]
                if cells[each.column].strip():
                    identities = self._identity_cells.read(each, cells)
                    for identity in identities:
                        found.setdefault(self.keys.of(self.organization, identity), identity)
                    if len(identities) > 1:
                        cells = self._with_first(cells, each.column, identities[0].raw)
            profile = self._profile(cells)
        except InvalidCell as invalid:
            detail = f"{invalid.column}: {invalid.value}" if invalid.value else invalid.column
            return Line(number, Outcome.FAILED, (), invalid.code, detail)
        except InvalidProfile as invalid:
            return Line(number, Outcome.FAILED, (), invalid.code, self._header_of(invalid.field))
        if not found:
            return Line(number, Outcome.FAILED, (), NO_IDENTITY, column)
        if len(found) > MOST_IDENTITIES:
            return Line(number, Outcome.FAILED, (), "too_many", column)
        return Row(number, tuple(found), tuple(found.values()), profile)

    def keys_in(self, cells: Sequence[str]) -> set[str]:
        """The keys of all identities in a row, which need not be one that can be imported."""
        identities = self._identity_cells.readable(self._filled(cells))
        return {self.keys.of(self.organization, identity) for identity in identities}

    def _filled(self, cells: Sequence[str]) -> Sequence[str]:
        """The cells of a row, with an empty one for each that it lacks at its end."""
        missing = len(self.columns.headers) - len(cells)
        return [*cells, *[""] * missing] if missing > 0 else cells

    def _with_first(self, cells: Sequence[str], column: int, value: str) -> Sequence[str]:
        """The cells with the first of several values, if the profile has one alone."""
        if column not in self._places[1:3]:
            return cells
        return [value if index == column else cell for index, cell in enumerate(cells)]

    def _header_of(self, field: str) -> str:
        """The header of the column that a field of a profile comes from; the field itself if several give it."""
        kind, _, name = field.partition(".")
        of_custom = (index for each, index in self._custom if kind == CUSTOM and each == name)
        index = self.columns.fields.get(field, next(of_custom, self._at_objects if kind == CUSTOM else None))
        return field if index is None else self.columns.headers[index]

    def _profile(self, cells: Sequence[str]) -> Profile:
        """The profile, as `checked_profile` makes it: by the same rules, without asking for each cell of each row."""
        at_name, at_email, at_phone, at_tags = self._places
        clean = _as_it_is if _are_clean(cells) else clean_text
        name = "" if at_name is None else clean(cells[at_name])
        email = "" if at_email is None else clean(cells[at_email])
        phone = "" if at_phone is None else clean(cells[at_phone])
        if not name and self._parts:
            name = clean_text(" ".join(filter(None, [cells[at].strip() for at in self._parts])))
        custom = {header: value for header, at in self._custom if (value := clean(cells[at], multiline=True))}
        longest = max(len(name), len(email), len(phone), *map(len, custom.values()))
        if self._at_objects is not None and cells[self._at_objects].strip():
            custom |= self._custom_object(cells[self._at_objects])
            longest = _SHORT + 1
        if longest <= _SHORT and len(custom) <= _FEW and (at_tags is None or not cells[at_tags]):
            return Profile(name, email, phone, custom, self.tags)
        tags = () if at_tags is None else self._split(cells[at_tags])
        return checked_profile(name, email, phone, custom, (*self.tags, *tags))

    def _custom_object(self, cell: str) -> dict[str, str]:
        """The custom fields in a JSON object."""
        try:
            fields = decode_json(cell)
        except ValueError:
            fields = None
        if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
            raise InvalidProfile("not_an_object", CUSTOM, "This is not a JSON object of texts.")
        return fields


def is_empty(cells: Sequence[str]) -> bool:
    """Whether a row is an empty line, or has but empty cells. It is no row of the import."""
    return not any(cells) or not any(map(str.strip, cells))


def _separated(tags: str) -> list[str]:
    """The tags of a cell, which commas or semicolons separate."""
    return tags.replace(";", ",").split(",")


def _are_clean(cells: Sequence[str]) -> bool:
    """Whether `clean_text` certainly changes no cell: as most, they are printable, in NFC, without outer blanks."""
    text = f"|{'|'.join(cells)}|"
    is_trimmed = "| " not in text and " |" not in text
    return is_trimmed and text.isprintable() and (text.isascii() or is_normalized("NFC", text))


def _as_it_is(text: str, *, multiline: bool = False) -> str:  # noqa: ARG001 # as `clean_text` has it
    return text
