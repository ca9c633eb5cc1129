"""Delimited texts: whatever the delimiter and the quoting, all rows come, with the numbers that a spreadsheet shows."""

import csv
import io
import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.files.delimited import read_delimited
from chalicelib.files.dialects import LONGEST_CELL, ONE_COLUMN, Dialect, find_dialect
from chalicelib.files.formats import recognize
from chalicelib.files.mapping.known_headers import knows
from chalicelib.files.unreadable import MOST_COLUMNS, MOST_ROWS, UnreadableFile
from tests.shared_cases import shared_files

NAMES = ("First Name", "Last Name", "E-mail Address")
ANN = ("Ann", "Poe", "ann@example.com")


def opened(content, **choices):
    """The dialect and the table of a text or bytes."""
    found = recognize(content if isinstance(content, bytes) else content.encode())
    dialect = find_dialect(found.data, found.encoding.name, knows, **choices)
    return dialect, read_delimited(found.data, found.encoding.name, dialect)


def read(content, **choices):
    """The columns, and each row as its number and its cells."""
    _, table = opened(content, **choices)
    return list(table.columns), [(row.number, *row.cells) for row in table.rows]


def rows(content, **choices):
    return read(content, **choices)[1]


def refusal(content, **choices):
    with pytest.raises(UnreadableFile) as refused:
        rows(content, **choices)
    return refused.value.code


class TestDelimiter:
    @pytest.mark.parametrize("delimiter", [*",;\t|", *"^~#:!&*/=§¦", "\x1f", "\x01"])
    def test_any_sign_between_known_headers_is_found(self, delimiter):
        content = delimiter.join(NAMES) + "\r\n" + delimiter.join(ANN) + "\r\n"

        assert read(content) == (list(NAMES), [(2, *ANN)])

    @pytest.mark.parametrize("delimiter", ",;\t|")
    def test_the_common_ones_are_found_without_a_header(self, delimiter):
        content = "".join(delimiter.join((f"Ann{number}", "Poe", "a@example.com")) + "\n" for number in range(3))

        dialect, _ = opened(content)

        assert (dialect.delimiter, dialect.header_row) == (delimiter, 0)

    def test_semicolons_win_over_the_commas_of_names(self):
        content = "Nimi;Puhelin\nPoe, Ann;+358 40 123\nRoe, Bob, Jr.;+358 40 124\n"

        assert rows(content) == [
            (2, "Poe, Ann", "+358 40 123"),
            (3, "Roe, Bob, Jr.", "+358 40 124"),
        ]

    def test_tabs_win_over_the_blanks_of_names_and_numbers(self):
        content = "Ann Poe\t+1 555 0100\nBob M. Roe\t+1 555 0101\n"

        assert rows(content) == [(1, "Ann Poe", "+1 555 0100"), (2, "Bob M. Roe", "+1 555 0101")]

    def test_semicolons_in_quoted_cells_do_not_count(self):
        content = 'Name,E-mail\nAnn,"a@example.com; b@example.com"\nBob,"c@example.com; d@example.com"\n'

        assert rows(content)[0] == (2, "Ann", "a@example.com; b@example.com")

    @pytest.mark.parametrize("header", ["E-mail\n", ""])
    def test_a_list_of_addresses_is_one_column(self, header):
        content = header + "ann+x@example.com\nbob@example.com\n"

        dialect, table = opened(content)

        assert dialect.delimiter == ONE_COLUMN
        assert [row.cells for row in table.rows] == [["ann+x@example.com"], ["bob@example.com"]]

    def test_cells_with_commas_are_quoted_in_files_with_tabs_too(self):
        content = 'Name\tAddress\tPhone\nAnn\t"1 Main St, Paris, TX"\t1\n'

        assert rows(content) == [(2, "Ann", "1 Main St, Paris, TX", "1")]

    def test_commas_do_not_split_one_column_with_a_known_header(self):
        assert read("Name\nPoe, Ann\nRoe, Bob\n") == (["Name"], [(2, "Poe, Ann"), (3, "Roe, Bob")])

    def test_commas_of_some_lines_do_not_split_one_column(self):
        assert rows("Ann Poe\nBob Roe\nActon, Bell\nMadonna\n")[2] == (3, "Acton, Bell")

    def test_a_line_may_name_it_and_does_not_count_as_a_row(self):
        for line in ("sep=^", '"sep=^"', "SEP=^"):
            assert read(f"{line}\r\nName^Phone\r\nAnn^1\r\n") == (["Name", "Phone"], [(2, "Ann", "1")])
        assert read("sep=\t\nName\tPhone\nAnn\t1\n") == (["Name", "Phone"], [(2, "Ann", "1")])

    def test_a_person_may_choose_it(self):
        for line in ("", "sep=;\n"):
            assert read(line + "Name,Note;x\nAnn,1;2\n", delimiter=",") == (["Name", "Note;x"], [(2, "Ann", "1;2")])

    @pytest.mark.parametrize("delimiter", [" ", "\\", "x", "é"])
    def test_a_person_may_choose_one_that_is_never_found(self, delimiter):
        content = f'Name{delimiter}Phone\nAnn{delimiter}"\\"1"\n'

        assert read(content, delimiter=delimiter)[0] == ["Name", "Phone"]

    @pytest.mark.parametrize("delimiter", ['"', "\n", "\r", "||"])
    def test_a_person_may_not_choose_what_cannot_be_one(self, delimiter):
        assert refusal("Name,Phone\n", delimiter=delimiter) == "unknown_delimiter"

    def test_a_line_cannot_name_a_quotation_mark(self):
        assert opened('sep="\nName,Phone\nAnn,1\n')[0].delimiter == ","


class TestHeader:
    def test_it_is_named_as_it_is_written(self):
        assert read("First Name, Last Name \nAnn,Poe\n")[0] == ["First Name", " Last Name "]

    def test_it_may_be_preceded_by_a_preamble(self):
        content = (
            'Notes:\n"When exporting, some data, such as addresses, may be missing: https://example.com/a,b"\n\n'
            "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
            "Ann,Poe,https://example.com/in/ann,,Acme,CTO,12 Mar 2021\n,,,,,,01 Jan 2023\n"
        )

        dialect, table = opened(content)

        assert dialect.header_row == table.header_row == 4
        assert table.columns[6] == "Connected On"
        assert [(row.number, row.cells[6]) for row in table.rows] == [(5, "12 Mar 2021"), (6, "01 Jan 2023")]

    def test_it_may_be_preceded_by_a_preamble_in_another_language(self):
        preamble = 'Notes :\n"Certaines adresses manquent, voir https://example.com"\n\n'
        columns = ["Prénom", "Nom", "URL", "Adresse e-mail"]

        assert read(preamble + ",".join(columns) + "\nAnn,Poe,,\n") == (columns, [(5, "Ann", "Poe", "", "")])

    def test_a_title_of_one_known_word_is_not_the_header(self):
        content = "Name,,,\nEesnimi,Perenimi,Meil,Tel\nAnn,Poe,ann@example.com,5550100\n"

        assert opened(content)[0].header_row != 1

    def test_it_may_be_below_a_title_that_a_spreadsheet_padded(self):
        assert read("Customers 2024,,,\n,,,\nName,Phone,Company,City\nAnn,1,Acme,Paris\n") == (
            ["Name", "Phone", "Company", "City"],
            [(4, "Ann", "1", "Acme", "Paris")],
        )

    def test_rows_of_contacts_above_known_words_are_kept(self):
        content = "Ann,555 0100,Paris\nBob,555 0101,Rome\nTitle,Name,Company\n"

        assert [number for number, *_ in rows(content)] == [1, 2, 3]

    def test_it_need_not_be_known_if_the_rows_differ_from_it(self):
        content = "Eesnimi;Perenimi;Meiliaadress\nAnn;Poe;ann@example.com\nBob;Roe;\n"

        assert read(content) == (
            ["Eesnimi", "Perenimi", "Meiliaadress"],
            [(2, "Ann", "Poe", "ann@example.com"), (3, "Bob", "Roe", "")],
        )

    def test_there_may_be_none(self):
        content = '"Ann Poe","ann@example.com,ann@example.org","+1 555 0101","Likes tea","annie"\n'

        assert read(content) == (
            ["Column A", "Column B", "Column C", "Column D", "Column E"],
            [(1, "Ann Poe", "ann@example.com,ann@example.org", "+1 555 0101", "Likes tea", "annie")],
        )

    def test_words_that_label_values_do_not_make_a_row_the_header(self):
        content = "Ann,Home,ann@example.com,Work,555 0100\nBob,Home,bob@example.com,Work,555 0101\n"

        assert opened(content)[0].header_row == 0

    def test_columns_without_one_are_lettered(self):
        assert read("Name,,Phone, \nAnn,x,1,y\n")[0] == ["Name", "Column B", "Phone", "Column D"]

    def test_equal_ones_are_kept(self):
        assert read("Titre,Nom,Titre\nMme,Poe,CTO\n") == (["Titre", "Nom", "Titre"], [(2, "Mme", "Poe", "CTO")])

    def test_a_person_may_choose_its_row_or_none(self):
        content = "Acme Customers\nName,Phone\nAnn,1\n"

        assert read(content, header_row=0)[0] == ["Column A", "Column B"]
        assert rows(content, header_row=0)[0] == (1, "Acme Customers")
        assert read(content, header_row=3) == (["Ann", "1"], [])

    def test_a_person_may_not_choose_a_row_that_is_not_there(self):
        assert refusal("Name,Phone\n\nAnn,1\n", header_row=2) == "no_such_header"
        assert refusal("Name,Phone\nAnn,1\n", header_row=9) == "no_such_header"

    def test_one_with_too_many_columns_is_refused(self):
        assert refusal(",".join(["Name"] * 16_384) + "\n") == "too_many_columns"
        assert len(read(",".join(["Name"] * MOST_COLUMNS) + "\n")[0]) == MOST_COLUMNS


class TestRows:
    def test_short_ones_come_as_they_are(self):
        assert rows("Name,Phone,City\nAnn\nBob,1\n") == [(2, "Ann"), (3, "Bob", "1")]

    def test_cells_of_long_ones_are_kept_in_lettered_columns(self):
        assert read("Name,Phone\nAnn,1,Acme,Paris\n") == (
            ["Name", "Phone", "Column C", "Column D"],
            [(2, "Ann", "1", "Acme", "Paris")],
        )

    def test_long_ones_far_below_keep_their_cells_too(self):
        content = "Name,Phone\n" + "Ann,1\n" * 1000 + "Bob,2,Acme\n"

        columns, found = read(content)

        assert (columns, found[-1]) == (["Name", "Phone"], (1002, "Bob", "2", "Acme"))

    def test_a_header_may_have_more_cells_than_any(self):
        header = ",".join(["First Name", "Last Name", *("Phone" for _ in range(39))])

        columns, found = read(header + "\n" + ",".join(["x"] * 37) + "\n")

        assert (len(columns), len(found[0])) == (41, 1 + 37)

    @pytest.mark.parametrize("blank", ["", ",,", " , ,", '"",""', "\t,"])
    def test_empty_ones_are_left_out_but_counted(self, blank):
        assert rows(f"{blank}\nName,Phone\n{blank}\nAnn,1\n{blank}\n{blank}\nBob,2\n{blank}\n") == [
            (4, "Ann", "1"),
            (7, "Bob", "2"),
        ]

    def test_line_breaks_in_cells_do_not_change_their_numbers(self):
        content = 'Name,Address,Note\r\n"Ann","1 Main St\nFloor 2\r\nParis","x\ry"\r\nBob,,"\n\n"\r\nCai,,\r\n'

        assert rows(content) == [
            (2, "Ann", "1 Main St\nFloor 2\r\nParis", "x\ry"),
            (3, "Bob", "", "\n\n"),
            (4, "Cai", "", ""),
        ]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("last", [True, False])
    def test_any_line_end_ends_them(self, end, last):
        content = end.join(["Name,Note", 'Ann,"a\nb"', "Bob,"]) + end * last

        assert rows(content) == [(2, "Ann", "a\nb"), (3, "Bob", "")]

    def test_line_ends_may_be_mixed(self):
        assert rows("Name,Note\r\nAnn,1\nBob,2\rCai,3\n") == [(2, "Ann", "1"), (3, "Bob", "2"), (4, "Cai", "3")]

    @pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x00"])
    def test_other_separators_do_not_end_them(self, sign):
        assert rows(f"Name,Note\nAnn,a{sign}b\nBob,c\n") == [(2, "Ann", f"a{sign}b"), (3, "Bob", "c")]

    def test_marks_of_joined_files_are_no_text(self):
        assert rows(b"\xef\xbb\xbfName,Phone\nAnn,1\n\xef\xbb\xbfBob,2\n") == [(2, "Ann", "1"), (3, "Bob", "2")]

    def test_zeros_and_plus_signs_are_kept(self):
        assert rows("Name,Phone,Zip\nAnn,+49301234567,00123\n=1+1,0049 30,'007\n") == [
            (2, "Ann", "+49301234567", "00123"),
            (3, "=1+1", "0049 30", "'007"),
        ]

    def test_a_cell_may_be_longer_than_python_s_limit(self):
        photo = "A" * 500_000

        assert rows(f"Name,Photo\nAnn,{photo}\n") == [(2, "Ann", photo)]

    @pytest.mark.parametrize("cell", ["A" * (LONGEST_CELL + 1), '"' + "A" * (LONGEST_CELL + 1) + '"'])
    def test_a_cell_beyond_ours_is_refused_by_its_row(self, cell):
        with pytest.raises(UnreadableFile) as refused:
            rows(f"Name,Photo\nBob,x\nAnn,{cell}\n")

        assert (refused.value.code, refused.value.members["row"]) == ("cell_too_long", 3)

    def test_there_may_be_none(self):
        assert read("Name,Phone\n") == (["Name", "Phone"], [])


class TestQuotationMarks:
    def test_within_words_are_text(self):
        assert rows('Name,Note\n6" pipe,5\'2"\nAnn "Annie" Poe,x\n') == [
            (2, '6" pipe', "5'2\""),
            (3, 'Ann "Annie" Poe', "x"),
        ]

    def test_may_have_blanks_in_front_in_the_whole_file(self):
        content = '"First Name", "Last Name", "Note"\n"Ann", "Poe, Jr.", "a ""b"""\n'

        assert read(content) == (["First Name", "Last Name", "Note"], [(2, "Ann", "Poe, Jr.", 'a "b"')])

    def test_may_have_blanks_behind(self):
        content = 'Name,Note\nAnn,"a\nb" \nBob,"c\nd" ,\n'

        assert rows(content) == [(2, "Ann", "a\nb "), (3, "Bob", "c\nd ", "")]

    def test_blanks_in_front_of_other_cells_are_kept(self):
        assert rows('Name,Birthday,Note\nAnn, --12-25,"x, "\n') == [(2, "Ann", " --12-25", "x, ")]

    def test_may_be_escaped_with_backslashes(self):
        content = 'Name,Note\nAnn,"says \\"a, b\\""\nBob,"x"\n'

        assert rows(content) == [(2, "Ann", 'says "a, b"'), (3, "Bob", "x")]

    def test_a_backslash_at_the_end_of_a_cell_escapes_nothing(self):
        assert rows('"Name","Path"\n"Ann","C:\\"\n"Bob","D:\\"\n') == [(2, "Ann", "C:\\"), (3, "Bob", "D:\\")]

    @pytest.mark.parametrize(
        "rest",
        [
            "Bob,x\nCai,y\n",  # never closed
            'Bob,"x"\nCai,y\n',  # closed by a mark that opens a cell
            'Bob,x\n"Cai",y\n',
            "Bob,x\nCai,y",
            'Bob,x\n"Cai",y',
        ],
    )
    def test_one_that_is_not_closed_costs_only_its_row(self, rest):
        _, table = opened('Name,Note\n"Ann,6\n' + rest)

        assert [(row.number, *row.cells) for row in table.rows] == [(2, '"Ann', "6"), (3, "Bob", "x"), (4, "Cai", "y")]

    def test_one_that_is_not_closed_is_named_as_a_problem(self):
        _, table = opened('Name,Note\nAnn,"6\nBob,x\n')

        assert [row.problems for row in table.rows] == [(("", 'Ann,"6', "open_quote"),), ()]

    @pytest.mark.parametrize("end", ["", "\n"])
    def test_one_that_is_not_closed_in_the_last_row_costs_only_that(self, end):
        _, table = opened('Name,Note,City\nAnn,x,Rome\nBob,"y,Paris' + end)

        assert [tuple(row.cells) for row in table.rows] == [("Ann", "x", "Rome"), ("Bob", '"y', "Paris")]

    def test_one_that_is_not_closed_leaves_the_others_of_its_row(self):
        _, table = opened('Name,Note,Phone\n"x ""y""",Ann,"1\nBob,"x","2"\n')

        assert [tuple(row.cells) for row in table.rows] == [('x "y"', "Ann", '"1'), ("Bob", "x", "2")]

    def test_several_that_are_not_closed_cost_their_rows(self):
        lines = [f'"Ann{number},{number}' if number % 10 == 3 else f"Ann{number},{number}" for number in range(100)]

        _, table = opened("Name,Note\n" + "\n".join(lines) + "\n")

        found = list(table.rows)
        assert [row.cells[1] for row in found] == [str(number) for number in range(100)]
        assert sum(bool(row.problems) for row in found) == 10

    def test_a_file_of_them_is_refused_before_it_costs_too_much(self):
        assert refusal("Name,Note\n" + 'a","\n' * 300_000) == "open_quotes"

    def test_one_that_is_not_closed_costs_only_its_row_in_a_large_file(self):
        content = 'Name,Note\n"Ann,6\n' + "Bob,x\n" * 90_000

        found = rows(content)

        assert (found[0], found[1], found[-1]) == ((2, '"Ann', "6"), (3, "Bob", "x"), (90_002, "Bob", "x"))


class TestLimits:
    def test_the_most_rows_are_read(self):
        content = "Name,Phone\n" + "Ann,1\n" * MOST_ROWS

        assert sum(1 for _ in opened(content)[1].rows) == MOST_ROWS

    @pytest.mark.parametrize("row", ["Ann,1\n", '"An\nn",1\n'])
    def test_one_row_more_is_refused_before_any_is_read(self, row):
        with pytest.raises(UnreadableFile) as refused:
            opened("Name,Phone\n" + row * (MOST_ROWS + 1))

        assert refused.value.code == "too_many_rows"
        assert "100,000" in refused.value.detail

    @pytest.mark.parametrize("row", ['"An\nn",1\n', "Ann,1\n\n", "Ann,1\n,\n"])
    def test_line_breaks_in_cells_and_empty_rows_do_not_count(self, row):
        assert sum(1 for _ in opened("Name,Phone\n" + row * 60_000)[1].rows) == 60_000

    def test_many_empty_rows_are_harmless(self):
        assert rows("Name,Phone\nAnn,1\n" + ",\n" * 300_000) == [(2, "Ann", "1")]

    def test_quotation_marks_cannot_hide_rows_from_the_limit(self):
        content = "Name,Note\n" + 'Ann,6"\n' + "Bob,x\n" * MOST_ROWS

        assert refusal(content) == "too_many_rows"


def written(table, delimiter, end, quotes_all):
    """A table as a careful program writes it; Python's writer leaves some line breaks without quotation marks."""
    special = {delimiter, '"', "\r", "\n"}

    def cell(text):
        quoted = quotes_all or special & set(text) or text != text.strip()
        return '"' + text.replace('"', '""') + '"' if quoted else text

    return "".join(delimiter.join(map(cell, row)) + end for row in table)


SIGNS = st.sampled_from("aZé中😀0,;|\t\"'\\ \n\r=+-@/:.")
CELLS = st.text(SIGNS | st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufeff"))
HEADERS = st.permutations(["First Name", "Last Name", "E-mail Address", "Mobile Phone", "Company", "Birthday", "Notes"])


@given(
    header=HEADERS,
    width=st.integers(2, 7),
    cells=st.lists(st.lists(CELLS, min_size=7, max_size=7), max_size=6),
    delimiter=st.sampled_from(",;\t|^~\x1f"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"]),
    quotes_all=st.booleans(),
    names_delimiter=st.booleans(),
)
@example(["Notes", "Company"], 2, [['x, "', "y"]], ",", "\n", "utf-8", True, False)
@example(["Notes", "Company"], 2, [["\\", '"']], ",", "\n", "utf-8", True, False)
def test_a_table_in_any_dialect_is_read_back(header, width, cells, delimiter, end, codec, quotes_all, names_delimiter):
    table = [header[:width], *(row[:width] for row in cells)]
    content = f"sep={delimiter}{end}" * names_delimiter + written(table, delimiter, end, quotes_all)
    data = content.encode(codec)
    encoding = "gb18030" if codec == "gb18030" else recognize(data).encoding.name

    dialect = find_dialect(data, encoding, knows)
    found = read_delimited(data, encoding, dialect)

    assert found.columns == header[:width]
    assert [(row.number, row.cells, row.problems) for row in found.rows] == [
        (number, row, ()) for number, row in enumerate(table[1:], 2) if any(map(str.strip, row))
    ]


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=6), st.sampled_from(",;\t"))
def test_rows_of_any_width_are_read_as_python_s_reader_reads_them(table, delimiter):
    content = written(table, delimiter, "\n", quotes_all=False)

    found = read_delimited(content.encode(), "utf-8", Dialect(delimiter, 0))

    expected = enumerate(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter), 1)
    assert [(row.number, row.cells) for row in found.rows] == [row for row in expected if any(map(str.strip, row[1]))]


@given(st.text(st.sampled_from('ab12,;"\n\r \\é'), max_size=80))
@example('a","\na","\n')
@example('"a\n"b')
@example('x\n"')
def test_no_letter_is_lost_whatever_the_quotation_marks(content):
    found = list(read_delimited(content.encode(), "utf-8", Dialect(",", 0)).rows)

    letters = "".join(filter(str.isalnum, "".join(itertools.chain.from_iterable(row.cells for row in found))))
    assert letters == "".join(filter(str.isalnum, content))
    assert [row.number for row in found] == sorted({row.number for row in found})


SAMPLE = 'sep=;\r\nName;E-mail;Note\r\nJürgen;j@example.com;"a\r\n""b"""\r\nZoë;z@example.com;é\r\n'


@given(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"]), st.data())
def test_damage_is_read_or_refused(codec, data):
    damaged = bytearray(SAMPLE.encode(codec) * data.draw(st.integers(1, 3)))
    for _ in range(data.draw(st.integers(0, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    del damaged[data.draw(st.integers(0, len(damaged))) :]
    try:
        found = recognize(bytes(damaged))
        if found.encoding:
            numbers = [row.number for row in opened(bytes(damaged))[1].rows]
            assert numbers == sorted(set(numbers))
    except UnreadableFile:
        pass


def test_a_line_of_a_megabyte_is_one_row():
    content = "Name,Note\n" + "x, " * 333_333 + "\nBob,2\n"

    assert [number for number, *_ in rows(content)] == [2, 3]


REAL = {  # the delimiter, the row of the header, and how many rows follow
    "abook-palm.csv": (",", 0, 5),
    "basic_addressbook.csv": (",", 1, 1),
    "basic_csv_addressbook.csv": (",", 1, 2),
    "csv_semicolon.csv": (";", 1, 2),
    "quote.csv": (",", 1, 1),
    "Connections.csv": (",", 5, None),
}


@pytest.mark.parametrize("path", shared_files("data/exports/*/*.csv"))
def test_exports_of_real_programs_are_read(path):
    dialect, table = opened(path.read_bytes())
    delimiter, header_row, count = REAL[path.name]

    found = list(table.rows)

    assert (dialect.delimiter, dialect.header_row) == (delimiter, header_row)
    assert count in (None, len(found))
    assert found
    assert not any(row.problems for row in found)
    with path.open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file, delimiter=delimiter))
    assert [list(row.cells) for row in found] == [cells for cells in expected[header_row:] if any(cells)]
