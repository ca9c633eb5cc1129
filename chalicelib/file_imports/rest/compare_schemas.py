"""JSON Schemas of comparisons. Imported only to describe the API."""

from chalicelib.file_imports.comparing.compared_kind import ComparedKind
from chalicelib.file_imports.planning.plan_rows import RowOutcome
from chalicelib.foundation.schema import COUNT, TEXT, TEXT_OR_NULL, Schema, enum_of, exact_object, list_of

_SIDE = {"description": "A value of the type that the field has; null for none."}
_COMPARED = exact_object(
    {
        "kind": enum_of(*ComparedKind),
        "name": TEXT,
        "row": {"type": ["integer", "null"], "description": "The number of the row; null if the book alone has it."},
        "planned": enum_of(*RowOutcome, None),
        "contact_id": {
            **TEXT_OR_NULL,
            "description": "The contact; of a row in conflict, the contact that it may be; null if there is none.",
        },
        "fields": {
            "type": "object",
            "description": "By field: all values if one side alone has it, else those that differ.",
            "additionalProperties": exact_object({"file": _SIDE, "book": _SIDE}),
        },
    }
)

SCHEMAS: dict[str, Schema] = {
    "FileComparison": exact_object(
        {
            "items": list_of(_COMPARED),
            "counts": {
                "anyOf": [exact_object({kind.value: COUNT for kind in ComparedKind}), {"type": "null"}],
                "description": "The number of items of each kind, of all pages; null unless it was asked for.",
            },
            "next_cursor": TEXT_OR_NULL,
        }
    ),
}
