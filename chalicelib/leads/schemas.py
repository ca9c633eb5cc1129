"""JSON Schemas of this room's responses. Loaded only when the API is described."""

from chalicelib.foundation.schema import COUNT, INSTANT, TEXT, TEXT_OR_NULL, Schema, enum_of, exact_object, list_of, ref
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
_RESOLVED = exact_object(
    {
        "index": {**COUNT, "description": "The index of the input."},
        "outcome": enum_of(*Outcome),
        "lead": {"oneOf": [ref("Lead"), {"type": "null"}]},
        "conflictingLeadIds": {**list_of(TEXT), "description": "For an ambiguous input: the leads that it belongs to."},
        "code": TEXT_OR_NULL,
        "message": TEXT_OR_NULL,
        "field": TEXT_OR_NULL,
    }
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
        }
    ),
    "ResolvedLeads": exact_object({"results": list_of(_RESOLVED)}),
}
