"""Imports records that other systems have sent: as a file, whose import is followed and undone like any other.

The file has one row for each record, in their order, behind a column that is never empty and that the import ignores.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.files.mapping.column_mapping import ColumnMapping
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.safe_csv import plain_csv_pieces
from chalicelib.leads.importing.columns import (
    CUSTOM,
    IGNORED,
    MOST_COLUMNS,
    Columns,
    InvalidColumns,
    columns_of_fields,
    custom_field,
    field_of_header,
)
from chalicelib.leads.importing.final_lines import Line, final_line
from chalicelib.leads.importing.follow_import import FollowImports
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.profiles import OnExisting
from chalicelib.leads.importing.row_parser import RowParser
from chalicelib.leads.importing.saved_columns import fields_of_saved
from chalicelib.leads.importing.start_import import ImportRequest, StartImport, check_channel
from chalicelib.leads.importing.uploads import folder_of
from chalicelib.leads.importing.write_results import WriteResults
from chalicelib.leads.profile_input import LONGEST_NAME, MOST_FIELDS

NUMBER = "record number"  # the header of the column that is never empty
FIRST_ROW = 2  # the number of the row of the first record, behind the headers


@dataclass(frozen=True)
class RecordColumns:
    """What the fields of records become."""

    #: the fields that are imported, in their order
    names: Sequence[str]
    columns: Columns
    #: those that became custom fields, since nobody knows them, and those for which there was no room
    unknown: Sequence[str]

    @property
    def mapping(self) -> dict[str, str]:
        """The mapping of the file, by header."""
        return {header: field for header, field in self.columns.json().items() if field != IGNORED}

    @property
    def has_identity(self) -> bool:
        return bool(self.columns.identities)

    def cells(self, record: Mapping[str, str | None]) -> list[str]:
        return [record.get(name) or "" for name in self.names]


@dataclass(frozen=True)
class RecordImports:
    """What the room of ingest needs of imports of leads."""

    parts: Callable[[], ImportParts]
    start_import: StartImport
    follow: FollowImports

    def check_field(self, field: str, channel: str) -> None:
        """Raises InvalidInput if nothing of a lead is called so."""
        names = self.parts().channels.names
        try:
            columns_of_fields(["field"], [field or IGNORED], channels=names, channel=channel)
        except InvalidColumns as invalid:
            raise InvalidInput(invalid.words, field="fields") from None

    def check_channel(self, channel: str) -> None:
        """Raises InvalidInput if there is no such channel."""
        check_channel(channel, self.parts().channels.names)

    def saved_fields(self, saved: ColumnMapping) -> dict[str, str]:
        """The fields of leads by a mapping that a person confirmed for a file of contacts."""
        return fields_of_saved(saved, self.parts().channels.names)

    def columns(self, chosen: Mapping[str, str | None], channel: str) -> RecordColumns:
        """What fields become.

        Args:
            chosen: the fields by their names, as the owner chose them; "" to ignore one, None to recognize it.
        """
        channels = self.parts().channels.names
        fields = {name: self._field(name, field, channels) for name, field in chosen.items()}
        unknown = [name for name, field in chosen.items() if field is None and _is_custom(fields[name])]
        known = [name for name in fields if not _is_custom(fields[name])]
        custom = [name for name in fields if _is_custom(fields[name])]
        names = [*known[: MOST_COLUMNS - MOST_FIELDS - 1], *custom[:MOST_FIELDS]]
        of_names = [fields[name] for name in names]
        headers = _headers(names)
        columns = columns_of_fields(headers, of_names, channels=channels, channel=channel)
        return RecordColumns(names, _with_room(columns), unknown)

    def key(
        self,
        organization: str,
        columns: RecordColumns,
        record: Mapping[str, str | None],
        *,
        channel: str,
        scope: str | None,
        region: str | None,
    ) -> str:
        """The key of the lead that a record is about; "" if it identifies nobody."""
        if not columns.has_identity:
            return ""
        parts = self.parts()
        parser = RowParser(organization, columns.columns, parts.channels, parts.keys(), channel, scope, region)
        return min(parser.keys_in(columns.cells(record)), default="")

    def start(
        self,
        organization: str,
        name: str,
        columns: RecordColumns,
        records: Sequence[Mapping[str, str | None]],
        *,
        channel: str,
        scope: str | None,
        region: str | None,
        on_existing: str,
        tags: Sequence[str],
        dry_run: bool,
    ) -> str:
        """Import records; the same name gives the same import. Returns its id.

        Raises:
            CallerError: they cannot be imported.
        """
        key = f"{folder_of(organization)}ingest-{name}/records.csv"
        blobs = self.parts().blobs()
        if blobs.size(key) is None:  # another one would have another ETag, and so be another request
            rows = [[str(number), *columns.cells(each)] for number, each in enumerate(records, 1)]
            blobs.put(key, "".join(plain_csv_pieces([NUMBER, *columns.columns.headers], rows)).encode())
        wanted = ImportRequest(
            key,
            columns.mapping,
            channel,
            scope,
            region,
            OnExisting(on_existing),
            tags=tags,
            dry_run=dry_run,
        )
        return self.start_import(organization, wanted, idempotency_key=f"ingest {name}").job_id

    def lines(self, organization: str, import_id: str) -> dict[int, Line] | None:
        """What became of the records of an import, by their number; None while it runs."""
        followed, parts = self.follow(organization, import_id), self.parts()
        if not followed.job.is_finished or not all(lane.is_finished for lane in followed.lanes):
            return None
        details = ImportDetails.of(followed.job)
        superseded = WriteResults(parts, details, import_id).superseded(followed.lanes)
        results, found = parts.results(details, import_id), dict[int, Line]()
        for lane in followed.lanes:
            for chunk in parts.jobs.ledger(lane):
                result = results.get(chunk.blob) if chunk.blob is not None else None
                for line in result.lines if result is not None else ():
                    found[line.row - FIRST_ROW] = final_line(line, superseded)
        return found

    def _field(self, name: str, chosen: str | None, channels: Sequence[str]) -> str:
        if chosen is not None:
            return chosen or IGNORED
        return field_of_header(name, channels) or custom_field(name)


def _headers(names: Sequence[str]) -> list[str]:
    """The headers of the file: the names, without what separates cells and lines, each once."""
    found: list[str] = []
    for name in names:
        header = "".join("_" if sign in ',;\t|"\r\n' else sign for sign in name).strip() or "_"
        while header in found or header == NUMBER:
            header += "_"
        found.append(header)
    return found


def _with_room(columns: Columns) -> Columns:
    """The columns with no more custom fields than a lead can have."""
    fitting = [each for each in columns.custom if len(each[0]) <= LONGEST_NAME]
    return replace(columns, custom=tuple(fitting[:MOST_FIELDS]))


def _is_custom(field: str) -> bool:
    return field.partition(":")[0] == CUSTOM
