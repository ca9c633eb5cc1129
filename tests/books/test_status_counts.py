"""The counts of a book's contacts by status and reason."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.books.enrichment_status import Attempt, ContactStatuses
from chalicelib.books.status_counts import count_statuses
from chalicelib.books.status_kind import StatusKind

VENDOR = "hunter"


def statuses(contact_id: str, kind: StatusKind, reason: str, at: int = 1, vendor: str = VENDOR) -> ContactStatuses:
    return ContactStatuses(contact_id, {vendor: Attempt(kind, reason, at)})


def test_are_by_status_and_reason_with_those_that_were_never_tried():
    stored = [
        statuses("a", StatusKind.ENRICHED, "found"),
        statuses("b", StatusKind.FAILED, "no_match"),
        statuses("c", StatusKind.FAILED, "no_match"),
        statuses("d", StatusKind.ENRICHED, "found", vendor="another"),
    ]

    counts = count_statuses([(each, ()) for each in "abcde"], {each.contact_id: each for each in stored}, VENDOR)

    assert counts == {("enriched", "found"): 1, ("failed", "no_match"): 2, ("never_tried", ""): 2}


def test_of_a_merged_contact_are_of_the_latest_attempt():
    stored = {"a": statuses("a", StatusKind.FAILED, "no_match", 1), "b": statuses("b", StatusKind.ENRICHED, "found", 2)}

    assert count_statuses([("a", ("b", "c"))], stored, VENDOR) == {("enriched", "found"): 1}


@st.composite
def books(draw: st.DrawFn) -> tuple[list[tuple[str, list[str]]], dict[str, ContactStatuses]]:
    """Contacts, some of which consist of others, and statuses of some of all these ids and of others."""
    ids = [f"c{number}" for number in range(draw(st.integers(0, 12)))]
    contacts: list[tuple[str, list[str]]] = []
    for each in ids:
        if contacts and draw(st.booleans()):
            contacts[-1][1].append(each)
        else:
            contacts.append((each, []))
    kinds, reasons = st.sampled_from(StatusKind), st.sampled_from(("found", "no_match"))
    of = [each for each in [*ids, "gone"] if draw(st.booleans())]
    return contacts, {each: statuses(each, draw(kinds), draw(reasons), draw(st.integers(0, 3))) for each in of}


@given(books())
def test_add_up_to_the_number_of_contacts(book):
    contacts, stored = book

    assert sum(count_statuses(contacts, stored, VENDOR).values()) == len(contacts)
