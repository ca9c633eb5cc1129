"""Reads what the cells of a row say about a person."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from unicodedata import is_normalized

from chalicelib.contacts.cleaning import clean_text
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.channels.identity import Identity, InvalidIdentity
from chalicelib.leads.channels.lead_keys import LeadKeys
from chalicelib.leads.importing.columns import CUSTOM, Columns, IdentityColumn
from chalicelib.leads.importing.final_lines import Line
from chalicelib.leads.importing.judging import Outcome, Row
from chalicelib.leads.lead import MOST_IDENTITIES, Profile
from chalicelib.leads.profile_input import InvalidProfile, checked_profile

NO_IDENTITY = "no_identity"
_PARTS = ("first_name", "last_name")
_SHORT, _FEW = 50, 20  # characters and custom fields that every profile may have


@dataclass(frozen=True)
class RowParser:
    """Reads the rows of one file.

    Args:
        channel: that of identities whose channel no column names.
        scope: that of identities whose column names none.
        tags: what every lead of the import gets.
    """

    organization: str
    columns: Columns
    channels: Channels
    keys: LeadKeys
    channel: str
    scope: str | None = None
    region: str | None = None
    tags: tuple[str, ...] = ()

    @cached_property
    def _places(self) -> tuple[int | None, int | None, int | None, int | None]:
        get = self.columns.fields.get
        return get("name"), get("email"), get("phone"), get("tags")

    @cached_property
    def _parts(self) -> list[int]:
        """The columns of the parts of a name."""
        return [self.columns.fields[part] for part in _PARTS if part in self.columns.fields]

    @cached_property
    def _custom(self) -> list[tuple[str, int]]:
        """The columns of custom fields, by their names in profiles. Raises InvalidProfile as `checked_profile`."""
        checked_profile(custom=dict.fromkeys((name for name, _ in self.columns.custom), "x"))
        return [(clean_text(name), index) for name, index in self.columns.custom if clean_text(name)]

    def __call__(self, number: int, cells: Sequence[str]) -> Row | Line:
        """What the row says; a line that tells why it cannot be imported."""
        cells = self._filled(cells)
        column = ""
        found: dict[str, Identity] = {}
        try:
            for each in self.columns.identities:
                column = self.columns.headers[each.column]
                if cells[each.column].strip():
                    identity = self._identity(each, cells)
                    found.setdefault(self.keys.of(self.organization, identity), identity)
            profile = self._profile(cells)
        except InvalidIdentity as invalid:
            return Line(number, Outcome.FAILED, (), invalid.code, column)
        except InvalidProfile as invalid:
            return Line(number, Outcome.FAILED, (), invalid.code, self._header_of(invalid.field))
        if not found:
            return Line(number, Outcome.FAILED, (), NO_IDENTITY, column)
        if len(found) > MOST_IDENTITIES:
            return Line(number, Outcome.FAILED, (), "too_many", column)
        return Row(number, tuple(found), tuple(found.values()), profile)

    def keys_in(self, cells: Sequence[str]) -> set[str]:
        """The keys of all identities in a row, which need not be one that can be imported."""
        cells, keys = self._filled(cells), set[str]()
        for each in self.columns.identities:
            with suppress(InvalidIdentity):
                keys.add(self.keys.of(self.organization, self._identity(each, cells)))
        return keys

    def _filled(self, cells: Sequence[str]) -> Sequence[str]:
        """The cells of a row, with an empty one for each that it lacks at its end."""
        missing = len(self.columns.headers) - len(cells)
        return [*cells, *[""] * missing] if missing > 0 else cells

    def _identity(self, column: IdentityColumn, cells: Sequence[str]) -> Identity:
        channel = column.channel
        if not channel:
            named = self.columns.fields.get("channel")
            channel = (cells[named].strip().lower() if named is not None else "") or self.channel
        return self.channels.parse(channel, cells[column.column], scope=column.scope or self.scope, region=self.region)

    def _header_of(self, field: str) -> str:
        """The header of the column that a field of a profile comes from; the field itself if several give it."""
        kind, _, name = field.partition(".")
        of_custom = (index for each, index in self._custom if kind == CUSTOM and each == name)
        index = self.columns.fields.get(field, next(of_custom, None))
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
        if longest <= _SHORT and len(custom) <= _FEW and (at_tags is None or not cells[at_tags]):
            return Profile(name, email, phone, custom, self.tags)
        tags = () if at_tags is None else _split(cells[at_tags])
        return checked_profile(name, email, phone, custom, (*self.tags, *tags))


def is_empty(cells: Sequence[str]) -> bool:
    """Whether a row is an empty line, or has but empty cells. It is no row of the import."""
    return not any(cells) or not any(map(str.strip, cells))


def _split(tags: str) -> list[str]:
    """The tags of a cell, which commas or semicolons separate."""
    return tags.replace(";", ",").split(",")


def _are_clean(cells: Sequence[str]) -> bool:
    """Whether `clean_text` certainly changes no cell: as most, they are printable, in NFC, without outer blanks."""
    text = f"|{'|'.join(cells)}|"
    is_trimmed = "| " not in text and " |" not in text
    return is_trimmed and text.isprintable() and (text.isascii() or is_normalized("NFC", text))


def _as_it_is(text: str, *, multiline: bool = False) -> str:  # noqa: ARG001 # as `clean_text` has it
    return text
