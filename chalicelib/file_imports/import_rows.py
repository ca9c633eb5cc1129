"""File imports as items of the people table and back."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.file_imports.file_import import FileImport, FileImportState, Plan
from chalicelib.file_imports.match_rows import MatchBy
from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Item
from chalicelib.tables.keyed_row import KeyedRow
from chalicelib.tables.keys import FILE_IMPORT


class FileImportRow(KeyedRow):
    """An import of a file."""

    import_id = UnicodeAttribute()
    owner = UnicodeAttribute()
    version = NumberAttribute()
    created_at = NumberAttribute()
    updated_at = NumberAttribute(null=True)
    file_name = UnicodeAttribute()
    size = NumberAttribute()
    match_by = UnicodeAttribute()
    is_match_chosen = BooleanAttribute()
    tag = UnicodeAttribute()
    collection_id = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    job_id = UnicodeAttribute(null=True)
    region = UnicodeAttribute()
    choices = JSONAttribute()
    format = UnicodeAttribute()
    program = UnicodeAttribute()
    rows = NumberAttribute(null=True)
    form = UnicodeAttribute()
    reading = UnicodeAttribute()
    mapping = UnicodeAttribute()
    edits = UnicodeAttribute()
    plan = JSONAttribute(null=True)
    newer_than = UnicodeAttribute(null=True)
    source_id = UnicodeAttribute()
    removes_gone = BooleanAttribute()


_PLAIN = (
    "import_id", "owner", "version", "file_name", "size", "tag", "collection_id", "job_id", "region", "choices",
    "format", "program", "rows", "form", "reading", "mapping", "edits", "newer_than", "source_id", "removes_gone",
    "is_match_chosen",
)  # fmt: skip # attributes that are stored as they are


def to_item(found: FileImport) -> Item:
    key = FILE_IMPORT.key(owner=found.owner, import_id=found.import_id)
    row = FileImportRow(
        *key,
        **{name: getattr(found, name) for name in _PLAIN},
        match_by=found.match_by.value,
        state=found.state.value,
        created_at=milliseconds(found.created_at),
        updated_at=None if found.updated_at is None else milliseconds(found.updated_at),
        plan=None if found.plan is None else found.plan.json(),
    )
    return row.to_dynamodb_dict()


def to_file_import(item: Item) -> FileImport:
    row: Any = FileImportRow.from_raw_data(item)
    plain = {name: getattr(row, name) for name in _PLAIN}
    return FileImport(
        **{
            **plain,
            "version": int(row.version),
            "size": int(row.size),
            "rows": None if row.rows is None else int(row.rows),
        },
        match_by=MatchBy(row.match_by),
        state=FileImportState(row.state),
        created_at=instant(int(row.created_at)),
        updated_at=None if row.updated_at is None else instant(int(row.updated_at)),
        plan=None if row.plan is None else Plan.of(row.plan),
    )
