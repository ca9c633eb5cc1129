"""What the routes of the address book answer, as JSON Schema. Loaded only when the API describes itself."""

from chalicelib.foundation.outcomes import Outcome
from chalicelib.foundation.schema import (
    INSTANT,
    TEXT,
    TEXT_OR_NULL,
    Schema,
    all_of,
    list_of,
    named,
    one_of,
    some_of,
)

_LABELED = some_of({"value": TEXT, "label": TEXT}, ("value",))
_BIRTHDAY = some_of({name: {"type": "integer"} for name in ("year", "month", "day")})
_ADDRESS = some_of(dict.fromkeys(("street", "city", "region", "postal_code", "country", "label"), TEXT))
_TEXTS = ("display", "given", "family", "nickname", "organisation", "department", "title", "notes", "photo_url")
CONTACT: dict[str, Schema] = {
    "contact_id": TEXT,
    **dict.fromkeys(_TEXTS, TEXT),
    "birthday": {"anyOf": [_BIRTHDAY, {"type": "null"}]},
    "emails": list_of(_LABELED),
    "phones": list_of(some_of({"raw": TEXT, "e164": TEXT, "label": TEXT}, ("raw",))),
    "addresses": list_of(_ADDRESS),
    "urls": list_of(_LABELED),
    "groups": list_of(TEXT),
    "possible_duplicates": list_of(TEXT),
    "external_source": {**TEXT_OR_NULL, "description": "The tracking key of the bulk run that made it."},
    "created_at": INSTANT,
    "updated_at": INSTANT,
}
SOURCE = all_of(
    {
        "source": TEXT,
        "source_id": TEXT,
        "job_id": TEXT,
        "outcome": one_of(*Outcome),
        "first_seen_at": INSTANT,
        "last_changed_at": INSTANT,
    }
)
SAID = all_of(
    {
        "value": {"description": "As the member has it."},
        "shown": {"type": "boolean"},
        "sources": list_of(all_of({"source": TEXT, "source_id": TEXT, "job_id": TEXT, "at": INSTANT})),
    }
)

SCHEMAS: dict[str, Schema] = {
    "Contact": all_of(CONTACT),
    "Contacts": all_of({"contacts": list_of(named("Contact")), "next_cursor": TEXT_OR_NULL}),
    "ContactInFull": all_of(
        {
            **CONTACT,
            "sources": list_of(SOURCE),
            "said_by": {"type": "object", "additionalProperties": list_of(SAID)},
        }
    ),
}
