"""JSON Schemas of the responses of searching for duplicates. Imported only to describe the API."""

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
)
from chalicelib.jobs.job import JobState
from chalicelib.jobs.job_result import RESULT

_NUMBER = {"type": ["integer", "null"], "minimum": 0}

SCHEMAS: dict[str, Schema] = {
    "DuplicateSearch": exact_object(
        {
            "job_id": TEXT,
            "status": enum_of(*JobState),
            "result": RESULT,
            "contacts": {**_NUMBER, "description": "How many contacts it read; null until it has ended."},
            "pairs": {**_NUMBER, "description": "How many pairs it found."},
            "certain": {**_NUMBER, "description": "How many of them are certain."},
            "created_at": INSTANT,
            "finished_at": INSTANT_OR_NULL,
            "error": TEXT_OR_NULL,
        }
    ),
    "CertainDuplicates": exact_object(
        {
            "count": COUNT,
            "certain": {
                **list_of(exact_object({"review_id": TEXT, "contact_ids": list_of(TEXT)})),
                "description": "Pairs with a personal address or number in common and names that agree.",
            },
        }
    ),
}
