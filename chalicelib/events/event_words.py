"""What people read about events, endpoints and attempts."""

from collections.abc import Mapping

from chalicelib.events.delivery import DeliveryState
from chalicelib.events.endpoint import DisabledReason, EndpointState
from chalicelib.foundation.callbacks import CallbackFailure
from chalicelib.jobs.events import EventType

EVENTS: Mapping[EventType, str] = {
    EventType.IMPORT_STARTED: "An import of an account was created",
    EventType.IMPORT_COMPLETED: "An import of an account has read everything",
    EventType.IMPORT_FAILED: "An import of an account has failed or was canceled",
    EventType.IMPORT_NEEDS_DECISION: "An import has held back removals, and a person must decide about them",
    EventType.FILE_IMPORT_PLANNED: "What committing a file will do is known",
    EventType.FILE_IMPORT_COMPLETED: "A file was committed",
    EventType.FILE_IMPORT_FAILED: "A file could not be planned or committed, or committing it was canceled",
    EventType.BULK_COMPLETED: "A bulk create or cleanup has come to its end",
    EventType.BULK_FAILED: "A bulk create or cleanup has failed or was canceled",
    EventType.LEADS_COMPLETED: "An import of leads has read everything",
    EventType.LEADS_FAILED: "An import of leads has failed or was canceled",
    EventType.INGEST_COMPLETED: "Records that a source has sent were imported",
    EventType.INGEST_FAILED: "Importing the records that a source has sent has failed or was canceled",
    EventType.ENRICHMENT_COMPLETED: "A run of a vendor has asked about everything in its scope",
    EventType.ENRICHMENT_STOPPED: "A run of a vendor ended early: stopped, failed, or at a limit",
    EventType.CONNECTION_NEEDS_RECONNECT: "Consent to read an account is lost",
    EventType.REVIEW_WAITING: "A job found possible duplicates, or a file has rows, that wait for a decision",
    EventType.CONTACT_CREATED: "Contacts were created or brought back",
    EventType.CONTACT_UPDATED: "Contacts were changed",
    EventType.CONTACT_MERGED: "Contacts were merged by hand",
    EventType.CONTACT_DELETED: "Contacts are gone",
    EventType.ENDPOINT_DISABLED: "Another endpoint was disabled",
    EventType.ENDPOINT_TEST: "A test that somebody asked for",
}
STATES: Mapping[EndpointState, str] = {
    EndpointState.ACTIVE: "Active",
    EndpointState.PAUSED: "Paused",
    EndpointState.DISABLED: "Disabled",
}
DISABLED: Mapping[DisabledReason, str] = {
    DisabledReason.GONE: "We disabled it because it answered 410, which means that it is gone for good.",
    DisabledReason.FAILING: "We disabled it because nothing was accepted for five days.",
}
DELIVERIES: Mapping[DeliveryState, str] = {
    DeliveryState.WAITING: "Waiting",
    DeliveryState.DELIVERED: "Delivered",
    DeliveryState.FAILED: "Given up",
    DeliveryState.SKIPPED: "Not wanted any more",
    DeliveryState.STOPPED: "Stopped: the endpoint was disabled",
}
FAILURES: Mapping[CallbackFailure, str] = {
    CallbackFailure.ADDRESS: "The address is not on the public internet",
    CallbackFailure.UNRESOLVED: "The host name was not found",
    CallbackFailure.TIMED_OUT: "No response in ten seconds",
    CallbackFailure.CERTIFICATE: "The TLS certificate is invalid",
    CallbackFailure.UNREACHABLE: "No connection, or the response was unreadable",
}
