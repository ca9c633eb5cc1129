"""The outcome of a source contact that has only the changed fields."""

import pytest

from chalicelib.books.intake import Limits
from chalicelib.contacts.decision import MergeInto
from chalicelib.contacts.source_record import SourceContact
from tests.books.world import ADA, CREATED, SKIPPED, UNCHANGED, UPDATED, World, outcomes
from tests.contacts.making import fields, source_contact


@pytest.fixture
def world() -> World:
    return World()


class TestPartial:
    def test_changed_fields_are_merged_onto_the_record(self, world):
        world.import_contacts(source_contact("p/1", "Ada Lovelace", email="ada@example.com", title="Miss"))
        delta = SourceContact("p/1", {"title": "Countess"}, partial=True, cleared=("emails",))

        assert outcomes(world.import_contacts(delta, job="job-2")) == [UPDATED]
        assert world.book()[0].shown == {**fields("Ada Lovelace"), "title": "Countess"}

    def test_an_equal_full_contact_afterwards_is_unchanged(self, world):
        world.import_contacts(ADA)
        world.import_contacts(SourceContact("p/1", {"title": "Countess"}, partial=True), job="job-2")

        whole = source_contact("p/1", "Ada Lovelace", email="ada@example.com", phone="0170 1234567", title="Countess")

        assert outcomes(world.import_contacts(whole, job="job-3")) == [UNCHANGED]

    def test_a_change_that_changes_nothing_is_unchanged(self, world):
        world.import_contacts(ADA)
        chunk = world.intake(job="job-2").plan([SourceContact("p/1", ADA.fields, partial=True)], Limits())

        assert outcomes(chunk.results) == [UNCHANGED]
        assert chunk.writes == []

    def test_a_change_in_several_parts_is_applied_in_full_and_counted_once(self, world):
        world.import_contacts(ADA)
        pieces = [SourceContact("p/1", {"title": "Countess"}, partial=True)]
        pieces += [SourceContact("p/1", {"nickname": "A"}, partial=True, cleared=("emails",))] * 2

        assert outcomes(world.import_contacts(*pieces, job="job-2")) == [UPDATED, SKIPPED, SKIPPED]
        shown = world.book()[0].shown
        assert (shown["title"], shown["nickname"], shown.get("emails")) == ("Countess", "A", None)

    def test_a_part_that_follows_one_without_changes_counts_as_the_update(self, world):
        world.import_contacts(ADA)
        pieces = [SourceContact("p/1", ADA.fields, partial=True), SourceContact("p/1", {"title": "Miss"}, partial=True)]

        assert outcomes(world.import_contacts(*pieces, job="job-2")) == [UNCHANGED, UPDATED]
        assert world.book()[0].shown["title"] == "Miss"

    def test_parts_in_different_chunks_and_after_a_crash_are_applied(self, world):
        world.import_contacts(ADA)
        world.import_contacts(SourceContact("p/1", {"title": "Countess"}, partial=True), job="job-2")
        intake = world.intake(job="job-2")
        intake.resume(["p/1"])

        [result] = world.take(intake, SourceContact("p/1", {"nickname": "A"}, partial=True))

        assert (result.outcome, result.reason) == (SKIPPED, "duplicate")
        assert world.book()[0].shown["nickname"] == "A"

    def test_a_part_that_is_to_be_merged_into_another_contact_is_planned(self, world):
        world.import_contacts(ADA, source_contact("p/2", "Bert"))
        other = next(each.contact_id for each in world.book() if each.shown["display"] == "Bert")
        intake = world.intake(job="job-2")
        intake.resume(["p/1"])

        part = SourceContact("p/1", {"title": "Countess"}, partial=True, decision=MergeInto(other))

        assert intake.plan([part], Limits()).consumed == 1

    def test_a_partial_contact_without_a_record_is_taken_as_full(self, world):
        assert outcomes(world.import_contacts(SourceContact("p/1", fields("Ada"), partial=True))) == [CREATED]
        [result] = world.import_contacts(SourceContact("p/2", {}, partial=True, cleared=("title",)))
        assert (result.outcome, result.reason) == (SKIPPED, "empty")

    def test_relations_and_custom_fields_may_be_partial_lists(self, world):
        before = {
            "custom_fields": [{"name": "Office", "value": "B 17"}, {"name": "Profession", "value": "Chemist"}],
            "relations": [{"value": "Bert", "label": "assistant"}, {"value": "Ute", "label": "spouse"}],
        }
        change = SourceContact(
            "p/1",
            {"custom_fields": [{"name": "Office", "value": "C 3"}]},
            partial=True,
            cleared=("custom_fields:Office", "relations:spouse"),
        )
        world.import_contacts(source_contact("p/1", "Ada Lovelace", **before))

        world.import_contacts(change, job="job-2")

        assert world.book()[0].shown["custom_fields"] == [
            {"name": "Office", "value": "C 3"},
            before["custom_fields"][1],
        ]
        assert world.book()[0].shown["relations"] == before["relations"][:1]
        whole = {
            **before,
            "custom_fields": world.book()[0].shown["custom_fields"],
            "relations": before["relations"][:1],
        }
        assert outcomes(world.import_contacts(source_contact("p/1", "Ada Lovelace", **whole), job="job-3")) == [
            UNCHANGED
        ]
