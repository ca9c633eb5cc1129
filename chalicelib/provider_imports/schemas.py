"""JSON Schemas of the responses. Loaded only when the API is described."""

from chalicelib.accounts.connection import FULL, INCREMENTAL, ConnectionState
from chalicelib.accounts.refresh import Interval
from chalicelib.foundation.outcomes import Outcome
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
from chalicelib.jobs.job_result import RESULT
from chalicelib.jobs.waiting import WaitReason
from chalicelib.provider_imports.change_refresh import DECISION, RECONNECT
from chalicelib.provider_imports.status import PublicState
from chalicelib.providers.choices import ChoiceKind

MODE = enum_of(FULL, INCREMENTAL, None, name="ImportMode")
COUNTS = named("OutcomeCounts", exact_object({outcome.value: COUNT for outcome in Outcome}))

STATUS = exact_object(
    {
        "job_id": TEXT,
        "kind": TEXT,
        "provider": TEXT_OR_NULL,
        "connection_id": TEXT_OR_NULL,
        "account": TEXT_OR_NULL,
        "mode": MODE,
        "status": enum_of(*PublicState, name="ImportState"),
        "result": RESULT,
        "total_contacts": COUNT,
        "processed_contacts": COUNT,
        "imported_contacts": COUNT,
        "skipped_contacts": COUNT,
        "failed_contacts": COUNT,
        "created": COUNT,
        "updated": COUNT,
        "unchanged": COUNT,
        "skipped": COUNT,
        "removed": COUNT,
        "removals_pending": COUNT,
        "error_message": TEXT_OR_NULL,
        "error_code": TEXT_OR_NULL,
        "started_at": INSTANT,
        "completed_at": INSTANT_OR_NULL,
        "rate": {"type": ["number", "null"], "description": "Contacts per second since it started."},
        "estimated_completion_at": INSTANT_OR_NULL,
        "waiting": {"type": ["string", "null"], "description": "A human-readable reason why it waits."},
        "waiting_reason": enum_of(*WaitReason, None),
        "notice": {"type": ["string", "null"], "description": "A human-readable note about events during the import."},
        "retry_of": TEXT_OR_NULL,
    }
)

LAST_IMPORT = named(
    "LastImport",
    exact_object(
        {
            "job_id": TEXT,
            "mode": MODE,
            "status": enum_of(*PublicState, name="ImportState"),
            "result": RESULT,
            "started_at": INSTANT,
            "completed_at": INSTANT_OR_NULL,
            "imported_contacts": COUNT,
            "failed_contacts": COUNT,
        }
    ),
)

REFRESH = named(
    "Refresh",
    exact_object(
        {
            "interval": enum_of(*Interval, name="RefreshInterval"),
            "next_at": {**INSTANT_OR_NULL, "description": "When it is imported again; null if it is off or paused."},
            "last_at": {**INSTANT_OR_NULL, "description": "When it was last imported again by itself."},
            "failures": {
                **COUNT,
                "description": "How many imports in a row have failed. After 2, 3, 4 … of them the next "
                "one follows after 2, 4, 8 intervals, and no later.",
            },
            "paused_because": {
                **enum_of(RECONNECT, DECISION, None, name="PauseReason"),
                "description": "`reconnect`: access was lost. `decision`: removals wait for the person.",
            },
            "import_to_decide": {**TEXT_OR_NULL, "description": "The import whose removals wait."},
        }
    ),
)

NAMED = named("ChosenPart", exact_object({"id": TEXT, "name": TEXT}))

CONNECTION = exact_object(
    {
        "connection_id": TEXT,
        "provider": TEXT,
        "account": TEXT,
        "scopes": list_of(TEXT),
        "state": enum_of(*ConnectionState, "importing", name="ConnectionState"),
        "connected_at": INSTANT,
        "disconnected_at": INSTANT_OR_NULL,
        "chosen": {
            "anyOf": [list_of(NAMED), {"type": "null"}],
            "description": "What the person chose, by the names of that time; null if everything comes.",
        },
        "waits_for_choice": {
            "type": "boolean",
            "description": "Whether nothing is imported, also not by itself, until the person has chosen what comes.",
        },
        "last_import": {"anyOf": [LAST_IMPORT, {"type": "null"}]},
        "refresh": REFRESH,
    }
)

CHOICE = named(
    "Choice",
    exact_object(
        {
            "id": TEXT,
            "kind": enum_of(*ChoiceKind),
            "name": TEXT,
            "count": {"type": ["integer", "null"], "description": "null if the provider does not say."},
            "is_chosen": {"type": "boolean"},
            "needs_permission": {
                "type": "boolean",
                "description": "Whether the account must first be connected again with its id as `permission`.",
            },
        }
    ),
)

CHOICES = exact_object(
    {
        "connection_id": TEXT,
        "waits_for_choice": {"type": "boolean"},
        "choices": {**list_of(CHOICE), "description": "Empty if there is no choice: everything comes."},
        "gone": {**list_of(NAMED), "description": "What was chosen and is no longer there."},
    }
)

CHOICE_PREVIEW = exact_object(
    {
        "contacts": COUNT,
        "coming": {**COUNT, "description": "Contacts that are not yet in the address book from this account."},
        "leaving": {**COUNT, "description": "Contacts of this account that are left out. What else knows them stays."},
        "asks_first": {
            "type": "boolean",
            "description": "Whether these are so many that the import waits for a decision before it removes them.",
        },
    }
)

LINE = named(
    "LedgerLine",
    exact_object(
        {
            "source_id": TEXT,
            "outcome": enum_of(*Outcome, name="ContactOutcome"),
            "contact_id": TEXT_OR_NULL,
            "reason": TEXT_OR_NULL,
            "name": TEXT,
        }
    ),
)

CONFIRMATION_NEEDED = exact_object(
    {"confirmation_key": TEXT, "confirm_url": TEXT, "provider": TEXT, "account": TEXT_OR_NULL, "person": TEXT}
)

SCHEMAS: dict[str, Schema] = {
    "ConsentStarted": exact_object({"authorization_url": TEXT, "job_id": TEXT}),
    "ConfirmationNeeded": CONFIRMATION_NEEDED,
    "ConsentDeclined": exact_object({"connected": {"const": False}, "provider": TEXT}),
    "Status": STATUS,
    "Imports": exact_object({"imports": list_of(ref("Status")), "next_cursor": TEXT_OR_NULL}),
    "Ledger": exact_object({"job_id": TEXT, "lines": list_of(LINE), "next_cursor": TEXT_OR_NULL}),
    "LedgerCheck": exact_object({"consistent": {"type": "boolean"}, "counted": COUNTS, "recorded": COUNTS}),
    "Connection": CONNECTION,
    "Choices": CHOICES,
    "ChoicePreview": CHOICE_PREVIEW,
    "Connections": exact_object({"connections": list_of(ref("Connection"))}),
}
