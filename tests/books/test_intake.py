"""The outcome of each source contact."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.books.intake import Intake, Limits, Result
from chalicelib.contacts.fold_text import fold_words
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceContact, Unreadable
from tests.books.world import ADA, ALAN, CREATED, FAILED, NOON, SKIPPED, UNCHANGED, UPDATED, World, outcomes
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record, source_contact


@pytest.fixture
def world() -> World:
    return World()


class TestNewContacts:
    def test_an_unknown_contact_is_created_with_all_its_fields(self, world):
        [result] = world.imported(ADA)

        assert (result.outcome, result.contact_id, result.reason, result.name) == (CREATED, "contact-1", None, "")
        [contact] = world.book()
        assert contact.shown == {
            **ADA.fields,
            "phones": [{"raw": "0170 1234567", "e164": "+491701234567"}],
        }
        assert contact.version == 1

    def test_a_contact_known_from_another_source_gains_a_record(self, world):
        world.imported(ADA)

        [result] = world.imported(source_contact("m/9", "Ada", email="ADA@example.com"), source=MICROSOFT, job="job-2")

        assert (result.outcome, result.contact_id) == (UPDATED, "contact-1")
        [contact] = world.book()
        assert [each.source for each in contact.records] == [GOOGLE, MICROSOFT]
        assert contact.shown["display"] == "Ada Lovelace"

    def test_two_entries_of_one_person_in_one_account_are_two_records_of_one_contact(self, world):
        results = world.imported(ADA, source_contact("p/7", "Lovelace, Ada", email="ada@example.com"))

        assert outcomes(results) == [CREATED, UPDATED]
        [contact] = world.book()
        assert [each.source_id for each in contact.records] == ["p/1", "p/7"]

    def test_two_new_entries_of_one_person_in_one_chunk_become_one_put(self, world):
        intake = world.intake()

        chunk = intake.plan([ADA, source_contact("p/7", "Ada", phone="+49 170 1234567")], Limits())

        assert chunk.consumed == 2
        assert len(chunk.writes) == 1
        assert {result.contact_id for result in chunk.results} == {"contact-1"}

    def test_a_rival_with_another_name_becomes_a_possible_duplicate_and_stays_unchanged(self, world):
        world.imported(ADA)

        [result] = world.imported(source_contact("m/9", "Bob Lovelace", email="ada@example.com"), source=MICROSOFT)

        assert result.outcome is CREATED
        first, second = world.book()
        assert second.possible_duplicates == ("contact-1",)
        assert first.version == 1

    def test_a_merged_contact_has_others_that_share_a_number_as_possible_duplicates(self, world):
        world.imported(ADA, source_contact("p/2", "Bob Lovelace", phone="+44 1632 960123"))

        world.imported(
            source_contact("m/9", "Ada Lovelace", email="ada@example.com", phone="+44 1632 960123"),
            source=MICROSOFT,
            job="j-2",
        )

        first, _ = world.book()
        assert first.possible_duplicates == ("contact-2",)

    def test_one_of_two_matches_is_never_picked(self, world):
        world.imported(source_contact("p/1", "Ada", email="a@x.org"), source_contact("p/2", "Ada", email="b@x.org"))

        [result] = world.imported(
            source_contact("m/9", "Ada", emails=[{"value": "a@x.org"}, {"value": "b@x.org"}]), source=MICROSOFT
        )

        assert result.outcome is CREATED
        assert world.book()[2].possible_duplicates == ("contact-1", "contact-2")

    def test_contacts_of_another_owner_never_match(self, world):
        world.imported(ADA)
        bert = Intake(
            world.store,
            owner="bert",
            source=GOOGLE,
            region="DE",
            job="j",
            generation=0,
            now=lambda: NOON,
            fresh_id=lambda: "berts",
        )
        bert.reload_book()

        assert outcomes(world.take(bert, ADA)) == [CREATED]


class TestKnownContacts:
    def test_an_equal_contact_is_unchanged_and_not_written(self, world):
        world.imported(ADA, ALAN)
        chunk = world.intake(job="job-2").plan([ADA, ALAN], Limits())

        assert outcomes(chunk.results) == [UNCHANGED, UNCHANGED]
        assert [result.contact_id for result in chunk.results] == ["contact-1", "contact-2"]
        assert chunk.writes == []
        assert "get_many" not in world.table.requests

    def test_a_changed_contact_is_updated(self, world):
        world.imported(ADA)
        world.now += timedelta(hours=1)

        [result] = world.imported(source_contact("p/1", "Ada King", email="ada@example.com"), job="job-2")

        assert result == Result("p/1", UPDATED, "contact-1")
        [contact] = world.book()
        assert contact.shown["display"] == "Ada King"
        assert (contact.version, contact.updated_at - contact.created_at) == (2, 3_600_000)
        assert (contact.records[0].last_changed - contact.records[0].first_seen) == 3_600_000
        assert contact.records[0].stamp.job == "job-2"

    def test_a_persons_edits_survive_the_next_import(self, world):
        world.imported(ADA)
        [contact] = world.book()
        contact.records.append(record(PERSON, {"title": "Countess"}))
        world.edit(contact)

        world.imported(source_contact("p/1", "Ada King", email="ada@example.com", title="Miss"), job="job-2")

        [contact] = world.book()
        assert (contact.shown["title"], contact.shown["display"]) == ("Countess", "Ada King")

    def test_text_is_compared_after_cleaning(self, world):
        world.imported(ADA)
        untidy = source_contact(
            "p/1", "Ada Lovelace", email=" ada@example.com\x00", phone="0170 1234567", nickname="  "
        )

        assert outcomes(world.imported(untidy, job="job-2")) == [UNCHANGED]

    def test_a_contact_matched_by_email_is_found_by_id_from_then_on(self, world):
        world.imported(ADA)
        world.imported(source_contact("m/9", "Ada", email="ada@example.com"), source=MICROSOFT)

        [result] = world.imported(
            source_contact("m/9", "Grace Hopper", email="grace@example.com"), source=MICROSOFT, job="j-3"
        )

        assert (result.outcome, result.contact_id) == (UPDATED, "contact-1")

    def test_a_contact_that_gains_anothers_number_is_linked_and_not_merged(self, world):
        world.imported(ADA, ALAN)

        world.imported(
            source_contact("p/2", "Alan Turing", email="alan@example.com", phone="0170 1234567"), job="job-2"
        )

        ada, alan = world.book()
        assert (ada.possible_duplicates, alan.possible_duplicates) == ((), ("contact-1",))

    def test_a_shared_number_that_was_there_before_causes_no_write(self, world):
        world.imported(ADA, source_contact("p/2", "Alan Turing", phone="0170 1234567"))
        changed = source_contact("p/1", "Ada Lovelace", email="ada@example.com", phone="0170 1234567", title="Countess")

        world.imported(changed, job="job-2")

        assert world.book()[0].possible_duplicates == ()


class TestBooksOfOlderVersions:
    """They kept plain words of names, and neither companies nor generations: such contacts are read whole first."""

    LANDLINE = "+44 1632 960123"

    @pytest.mark.parametrize(
        ("known", "newcomer", "contacts"),
        [
            (fields("Jürgen Weiß"), fields("Jürgen Weiß"), 1),
            (fields("Peter Hallam", suffix="Sr."), fields("Peter Hallam", suffix="Jr."), 2),
            ({"organization": "Nordwind"}, fields("Petra Klein"), 2),
            (fields("Tom Reed", birthday={"year": 1951, "month": 3, "day": 2}), fields("Tom Reed"), 1),
        ],
        ids=["letters", "generations", "a-company", "a-birthday"],
    )
    @pytest.mark.parametrize("wish", [None, OnExisting.SKIP], ids=["import", "skip"])
    def test_their_contacts_are_compared_by_all_their_names(self, world, known, newcomer, contacts, wish):
        phones = {"phones": [{"raw": self.LANDLINE}]}
        world.imported(SourceContact("p/1", {**known, **phones}))
        self.make_old(world)

        world.imported(SourceContact("m/1", {**newcomer, **phones}), source=MICROSOFT, job="j-2", on_existing=wish)

        assert len(world.book()) == contacts

    def make_old(self, world: World) -> None:
        for item in world.table.items.values():
            contact_id, version, _, identities, marks, _ = json.loads(item["match"]["S"])
            names = [" ".join(fold_words(contact.shown["display"])) for contact in world.book()]
            old = [contact_id, version, [] if "Nordwind" in item["content"]["S"] else names, identities, marks]
            item["match"] = {"S": json.dumps(old)}


class TestGenerations:
    def test_a_later_generation_of_the_same_job_keeps_the_first_outcome(self, world):
        world.imported(ALAN, job="job-0")
        world.imported(ADA, source_contact("p/2", "Alan M. Turing", email="alan@example.com"))
        chunk = world.intake(generation=1).plan(
            [ADA, source_contact("p/2", "Alan M. Turing", email="alan@example.com")], Limits()
        )

        assert outcomes(chunk.results) == [CREATED, UPDATED]
        assert chunk.writes == []

    def test_a_later_generation_keeps_the_first_outcome_also_if_the_contact_changed_in_between(self, world):
        world.imported(ADA)

        [result] = world.imported(source_contact("p/1", "Ada King", email="ada@example.com"), generation=1)

        assert result.outcome is CREATED
        assert world.book()[0].shown["display"] == "Ada King"

    def test_the_same_generation_again_is_a_duplicate(self, world):
        intake = world.intake()
        assert outcomes(world.take(intake, ADA, ADA)) == [CREATED, SKIPPED]

        [again] = world.take(intake, source_contact("p/1", "Somebody Else"))

        assert (again.outcome, again.reason, again.contact_id) == (SKIPPED, "duplicate", "contact-1")

    def test_contacts_read_before_a_crash_are_duplicates(self, world):
        world.imported(Unreadable("p/5", "too_large"))
        intake = world.intake()
        intake.resume(["p/5"])

        [result] = world.take(intake, source_contact("p/5", "Ada"))

        assert (result.outcome, result.reason) == (SKIPPED, "duplicate")

    def test_contacts_written_by_this_generation_are_duplicates_even_before_the_ledger_is_read(self, world):
        world.imported(ADA)

        assert outcomes(world.imported(ADA)) == [SKIPPED]


class TestOtherIds:
    def test_a_contact_whose_id_changed_is_followed_and_known_by_the_new_one(self, world):
        world.imported(source_contact("p/1", "Ada Lovelace", aliases=("c1",)))

        [result] = world.imported(source_contact("p/2", "Ada Lovelace", aliases=("p/1",)), job="job-2")

        assert (result.outcome, result.contact_id) == (UPDATED, "contact-1")
        intake = world.intake(job="job-3")
        assert intake.known_ids() == {"p/2"}
        assert world.book()[0].records[0].aliases == ("p/1", "c1")

    def test_it_is_followed_by_an_id_both_share(self, world):
        world.imported(source_contact("p/1", "Ada Lovelace", aliases=("c1",)))

        assert outcomes(world.imported(source_contact("p/2", "Ada", aliases=("c1",)), job="job-2")) == [UPDATED]
        assert len(world.book()) == 1

    def test_a_contact_read_under_its_own_id_is_not_matched_by_an_alias(self, world):
        world.imported(source_contact("p/1", "Ada Lovelace", aliases=("c1",)))

        results = world.imported(
            source_contact("p/1", "Ada Lovelace", aliases=("c1",)),
            source_contact("p/2", "Alan Turing", aliases=("c1",)),
            job="job-2",
        )

        assert outcomes(results) == [UNCHANGED, CREATED]

    def test_aliases_match_only_within_their_source(self, world):
        world.imported(source_contact("1", "Ada Lovelace", aliases=("c1",)))

        assert outcomes(world.imported(source_contact("1", "Alan", aliases=("c1",)), source=MICROSOFT)) == [CREATED]


class TestPartial:
    def test_changed_fields_are_merged_onto_the_record(self, world):
        world.imported(source_contact("p/1", "Ada Lovelace", email="ada@example.com", title="Miss"))
        delta = SourceContact("p/1", {"title": "Countess"}, partial=True, cleared=("emails",))

        assert outcomes(world.imported(delta, job="job-2")) == [UPDATED]
        assert world.book()[0].shown == {**fields("Ada Lovelace"), "title": "Countess"}

    def test_an_equal_full_contact_afterwards_is_unchanged(self, world):
        world.imported(ADA)
        world.imported(SourceContact("p/1", {"title": "Countess"}, partial=True), job="job-2")

        whole = source_contact("p/1", "Ada Lovelace", email="ada@example.com", phone="0170 1234567", title="Countess")

        assert outcomes(world.imported(whole, job="job-3")) == [UNCHANGED]

    def test_a_change_that_changes_nothing_is_unchanged(self, world):
        world.imported(ADA)
        chunk = world.intake(job="job-2").plan([SourceContact("p/1", ADA.fields, partial=True)], Limits())

        assert outcomes(chunk.results) == [UNCHANGED]
        assert chunk.writes == []

    def test_a_change_in_several_parts_is_applied_in_full_and_counted_once(self, world):
        world.imported(ADA)
        pieces = [SourceContact("p/1", {"title": "Countess"}, partial=True)]
        pieces += [SourceContact("p/1", {"nickname": "A"}, partial=True, cleared=("emails",))] * 2

        assert outcomes(world.imported(*pieces, job="job-2")) == [UPDATED, SKIPPED, SKIPPED]
        shown = world.book()[0].shown
        assert (shown["title"], shown["nickname"], shown.get("emails")) == ("Countess", "A", None)

    def test_a_part_that_follows_one_without_changes_counts_as_the_update(self, world):
        world.imported(ADA)
        pieces = [SourceContact("p/1", ADA.fields, partial=True), SourceContact("p/1", {"title": "Miss"}, partial=True)]

        assert outcomes(world.imported(*pieces, job="job-2")) == [UNCHANGED, UPDATED]
        assert world.book()[0].shown["title"] == "Miss"

    def test_parts_in_different_chunks_and_after_a_crash_are_applied(self, world):
        world.imported(ADA)
        world.imported(SourceContact("p/1", {"title": "Countess"}, partial=True), job="job-2")
        intake = world.intake(job="job-2")
        intake.resume(["p/1"])

        [result] = world.take(intake, SourceContact("p/1", {"nickname": "A"}, partial=True))

        assert (result.outcome, result.reason) == (SKIPPED, "duplicate")
        assert world.book()[0].shown["nickname"] == "A"

    def test_a_partial_contact_without_a_record_is_taken_as_full(self, world):
        assert outcomes(world.imported(SourceContact("p/1", fields("Ada"), partial=True))) == [CREATED]
        [result] = world.imported(SourceContact("p/2", {}, partial=True, cleared=("title",)))
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
        world.imported(source_contact("p/1", "Ada Lovelace", **before))

        world.imported(change, job="job-2")

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
        assert outcomes(world.imported(source_contact("p/1", "Ada Lovelace", **whole), job="job-3")) == [UNCHANGED]


class TestNotKept:
    def test_values_that_cannot_be_kept_are_named_each_time_by_their_kind(self, world):
        ada = replace(ADA, dropped=("Photo", "Exchange address"))

        for job, outcome in (("job-1", CREATED), ("job-2", UNCHANGED)):
            [result] = world.imported(ada, job=job)
            assert (result.outcome, result.reason) == (outcome, "left_out: Photo, Exchange address")

    def test_of_many_kinds_the_first_are_named(self, world):
        [result] = world.imported(replace(ADA, dropped=tuple("abcdefg")))

        assert result.reason == "left_out: a, b, c, d, e, …"

    def test_an_empty_contact_is_skipped(self, world):
        [skipped, found] = world.imported(Unreadable("p/1", "empty"), source_contact("p/2", " ", nickname="\x00"))

        assert (skipped.outcome, skipped.reason) == (SKIPPED, "empty")
        assert (found.outcome, found.reason) == (SKIPPED, "empty")

    def test_what_cannot_be_read_fails_with_its_reason_and_its_name(self, world):
        [result] = world.imported(Unreadable("p/1", "poison", "Ada\x00 Lovelace"))

        assert result == Result("p/1", FAILED, None, "poison", "Ada Lovelace")

    def test_a_known_contact_that_cannot_be_read_stays_as_it_was(self, world):
        world.imported(ADA)

        [result] = world.imported(Unreadable("p/1", "poison", "Ada"), job="job-2")

        assert result == Result("p/1", FAILED, "contact-1", "poison")
        assert world.book()[0].shown["display"] == "Ada Lovelace"

    def test_a_contact_that_the_person_deleted_is_not_recreated(self, world):
        world.imported(source_contact("p/1", "Ada Lovelace", aliases=("c1",)))
        world.delete(world.book()[0])

        results = world.imported(
            source_contact("p/1", "Ada Lovelace"), source_contact("p/2", "Ada Lovelace", aliases=("c1",)), job="job-2"
        )

        assert [(each.outcome, each.reason, each.name) for each in results] == [
            (SKIPPED, "deleted_by_person", "Ada Lovelace")
        ] * 2
        assert world.book() == []

    def test_a_contact_of_more_than_64_kilobytes_fails_and_the_page_goes_on(self, world):
        huge = source_contact("p/1", "Ada Lovelace", notes="x" * 70_000)

        results = world.imported(huge, ALAN)

        assert [(each.outcome, each.reason, each.name) for each in results] == [
            (FAILED, "too_large", "Ada Lovelace"),
            (CREATED, None, ""),
        ]

    def test_a_record_that_would_make_a_contact_too_large_is_not_added(self, world):
        world.imported(ADA)

        [result] = world.imported(
            source_contact("m/1", "Ada", email="ada@example.com", notes="é" * 40_000), source=MICROSOFT, job="job-2"
        )

        assert (result.outcome, result.reason) == (FAILED, "too_large")
        assert len(world.book()[0].records) == 1

    def test_a_full_book_takes_no_new_contacts_but_updates_known_ones(self, world):
        world.imported(ADA)

        results = world.imported(
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

        results = world.imported(*broken, ALAN)

        assert outcomes(results) == [FAILED] * 6 + [CREATED]
        assert {result.reason for result in results[:6]} == {"unreadable"}

    def test_running_out_of_memory_fails_the_run_not_the_contact(self, world):
        class Exhausting(dict):
            def get(self, *_):
                raise MemoryError

        with pytest.raises(MemoryError):
            world.intake().plan([SourceContact("p/1", Exhausting(given="Ada", family=" "))], Limits())

    def test_an_id_that_cannot_be_kept_fails(self, world):
        results = world.imported(
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
