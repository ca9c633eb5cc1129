"""The outcome of a source contact that is skipped, fails, or loses some of its values."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.books.intake import Limits, Result
from chalicelib.contacts.source_record import SourceContact, Unreadable
from tests.books.world import ADA, ALAN, CREATED, FAILED, SKIPPED, UNCHANGED, UPDATED, World, outcomes
from tests.contacts.making import MICROSOFT, fields, source_contact


@pytest.fixture
def world() -> World:
    return World()


class TestNotKept:
    def test_values_that_cannot_be_kept_are_named_each_time_by_their_kind(self, world):
        ada = replace(ADA, dropped=("Photo", "Exchange address"))

        for job, outcome in (("job-1", CREATED), ("job-2", UNCHANGED)):
            [result] = world.import_contacts(ada, job=job)
            assert (result.outcome, result.reason) == (outcome, "left_out: Photo, Exchange address")

    def test_of_many_kinds_the_first_are_named(self, world):
        [result] = world.import_contacts(replace(ADA, dropped=tuple("abcdefg")))

        assert result.reason == "left_out: a, b, c, d, e, …"

    def test_an_empty_contact_is_skipped(self, world):
        [skipped, found] = world.import_contacts(
            Unreadable("p/1", "empty"), source_contact("p/2", " ", nickname="\x00")
        )

        assert (skipped.outcome, skipped.reason) == (SKIPPED, "empty")
        assert (found.outcome, found.reason) == (SKIPPED, "empty")

    def test_what_cannot_be_read_fails_with_its_reason_and_its_name(self, world):
        [result] = world.import_contacts(Unreadable("p/1", "poison", "Ada\x00 Lovelace"))

        assert result == Result("p/1", FAILED, None, "poison", "Ada Lovelace")

    def test_a_known_contact_that_cannot_be_read_stays_as_it_was(self, world):
        world.import_contacts(ADA)

        [result] = world.import_contacts(Unreadable("p/1", "poison", "Ada"), job="job-2")

        assert result == Result("p/1", FAILED, "contact-1", "poison")
        assert world.book()[0].shown["display"] == "Ada Lovelace"

    def test_a_contact_that_the_person_deleted_is_not_recreated(self, world):
        world.import_contacts(source_contact("p/1", "Ada Lovelace", aliases=("c1",)))
        world.delete(world.book()[0])

        results = world.import_contacts(
            source_contact("p/1", "Ada Lovelace"), source_contact("p/2", "Ada Lovelace", aliases=("c1",)), job="job-2"
        )

        assert [(each.outcome, each.reason, each.name) for each in results] == [
            (SKIPPED, "deleted_by_person", "Ada Lovelace")
        ] * 2
        assert world.book() == []

    def test_a_contact_of_more_than_64_kilobytes_fails_and_the_page_goes_on(self, world):
        huge = source_contact("p/1", "Ada Lovelace", notes="x" * 70_000)

        results = world.import_contacts(huge, ALAN)

        assert [(each.outcome, each.reason, each.name) for each in results] == [
            (FAILED, "too_large", "Ada Lovelace"),
            (CREATED, None, ""),
        ]

    def test_a_record_that_would_make_a_contact_too_large_is_not_added(self, world):
        world.import_contacts(ADA)

        [result] = world.import_contacts(
            source_contact("m/1", "Ada", email="ada@example.com", notes="é" * 40_000), source=MICROSOFT, job="job-2"
        )

        assert (result.outcome, result.reason) == (FAILED, "too_large")
        assert len(world.book()[0].records) == 1

    def test_a_full_book_takes_no_new_contacts_but_updates_known_ones(self, world):
        world.import_contacts(ADA)

        results = world.import_contacts(
            ALAN, source_contact("p/1", "Ada King", email="ada@example.com"), job="job-2", largest_book=1
        )

        assert [(each.outcome, each.reason) for each in results] == [(FAILED, "book_full"), (UPDATED, None)]

    def test_an_unexpected_error_fails_only_its_contact(self, world):
        broken = [
            SourceContact("broken/1", {"emails": ["not a dict"]}),
            SourceContact("broken/2", {"phones": [{"label": "no number"}]}),
            SourceContact("broken/3", {"given": object()}),
            SourceContact("broken/4", ["Ada"]),
            SourceContact("broken/5", fields("Ada"), None),
            SourceContact("broken/6", {"notes": _nested(100_000)}),
        ]

        results = world.import_contacts(*broken, ALAN)

        assert outcomes(results) == [FAILED] * 6 + [CREATED]
        assert {result.reason for result in results[:6]} == {"unreadable"}

    def test_running_out_of_memory_fails_the_run_not_the_contact(self, world):
        class Exhausting(dict):
            def get(self, *_):
                raise MemoryError

        with pytest.raises(MemoryError):
            world.intake().plan([SourceContact("p/1", Exhausting(given="Ada", family=" "))], Limits())

    def test_an_id_that_cannot_be_kept_fails(self, world):
        results = world.import_contacts(
            source_contact("", "Ada"),
            source_contact("", "Ada"),
            source_contact("x" * 600, "Ada"),
            source_contact("\ud800", "Ada"),
        )

        assert {(each.outcome, each.reason, each.name) for each in results} == {(FAILED, "unusable_id", "Ada")}
        assert all(each.source_id.encode() is not None and len(each.source_id) <= 512 for each in results)


def _nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value
