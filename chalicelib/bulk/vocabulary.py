"""What the fields and parameters of this room mean. Loaded only when the API is described."""

from chalicelib.contacts.vocabulary import CONTACT_WORDS
from chalicelib.foundation.openapi.vocabulary import Vocabulary

_ID = "7QmC2xW9Lk0aRz5tVb8nYg"

VOCABULARY: Vocabulary = {
    **CONTACT_WORDS,
    "client_source": ("The client's own name, part of the tracking key; null for none.", "crm-direct"),
    "update": "What `update` changes in a contact that is already there.",
    "external_id": ("The client's own id of the contact; null for none.", "crm-1815"),
    "items": "What became of each contact, in the order of the list.",
    "rivals": ("The ids of the contacts that it may be.", []),
    "code": ("The code of the problem; null for none.", "not_an_email"),
    "result": "How the run has ended; null until then.",
    "total_count": "How many contacts the run is about.",
    "processed_count": "How many of them have an outcome.",
    "success_count": "Created and updated.",
    "created_count": "How many were created.",
    "updated_count": "How many that were there already were changed.",
    "failure_count": "How many could not be created.",
    "skipped_count": "How many were skipped, because they are there already.",
    "not_added_count": "How many were created, but not added to the collection.",
    "on_existing": "What the run does with a contact that is already there.",
    "bulk_create_job_id": ("The bulk create whose contacts are deleted.", _ID),
    "deleted_count": "How many were deleted.",
    "kept_count": "How many were kept.",
    "not_found_count": "How many are not there any more.",
    "forbidden_count": "How many are not of the run, so that they may not be deleted.",
    "failed_count": "How many could not be deleted.",
    "candidate_contact_ids": ("The ids of all contacts that the run would delete or keep.", [_ID]),
    "deleted_contact_ids": ("The ids of the contacts that were deleted.", [_ID]),
    "kept": "The contacts that were kept, each with the reason.",
    "errors": "The contacts that failed, each with the reason.",
    "jobs": "The runs, newest first.",
    "BulkContactError.field": ("The path of the field; nothing for the whole contact.", "emails.0.value"),
    "BulkContactError.index": "The contact's index in the submitted list, from 0.",
    "BulkContactError.contact_id": ("The contact that it concerns; null for none.", None),
    "BulkJobOfCreate.kind": ("That it is a bulk create.", "create"),
    "BulkJobOfCleanup.kind": ("That it is a cleanup.", "cleanup"),
    "idempotency_key": ("Alternative to the header `Idempotency-Key`.", "7f9c24e5-1c0b-4b58-8d36-1f1a7c1f2b1e"),
    "BulkCreateBody.contacts": "The contacts to create, in any order; outcomes name them by their index.",
}
