"""What the routes of the address book answer, as JSON Schema. Loaded only when the API describes itself."""

from chalicelib.contacts.schemas import CONTACT
from chalicelib.foundation.outcomes import Outcome
from chalicelib.foundation.schema import (
    INSTANT,
    INSTANT_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    Schema,
    enum_of,
    exact_object,
    list_of,
    ref,
)

TAG = {**TEXT, "description": "Where it came from in the operator's word: google, microsoft, crm-direct, ios."}
SOURCE = exact_object(
    {
        "source": TEXT,
        "source_id": TEXT,
        "tag": TAG,
        "job_id": TEXT,
        "outcome": enum_of(*Outcome),
        "first_seen_at": INSTANT,
        "last_changed_at": INSTANT,
    }
)
SAID = exact_object(
    {
        "value": {"description": "As the member has it."},
        "shown": {"type": "boolean"},
        "sources": list_of(
            exact_object({"source": TEXT, "source_id": TEXT, "tag": TAG, "job_id": TEXT, "at": INSTANT})
        ),
    }
)

SCHEMAS: dict[str, Schema] = {
    "Contact": exact_object(CONTACT),
    "Contacts": exact_object(
        {
            "contacts": list_of(ref("Contact")),
            "next_cursor": TEXT_OR_NULL,
            "is_current": {
                "type": "boolean",
                "description": (
                    "False while contacts are arriving, and for a few seconds after: then some may be missing or out "
                    "of order. Begin again with the first page when it is true."
                ),
            },
            "as_of": {**INSTANT_OR_NULL, "description": "The moment that a list which is not current is of."},
        }
    ),
    "ContactInFull": exact_object(
        {
            **CONTACT,
            "version": {"type": "integer", "minimum": 1, "description": "Send it with an edit of what you saw."},
            "sources": list_of(SOURCE),
            "said_by": {"type": "object", "additionalProperties": list_of(SAID)},
        }
    ),
    "Export": exact_object({"exported_at": INSTANT, "contacts": list_of(ref("ContactInFull"))}),
}
