"""Unusual and hostile values from providers: kept unchanged where possible, and they never break an import."""

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.books.contact_rows import to_contact
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Intake, Limits
from chalicelib.contacts.contact_json import contact_details_json, contact_json
from chalicelib.contacts.source_record import SourceContact
from chalicelib.foundation.outcomes import Outcome
from tests.books.memory_table import MemoryTable
from tests.contacts.strategies import field_sets
from tests.examples import examples
from tests.fakes.executor import InlineExecutor

X500 = "/o=ExchangeLabs/ou=Exchange Administrative Group/cn=Recipients/cn=ada"
KEPT = [
    ("a 3,000 character name", {"given": "x" * 3_000}),
    ("bidi controls", {"given": "\u202eadA\u202c", "family": "\u2066Lovelace\u2069"}),
    ("a formula", {"given": '=HYPERLINK("http://evil","x")', "organization": "+1+1", "title": "@SUM(A1)"}),
    ("markup", {"given": "<script>alert(1)</script>", "notes": "<img src=x onerror=alert(1)>\nsecond line"}),
    ("an X500 address", {"display": "Ada", "emails": [{"value": X500}]}),
    ("an address that is none", {"display": "Ada", "emails": [{"value": "null"}, {"value": "a@b@c"}]}),
    ("a service code", {"display": "Police", "phones": [{"raw": "110"}]}),
    ("emoji", {"display": "👩‍💻 Ada 🎉"}),
    ("every script", {"display": "محمد עברית ไทย 한국 日本 Ελλάδα Україна"}),
    ("a script link", {"display": "Ada", "urls": [{"value": "javascript:alert(1)"}]}),
    ("a birthday without a year", {"display": "Ada", "birthday": {"month": 2, "day": 29}}),
    ("JSON in a name", {"given": '{"e164":"+49",', "family": '"},{"'}),
    ("key signs in a name", {"given": "~grave#", "family": "anna#00"}),
]


def an_intake(store: ContactStore, job: str = "job-1") -> Intake:
    fresh = itertools.count()
    intake = Intake(
        store,
        owner="anna",
        source="google:g1",
        region="DE",
        job=job,
        generation=0,
        now=lambda: datetime(2026, 11, 21, tzinfo=UTC),
        fresh_id=lambda: f"{job}-{next(fresh)}",
    )
    intake.reload_book()
    return intake


@pytest.fixture
def table() -> MemoryTable:
    return MemoryTable()


@pytest.fixture
def store(table) -> ContactStore:
    return ContactStore(table, "contacts", 2, InlineExecutor())


@pytest.mark.parametrize("content", [content for _, content in KEPT], ids=[name for name, _ in KEPT])
def test_it_is_kept_exactly_and_unchanged_the_next_time(store, table, content):
    chunk = an_intake(store).plan([SourceContact("1", content)], Limits())
    table.transact(chunk.writes)

    [contact] = [to_contact(item) for item in table.items.values()]
    again = an_intake(store, job="job-2").plan([SourceContact("1", content)], Limits())

    assert chunk.results[0].outcome is Outcome.CREATED
    assert contact.records[0].fields == content
    assert again.results[0].outcome is Outcome.UNCHANGED


def test_characters_outside_utf8_are_replaced(store, table):
    content = {"given": "Ada\ud83d", "notes": "a\x00b", "emails": [{"value": "a\udc00@x.org", "label": "\ud800"}]}

    table.transact(an_intake(store).plan([SourceContact("1", content)], Limits()).writes)

    [contact] = [to_contact(item) for item in table.items.values()]
    assert contact.shown["given"] == "Ada\ufffd"
    assert contact.shown["notes"] == "ab"
    assert contact.shown["emails"] == [{"value": "a\ufffd@x.org", "label": "\ufffd"}]


def test_contacts_that_share_an_x500_name_or_a_service_code_are_not_merged(store, table):
    shared = {"emails": [{"value": X500}], "phones": [{"raw": "110"}]}

    chunk = an_intake(store).plan([SourceContact("1", shared), SourceContact("2", shared)], Limits())

    assert [result.outcome for result in chunk.results] == [Outcome.CREATED, Outcome.CREATED]


def test_a_crowd_behind_one_address_is_taken_in_quickly(store, table):
    crowd = [
        SourceContact(str(index), {"display": f"Person Nr{index}", "emails": [{"value": "info@example.com"}]})
        for index in range(1_000)
    ]
    intake = an_intake(store)
    start = 0
    while start < len(crowd):
        chunk = intake.plan(crowd[start:], Limits())
        table.transact(chunk.writes)
        intake.confirm(chunk)
        start += chunk.consumed

    again = an_intake(store, job="job-2").plan(crowd, Limits())
    assert {result.outcome for result in again.results} == {Outcome.UNCHANGED}
    assert len(table.items) == 1_000


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=examples(100))
@given(st.lists(field_sets(), min_size=1, max_size=4))
def test_any_contact_is_counted_stored_shown_and_recognized(field_sets):
    table = MemoryTable()
    store = ContactStore(table, "contacts", 2, InlineExecutor())
    incoming = [SourceContact(str(index), content) for index, content in enumerate(field_sets)]
    first = an_intake(store)
    results, start = [], 0
    while start < len(incoming):
        chunk = first.plan(incoming[start:], Limits())
        table.transact(chunk.writes)
        first.confirm(chunk)
        results += chunk.results
        start += chunk.consumed

    assert len(results) == len(incoming)
    assert {result.outcome for result in results} <= {Outcome.CREATED, Outcome.UPDATED, Outcome.SKIPPED}
    for contact in [to_contact(item) for item in table.items.values()]:
        assert contact_json(contact)["contact_id"] == contact.contact_id
        assert contact_details_json(contact)["sources"]
    again = an_intake(store, job="job-2").plan(incoming, Limits())
    assert {result.outcome for result in again.results} <= {Outcome.UNCHANGED, Outcome.SKIPPED}
    assert again.writes == []
