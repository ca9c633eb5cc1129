"""A report has the rows of a file with what became of them, and can be corrected and imported again."""

import csv
import io
import json

import pytest

from chalicelib.file_imports.planning.change_import import SettingChanges
from chalicelib.file_imports.records.removed_report import RemovedReport
from chalicelib.file_imports.records.report import REPORTS, ImportReport
from chalicelib.files.mapping.target import Target
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.safe_csv import csv_pieces
from tests.files.workbooks import xlsx

TABLE = (
    "First Name,Last Name,Email Address,Mobile Phone,Notes\r\n"
    "Ada,Lovelace,ada@example.com,+49 170 1234567,=1+1\r\n"
    'Alan,Turing,alan@example.com,\'0170 7654321,"two\nlines; -3"\r\n'
    ",,,,@nobody\r\n"
    "Ada,Lovelace,ada@example.com,+49 170 1234567,=1+1\r\n"
)
CARDS = (
    "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Lovelace\nTEL:+49 170 1234567\nTEL:+49 171 1234567\nEND:VCARD\n"
    "BEGIN:VCARD\nVERSION:3.0\nFN:Alan Turing\nEMAIL:alan@example.com\nEND:VCARD\n"
)


def report_text(room, found, name="all"):
    report = ImportReport(room.files, room.follow, room.results)
    return "".join(csv_pieces(*report(room.follow.of(found), REPORTS[name])))


def lines(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def cells(room, found):
    """The cells of all rows, as they were read."""
    return [list(row.cells) for row in room.list_records.sample(found, 100)]


@pytest.fixture
def done(room):
    return room.commit(room.upload(TABLE))


@pytest.fixture
def committing(room):
    """An import of twenty rows, some of which are imported."""
    rows = "".join(f"Person {number},p{number}@example.com\n" for number in range(20))
    return room.run(room.start_commit(room.upload(f"First Name,Email Address\n{rows}")), chunks=1)


class TestAReport:
    def test_has_the_columns_of_the_file_and_what_became_of_each_row(self, room, done):
        ada, alan, nobody, again = lines(report_text(room, done))

        assert list(ada)[:2] == ["First Name", "Last Name"]
        assert list(ada)[-4:] == ["outcome", "reason", "row", "contact_id"]
        assert (ada["outcome"], ada["reason"], ada["row"]) == ("created", "", "2")
        assert ada["contact_id"] in {each.contact_id for each in room.contacts.all("ann")}
        assert alan["Notes"] == "two\nlines;' -3"
        assert (nobody["outcome"], nobody["contact_id"]) == ("failed", "")
        assert nobody["reason"].startswith("No name, email address or phone number")
        assert (again["outcome"], again["reason"]) == (
            "skipped",
            "It says the same as row 2, so it is skipped.",
        )

    def test_runs_no_cell_as_a_formula(self, room, done):
        ada = lines(report_text(room, done))[0]

        assert (ada["Notes"], ada["Mobile Phone"]) == ("'=1+1", "'+49 170 1234567")

    def test_of_one_outcome_has_only_its_rows(self, room, done):
        assert [each["row"] for each in lines(report_text(room, done, "failed"))] == ["4"]
        assert [each["row"] for each in lines(report_text(room, done, "created"))] == ["2", "3"]
        assert lines(report_text(room, done, "updated")) == []

    def test_of_cards_has_a_column_for_each_property_and_a_line_for_each_value(self, room):
        ada, alan = lines(report_text(room, room.commit(room.upload(CARDS, "phone.vcf"))))

        assert ada["FN"] == "Ada Lovelace"
        assert ada["TEL"] == "'+49 170 1234567\n'+49 171 1234567"
        assert (ada["EMAIL"], alan["EMAIL"]) == ("", "alan@example.com")

    def test_has_a_column_for_cells_beyond_the_header(self, room):
        rows = [f"Person {number},p{number}@example.com" for number in range(250)]  # more than a table is judged by
        rows[-1] += ",,surplus"
        found = room.commit(room.upload("\n".join(["First Name,Email Address", *rows])))

        last = lines(report_text(room, found))[-1]
        assert (last["Column C"], last["Column D"], last["outcome"]) == ("", "surplus", "created")

    def test_has_the_cells_that_the_person_has_fixed(self, room):
        planned = room.upload(TABLE)
        fixed = room.run(room.change.fix_cells("ann", planned.import_id, {4: {0: "Nora"}}))

        assert lines(report_text(room, room.commit(fixed)))[2]["First Name"] == "Nora"

    def test_has_the_properties_of_cards_that_the_person_has_fixed(self, room):
        planned = room.upload(CARDS, "phone.vcf")
        fixed = room.run(room.change.fix_cells("ann", planned.import_id, {1: {1: "Ada King"}, 2: {2: ""}}))
        text = report_text(room, room.commit(fixed))

        assert [(row["FN"], row.get("EMAIL", "")) for row in lines(text)] == [("Ada King", ""), ("Alan Turing", "")]
        assert room.names_in_book() == ["Ada King", "Alan Turing"]
        again = room.upload(text, "all.csv")
        assert [row.outcome.value for row in room.planned(again)] == ["unchanged", "unchanged"]

    def test_of_a_commit_that_was_canceled_says_which_rows_it_has_not_come_to(self, room, committing):
        room.cancel("ann", committing.import_id)

        outcomes = [line["outcome"] for line in lines(report_text(room, committing))]

        done = outcomes.count("created")
        assert 0 < done < 20
        assert outcomes == ["created"] * done + ["not_done"] * (20 - done)
        assert len(lines(report_text(room, committing, "created"))) == done

    def test_is_a_conflict_while_rows_are_imported(self, room, committing):
        with pytest.raises(Conflict, match="Wait until the commit has ended") as refused:
            report_text(room, committing)

        assert refused.value.members["state"] == "committing"

    def test_is_a_conflict_before_the_commit(self, room):
        with pytest.raises(Conflict, match="not been committed"):
            report_text(room, room.upload(TABLE))


class TestTheReportOfRemovedRows:
    OTHER = "First Name,Nickname,Mobile Phone\nAlan,Al,0170 7654321\n"

    def test_names_the_contacts_that_were_deleted_and_those_that_stay(self, room, done):
        room.commit(room.upload(self.OTHER, "other.csv", region="DE"))
        newer = room.upload("First Name,Last Name,Email Address,Mobile Phone,Notes\nNora,Noon,nora@example.com,,\n")
        newer = room.run(room.change.settings("ann", newer.import_id, SettingChanges(newer_than=done.import_id)))
        found = room.commit(newer, remove=2)

        header, rows = RemovedReport(room.results, room.contacts)(room.follow.of(found))

        by_name = {row["name"]: row for row in (dict(zip(header, row, strict=True)) for row in rows)}
        (alan,) = [each for each in room.contacts.all("ann") if each.shown.get("nickname") == "Al"]
        assert set(by_name) == {"Ada Lovelace", alan.shown["display"]}
        assert (by_name["Ada Lovelace"]["contact_id"], by_name["Ada Lovelace"]["outcome"]) == ("", "removed")
        assert by_name["Ada Lovelace"]["reason"].startswith("The contact was deleted")
        assert by_name[alan.shown["display"]]["contact_id"] == alan.contact_id

    def test_is_empty_if_nothing_was_removed(self, room, done):
        _, rows = RemovedReport(room.results, room.contacts)(room.follow.of(done))

        assert list(rows) == []


class TestAReportThatIsImportedAgain:
    def test_reads_as_the_file_that_it_is_about(self, room, done):
        again = room.upload(report_text(room, done), "import-all.csv")

        assert cells(room, again) == cells(room, done)
        assert again.newer_than == done.import_id
        assert again.plan.counts["unchanged"] == 2

    def test_also_after_a_spreadsheet_has_written_it_with_semicolons(self, room, done):
        rows = list(csv.reader(io.StringIO(report_text(room, done).removeprefix("\ufeff"), newline="")))
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows(rows)

        assert cells(room, room.upload(text.getvalue())) == cells(room, done)

    def test_and_again_reads_equal_too(self, room, done):
        second = room.commit(room.upload(report_text(room, done)))

        third = room.upload(report_text(room, second))

        assert cells(room, third) == cells(room, done)

    def test_touches_only_the_rows_that_were_not_done(self, room, done):
        versions = {each.contact_id: each.version for each in room.contacts.all("ann")}
        fixed = report_text(room, done, "failed").replace("\n,,,", "\nNora,Nobody,nora@example.com,")

        again = room.commit(room.upload(fixed))

        assert room.job(again).counts["created"] == 1
        kept = {each.contact_id: each.version for each in room.contacts.all("ann") if each.contact_id in versions}
        assert kept == versions
        assert room.names_in_book() == ["Ada Lovelace", "Alan Turing", "Nora Nobody"]

    def test_about_cards_needs_no_mapping_and_touches_only_what_was_not_done(self, room):
        cut_off = "BEGIN:VCARD\nVERSION:3.0\nFN:Nora\nTEL;TYPE=CELL:+49 172 1234567\n"
        done = room.commit(room.upload(CARDS + cut_off, "phone.vcf"))
        versions = {each.contact_id: each.version for each in room.contacts.all("ann")}
        failed = report_text(room, done, "failed")
        assert len(lines(failed)) == 1

        again = room.upload(failed.replace("Nora", "Nora Noon"), "failed.csv")
        assert (again.state.value, again.mapping) == ("planned", "")
        room.commit(again)

        kept = {each.contact_id: each.version for each in room.contacts.all("ann") if each.contact_id in versions}
        assert kept == versions
        nora = next(each for each in room.contacts.all("ann") if each.shown["display"] == "Nora Noon")
        assert nora.shown["phones"][0]["label"] == "mobile"

    def test_about_a_workbook_or_cards_of_a_program_is_recognized_too(self, room):
        rows = [["First Name", "Email Address"], ["Ada", "ada@example.com"], ["Alan", "alan@example.com"]]
        cards = "".join(
            f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nEMAIL:{name}@cards.example\n"
            "PRODID:-//Apple Inc.//iOS 17.4//EN\nEND:VCARD\n"
            for name in ("Carl", "Cora")
        )
        jcards = [
            ["vcard", [["fn", {}, "text", name], ["email", {}, "text", f"{name}@jcards.example"]]]
            for name in ("Jack", "Jill")
        ]

        for name, content in {"book.xlsx": xlsx(rows), "phone.vcf": cards, "cards.json": json.dumps(jcards)}.items():
            done = room.commit(room.upload(content, name))
            again = room.upload(report_text(room, done), "report.csv")

            assert (again.newer_than, again.plan.counts["unchanged"]) == (done.import_id, 2), name

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("contacts.ldif", "dn: cn=Ada\ncn: Ada\nmail: ada@example.com\n\ndn: cn=Alan\ncn: Alan\nmobile: 110\n"),
            ("jscontact.json", json.dumps([{"@type": "Card", "uid": uid, "name": {"full": uid}} for uid in "ab"])),
            (
                "people.json",
                json.dumps(
                    [
                        {"resourceName": "people/1", "names": [{"displayName": "Ada"}]},
                        {"resourceName": "people/2", "emailAddresses": [{"value": "alan@example.com"}]},
                    ]
                ),
            ),
            (
                "graph.json",
                json.dumps(
                    [
                        {"id": "1", "displayName": "Ada", "businessPhones": ["+49 30 1"]},
                        {"id": "2", "displayName": "Alan", "businessPhones": []},
                    ]
                ),
            ),
            ("list.json", json.dumps([{"name": "Ada", "email": "ada@example.com"}, {"name": "Alan", "phone": "110"}])),
        ],
    )
    def test_about_cards_of_any_format_is_a_version_of_their_file(self, room, name, content):
        done = room.commit(room.upload(content, name))

        again = room.upload(report_text(room, done), "report.csv")

        assert again.format == done.format
        assert (again.newer_than, again.plan.counts["unchanged"]) == (done.import_id, 2)

    def test_about_a_card_whose_values_come_in_another_order_is_a_version_of_its_file_too(self, room):
        card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL:110\nTEL;TYPE=CELL:111\nTEL:112\nEND:VCARD\n"
        done = room.commit(room.upload(card, "phone.vcf"))

        again = room.upload(report_text(room, done), "report.csv")

        assert again.newer_than == done.import_id
        assert again.plan.counts["new"] == 0

    def test_about_cards_with_too_many_columns_has_those_of_their_names(self, room):
        cards = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL;TYPE=CELL:1\nitem1.TEL;TYPE=HOME:2\nEND:VCARD\n"
        done = room.commit(room.upload(cards, "phone.vcf"))

        header, rows = ImportReport(room.files, room.follow, room.results, 3)(room.follow.of(done), REPORTS["all"])

        assert list(header)[:3] == ["VERSION", "FN", "TEL"]
        assert next(iter(rows))[:3] == ["3.0", "Ada", "1\n2"]

    def test_about_all_cards_changes_nothing(self, room):
        done = room.commit(room.upload(CARDS, "phone.vcf"))
        versions = sorted((each.contact_id, each.version) for each in room.contacts.all("ann"))

        again = room.upload(report_text(room, done), "all.csv")
        room.commit(again)

        assert again.newer_than == done.import_id
        assert sorted((each.contact_id, each.version) for each in room.contacts.all("ann")) == versions

    def test_finds_the_mapping_that_was_confirmed_for_the_file(self, room):
        table = "Irgendwas;Telefon\nAda;0170 1234567\nAlan;0171 7654321\n"
        waiting = room.upload(table)
        mapping = room.follow.mapping(waiting, room.follow.description(waiting)).with_target(0, Target.of("given"))
        done = room.commit(room.run(room.change.mapping("ann", waiting.import_id, mapping)))

        again = room.upload(report_text(room, done))

        assert again.plan.counts["unchanged"] == 2

    def test_of_a_table_without_a_header_has_one(self, room):
        table = "Ada Lovelace,ada@example.com\nAlan Turing,alan@example.com\n"
        waiting = room.upload(table)
        mapping = room.follow.mapping(waiting, room.follow.description(waiting)).with_target(0, Target.of("name"))
        done = room.commit(room.run(room.change.mapping("ann", waiting.import_id, mapping)))

        again = room.upload(report_text(room, done))

        assert cells(room, again) == cells(room, done)
