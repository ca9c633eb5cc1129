"""Request bodies of file imports. Loaded only when one is read or described."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.file_imports.planning.create_import import LARGEST_FILE, LONGEST_NAME
from chalicelib.files.unreadable import MOST_ROWS

LONGEST_CELL = 100_000  # characters
MatchByWord = Literal["number_and_name", "number_or_email_and_name"]
PlannedWord = Literal["new", "update", "unchanged", "conflict", "skipped", "invalid"]
_MATCH_BY = "How rows match contacts. Default: what suits the program that wrote the file."
_REGION = "The country of phone numbers without a country code, such as DE."
_CELLS = (
    "Texts by the header, or the position of the column from 0. The columns of a card are the properties in `cells` of "
    "its record, with a line for each value, and those for a name, a number and an address that it may lack, such as "
    "FN, TEL and EMAIL. If there is no such column, `columns` of the error lists all of them."
)
_TAG = "The name of the source of these contacts, such as iris-import."
_COLLECTION = "Add the contacts to this collection."
Cell = Annotated[str, Field(max_length=LONGEST_CELL)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AnnounceFileBody(_Body):
    """Announces a file that is uploaded to the bucket next."""

    file_name: str = Field(min_length=1, max_length=LONGEST_NAME)
    size: int = Field(ge=1, le=LARGEST_FILE, description="The exact size of the file in bytes.")
    match_by: MatchByWord | None = Field(default=None, description=_MATCH_BY)
    tag: str | None = Field(default=None, description=_TAG)
    region: str | None = Field(default=None, description=_REGION)
    collection_id: str | None = Field(default=None, description=_COLLECTION)


class FileImportChangeBody(_Body):
    """Settings to change; those that are left out stay. The rows are planned again, or the file is read again."""

    match_by: MatchByWord | None = Field(default=None, description=_MATCH_BY)
    tag: str | None = Field(default=None, description=f'{_TAG} "" for the default.')
    region: str | None = Field(default=None, description=f'{_REGION} "" for the default.')
    collection_id: str | None = Field(default=None, description=f'{_COLLECTION} "" for none.')
    newer_than: str | None = Field(
        default=None, description='The committed import whose newer version this file is; "" for a file of its own.'
    )
    encoding: str | None = Field(default=None, description='The encoding of a text file; "" to find it.')
    delimiter: str | None = Field(
        default=None, max_length=1, description='What separates the cells of a text file; "" to find it.'
    )
    header_row: int | None = Field(default=None, ge=0, description="The headers' row; 0 for none, null to find it.")
    sheet: str | None = Field(default=None, description='The sheet of a workbook; "" for the first one that has rows.')


class MappedColumnBody(_Body):
    """What one column becomes."""

    header: str
    target: str = Field(description='Such as "given" or "emails.2.label"; "" to ignore the column.')
    date_order: Literal["day_first", "month_first"] | None = None


class FileImportFieldsBody(_Body):
    """What all columns become, in the order of the file."""

    columns: list[MappedColumnBody] = Field(min_length=1, max_length=1_000)
    region: str | None = Field(default=None, description=_REGION)
    name_order: Literal["given_first", "family_first", "as_written"] | None = Field(
        default=None, description="Which part of a whole name comes first."
    )
    rules: dict[str, Literal["in_turn", "always", "where_empty", "never"]] | None = Field(
        default=None,
        description="When the file's value of a field is shown. Default: in_turn, as that of any source: the value "
        "that came first is shown.",
    )
    defaults: dict[str, Cell] | None = Field(default=None, description="Values of fields for rows that have none.")
    remember: bool = Field(
        default=True, description="Whether the next file with the same headers is read like this without asking."
    )


class RecordChangeBody(_Body):
    """Fixes cells of one row, leaves it out, or takes it in again."""

    cells: dict[str, Cell] | None = Field(default=None, max_length=1_000, description=_CELLS)
    left_out: bool | None = None


class ChosenRecordsBody(_Body):
    """Rows by their numbers, or by what is planned for them."""

    numbers: list[Annotated[int, Field(ge=1)]] | None = Field(default=None, min_length=1, max_length=MOST_ROWS)
    planned: PlannedWord | None = Field(default=None, description="All rows with this outcome in the plan.")
    reason: str | None = Field(default=None, min_length=1, description="Of these, only rows with this reason.")


class CommitFileImportBody(_Body):
    """Confirms a plan with its numbers."""

    plan_id: str = Field(min_length=1)
    new: int = Field(ge=0)
    update: int = Field(ge=0)
    remove: int = Field(
        default=0, ge=0, description="The number of contacts to remove, because their rows are gone; 0 to keep them."
    )


class RowDecisionBody(_Body):
    """What a row that is in conflict with a contact is."""

    row: int = Field(ge=1, le=9_999_999, description="The number of the row.")
    verdict: Literal["same", "new", "leave_out"] = Field(
        description="The same as a contact, a contact of its own, or nothing that is imported."
    )
    contact_id: str | None = Field(default=None, max_length=100, description="The contact that it is the same as.")
    choices: dict[str, Any] | None = Field(
        default=None, description="What that contact shows then, by field, as an edit of a contact has them."
    )


class DecisionsBody(_Body):
    """Decisions about rows, which one job carries out."""

    decisions: list[RowDecisionBody] = Field(min_length=1, max_length=10_000)
