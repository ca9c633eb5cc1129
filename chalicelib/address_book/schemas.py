"""JSON Schemas of the responses of the address book. Imported only to describe the API."""

from chalicelib.address_book.contact_history import EventKind
from chalicelib.address_book.status_filter import STATUSES
from chalicelib.contacts.explain_fold import Rule
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
    named,
    partial_object,
    ref,
)

TAG = {
    **TEXT,
    "description": "The operator's name of the source, such as google, microsoft, crm-direct or ios.",
}
FILE = {
    **named(
        "SourceRow",
        exact_object(
            {
                "import_id": TEXT,
                "file_name": TEXT,
                "row": {"type": ["integer", "null"]},
                "rule": {
                    **enum_of("number", "email", "name", "id", "key", "decided", None, name="MatchRule"),
                    "description": "The rule by which the plan matched the row to the contact, or that the person "
                    "decided; null for a new contact.",
                },
            }
        ),
    ),
    "description": "The row of the file import. Absent in exports, and once the import is deleted.",
}
_VALUE_SOURCE = {"source": TEXT, "source_id": TEXT, "tag": TAG, "job_id": TEXT, "at": INSTANT}
_SOURCE = {
    "source": TEXT,
    "source_id": TEXT,
    "tag": TAG,
    "job_id": TEXT,
    "outcome": enum_of(*Outcome, name="ContactOutcome"),
    "first_seen_at": INSTANT,
    "last_changed_at": INSTANT,
}
_EXTERNAL_ID = {
    "type": "string",
    "description": "What the client of a bulk run calls the contact. Only in a person's own exports.",
    "examples": ["crm-4711"],
}
SOURCE = named(
    "ContactSource",
    partial_object({**_SOURCE, "file": FILE, "external_id": _EXTERNAL_ID}, tuple(_SOURCE)),
)
_RULE = {
    **enum_of(*Rule, name="FoldRule"),
    "description": (
        "The rule by which the value is shown: own_edit, only_source, sources_agree, first_to_arrive, leads (a source "
        "that the person chose to go first), all_shown (lists and notes have the values of all sources), fills_gap "
        "(enrichment), completes (the year of a birthday), kept_name, computed; or lost: lost_to_own_edit, "
        "lost_to_first, lost_to_leading, whole_name (a name comes from one source), fills_gaps_only, completed; or "
        "hidden by the person: cleared (the field), hidden (the value)."
    ),
}
PROVENANCE = named(
    "FieldValue",
    exact_object(
        {
            "value": {"description": "A value of the type that the field has."},
            "shown": {"type": "boolean"},
            "rule": _RULE,
            "sources": list_of(
                named("ValueSource", partial_object({**_VALUE_SOURCE, "file": FILE}, tuple(_VALUE_SOURCE)))
            ),
        }
    ),
)
_OPTED_OUT_AT = {
    **INSTANT_OR_NULL,
    "description": "When the person decided that no vendor is asked about the contact; null if they did not.",
}
_ENRICHMENT = named(
    "ContactEnrichment",
    exact_object(
        {
            "vendor": TEXT,
            "title": TEXT,
            "status": enum_of(*STATUSES, name="EnrichmentStatus"),
            "reason": {**TEXT_OR_NULL, "description": "A code; null if the vendor has never tried."},
            "reason_title": TEXT_OR_NULL,
            "meaning": TEXT_OR_NULL,
            "remedy": {**TEXT_OR_NULL, "description": "What a person or an operator can do; null for nothing."},
            "last_attempt_at": INSTANT_OR_NULL,
            "next_attempt_at": {**INSTANT_OR_NULL, "description": "Null unless it failed and is tried again."},
            "run_id": TEXT_OR_NULL,
            "gave": {**list_of(TEXT), "description": "The names of the fields and facts that the vendor gave."},
            "likelihood": {
                "type": ["integer", "null"],
                "description": "The vendor's own number for how certain it is.",
            },
        }
    ),
)
_IN_FULL = {
    **CONTACT,
    "version": {
        "type": "integer",
        "minimum": 1,
        "description": "Send it with an edit to detect concurrent changes.",
    },
    "merged": {
        **list_of(TEXT),
        "description": "The ids of contacts that were merged into it. Each can be given back by `…/unmerge`.",
    },
    "sources": list_of(SOURCE),
    "provenance": {"type": "object", "additionalProperties": list_of(PROVENANCE)},
}
_STATUSES = {
    **list_of(_ENRICHMENT),
    "description": "The status of each vendor. Absent in exports, and where contacts are compared, merged or split.",
}
_EVENT = named(
    "HistoryEvent",
    partial_object(
        {
            "kind": {
                **enum_of(*EventKind, name="HistoryEventKind"),
                "description": (
                    "created, source_added (another source had it too), updated (the last change of a source), edited "
                    "(the first and the last edit), merged (another contact was merged into it), merged_into (it was "
                    "merged into another one), unmerged (such a merge was taken back), split (another contact was made "
                    "of some of its records), or split_off (it was made of some records of another one)."
                ),
            },
            "at": INSTANT,
            "by": {**TEXT_OR_NULL, "description": "The person who did it; null for a job."},
            "job_id": {
                **TEXT_OR_NULL,
                "description": "Null for a person, and if a later job has changed the record.",
            },
            "merged_contact_id": {**TEXT_OR_NULL, "description": "The other contact of a merge or split."},
            "source": TEXT,
            "source_id": TEXT,
            "tag": TAG,
            "file": FILE,
        },
        ("kind", "at", "by", "job_id", "merged_contact_id"),
    ),
)

SCHEMAS: dict[str, Schema] = {
    "Contact": exact_object(CONTACT),
    "ListedContact": partial_object(CONTACT, ("contact_id",)),
    "Contacts": exact_object(
        {
            "contacts": {
                **list_of(ref("ListedContact")),
                "description": "With all fields of a `Contact`, or only those that `fields` names.",
            },
            "next_cursor": TEXT_OR_NULL,
            "is_current": {
                "type": "boolean",
                "description": (
                    "False during an import and for a few seconds after it: contacts may be missing or out of order. "
                    "Start again with the first page once it is true."
                ),
            },
            "as_of": {**INSTANT_OR_NULL, "description": "The time the list reflects, if it is not current."},
            "since": {
                **TEXT_OR_NULL,
                "description": (
                    "With `follow=true`, on the first page: the token with which to follow the book after this walk. "
                    "Null while `is_current` is false; then start again."
                ),
            },
        }
    ),
    "ContactChanges": exact_object(
        {
            "changed": {
                **list_of(ref("ListedContact")),
                "description": "New and changed contacts as they are now; each takes the place of the one with its id.",
            },
            "deleted": {**list_of(TEXT), "description": "The ids of contacts that are gone."},
            "merged": {
                **list_of(exact_object({"contact_id": TEXT, "merged_into": TEXT})),
                "description": "Contacts that are gone because they were merged, and what they are part of now.",
            },
            "since": {
                **TEXT_OR_NULL,
                "description": (
                    "The token for the next request, valid for 30 days. Null while a large book is being prepared; "
                    "then ask again as before."
                ),
            },
            "has_more": {"type": "boolean", "description": "Whether more is known now; then ask again at once."},
            "is_current": {
                "type": "boolean",
                "description": (
                    "Whether the book as it is now is told, once `has_more` is false. During an import it is not: what "
                    "is missing is told later."
                ),
            },
        }
    ),
    "ContactInFull": partial_object(
        {**_IN_FULL, "enrichment": _STATUSES, "enrichment_opted_out_at": _OPTED_OUT_AT}, tuple(_IN_FULL)
    ),
    "MergedContact": exact_object({"merged_into": TEXT}),
    "ContactHistory": exact_object({"contact_id": TEXT, "events": list_of(_EVENT)}),
    "Export": exact_object({"exported_at": INSTANT, "contacts": list_of(ref("ContactInFull"))}),
}
