"""Real exports: which program is recognized, and what their rows become."""

import pytest

from chalicelib.files.mapping.row_mapper import BLOCKING
from tests.files.reading import contacts, suggested
from tests.shared_cases import shared_files


@pytest.mark.parametrize("path", shared_files("data/exports/linkedin-csv/Connections.csv"))
def test_linkedins_connections_are_certain(path):
    text = path.read_text("utf-8")

    found = contacts(text, skip=4)

    assert suggested(text, skip=4).program == "LinkedIn"
    assert suggested(text, skip=4).is_certain
    assert len(found) == 10
    assert [problem for each in found for problem in each.problems] == []
    assert found[1].fields == {
        "given": "Bob",
        "family": "Williams",
        "emails": [{"value": "bob@startupxyz.com"}],
        "organization": "StartupXYZ",
        "title": "Founder",
        "urls": [{"value": "https://linkedin.com/in/bobwilliams", "label": "LinkedIn"}],
        "events": [{"value": "2023-03-20", "label": "connected on LinkedIn"}],
    }


@pytest.mark.parametrize("path", shared_files("data/exports/thunderbird-csv/basic*.csv"))
def test_older_thunderbirds_write_the_screen_name_last(path):
    text = path.read_text("utf-8")

    assert suggested(text).program == "Thunderbird"
    assert suggested(text).is_certain
    john = contacts(text)[0].fields
    assert (john["display"], john["emails"][0]["value"].startswith("john")) == ("John Doe", True)


@pytest.mark.parametrize("path", shared_files("data/exports/thunderbird-csv/csv_semicolon.csv"))
def test_four_columns_of_thunderbird_suffice(path):
    assert [each.fields for each in contacts(path.read_text("utf-8"), delimiter=";")] == [
        {"display": f"{given} Doe", "given": given, "family": "Doe", "emails": [{"value": address}]}
        for given, address in (("John", "john@doe.invalid"), ("Jane", "jane@doe.invalid"))
    ]


@pytest.mark.parametrize("path", shared_files("data/exports/thunderbird-csv/quote.csv"))
def test_a_company_has_a_shown_name_and_a_number(path):
    (company,) = contacts(path.read_text("utf-8"), region="US")

    assert company.fields["display"] == company.fields["organization"] == "Acer America"
    assert company.fields["phones"] == [{"raw": "(800) 000-0000", "label": "work"}]
    assert [problem.code for problem in company.problems] == ["no_such_number"]


@pytest.mark.parametrize("path", shared_files("data/exports/abook-0.6.1/abook-palm.csv"))
def test_a_file_without_a_header_is_told_by_its_cells(path):
    text = path.read_text("utf-8")

    found = contacts(text, has_header=False)

    assert not suggested(text, has_header=False).is_certain
    assert [email["value"] for email in found[0].fields["emails"]] == ["ann@example.com", "ann.poe@example.org"]
    assert [phone["raw"][-4:] for phone in found[0].fields["phones"]] == ["0102", "0101", "0103"]
    assert not any(problem.code == BLOCKING for each in found for problem in each.problems)
