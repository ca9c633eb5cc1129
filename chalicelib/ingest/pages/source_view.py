"""What the page of a source shows of a record: what it said, and in words what became of it."""

from typing import Any

from chalicelib.ingest.follow_records import FollowedRecord

MOST_CELLS = 4  # of a record that are shown at once
_OUTCOMES = {
    None: ("busy", "…", "Waits"),
    "created": ("good", "✓", "Created"),
    "updated": ("good", "✓", "Updated"),
    "unchanged": ("good", "=", "Unchanged"),
    "skipped": ("warned", "–", "Skipped"),
    "ambiguous": ("warned", "!", "Ambiguous"),
    "failed": ("bad", "✕", "Failed"),
}
_REASONS = {
    "combined": "A later record of the same request or moment was applied together with it.",
    "repeated": "Its event was applied before.",
    "stale": "It is older than what was applied.",
    "no_name_email_or_phone": "None of its fields is a name, an email address or a phone number.",
    "no_identity": "None of its fields identifies a lead.",
    "in_next_job": "It waits for the next import, since an earlier record changes the same lead.",
    "not_imported": "The import failed or was canceled.",
    "deleted_by_person": "You deleted this person.",
    "poison": "It could not be processed.",
    "too_large": "It is too large.",
    "suppressed": "The lead was erased.",
    "identities_of_several_leads": "Its identities belong to several leads.",
}


def record_view(record: FollowedRecord) -> dict[str, Any]:
    """The record for its row of the table."""
    kind, sign, words = _OUTCOMES.get(record.outcome, ("warned", "!", str(record.outcome)))
    filled = [(name, text) for name, text in record.cells.items() if text]
    return {
        "received_at": record.received_at.isoformat(),
        "cells": filled[:MOST_CELLS],
        "more_cells": filled[MOST_CELLS:],
        "badge": (kind, sign, words),
        "reason": _REASONS.get(record.reason or "", record.reason or ""),
        "contact_id": record.contact_id,
        "lead_id": record.lead_id,
        "import_id": record.import_id,
        "job_id": record.job_id,
    }
