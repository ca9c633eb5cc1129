"""The statuses of enrichment of a contact as people read them, one for each vendor: in the API and on the page."""

from collections.abc import Mapping
from typing import Any

from chalicelib.books.enrichment_status import Attempt, ContactStatuses
from chalicelib.books.status_kind import NEVER_TRIED
from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.json import JsonObject
from chalicelib.vendors.reasons import TABLE, Explanation
from chalicelib.vendors.registry import VENDORS

STATUS_WORDS = {"enriched": "Enriched", "failed": "Failed", "ineligible": "Not eligible", NEVER_TRIED: "Never tried"}
_WORDS: Mapping[str, Explanation] = {reason.value: explanation for reason, explanation in TABLE.items()}


def enrichment_json(statuses: ContactStatuses) -> JsonObject:
    """The members of a contact: every vendor, also one that has never tried, and one that is no longer asked but has.

    Args:
        statuses: of all that the contact consists of.
    """
    told, since = {name: _attempt_json(attempt) for name, attempt in statuses.attempts.items()}, statuses.opted_out_at
    vendors = [
        {"vendor": name, "title": vendor_title(name), **told.get(name, _NEVER_TRIED)}
        for name in dict.fromkeys((*VENDORS, *told))
    ]
    return {"enrichment": vendors, "enrichment_opted_out_at": None if since is None else rfc3339(instant(since))}


def status_options() -> list[JsonObject]:
    """What a list of contacts can be filtered by, with the words that people choose it by."""
    return [
        {"value": f"{name}:{status}", "title": f"{vendor_title(name)}: {words.lower()}"}
        for name in VENDORS
        for status, words in STATUS_WORDS.items()
    ]


def vendor_title(name: str) -> str:
    """What people call a vendor."""
    return VENDORS[name].title if name in VENDORS else name


_NEVER_TRIED: JsonObject = {
    "status": NEVER_TRIED,
    "reason": None,
    "reason_title": None,
    "meaning": None,
    "remedy": None,
    "last_attempt_at": None,
    "next_attempt_at": None,
    "run_id": None,
    "gave": [],
    "likelihood": None,
}


def _attempt_json(attempt: Attempt) -> JsonObject:
    words = _WORDS.get(attempt.reason)
    return {
        "status": attempt.kind.value,
        "reason": attempt.reason,
        "reason_title": words and words.title,
        "meaning": words and words.meaning,
        "remedy": (words and words.remedy) or None,
        "last_attempt_at": rfc3339(instant(attempt.last_attempt_at)),
        "next_attempt_at": None if attempt.next_attempt_at is None else rfc3339(instant(attempt.next_attempt_at)),
        "run_id": attempt.run or None,
        "gave": list(attempt.gave),
        "likelihood": attempt.likelihood,
    }


def enrichment_rows(statuses: list[JsonObject]) -> list[dict[str, Any]]:
    """The same for the page, with what the vendor gave in words."""
    return [
        {
            **each,
            "status_title": STATUS_WORDS[each["status"]],
            "gave": [name.replace("_", " ") for name in each["gave"]],
        }
        for each in statuses
    ]
