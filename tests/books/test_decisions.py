"""A decision that comes with an incoming contact takes precedence over every rule; it is carried out or refused."""

from dataclasses import replace

import pytest

from chalicelib.books.intake import Limits
from chalicelib.contacts.decision import CreateNew, MergeInto, Skip
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceContact
from chalicelib.foundation.dynamo import TransactionCanceled
from tests.books.world import ADA, ALAN, CREATED, FAILED, SKIPPED, UNCHANGED, UPDATED, World, outcomes
from tests.contacts.making import GOOGLE, fields, record, source_contact

FILE = "file:backup"
EVE = source_contact("row-1", "Eve", email="eve@example.com")
ADA_AGAIN = source_contact("row-2", "Ada Lovelace", email="ada@example.com", title="Countess")


def with_decision(contact: SourceContact, decision: CreateNew | MergeInto | Skip) -> SourceContact:
    return replace(contact, decision=decision)


@pytest.fixture
def world() -> World:
    world = World()
    world.import_contacts(ADA, ALAN)  # contact-1, contact-2
    return world


class TestMergeInto:
    def test_it_is_merged_into_the_chosen_contact_even_if_names_differ(self, world):
        [result] = world.import_contacts(with_decision(EVE, MergeInto("contact-2")), source=FILE, job="job-2")

        assert (result.outcome, result.contact_id) == (UPDATED, "contact-2")
        assert [each.source for each in world.book()[1].records] == [GOOGLE, FILE]

    def test_other_contacts_with_its_address_become_possible_duplicates(self, world):
        world.import_contacts(with_decision(ADA_AGAIN, MergeInto("contact-2")), source=FILE, job="job-2")

        assert world.book()[1].possible_duplicates == ("contact-1",)
        assert world.book()[0].possible_duplicates == ()

    @pytest.mark.parametrize("policy", list(OnExisting))
    def test_it_takes_precedence_over_the_policy_for_existing_contacts(self, world, policy):
        incoming = [
            with_decision(ADA_AGAIN, MergeInto("contact-2")),
            source_contact("row-3", "Bob", email="bob@example.com"),
        ]

        results = world.import_contacts(*incoming, source=FILE, job="job-2", on_existing=policy)

        assert outcomes(results) == [UPDATED, CREATED]

    def test_a_contact_that_was_deleted_is_a_failure_that_changes_nothing_else(self, world):
        world.delete(world.book()[1])

        results = world.import_contacts(
            with_decision(ALAN, MergeInto("contact-2")), ADA_AGAIN, source=FILE, job="job-2"
        )

        assert (results[0].outcome, results[0].reason, results[0].name) == (FAILED, "contact_gone", "Alan Turing")
        assert outcomes(results) == [FAILED, UPDATED]
        assert [contact.contact_id for contact in world.book()] == ["contact-1"]

    def test_a_contact_deleted_after_planning_is_a_failure_when_planned_again(self, world):
        intake = world.intake(FILE, job="job-2")
        chunk = intake.plan([with_decision(EVE, MergeInto("contact-2"))], Limits())
        world.delete(world.book()[1])

        with pytest.raises(TransactionCanceled):
            world.commit(intake, chunk)
        intake.reload_book()

        assert world.take(intake, with_decision(EVE, MergeInto("contact-2")))[0].reason == "contact_gone"

    def test_a_source_contact_that_is_part_of_it_already_only_updates_its_record(self, world):
        merged = with_decision(EVE, MergeInto("contact-2"))
        world.import_contacts(merged, source=FILE, job="job-2")

        [same] = world.import_contacts(merged, source=FILE, job="job-3")
        [changed] = world.import_contacts(
            replace(merged, fields={**EVE.fields, "title": "Dr."}), source=FILE, job="job-4"
        )

        assert outcomes([same, changed]) == [UNCHANGED, UPDATED]

    def test_the_record_of_another_contact_is_not_moved(self, world):
        world.import_contacts(EVE, source=FILE, job="job-2")
        before = world.book()

        [result] = world.import_contacts(with_decision(EVE, MergeInto("contact-2")), source=FILE, job="job-3")

        assert (result.outcome, result.reason, result.contact_id) == (FAILED, "in_another_contact", "contact-3")
        assert world.book() == before

    def test_a_second_listing_of_the_same_job_counts_it_as_the_first_did(self, world):
        merged = with_decision(EVE, MergeInto("contact-2"))
        world.import_contacts(merged, source=FILE, job="job-2")

        assert outcomes(world.import_contacts(merged, source=FILE, job="job-2", generation=1)) == [UPDATED]

    def test_several_of_one_chunk_may_go_into_one_contact(self, world):
        rows = [with_decision(source_contact(f"row-{n}", f"Name {n}"), MergeInto("contact-1")) for n in range(3)]

        results = world.import_contacts(*rows, source=FILE, job="job-2")

        assert outcomes(results) == [UPDATED] * 3
        assert len(world.book()[0].records) == 4

    def test_a_contact_the_person_had_deleted_may_be_merged_on_purpose(self, world):
        world.import_contacts(EVE, source=FILE, job="job-2")
        world.delete(world.book()[2])

        results = [
            world.import_contacts(EVE, source=FILE, job="job-3")[0],
            world.import_contacts(with_decision(EVE, MergeInto("contact-1")), source=FILE, job="job-4")[0],
            world.import_contacts(EVE, source=FILE, job="job-5")[0],
        ]

        assert outcomes(results) == [SKIPPED, UPDATED, UNCHANGED]

    def test_it_takes_precedence_over_the_contact_that_remembers_the_record(self, world):
        own = record(PERSON, fields("Countess Ada"), source_id="contact-1", aliases=(f"{FILE} row-1",))
        ada = world.book()[0]
        world.edit(replace(ada, records=[*ada.records, own]))

        [result] = world.import_contacts(with_decision(EVE, MergeInto("contact-2")), source=FILE, job="job-2")

        assert result.contact_id == "contact-2"


class TestCreateNew:
    def test_it_becomes_a_contact_of_its_own_with_possible_duplicates(self, world):
        [result] = world.import_contacts(
            with_decision(ADA_AGAIN, CreateNew()), source=FILE, job="job-2", on_existing=OnExisting.SKIP
        )

        assert (result.outcome, result.contact_id) == (CREATED, "contact-3")
        assert world.book()[2].possible_duplicates == ("contact-1",)

    def test_the_same_one_again_makes_no_second_contact(self, world):
        world.import_contacts(with_decision(ADA_AGAIN, CreateNew()), source=FILE, job="job-2")

        results = world.import_contacts(with_decision(ADA_AGAIN, CreateNew()), source=FILE, job="job-3")

        assert outcomes(results) == [UNCHANGED]
        assert len(world.book()) == 3

    def test_a_partial_contact_is_created_in_full(self, world):
        partial = replace(with_decision(ADA_AGAIN, CreateNew()), partial=True)

        assert outcomes(world.import_contacts(partial, source=FILE, job="job-2")) == [CREATED]

    def test_a_full_book_still_refuses_it(self, world):
        [result] = world.import_contacts(with_decision(EVE, CreateNew()), source=FILE, job="job-2", largest_book=2)

        assert (result.outcome, result.reason) == (FAILED, "book_full")


class TestSkip:
    def test_nothing_changes_and_the_ledger_has_the_reason(self, world):
        before = world.book()

        [result] = world.import_contacts(with_decision(EVE, Skip("left_out_by_person")), source=FILE, job="job-2")

        assert (result.outcome, result.reason, result.name) == (SKIPPED, "left_out_by_person", "Eve")
        assert world.book() == before

    def test_an_existing_record_stays(self, world):
        world.import_contacts(EVE, source=FILE, job="job-2")
        skipped = replace(with_decision(EVE, Skip("not_now")), fields={"display": "Somebody else"})

        [result] = world.import_contacts(skipped, source=FILE, job="job-3")

        assert (result.outcome, result.contact_id) == (SKIPPED, "contact-3")
        assert world.book()[2].shown["display"] == "Eve"

    def test_an_unreadable_contact_can_be_skipped(self, world):
        hostile = SourceContact("row-1", {"display": 7, "emails": [None]}, decision=Skip("not_now"))  # type: ignore[typeddict-item, list-item]

        assert outcomes(world.import_contacts(hostile, source=FILE, job="job-2")) == [SKIPPED]

    @pytest.mark.parametrize("code", ["", "Not now", "a" * 65, "ü", "a\n"])
    def test_the_code_is_a_reason_of_the_ledger(self, code):
        with pytest.raises(ValueError, match="lowercase"):
            Skip(code)


def test_without_a_decision_the_rules_decide(world):
    assert outcomes(world.import_contacts(ADA_AGAIN, source=FILE, job="job-2")) == [UPDATED]
