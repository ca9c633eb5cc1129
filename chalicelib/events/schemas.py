"""JSON Schemas of the responses of this room, and of the messages that endpoints get."""

from collections.abc import Mapping

from chalicelib.events.compose import LARGEST_BODY
from chalicelib.events.delivery import DeliveryState
from chalicelib.events.endpoint import DisabledReason, EndpointState
from chalicelib.events.endpoint_json import ALL_CONTACTS
from chalicelib.events.event_words import EVENTS
from chalicelib.foundation.callbacks import CallbackFailure
from chalicelib.foundation.openapi.document import WebhookDescription
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
from chalicelib.jobs.events import EventType

_TYPE = enum_of(*EventType)
_ENDPOINT: Mapping[str, Schema] = {
    "endpoint_id": TEXT,
    "url": TEXT,
    "description": TEXT,
    "events": list_of(_TYPE),
    "payload": enum_of("thin", "full", name="EventPayload"),
    "state": enum_of(*EndpointState),
    "disabled_because": enum_of(*DisabledReason, None),
    "failing_since": INSTANT_OR_NULL,
    "created_at": INSTANT,
    "older_secret_valid_until": INSTANT_OR_NULL,
}
_ATTEMPT = named(
    "DeliveryAttempt",
    exact_object(
        {
            "at": INSTANT,
            "milliseconds": COUNT,
            "status": {"type": ["integer", "null"]},
            "failure": enum_of(*CallbackFailure, None),
            "answer": {"type": "string", "description": "The first 1,024 bytes of the response."},
        }
    ),
)
SCHEMAS: Mapping[str, Schema] = {
    "EventEndpoint": exact_object(_ENDPOINT),
    "EventEndpointWithSecret": exact_object({**_ENDPOINT, "secret": TEXT}),
    "EventEndpoints": exact_object({"endpoints": list_of(ref("EventEndpoint")), "available_events": list_of(_TYPE)}),
    "EventDelivery": exact_object(
        {
            "delivery_id": TEXT,
            "event_id": TEXT,
            "type": enum_of(*EventType, ALL_CONTACTS, name="DeliveredType"),
            "happened_at": INSTANT,
            "state": enum_of(*DeliveryState),
            "next_attempt_at": INSTANT_OR_NULL,
            "data": {"type": "object"},
            "attempts": list_of(_ATTEMPT),
        }
    ),
    "EventDeliveries": exact_object({"deliveries": list_of(ref("EventDelivery")), "next_cursor": TEXT_OR_NULL}),
}

# ── what endpoints get

_IDS = list_of(TEXT)
_LEFT_OUT: Schema = {
    **list_of(enum_of("contacts", "job", name="LeftOut")),
    "description": f"What a full event lacks because it would be larger than {LARGEST_BODY:,} bytes; ask by the ids.",
}
_JOB_DETAILS = named(
    "EventJob",
    exact_object(
        {
            "created_at": INSTANT,
            "started_at": INSTANT_OR_NULL,
            "finished_at": INSTANT_OR_NULL,
            "error": TEXT_OR_NULL,
            "retry_of": TEXT_OR_NULL,
        }
    ),
)
_JOB: Mapping[str, Schema] = {
    "job_id": TEXT,
    "kind": TEXT,
    "state": enum_of("queued", "completed", "partial", "failed", "canceled", name="EventJobState"),
    "counts": {"type": "object", "additionalProperties": COUNT},
    "error_code": TEXT,
    "job": {**_JOB_DETAILS, "description": "Of full events alone."},
    "left_out": _LEFT_OUT,
}
_ALWAYS = ("job_id", "kind", "state", "counts")
_ACCOUNT: Mapping[str, Schema] = {"provider": TEXT_OR_NULL, "connection_id": TEXT_OR_NULL, "mode": TEXT_OR_NULL}
_TRIAL: Mapping[str, Schema] = {"dry_run": {"type": "boolean", "description": "Whether nothing was changed."}}
_RUN: Mapping[str, Schema] = {"tracking_key": TEXT, "client_reference_id": TEXT_OR_NULL, **_TRIAL}
_CONTACTS: Mapping[str, Schema] = {
    "contact_ids": _IDS,
    "contacts": {"type": "array", "items": ref("Contact"), "description": "Of full events alone."},
    "left_out": _LEFT_OUT,
    # of events of a job alone, with what tells which one it is
    "job_id": TEXT,
    "import_id": TEXT_OR_NULL,
    "vendor": TEXT_OR_NULL,
    "source_id": TEXT,
    **_ACCOUNT,
    **_RUN,
}
_MERGED = list_of(named("MergeOfContacts", exact_object({"contact_id": TEXT, "merged_ids": _IDS})))


def _of_job(**more: Schema) -> Schema:
    return partial_object({**_JOB, **more}, _ALWAYS)


_DATA: Mapping[str, Schema] = {
    "import": _of_job(**_ACCOUNT),
    "file_import": _of_job(import_id=TEXT_OR_NULL),
    "bulk": partial_object({**_JOB, **_RUN}, (*_ALWAYS, "tracking_key", "dry_run")),
    "leads": partial_object({**_JOB, **_TRIAL}, (*_ALWAYS, "dry_run")),
    "ingest": _of_job(source_id=TEXT),
    "enrichment": _of_job(vendor=TEXT_OR_NULL),
    "connection": exact_object({"connection_id": TEXT, "provider": TEXT}),
    "review": _of_job(
        **_ACCOUNT,
        **_RUN,
        import_id=TEXT_OR_NULL,
        source_id=TEXT,
        vendor=TEXT_OR_NULL,
        pairs={**COUNT, "description": "How many pairs of possible duplicates the job found; 0 if only rows wait."},
        certain={**COUNT, "description": "Of a search: how many of the pairs are certain."},
    ),
    "contact": partial_object(_CONTACTS, ("contact_ids",)),
}
_DATA_OF_TYPE: Mapping[EventType, Schema] = {
    EventType.CONTACT_MERGED: partial_object({**_CONTACTS, "merged": _MERGED}, ("contact_ids", "merged")),
    EventType.ENDPOINT_DISABLED: exact_object({"endpoint_id": TEXT, "because": TEXT}),
    EventType.ENDPOINT_TEST: exact_object({"endpoint_id": TEXT}),
}


def message_schema(name: EventType) -> Schema:
    """The body of a message of this type."""
    group = name.partition(".")[0]
    own = _DATA_OF_TYPE.get(name)
    about = name.replace(".", "_") if own else group  # messages of one group have the same data
    data = named("".join(map(str.capitalize, about.split("_"))) + "EventData", own or _DATA[group])
    return exact_object({"type": enum_of(name.value), "timestamp": INSTANT, "data": data})


def webhooks() -> Mapping[str, WebhookDescription]:
    """What the API's description says of each message, by its type."""
    return {each.value: WebhookDescription(EVENTS[each], message_schema(each)) for each in EventType}
