"""JSON Schemas of this room's responses. Loaded only when the API is described."""

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
    ref,
)
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
        "today": exact_object(SPENT),
        "last_run": _or_null(exact_object({"job_id": TEXT, **SPENT})),
        "uncertain": {
            **exact_object(SPENT),
            "description": "The calls whose answers were lost, and the most that they can have cost. All are counted.",
        },
        "open_calls": {**COUNT, "description": "The calls that have begun and have no answer yet."},
    }
)

VENDOR = exact_object(
    {
        "vendor": enum_of(*VENDORS),
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

SCHEMAS: dict[str, Schema] = {
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
