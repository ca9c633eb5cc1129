"""Real exports, read whole: which program is recognized, and what their rows become."""

import pytest

from chalicelib.files.mapping.column_mapping import BLOCKING
from tests.files.reading import read_file
from tests.shared_cases import shared_files


@pytest.mark.parametrize("path", shared_files("data/exports/linkedin-csv/Connections.csv"))
def test_linkedins_connections_are_certain(path):
    suggestion, found = read_file(path.read_bytes())

    assert suggestion.program == "LinkedIn"
    assert suggestion.is_certain
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
    suggestion, found = read_file(path.read_bytes())

    assert suggestion.program == "Thunderbird"
    assert suggestion.is_certain
    john = found[0].fields
    assert (john["display"], john["emails"][0]["value"].startswith("john")) == ("John Doe", True)


@pytest.mark.parametrize("path", shared_files("data/exports/thunderbird-csv/csv_semicolon.csv"))
def test_four_columns_of_thunderbird_suffice(path):
    suggestion, found = read_file(path.read_bytes())

    assert suggestion.program == "Thunderbird"
    assert [each.fields for each in found] == [
        {"display": f"{given} Doe", "given": given, "family": "Doe", "emails": [{"value": address}]}
        for given, address in (("John", "john@doe.invalid"), ("Jane", "jane@doe.invalid"))
    ]


@pytest.mark.parametrize("path", shared_files("data/exports/thunderbird-csv/quote.csv"))
def test_a_company_has_a_shown_name_and_a_number(path):
    _, (company,) = read_file(path.read_bytes(), region="US")

    assert company.fields["display"] == company.fields["organization"] == "Acer America"
    assert company.fields["phones"] == [{"raw": "(800) 000-0000", "label": "work"}]
    assert [problem.code for problem in company.problems] == ["no_such_number"]


@pytest.mark.parametrize("path", shared_files("data/exports/abook-0.6.1/abook-palm.csv"))
def test_a_file_without_a_header_is_told_by_its_cells(path):
    suggestion, found = read_file(path.read_bytes())

    assert not suggestion.is_certain
    assert [email["value"] for email in found[0].fields["emails"]] == ["ann@example.com", "ann.poe@example.org"]
    assert [phone["raw"][-4:] for phone in found[0].fields["phones"]] == ["0102", "0101", "0103"]
    assert not any(problem.code == BLOCKING for each in found for problem in each.problems)


class TestWholeFiles:
    """Files as their programs write them, down to encoding and delimiter."""

    def test_outlooks_french_export_has_semicolons_and_windows_letters(self):
        text = (
            "Titre;Prénom;Nom;Société;Titre;Ville (bureau);Téléphone (bureau);Adresse de messagerie;Anniversaire\r\n"
            "M.;Jérôme;Lefèvre;Société générale;Président;Orléans;+33 2 38 00 00 00;j@ex.example;0/0/00\r\n"
        )

        suggestion, (contact,) = read_file(text.encode("cp1252"))

        assert suggestion.program == "Outlook for Windows"
        assert (contact.fields["prefix"], contact.fields["title"]) == ("M.", "Président")
        assert contact.fields["addresses"] == [{"city": "Orléans", "label": "work"}]
        assert "birthday" not in contact.fields

    def test_linkedins_export_begins_with_a_note(self):
        text = (
            'Notes:\n"When exporting your connection data, you may notice, that some are missing: https://x.example"\n\n'
            "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
            "Ada,Lovelace,https://www.linkedin.com/in/ada,,Engines,Founder,12 Mar 2021\n,,,,,,01 Jan 2023\n"
        )

        suggestion, (ada, nobody) = read_file(text.encode())

        assert suggestion.program == "LinkedIn"
        assert ada.fields["events"] == [{"value": "2021-03-12", "label": "connected on LinkedIn"}]
        assert [problem.code for problem in nobody.problems] == [BLOCKING]

    def test_googles_export_is_read_whole(self):
        text = (
            "First Name,Last Name,Birthday,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value\n"
            "Asha,Rao, --03-14,ספקים ::: * myContacts,* Work,asha@acme.example,"
            "Mobile,+91 98765 43210 ::: +91 12345 67890\n"
        )

        _, (asha,) = read_file(text.encode())

        assert asha.problems == []
        assert asha.fields == {
            "given": "Asha",
            "family": "Rao",
            "birthday": {"month": 3, "day": 14},
            "groups": ["ספקים"],
            "emails": [{"value": "asha@acme.example", "label": "work"}],
            "phones": [
                {"raw": "+91 98765 43210", "label": "mobile"},
                {"raw": "+91 12345 67890", "label": "mobile"},
            ],
        }
