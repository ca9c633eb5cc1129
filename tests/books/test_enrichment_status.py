"""The statuses of enrichment: which attempt of a vendor is the one that counts."""

import json

from chalicelib.books.enrichment_status import (
    MOST_CARRIED,
    Attempt,
    ContactStatuses,
    attempts_from_json,
    attempts_to_json,
    carried_ids,
    latest_attempts,
    split_statuses,
)
from chalicelib.books.status_kind import StatusKind
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import enrichment_source
from tests.contacts.making import GOOGLE, record

HUNTER, TWILIO = enrichment_source("hunter").key, enrichment_source("twilio-lookup").key


def attempt(at: int, kind: StatusKind = StatusKind.ENRICHED) -> Attempt:
    return Attempt(kind, "found", at)


class TestTheLatestAttempts:
    def test_of_a_contact_that_was_never_asked_about_are_none(self):
        assert latest_attempts([]) == {}
        assert latest_attempts([ContactStatuses("a")]) == {}

    def test_are_of_each_vendor_the_latest_of_all_contacts(self):
        a = ContactStatuses("a", {"hunter": attempt(5), "phone-metadata": attempt(1)})
        b = ContactStatuses("b", {"hunter": attempt(4), "phone-metadata": attempt(2), "twilio-lookup": attempt(3)})

        assert latest_attempts([a, b]) == {
            "hunter": attempt(5),
            "phone-metadata": attempt(2),
            "twilio-lookup": attempt(3),
        }

    def test_at_the_same_instant_are_those_of_the_contact_itself(self):
        own = ContactStatuses("a", {"hunter": attempt(5)})
        merged = ContactStatuses("b", {"hunter": attempt(5, StatusKind.FAILED)})

        assert latest_attempts([own, merged]) == {"hunter": attempt(5)}


def test_a_further_attempt_takes_the_place_of_the_vendors_last_one():
    statuses = ContactStatuses("a", {"hunter": attempt(1), "twilio-lookup": attempt(2)}, rev=3)

    assert statuses.with_attempt("hunter", attempt(4)) == ContactStatuses(
        "a", {"hunter": attempt(4), "twilio-lookup": attempt(2)}, rev=3
    )


def test_a_contact_goes_with_its_own_statuses_and_those_of_the_contacts_merged_into_it():
    assert carried_ids("a", ("b", "c")) == ("a", "b", "c")
    assert len(carried_ids("a", [str(number) for number in range(100)])) == MOST_CARRIED


def contact_of(contact_id: str, *records: tuple[str, str]) -> Contact:
    return Contact(contact_id, 1, [record(source, {"given": "Ada"}, source_id=each) for source, each in records], 1, 2)


class TestASplit:
    STORED = {  # noqa: RUF012 # never changed
        "a": ContactStatuses("a", {"hunter": attempt(3), "twilio-lookup": attempt(4)}, rev=2),
        "b": ContactStatuses("b", {"hunter": attempt(5)}, rev=7),
    }

    def test_moves_no_attempt_without_a_record_of_its_vendor(self):
        rest = contact_of("a", (GOOGLE, "1"), (HUNTER, "a"))

        assert split_statuses(self.STORED, rest, [(GOOGLE, "2")], "n") == []

    def test_moves_every_attempt_of_a_vendor_whose_record_goes(self):
        moved = [(GOOGLE, "2"), (HUNTER, "a")]

        assert split_statuses(self.STORED, contact_of("a", (GOOGLE, "1")), moved, "n") == [
            ContactStatuses("a", {"twilio-lookup": attempt(4)}, rev=2),
            ContactStatuses("b", {}, rev=7),
            ContactStatuses("n", {"hunter": attempt(5)}),
        ]

    def test_moves_the_attempts_under_the_id_of_the_record_that_goes_if_another_of_its_vendor_stays(self):
        rest = contact_of("a", (GOOGLE, "1"), (HUNTER, "b"))
        moved = [(GOOGLE, "2"), (HUNTER, "a"), (TWILIO, "a")]

        assert split_statuses(self.STORED, rest, moved, "n") == [
            ContactStatuses("a", {}, rev=2),
            ContactStatuses("n", {"hunter": attempt(3), "twilio-lookup": attempt(4)}),
        ]

    def test_of_a_contact_without_statuses_changes_none(self):
        assert split_statuses({}, contact_of("a", (GOOGLE, "1")), [(GOOGLE, "2"), (HUNTER, "a")], "n") == []

    def test_of_a_contact_that_is_opted_out_leaves_both_so(self):
        rest, moved = contact_of("a", (GOOGLE, "1")), [(GOOGLE, "2")]

        assert split_statuses({"a": ContactStatuses("a", opted_out_at=5)}, rest, moved, "n") == [
            ContactStatuses("n", opted_out_at=5)
        ]


class TestAsJson:
    def test_an_attempt_comes_back_and_takes_no_more_room_than_what_it_has(self):
        bare = Attempt(StatusKind.INELIGIBLE, "no_phone", 0)
        whole = Attempt(StatusKind.ENRICHED, "found", 5, 9, "j1", "d1", 2, ("title",), 0, "r1", ("q1",), bare)
        stored = attempts_to_json({"hunter": bare, "x": whole})

        assert stored["hunter"] == {"kind": "ineligible", "reason": "no_phone", "last": 0, "tries": 0}
        assert attempts_from_json(json.loads(json.dumps(stored))) == {"hunter": bare, "x": whole}
