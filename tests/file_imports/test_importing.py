"""A file is uploaded, read, planned and committed: exactly what the plan says happens."""

from collections import Counter

from chalicelib.file_imports.storing.file_import import FileImportState

CARDS = """BEGIN:VCARD
VERSION:3.0
FN:Ada Lovelace
TEL;TYPE=CELL:+49 170 1234567
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Alan Turing
EMAIL:alan@example.com
END:VCARD
"""
TABLE = "First Name,Last Name,Email Address,Mobile Phone\nAda,Lovelace,ada@example.com,+49 170 1234567\n"


class TestCards:
    def test_are_read_and_planned_at_once(self, room):
        found = room.upload(CARDS, "phone.vcf")

        assert (found.state, found.rows) == (FileImportState.PLANNED, 2)
        assert found.plan.counts == {
            "new": 2, "update": 0, "unchanged": 0, "conflict": 0, "skipped": 0, "invalid": 0
        }  # fmt: skip

    def test_change_nothing_before_their_plan_is_committed(self, room):
        room.upload(CARDS, "phone.vcf")

        assert room.names_in_book() == []

    def test_become_contacts_with_the_ids_that_the_plan_names(self, room):
        found = room.upload(CARDS, "phone.vcf")

        done = room.commit(found)

        assert done.state is FileImportState.COMMITTED
        assert room.names_in_book() == ["Ada Lovelace", "Alan Turing"]
        assert [line.contact_id for line in room.lines(done)] == [row.contact_id for row in room.planned(found)]
        assert room.job(done).counts["created"] == 2

    def test_of_the_same_file_are_unchanged_and_write_nothing(self, room):
        first = room.commit(room.upload(CARDS, "phone.vcf"))
        versions = {each.contact_id: each.version for each in room.contacts.all("ann")}

        again = room.upload(CARDS, "phone (1).vcf")
        done = room.commit(again)

        assert (again.newer_than, again.source) == (first.import_id, first.source)
        assert room.job(done).counts["unchanged"] == 2
        assert {each.contact_id: each.version for each in room.contacts.all("ann")} == versions

    def test_of_a_file_all_of_whose_rows_wait_is_its_newer_version_so_that_none_waits_twice(self, room):
        room.commit(room.upload(CARDS, "phone.vcf"))
        table = "First Name,Last Name,Email Address,Mobile Phone\nEve,Ek,eve@example.com,+49 170 1234567\n"
        first = room.commit(room.upload(table, "list.csv"))
        assert room.job(first).counts["conflict"] == 1

        again = room.commit(room.upload(table, "list (1).csv"))

        assert again.newer_than == first.import_id
        assert [each.import_id for each in room.waiting.imports("ann")] == [again.import_id]


class TestATable:
    def test_waits_for_its_columns_to_be_confirmed_unless_all_are_certain(self, room):
        found = room.upload("Vorname;Irgendwas;Telefon\nAda;x;0170 1234567\n")

        assert found.state is FileImportState.READ

    def test_is_planned_if_all_columns_are_certain(self, room):
        found = room.upload(TABLE)

        assert found.state is FileImportState.PLANNED


class TestACommit:
    def test_that_is_handed_over_goes_on_where_it_stopped(self, room):
        cards = "".join(
            f"BEGIN:VCARD\nVERSION:3.0\nFN:Person {number}\nEMAIL:p{number}@example.com\nEND:VCARD\n"
            for number in range(23)
        )
        started = room.start_commit(room.upload(cards, "many.vcf"))

        found = started
        while found.state is FileImportState.COMMITTING:
            found = room.run(found, chunks=1)

        assert room.job(found).counts["created"] == 23
        assert Counter(line.outcome for line in room.lines(found)) == {"created": 23}
        assert len(room.names_in_book()) == 23
