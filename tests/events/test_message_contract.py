"""Every message is as the API's description says, for each type of event, thin and full."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chalicelib.books import contact_events
from chalicelib.bulk.bulk_job import CleanupDetails, CreateDetails
from chalicelib.events.endpoint import DisabledReason
from chalicelib.events.full_data import job_json
from chalicelib.events.message import Message
from chalicelib.events.schemas import webhooks
from chalicelib.ingest.job_kinds import IngestDetails
from chalicelib.jobs.counts import Counts
from chalicelib.jobs.events import CONTACTS_OF_JOB, EventType, NewEvent
from chalicelib.jobs.job import Job, JobState
from chalicelib.wiring.rooms import KINDS, ROOMS
from tests.fakes.clock import NOON
from tests.routes.service import Service

DESCRIBED = webhooks()
SCHEMAS = {name: schema for room in ROOMS for name, schema in room.schemas().items()}
#: What a job of each kind knows of itself; others know nothing that is told.
DETAILS: Mapping[str, Mapping[str, Any]] = {
    "provider-import": {"provider": "google", "connection_id": "c", "mode": "full", "removals_pending": 3},
    "file-plan": {"import_id": "f", "rows_planned": 4},
    "file-commit": {"import_id": "f"},
    "file-decision": {"import_id": "f"},
    "bulk-create": CreateDetails("list", 2, client_reference_id="crm-7").json(),
    "bulk-cleanup": CleanupDetails("run", "bcc:j:run", None, dry_run=False).json(),
    "ingest": IngestDetails("s", "crm").json(),
    "ingest-leads": IngestDetails("s", "crm").json(),
    "enrichment_run": {"vendor": "hunter", "end": ""},
    "enrichment": {"vendor": "hunter"},
    "find-duplicates": {"pairs": 2, "certain": 1, "contacts": 10},
}
FINAL = (JobState.COMPLETED, JobState.PARTIAL, JobState.FAILED, JobState.CANCELED)


def jobs() -> Iterator[Job]:
    """A job of each kind that ends in each way, with one of each outcome."""
    for kind in KINDS.declared:
        found = {"pairs": 2} if kind.changes_book else {}
        details = {**found, **DETAILS.get(kind.name, {})}
        counts = Counts.of(kind.outcomes, dict.fromkeys(kind.outcomes.names, 1))
        job = Job("job", "ann", kind.name, JobState.QUEUED, 1, NOON, details=details, counts=counts)
        yield job
        for state in FINAL:
            error = "gave_up" if state is JobState.FAILED else None
            yield replace(job, state=state, error_code=error, error=error, finished_at=NOON + timedelta(minutes=1))


def events_of(job: Job) -> list[NewEvent]:
    return KINDS.end_events(job) if job.is_finished else KINDS.start_events(job)


def told() -> list[tuple[str, Mapping[str, Any]]]:
    """Type and data of all events that jobs, edits and endpoints make."""
    made = [(each.type, each.data) for job in jobs() for each in events_of(job) if each.type != CONTACTS_OF_JOB]
    made += [(name, {**data, "job": job_json(next(jobs()))}) for name, data in made]  # full ones
    edits = [
        contact_events.created("a"),
        contact_events.updated("a", "b"),
        contact_events.deleted("a"),
        contact_events.merged("a", ["b", "c"]),
    ]
    made += [(each.type, each.data) for each in edits]
    batches = [each.data for job in jobs() for each in events_of(job) if each.type == CONTACTS_OF_JOB]
    for name in (EventType.CONTACT_CREATED, EventType.CONTACT_UPDATED, EventType.CONTACT_DELETED):
        made += [(name.value, {**data, "contact_ids": ["a", "b"]}) for data in batches]
    made.append((EventType.CONNECTION_NEEDS_RECONNECT.value, {"connection_id": "c", "provider": "google"}))
    made += [
        (EventType.ENDPOINT_DISABLED.value, {"endpoint_id": "e", "because": each.value}) for each in DisabledReason
    ]
    made.append((EventType.ENDPOINT_TEST.value, {"endpoint_id": "e"}))
    return made


TOLD = told()


def check(name: str, body: Any) -> None:
    document = {"components": {"schemas": SCHEMAS}, **DESCRIBED[name].schema}
    Draft202012Validator(document, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(body)


@pytest.mark.parametrize("name", [each.value for each in EventType])
def test_messages_of_each_type_are_as_described(name):
    some = [data for kind, data in TOLD if kind == name]
    assert some, "no job, edit or endpoint makes it"
    for data in some:
        check(name, json.loads(Message("evt_1", name, 1, data).body))


def test_no_message_has_a_token_or_a_name():
    texts = json.dumps(TOLD)
    for word in ("token", "secret", "password", "@"):
        assert word not in texts


def test_every_end_of_a_run_that_has_a_tracking_key_names_it():
    ends = [data for name, data in TOLD if name in ("bulk.completed", "bulk.failed")]
    assert ends
    assert all(data["tracking_key"].startswith("bcc:j:") for data in ends)


def test_the_description_lists_them_as_webhooks_of_openapi_3_1():
    description = Service().get("/api/v1/openapi.json").json

    assert set(description["webhooks"]) == {each.value for each in EventType}
    for each in description["webhooks"].values():
        headers = [parameter["name"] for parameter in each["post"]["parameters"]]
        assert headers == ["webhook-id", "webhook-timestamp", "webhook-signature"]
