"""A plan says what becomes of each row, and writes nothing to the book."""

import pytest

from chalicelib.file_imports.planning.change_import import SettingChanges
from chalicelib.file_imports.planning.create_import import NewFile
from chalicelib.file_imports.planning.plan_import import MOST_STARTS
from chalicelib.file_imports.planning.plan_rows import RowOutcome
from chalicelib.file_imports.storing.file_import import FileImportState
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.files.mapping.column_mapping import ColumnMapping, MappedColumn, Rule
from chalicelib.files.mapping.target import Target
from chalicelib.foundation.errors import Conflict, InvalidInput, NotFound
from chalicelib.jobs.job import JobState
from tests.file_imports.conftest import ANN, Room


def card(name: str, *lines: str) -> str:
    return "\n".join(("BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", *lines, "END:VCARD", ""))


ADA = card("Ada Lovelace", "TEL:+49 170 1234567", "EMAIL:ada@example.com")


def outcomes(room: Room, found) -> list[str]:
    return [row.outcome.value for row in room.planned(found)]


@pytest.fixture
def known(room) -> Room:
    """A room whose book has Ada."""
    room.commit(room.upload(ADA, "first.vcf"))
    return room


def written(room: Room) -> list[tuple[str, int]]:
    return sorted((each.contact_id, each.version) for each in room.contacts.all(ANN))


class TestAPlan:
    def test_writes_nothing_to_the_book(self, known):
        before = written(known)

        known.upload(ADA.replace("Ada Lovelace", "Ada King") + card("Bob", "TEL:+49 170 7654321"), "second.vcf")

        assert written(known) == before

    def test_names_what_changes_in_a_contact(self, known):
        found = known.upload(card("Ada Lovelace", "TEL:+491701234567", "TITLE:Countess"), "second.vcf")

        (row,) = known.planned(found)
        assert (row.outcome, row.rule) == (RowOutcome.UPDATE, "number")
        assert row.changes == {"title": (None, "Countess")}

    def test_takes_another_name_for_a_conflict(self, known):
        found = known.upload(card("Grace Hopper", "TEL:+49 170 1234567"), "second.vcf")

        (row,) = known.planned(found)
        assert (row.outcome, row.reason) == (RowOutcome.CONFLICT, "other_name")

    def test_takes_a_shared_address_alone_for_a_conflict_in_a_backup_of_a_phone(self, known):
        found = known.upload(card("Ada Lovelace", "EMAIL:ada@example.com"), "second.vcf")

        assert outcomes(known, found) == ["conflict"]

    def test_trusts_a_shared_address_if_the_person_says_so(self, known):
        found = known.upload(
            card("Ada Lovelace", "EMAIL:ada@example.com"), "second.vcf", match_by=MatchBy.NUMBER_OR_EMAIL_AND_NAME
        )

        assert outcomes(known, found) == ["unchanged"]

    def test_names_the_row_that_another_one_repeats(self, room):
        found = room.upload(ADA + ADA, "twice.vcf")

        first, second = room.planned(found)
        assert (second.outcome, second.reason, second.other_row) == (RowOutcome.SKIPPED, "repeats_row", first.number)

    def test_follows_our_own_ids_in_an_export_of_ours(self, known):
        (ada,) = known.contacts.all(ANN)

        found = known.upload(card("Countess of Lovelace", f"UID:{ada.contact_id}", "TITLE:Countess"), "export.vcf")

        (row,) = known.planned(found)
        assert (row.outcome, row.rule, row.contact_id) == (RowOutcome.UPDATE, "id", ada.contact_id)


TABLE = "Vorname;Irgendwas;Telefon\nAda;x;0170 1234567\nBob;y;abc\n"
COLUMNS = [
    MappedColumn("Vorname", Target.of("given")),
    MappedColumn("Irgendwas"),
    MappedColumn("Telefon", Target.of("phones.1")),
]
DATES = [MappedColumn("Name", Target.of("name")), MappedColumn("Birthday", Target.of("birthday"))]


class TestConfirmingColumns:
    @pytest.fixture
    def read(self, room):
        return room.upload(TABLE)

    def test_plans_the_rows(self, room, read):
        found = room.run(room.change.mapping(ANN, read.import_id, ColumnMapping(COLUMNS)))

        assert (found.state, outcomes(room, found)) == (FileImportState.PLANNED, ["new", "new"])

    def test_is_remembered_for_the_next_file_with_these_headers(self, room, read):
        room.run(room.change.mapping(ANN, read.import_id, ColumnMapping(COLUMNS)))

        assert room.upload(TABLE, "next.csv").state is FileImportState.PLANNED

    def test_need_not_be_remembered(self, room, read):
        found = room.run(room.change.mapping(ANN, read.import_id, ColumnMapping(COLUMNS), remember=False))

        assert found.state is FileImportState.PLANNED
        assert room.upload(TABLE, "next.csv").state is FileImportState.READ

    def test_is_asked_for_again_if_nobody_said_the_order_of_the_next_files_dates(self, room):
        with_dates = "Name;Birthday\nAda Lovelace;{}\n".format
        room.run(room.change.mapping(ANN, room.upload(with_dates("1815-12-10")).import_id, ColumnMapping(DATES)))

        assert room.upload(with_dates("10/12/1815"), "next.csv").state is FileImportState.READ
        assert room.upload(with_dates("25/12/1815"), "last.csv").state is FileImportState.PLANNED

    def test_is_not_remembered_for_anybody_else(self, room, read):
        room.run(room.change.mapping(ANN, read.import_id, ColumnMapping(COLUMNS)))

        other = room.run(room.create.receive("bea", NewFile("next.csv"), TABLE.encode()))
        assert other.state is FileImportState.READ

    def test_needs_a_name_or_a_way_to_reach_somebody(self, room, read):
        nothing = [MappedColumn(column.header) for column in COLUMNS]

        with pytest.raises(InvalidInput, match="name, an email address or a phone number"):
            room.change.mapping(ANN, read.import_id, ColumnMapping(nothing))

    def test_needs_the_values_of_labels(self, room, read):
        columns = [*COLUMNS[:2], MappedColumn("Telefon", Target.of("phones.1.label"))]

        with pytest.raises(InvalidInput, match='values of the labels in "Telefon"'):
            room.change.mapping(ANN, read.import_id, ColumnMapping(columns))

    def test_needs_every_column_of_the_file(self, room, read):
        with pytest.raises(InvalidInput, match="all columns"):
            room.change.mapping(ANN, read.import_id, ColumnMapping(COLUMNS[:2]))

    def test_of_cards_is_refused(self, room):
        found = room.upload(ADA, "phone.vcf")

        with pytest.raises(InvalidInput, match="cannot be mapped"):
            room.change.mapping(ANN, found.import_id, ColumnMapping(COLUMNS))

    def test_with_a_rule_fills_only_what_is_empty(self, known):
        headers = "First Name,Last Name,Mobile Phone,Job Title,E-mail Address\n"
        read = known.upload(f"{headers}Ada,Lovelace,+49 170 1234567,Countess,ada@new.example\n", "crm.csv")
        columns = [
            MappedColumn(header, Target.of(target))
            for header, target in zip(
                headers.strip().split(","), ("given", "family", "phones.1", "title", "emails.1"), strict=True
            )
        ]
        rules = {"emails": Rule.WHERE_EMPTY, "title": Rule.WHERE_EMPTY}

        found = known.run(known.change.mapping(ANN, read.import_id, ColumnMapping(columns, rules=rules)))
        known.commit(found)

        (ada,) = known.contacts.all(ANN)
        assert ada.shown["title"] == "Countess"
        assert [each["value"] for each in ada.shown["emails"]] == ["ada@example.com"]


class TestChangingRows:
    HEADERS = "First Name,Last Name,Email Address\n"

    @pytest.fixture
    def planned(self, room):
        return room.upload(f"{self.HEADERS}Ada,Lovelace,ada@example.com\n,,nobody\nBob,Bit,bob@example.com\n")

    def test_a_row_without_name_or_address_is_invalid_and_says_why(self, room, planned):
        assert outcomes(room, planned)[1] == "invalid"
        assert room.planned(planned)[1].problems

    def test_a_fixed_cell_makes_the_row_a_contact(self, room, planned):
        number = room.planned(planned)[1].number

        found = room.run(room.change.fix_cells(ANN, planned.import_id, {number: {0: "Carl", 2: "carl@example.com"}}))

        assert outcomes(room, found) == ["new", "new", "new"]
        room.commit(found)
        assert room.names_in_book() == ["Ada Lovelace", "Bob Bit", "Carl"]

    def test_a_row_that_is_left_out_is_skipped_until_it_is_taken_in_again(self, room, planned):
        numbers = [room.planned(planned)[0].number]

        without = room.run(room.change.leave_out(ANN, planned.import_id, numbers))
        assert outcomes(room, without) == ["skipped", "invalid", "new"]

        again = room.run(room.change.take_in(ANN, planned.import_id, numbers))
        assert outcomes(room, again) == ["new", "invalid", "new"]

    def test_a_fixed_property_of_a_card_stays_when_the_card_is_planned_again(self, room):
        cards = "BEGIN:VCARD\nVERSION:3.0\nTEL:030 1\nNOTE:x\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Bob\nEND:VCARD\n"
        planned = room.upload(cards, "phone.vcf")

        fixed = room.run(room.change.fix_cells(ANN, planned.import_id, {1: {1: "020 7946 0958", 3: "Carl"}}))
        again = room.run(room.change.settings(ANN, fixed.import_id, SettingChanges(region="GB")))

        assert outcomes(room, again) == ["new", "new"]
        room.commit(again)
        assert room.names_in_book() == ["Bob", "Carl"]
        assert {phone["e164"] for each in room.contacts.all(ANN) for phone in each.shown.get("phones", ())} == {
            "+442079460958"
        }

    def test_a_fixed_property_of_a_card_is_fixed_in_the_next_version_of_the_file_too(self, room):
        cards = "BEGIN:VCARD\nVERSION:3.0\nNOTE:x\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Bob\nEND:VCARD\n"
        planned = room.upload(cards, "phone.vcf")
        room.commit(room.run(room.change.fix_cells(ANN, planned.import_id, {1: {2: "Carl"}})))

        newer = room.upload("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n" + cards, "phone (1).vcf")

        assert newer.newer_than == planned.import_id
        assert outcomes(room, newer) == ["new", "unchanged", "unchanged"]

    def test_places_beyond_the_columns_of_a_card_are_ignored(self, room):
        planned = room.upload("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n", "phone.vcf")

        fixed = room.run(room.change.fix_cells(ANN, planned.import_id, {1: {99: "x"}}))

        assert outcomes(room, fixed) == ["new"]

    def test_cells_beyond_the_columns_are_refused(self, room, planned):
        with pytest.raises(InvalidInput, match="columns of a table"):
            room.change.fix_cells(ANN, planned.import_id, {2: {3: "x"}})

    def test_another_region_reads_all_numbers_again(self, room):
        found = room.upload("Name,Phone\nAda Lovelace,020 7946 0958\n", region="GB")
        if found.state is FileImportState.READ:
            columns = [MappedColumn("Name", Target.of("name")), MappedColumn("Phone", Target.of("phones.1"))]
            found = room.run(room.change.mapping(ANN, found.import_id, ColumnMapping(columns)))
        found = room.run(room.change.settings(ANN, found.import_id, SettingChanges(region="gb")))

        room.commit(found)

        (ada,) = room.contacts.all(ANN)
        assert ada.shown["phones"][0]["e164"] == "+442079460958"


class TestAnImportOfSomebodyElse:
    def test_is_not_found(self, room):
        found = room.upload(ADA, "phone.vcf")

        for ask in (
            lambda: room.change.leave_out("eve", found.import_id, [1]),
            lambda: room.cancel("eve", found.import_id),
            lambda: room.follow("eve", found.import_id),
            lambda: room.create.uploaded("eve", found.import_id),
        ):
            with pytest.raises(NotFound):
                ask()


class TestAFileThatCannotBeRead:
    def test_fails_with_the_reason_and_can_be_canceled(self, room):
        found = room.upload(b"%PDF-1.7 not contacts", "contacts.pdf")

        assert room.job(found).state is JobState.FAILED
        assert room.follow(ANN, found.import_id).state.value == "failed"
        assert room.cancel(ANN, found.import_id).state is FileImportState.CANCELED

    def test_without_contacts_says_so(self, room):
        found = room.upload("First Name,Last Name,Email Address\n")

        assert "no contacts" in str(room.job(found).error)


class TestAPlanThatIsInterrupted:
    def test_begins_again_and_ends(self, room):
        found = room.run(room.create.receive(ANN, NewFile("phone.vcf"), ADA.encode()), chunks=0)
        assert (found.state, room.job(found).state) == (FileImportState.UPLOADED, JobState.QUEUED)

        assert room.run(found).state is FileImportState.PLANNED

    def test_again_and_again_fails_and_can_be_started_again(self, room):
        found = room.create.receive(ANN, NewFile("phone.vcf"), ADA.encode())
        while not room.job(found).is_finished:
            found = room.run(found, chunks=0)

        assert (room.job(found).error_code, room.job(found).attempts) == ("too_long", MOST_STARTS + 1)
        again = room.run(room.change.settings(ANN, found.import_id, SettingChanges(region="GB")))
        assert again.state is FileImportState.PLANNED


class TestCanceling:
    def test_a_draft_deletes_what_is_stored_of_it(self, room):
        found = room.upload(ADA, "phone.vcf")

        room.cancel(ANN, found.import_id)

        assert [key for key in room.blobs.kept if found.import_id in key] == []

    def test_ends_the_draft(self, room):
        found = room.upload(ADA, "phone.vcf")
        room.cancel(ANN, found.import_id)

        with pytest.raises(Conflict, match="canceled"):
            room.change.leave_out(ANN, found.import_id, [1])

    def test_a_change_while_it_is_planned_cancels_that_plan(self, room):
        first = room.create.receive(ANN, NewFile("phone.vcf"), ADA.encode())

        second = room.change.settings(ANN, first.import_id, SettingChanges(tag="iris-import"))

        assert room.job(first).state is JobState.CANCELED
        assert room.run(second).state is FileImportState.PLANNED
