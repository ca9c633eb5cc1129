"""JSON Schemas of this room's responses. Loaded only when the API is described."""

from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.planning.plan_rows import RowOutcome
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.file_imports.storing.published_state import PublishedState
from chalicelib.files.formats import Format
from chalicelib.files.mapping.column_mapping import Rule
from chalicelib.files.mapping.person_names import NameOrder
from chalicelib.files.mapping.suggest import Reason
from chalicelib.files.mapping.written_dates import DateOrder
from chalicelib.foundation.schema import (
    COUNT,
    INSTANT,
    TEXT,
    TEXT_OR_NULL,
    Schema,
    enum_of,
    exact_object,
    list_of,
    named,
    partial_object,
    ref,
)
from chalicelib.jobs.job_result import RESULT
from chalicelib.jobs.waiting import WaitReason

_COUNT_OR_NULL: Schema = {"type": ["integer", "null"], "minimum": 0}
_FORMAT = enum_of(*Format, name="FileFormat")


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _map_of(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


_COUNTS = named("FileImportCounts", exact_object(dict.fromkeys(map(str, FileOutcome), COUNT)))
_CHECK: dict[str, Schema] = {
    "consistent": {"type": "boolean", "description": "Whether all counts agree and add up to `total`."},
    "total": {**COUNT, "description": "All rows of the file; while they are committed, those that are done."},
    "counted": {**_COUNTS, "description": "From the ledgers: of the commit, and of the decisions about rows since."},
    "recorded": {**_COUNTS, "description": "The `counts` of the import."},
    "listed": {**_COUNTS, "description": "From the outcome of each row, as records and reports have it."},
}
_PLAN: dict[str, Schema] = {
    "plan_id": {"type": "string", "description": "Send it with `new` and `update` to commit the plan."},
    **dict.fromkeys(map(str, RowOutcome), COUNT),
    "gone": {**COUNT, "description": "Contacts of the earlier version of the file that this one no longer has."},
}
_IMPORT: dict[str, Schema] = {
    "id": TEXT,
    "file_name": TEXT,
    "state": enum_of(*PublishedState, name="FileImportState"),
    "result": RESULT,
    "format": {**enum_of(*Format, None, name="FileFormat"), "description": "Null until the file is read."},
    "program": {**TEXT_OR_NULL, "description": "What wrote the file, as far as it is known."},
    "rows": {**_COUNT_OR_NULL, "description": "Null until the file is read."},
    "tag": TEXT,
    "match_by": enum_of(*MatchBy),
    "region": TEXT_OR_NULL,
    "collection_id": TEXT_OR_NULL,
    "newer_than": _or_null(exact_object({"id": TEXT, "file_name": TEXT, "committed_at": INSTANT})),
    "created_at": INSTANT,
    "updated_at": INSTANT,
    "progress": exact_object({"done": COUNT, "total": _COUNT_OR_NULL}),
    "counts": _COUNTS,
    "undone_by": {**TEXT_OR_NULL, "description": "The job of the undo, if what it committed was undone."},
    "plan": _or_null(named("FileImportPlanNumbers", exact_object(_PLAN))),
    "waiting": _or_null(exact_object({"reason": enum_of(*WaitReason), "sentence": TEXT})),
    "error": _or_null(exact_object({"code": TEXT_OR_NULL, "detail": TEXT_OR_NULL})),
    "links": exact_object(
        {
            "self": TEXT,
            "page": TEXT,
            "undo": {**TEXT_OR_NULL, "description": "Where to preview and undo it. Null until it is committed."},
        }
    ),
}
_UPLOAD: Schema = {
    **exact_object({"url": TEXT, "fields": _map_of(TEXT), "expires_at": INSTANT}),
    "description": "POST a form to the URL, with these fields and, as the last one, the announced file as `file`.",
}
_IN_WORDS: dict[str, Schema] = {
    "title": TEXT,
    "advice": {"type": "string", "description": "How to fix it."},
}
_GONE_ROW: dict[str, Schema] = {
    "key": {"type": "string", "description": "By which the rows of one file are recognized."},
    "contact_id": {**TEXT_OR_NULL, "description": "Null if the contact was deleted after the plan was made."},
    "name": TEXT,
    "is_deleted": {"type": "boolean", "description": "Whether the contact is deleted: it has no other source."},
}
COLUMN: dict[str, Schema] = {
    "position": {**COUNT, "description": "Counts from 0."},
    "header": TEXT,
    "target": {"type": "string", "description": 'Such as "emails.2.label"; "" for an ignored column.'},
    "title": {"type": "string", "description": "The target in words."},
    "date_order": enum_of(*DateOrder, None),
    "confidence": {"type": "number", "minimum": 0, "maximum": 1},
    "reason": enum_of(*Reason, name="MappingReason"),
    "detail": TEXT,
    "samples": list_of(TEXT),
    "asks_date_order": {"type": "boolean"},
    "is_certain": {"type": "boolean"},
}
_FIELDS: dict[str, Schema] = {
    "format": _FORMAT,
    "program": TEXT_OR_NULL,
    "encoding": {**TEXT_OR_NULL, "description": "Null for a workbook, which is not text."},
    "is_encoding_certain": {"type": "boolean"},
    "encodings": {**list_of(TEXT), "description": "Those that fit the bytes, the likeliest first."},
    "telling_lines": list_of(exact_object({"line": COUNT, "before": TEXT, "after": TEXT})),
    "delimiter": TEXT_OR_NULL,
    "header_row": {**COUNT, "description": "0 for none."},
    "sheets": list_of(TEXT),
    "sheet": TEXT_OR_NULL,
    "columns": _or_null(list_of(named("FileColumn", exact_object(COLUMN)))),
    "region": TEXT_OR_NULL,
    "name_order": enum_of(*NameOrder, None),
    "rules": _map_of(enum_of(*Rule, name="ColumnRule")),
    "defaults": _map_of(TEXT),
    "missing": {**list_of(TEXT), "description": "Of which at least one column is needed before rows can be planned."},
    "targets": {**_map_of(TEXT), "description": "What columns can become, each with its title."},
}
RECORD: dict[str, Schema] = {
    "number": {**COUNT, "description": "As a spreadsheet shows it; of a card, its number."},
    "cells": _map_of(TEXT),
    "fixed": {**list_of(TEXT), "description": "The headers of the cells that the person has fixed."},
    "name": TEXT,
    "planned": enum_of(*RowOutcome, name="PlannedOutcome"),
    "rule": enum_of("id", "key", "number", "email", "name", None, name="PlanRule"),
    "reason": TEXT_OR_NULL,
    "other_row": {**_COUNT_OR_NULL, "description": "The earlier row that it repeats, or whose new contact is meant."},
    "contact_id": TEXT_OR_NULL,
    "conflict_with": {
        **_or_null(exact_object({"contact_id": TEXT, "name": TEXT})),
        "description": "Of a row that waits for a decision: the contact that it may be, if the book has it.",
    },
    "changes": _map_of(named("FieldChange", exact_object({"before": {}, "after": {}}))),
    "kept_beside": {
        **_map_of(exact_object({"file": {}, "shown": {}, "source": TEXT_OR_NULL, "tag": TEXT_OR_NULL})),
        "description": "Values that the contact keeps but does not show: by field, the file's value, the one that is "
        "shown instead, and the source of that.",
    },
    "problems": list_of(exact_object({"column": TEXT, "value": TEXT, "code": TEXT, **_IN_WORDS})),
    "outcome": enum_of(*FileOutcome, None, name="RowOutcome"),
    "outcome_reason": TEXT_OR_NULL,
    "explanation": {"type": "string", "description": "The latest reason in words; empty for none."},
}

SCHEMAS: dict[str, Schema] = {
    "FileImport": partial_object({**_IMPORT, "upload": _UPLOAD}, tuple(_IMPORT)),
    "FileImports": exact_object({"file_imports": list_of(ref("FileImport"))}),
    "FileImportCheck": exact_object(_CHECK),
    "FileImportDecisions": exact_object(
        {
            "job_id": {"type": "string", "description": "Of the job that carries them out."},
            "import_id": TEXT,
            "rows": {**COUNT, "description": "How many rows it decides about; the others were decided already."},
        }
    ),
    "FileImportFields": exact_object(_FIELDS),
    "FileImportPlan": exact_object(
        {
            **_PLAN,
            "problems": list_of(exact_object({"code": TEXT, **_IN_WORDS, "column": TEXT, "count": COUNT})),
            "reasons": list_of(
                exact_object(
                    {
                        "outcome": enum_of(*RowOutcome, name="PlannedOutcome"),
                        "reason": TEXT,
                        "explanation": TEXT,
                        "count": COUNT,
                    }
                )
            ),
            "gone_rows": {
                **list_of(named("GoneRow", exact_object(_GONE_ROW))),
                "description": "The first 100 of the rows that `gone` counts: what `remove` takes away. `…/plan/gone` "
                "lists all of them.",
            },
        }
    ),
    "FileImportGoneRows": exact_object(
        {"total": COUNT, "gone_rows": list_of(named("GoneRow", exact_object(_GONE_ROW))), "next_cursor": TEXT_OR_NULL}
    ),
    "FileImportRecords": exact_object(
        {"total": COUNT, "records": list_of(named("FileRow", exact_object(RECORD))), "next_cursor": TEXT_OR_NULL}
    ),
}
