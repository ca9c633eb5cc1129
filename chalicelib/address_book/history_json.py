"""The history of a contact, as JSON and as rows of the contact's page. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.address_book.contact_history import Event, EventKind
from chalicelib.contacts.contact_json import source_file_json
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_row import SourceRows
from chalicelib.contacts.value_source import ValueSource, value_source
from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.json import JsonObject

_WORDS = {
    EventKind.CREATED: "Added",
    EventKind.SOURCE_ADDED: "Found in another source too",
    EventKind.UPDATED: "Updated",
    EventKind.EDITED: "Edited",
    EventKind.MERGED: "Another contact was merged into it",
    EventKind.MERGED_INTO: "It was merged into another contact",
    EventKind.UNMERGED: "The merge was taken back",
    EventKind.SPLIT: "Some of its sources became a contact of their own",
    EventKind.SPLIT_OFF: "Created from some sources of another contact",
}
_MADE = "Created by hand"


def history_json(contact_id: str, events: Sequence[Event], source_rows: SourceRows) -> JsonObject:
    """The history of a contact.

    Args:
        source_rows: the rows of files that its records came from, as far as they are known.
    """
    return {"contact_id": contact_id, "events": [event_json(each, source_rows) for each in events]}


def event_json(event: Event, source_rows: SourceRows) -> JsonObject:
    """One event. The source is left out of a merge or split, and of a creation whose source is gone."""
    record = event.record
    source: JsonObject = {}
    if record is not None:
        source = {"source": record.source, "source_id": record.source_id, "tag": record.tag}
        if event.job_id:  # the row is that of the record's last job
            source |= source_file_json(record, source_rows)
    return {
        "kind": event.kind.value,
        "at": rfc3339(instant(event.at)),
        "by": event.by or None,
        "job_id": event.job_id or None,
        "merged_contact_id": event.contact_id or None,
        **source,
    }


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event on the page."""

    words: str
    at: str  #: RFC 3339
    who: str  #: "you", a person's id, or "" for a source
    source: ValueSource | None


def history_rows(history: Mapping[str, Any], owner: str, source_names: Mapping[str, str]) -> list[HistoryRow]:
    """The rows of a history as `history_json` returns it.

    Args:
        owner: the person who reads it.
        source_names: what people call the sources, by key.
    """
    return [_row(each, owner, source_names) for each in history["events"]]


def _row(event: Mapping[str, Any], owner: str, source_names: Mapping[str, str]) -> HistoryRow:
    kind, source = EventKind(event["kind"]), event.get("source")
    words = _MADE if kind is EventKind.CREATED and source == PERSON else _WORDS[kind]
    by = event["by"]
    shown = None if source in (None, PERSON) else value_source({**event, "job_id": event["job_id"] or ""}, source_names)
    return HistoryRow(words, event["at"], "you" if by == owner else by or "", shown)
