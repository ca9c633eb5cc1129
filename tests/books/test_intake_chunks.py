"""The limits of a chunk, what the next chunk sees of it, and the removal of records."""

import pytest

from chalicelib.books.intake import Chunk, Limits, Result
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.dynamo import TransactionCanceled
from tests.books.world import ADA, ALAN, CREATED, REMOVED, SKIPPED, UPDATED, World, outcomes
from tests.contacts.making import MICROSOFT, fields, record, source_contact


@pytest.fixture
def world() -> World:
    return World()


class TestChunks:
    def test_a_chunk_holds_no_more_contacts_than_it_may(self, world):
        many = [source_contact(f"p/{index}", f"Person Nr{index}") for index in range(200)]
        intake = world.intake()

        sizes = []
        start = 0
        while start < len(many):
            chunk = intake.plan(many[start:], Limits())
            world.commit(intake, chunk)
            sizes.append(len(chunk.writes))
            start += chunk.consumed

        assert sizes == [97, 97, 6]
        assert len(world.book()) == 200

    def test_a_chunk_holds_no_more_bytes_than_it_may_but_always_one_contact(self, world):
        many = [source_contact(f"p/{index}", f"Person Nr{index}", notes="x" * 10_000) for index in range(5)]

        assert world.intake().plan(many, Limits(size_bytes=35_000)).consumed == 3
        assert world.intake().plan(many, Limits(size_bytes=1)).consumed == 1

    def test_a_chunk_holds_no_more_lines_than_it_may(self, world):
        many = [source_contact(f"p/{index}", f"Person Nr{index}") for index in range(20)]
        world.import_contacts(*many)

        assert world.intake(job="job-2").plan(many, Limits(lines=7)).consumed == 7

    def test_its_ledger_lines_fit_an_item_however_long_the_ids(self, world):
        many = [Unreadable("é" * 500 + str(index), "poison", "名" * 500) for index in range(1_000)]

        chunk = world.intake().plan(many, Limits())

        assert 0 < chunk.consumed < 100

    def test_it_replaces_the_contacts_that_it_changes_but_nothing_by_new_ones(self, world):
        ada = world.import_contacts(ADA)[0].contact_id

        chunk = world.intake(job="job-2").plan([source_contact("p/1", "Ada King"), ALAN], Limits())

        assert (len(chunk.writes), [each.contact_id for each in chunk.replaced()]) == (2, [ada])

    def test_nothing_to_plan_is_an_empty_chunk(self, world):
        assert world.intake().plan([], Limits()) == Chunk([], [], 0)

    def test_only_contacts_that_change_are_read_and_all_at_once(self, world):
        many = [source_contact(f"p/{index}", f"Person Nr{index}") for index in range(20)]
        world.import_contacts(*many)
        intake = world.intake(job="job-2")
        world.table.requests.clear()

        intake.plan([*many[:18], source_contact("p/18", "New Name"), source_contact("p/19", "Newer Name")], Limits())

        assert world.table.requests == ["get_many"]

    def test_contacts_that_change_are_read_also_behind_new_ones(self, world):
        world.import_contacts(ADA, ALAN)
        intake = world.intake(job="job-2")
        changed = [source_contact("p/1", "Ada King"), source_contact("p/2", "Alan Mathison Turing")]
        world.table.requests.clear()

        chunk = intake.plan([source_contact("p/3", "Grace Hopper"), *changed], Limits())

        assert outcomes(chunk.results) == [CREATED, UPDATED, UPDATED]
        assert world.table.requests == ["get_many"]

    def test_a_contact_that_was_changed_meanwhile_is_met_behind_new_ones(self, world):
        world.import_contacts(ADA)
        intake = world.intake(job="job-2")
        world.import_contacts(source_contact("p/1", "Ada King", email="ada@example.com"), job="job-3")
        grace, changed = source_contact("p/3", "Grace Hopper"), source_contact("p/1", "Ada Byron")

        dropped = intake.plan([grace, changed], Limits())
        intake.roll_back()
        chunk = intake.plan([grace, changed], Limits())
        world.commit(intake, chunk)

        assert outcomes(dropped.results) == outcomes(chunk.results) == [CREATED, UPDATED]
        assert [each.shown["display"] for each in world.book()] == ["Ada Byron", "Grace Hopper"]

    def test_a_contact_that_was_not_loaded_begins_the_next_chunk(self, world):
        world.import_contacts(
            source_contact("p/1", "Ada", email="a@x.org"), source_contact("p/2", "Ada", email="b@x.org")
        )
        moves_away = source_contact("p/1", "Ada", email="c@x.org")
        fits_one_then = source_contact("p/3", "Ada", emails=[{"value": "a@x.org"}, {"value": "b@x.org"}])
        intake = world.intake(job="job-2")

        first = intake.plan([moves_away, fits_one_then], Limits())
        second = intake.plan([fits_one_then], Limits())

        assert first.consumed == 1
        assert second.results == [Result("p/3", UPDATED, "contact-2")]


class TestPipelining:
    def test_the_next_chunk_knows_what_the_last_one_planned(self, world):
        intake = world.intake()
        first = intake.plan([ADA], Limits())
        second = intake.plan([source_contact("p/7", "Ada", email="ada@example.com"), ADA], Limits())

        world.commit(intake, first)
        world.commit(intake, second)

        assert outcomes(second.results) == [UPDATED, SKIPPED]
        [contact] = world.book()
        assert (len(contact.records), contact.version) == (2, 2)

    def test_three_chunks_that_change_one_contact_each_build_on_the_last(self, world):
        world.import_contacts(ADA)
        intake = world.intake(MICROSOFT)
        first = intake.plan([source_contact("m/1", "Ada", email="ada@example.com")], Limits())
        second = intake.plan([source_contact("m/2", "Ada", email="ada@example.com")], Limits())
        world.commit(intake, first)
        third = intake.plan([source_contact("m/3", "Ada", email="ada@example.com")], Limits())
        world.commit(intake, second)
        world.commit(intake, third)

        assert [each.source_id for each in world.book()[0].records] == ["p/1", "m/1", "m/2", "m/3"]

    def test_a_refused_chunk_is_dropped_and_can_be_planned_again(self, world):
        world.import_contacts(ADA)
        intake = world.intake(MICROSOFT)
        incoming = [source_contact("m/1", "Ada", email="ada@example.com"), source_contact("m/2", "Grace Hopper")]
        refused = intake.plan(incoming, Limits())
        [contact] = world.book()
        contact.records.append(record(PERSON, {"title": "Countess"}))
        world.edit(contact)

        with pytest.raises(TransactionCanceled):
            world.table.transact(refused.writes)
        intake.reload_book()

        assert intake.seen == set()
        assert outcomes(world.take(intake, *incoming)) == [UPDATED, CREATED]
        assert world.book()[0].shown["title"] == "Countess"

    def test_only_committed_contacts_count_as_seen(self, world):
        intake = world.intake()
        chunk = intake.plan([ADA], Limits())
        assert intake.seen == set()

        world.commit(intake, chunk)
        assert intake.seen == {"p/1"}

        intake.plan([ALAN], Limits())
        intake.reload_book()
        assert intake.seen == {"p/1"}

    def test_edits_since_the_book_was_read_are_never_overwritten(self, world):
        world.import_contacts(ADA)
        intake = world.intake(job="job-2")
        [contact] = world.book()
        contact.records.append(record(PERSON, {"title": "Countess"}))
        world.edit(contact)

        assert [each.outcome for each in world.take(intake, source_contact("p/1", "Ada King"))] == [UPDATED]
        assert world.book()[0].shown["title"] == "Countess"

    def test_edits_since_the_chunk_was_planned_are_never_overwritten(self, world):
        world.import_contacts(ADA)
        intake = world.intake(job="job-2")
        chunk = intake.plan([source_contact("p/1", "Ada King")], Limits())
        [contact] = world.book()
        contact.records.append(record(PERSON, {"title": "Countess"}))
        world.edit(contact)

        with pytest.raises(TransactionCanceled):
            world.table.transact(chunk.writes)

    @pytest.mark.parametrize(
        "incoming",
        [source_contact("p/1", "Ada King"), SourceContact("p/1", {"title": "Miss"}, partial=True)],
        ids=["whole", "part"],
    )
    def test_contacts_deleted_since_the_book_was_read_do_not_come_back(self, world, incoming):
        world.import_contacts(ADA)
        intake = world.intake(job="job-2")
        world.delete(world.book()[0])

        assert [each.reason for each in world.take(intake, incoming)] == ["deleted_by_person"]


class TestRollingBack:
    def test_a_refused_chunk_leaves_no_trace_in_the_book(self, world):
        world.import_contacts(ADA, ALAN)
        intake = world.intake(job="job-2")
        known = {entry.contact_id: entry for entry in intake.book}

        intake.plan(
            [source_contact("p/1", "Ada King"), source_contact("p/3", "Grace Hopper", email="grace@example.com")],
            Limits(),
        )
        intake.plan_removals(["p/2"], Limits())
        intake.roll_back()

        assert {entry.contact_id: entry for entry in intake.book} == known
        assert intake.book.contacts_with("grace@example.com") == ()
        assert [each.outcome for each in world.take(intake, source_contact("p/1", "Ada King"))] == [UPDATED]

    def test_a_committed_chunk_stays(self, world):
        intake = world.intake()
        world.commit(intake, intake.plan([ADA], Limits()))
        intake.plan([ALAN], Limits())

        intake.roll_back()

        assert intake.known_ids() == {"p/1"}

    def test_what_moved_is_read_again(self, world):
        world.import_contacts(ADA, ALAN)
        intake = world.intake(job="job-2")
        ada, alan = sorted(world.book(), key=lambda contact: contact.shown["display"])
        ada.records.append(record(PERSON, {"emails": [{"value": "countess@example.com"}]}))
        world.edit(ada)
        world.delete(alan)

        intake.refresh([ada.contact_id, alan.contact_id])

        assert intake.book.contacts_with("countess@example.com") == (ada.contact_id,)
        assert intake.known_ids() == {"p/1"}
        assert [each.reason for each in world.take(intake, ALAN)] == ["deleted_by_person"]


class TestRemovals:
    def test_a_contact_without_any_other_source_is_deleted(self, world):
        world.import_contacts(ADA, ALAN)
        intake = world.intake(job="job-2")

        chunk = intake.plan_removals(["p/1"], Limits())
        world.commit(intake, chunk)

        assert chunk.results == [Result("p/1", REMOVED, None, None, "Ada Lovelace")]
        assert [contact.shown["display"] for contact in world.book()] == ["Alan Turing"]
        assert intake.known_ids() == {"p/2"}
        assert intake.seen == set()

    def test_a_contact_with_other_sources_loses_only_that_record(self, world):
        world.import_contacts(ADA)
        world.import_contacts(source_contact("m/1", "Ada", email="ada@example.com"), source=MICROSOFT)
        intake = world.intake(job="job-3")

        chunk = intake.plan_removals(["p/1"], Limits())
        world.commit(intake, chunk)

        assert chunk.results == [Result("p/1", REMOVED, "contact-1")]
        assert world.book()[0].shown["display"] == "Ada"

    def test_what_a_person_typed_keeps_a_contact(self, world):
        world.import_contacts(ADA)
        [contact] = world.book()
        contact.records.append(record(PERSON, fields("Countess")))
        world.edit(contact)
        intake = world.intake(job="job-2")

        world.commit(intake, intake.plan_removals(["p/1"], Limits()))

        assert world.book()[0].shown == fields("Countess")

    def test_two_records_of_one_contact_go_in_one_write(self, world):
        world.import_contacts(ADA, source_contact("p/7", "Ada", email="ada@example.com"))
        intake = world.intake(job="job-2")

        chunk = intake.plan_removals(["p/1", "p/7"], Limits())
        world.commit(intake, chunk)

        assert len(chunk.writes) == 1
        assert outcomes(chunk.results) == [REMOVED, REMOVED]
        assert world.book() == []

    def test_unknown_ids_are_settled_without_a_ledger_line(self, world):
        world.import_contacts(ADA)

        chunk = world.intake(job="job-2").plan_removals(["x", "p/1", "y"], Limits())

        assert (chunk.consumed, len(chunk.results)) == (3, 1)

    def test_they_come_in_chunks_too(self, world):
        many = [source_contact(f"p/{index}", f"Person Nr{index}") for index in range(200)]
        world.import_contacts(*many)
        intake = world.intake(job="job-2")
        gone = sorted(intake.known_ids())
        sizes = []
        while gone:
            chunk = intake.plan_removals(gone, Limits())
            world.commit(intake, chunk)
            sizes.append(chunk.consumed)
            gone = gone[chunk.consumed :]

        assert sizes == [97, 97, 6]
        assert world.book() == []

    def test_a_contact_that_returns_after_its_removal_is_created_again(self, world):
        world.import_contacts(ADA)
        intake = world.intake(job="job-2")
        world.commit(intake, intake.plan_removals(["p/1"], Limits()))

        assert outcomes(world.import_contacts(ADA, job="job-3")) == [CREATED]
