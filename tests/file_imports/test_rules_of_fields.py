"""What becomes of a file's values where other sources have them too: shown, kept beside, or not used; never silent."""

import pytest

from chalicelib.file_imports.planning.kept_beside import Beside
from chalicelib.file_imports.records.report import REPORTS, ImportReport
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.files.mapping.column_mapping import ColumnMapping, MappedColumn, Rule
from chalicelib.files.mapping.target import Target
from tests.contacts.making import source_contact
from tests.file_imports.conftest import ANN, Room, importing

HEADERS = "First Name,Last Name,Mobile Phone,Job Title\n"
ROW = "Ada,Lovelace,+49 170 1234567,Mathematician\n"
TARGETS = ("given", "family", "phones.1", "title")


@pytest.fixture
def known(room: Room) -> Room:
    """A book that has Ada from Google, with another title."""
    importing(room, [source_contact("p/1", "Ada Lovelace", phone="+49 170 1234567", title="Countess")])
    return room


def planned(room: Room, name: str = "list.csv", rows: str = ROW, rules=None, **more) -> FileImport:
    """The planned import of a table with these rules of fields."""
    found = room.upload(HEADERS + rows, name, **more)
    headers = HEADERS.strip().split(",")
    columns = [MappedColumn(header, Target.of(target)) for header, target in zip(headers, TARGETS, strict=True)]
    return room.run(room.change.mapping(ANN, found.import_id, ColumnMapping(columns, rules=rules or {})))


def ada(room: Room):
    (contact,) = room.contacts.all(ANN)
    return contact


class TestAValueOfAFileThatComesSecond:
    def test_is_kept_beside_what_is_shown_and_the_row_says_so(self, known):
        found = planned(known)

        (row,) = known.planned(found)
        assert (row.outcome.value, row.reason) == ("unchanged", "kept_beside")
        assert row.beside == {"title": Beside("Mathematician", "Countess", "google:1")}

    def test_is_in_the_record_and_the_report_names_it(self, known):
        done = known.commit(planned(known))

        followed = known.follow(ANN, done.import_id)
        _, rows = ImportReport(known.files, known.follow, known.results)(followed, REPORTS["unchanged"])
        assert ada(known).shown["title"] == "Countess"
        assert "Mathematician" in [record.fields.get("title") for record in ada(known).records]
        assert next(iter(rows))[-3].endswith("Title.")
        assert [line.reason for line in known.lines(done)] == ["kept_beside"]

    def test_is_named_also_beside_what_the_row_changes(self, known):
        found = planned(known, rows=ROW.replace("4567", "4567;+49 170 7654321"))

        (row,) = known.planned(found)
        assert (row.outcome.value, row.reason) == ("update", None)
        assert set(row.changes) == {"phones"}
        assert set(row.beside) == {"title"}

    def test_says_nothing_if_it_is_the_same(self, known):
        (row,) = known.planned(planned(known, rows=ROW.replace("Mathematician", "Countess")))

        assert (row.reason, row.beside) == (None, {})

    def test_is_kept_beside_what_the_person_wrote(self, known):
        known.edit(ada(known), {"title": "Programmer"})

        (row,) = known.planned(planned(known))

        assert row.beside == {"title": Beside("Mathematician", "Programmer", "person")}


class TestTheRuleAlways:
    def test_shows_the_files_value_instead_of_that_of_another_source(self, known):
        found = planned(known, rules={"title": Rule.ALWAYS})
        (row,) = known.planned(found)
        assert (row.outcome.value, dict(row.changes)) == ("update", {"title": ("Countess", "Mathematician")})

        known.commit(found)

        assert ada(known).shown["title"] == "Mathematician"

    def test_does_not_replace_what_the_person_wrote(self, known):
        known.edit(ada(known), {"title": "Programmer"})

        known.commit(planned(known, rules={"title": Rule.ALWAYS}))

        assert ada(known).shown["title"] == "Programmer"

    def test_holds_for_rows_that_stayed_if_it_is_chosen_for_a_newer_version(self, known):
        known.commit(planned(known))

        newer = planned(known, "list (1).csv", rules={"title": Rule.ALWAYS})
        assert newer.newer_than
        known.commit(newer)

        assert ada(known).shown["title"] == "Mathematician"


class TestTheTagOfANewerVersion:
    def tags(self, room: Room) -> set[str]:
        return {record.tag for contact in room.contacts.all(ANN) for record in contact.records}

    def test_is_given_to_the_records_that_stay(self, room):
        room.commit(planned(room, tag="spring"))

        newer = planned(room, "list (1).csv", tag="summer")
        assert [row.outcome.value for row in room.planned(newer)] == ["unchanged"]
        room.commit(newer)

        assert self.tags(room) == {"summer"}

    def test_is_that_of_the_earlier_version_unless_another_is_chosen(self, room):
        room.commit(planned(room, tag="spring"))

        room.commit(planned(room, "list (1).csv", rows=ROW + "Bob,Bit,+49 170 7654321,\n"))

        assert self.tags(room) == {"spring"}

    def test_writes_nothing_if_it_is_the_same(self, room):
        room.commit(planned(room, tag="spring"))
        before = [contact.version for contact in room.contacts.all(ANN)]

        room.commit(planned(room, "list (1).csv", tag="spring"))

        assert [contact.version for contact in room.contacts.all(ANN)] == before
