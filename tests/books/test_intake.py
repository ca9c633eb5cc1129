"""The outcome of each source contact."""

import json
from datetime import timedelta

import pytest

from chalicelib.books.intake import Intake, Limits, Result
from chalicelib.contacts.fold_text import fold_words
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceContact, Unreadable
from tests.books.world import ADA, ALAN, ANNA, CREATED, NOON, SKIPPED, UNCHANGED, UPDATED, World, outcomes
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record, source_contact


@pytest.fixture
def world() -> World:
    return World()


class TestABookThatIsBeingRead:
    @pytest.fixture
    def intake(self, world):
        return Intake(
            world.store,
            owner=ANNA,
            source=GOOGLE,
            region="DE",
            job="job-2",
            generation=0,
            now=lambda: NOON,
            fresh_id=lambda: "contact-9",
        )

    def test_is_planned_on_as_it_was_read(self, world, intake):
        intake.take_reading(world.store.begin_reading(ANNA))
        world.import_contacts(ADA)

        [result] = intake.plan([ADA], Limits()).results

        assert result.outcome == CREATED

    def test_is_not_waited_for_before_it_is_needed(self, world, intake):
        world.import_contacts(ADA)
        intake.take_reading(world.store.begin_reading(ANNA))

        assert not intake.has_book
        assert len(intake.book) == 1
        assert intake.has_book


class TestNewContacts:
    def test_an_unknown_contact_is_created_with_all_its_fields(self, world):
        [result] = world.import_contacts(ADA)

        assert (result.outcome, result.contact_id, result.reason, result.name) == (CREATED, "contact-1", None, "")
        [contact] = world.book()
        assert contact.shown == {
            **ADA.fields,
            "phones": [{"raw": "0170 1234567", "e164": "+491701234567"}],
        }
        assert contact.version == 1

    def test_a_contact_known_from_another_source_gains_a_record(self, world):
        world.import_contacts(ADA)

        [result] = world.import_contacts(
            source_contact("m/9", "Ada", email="ADA@example.com"), source=MICROSOFT, job="job-2"
        )

        assert (result.outcome, result.contact_id) == (UPDATED, "contact-1")
        [contact] = world.book()
        assert [each.source for each in contact.records] == [GOOGLE, MICROSOFT]
        assert contact.shown["display"] == "Ada Lovelace"

    def test_two_entries_of_one_person_in_one_account_are_two_records_of_one_contact(self, world):
        results = world.import_contacts(ADA, source_contact("p/7", "Lovelace, Ada", email="ada@example.com"))

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
        world.import_contacts(ADA)

        [result] = world.import_contacts(
            source_contact("m/9", "Bob Lovelace", email="ada@example.com"), source=MICROSOFT
        )

        assert result.outcome is CREATED
        first, second = world.book()
        assert second.possible_duplicates == ("contact-1",)
        assert first.version == 1

    def test_a_merged_contact_has_others_that_share_a_number_as_possible_duplicates(self, world):
        world.import_contacts(ADA, source_contact("p/2", "Bob Lovelace", phone="+44 1632 960123"))

        world.import_contacts(
            source_contact("m/9", "Ada Lovelace", email="ada@example.com", phone="+44 1632 960123"),
            source=MICROSOFT,
            job="j-2",
        )

        first, _ = world.book()
        assert first.possible_duplicates == ("contact-2",)

    def test_one_of_two_matches_is_never_picked(self, world):
        world.import_contacts(
            source_contact("p/1", "Ada", email="a@x.org"), source_contact("p/2", "Ada", email="b@x.org")
        )

        [result] = world.import_contacts(
            source_contact("m/9", "Ada", emails=[{"value": "a@x.org"}, {"value": "b@x.org"}]), source=MICROSOFT
        )

        assert result.outcome is CREATED
        assert world.book()[2].possible_duplicates == ("contact-1", "contact-2")

    def test_contacts_of_another_owner_never_match(self, world):
        world.import_contacts(ADA)
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
        world.import_contacts(ADA, ALAN)
        chunk = world.intake(job="job-2").plan([ADA, ALAN], Limits())

        assert outcomes(chunk.results) == [UNCHANGED, UNCHANGED]
        assert [result.contact_id for result in chunk.results] == ["contact-1", "contact-2"]
        assert chunk.writes == []
        assert "get_many" not in world.table.requests

    def test_a_changed_contact_is_updated(self, world):
        world.import_contacts(ADA)
        world.now += timedelta(hours=1)

        [result] = world.import_contacts(source_contact("p/1", "Ada King", email="ada@example.com"), job="job-2")

        assert result == Result("p/1", UPDATED, "contact-1")
        [contact] = world.book()
        assert contact.shown["display"] == "Ada King"
        assert (contact.version, contact.updated_at - contact.created_at) == (2, 3_600_000)
        assert (contact.records[0].last_changed - contact.records[0].first_seen) == 3_600_000
        assert contact.records[0].stamp.job == "job-2"

    def test_a_persons_edits_survive_the_next_import(self, world):
        world.import_contacts(ADA)
        [contact] = world.book()
        contact.records.append(record(PERSON, {"title": "Countess"}))
        world.edit(contact)

        world.import_contacts(source_contact("p/1", "Ada King", email="ada@example.com", title="Miss"), job="job-2")

        [contact] = world.book()
        assert (contact.shown["title"], contact.shown["display"]) == ("Countess", "Ada King")

    def test_text_is_compared_after_cleaning(self, world):
        world.import_contacts(ADA)
        untidy = source_contact(
            "p/1", "Ada Lovelace", email=" ada@example.com\x00", phone="0170 1234567", nickname="  "
        )

        assert outcomes(world.import_contacts(untidy, job="job-2")) == [UNCHANGED]

    def test_a_contact_matched_by_email_is_found_by_id_from_then_on(self, world):
        world.import_contacts(ADA)
        world.import_contacts(source_contact("m/9", "Ada", email="ada@example.com"), source=MICROSOFT)

        [result] = world.import_contacts(
            source_contact("m/9", "Grace Hopper", email="grace@example.com"), source=MICROSOFT, job="j-3"
        )

        assert (result.outcome, result.contact_id) == (UPDATED, "contact-1")

    def test_a_contact_that_gains_anothers_number_is_linked_and_not_merged(self, world):
        world.import_contacts(ADA, ALAN)

        world.import_contacts(
            source_contact("p/2", "Alan Turing", email="alan@example.com", phone="0170 1234567"), job="job-2"
        )

        ada, alan = world.book()
        assert (ada.possible_duplicates, alan.possible_duplicates) == ((), ("contact-1",))

    def test_a_shared_number_that_was_there_before_causes_no_write(self, world):
        world.import_contacts(ADA, source_contact("p/2", "Alan Turing", phone="0170 1234567"))
        changed = source_contact("p/1", "Ada Lovelace", email="ada@example.com", phone="0170 1234567", title="Countess")

        world.import_contacts(changed, job="job-2")

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
    @pytest.mark.parametrize("on_existing", [None, OnExisting.SKIP], ids=["import", "skip"])
    def test_their_contacts_are_compared_by_all_their_names(self, world, known, newcomer, contacts, on_existing):
        phones = {"phones": [{"raw": self.LANDLINE}]}
        world.import_contacts(SourceContact("p/1", {**known, **phones}))
        self.make_old(world)

        world.import_contacts(
            SourceContact("m/1", {**newcomer, **phones}), source=MICROSOFT, job="j-2", on_existing=on_existing
        )

        assert len(world.book()) == contacts

    def make_old(self, world: World) -> None:
        for item in world.table.items.values():
            contact_id, version, _, identities, marks, _ = json.loads(item["match"]["S"])
            names = [" ".join(fold_words(contact.shown["display"])) for contact in world.book()]
            old = [contact_id, version, [] if "Nordwind" in item["content"]["S"] else names, identities, marks]
            item["match"] = {"S": json.dumps(old)}


class TestGenerations:
    def test_a_later_generation_of_the_same_job_keeps_the_first_outcome(self, world):
        world.import_contacts(ALAN, job="job-0")
        world.import_contacts(ADA, source_contact("p/2", "Alan M. Turing", email="alan@example.com"))
        chunk = world.intake(generation=1).plan(
            [ADA, source_contact("p/2", "Alan M. Turing", email="alan@example.com")], Limits()
        )

        assert outcomes(chunk.results) == [CREATED, UPDATED]
        assert chunk.writes == []

    def test_a_later_generation_keeps_the_first_outcome_also_if_the_contact_changed_in_between(self, world):
        world.import_contacts(ADA)

        [result] = world.import_contacts(source_contact("p/1", "Ada King", email="ada@example.com"), generation=1)

        assert result.outcome is CREATED
        assert world.book()[0].shown["display"] == "Ada King"

    def test_the_same_generation_again_is_a_duplicate(self, world):
        intake = world.intake()
        assert outcomes(world.take(intake, ADA, ADA)) == [CREATED, SKIPPED]

        [again] = world.take(intake, source_contact("p/1", "Somebody Else"))

        assert (again.outcome, again.reason, again.contact_id) == (SKIPPED, "duplicate", "contact-1")

    def test_ids_are_new_until_they_are_planned(self, world):
        intake = world.intake()
        assert intake.is_any_new(["p/1"])

        intake.plan([source_contact("p/1", "Ada Lovelace")], Limits())

        assert not intake.is_any_new(["p/1"])
        assert intake.is_any_new(["p/1", "p/2"])

    def test_ids_of_a_plan_that_is_dropped_are_new_again(self, world):
        intake = world.intake()
        intake.plan([source_contact("p/1", "Ada Lovelace")], Limits())

        intake.roll_back()

        assert intake.is_any_new(["p/1"])

    @pytest.mark.parametrize("source_id", ["", "p" * 513, "p/\ud800"])
    def test_ids_that_cannot_be_kept_are_never_new(self, world, source_id):
        assert not world.intake().is_any_new([source_id])

    def test_contacts_read_before_a_crash_are_duplicates(self, world):
        world.import_contacts(Unreadable("p/5", "too_large"))
        intake = world.intake()
        intake.resume(["p/5"])

        [result] = world.take(intake, source_contact("p/5", "Ada"))

        assert (result.outcome, result.reason) == (SKIPPED, "duplicate")

    def test_contacts_written_by_this_generation_are_duplicates_even_before_the_ledger_is_read(self, world):
        world.import_contacts(ADA)

        assert outcomes(world.import_contacts(ADA)) == [SKIPPED]


class TestOtherIds:
    def test_a_contact_whose_id_changed_is_followed_and_known_by_the_new_one(self, world):
        world.import_contacts(source_contact("p/1", "Ada Lovelace", aliases=("c1",)))

        [result] = world.import_contacts(source_contact("p/2", "Ada Lovelace", aliases=("p/1",)), job="job-2")

        assert (result.outcome, result.contact_id) == (UPDATED, "contact-1")
        intake = world.intake(job="job-3")
        assert intake.known_ids() == {"p/2"}
        assert world.book()[0].records[0].aliases == ("p/1", "c1")

    def test_it_is_followed_by_an_id_both_share(self, world):
        world.import_contacts(source_contact("p/1", "Ada Lovelace", aliases=("c1",)))

        assert outcomes(world.import_contacts(source_contact("p/2", "Ada", aliases=("c1",)), job="job-2")) == [UPDATED]
        assert len(world.book()) == 1

    def test_a_contact_read_under_its_own_id_is_not_matched_by_an_alias(self, world):
        world.import_contacts(source_contact("p/1", "Ada Lovelace", aliases=("c1",)))

        results = world.import_contacts(
            source_contact("p/1", "Ada Lovelace", aliases=("c1",)),
            source_contact("p/2", "Alan Turing", aliases=("c1",)),
            job="job-2",
        )

        assert outcomes(results) == [UNCHANGED, CREATED]

    def test_aliases_match_only_within_their_source(self, world):
        world.import_contacts(source_contact("1", "Ada Lovelace", aliases=("c1",)))

        assert outcomes(world.import_contacts(source_contact("1", "Alan", aliases=("c1",)), source=MICROSOFT)) == [
            CREATED
        ]
