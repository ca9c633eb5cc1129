"""JSON Schemas of this room's responses. Loaded only when the API is described."""

from chalicelib.contacts.schemas import CONTACT
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
from chalicelib.reviews.compare_contacts import COMPARED, Difference
from chalicelib.reviews.review import Answer, Reason

_WAITING = tuple(reason for reason in Reason if reason is not Reason.CHOSEN)
_SIDE = named(
    "ReviewSide",
    exact_object(
        {
            "contact_id": {**TEXT_OR_NULL, "description": "Null for a row of a file that is not imported yet."},
            "import_id": TEXT_OR_NULL,
            "row": {"type": ["integer", "null"], "description": "The number of the row, as the file shows it."},
            "version": {"type": ["integer", "null"], "description": "Send it with the decision to detect changes."},
            "display": TEXT,
            "organization": TEXT,
            "emails": CONTACT["emails"],
            "phones": CONTACT["phones"],
        }
    ),
)
_SCORE = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_FIELD_NAME = {
    **enum_of(*COMPARED, name="ComparedFieldName"),
    "description": "A field of a contact; `name` is the whole name.",
}
_REVIEW: dict[str, Schema] = {
    "review_id": TEXT,
    "reason": {
        **enum_of(*Reason, name="ReviewReason"),
        "description": (
            "Why a person is asked: a row of a file waits, an import or an edit found a shared address or number, a "
            "search found them, or nothing did (`chosen`: any two contacts can be compared)."
        ),
    },
    "reasons": {**list_of(TEXT), "description": "What they have in common, such as `email`, `phone` or `name`."},
    "score": {**_SCORE, "description": "How sure the search is; null if no search found the pair."},
    "found_at": INSTANT_OR_NULL,
    "left": _SIDE,
    "right": _SIDE,
    "differs": {**list_of(_FIELD_NAME), "description": "The fields that both have, with different values."},
    "put_off": {"type": "boolean", "description": "Whether it was decided to ask later."},
}
_VALUE = named(
    "ComparedValue",
    exact_object(
        {
            "value": {"description": "A value of the type that the field has."},
            "text": TEXT,
            "label": TEXT,
            "is_common": {"type": "boolean", "description": "Whether the other side has the same value."},
            "differs": {
                **list_of({"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2}),
                "description": "Where the text differs from the other side's: begin and end of each part, in code "
                "points.",
            },
        }
    ),
)
_FIELD = named(
    "ComparedField",
    exact_object(
        {"field": _FIELD_NAME, "difference": enum_of(*Difference), "left": list_of(_VALUE), "right": list_of(_VALUE)}
    ),
)

SCHEMAS: dict[str, Schema] = {
    "Review": exact_object(_REVIEW),
    "Reviews": exact_object(
        {
            "reviews": list_of(ref("Review")),
            "next_cursor": TEXT_OR_NULL,
            "counts": {
                **exact_object({**{reason.value: COUNT for reason in _WAITING}, "put_off": COUNT}),
                "description": "How many wait, by reason, and how many were put off.",
            },
            "is_current": {"type": "boolean", "description": "False during an import and for a few seconds after it."},
            "as_of": {**INSTANT_OR_NULL, "description": "The time the list reflects, if it is not current."},
        }
    ),
    "ReviewInFull": exact_object(
        {
            **_REVIEW,
            "fields": {
                **list_of(_FIELD),
                "description": "Those that differ first, then those of one side, then equal.",
            },
            "left_contact": ref("ContactInFull"),
            "right_contact": ref("ContactInFull"),
        }
    ),
    "ReviewDecision": exact_object(
        {
            "review_id": TEXT,
            "decision": enum_of(*Answer),
            "into": {**TEXT_OR_NULL, "description": "The contact that both are now, if they are the same."},
            "merged": {**TEXT_OR_NULL, "description": "The contact that was merged into it."},
            "job_id": {**TEXT_OR_NULL, "description": "The job that imports the row."},
            "decided_at": INSTANT,
        }
    ),
    "LikeReviews": exact_object(
        {
            "reason": enum_of(*_WAITING, name="WaitingReason"),
            "differs": list_of(_FIELD_NAME),
            "count": {**COUNT, "description": "How many pairs have this reason and differ in just these fields."},
            "is_complete": {"type": "boolean", "description": "False if more pairs wait than were compared."},
            "review_ids": list_of(TEXT),
            "job_id": {
                **TEXT_OR_NULL,
                "description": "The job that decides them, for rows one of their import; null if only counted.",
            },
            "links": {
                "anyOf": [exact_object({"status": TEXT, "undo": TEXT}), {"type": "null"}],
                "description": "Where the state of the job is, for rows that of their import, and where to undo it.",
            },
        }
    ),
    "LikeDecisions": exact_object(
        {
            "job_id": TEXT,
            "state": enum_of(*JobState),
            "result": RESULT,
            "decision": enum_of(*Answer),
            "undoes": {**TEXT_OR_NULL, "description": "The job whose decisions this one undoes."},
            "total": COUNT,
            "decided": {**COUNT, "description": "Decided, or undone."},
            "skipped": {**COUNT, "description": "Decided apart from it, changed meanwhile, or no longer two contacts."},
            "failed": COUNT,
        }
    ),
}
