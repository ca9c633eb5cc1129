"""JSON Schemas of this room's responses. Loaded only when the API is described."""

from chalicelib.books.status_kind import NEVER_TRIED, StatusKind
from chalicelib.enrichment.vendor_control import Limits, ScopeKind
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
from chalicelib.jobs.job import JobState
from chalicelib.jobs.job_result import RESULT
from chalicelib.vendors.registry import VENDORS

BOOLEAN: Schema = {"type": "boolean"}
MONEY: Schema = {"type": "integer", "description": "In millionths of the vendor's `unit`."}
LIMIT: Schema = {"type": ["integer", "null"], "minimum": 1}
SPENT = {"calls": COUNT, "money": MONEY}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": ["object", "null"]}


SPEND = exact_object(
    {
        "day": {**TEXT, "description": "The date of today in the time zone of the schedule."},
        "today": named("Spent", exact_object(SPENT)),
        "last_run": _or_null(exact_object({"job_id": TEXT, **SPENT})),
        "uncertain": {
            **named("Spent", exact_object(SPENT)),
            "description": "The calls whose answers were lost, and the most that they can have cost. All are counted.",
        },
        "open_calls": {**COUNT, "description": "The calls that have begun and have no answer yet."},
    }
)

VENDOR = exact_object(
    {
        "vendor": enum_of(*VENDORS, name="Vendor"),
        "title": TEXT,
        "gives": TEXT,
        "is_offline": {**BOOLEAN, "description": "Whether it sends nothing, and so needs no consent, key or limit."},
        "enabled": BOOLEAN,
        "schedule": {**TEXT_OR_NULL, "description": "Five cron fields; null if runs begin by hand alone."},
        "time_zone": TEXT_OR_NULL,
        "schedule_words": TEXT_OR_NULL,
        "next_runs": {
            **list_of(INSTANT),
            "description": "The next three runs of the schedule; they begin only while the vendor is on.",
        },
        "scope": exact_object({"kind": enum_of(*ScopeKind), "owners": list_of(TEXT), "tag": TEXT}),
        "limits": exact_object(dict.fromkeys(Limits.__dataclass_fields__, LIMIT)),
        "unit": {**TEXT, "description": "What its prices are in: `credit`, or a currency."},
        "credentials": list_of(exact_object({"name": TEXT, "title": TEXT, "is_set": BOOLEAN})),
        "last_good_run": {**INSTANT_OR_NULL, "description": "When a run last ended without error."},
        "run": _or_null(exact_object({"job_id": TEXT, "is_stopping": BOOLEAN})),
        "waits": {
            **_or_null(exact_object({"code": TEXT, "title": TEXT, "meaning": TEXT, "remedy": TEXT})),
            "description": "Why no run begins until an operator turns the vendor on again.",
        },
        "spend": SPEND,
        "rev": COUNT,
        "changed_at": INSTANT_OR_NULL,
        "changed_by": TEXT_OR_NULL,
    }
)

UNDONE = exact_object(
    {
        "job_id": TEXT,
        "state": enum_of(*JobState),
        "result": RESULT,
        "finished_at": INSTANT_OR_NULL,
        "books": COUNT,
        "restored": {**COUNT, "description": "The contacts from which what the run wrote was taken back."},
        "kept": {**COUNT, "description": "The contacts that changed since, of which what changed was kept."},
        "failed": COUNT,
    }
)

RUN = exact_object(
    {
        "job_id": TEXT,
        "vendor": enum_of(*VENDORS, name="Vendor"),
        "state": enum_of(*JobState),
        "result": RESULT,
        "due_at": {**INSTANT_OR_NULL, "description": "When the schedule wanted it; null for one begun by hand."},
        "created_at": INSTANT,
        "finished_at": INSTANT_OR_NULL,
        "end": {**TEXT_OR_NULL, "description": "Why it ended early: `stopped`, `limit`, `breaker` or a reason code."},
        "words": TEXT_OR_NULL,
        "looked_at": {**COUNT, "description": "The contacts that were looked at, due or not."},
        "calls": COUNT,
        "books": {**COUNT, "description": "The jobs that wrote into address books."},
        "counts": {"type": "object", "additionalProperties": COUNT},
        "charged": MONEY,
        "uncertain": {**MONEY, "description": "The part of `charged` that is not certain, in millionths of `unit`."},
        "unit": TEXT,
        "undo": _or_null(UNDONE),
        "is_asked_again": {
            **BOOLEAN,
            "description": "Whether the next runs ask about its contacts though it was undone.",
        },
        "can_be_undone_until": INSTANT_OR_NULL,
    }
)

PREVIEW = exact_object(
    {
        "job_id": TEXT,
        "vendor": enum_of(*VENDORS, name="Vendor"),
        "state": enum_of(*JobState),
        "result": RESULT,
        "error": TEXT_OR_NULL,
        "most_contacts": COUNT,
        "charged": MONEY,
        "unit": TEXT,
        "contacts": list_of(
            exact_object(
                {
                    "contact_id": TEXT,
                    "name": TEXT,
                    "answer": TEXT,
                    "reason": TEXT,
                    "reason_title": TEXT,
                    "likelihood": {"type": ["integer", "null"]},
                    "changes": list_of(
                        named("PreviewedChange", exact_object({"field": TEXT, "before": {}, "after": {}}))
                    ),
                }
            )
        ),
    }
)

STATUS_COUNT = exact_object(
    {
        "status": enum_of(*StatusKind, NEVER_TRIED),
        "contacts": COUNT,
        "reasons": list_of(exact_object({"reason": TEXT, "title": TEXT, "meaning": TEXT, "contacts": COUNT})),
    }
)

SCHEMAS: dict[str, Schema] = {
    "EnrichmentRun": RUN,
    "EnrichmentRuns": exact_object({"runs": list_of(ref("EnrichmentRun"))}),
    "EnrichmentPreview": PREVIEW,
    "EnrichmentPreviewStarted": exact_object(
        {"job_id": TEXT, "most_money": {**MONEY, "description": "The most that it costs."}, "unit": TEXT}
    ),
    "EnrichmentCounts": exact_object(
        {
            "contacts": {**COUNT, "description": "The contacts of all books that were counted."},
            "books": COUNT,
            "books_left_out": {**COUNT, "description": "The books that could not be counted in time."},
            "statuses": list_of(STATUS_COUNT),
        }
    ),
    "EnrichmentVendor": VENDOR,
    "EnrichmentVendors": exact_object({"vendors": list_of(ref("EnrichmentVendor"))}),
    "EnrichmentRunStarted": exact_object({"job_id": TEXT}),
    "EnrichmentChoice": exact_object(
        {
            "consents": {"type": ["boolean", "null"], "description": "Null if I never said."},
            "consents_at": INSTANT_OR_NULL,
            "has_opted_out": BOOLEAN,
            "opted_out_at": {**INSTANT_OR_NULL, "description": "When I last opted out, or in again."},
            "is_allowed": {**BOOLEAN, "description": "Whether vendors may be sent details of my contacts now."},
        }
    ),
}
