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
    ref,
)
from chalicelib.jobs.job import JobState
from chalicelib.jobs.job_result import RESULT
from chalicelib.leads.exporting.export_job import ExportFormat
from chalicelib.leads.importing.import_schemas import SCHEMAS as OF_IMPORTS
from chalicelib.leads.resolving.resolve_batch import Outcome

_IDENTITY = exact_object(
    {
        "identityKey": {"type": "string", "description": "Names the identity in paths; the same for all spellings."},
        "channel": TEXT,
        "scope": {"type": "string", "description": 'What the identifier is unique in; "*" for the world.'},
        "kind": TEXT,
        "channelIdentifier": {"type": "string", "description": "In the normal form that was written first."},
        "asGiven": TEXT,
    }
)
_LEAD = exact_object(
    {
        "leadId": TEXT,
        "identities": list_of(ref("LeadIdentity")),
        "name": TEXT,
        "email": TEXT,
        "phone": TEXT,
        "custom": {"type": "object", "additionalProperties": TEXT},
        "tags": list_of(TEXT),
        "source": {"type": "string", "description": 'The import that created it, or "api".'},
        "sourceRow": {"type": ["integer", "null"], "description": "The row of its file."},
        "createdAt": INSTANT,
        "changedAt": INSTANT,
        "revision": {**COUNT, "description": "Counts its changes."},
    }
)
_RESOLVED = named(
    "ResolvedLead",
    exact_object(
        {
            "index": {**COUNT, "description": "The index of the input."},
            "outcome": enum_of(*Outcome, name="ResolveOutcome"),
            "lead": {"oneOf": [ref("Lead"), {"type": "null"}]},
            "conflictingLeadIds": {
                **list_of(TEXT),
                "description": "For an ambiguous input: the leads that it belongs to.",
            },
            "code": TEXT_OR_NULL,
            "message": TEXT_OR_NULL,
            "field": TEXT_OR_NULL,
        }
    ),
)

SCHEMAS: dict[str, Schema] = {
    "LeadIdentity": _IDENTITY,
    "Lead": _LEAD,
    "Leads": exact_object(
        {
            "leads": list_of(ref("Lead")),
            "nextCursor": {**TEXT_OR_NULL, "description": "null on the last page; a page may be short before it."},
        }
    ),
    "MovedIdentity": exact_object({"formerOwner": ref("Lead"), "owner": ref("Lead")}),
    "ErasedLead": exact_object(
        {
            "leadId": {**TEXT_OR_NULL, "description": "null if the identity belonged to nobody."},
            "suppressedIdentityKeys": list_of(TEXT),
            "deletedExports": {
                **list_of(TEXT),
                "description": "All exports of the organization: their files, which may hold the lead, are deleted.",
            },
            "jobId": {**TEXT, "description": "Of the job that removes the lead from what imports keep."},
            "statusUrl": TEXT,
        }
    ),
    "LeadErasure": exact_object(
        {
            "jobId": TEXT,
            "statusUrl": TEXT,
            "status": enum_of(*JobState),
            "result": RESULT,
            "imports": {**COUNT, "description": "Accepted before the erasure; 0 until all of them have ended."},
            "importsChecked": COUNT,
            "deletedFiles": {
                **list_of(TEXT),
                "description": "Imported files and result files that held the lead, by their keys in the bucket; "
                "at the end, also those that earlier erasures of the lead have deleted.",
            },
            "createdAt": INSTANT,
            "finishedAt": INSTANT_OR_NULL,
            "error": TEXT_OR_NULL,
        }
    ),
    "LeadExport": exact_object(
        {
            "jobId": TEXT,
            "statusUrl": TEXT,
            "status": enum_of(*JobState),
            "result": RESULT,
            "format": enum_of(*ExportFormat),
            "tag": TEXT_OR_NULL,
            "source": TEXT_OR_NULL,
            "leads": {**COUNT, "description": "How many are in the file so far."},
            "downloadUrl": {**TEXT_OR_NULL, "description": "The file, once it is complete; valid for five minutes."},
            "createdAt": INSTANT,
            "finishedAt": INSTANT_OR_NULL,
            "error": TEXT_OR_NULL,
        }
    ),
    **OF_IMPORTS,
    "ResolvedLeads": exact_object({"results": list_of(_RESOLVED)}),
}
