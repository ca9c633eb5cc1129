"""JSON Schemas of the responses about imports. Loaded only when the API is described."""

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
from chalicelib.leads.importing.deleted_files import Reason
from chalicelib.leads.importing.outcome import Outcome

_NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}
_TEXTS: Schema = {"type": "object", "additionalProperties": TEXT}
_IMPORT = exact_object(
    {
        "jobId": TEXT,
        "statusUrl": TEXT,
        "status": enum_of(*JobState),
        "result": RESULT,
        "s3Key": TEXT,
        "dryRun": {"type": "boolean"},
        "mapping": {**_TEXTS, "description": "What each column is, by header."},
        "rows": {
            "type": ["integer", "null"],
            "description": "In the file, without its headers; null if not known yet.",
        },
        "rowsDone": COUNT,
        **{outcome.value: COUNT for outcome in Outcome},
        "rowsPerSecond": _NUMBER_OR_NULL,
        "secondsLeft": _NUMBER_OR_NULL,
        "lanes": list_of(exact_object({"lane": COUNT, "status": enum_of(*JobState), "rowsDone": COUNT})),
        "waitsFor": {
            "oneOf": [
                exact_object({"jobId": TEXT, "s3Key": TEXT, "longestSeconds": {"type": ["integer", "null"]}}),
                {"type": "null"},
            ],
            "description": "The import of the organization whose turn it is; null while this one works.",
        },
        "files": {**_TEXTS, "description": "Links to the result files by outcome, once the import has ended."},
        "deletedFiles": {
            **list_of(
                exact_object(
                    {
                        "file": enum_of("upload", *Outcome, name="LeadImportFile"),
                        "reason": enum_of(*Reason, name="DeletedFileReason"),
                        "deletedAt": {**INSTANT_OR_NULL, "description": "null for a missing file."},
                    }
                )
            ),
            "description": "The uploaded file and the result files that are no longer there.",
        },
        "error": TEXT_OR_NULL,
        "errorCode": TEXT_OR_NULL,
        "retryOf": TEXT_OR_NULL,
        "createdAt": INSTANT,
        "finishedAt": INSTANT_OR_NULL,
    }
)

_PARTS: dict[str, Schema] = {
    "parts": list_of(
        named(
            "LeadUploadPart",
            exact_object(
                {
                    "partNumber": COUNT,
                    "size": {**COUNT, "description": "Send exactly as many bytes by PUT, and no other headers."},
                    "url": TEXT,
                    "etag": {**TEXT_OR_NULL, "description": "Of what is stored of the part; null for nothing yet."},
                }
            ),
        )
    ),
    "nextPart": {
        "type": ["integer", "null"],
        "description": "The first part of the next page; null if this is the last one.",
    },
    "expiresAt": {**INSTANT, "description": "Until when the URLs are valid."},
}

SCHEMAS: dict[str, Schema] = {
    "LeadImport": _IMPORT,
    "LeadImports": exact_object({"imports": list_of(ref("LeadImport")), "nextCursor": TEXT_OR_NULL}),
    "LeadUndo": exact_object(
        {
            "importId": TEXT,
            "jobId": {**TEXT_OR_NULL, "description": "null if the import is not being undone."},
            "statusUrl": TEXT,
            "status": enum_of(*JobState, None),
            "result": RESULT,
            "canBeUndoneUntil": INSTANT,
            "reversed": {**COUNT, "description": "Leads that are as before the import; before an undo, that would be."},
            "kept": {
                **COUNT,
                "description": "Leads of which something is kept: they were changed since, or three later imports did.",
            },
            "failed": {**COUNT, "description": "Leads that are gone, or of which nothing is known any more."},
            "isExact": {
                "type": "boolean",
                "description": "false before the undo of a large import: as if nobody had changed a lead since.",
            },
            "files": {
                **_TEXTS,
                "description": "Links to the three lists of leads by outcome, once the undo has ended.",
            },
            "createdAt": INSTANT_OR_NULL,
            "finishedAt": INSTANT_OR_NULL,
            "error": TEXT_OR_NULL,
        }
    ),
    "LeadImportStarted": exact_object({"jobId": TEXT, "statusUrl": TEXT}),
    "LeadUpload": exact_object(
        {"s3Key": TEXT, "url": TEXT, "fields": {**_TEXTS, "description": "Send them before the file."}}
    ),
    "LeadUploadInParts": exact_object({"s3Key": TEXT, "uploadId": TEXT, "partSize": COUNT, **_PARTS}),
    "LeadUploadParts": exact_object(_PARTS),
    "LeadUploadComplete": exact_object({"s3Key": TEXT}),
}
