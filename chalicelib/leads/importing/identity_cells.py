"""Reads the cells of the columns that identify people. A cell may hold several identifiers: each is an identity."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import product

from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.channels.identity import Identity, InvalidIdentity
from chalicelib.leads.channels.several_values import may_be_several, split_values
from chalicelib.leads.importing.columns import SCOPE, Columns, IdentityColumn
from chalicelib.leads.own_files import is_export, listed_values

SEVERAL_VALUES, SCOPES_DIFFER = "several_values", "scopes_differ"
_BETWEEN_SCOPES = re.compile(r"[;,|\r\n]")


class InvalidCell(Exception):
    """A cell cannot be read.

    Args:
        code: what is wrong, for programs.
        column: its header.
        value: the one of several that cannot be read; "" if there is only one.
    """

    def __init__(self, code: str, column: str, value: str = "") -> None:
        super().__init__(code)
        self.code, self.column, self.value = code, column, value


@dataclass(frozen=True)
class IdentityCells:
    """Reads the identities in the rows of one file.

    Args:
        channel: that of identities whose channel no column names.
        scope: that of identities whose scope no column names.
        region: the country of phone numbers without a country code.
        may_split: whether a cell may hold several identifiers.
    """

    columns: Columns
    channels: Channels
    channel: str
    scope: str | None = None
    region: str | None = None
    may_split: bool = True

    @cached_property
    def _are_lists(self) -> bool:
        return is_export(self.columns.headers)

    @cached_property
    def _scope_columns(self) -> dict[str, int]:
        """The columns of scopes by channel; that of "" is for every channel."""
        kinds = {field: field.partition(":") for field in self.columns.fields}
        return {channel: self.columns.fields[field] for field, (kind, _, channel) in kinds.items() if kind == SCOPE}

    @cached_property
    def _are_plain(self) -> bool:
        return not self._are_lists and not self._scope_columns

    def read(self, column: IdentityColumn, cells: Sequence[str]) -> Sequence[Identity]:
        """The identities in a cell that is not empty.

        Raises:
            InvalidCell: it cannot be read.
        """
        if not self._are_plain:
            return self._read_all(column, cells)
        try:  # as in nearly all files
            channel, text = column.channel or self._channel(column, cells), cells[column.column]
            return (self.channels.parse(channel, text, scope=column.scope or self.scope, region=self.region),)
        except InvalidIdentity:
            return self._read_all(column, cells)

    def _read_all(self, column: IdentityColumn, cells: Sequence[str]) -> list[Identity]:
        """As `read`, for any cell."""
        values, scopes = self._values(column, cells), self._scopes(column, cells)
        header = self.columns.headers[column.column]
        if len(values) > 1 and not self.may_split:
            raise InvalidCell(SEVERAL_VALUES, header)
        if len(scopes) not in (1, len(values)):
            raise InvalidCell(SCOPES_DIFFER, self.columns.headers[self._scope_column(column, cells) or 0])
        scopes = scopes * len(values) if len(scopes) == 1 else scopes
        return [
            self._of_value(column, cells, *pair, is_only=len(values) == 1) for pair in zip(values, scopes, strict=True)
        ]

    def readable(self, cells: Sequence[str]) -> Iterator[Identity]:
        """All identities in a row that can be read, which need not be one that can be imported."""
        for column in self.columns.identities:
            for value, scope in product(self._values(column, cells), self._scopes(column, cells)):
                with suppress(InvalidIdentity):
                    yield self._parse(column, cells, value, scope)

    def has_several(self, rows: Iterable[Sequence[str]]) -> bool:
        """Whether a cell in these rows holds several identifiers."""
        width = len(self.columns.headers)
        return any(
            may_be_several(cells[column.column].strip()) and len(self._values(column, cells)) > 1
            for row in rows
            for cells in [[*row, *[""] * (width - len(row))]]
            for column in self.columns.identities
        )

    def _of_value(
        self, column: IdentityColumn, cells: Sequence[str], value: str, scope: str | None, *, is_only: bool
    ) -> Identity:
        try:
            return self._parse(column, cells, value, scope)
        except InvalidIdentity as invalid:
            at = self._wrong_column(column, cells, invalid.field)
            raise InvalidCell(invalid.code, self.columns.headers[at], "" if is_only else value) from None

    def _wrong_column(self, column: IdentityColumn, cells: Sequence[str], wrong: str) -> int:
        """The column of what is wrong with an identity: its channel, its scope, or the identifier itself."""
        columns = {"channel": self.columns.fields.get("channel"), "scope": self._scope_column(column, cells)}
        named = columns.get(wrong)
        return column.column if named is None else named

    def _values(self, column: IdentityColumn, cells: Sequence[str]) -> list[str]:
        """The identifiers in a cell."""
        cell = cells[column.column]
        if self._are_lists:
            return listed_values(cell) or [cell]
        is_value = partial(self._is_value, column, cells)
        return [cell] if is_value(cell) else split_values(cell, is_value) or [cell]

    def _is_value(self, column: IdentityColumn, cells: Sequence[str], text: str) -> bool:
        try:
            self._parse(column, cells, text, None)
        except InvalidIdentity as invalid:
            return invalid.field == "scope"
        return True

    def _scopes(self, column: IdentityColumn, cells: Sequence[str]) -> list[str | None]:
        """The scopes of the identities in a cell: one, or one for each."""
        at = self._scope_column(column, cells)
        if column.scope or at is None:
            return [column.scope or self.scope]
        found = listed_values(cells[at]) if self._are_lists else _BETWEEN_SCOPES.split(cells[at])
        scopes: list[str | None] = [scope for each in found if (scope := each.strip())]
        return scopes or [self.scope]

    def _scope_column(self, column: IdentityColumn, cells: Sequence[str]) -> int | None:
        columns = self._scope_columns
        return columns.get(self._channel(column, cells), columns.get("")) if columns else None

    def _channel(self, column: IdentityColumn, cells: Sequence[str]) -> str:
        if column.channel:
            return column.channel
        named = self.columns.fields.get("channel")
        return (cells[named].strip().lower() if named is not None else "") or self.channel

    def _parse(self, column: IdentityColumn, cells: Sequence[str], text: str, scope: str | None) -> Identity:
        channel = column.channel or self._channel(column, cells)
        return self.channels.parse(channel, text, scope=scope, region=self.region)
