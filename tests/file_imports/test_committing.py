"""A commit does exactly what the plan says, and counts every row; what changed since the plan is judged again."""

from collections import Counter

import pytest

from chalicelib.books.chunk import Limits
from chalicelib.file_imports.committing.commit_import import Confirmation
from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.planning.change_import import SettingChanges
from chalicelib.file_imports.planning.gone_rows import GoneRows
from chalicelib.file_imports.planning.plan_rows import RowOutcome
from chalicelib.file_imports.storing.file_import import FileImportState
from chalicelib.file_imports.storing.import_files import BLOCK_ROWS
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound
from chalicelib.jobs.job import JobState
from tests.fakes.tables import empty_tables
from tests.file_imports.conftest import ANN, Room
from tests.file_imports.test_planning import card

ADA = card("Ada Lovelace", "N:Lovelace;Ada;;;", "TEL;TYPE=CELL:+49 170 1234567")
BOB = card("Bob Bit", "TEL:+49 170 7654321")
HEADERS = "First Name,Last Name,Email Address,Mobile Phone\n"


def results(room: Room, found) -> list[tuple[str, str | None]]:
    return [(line.outcome, line.reason) for line in room.lines(found)]


class TestConfirming:
    def test_needs_the_numbers_of_the_plan(self, room):
        found = room.upload(ADA + BOB, "phone.vcf")

        with pytest.raises(InvalidInput, match="not those of the plan"):
            room.commit_import(ANN, found.import_id, Confirmation(found.plan.plan_id, 1, 0))

    def test_needs_the_latest_plan(self, room):
        first = room.upload(ADA + BOB, "phone.vcf")
        room.run(room.change.leave_out(ANN, first.import_id, [1]))

        with pytest.raises(Conflict, match="no longer"):
            room.start_commit(first)

    def test_may_be_sent_again(self, room):
        found = room.upload(ADA, "phone.vcf")

        assert room.start_commit(found) == room.start_commit(found)

    def test_of_a_committed_import_changes_nothing(self, room):
        found = room.upload(ADA, "phone.vcf")
        done = room.commit(found)

        assert room.start_commit(found) == done
        with pytest.raises(Conflict, match="committed"):
            room.change.leave_out(ANN, found.import_id, [1])


class TestAContactThatThePersonDeleted:
    """Its row is skipped in every later file, and both the plan and the commit say why."""

    AGAIN = HEADERS + "Ada,Lovelace,,0170 1234567\nGrace,Hopper,,0170 1234567\n"

    @pytest.fixture
    def deleted(self, room) -> Room:
        room.commit(room.upload(ADA + BOB, "phone.vcf"))
        room.delete("Ada Lovelace")
        return room

    def test_is_skipped_and_another_name_with_its_number_is_new(self, deleted):
        planned = deleted.upload(self.AGAIN)

        assert [(row.outcome, row.reason) for row in deleted.planned(planned)] == [
            (RowOutcome.SKIPPED, "deleted_by_person"),
            (RowOutcome.NEW, None),
        ]
        assert results(deleted, deleted.commit(planned)) == [("skipped", "deleted_by_person"), ("created", None)]

    def test_is_skipped_although_somebody_else_has_its_number_now(self, deleted):
        deleted.commit(deleted.upload(HEADERS + "Grace,Hopper,,0170 1234567\n"))

        rows = deleted.planned(deleted.upload(self.AGAIN))

        assert [row.outcome for row in rows] == [RowOutcome.SKIPPED, RowOutcome.UNCHANGED]

    def test_is_not_created_if_it_was_deleted_after_the_plan(self, room):
        room.commit(room.upload(BOB, "phone.vcf"))
        planned = room.upload(HEADERS + "Bob,Bit,,0170 7654321\n")
        room.delete("Bob Bit")

        room.commit(planned)

        assert room.names_in_book() == []


class TestEveryRow:
    def test_is_counted_once(self, room):
        room.commit(room.upload(ADA, "known.vcf"))
        rows = (
            "Ada,Lovelace,,+49 170 1234567\n"  # unchanged
            "Grace,Hopper,,+49 170 1234567\n"  # a conflict
            "Bob,Bit,bob@example.com,\n"  # new
            "Bob,Bit,bob@example.com,\n"  # repeated
            ",,,\n,,x,\n"  # not a row, and an invalid one
        )

        done = room.commit(room.upload(HEADERS + rows, "list.csv"))

        counts = room.job(done).counts
        assert dict(counts) == {
            "created": 1, "updated": 0, "unchanged": 1, "conflict": 1, "skipped": 1, "failed": 1, "removed": 0
        }  # fmt: skip
        assert counts.read == done.rows == len(room.lines(done))
        assert room.job(done).state is JobState.PARTIAL
        assert {**room.results.recount(done, room.job(done))} == dict(counts)

    def test_that_is_known_leaves_its_record_once(self, room):
        room.commit(room.upload(ADA, "known.vcf"))

        done = room.commit(room.upload(HEADERS + "Ada,Lovelace,,+49 170 1234567\n", "list.csv"))

        (ada,) = room.contacts.all(ANN)
        assert results(room, done) == [("unchanged", None)]
        assert {record.source for record in ada.records} >= {done.source.key}

    def test_is_listed_with_its_result(self, room):
        done = room.commit(room.upload(ADA + BOB, "phone.vcf"))

        page = room.list_records.page(room.follow(ANN, done.import_id), done=[FileOutcome.CREATED], limit=1)

        assert (page.total, page.next_position) == (2, 1)
        assert page.records[0].result.contact_id == page.records[0].planned.contact_id


class TestABookThatChangedSinceThePlan:
    def test_makes_a_new_row_the_contact_that_has_come(self, room):
        planned = room.upload(HEADERS + "Ada,Lovelace,ada@example.com,+49 170 1234567\n", "list.csv")
        room.commit(room.upload(ADA, "phone.vcf"))

        done = room.commit(planned)

        assert results(room, done) == [("updated", "changed_since_plan")]
        assert room.names_in_book() == ["Ada Lovelace"]

    def test_makes_a_row_that_disagrees_now_a_conflict_that_waits(self, room):
        planned = room.upload(HEADERS + "Grace,Hopper,,+49 170 1234567\n", "list.csv")
        room.commit(room.upload(ADA, "phone.vcf"))

        done = room.commit(planned)

        assert results(room, done) == [("conflict", "other_name")]
        assert room.names_in_book() == ["Ada Lovelace"]

    def test_never_makes_a_contact_of_a_row_that_the_plan_left_out(self, room):
        room.commit(room.upload(ADA, "phone.vcf"))
        planned = room.upload(HEADERS + "Grace,Hopper,,+49 170 1234567\n", "list.csv")
        (ada,) = room.contacts.all(ANN)
        gone = card("Somebody", "TEL:+49 30 1")
        newer = room.upload(gone, "phone.vcf", region="DE")
        newer = room.run(room.change.settings(ANN, newer.import_id, SettingChanges(newer_than=_last(room))))
        room.commit(newer, remove=newer.plan.gone)
        assert ada.contact_id not in [each.contact_id for each in room.contacts.all(ANN)]

        done = room.commit(planned)

        assert results(room, done) == [("conflict", "other_name")]
        assert "Grace Hopper" not in room.names_in_book()


def _last(room: Room) -> str:
    """The id of the import that was committed first."""
    return [each for each in room.imports.of_owner(ANN) if each.state is FileImportState.COMMITTED][-1].import_id


class TestANewerVersion:
    FIRST = ADA + BOB + card("Carl", "TEL:+49 170 1111111")

    @pytest.fixture
    def newer(self, room):
        room.commit(room.upload(self.FIRST, "phone.vcf"))
        return room.upload(ADA + BOB, "phone (1).vcf")

    def test_counts_the_rows_that_are_gone(self, newer):
        assert newer.plan.gone == 1

    def test_names_their_contacts_and_which_of_them_would_be_deleted(self, room, newer):
        (carl,) = GoneRows(room.files, room.contacts).of_plan(newer)
        assert (carl.name, carl.is_deleted) == ("Carl", True)

        room.commit(room.upload(HEADERS + "Carl,,,+49 170 1111111\n", "list.csv"))

        (carl,) = GoneRows(room.files, room.contacts).of_plan(newer)
        assert (carl.name, carl.is_deleted) == ("Carl", False)

    def test_names_no_more_of_them_than_asked_for(self, room):
        room.commit(room.upload(self.FIRST, "phone.vcf"))
        newer = room.upload(ADA, "phone (1).vcf")
        newer = room.run(room.change.settings(ANN, newer.import_id, SettingChanges(newer_than=_last(room))))

        assert newer.plan.gone == 2
        assert len(GoneRows(room.files, room.contacts).of_plan(newer, most=1)) == 1

    def test_keeps_them_unless_the_person_says_so(self, room, newer):
        room.commit(newer)

        assert room.names_in_book() == ["Ada Lovelace", "Bob Bit", "Carl"]

    def test_takes_them_away_if_the_person_names_their_number(self, room, newer):
        done = room.commit(newer, remove=1)

        assert room.names_in_book() == ["Ada Lovelace", "Bob Bit"]
        assert room.job(done).counts["removed"] == 1

    def test_takes_none_away_for_another_number(self, room, newer):
        with pytest.raises(InvalidInput, match="0 or 1"):
            room.start_commit(newer, remove=2)

    @pytest.mark.parametrize(("before", "again", "words"), [(0, 1, "keeping"), (1, 0, "taking away")])
    def test_is_not_said_to_treat_them_otherwise_than_it_did(self, room, newer, before, again, words):
        room.commit(newer, remove=before)

        with pytest.raises(Conflict, match=words):
            room.start_commit(newer, remove=again)

    def test_takes_only_those_away_that_its_plan_named(self, room, newer):
        other = room.upload(ADA + card("Dan", "TEL:+49 170 2222222"), "phone (2).vcf", region="GB")
        room.commit(other)

        done = room.commit(newer, remove=1)

        assert room.names_in_book() == ["Ada Lovelace", "Bob Bit", "Dan"]
        assert room.job(done).counts["removed"] == 1

    def test_finds_a_contact_again_of_which_the_person_kept_their_own_words(self, room):
        room.commit(room.upload(card("Ann") + card("Ben"), "phone.vcf"))
        ann = next(each for each in room.contacts.all(ANN) if each.shown["display"] == "Ann")
        room.edit(ann, {"nickname": "A."})
        room.commit(room.upload(card("Ben"), "phone (1).vcf"), remove=1)
        assert room.names_in_book() == ["Ann", "Ben"]

        room.commit(room.upload(card("Ann") + card("Ben"), "phone (2).vcf"))

        assert room.names_in_book() == ["Ann", "Ben"]

    def test_keeps_a_contact_that_waits_for_a_decision_about_its_new_name(self, room):
        room.commit(room.upload(self.FIRST, "phone.vcf"))
        newer = room.upload(ADA + BOB + card("Charles", "TEL:+49 170 1111111"), "phone (1).vcf")

        assert (newer.plan.counts["conflict"], newer.plan.gone) == (1, 0)

    def test_keeps_a_contact_that_a_row_is_in_conflict_with_only_since_the_plan(self, room):
        room.commit(room.upload(self.FIRST, "phone.vcf"))
        newer = room.upload(ADA + BOB + card("Dan", "TEL:+49 170 2222222"), "phone (1).vcf")
        assert newer.plan.gone == 1
        carl = next(each for each in room.contacts.all(ANN) if each.shown["display"] == "Carl")
        room.edit(carl, {"phones": [{"raw": "+49 170 2222222"}]})

        done = room.commit(newer, remove=1)

        assert results(room, done)[-1] == ("conflict", "other_name")
        assert "Carl" in room.names_in_book()
        (carl,) = [each for each in room.contacts.all(ANN) if each.shown["display"] == "Carl"]
        assert carl.records

    def test_keeps_a_contact_that_another_source_has(self, room, newer):
        room.commit(room.upload(HEADERS + "Carl,,,+49 170 1111111\n", "list.csv"))

        room.commit(newer, remove=1)

        assert "Carl" in room.names_in_book()

    def test_can_be_taken_for_a_file_of_its_own(self, room, newer):
        found = room.run(room.change.settings(ANN, newer.import_id, SettingChanges(newer_than="")))

        assert (found.plan.gone, found.source.id) == (0, newer.import_id)


class TestARowWithANameAlone:
    """In Google's columns, where contacts have no id."""

    HEADERS = "First Name,Middle Name,Last Name,Nickname,Organization Name,Phone 1 - Label,Phone 1 - Value\n"
    ROWS = "Ada,,Lovelace,,,,\n,,,Mum,,,\n,,,,Garage,,\nBob,,Bit,,,,\n"

    def again(self, room: Room, rows: str):
        room.commit(room.upload(self.HEADERS + self.ROWS, "contacts.csv", region="DE"))
        return room.upload(self.HEADERS + rows, "contacts (1).csv", region="DE")

    def test_is_the_equal_row_of_the_earlier_version(self, room):
        newer = self.again(room, self.ROWS)

        assert newer.plan.counts["unchanged"] == 4

    def test_stays_the_contact_when_it_gets_a_number(self, room):
        newer = self.again(room, self.ROWS.replace("Mum,,,", "Mum,,Mobile,0170 1234567"))

        assert [row.outcome.value for row in room.planned(newer)] == ["unchanged", "update", "unchanged", "unchanged"]
        assert newer.plan.gone == 0
        room.commit(newer)
        assert len(room.names_in_book()) == 4
        once_more = room.upload(self.HEADERS + self.ROWS.replace("Mum,,,", "Mum,,Mobile,0170 1234567"), region="DE")
        assert once_more.plan.counts["unchanged"] == 4

    @pytest.mark.parametrize("before", [True, False])
    def test_is_another_contact_than_a_row_of_that_name_with_a_number(self, room, before):
        with_number = ",,,Mum,,Mobile,0170 1234567\n"
        newer = self.again(room, with_number + self.ROWS if before else self.ROWS + with_number)

        others = ["unchanged"] * 4
        assert [row.outcome.value for row in room.planned(newer)] == (["new", *others] if before else [*others, "new"])
        before_commit = {each.contact_id: each.version for each in room.contacts.all(ANN)}
        room.commit(newer)
        after = {each.contact_id: each.version for each in room.contacts.all(ANN)}
        assert len(after) == 5
        assert {each: after[each] for each in before_commit} == before_commit

    def test_keeps_its_record_after_a_row_of_that_name_in_conflict(self, room):
        room.commit(room.upload(ADA, "phone.vcf"))
        rows = ",,,Mum,,Mobile,+49 170 1234567\n,,,Mum,,,\n"
        first = room.commit(room.upload(self.HEADERS + rows, "contacts.csv"))

        again = room.upload(self.HEADERS + rows, "contacts (1).csv")

        assert again.newer_than == first.import_id
        assert [row.outcome.value for row in room.planned(again)] == ["conflict", "unchanged"]


class TestANewerVersionOfATable:
    ROWS = "".join(f"Ada{number},Lovelace,ada{number}@example.com,\n" for number in range(4))

    def test_is_recognized_by_its_columns_and_keys_however_many_values_changed(self, room):
        room.commit(room.upload(HEADERS + self.ROWS, "list.csv"))

        newer = room.upload(HEADERS + self.ROWS.replace(",\n", ",+49 170 1234567\n"), "list (1).csv")

        assert newer.newer_than
        assert newer.plan.counts["update"] == 4

    @pytest.mark.parametrize("how", ["at upload", "while it is planned"])
    def test_remembers_the_country_of_its_numbers(self, room, how):
        file = HEADERS + "Ada,Lovelace,,0171 5550000\nBob,Bit,,020 7946 0958\n"
        if how == "at upload":
            first = room.upload(file, "list.csv", region="GB")
        else:
            first = room.upload(file, "list.csv")
            first = room.run(room.change.settings(ANN, first.import_id, SettingChanges(region="GB")))
        room.commit(first)

        again = room.upload(file, "list (1).csv")

        assert (again.region, again.newer_than) == ("GB", first.import_id)
        assert again.plan.counts["unchanged"] == 2

    def test_is_recognized_for_another_country_too(self, room):
        file = HEADERS + "Ada,Lovelace,,0171 5550000\nBob,Bit,,0171 5550001\n"
        first = room.commit(room.upload(file, "list.csv", region="US"))

        again = room.upload(file, "list (1).csv", region="DE")

        assert again.newer_than == first.import_id
        assert again.plan.counts["new"] == 0

    def test_is_recognized_although_most_rows_are_not_in_the_book(self, room):
        room.commit(room.upload(HEADERS + "Grace,Hopper,grace@example.com,\n", "others.csv"))
        file = (
            HEADERS
            + "Ada,Lovelace,ada@example.com,\n,,no address,\n,,nothing,\n,,nobody,\nBob,Bit,grace@example.com,\n"
        )
        first = room.upload(file, "list.csv")
        assert first.plan.counts == {**first.plan.counts, "new": 1, "invalid": 3, "conflict": 1}
        room.commit(first)

        again = room.upload(file, "list (1).csv")

        assert again.newer_than == first.import_id

    def test_is_recognized_although_the_person_changed_or_left_out_most_rows(self, room):
        first = room.upload(HEADERS + self.ROWS, "list.csv")
        fixed, *others = (row.number for row in room.planned(first)[:3])
        first = room.run(room.change.fix_cells(ANN, first.import_id, {fixed: {2: "augusta@example.com"}}))
        first = room.run(room.change.leave_out(ANN, first.import_id, others))
        room.commit(first)

        again = room.upload(HEADERS + self.ROWS, "list (1).csv")

        assert again.newer_than == first.import_id
        assert [row.outcome.value for row in room.planned(again)] == ["unchanged", "skipped", "skipped", "unchanged"]

    def test_keeps_what_the_person_changed_about_rows_that_are_as_they_were(self, room):
        first = room.upload(HEADERS + self.ROWS, "list.csv")
        number, other = (row.number for row in room.planned(first)[:2])
        first = room.run(room.change.fix_cells(ANN, first.import_id, {number: {0: "Augusta"}}))
        first = room.run(room.change.leave_out(ANN, first.import_id, [other]))
        room.commit(first)

        again = room.upload(HEADERS + self.ROWS, "list (1).csv")

        assert [row.outcome.value for row in room.planned(again)] == ["unchanged", "skipped", "unchanged", "unchanged"]


class TestACommitThatIsInterrupted:
    MANY = "".join(card(f"Person {number}", f"EMAIL:p{number}@example.com") for number in range(23))

    def test_goes_on_where_it_stopped(self, room):
        found = room.start_commit(room.upload(self.MANY, "many.vcf"))
        while found.state is FileImportState.COMMITTING:
            found = room.run(found, chunks=1)

        assert Counter(line.outcome for line in room.lines(found)) == {"created": 23}
        assert len(room.names_in_book()) == 23
        kept = room.results.of_block(found, room.job(found), 0)
        assert [each.contact_id for each in kept] == [line.contact_id for line in room.lines(found)]

    def test_goes_on_in_the_next_block_of_rows(self):
        room = Room(empty_tables(), limits=Limits())
        rows = "".join(f"Person,Nr{number},p{number}@example.com,\n" for number in range(BLOCK_ROWS + 150))
        found = room.start_commit(room.upload(HEADERS + rows, "many.csv"))
        while found.state is FileImportState.COMMITTING:
            found = room.run(found, chunks=4)

        created = [line.contact_id for line in room.lines(found)]
        assert len(room.names_in_book()) == len(set(created)) == BLOCK_ROWS + 150
        kept = [each for block in (0, 1) for each in room.results.of_block(found, room.job(found), block)]
        assert [each.contact_id for each in kept] == created

    def test_recognizes_repeated_rows_across_the_interruption(self, room):
        found = room.start_commit(room.upload(self.MANY + self.MANY, "twice.vcf"))
        while found.state is FileImportState.COMMITTING:
            found = room.run(found, chunks=1)

        assert Counter(line.outcome for line in room.lines(found)) == {"created": 23, "skipped": 23}

    def test_keeps_what_is_done_when_it_is_canceled_and_can_be_committed_again(self, room):
        planned = room.upload(self.MANY, "many.vcf")
        started = room.start_commit(planned)
        room.run(started, chunks=1)
        room.cancel(ANN, planned.import_id)
        done = len(room.names_in_book())
        assert 0 < done < 23
        assert room.follow(ANN, planned.import_id).state.value == "canceled"

        again = room.commit(planned)

        assert room.job(again).counts["created"] == 23  # those of the canceled commit are of this import too
        assert len(room.names_in_book()) == 23

    def test_can_be_changed_and_planned_again_once_it_is_canceled(self, room):
        planned = room.upload(self.MANY, "many.vcf")
        room.run(room.start_commit(planned), chunks=1)
        room.cancel(ANN, planned.import_id)

        found = room.run(room.change.settings(ANN, planned.import_id, SettingChanges(tag="iris-import")))

        assert found.plan.counts["new"] == 23 - len(room.names_in_book())


class TestTheRecords:
    def test_name_the_file_and_its_tag(self, room):
        done = room.commit(room.upload(ADA, "phone.vcf", tag="iris-import"))

        (ada,) = room.contacts.all(ANN)
        (record,) = ada.records
        assert (record.source, record.tag) == (f"file:{done.import_id}", "iris-import")


class TestACollection:
    @pytest.fixture
    def friends(self, room) -> str:
        return room.collections.add(ANN, "Friends").collection_id

    def test_gets_every_row_that_is_a_contact(self, room, friends):
        room.commit(room.upload(ADA, "known.vcf"))

        room.commit(
            room.upload(HEADERS + "Ada,Lovelace,,+49 170 1234567\nBob,Bit,b@x.org,\n", "l.csv", collection_id=friends)
        )

        assert room.collections.member_ids(friends) == {each.contact_id for each in room.contacts.all(ANN)}

    def test_that_the_person_may_not_edit_refuses_the_commit(self, room):
        others = room.collections.add("bea", "Hers").collection_id

        with pytest.raises(NotFound):
            room.commit(room.upload(ADA, "phone.vcf", collection_id=others))

    def test_that_is_deleted_meanwhile_leaves_the_contacts_out_of_it(self, room, friends):
        started = room.start_commit(room.upload(ADA + BOB, "phone.vcf", collection_id=friends))
        room.collections.delete(ANN, friends)

        done = room.run(started)

        assert room.names_in_book() == ["Ada Lovelace", "Bob Bit"]
        assert results(room, done) == [("created", "not_added_to_collection")] * 2


def test_an_outcome_of_the_plan_has_one_of_the_commit():
    assert {each.value for each in RowOutcome} - {"new", "update", "invalid"} <= {each.value for each in FileOutcome}
