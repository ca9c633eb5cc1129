"""The published forms of sources and their records."""

from typing import Any

from chalicelib.foundation.clock import rfc3339
from chalicelib.ingest.arrival_store import FailedRecord
from chalicelib.ingest.follow_records import FollowedRecord
from chalicelib.ingest.source import IngestSource

INGEST = "/api/v1/ingest"


def source_json(source: IngestSource, public_url: str) -> dict[str, Any]:
    """The published form; it has neither keys nor the signing secret."""
    return {
        "source_id": source.source_id,
        "name": source.name,
        "tag": source.tag,
        "state": source.state.value,
        "organization": source.organization,
        "url": f"{public_url}{INGEST}/{source.source_id}",
        **source.rules.json(),
        "fields": dict(source.rules.fields),
        "signature": None if source.signature is None else source.signature.json(),
        "key_in_url": source.key_in_url,
        "of_object": source.of_object.value,
        "requests_per_minute": source.requests_per_minute,
        "records_per_day": source.records_per_day,
        "keys": [
            {"created_at": rfc3339(each.created_at), "valid_until": rfc3339(each.expires_at)} for each in source.keys
        ],
        "created_at": rfc3339(source.created_at),
    }


def record_json(record: FollowedRecord) -> dict[str, Any]:
    return {
        "job_id": record.job_id,
        "received_at": rfc3339(record.received_at),
        "record": dict(record.cells),
        "outcome": record.outcome,
        "reason": record.reason,
        "contact_id": record.contact_id,
        "lead_id": record.lead_id,
        "import_id": record.import_id,
    }


def failed_json(failed: FailedRecord) -> dict[str, Any]:
    return {
        "failed_at": rfc3339(failed.failed_at),
        "job_id": failed.job_id,
        "reason": failed.reason,
        "record": dict(failed.record["cells"]),
    }
