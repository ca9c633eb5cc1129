"""A plan tells what becomes of each row, and why, and writes nothing."""

import pytest

from chalicelib.contacts.source_record import LeftOut, SourceContact, Unreadable
from chalicelib.file_imports.planning.plan_rows import AT_ONCE, FilePlan, FileRow, RowOutcome
from chalicelib.files.records import Problem
from tests.books.world import World
from tests.contacts.making import source_contact
from tests.file_imports.intakes import ADA, intake_of


def row(number: int, name: str = "Ada Lovelace", *, key: str = "", **fields) -> FileRow:
    return FileRow(number, source_contact(key or f"r{number}", name, **fields))


@pytest.fixture
def world():
    world = World()
    world.import_contacts(ADA)
    return world


@pytest.fixture
def plan(world):
    return FilePlan(intake_of(world))


ALAN = {"name": "Alan Turing", "phone": "0171 7654321"}


class TestAPlan:
    def test_says_what_becomes_of_each_row(self, plan):
        rows = [
            row(2, **ALAN),
            row(3, phone="0170 1234567", title="Countess"),
            row(4, phone="0170 1234567"),
            row(5, "Bert Brecht", phone="0170 1234567"),
            FileRow(6, LeftOut("r6", "group")),
            FileRow(7, Unreadable("r7", "no_end")),
        ]

        planned = list(plan(rows))

        assert [each.outcome for each in planned] == list(RowOutcome)
        assert [each.number for each in planned] == [2, 3, 4, 5, 6, 7]
        assert [each.reason for each in planned] == [None, None, None, "other_name", "group", "no_end"]

    def test_tells_what_an_update_changes_and_by_which_rule(self, plan):
        (update,) = plan([row(2, phone="0170 1234567", title="Countess")])

        assert (update.changes, update.rule) == ({"title": (None, "Countess")}, "number")

    def test_names_the_row_that_another_one_repeats(self, plan):
        _, repeated = plan([row(2, key="k", **ALAN), row(9, key="k", **ALAN)])

        assert (repeated.outcome, repeated.reason, repeated.other_row) == (RowOutcome.SKIPPED, "repeats_row", 2)

    def test_names_the_row_whose_new_contact_another_one_is_or_conflicts_with(self, plan):
        new, same, other = plan([row(2, **ALAN), row(3, **ALAN, title="Dr."), row(4, "Carl Cox", phone="0171 7654321")])

        assert [each.outcome for each in (new, same, other)] == [
            RowOutcome.NEW,
            RowOutcome.UPDATE,
            RowOutcome.CONFLICT,
        ]
        assert [each.other_row for each in (new, same, other)] == [None, 2, 2]

    def test_names_no_row_for_a_contact_of_the_book(self, plan):
        (conflict,) = plan([row(2, "Carl Cox", phone="0170 1234567")])

        assert (conflict.outcome, conflict.other_row) == (RowOutcome.CONFLICT, None)

    def test_keeps_the_problems_of_a_row(self, plan):
        problem = Problem("Birthday", "31.2.1990", "not_a_date")

        (planned,) = plan([FileRow(2, source_contact("r2", **ALAN), (problem,))])

        assert planned.problems == (problem,)

    def test_writes_nothing(self, plan, world):
        items = dict(world.table.items)

        list(plan([row(2, **ALAN), row(3, phone="0170 1234567", title="Countess")]))

        assert world.table.items == items

    def test_goes_on_where_the_rows_before_ended(self, plan):
        (new,) = plan([row(2, **ALAN)])

        (same,) = plan([row(3, **ALAN, title="Mathematician")])

        assert (same.outcome, same.contact_id) == (RowOutcome.UPDATE, new.contact_id)

    def test_has_a_line_for_every_row_of_a_long_file(self, plan):
        rows = [row(number, f"Person {number}", title="x") for number in range(2, AT_ONCE + 502)]

        planned = list(plan(rows))

        assert [each.number for each in planned] == [each.number for each in rows]
        assert {each.outcome for each in planned} == {RowOutcome.NEW}


def test_a_row_of_an_earlier_version_of_the_file_is_known_by_its_key(world):
    world.take(intake_of(world, "first"), SourceContact("r1", {"given": "Alan", "family": "Turing"}))

    (planned,) = FilePlan(intake_of(world, "second"))([FileRow(2, source_contact("r1", "Alan Turing", title="Dr."))])

    assert (planned.outcome, planned.rule) == (RowOutcome.UPDATE, "key")
