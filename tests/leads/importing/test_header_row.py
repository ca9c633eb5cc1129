"""Where the headers of a file are, and what stands before them."""

import gzip

import pytest

from chalicelib.leads.importing.header_row import find_header_row
from tests.leads.importing.import_desk import ImportDesk


def found(text: str) -> tuple[int, str, list[str]] | None:
    """The number of the row with the headers, the delimiter and the headers."""
    header = find_header_row(text.encode())
    return None if header is None else (header.row, header.delimiter, header.headers)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name,Phone\nAnn,1\n", (1, ",", ["Name", "Phone"])),
        ("sep=;\nName;Phone\n", (2, ";", ["Name", "Phone"])),
        ('"sep=;"\r\nA;B\r\n', (2, ";", ["A", "B"])),
        ("SEP=|\nA|B,C\n", (2, "|", ["A", "B,C"])),
        ("sep=\t\nA\tB\n", (2, "\t", ["A", "B"])),
        ("sep=:\nName;Phone\n", (2, ";", ["Name", "Phone"])),
        ("\n\r\n,,\nName,Phone\n", (4, ",", ["Name", "Phone"])),
        ("# exported, by us; today\n#\nName;Phone\n", (3, ";", ["Name", "Phone"])),
        ("# Name, Phone\nName,Phone\n", (2, ",", ["Name", "Phone"])),
        ("#Name,Phone\nAnn,+1 650 253 0000\n", (1, ",", ["#Name", "Phone"])),
        ("#,Name,Phone\n1,Ann,2\n", (1, ",", ["#", "Name", "Phone"])),
        ("Leads of March, 2026\n\nName;Phone\n", (3, ";", ["Name", "Phone"])),
        ("Leads;;\nName;Phone;City\n", (2, ";", ["Name", "Phone", "City"])),
        ("Leads\nWhatsApp;Telegram ID\n", (2, ";", ["WhatsApp", "Telegram ID"])),
        ("Kunden;\nRufnr;Wer\n1;2\n", (2, ";", ["Rufnr", "Wer"])),
        ("# Kunden; alle\nRufnr;Wer\n1;2\n", (2, ";", ["Rufnr", "Wer"])),
        ("Phone\n+16502530000\n+16502530001\n", (1, ",", ["Phone"])),
        ("Nummern\n+16502530000\n", (1, ",", ["Nummern"])),
        ("A,B\nName,Phone\n", (1, ",", ["A", "B"])),
        ('"Two\nlines",Phone\n', (1, ",", ["Two\nlines", "Phone"])),
        ("\n \n", None),
        ("", None),
    ],
)
def test_the_headers_are_the_first_row_that_people_take_for_one(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize("begin", ["sep=;\n", "\n\n", "# of our shop\n", "Leads\n;;\n", '"two\nlines of a title"\n'])
@pytest.mark.parametrize("is_packed", [False, True])
def test_the_numbers_of_rows_are_those_of_the_file(begin, is_packed):
    rows = [f"+49170{number:07d};Ann" for number in range(60)]
    content = "\n".join([begin + "Phone;Name", *rows, "nobody;Bob"]).encode()
    skipped = {"\n\n": 2, "Leads\n;;\n": 2}.get(begin, 1)
    desk = ImportDesk()

    job = desk.imported(gzip.compress(content, mtime=0) if is_packed else content)

    assert (job.counts["created"], job.counts["failed"], job.estimate) == (60, 1, 61)
    assert desk.result(job, "failed")[0]["row"] == str(skipped + 1 + 61)
    assert desk.result(job, "created")[0]["row"] == str(skipped + 2)
