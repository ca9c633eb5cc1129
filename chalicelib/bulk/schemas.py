"""JSON Schemas of this room's responses. Loaded only when the API is described."""

from chalicelib.bulk.bulk_job import BulkState, Update
from chalicelib.bulk.list_items import ITEM_OUTCOMES
from chalicelib.bulk.outcome_reasons import EDITED, OTHERS
from chalicelib.contacts.on_existing import OnExisting
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
    ref,
)
from chalicelib.jobs.job_result import RESULT
from chalicelib.jobs.waiting import WaitReason

_PROGRESS: dict[str, Schema] = {
    "result": RESULT,
    "rate": {
        "type": ["number", "null"],
        "minimum": 0,
        "description": "Contacts per second since the job began; null before the first one.",
    },
    "seconds_left": {
        "type": ["integer", "null"],
        "minimum": 0,
        "description": "How long the rest takes at that rate, in seconds; null if unknown or done.",
    },
    "waiting": {"type": ["string", "null"], "description": "A human-readable reason why the job waits."},
    "waiting_reason": enum_of(*WaitReason, None),
    "notice": {
        "type": ["string", "null"],
        "description": "A human-readable note about concurrent edits of the address book.",
    },
    "error_message": TEXT_OR_NULL,
    "error_code": TEXT_OR_NULL,
    "started_at": INSTANT,
    "completed_at": INSTANT_OR_NULL,
}
CREATE: dict[str, Schema] = {
    "job_id": TEXT,
    "tracking_key": {"type": "string", "description": "The external_source of every contact of this run."},
    "client_source": TEXT_OR_NULL,
    "client_reference_id": TEXT_OR_NULL,
    "collection_id": TEXT_OR_NULL,
    "on_existing": enum_of(*OnExisting),
    "update": enum_of(*Update, name="UpdatePolicy"),
    "dry_run": {"type": "boolean", "description": "Whether nothing was changed, only reported."},
    "status": enum_of(*BulkState, name="JobState"),
    "total_count": COUNT,
    "processed_count": COUNT,
    "success_count": {**COUNT, "description": "Created and updated."},
    "created_count": COUNT,
    "updated_count": COUNT,
    "failure_count": COUNT,
    "skipped_count": COUNT,
    "not_added_count": {**COUNT, "description": "Created, but not added to the collection. Included in success_count."},
    **_PROGRESS,
}
CLEANUP: dict[str, Schema] = {
    "job_id": TEXT,
    "bulk_create_job_id": TEXT,
    "tracking_key": TEXT,
    "dry_run": {"type": "boolean"},
    "status": enum_of(*BulkState, name="JobState"),
    "total_count": COUNT,
    "processed_count": COUNT,
    "deleted_count": COUNT,
    "kept_count": {
        **COUNT,
        "description": "Kept because another source or the person also has them; only this run's data was removed.",
    },
    "not_found_count": COUNT,
    "forbidden_count": COUNT,
    "failed_count": COUNT,
    **_PROGRESS,
}
_WINNER: Schema = {
    "type": ["integer", "null"],
    "description": "For a duplicate: the index of the contact used instead.",
}
_RIVALS: Schema = {
    **list_of(TEXT),
    "description": "For `ambiguous`: the ids of the contacts that it may be, at most 20.",
}
ROW_ERROR = named(
    "BulkContactError",
    exact_object(
        {
            "index": {**COUNT, "description": "The contact's index in the submitted list."},
            "field": {"type": "string", "description": 'The path of the field; "" for the whole contact.'},
            "code": TEXT,
            "message": TEXT,
            "contact_id": TEXT_OR_NULL,
            "winner_index": _WINNER,
            "rivals": _RIVALS,
        }
    ),
)
ITEM = exact_object(
    {
        "index": {**COUNT, "description": "The contact's index in the submitted list."},
        "external_id": {
            "type": ["string", "null"],
            "description": "As it was sent; null if there was none, or 7 days after the list was sent.",
        },
        "outcome": enum_of(*ITEM_OUTCOMES, name="BulkOutcome"),
        "contact_id": {
            "type": ["string", "null"],
            "description": "The contact that it is; null if there is none, as for one that a dry run would create.",
        },
        "code": {"type": ["string", "null"], "description": "Why it was skipped, has failed or is incomplete."},
        "message": {"type": ["string", "null"], "description": "The code in words."},
        "winner_index": _WINNER,
        "rivals": _RIVALS,
    }
)
CLEANUP_ERROR = named("CleanupError", exact_object({"contact_id": TEXT, "code": TEXT, "message": TEXT}))

SCHEMAS: dict[str, Schema] = {
    "BulkCreate": exact_object(CREATE),
    "BulkCreateInFull": exact_object({**CREATE, "contact_ids": list_of(TEXT), "errors": list_of(ROW_ERROR)}),
    "BulkItem": ITEM,
    "BulkItems": exact_object({"items": list_of(ref("BulkItem")), "next_cursor": TEXT_OR_NULL}),
    "BulkCleanup": exact_object(CLEANUP),
    "BulkCleanupInFull": exact_object(
        {
            **CLEANUP,
            "candidate_contact_ids": list_of(TEXT),
            "deleted_contact_ids": list_of(TEXT),
            "kept": list_of(
                named(
                    "KeptContact",
                    exact_object({"contact_id": TEXT, "reason": enum_of(EDITED, OTHERS, name="KeptReason")}),
                )
            ),
            "errors": list_of(CLEANUP_ERROR),
        }
    ),
    "BulkJob": {
        "anyOf": [
            named("BulkJobOfCreate", exact_object({"kind": {"const": "create", "type": "string"}, **CREATE})),
            named("BulkJobOfCleanup", exact_object({"kind": {"const": "cleanup", "type": "string"}, **CLEANUP})),
        ]
    },
    "BulkJobs": exact_object({"jobs": list_of(ref("BulkJob")), "next_cursor": TEXT_OR_NULL}),
}
