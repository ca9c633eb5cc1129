"""What was read of a file apart from its rows: what it is, how it was decoded, and what its columns may become."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from chalicelib.foundation.json import Json, JsonObject

if TYPE_CHECKING:  # the readers of files are loaded by workers alone
    from chalicelib.files.mapping.suggest import Suggested
    from chalicelib.files.read_file import OpenedFile


@dataclass(frozen=True)
class FileDescription:
    """The description of one file, in plain JSON."""

    #: The file's name; for an archive, the name of the file in it.
    name: str
    #: A `files.formats.Format`.
    format: str
    #: What wrote it, as far as it says so; "" if it does not.
    program: str
    #: The chosen encoding; "" for a workbook, which is not text.
    encoding: str
    is_encoding_certain: bool
    #: The encodings that fit the bytes, the likeliest first.
    encodings: Sequence[str]
    #: By which a person can judge the encoding: the number of a line, its bytes beyond ASCII as numbers, and its text.
    telling_lines: Sequence[tuple[int, str, str]]
    delimiter: str
    #: The number of the header's row; 0 for none, and for cards.
    header_row: int
    #: The visible sheets of a workbook, and the one that is read.
    sheets: Sequence[str]
    sheet: str
    #: What the columns may become: the fields of `files.mapping.suggest.Suggestion`. None for cards, which have none.
    columns: Sequence[Mapping[str, Json]] | None
    #: The suggested `ColumnMapping`; None for cards.
    mapping: JsonObject | None
    #: Whether it is a report of ours about cards; then each row has the key of the card that it is about.
    is_report: bool = False

    @classmethod
    def of(cls, opened: "OpenedFile", suggested: "Suggested | None", header_row: int) -> "FileDescription":
        encoding = opened.encoding
        return cls(
            opened.name,
            opened.format.value,
            opened.program or (suggested.program if suggested else ""),
            encoding.name if encoding else "",
            encoding.is_certain if encoding else True,
            list(encoding.candidates) if encoding else [],
            [(line.number, line.before, line.after) for line in opened.telling_lines],
            opened.delimiter,
            header_row,
            list(opened.sheets),
            opened.sheet,
            [_column(each) for each in suggested.suggestions] if suggested else None,
            suggested.mapping.to_json() if suggested else None,
            opened.is_report,
        )

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "FileDescription":
        return cls(**{each.name: stored[each.name] for each in fields(cls) if each.name in stored})

    def json(self) -> JsonObject:
        return asdict(self)


def _column(suggestion: Any) -> JsonObject:
    return {
        "header": suggestion.header,
        "target": suggestion.target.text,
        "confidence": suggestion.confidence,
        "reason": suggestion.reason.value,
        "detail": suggestion.detail,
        "samples": list(suggestion.samples),
        "asks_date_order": suggestion.asks_date_order,
        "is_certain": suggestion.is_certain,
    }
