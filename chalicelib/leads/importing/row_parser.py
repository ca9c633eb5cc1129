"""Reads what the cells of a row say about a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.channels.identity import Identity, InvalidIdentity
from chalicelib.leads.channels.lead_keys import LeadKeys
from chalicelib.leads.importing.columns import Columns, IdentityColumn
from chalicelib.leads.importing.final_lines import Line
from chalicelib.leads.importing.judging import Outcome, Row
from chalicelib.leads.lead import MOST_IDENTITIES, Profile
from chalicelib.leads.profile_input import InvalidProfile, checked_profile

NO_IDENTITY = "no_identity"


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

    def __call__(self, number: int, cells: Sequence[str]) -> Row | Line:
        """What the row says; a line that tells why it cannot be imported."""
        width = len(self.columns.headers)
        if len(cells) < width:
            cells = [*cells, *[""] * (width - len(cells))]
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
            return Line(number, Outcome.FAILED, (), invalid.code, invalid.field)
        if not found:
            return Line(number, Outcome.FAILED, (), NO_IDENTITY, column)
        if len(found) > MOST_IDENTITIES:
            return Line(number, Outcome.FAILED, (), "too_many", column)
        return Row(number, tuple(found), tuple(found.values()), profile)

    def _identity(self, column: IdentityColumn, cells: Sequence[str]) -> Identity:
        channel = column.channel
        if not channel:
            named = self.columns.fields.get("channel")
            channel = (cells[named].strip().lower() if named is not None else "") or self.channel
        return self.channels.parse(channel, cells[column.column], scope=column.scope or self.scope, region=self.region)

    def _profile(self, cells: Sequence[str]) -> Profile:
        fields = self.columns.fields
        name = cells[fields["name"]] if "name" in fields else ""
        if not name.strip():
            parts = (cells[fields[part]].strip() for part in ("first_name", "last_name") if part in fields)
            name = " ".join(filter(None, parts))
        tags = cells[fields["tags"]] if "tags" in fields else ""
        return checked_profile(
            name,
            cells[fields["email"]] if "email" in fields else "",
            cells[fields["phone"]] if "phone" in fields else "",
            {name: cells[index] for name, index in self.columns.custom},
            (*self.tags, *_split(tags)) if tags else self.tags,
        )


def is_empty(cells: Sequence[str]) -> bool:
    """Whether a row is an empty line, or has but empty cells. It is no row of the import."""
    return not any(cells) or not any(map(str.strip, cells))


def _split(tags: str) -> list[str]:
    """The tags of a cell, which commas or semicolons separate."""
    return tags.replace(";", ",").split(",")
