"""The statuses of enrichment: which attempt of a vendor is the one that counts."""

from chalicelib.books.enrichment_status import Attempt, ContactStatuses, StatusKind, latest_attempts


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
