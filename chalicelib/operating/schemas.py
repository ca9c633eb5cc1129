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
    ref,
)
from chalicelib.jobs.job import JobState
from chalicelib.jobs.waiting import WaitReason
from chalicelib.operating.health import FAILING, OK

BOOLEAN: Schema = {"type": "boolean"}
COUNT_OR_NULL: Schema = {"type": ["integer", "null"], "minimum": 0}

JOB = exact_object(
    {
        "job_id": TEXT,
        "owner": TEXT,
        "kind": TEXT,
        "provider": TEXT_OR_NULL,
        "account": TEXT_OR_NULL,
        "state": enum_of(*JobState),
        "waiting": {"type": ["string", "null"], "description": "A human-readable reason why the job waits."},
        "waiting_reason": enum_of(*WaitReason, None),
        "rev": COUNT,
        "failures": COUNT,
        "crashes": COUNT,
        "attempts": COUNT,
        "counts": {
            "type": "object",
            "description": "The number of items by outcome; the kind of the job says which outcomes there are.",
            "additionalProperties": COUNT,
        },
        "read": COUNT,
        "estimate": COUNT_OR_NULL,
        "error": TEXT_OR_NULL,
        "error_code": TEXT_OR_NULL,
        "retry_of": TEXT_OR_NULL,
        "request_id": {
            "type": ["string", "null"],
            "description": "The ID of the request that created the job; log lines of its workers have it too.",
        },
        "created_at": INSTANT,
        "claimed_at": INSTANT_OR_NULL,
        "updated_at": INSTANT_OR_NULL,
        "due_at": INSTANT_OR_NULL,
        "due_seconds": {**COUNT_OR_NULL, "description": "How long the job has been due; null if it is not due."},
        "finished_at": INSTANT_OR_NULL,
        "may_cancel": BOOLEAN,
        "may_retry": BOOLEAN,
    }
)

HEALTH = exact_object(
    {
        "status": enum_of(OK, FAILING, name="HealthStatus"),
        "parts": {
            "type": "object",
            "additionalProperties": exact_object(
                {"status": enum_of(OK, FAILING, name="HealthStatus"), "milliseconds": COUNT}
            ),
        },
        "schedule": exact_object(
            {
                "status": enum_of(OK, FAILING, name="HealthStatus"),
                "last_run": INSTANT_OR_NULL,
                "is_late": {"type": ["boolean", "null"]},
                "oldest_due_seconds": COUNT_OR_NULL,
            }
        ),
    }
)

SCHEDULE_RUN = exact_object(
    {
        "message": TEXT,
        "processed": COUNT,
        "failed": COUNT,
        "job_ids": exact_object({"processed": list_of(TEXT), "failed": list_of(TEXT)}),
    }
)

ACTIVITY_ENTRY = exact_object(
    {
        "id": TEXT,
        "at": {**INSTANT, "description": "When it happened; of a job, when it was created."},
        "kind": TEXT,
        "title": TEXT,
        "person": {**TEXT_OR_NULL, "description": "Whom it concerns: the `sub` claim; null for nobody or if erased."},
        "by": {**TEXT_OR_NULL, "description": "Who did it, if that is someone else."},
        "is_erased": {"type": "boolean", "description": "Whether the person was erased since."},
        "job_id": TEXT_OR_NULL,
        "state": enum_of(*JobState, None),
        "counts": {"type": "object", "additionalProperties": COUNT},
        "details": {"type": "object", "description": "Names and numbers, never anyone's data."},
        "summary": TEXT,
    }
)

SCHEMAS: dict[str, Schema] = {
    "ActivityEntry": ACTIVITY_ENTRY,
    "Activity": exact_object(
        {
            "entries": list_of(ref("ActivityEntry")),
            "next_cursor": TEXT_OR_NULL,
            "looked_back_to": {**INSTANT, "description": "The search covered everything since this time."},
        }
    ),
    "OperatorJob": JOB,
    "OperatorJobs": exact_object(
        {
            "jobs": list_of(ref("OperatorJob")),
            "next_cursor": TEXT_OR_NULL,
            "looked_back_to": {**INSTANT, "description": "The search covered all jobs created since this time."},
            "oldest_due_seconds": COUNT,
            "last_schedule_run": INSTANT_OR_NULL,
        }
    ),
    "Alive": exact_object({"status": enum_of(OK)}),
    "Health": HEALTH,
    "ScheduleRun": SCHEDULE_RUN,
}
