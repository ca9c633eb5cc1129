"""The statuses of a contact in words."""

from collections.abc import Mapping

from chalicelib.address_book.enrichment_view import enrichment_json, enrichment_rows, status_options
from chalicelib.books.enrichment_status import Attempt, ContactStatuses
from chalicelib.books.status_kind import StatusKind
from chalicelib.foundation.json import JsonObject
from chalicelib.vendors.reasons import TABLE, Reason
from chalicelib.vendors.registry import VENDORS


def vendors_of(attempts: Mapping[str, Attempt]) -> list[JsonObject]:
    found: list[JsonObject] = enrichment_json(ContactStatuses("c1", attempts))["enrichment"]
    return found


def test_every_vendor_has_a_status_and_those_that_never_tried_nothing_else():
    found = vendors_of({})

    assert [(each["vendor"], each["title"]) for each in found] == [(name, it.title) for name, it in VENDORS.items()]
    for each in found:
        rest = {name: value for name, value in each.items() if name not in ("vendor", "title")}
        assert rest.pop("status") == "never_tried"
        assert rest.pop("gave") == []
        assert set(rest.values()) == {None}


def test_an_attempt_is_told_with_its_reason_in_words():
    attempt = Attempt(
        StatusKind.FAILED, "rate_limited", 0, 60_000, run="j1", tries=2, gave=("line_type",), likelihood=0
    )

    found = {each["vendor"]: each for each in vendors_of({"hunter": attempt})}["hunter"]

    words = TABLE[Reason.RATE_LIMITED]
    assert found == {
        "vendor": "hunter",
        "title": "Hunter",
        "status": "failed",
        "reason": "rate_limited",
        "reason_title": words.title,
        "meaning": words.meaning,
        "remedy": words.remedy,
        "last_attempt_at": "1970-01-01T00:00:00.000Z",
        "next_attempt_at": "1970-01-01T00:01:00.000Z",
        "run_id": "j1",
        "gave": ["line_type"],
        "likelihood": 0,
    }


def test_a_vendor_or_reason_that_is_known_no_longer_is_still_told():
    *_, found = vendors_of({"old-vendor": Attempt(StatusKind.ENRICHED, "old_reason", 0)})

    assert (found["title"], found["reason"], found["reason_title"], found["remedy"]) == (
        "old-vendor",
        "old_reason",
        None,
        None,
    )


def test_the_page_names_what_was_given_in_words():
    rows = enrichment_rows(vendors_of({"hunter": Attempt(StatusKind.ENRICHED, "found", 0, gave=("line_type",))}))

    shown = next(row for row in rows if row["vendor"] == "hunter")
    assert (shown["status_title"], shown["gave"]) == ("Enriched", ["line type"])


def test_a_list_can_be_filtered_by_every_status_of_every_vendor():
    assert len(status_options()) == 4 * len(VENDORS)
    assert {"value": "hunter:never_tried", "title": "Hunter: never tried"} in status_options()
