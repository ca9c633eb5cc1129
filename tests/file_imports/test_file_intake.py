"""What becomes of the rows of a file: new contacts, updates with what they change, conflicts that wait, and no more."""

from datetime import timedelta

import pytest

from chalicelib.books.intake import Limits
from chalicelib.contacts.source_record import SourceContact
from chalicelib.file_imports.planning.file_intake import changes_between
from chalicelib.file_imports.planning.match_rows import SameContact
from tests.books.world import CREATED, SKIPPED, UNCHANGED, UPDATED, World, outcomes
from tests.contacts.making import source_contact
from tests.file_imports.intakes import ADA, intake_of


def row(key: str, name: str = "Ada Lovelace", **fields) -> SourceContact:
    return source_contact(key, name, **fields)


@pytest.fixture
def world():
    world = World()
    world.import_contacts(ADA)
    world.now += timedelta(minutes=1)
    return world


class TestRows:
    def test_that_nobody_has_are_new(self, world):
        results = world.take(intake_of(world), row("r1", "Alan Turing", phone="0171 7654321"))

        assert outcomes(results) == [CREATED]

    def test_that_are_new_get_the_planned_id_unless_a_contact_has_it(self, world):
        (ada,) = world.book()
        intake = intake_of(world)
        intake.new_ids = {"r1": "planned", "r2": ada.contact_id}

        results = world.take(intake, row("r1", "Alan Turing"), row("r2", "Grace Hopper"))

        assert [each.contact_id for each in results] == ["planned", "new-1"]

    def test_that_were_prepared_ahead_are_planned_as_others(self, world):
        intake, rows = intake_of(world), [row("r1", phone="0170 1234567"), row("r2", "Alan Turing", phone="+1 5")]
        intake.prepare_ahead(rows)

        assert outcomes(world.take(intake, *rows)) == [UNCHANGED, CREATED]

    def test_that_have_the_key_of_another_row_that_was_prepared_ahead_are_planned_as_they_are(self, world):
        intake = intake_of(world)
        intake.prepare_ahead([row("r1", phone="0170 1234567")])

        results = world.take(intake, row("r1", "Alan Turing", phone="0171 7654321"))

        assert outcomes(results) == [CREATED]
        assert world.book()[-1].shown["given"] == "Alan"

    def test_that_match_are_updates_with_what_they_change(self, world):
        intake = intake_of(world)

        results = world.take(intake, row("r1", phone="0170 1234567", email="countess@example.com"))

        assert outcomes(results) == [UPDATED]
        assert list(intake.changes["r1"]) == ["emails"]
        assert [each["value"] for each in intake.changes["r1"]["emails"][1]] == [
            "ada@example.com",
            "countess@example.com",
        ]
        assert intake.matches["r1"] == SameContact(results[0].contact_id, "number")

    def test_that_change_nothing_shown_are_unchanged_and_leave_their_record(self, world):
        results = world.take(intake_of(world), row("r1", phone="0170 1234567"))

        assert outcomes(results) == [UNCHANGED]
        assert [record.source for record in world.book()[0].records] == ["google:g1", "file:iphone"]

    def test_that_come_again_write_nothing(self, world):
        world.take(intake_of(world), row("r1", phone="0170 1234567"))
        items = dict(world.table.items)

        results = world.take(intake_of(world, "again"), row("r1", phone="0170 1234567"))

        assert (outcomes(results), world.table.items) == ([UNCHANGED], items)

    def test_whose_name_disagrees_wait(self, world):
        results = world.take(intake_of(world), row("r1", "Bert Brecht", phone="0170 1234567"))

        assert (outcomes(results), results[0].reason) == ([SKIPPED], "conflict_other_name")
        assert results[0].contact_id == world.book()[0].contact_id

    def test_that_share_only_an_email_address_wait(self, world):
        results = world.take(intake_of(world), row("r1", email="ada@example.com"))

        assert (outcomes(results), results[0].reason) == ([SKIPPED], "conflict_same_email")

    def test_of_one_new_person_become_one_contact(self, world):
        alan = {"name": "Alan Turing", "phone": "0171 7654321"}

        results = world.take(intake_of(world), row("r1", **alan), row("r2", **alan, email="alan@example.com"))

        assert outcomes(results) == [CREATED, UPDATED]
        assert results[0].contact_id == results[1].contact_id

    def test_with_the_same_key_count_once(self, world):
        alan = row("r1", "Alan Turing", phone="0171 7654321")

        assert outcomes(world.take(intake_of(world), alan, alan)) == [CREATED, SKIPPED]


def test_a_plan_that_is_not_committed_writes_nothing_and_knows_its_own_rows(world):
    intake, items = intake_of(world), dict(world.table.items)
    alan = {"name": "Alan Turing", "phone": "0171 7654321"}

    chunks = [
        intake.plan([row("r1", **alan)], Limits()),
        intake.plan([row("r2", **alan, email="alan@example.com")], Limits()),
    ]

    assert [outcomes(chunk.results) for chunk in chunks] == [[CREATED], [UPDATED]]
    assert world.table.items == items


def test_changes_name_what_is_gone_and_what_is_new():
    assert changes_between({"title": "Dr.", "notes": "x"}, {"notes": "x", "given": "Ada"}) == {
        "given": (None, "Ada"),
        "title": ("Dr.", None),
    }
