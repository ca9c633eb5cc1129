"""The published JSON of what happened, with its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.json import JsonObject
from chalicelib.jobs.activity import ActivityKind
from chalicelib.jobs.job import JobState
from chalicelib.operating.list_activity import ActivityPage, Entry

EVENT_TITLES: Mapping[ActivityKind, str] = {
    ActivityKind.CONNECTED: "Account connected",
    ActivityKind.CONSENT_LOST: "Access to an account lost",
    ActivityKind.EXPORTED: "Address book exported",
    ActivityKind.MERGED: "Contacts merged",
    ActivityKind.UNMERGED: "Merge taken back",
    ActivityKind.SPLIT: "Contact split",
    ActivityKind.DELETED: "Contact deleted",
    ActivityKind.VENDOR_CHANGED: "Vendor changed",
    ActivityKind.CLIENT_ALLOWED: "Service client allowed to act",
    ActivityKind.CLIENT_REVOKED: "Service client no longer allowed to act",
    ActivityKind.CLIENT_READ: "Service client read data, within an hour",
    ActivityKind.CLIENT_ACTED: "Service client acted",
}
_STATES: Mapping[str, str] = {
    JobState.QUEUED.value: "waiting",
    JobState.PROCESSING.value: "running",
    JobState.COMPLETED.value: "done",
    JobState.PARTIAL.value: "done, not all of it",
    JobState.FAILED.value: "failed",
    JobState.CANCELED.value: "canceled",
}


@dataclass(frozen=True)
class ActivityJson:
    """Renders what happened as JSON."""

    #: The titles of the kinds of jobs, by their names.
    job_titles: Mapping[str, str]

    @property
    def titles(self) -> Mapping[str, str]:
        """The titles of everything that can happen, by kind."""
        return {**self.job_titles, **{kind.value: title for kind, title in EVENT_TITLES.items()}}

    def page(self, found: ActivityPage) -> JsonObject:
        return {
            "entries": [self._entry(each) for each in found.entries],
            "next_cursor": found.cursor,
            "looked_back_to": rfc3339(found.looked_back_to),
        }

    def _entry(self, entry: Entry) -> JsonObject:
        return {
            "id": entry.entry_id,
            "at": rfc3339(instant(entry.at)),
            "kind": entry.kind,
            "title": self.titles.get(entry.kind, entry.kind),
            "person": entry.person or None,
            "by": entry.by or None,
            "is_erased": entry.is_erased,
            "job_id": entry.entry_id if entry.state and not entry.is_erased else None,
            "state": entry.state or None,
            "counts": dict(entry.counts),
            "details": dict(entry.details),
            "summary": self._summary(entry),
        }

    def _summary(self, entry: Entry) -> str:
        """One phrase, such as "done: created 3, updated 4", and why if it is known."""
        parts = [f"{name.replace('_', ' ')} {count:,}" for name, count in entry.counts.items()]
        parts += [f"{name.replace('_', ' ')} {_text(value)}" for name, value in entry.details.items() if name != "why"]
        told = ": ".join(filter(None, [_STATES.get(entry.state, entry.state), ", ".join(parts)]))
        return f"{told}. {entry.details['why']}" if "why" in entry.details else told


def _text(value: object) -> str:
    """A value of the details, which is a text, a number, or what it was before and is now."""
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2:
        before, after = (_text(each) for each in value)
        return f"from {before} to {after}"
    return "nothing" if value is None else "yes" if value is True else "no" if value is False else str(value)
