"""Names, work and addresses in vCards: values of several parts, which every writer separates in its own way."""

import pytest

from tests.files.vcards import card_of, fields_of


def name_of(*lines, version="3.0"):
    fields = fields_of(*lines, version=version)
    return tuple(fields.get(part, "") for part in ("prefix", "given", "middle", "family", "suffix"))


class TestNames:
    @pytest.mark.parametrize(
        ("written", "version", "expected"),
        [
            ("Poe;Ann", "3.0", ("", "Ann", "", "Poe", "")),
            ("Poe;Ann;Mary;Dr.", "3.0", ("Dr.", "Ann", "Mary", "Poe", "")),
            ("Poe;Ann;Mary;Dr.;Jr.", "3.0", ("Dr.", "Ann", "Mary", "Poe", "Jr.")),
            ("Poe;Ann;Mary,Jane;Dr.,Prof.;", "3.0", ("Dr. Prof.", "Ann", "Mary Jane", "Poe", "")),
            ("Poe;Ann;Mary, Jane;;", "3.0", ("", "Ann", "Mary, Jane", "Poe", "")),
            (r"Poe;Ann;Mary\, Jane;;", "4.0", ("", "Ann", "Mary, Jane", "Poe", "")),
            ("Poe;Ann;Mary,Jane;;", "2.1", ("", "Ann", "Mary,Jane", "Poe", "")),
            (r"Poe;Ann;Mary\;Jane;;", "2.1", ("", "Ann", "Mary;Jane", "Poe", "")),
            (r"Poe;Ann;Mary\\;Jane;Dr.;", "3.0", ("Dr.", "Ann", "Mary;Jane", "Poe", "")),
            ("Poe", "3.0", ("", "", "", "Poe", "")),
            (" Poe ; Ann ;;;", "3.0", ("", "Ann", "", "Poe", "")),
            (
                "Stevenson;John;Philip,Paul;Dr.;Jr.,M.D.,A.C.P.;;Jr.",
                "4.0",
                ("Dr.", "John", "Philip Paul", "Stevenson", "Jr. M.D. A.C.P."),
            ),
            ("García;Ana;;;;López;III", "4.0", ("", "Ana", "", "García López", "III")),
            ("García López;Ana;;;III;López;III", "4.0", ("", "Ana", "", "García López", "III")),
        ],
    )
    def test_have_two_to_seven_parts(self, written, version, expected):
        assert name_of(f"N:{written}", version=version) == expected

    def test_as_a_whole_are_never_cut_at_a_comma(self):
        assert fields_of("FN:Mr. John Richter, James Doe Sr.") == {"display": "Mr. John Richter, James Doe Sr."}

    def test_that_the_writer_derived_from_the_parts_are_used_only_without_parts(self):
        derived = "FN;DERIVED=TRUE:Stevenson John Dr."

        assert "display" not in fields_of(derived, "N:Stevenson;John;;Dr.;", version="4.0")
        assert fields_of(derived, version="4.0") == {"display": "Stevenson John Dr."}
        assert fields_of("FN;DERIVED=TRUE:", "NICKNAME:Jo", version="4.0") == {"nickname": "Jo"}

    def test_beside_the_preferred_one_are_custom_fields(self):
        fields = fields_of("FN:Giovanni Publico", "FN;PREF=1:John Public", "FN:John Public", version="4.0")

        assert fields == {
            "display": "John Public",
            "custom_fields": [{"name": "Name", "value": "Giovanni Publico"}],
        }

    def test_in_another_script_are_kept(self):
        fields = fields_of("N;ALTID=1;LANGUAGE=ja:山田;太郎;;;", "N;ALTID=1;LANGUAGE=en:Yamada;Taro;;;", version="4.0")

        assert (fields["family"], fields["given"], fields["display"]) == ("山田", "太郎", "Taro Yamada")

    def test_have_a_reading(self):
        expected = {"phonetic_given": "タロウ", "phonetic_family": "ヤマダ"}

        assert fields_of("X-PHONETIC-FIRST-NAME:タロウ", "X-PHONETIC-LAST-NAME:ヤマダ") == expected
        assert fields_of("N;PHONETIC=script;SCRIPT=Kana:ヤマダ;タロウ;;;", version="4.0") == expected
        assert fields_of("SOUND;X-IRMC-N;CHARSET=UTF-8:ヤマダ;タロウ;;;", version="2.1") == expected
        assert fields_of("SOUND;X-IRMC-N:;;;;", version="2.1") == {}
        assert fields_of("X-PHONETIC-MIDDLE-NAME:x", "X-PHONETIC-ORG:y") == {
            "phonetic_middle": "x",
            "phonetic_organization": "y",
        }

    def test_are_sorted_as_their_source_does(self):
        for line in ('N;SORT-AS="Harten,Rene":van der Harten;Rene', "SORT-STRING:Harten, Rene"):
            assert fields_of(line)["file_as"] == "Harten, Rene"
        assert fields_of(r"X-EVOLUTION-FILE-AS:Müller\, Jürgen") == {"file_as": "Müller, Jürgen"}

    @pytest.mark.parametrize(
        ("display", "parts", "expected"),
        [
            ("Ann Poe", "Poe;Ann", ("", "Ann", "", "Poe", "")),
            ("Madonna", "Madonna;Madonna", ("", "Madonna", "", "", "")),
            ("Roe, Jane", "Jane;Roe,", ("", "Jane", "", "Roe", "")),
            ("Dr. Martin van der Berg Jr.", "Jr.;Dr. Martin van der Berg", ("", "", "", "", "")),
        ],
    )
    def test_that_abook_cut_at_the_last_blank_are_put_right(self, display, parts, expected):
        assert name_of(f"FN:{display}", f"N:{parts}", version="") == expected

    def test_are_left_alone_in_cards_with_a_version(self):
        assert name_of("FN:Madonna", "N:Madonna;Madonna") == ("", "Madonna", "", "Madonna", "")

    def test_of_a_company_are_its_own(self):
        for line in ("X-ABShowAs:COMPANY", "KIND:org"):
            assert fields_of("FN:Acme", line) == {"display": "Acme", "organization": "Acme"}
            assert fields_of("FN:Acme", "ORG:Acme Ltd;", line)["organization"] == "Acme Ltd"

    def test_for_friends_are_lists_in_newer_versions(self):
        assert fields_of("NICKNAME:JM,Jay", version="4.0") == {
            "nickname": "JM",
            "custom_fields": [{"name": "Nickname", "value": "Jay"}],
        }
        assert fields_of(r"NICKNAME:JM\,Jay") == {"nickname": "JM,Jay"}
        assert fields_of("NICKNAME:JM, Jay", version="2.1") == {"nickname": "JM, Jay"}


class TestWork:
    @pytest.mark.parametrize(
        ("written", "organization", "department"),
        [
            ("Acme", "Acme", None),
            ("Acme;", "Acme", None),
            ("Acme;Sales", "Acme", "Sales"),
            ("Acme;Sales;North", "Acme", "Sales, North"),
            (";Sales", None, "Sales"),
            ("Company, The;Sales", "Company, The", "Sales"),
            (r"Smith\, Sons\; Co;Sales", "Smith, Sons; Co", "Sales"),
        ],
    )
    def test_is_an_organization_with_its_units(self, written, organization, department):
        for version in ("2.1", "3.0", "4.0"):
            fields = fields_of(f"ORG:{written}", version=version)

            assert (fields.get("organization"), fields.get("department")) == (organization, department)

    def test_of_roundcube_has_its_department_apart(self):
        assert fields_of("ORG:Acme", "X-DEPARTMENT;TYPE=home:Sales", "TITLE;TYPE=home:VP, Sales") == {
            "organization": "Acme",
            "department": "Sales",
            "title": "VP, Sales",
        }

    def test_elsewhere_is_in_custom_fields(self):
        fields = fields_of(
            "ORG:Acme;Sales", "ORG:Beta;Lab", "ORG:Acme;Sales", "TITLE:CEO", "TITLE:Advisor", "ROLE:Boss"
        )

        assert fields["custom_fields"] == [
            {"name": "Organization", "value": "Beta, Lab"},
            {"name": "Title", "value": "Advisor"},
            {"name": "Role", "value": "Boss"},
        ]


class TestAddresses:
    @pytest.mark.parametrize(
        ("written", "version", "expected"),
        [
            (
                ";;1 Main St;Paris;IDF;75001;France",
                "3.0",
                {"street": "1 Main St", "city": "Paris", "region": "IDF", "postal_code": "75001", "country": "France"},
            ),
            ("PO 1;Apt 4;1 Main St", "3.0", {"po_box": "PO 1", "extended": "Apt 4", "street": "1 Main St"}),
            (r";;1 Main St\nFloor 2;;;;", "3.0", {"street": "1 Main St\nFloor 2"}),
            (r";;1 Main St\; Apt 4;Paris\, TX;;;", "2.1", {"street": "1 Main St; Apt 4", "city": "Paris, TX"}),
            (
                r";;1 Main St\\; Apt 4\nFloor 2;Paris;;75001;",
                "3.0",
                {"street": "1 Main St; Apt 4\nFloor 2", "city": "Paris", "postal_code": "75001"},
            ),
            (
                ";;1 Main St; Apt 4;Springfield;IL;62701;USA",
                "",
                {
                    "street": "1 Main St; Apt 4",
                    "city": "Springfield",
                    "region": "IL",
                    "postal_code": "62701",
                    "country": "USA",
                },
            ),
            (";;54321,Oak St;Town;;;", "4.0", {"street": "54321 Oak St", "city": "Town"}),
            (";;Silicon Alley 5,;New York;;;", "3.0", {"street": "Silicon Alley 5,", "city": "New York"}),
            (
                ";;54321 Oak St;Town;CA;95472;USA;;;;54321;Oak St;;;;;;",
                "4.0",
                {"street": "54321 Oak St", "city": "Town", "region": "CA", "postal_code": "95472", "country": "USA"},
            ),
            (
                ";;;Town;;;;R 1;Apt 2;3;54321;Oak St;Tower;;;;By the sea;North",
                "4.0",
                {"street": "54321 Oak St North", "city": "Town", "extended": "R 1, Apt 2, 3, Tower, By the sea"},
            ),
            (";;;;;;", "3.0", None),
            ("", "3.0", None),
        ],
    )
    def test_have_seven_parts_more_or_less(self, written, version, expected):
        assert fields_of(f"ADR:{written}", version=version).get("addresses") == ([expected] if expected else None)

    def test_have_a_label(self):
        fields = fields_of(
            "ADR;TYPE=HOME,POSTAL,PREF:;;a;;;;",
            "ADR;TYPE=INTL,POSTAL,PARCEL,WORK:;;b;;;;",
            "item1.ADR:;;c;;;;",
            "item1.X-ABLabel:Boat",
        )

        assert [address.get("label") for address in fields["addresses"]] == ["home", "work", "Boat"]

    def test_as_one_text_are_kept_only_if_they_say_more(self):
        address = "ADR;HOME:;;1 Main St;Paris;;75001;"

        assert card_of(address, "LABEL;HOME:1 Main St\\n75001 Paris").kept == ()
        assert card_of(address, "LABEL;HOME:1 Main St\\nBack door").kept == (("LABEL", "1 Main St\nBack door"),)
        assert card_of(address, "X-SAMSUNGADR:;;1 Main St;Paris;;75001;").kept == ()
        assert card_of("item1." + address, "item1.X-ABADR:us").kept == ()

    def test_as_one_text_alone_are_streets(self):
        assert fields_of("LABEL;WORK:1 Main St\\nParis")["addresses"] == [
            {"street": "1 Main St\nParis", "label": "work"}
        ]
        assert fields_of('ADR;LABEL="1 Main St^nParis":;;;;;;', version="4.0")["addresses"] == [
            {"street": "1 Main St\nParis"}
        ]
