"""JSON Schemas of this room's responses. Loaded only when the API is described."""

from chalicelib.foundation.schema import (
    COUNT,
    INSTANT,
    INSTANT_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    Schema,
    enum_of,
    exact_object,
    list_of,
    named,
)
from chalicelib.jobs.job import JobState
from chalicelib.jobs.job_result import RESULT

_NUMBERS: dict[str, Schema] = {
    "removed": {**COUNT, "description": "Contacts that the run created and that go."},
    "restored": {**COUNT, "description": "Contacts whose words come back."},
    "returned": {**COUNT, "description": "Contacts that the run removed and that come back."},
    "kept": {**COUNT, "description": "Contacts of which something is kept, because it changed since."},
    "failed": {**COUNT, "description": "Contacts whose words have expired."},
}
_REASON = named(
    "UndoReason", exact_object({"code": TEXT_OR_NULL, "message": TEXT, "fields": list_of(TEXT), "at": INSTANT_OR_NULL})
)
_APART = {
    **named(
        "DecidedApart",
        exact_object(
            {
                "rows": COUNT,
                "runs": list_of(
                    named(
                        "DecisionRun",
                        exact_object(
                            {
                                "run_id": TEXT,
                                "rows": COUNT,
                                "decided_at": INSTANT,
                                "links": named("UndoLinks", exact_object({"undo": TEXT})),
                            }
                        ),
                    )
                ),
            }
        ),
    ),
    "description": (
        "Rows of a file that a person decided about after its import. Each decision is a run of its own, which this "
        "undo leaves; the latest come first. An undo names them once it has ended."
    ),
}
_DELETED = named(
    "DeletedContact",
    exact_object({"contact_id": TEXT, "name": TEXT, "deleted_at": INSTANT, "can_be_restored_until": INSTANT}),
)
_RESULT = named(
    "UndoResult",
    exact_object(
        {
            "contact_id": {
                **TEXT_OR_NULL,
                "description": "The contact that it is part of now, if it was merged; null if it is gone.",
            },
            "name": TEXT,
            "outcome": enum_of("removed", "restored", "returned", "kept", "failed", name="UndoOutcome"),
            "reasons": list_of(_REASON),
        }
    ),
)

SCHEMAS: dict[str, Schema] = {
    "UndoPreview": exact_object(
        {
            "run_id": TEXT,
            "kind": TEXT,
            "can_be_undone_until": INSTANT,
            **_NUMBERS,
            "preview_id": {
                **TEXT,
                "description": "Sent back with the numbers, it makes the start fast if nothing has changed since.",
            },
            "notice": {**TEXT_OR_NULL, "description": "What else to know before undoing it."},
            "decided_apart": _APART,
        }
    ),
    "Undo": exact_object(
        {
            "job_id": TEXT,
            "run_id": TEXT,
            "status": enum_of(*JobState),
            "result": RESULT,
            "total": {
                "type": ["integer", "null"],
                "description": "Once it has ended, the sum of the five numbers.",
            },
            **_NUMBERS,
            "kept": {
                **COUNT,
                "description": (
                    "Contacts of which everything is kept. The list `kept` also has those that were reversed in part."
                ),
            },
            "error_message": TEXT_OR_NULL,
            "error_code": TEXT_OR_NULL,
            "started_at": INSTANT,
            "completed_at": INSTANT_OR_NULL,
            "decided_apart": _APART,
        }
    ),
    "UndoResults": exact_object({"job_id": TEXT, "results": list_of(_RESULT), "next_cursor": TEXT_OR_NULL}),
    "RestoredContact": exact_object({"contact_id": TEXT}),
    "DeletedContacts": exact_object({"contacts": list_of(_DELETED)}),
}
