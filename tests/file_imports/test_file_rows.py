"""Rows of tables and cards become rows of an import, with their numbers, keys and problems."""

import pytest

from chalicelib.contacts.source_record import LeftOut, SourceContact, Unreadable
from chalicelib.file_imports.planning.file_rows import row_of_card, row_of_table
from chalicelib.files.mapping.column_mapping import ColumnMapping, MappedColumn
from chalicelib.files.mapping.row_mapper import RowMapper
from chalicelib.files.mapping.target import Target
from chalicelib.files.records import Card, Problem, Row

MAPPER = RowMapper(
    ColumnMapping(
        [
            MappedColumn("First", Target.of("given")),
            MappedColumn("Mobile", Target.of("phones.1")),
            MappedColumn("Birthday", Target.of("birthday")),
        ],
        region="DE",
    )
)


def table_row(*cells: str, number: int = 7):
    return row_of_table(Row(number, cells), MAPPER, "DE")


class TestARowOfATable:
    def test_is_a_contact_with_its_number(self):
        row = table_row("Ada", "0170 1234567")

        assert row.number == 7
        assert isinstance(row.incoming, SourceContact)
        assert row.incoming.fields["given"] == "Ada"
        assert row.incoming.fields["phones"][0]["e164"] == "+491701234567"

    def test_has_the_same_key_in_another_spelling(self):
        keys = {table_row("Ada", phone).incoming.source_id for phone in ("0170 1234567", "+49 (170) 1234567")}

        assert len(keys) == 1

    def test_keeps_its_problems(self):
        row = table_row("Ada", "0170 1234567", "31.2.1990")

        assert [(each.column, each.value) for each in row.problems] == [("Birthday", "31.2.1990")]
        assert isinstance(row.incoming, SourceContact)

    def test_tells_numbers_without_a_country_apart_from_those_that_the_default_country_has(self):
        without_country = RowMapper(ColumnMapping([MappedColumn("Phone", Target.of("phones.1"))]))
        read, unread = (
            row_of_table(Row(7, (number,)), without_country, "US") for number in ("(212) 555-0199", "0170 1234567")
        )

        assert read.incoming.fields["phones"][0]["e164"] == "+12125550199"
        assert read.problems == ()
        assert unread.problems == (Problem("Phone", "0170 1234567", "phone_without_country"),)

    def test_without_a_name_an_address_and_a_number_is_invalid(self):
        row = table_row("", "", "1.2.1990")

        assert isinstance(row.incoming, Unreadable)
        assert row.incoming.reason == "no_name_email_or_phone"

    def test_that_its_mapper_fails_on_is_invalid(self):
        def failing(cells):
            raise KeyError("raw")

        row = row_of_table(Row(7, ("Ada",), (Problem("First", "Ada", "no_column"),)), failing, "DE")

        assert (row.number, row.incoming.reason) == (7, "unreadable")
        assert row.problems == (Problem("First", "Ada", "no_column"),)

    def test_does_not_hide_that_memory_has_run_out(self):
        def failing(cells):
            raise MemoryError

        with pytest.raises(MemoryError):
            row_of_table(Row(7, ("Ada",)), failing, "DE")


class TestACard:
    @pytest.mark.parametrize(
        "fields", [{"phones": [{"value": "1"}]}, {"emails": [{}]}, {"phones": [{"raw": 4930}]}, {"given": 5}]
    )
    def test_with_malformed_fields_is_invalid_under_a_key_of_its_content(self, fields):
        row, same, other = (row_of_card(Card(3, 20, uid, fields, (("a", "\ud800"),)), "DE") for uid in ("", "", "u"))

        assert (row.number, row.incoming) == (3, Unreadable(row.incoming.source_id, "unreadable"))
        assert row.incoming.source_id == same.incoming.source_id != other.incoming.source_id

    def test_is_a_contact_with_the_id_of_its_writer(self):
        row = row_of_card(Card(3, 20, "u-1", {"given": "Ada"}, (("FN", "Ada"),)), "DE")

        assert (row.number, row.incoming.source_id) == (3, "uid:u-1")

    def test_names_numbers_that_need_a_country_without_a_column(self):
        raws = ("0170 1234567", "(212) 555-0199", "+49 30 1", "110", "*100#")
        card = Card(3, 20, "", {"given": "Ada", "phones": [{"raw": raw} for raw in raws]}, ())

        assert row_of_card(card, "US").problems == (Problem("", "0170 1234567", "phone_without_country"),)

    def test_that_cannot_be_read_is_invalid(self):
        problem = Problem("", "BEGIN:VCARD", "no_end")
        row = row_of_card(Card(3, 20, "", {}, (), problems=(problem,), unreadable="no_end"), "DE")

        assert row.incoming == Unreadable(row.incoming.source_id, "no_end")
        assert row.problems == (problem,)

    def test_of_a_group_is_left_out(self):
        row = row_of_card(Card(3, 20, "g", {}, (), left_out="group"), "DE")

        assert row.incoming == LeftOut(row.incoming.source_id, "group")
