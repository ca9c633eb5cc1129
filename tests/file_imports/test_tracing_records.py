"""Each record of a file is traced to its row and to the rule by which that matched, without reading all rows."""

from dataclasses import replace

import pytest

from chalicelib.contacts.source_row import SourceRow
from chalicelib.file_imports.planning.create_import import NewFile
from chalicelib.file_imports.planning.plan_rows import PlannedRow, RowOutcome
from chalicelib.file_imports.planning.rows_by_key import find_row, keep_rows_by_key
from chalicelib.file_imports.records.trace_records import MOST_TRACED, TraceRecords
from chalicelib.file_imports.storing.import_files import by_key_name, plan_name
from tests.address_book.indexes import Broken
from tests.contacts.making import record
from tests.file_imports.conftest import ANN, Room
from tests.file_imports.test_planning import card

HEADERS = "First Name,Last Name,Email Address,Mobile Phone\n"
ADA, BOB = "Ada,Lovelace,,+49 170 1234567\n", "Bob,Bit,bob@example.com,\n"
PHONE = card("Ada Lovelace", "N:Lovelace;Ada;;;", "TEL;TYPE=CELL:+49 170 1234567")


@pytest.fixture
def trace(room) -> TraceRecords:
    return TraceRecords(room.imports, room.files, room.jobs)


def contact(room: Room, name: str):
    [found] = [each for each in room.contacts.all(ANN) if each.shown.get("display") == name]
    return found


def rows(room: Room, trace: TraceRecords, name: str) -> list[SourceRow]:
    """The rows of the records of a contact, by the names of their files."""
    return sorted(trace(ANN, contact(room, name).records).values(), key=lambda row: row.file_name)


class TestARecord:
    def test_of_a_new_contact_names_its_row_and_no_rule(self, room, trace):
        done = room.commit(room.upload(HEADERS + ADA + BOB, "iris.csv"))

        assert rows(room, trace, "Bob Bit") == [SourceRow(done.import_id, "iris.csv", 3, "")]

    def test_of_a_row_that_matched_names_the_rule(self, room, trace):
        first = room.commit(room.upload(PHONE, "iris.vcf"))
        second = room.commit(room.upload(HEADERS + ADA, "list.csv"))

        assert rows(room, trace, "Ada Lovelace") == [
            SourceRow(first.import_id, "iris.vcf", 1, ""),
            SourceRow(second.import_id, "list.csv", 2, "number"),
        ]

    def test_that_occurs_twice_in_a_file_is_the_first_row(self, room, trace):
        room.commit(room.upload(HEADERS + BOB + ADA + BOB, "iris.csv"))

        assert [row.row for row in rows(room, trace, "Bob Bit")] == [2]

    def test_is_of_the_version_of_the_file_that_changed_it_last(self, room, trace):
        room.commit(room.upload(HEADERS + ADA + BOB, "iris.csv"))
        newer = room.commit(room.upload(HEADERS + BOB.replace(",\n", ",+49 170 7654321\n") + ADA, "iris (1).csv"))
        assert newer.newer_than is not None

        assert rows(room, trace, "Bob Bit") == [SourceRow(newer.import_id, "iris (1).csv", 2, "key")]
        assert rows(room, trace, "Ada Lovelace") == [SourceRow(newer.newer_than, "iris.csv", 2, "")]

    def test_of_a_commit_that_was_stopped_is_traced_too(self, room, trace):
        people = "".join(f"P,Q{number},q{number}@example.com,\n" for number in range(20))
        started = room.start_commit(room.upload(HEADERS + people, "iris.csv"))
        room.run(started, chunks=1)
        room.cancel(ANN, started.import_id)

        stored = list(room.contacts.all(ANN))
        assert 0 < len(stored) < 20
        assert all(trace(ANN, each.records) for each in stored)

    def test_of_no_file_is_not_traced(self, room, trace):
        assert trace(ANN, [record("google:g1", {"given": "Ada"})]) == {}

    def test_is_traced_for_its_owner_alone(self, room, trace):
        room.commit(room.upload(HEADERS + ADA, "iris.csv"))

        assert trace("bob", contact(room, "Ada Lovelace").records) == {}

    def test_beyond_the_latest_few_is_not_traced(self, room, trace):
        room.commit(room.upload(HEADERS + ADA, "iris.csv"))
        [ada] = contact(room, "Ada Lovelace").records
        later = [
            replace(ada, source=f"file:f{number}", last_changed=ada.last_changed + 1) for number in range(MOST_TRACED)
        ]

        assert (ada.source, ada.source_id) not in trace(ANN, [ada, *later])


class TestWhatIsNoLongerStored:
    def test_of_the_import_is_not_named(self, room, trace):
        room.commit(room.upload(HEADERS + ADA, "iris.csv"))
        room.imports.erase(ANN)

        assert rows(room, trace, "Ada Lovelace") == []

    def test_of_the_rows_leaves_the_name_of_the_file(self, room, trace):
        done = room.commit(room.upload(HEADERS + ADA, "iris.csv"))
        room.files.forget_import(done)

        assert rows(room, trace, "Ada Lovelace") == [SourceRow(done.import_id, "iris.csv", None, "")]

    def test_of_the_rows_need_not_be_read(self, room):
        done = room.commit(room.upload(HEADERS + ADA, "iris.csv"))
        trace = TraceRecords(room.imports, replace(room.files, blobs=Broken()), room.jobs)

        assert rows(room, trace, "Ada Lovelace") == [SourceRow(done.import_id, "iris.csv", None, "")]


class TestManyRows:
    COUNT = 2_500

    def test_are_spread_over_as_many_blobs_as_the_plan_has(self, room):
        found = replace(room.create.receive(ANN, NewFile("iris.csv"), b"x"), rows=self.COUNT)
        planned = (
            PlannedRow(number + 2, f"row#{number}", RowOutcome.UPDATE, "c", "email").json()
            for number in range(self.COUNT)
        )
        assert room.files.put_blocks(found, plan_name("p"), planned) == self.COUNT

        keep_rows_by_key(room.files, found, "p")

        parts = [room.files.get(found, by_key_name(plan_name("p"), part)) for part in range(3)]
        assert room.files.find(found, by_key_name(plan_name("p"), 3)) is None
        assert sum(map(len, parts)) == self.COUNT
        assert all(600 < len(part) < 1_100 for part in parts)
        assert find_row(room.files, found, "p", "row#2400") == (2_402, "email")
        assert find_row(room.files, found, "p", "row#x") is None
