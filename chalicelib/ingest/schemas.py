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
    partial_object,
    ref,
)
from chalicelib.ingest.envelope import ObjectKind
from chalicelib.ingest.source import SourceState

_CELLS: Schema = {"type": "object", "additionalProperties": TEXT_OR_NULL}
_TEXTS: Schema = {"type": "object", "additionalProperties": TEXT}
_FLAG: Schema = {"type": "boolean"}
_SIGNATURE: Schema = named(
    "SignatureRule",
    exact_object(
        {
            "header": TEXT,
            "algorithm": TEXT,
            "encoding": TEXT,
            "prefix": TEXT,
            "signed": list_of(TEXT),
            "separator": TEXT,
            "id_header": TEXT,
            "timestamp_header": TEXT,
            "tolerance_seconds": COUNT,
            "unit": TEXT,
            "secret_encoding": TEXT,
        }
    ),
)
_SOURCE: dict[str, Schema] = {
    "source_id": TEXT,
    "name": TEXT,
    "tag": TEXT,
    "state": enum_of(*SourceState),
    "organization": {**TEXT_OR_NULL, "description": "Whose leads the records become; null for your contacts."},
    "url": {**TEXT, "description": "Where the source sends its records."},
    "fields": _TEXTS,
    "region": TEXT,
    "id_field": TEXT,
    "event_field": TEXT,
    "time_field": TEXT,
    "null_clears": _FLAG,
    "empty_clears": _FLAG,
    "on_existing": TEXT,
    "channel": TEXT,
    "scope": TEXT,
    "signature": {"oneOf": [_SIGNATURE, {"type": "null"}]},
    "key_in_url": _FLAG,
    "of_object": {**enum_of(*ObjectKind), "description": "What an object as the body of a request is."},
    "requests_per_minute": COUNT,
    "records_per_day": COUNT,
    "keys": list_of(named("SourceKey", exact_object({"created_at": INSTANT, "valid_until": INSTANT_OR_NULL}))),
    "created_at": INSTANT,
}
_REFUSED = named("RefusedRecord", exact_object({"index": COUNT, "status": enum_of("refused"), "reason": TEXT}))
SCHEMAS: dict[str, Schema] = {
    "Source": exact_object(_SOURCE),
    "SourceWithKey": exact_object({**_SOURCE, "key": {**TEXT, "description": "Shown this once."}}),
    "Sources": exact_object({"sources": list_of(ref("Source"))}),
    "ReceivedRecords": exact_object(
        {
            "source_id": TEXT,
            "envelope": {**TEXT, "description": "How the records were wrapped."},
            "received": COUNT,
            "accepted": COUNT,
            "refused": COUNT,
            "repeated": {**_FLAG, "description": "Whether the request was answered before, and is not applied again."},
            "results": list_of(_REFUSED),
            "job_id": {**TEXT_OR_NULL, "description": "The job that imports the records at the latest."},
        }
    ),
    "SourceRecords": exact_object(
        {
            "records": list_of(
                exact_object(
                    {
                        "job_id": TEXT,
                        "received_at": INSTANT,
                        "record": _CELLS,
                        "outcome": TEXT_OR_NULL,
                        "reason": TEXT_OR_NULL,
                        "contact_id": TEXT_OR_NULL,
                        "lead_id": TEXT_OR_NULL,
                        "import_id": {**TEXT_OR_NULL, "description": "The import of leads that it is a row of."},
                    }
                )
            ),
            "unknown_fields": list_of(TEXT),
            "last_envelope": {**TEXT, "description": "How the last request was read; empty before the first one."},
        }
    ),
    "FailedRecords": exact_object(
        {
            "records": list_of(
                exact_object({"failed_at": INSTANT, "job_id": TEXT, "reason": TEXT, "record": _CELLS}),
            )
        }
    ),
    "ReplayedRecords": exact_object({"replayed": COUNT, "job_id": TEXT_OR_NULL}),
    "PlannedLeads": exact_object({"job_id": TEXT, "status_url": TEXT}),
    "PlannedRecords": exact_object(
        {
            "envelope": TEXT,
            "results": list_of(
                partial_object(
                    {"index": COUNT, "outcome": TEXT, "reason": TEXT_OR_NULL, "contact_id": TEXT_OR_NULL},
                    ("index", "outcome"),
                )
            ),
            "fields": {**_TEXTS, "description": "What each field becomes."},
            "unknown_fields": list_of(TEXT),
        }
    ),
}
