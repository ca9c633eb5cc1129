"""Workbooks: every format gives the same texts, with the row numbers that are shown; hostile ones do no harm."""

import io
import zipfile
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.files import spreadsheet_process
from chalicelib.files.formats import Format, recognize
from chalicelib.files.mapping.known_headers import knows
from chalicelib.files.records import Problem
from chalicelib.files.spreadsheet_process import answers, date_time_text, duration_text, number_text
from chalicelib.files.spreadsheets import process_environment, read_workbook
from chalicelib.files.unreadable import MOST_ROWS, UnreadableFile
from tests.files.workbooks import (
    DATE,
    DATE_TIME,
    DURATION,
    TIME,
    Error,
    Styled,
    ods,
    sheet_xml,
    xls,
    xlsb,
    xlsx,
    zipped,
)

ROWS = [["Name", "Phone"], ["Ann", "+49 30 1"], ["Bob", "+49 30 2"]]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def opened(data, **choices):
    found = recognize(data)
    return read_workbook(found.data, found.format, knows, **choices)


def read(data, **choices):
    """The columns, and each row as its number and its cells."""
    table = opened(data, **choices).table
    return list(table.columns), [(row.number, *row.cells) for row in table.rows]


def refusal(data, **choices):
    with pytest.raises(UnreadableFile) as refused:
        read(data, **choices)
    return refused.value.code


def cells(data, file_format):
    """The cells of all rows, read in this process."""
    contents, *batches, done = answers({"format": file_format, "sheet": ""}, data)
    assert (contents["sheet"], done) == ("Contacts", spreadsheet_process.DONE)
    return [row[1] for batch in batches for row in batch]


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as workbook:
        return {name: workbook.read(name) for name in workbook.namelist()}


def worksheet(xml):
    return f'<worksheet xmlns="{MAIN}"><sheetData>{xml}</sheetData></worksheet>'


def text_cell(xml):
    return f'<c t="inlineStr"><is><t>{xml}</t></is></c>'


class TestValues:
    VALUES = (
        (4915112345678, "4915112345678"),
        (1234, "1234"),
        (1234.0, "1234"),
        (-15, "-15"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1000000000000000000000"),
        (1.5e-7, "0.00000015"),
        (9007199254740991, "9007199254740991"),
        ("0049151123456", "0049151123456"),
        ("=1+1", "=1+1"),
        (True, "TRUE"),
        (False, "FALSE"),
    )

    @pytest.mark.parametrize(
        ("write", "file_format"),
        [(xlsx, "xlsx"), (xls, "xls"), (xlsb, "xlsb"), (ods, "ods")],
        ids=["xlsx", "xls", "xlsb", "ods"],
    )
    def test_are_the_same_texts_in_every_format(self, write, file_format):
        data = write([["Ann", value] for value, _ in self.VALUES])

        assert cells(data, file_format) == [["Ann", text] for _, text in self.VALUES]

    @pytest.mark.parametrize(("write", "file_format"), [(xlsx, "xlsx"), (xls, "xls")])
    def test_dates_are_iso_8601(self, write, file_format):
        values = [Styled(36526, DATE), Styled(36526.5, DATE_TIME), Styled(0.75, TIME), Styled(1.5, DURATION)]

        assert cells(write([values]), file_format) == [["2000-01-01", "2000-01-01T12:00:00", "18:00:00", "36:00:00"]]

    @pytest.mark.parametrize(("write", "file_format"), [(xlsx, "xlsx"), (xls, "xls")])
    def test_dates_of_old_macintoshes_are_not_four_years_off(self, write, file_format):
        assert cells(write([[Styled(36526, DATE)]], is_1904=True), file_format) == [["2004-01-02"]]

    def test_midnight_is_no_time_of_a_date(self):
        assert date_time_text(datetime(2000, 1, 1)) == "2000-01-01"  # noqa: DTZ001 - as the library gives it

    @pytest.mark.parametrize(
        ("seconds", "text"), [(0, "0:00:00"), (59.9, "0:01:00"), (360_000, "100:00:00"), (-90, "-0:01:30")]
    )
    def test_durations_are_in_hours(self, seconds, text):
        assert duration_text(timedelta(seconds=seconds)) == text

    @given(st.integers(-(2**53) + 1, 2**53 - 1))
    def test_no_whole_number_gains_or_loses_a_digit(self, number):
        assert number_text(float(number)) == str(number)

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_numbers_are_written_without_exponents_to_fifteen_digits(self, number):
        text = number_text(number)

        assert "e" not in text.lower()
        assert abs(Decimal(text) - Decimal(number)) <= abs(Decimal(number)) * Decimal("1e-14")

    def test_line_breaks_and_tabs_are_kept(self):
        for write, file_format in ((xlsx, "xlsx"), (xls, "xls"), (xlsb, "xlsb"), (ods, "ods")):
            assert cells(write([["Ann", "1 Main St\nFloor 2\tLeft"]]), file_format) == [
                ["Ann", "1 Main St\nFloor 2\tLeft"]
            ]

    def test_line_breaks_of_windows_are_not_text(self):
        assert cells(xlsx([["1 Main St_x000D_\nParis"]]), "xlsx") == [["1 Main St\r\nParis"]]

    def test_reading_aids_above_signs_are_left_out(self):
        furigana = '<c t="inlineStr"><is><t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh></is></c>'

        assert cells(xlsx(worksheet(f"<row>{furigana}</row>")), "xlsx") == [["山田"]]

    @given(
        st.lists(
            st.lists(
                st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="_"), min_size=1)
                .map(str.strip)
                .filter(bool),
                min_size=1,
                max_size=4,
            ),
            min_size=1,
            max_size=4,
        )
    )
    def test_texts_are_read_back_from_every_format(self, rows):
        assert cells(xlsx(rows), "xlsx") == rows
        assert cells(xlsb(rows), "xlsb") == rows
        if all(len(cell) < 200 for row in rows for cell in row):
            assert cells(xls(rows), "xls") == rows


class TestErrors:
    def test_are_named_as_problems_of_their_cells(self):
        data = xlsx([["Name", "Phone"], ["Ann", Error("#N/A")], [Error("#REF!"), "1", Error("#VALUE!")]])

        table = opened(data).table

        assert [(row.number, list(row.cells), row.problems) for row in table.rows] == [
            (2, ["Ann"], (Problem("Phone", "#N/A", "spreadsheet_error"),)),
            (
                3,
                ["", "1"],
                (Problem("Name", "#REF!", "spreadsheet_error"), Problem("Column C", "#VALUE!", "spreadsheet_error")),
            ),
        ]

    def test_are_found_behind_formulas_and_in_files_with_prefixes(self):
        cells_of_row = (
            '<x:c r="A1"><x:v>1</x:v></x:c>'
            "<x:c r='B1' s=\"0\" t='e'><x:f>VLOOKUP(A1,Z:Z,1)</x:f><x:v>#N/A</x:v></x:c>"
        )
        data = f'<x:sheetData><x:row r="1">{cells_of_row}</x:row></x:sheetData>'
        xml = f'<x:worksheet xmlns:x="{MAIN}">{data}</x:worksheet>'

        (row,) = opened(xlsx(xml)).table.rows

        assert row.problems == (Problem("Column B", "#N/A", "spreadsheet_error"),)

    def test_of_other_sheets_are_not_named(self):
        data = xlsx(sheets={"A": [["Name"], [Error("#N/A")]], "Contacts": [["Name"], ["Ann"]]})

        assert [row.problems for row in opened(data, sheet="Contacts").table.rows] == [()]

    def test_of_the_old_format_are_empty_cells(self):
        assert read(xls([["Name", "Phone"], ["Ann", Error("#N/A")]])) == (["Name", "Phone"], [(2, "Ann")])


class TestRows:
    @pytest.mark.parametrize("write", [xlsx, xls, xlsb, ods])
    def test_have_the_numbers_and_columns_that_the_spreadsheet_shows(self, write):
        data = write([[None], [None], [None, "Name", None, "Phone"], [None], [None, "Ann", None, "1"], [None], ["x"]])

        assert read(data) == (
            ["Column A", "Name", "Column C", "Phone"],
            [(5, "", "Ann", "", "1"), (7, "x")],
        )

    def test_the_header_may_be_below_a_title(self):
        data = xlsx([["Customers 2024"], [], ["Name", "Phone", "City"], ["Ann", "1", "Paris"]])

        table = opened(data).table

        assert (table.header_row, list(table.columns)) == (3, ["Name", "Phone", "City"])
        assert [row.number for row in table.rows] == [4]

    def test_merged_cells_of_the_header_leave_the_others_without_one(self):
        assert read(xlsx([["Name", None, "Phone"], ["Ann", "Poe", "1"]]))[0] == ["Name", "Column B", "Phone"]

    def test_a_person_may_choose_the_header(self):
        assert read(xlsx(ROWS), header_row=0)[1][0] == (1, "Name", "Phone")
        assert read(xlsx(ROWS), header_row=2) == (["Ann", "+49 30 1"], [(3, "Bob", "+49 30 2")])
        assert refusal(xlsx(ROWS), header_row=9) == "no_such_header"

    def test_wrong_or_missing_dimensions_do_not_matter(self):
        for area in ("A1", "A1:XFD1048576"):
            xml = sheet_xml(ROWS).replace("<sheetData>", f'<dimension ref="{area}"/><sheetData>')
            assert len(read(xlsx(xml))[1]) == 2

    def test_cells_without_references_are_in_their_order(self):
        xml = worksheet(
            f"<row>{text_cell('Name')}{text_cell('Phone')}</row><row>{text_cell('Ann')}<c><v>5</v></c></row>"
        )

        assert read(xlsx(xml)) == (["Name", "Phone"], [(2, "Ann", "5")])

    def test_blanks_between_the_cells_of_an_open_document_do_not_matter(self):
        assert read(ods(ROWS, between="\n  ")) == (["Name", "Phone"], [(2, "Ann", "+49 30 1"), (3, "Bob", "+49 30 2")])

    def test_binary_cells_that_would_be_lost_are_refused(self):
        assert refusal(xlsb(ROWS, has_short_cells=True)) == "old_binary"

    def test_hidden_rows_are_rows(self):
        xml = sheet_xml(ROWS).replace('<row r="2">', '<row r="2" hidden="1">')

        assert len(read(xlsx(xml))[1]) == 2

    def test_workbooks_in_the_strict_form_are_read(self):
        old, new = "http://schemas.openxmlformats.org", "http://purl.oclc.org/ooxml"
        names = {
            f"{old}/spreadsheetml/2006/main": f"{new}/spreadsheetml/main",
            f"{old}/officeDocument/2006/relationships": f"{new}/officeDocument/relationships",
        }
        parts = parts_of(xlsx([["Name", "Phone"], ["Ann", Error("#N/A")]]))
        for name, strict in names.items():
            parts = {part: content.replace(name.encode(), strict.encode()) for part, content in parts.items()}

        (row,) = opened(zipped(parts)).table.rows

        assert (row.cells, row.problems) == (["Ann"], (Problem("Phone", "#N/A", "spreadsheet_error"),))

    def test_paragraphs_of_an_open_document_are_lines(self):
        lines = "<text:p>1 Main St</text:p><text:p>Paris</text:p>"
        cell = f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'

        assert cells(ods(f"<table:table-row>{cell}</table:table-row>"), "ods") == [["1 Main St\nParis"]]

    def test_parts_may_be_named_with_backslashes(self):
        renamed = {name.replace("/", "\\"): content for name, content in parts_of(xlsx(ROWS)).items()}

        assert len(read(zipped(renamed))[1]) == 2

    def test_there_may_be_none(self):
        assert read(xlsx([])) == ([], [])


class TestSheets:
    def test_only_visible_ones_are_offered(self):
        data = xlsx(
            sheets={"Secret": ROWS, "Empty": [], "People": ROWS, "Other": ROWS, "Very": ROWS},
            states={"Secret": "hidden", "Very": "veryHidden"},
        )

        workbook = opened(data)

        assert (workbook.sheets, workbook.sheet) == (["Empty", "People", "Other"], "People")
        assert opened(data, sheet="Other").sheet == "Other"
        assert refusal(data, sheet="Secret") == "unknown_sheet"

    def test_a_cover_sheet_is_passed_over_for_one_with_known_headers(self):
        cover = [["Contacts of our club"], ["as of May"]]
        people = [["Export"], ["First Name", "Phone"], ["Ann", "+49 30 1"]]

        assert opened(xlsx(sheets={"Cover": cover, "Notes": [["-"]], "People": people})).sheet == "People"
        assert opened(xlsx(sheets={"Cover": cover, "Notes": [["-"]]})).sheet == "Cover"
        assert opened(xlsx(sheets={"Cover": cover, "People": people}), sheet="Cover").sheet == "Cover"

    def test_a_workbook_without_a_visible_one_is_refused(self):
        assert refusal(xlsx(ROWS, states={"Contacts": "hidden"})) == "no_sheet"


class TestHostileWorkbooks:
    def test_a_cell_in_the_last_corner_is_refused(self):
        assert refusal(xlsx({1: ["Name"], 1_048_576: [*[None] * 16_383, "x"]})) == "too_complex"

    def test_one_that_expands_to_gigabytes_is_refused(self):
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
            for name, content in parts_of(xlsx()).items():
                if "sheet1" not in name:
                    made.writestr(name, content)
            start, end = worksheet(f"<row>{text_cell('|')}</row>").encode().split(b"|")
            with made.open("xl/worksheets/sheet1.xml", "w") as sheet:
                sheet.write(start)
                for _ in range(900):
                    sheet.write(b"A" * 1_000_000)
                sheet.write(end)

        assert refusal(bomb.getvalue()) == "too_complex"

    @pytest.mark.parametrize(
        "entity", ['"aaaaaaaaaa"', 'SYSTEM "file:///etc/passwd"', 'SYSTEM "http://169.254.169.254/latest"']
    )
    def test_entities_are_not_expanded(self, entity):
        xml = f"<!DOCTYPE x [<!ENTITY b {entity}>]>" + worksheet(f"<row>{text_cell('&b;')}</row>")

        assert refusal(xlsx(xml)) == "damaged"

    def test_more_columns_than_the_limit_are_refused_in_the_header_and_harmless_elsewhere(self):
        assert refusal(xlsx([["Name"] * 16_384])) == "too_many_columns"
        assert [len(row) - 1 for row in read(xlsx([["Name"], [*[None] * 16_383, "x"]]))[1]] == [16_384]

    @pytest.mark.parametrize("row", ["<row/>", '<row><c s="1"/></row>'])
    def test_a_million_empty_rows_are_harmless(self, row):
        header = f"<row>{text_cell('Name')}</row><row>{text_cell('Ann')}</row>"

        assert read(xlsx(worksheet(header + row * 1_000_000))) == (["Name"], [(2, "Ann")])

    def test_a_row_repeated_a_million_times_is_refused(self):
        cell = '<table:table-cell office:value-type="string"><text:p>Ann</text:p></table:table-cell>'

        repeated = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
        assert refusal(ods(repeated)) == "too_many_rows"

    def test_macros_and_links_to_other_files_are_harmless(self):
        parts = {
            "xl/vbaProject.bin": "\xd0\xcf macro",
            "xl/externalLinks/externalLink1.xml": "<externalLink/>",
            "xl/connections.xml": '<connections><connection url="http://example.com"/></connections>',
        }

        assert len(read(xlsx(ROWS, parts=parts))[1]) == 2

    def test_formulas_come_as_their_results(self):
        xml = worksheet(
            f'<row>{text_cell("Name")}</row><row><c t="str"><f>WEBSERVICE("http://x")</f><v>Ann</v></c></row>'
        )

        assert read(xlsx(xml)) == (["Name"], [(2, "Ann")])

    def test_the_most_rows_are_read_and_one_more_is_refused(self):
        rows = ["<row>" + text_cell("Name") + "</row>", *["<row>" + text_cell("Ann") + "</row>"] * MOST_ROWS]

        assert sum(1 for _ in opened(xlsx(worksheet("".join(rows)))).table.rows) == MOST_ROWS
        with pytest.raises(UnreadableFile) as refused:
            opened(xlsx(worksheet("".join([*rows, rows[-1]]))))
        assert refused.value.code == "too_many_rows"

    @pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
    def test_damaged_parts_are_refused(self, part):
        assert refusal(xlsx(ROWS, parts={part: "<broken"})) == "damaged"

    def test_one_with_a_password_is_refused(self):
        data = bytearray(xls(ROWS))
        data[data.index(b"\x22\x00\x02\x00")] = 0x2F  # the record of the date system becomes that of a password

        assert refusal(bytes(data)) == "encrypted"

    @pytest.mark.parametrize("place", range(0, 2_200, 150))
    def test_damage_is_read_or_refused(self, place):
        data = bytearray(xls(ROWS) if place % 100 else xlsx(ROWS))
        data[place : place + 3] = b"\xff\x00\x7f"
        try:
            columns, rows = read(bytes(data))
        except UnreadableFile as error:
            code, read_rows = error.code, []
        else:
            code, read_rows = "", [row[:3] for row in rows if columns[:2] == ["Name", "Phone"]]

        assert code in ("unknown_format", "damaged", "damaged_archive") or (3, "Bob", "+49 30 2") in read_rows
        assert [number for number, *_ in read_rows] == sorted({number for number, *_ in read_rows})


class TestProcess:
    def test_gets_no_credentials(self):
        ours = {"PATH": "/bin", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "y", "LD_LIBRARY_PATH": "/lib"}

        environment = process_environment(ours)

        assert set(environment) == {"PATH", "LD_LIBRARY_PATH", "PYTHONPATH"}

    @pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux")
    def test_ends_when_nobody_reads_on(self):
        others = set(children())  # of this test's process
        table = opened(xlsx([["Name"], *[["Ann"]] * 50_000])).table
        next(table.rows)
        assert set(children()) - others

        del table

        assert not set(children()) - others

    def test_answers_in_lines_of_json(self):
        for answer in answers({"format": Format.XLSX, "sheet": ""}, xlsx(ROWS)):
            assert b"\n" not in orjson.dumps(answer)


def children():
    """The processes that this thread started."""
    return [each for task in Path("/proc/self/task").iterdir() for each in (task / "children").read_text().split()]
