"""LDIF as address books write it: Thunderbird above all, which neither folds lines nor escapes names."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.files.ldif import read_ldif
from chalicelib.files.mapping.column_mapping import BLOCKING
from tests.shared_cases import shared_files

THUNDERBIRD = (
    "objectclass: top\nobjectclass: person\nobjectclass: organizationalPerson\n"
    "objectclass: inetOrgPerson\nobjectclass: mozillaAbPersonAlpha\n"
)


def cards(text, encoding="utf-8"):
    return list(read_ldif(text.encode(encoding) if isinstance(text, str) else text, encoding))


def card(text):
    (only,) = cards(text)
    return only


def fields(text):
    """The fields of one entry that Thunderbird wrote, without problems."""
    read = card(THUNDERBIRD + text)
    assert read.problems == ()
    assert read.unreadable == ""
    return read.fields


def encoded(text):
    return base64.b64encode(text.encode()).decode()


JUERGEN = f"""\
dn:: {encoded("cn=Jürgen, Müller,mail=jm@example.com")}
{THUNDERBIRD}givenName:: {encoded("Jürgen")}
sn: Mueller
cn: J. M.
mozillaNickname: JM
mail: jm@example.com
mozillaSecondEmail: jm@example.org
nsAIMid: jm
telephoneNumber: +49 30 1
homePhone: +49 30 2
facsimileTelephoneNumber: +49 30 3
pager: +49 30 4
mobile: +49 170 5
mozillaHomeStreet: Hof 1
mozillaHomeStreet2: Hinterhaus
mozillaHomeLocalityName: Ulm
mozillaHomeState: BW
mozillaHomePostalCode: 89073
mozillaHomeCountryName: Germany
street: Werk 2
mozillaWorkStreet2: Tor 3
l: Bonn
st: NRW
postalCode: 53111
c: DE
title: CTO
ou: Labs
o: Acme
mozillaWorkUrl: https://work.example
mozillaHomeUrl: https://home.example
birthyear: 1980
birthmonth: 2
birthday: 3
mozillaCustom1: one
mozillaCustom4: four
description:: {encoded("Zeile 1" + chr(10) + "Zeile 2")}
"""

FIELDS_OF_JUERGEN = {
    "given": "Jürgen",
    "family": "Mueller",
    "display": "J. M.",
    "nickname": "JM",
    "emails": [{"value": "jm@example.com"}, {"value": "jm@example.org"}],
    "ims": [{"value": "jm", "label": "aim"}],
    "phones": [
        {"raw": "+49 170 5", "label": "mobile"},
        {"raw": "+49 30 1", "label": "work"},
        {"raw": "+49 30 3", "label": "fax"},
        {"raw": "+49 30 2", "label": "home"},
        {"raw": "+49 30 4", "label": "pager"},
    ],
    "addresses": [
        {
            "street": "Hof 1",
            "extended": "Hinterhaus",
            "city": "Ulm",
            "region": "BW",
            "postal_code": "89073",
            "country": "Germany",
            "label": "home",
        },
        {
            "street": "Werk 2",
            "extended": "Tor 3",
            "city": "Bonn",
            "region": "NRW",
            "postal_code": "53111",
            "country": "DE",
            "label": "work",
        },
    ],
    "title": "CTO",
    "department": "Labs",
    "organization": "Acme",
    "urls": [
        {"value": "https://work.example", "label": "work"},
        {"value": "https://home.example", "label": "home"},
    ],
    "birthday": {"year": 1980, "month": 2, "day": 3},
    "custom_fields": [{"name": "Custom 1", "value": "one"}, {"name": "Custom 4", "value": "four"}],
    "notes": "Zeile 1\nZeile 2",
}


class TestThunderbird:
    def test_all_attributes_have_a_field(self):
        read = card(JUERGEN)

        assert (read.number, read.line, read.problems, read.kept) == (1, 1, (), ())
        assert read.fields == FIELDS_OF_JUERGEN

    def test_a_card_without_a_name_and_an_address_has_no_dn(self):
        assert fields("o: Acme\n") == {"organization": "Acme"}

    @pytest.mark.parametrize(("year", "known"), [("", {}), ("birthyear: 1980\n", {"year": 1980})])
    def test_a_birthday_may_have_no_year(self, year, known):
        assert fields(f"cn: Ada\n{year}birthmonth: 2\nbirthday: 3\n")["birthday"] == {**known, "month": 2, "day": 3}

    def test_the_members_of_a_mailing_list_have_its_name_as_a_group(self):
        text = (
            "dn: cn=Ada Lovelace,mail=ada@example.org\ncn: Ada Lovelace\nmail: ada@example.org\n\n"
            "dn: cn=Charles\ncn: Charles\nmobile: +44 1\n\n"
            "dn: cn=Bob\ncn: Bob\n\n"
            "dn: cn=Friends, old\nobjectclass: top\nobjectclass: groupOfNames\ncn: Friends, old\n"
            "member: cn=Lovelace, Ada,mail=Ada@example.org\n"
            f"member:: {encoded('cn=Charles')}\n"
        )

        *people, group = cards(text)

        assert [person.fields.get("groups") for person in people] == [["Friends, old"], ["Friends, old"], None]
        assert (group.left_out, group.fields) == ("group", {})
        assert ("cn", "Friends, old") in group.cells


class TestLines:
    def test_values_may_be_folded(self):
        assert fields("cn: Ada Love\n lace\ndescription: one\n  two\n") == {
            "display": "Ada Lovelace",
            "notes": "one two",
        }

    def test_base64_may_be_folded(self):
        text = encoded("Ada Lovelace")

        assert fields(f"cn:: {text[:7]}\n {text[7:]}\n") == {"display": "Ada Lovelace"}

    def test_a_raw_line_break_is_part_of_the_value(self):
        assert (
            fields("cn: Ada\nmozillaHomeStreet: 1 Main St\nFloor 2\n")["addresses"][0]["street"] == "1 Main St\nFloor 2"
        )

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_lines_end_in_any_way(self, end):
        read = cards(f"cn: Ada{end}{end}{end}cn: Bob{end}")

        assert [each.fields for each in read] == [{"display": "Ada"}, {"display": "Bob"}]

    def test_one_file_may_mix_them(self):
        assert len(cards("cn: Ada\r\n\r\ncn: Bob\n\ncn: Eve\r\n")) == 3

    def test_comments_and_the_version_are_no_entries(self):
        assert card("# made by x\n  and y\nversion: 1\n\n# Ada\ncn: Ada\n# end\n").fields == {"display": "Ada"}

    def test_the_line_of_each_entry_is_known(self):
        read = cards("version: 1\n\n\ndn: cn=Ada\ncn: Ada\n\ncn: Bob")

        assert [(each.number, each.line) for each in read] == [(1, 4), (2, 7)]

    @pytest.mark.parametrize("separator", ["\u2028", "\x85", "\x0c", "\x1c"])
    def test_no_other_sign_ends_a_line(self, separator):
        assert card(f"cn: Ada{separator}x: y\n").fields == {"display": f"Ada{separator}x: y"}

    def test_options_of_an_attribute_do_not_matter(self):
        assert fields("CN;lang-de: Ada\n") == {"display": "Ada"}


class TestValues:
    def test_several_addresses_are_values_of_their_own(self):
        assert fields("cn: Ada\nmail: a@x.org\nmail: b@x.org\nmail: a@x.org\n")["emails"] == [
            {"value": "a@x.org"},
            {"value": "b@x.org"},
        ]

    def test_a_second_name_is_kept_beside_the_contact(self):
        read = card("cn: Ada\ncn: Ada King\n")

        assert read.fields == {"display": "Ada"}
        assert read.kept == (("cn", "Ada King"),)

    def test_a_number_under_two_names_is_one(self):
        """KAddressBook writes the fax as home phone, too."""
        assert fields("cn: Ada\nfacsimiletelephonenumber: +49 30 1\nhomephone: +49 30 1\n")["phones"] == [
            {"raw": "+49 30 1", "label": "fax"}
        ]

    def test_a_number_without_a_country_is_no_problem_of_the_file(self):
        assert fields("cn: Ada\nmobile: 0170 1234567\n")["phones"] == [{"raw": "0170 1234567", "label": "mobile"}]

    def test_abook_writes_its_groups_as_unit(self):
        abook = "objectclass: top\nobjectclass: person\n"

        assert card(f"cn: Ada\nou: friends,work\n{abook}").fields == {"display": "Ada", "groups": ["friends", "work"]}
        assert fields("cn: Ada\nou: friends,work\n") == {"display": "Ada", "department": "friends,work"}

    def test_what_has_no_field_is_kept(self):
        read = card(f"cn: Ada\nloginShell: /bin/sh\njpegPhoto:: {encoded('not really')}\n")

        assert read.kept[0] == ("loginshell", "/bin/sh")
        assert re.fullmatch("[0-9a-f]{32} 10", read.kept[1][1])  # its hash and its size

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            ("cn:: !!!", "not_base64"),
            ("cn:: Jürgen", "not_base64"),
            ("cn:: QWR", "not_base64"),
            ("cn:< file:///etc/passwd", "external_value"),
            ("mail: ada at x", "not_an_email"),
            ("birthday: 99", "not_a_day"),
        ],
    )
    def test_what_cannot_be_read_is_said(self, line, code):
        read = card(f"o: Acme\nbirthmonth: 1\n{line}\n" if "birthday" in line else f"o: Acme\n{line}\n")

        assert [problem.code for problem in read.problems] == [code]
        assert read.fields == {"organization": "Acme"}

    def test_base64_of_another_encoding_loses_nothing(self):
        latin = base64.b64encode("Jürgen".encode("latin-1")).decode()

        assert card(f"cn:: {latin}\n").fields == {"display": "J\\xfcrgen"}

    def test_raw_text_is_in_the_encoding_of_the_file(self):
        assert cards("dn: cn=Jürgen\ncn: Jürgen\n", "cp1252")[0].fields == {"display": "Jürgen"}

    @pytest.mark.parametrize("text", ["dn: cn=x\n", "description: x\n", "dn:\nobjectclass: person\n"])
    def test_an_entry_without_a_name_an_address_and_a_number_is_no_contact(self, text):
        assert card(text).unreadable == BLOCKING


@given(
    st.binary(max_size=200)
    | st.from_regex(rb"(dn|cn|mail|member|objectclass|birthday|x)::?<? ?[ -~]*\n( .*\n)?", fullmatch=True)
)
def test_no_bytes_are_an_error(data):
    for number, read in enumerate(read_ldif(data), 1):
        assert read.number == number


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(str.strip).filter(bool), max_size=5))
def test_what_thunderbird_writes_is_read_back(notes):
    written = "".join(f"dn: cn=Ada\ncn: Ada\ndescription:: {encoded(note)}\n\n" for note in notes)

    assert [each.fields["notes"] for each in cards(written)] == notes


class TestExports:
    @pytest.mark.parametrize("path", shared_files("data/exports/kde-kcontacts-5.103.0/kde.ldif"))
    def test_kaddressbook_says_everything_three_times(self, path):
        juergen, jane = read_ldif(path.read_bytes())

        assert juergen.uid == "uid-0001"
        assert juergen.problems == ()
        assert juergen.kept == (("modifytimestamp", "20261128T100000Z"),)
        assert {name: value for name, value in juergen.fields.items() if name != "notes"} == {
            "prefix": "Dr.",
            "given": "Jürgen",
            "family": "Müller",
            "display": "Müller, Jürgen",
            "nickname": "JM,Jay",
            "emails": [{"value": "jm@example.com"}, {"value": "jm2@example.org"}],
            "phones": [
                {"raw": "+49 30 5550199;ext=5", "label": "mobile"},
                {"raw": "+49 30 5550198", "label": "fax"},
            ],
            "addresses": [
                {
                    "street": "1 Main St; Apt 4\nFloor 2",
                    "city": "Paris",
                    "postal_code": "75001",
                    "country": "France",
                    "label": "home",
                }
            ],
            "title": "VP, Sales",
            "organization": "Smith, Sons",
            "department": "Sales",
            "urls": [{"value": "https://example.com/a,b;c", "label": "work"}],
            "birthday": {"year": 1980, "month": 2, "day": 3},
        }
        assert juergen.fields["notes"].startswith("Zeile 1\nLine 2, with comma; semi \\ back ü")
        assert jane.fields["emails"] == [{"value": "jane@example.com"}]

    @pytest.mark.parametrize("path", shared_files("data/exports/abook-0.6.1/abook.ldif"))
    def test_abook_has_groups_and_commas_in_names(self, path):
        ann, juergen, madonna, jane, martin = read_ldif(path.read_bytes())

        assert ann.fields["groups"] == ["friends", "work"]
        assert [email["value"] for email in ann.fields["emails"]] == ["ann@example.com", "ann.poe@example.org"]
        assert ann.fields["events"] == [{"value": "--05-17", "label": "anniversary"}]
        assert juergen.fields["display"] == "Jürgen Müller"
        assert madonna.fields == {"display": "Madonna", "phones": [{"raw": "+1 212 555 0111", "label": "mobile"}]}
        assert jane.fields["display"] == "Roe, Jane"
        assert martin.fields["display"] == "Dr. Martin van der Berg Jr."

    @pytest.mark.parametrize("path", shared_files("data/exports/gammu-1.42.0/gammu.ldif"))
    def test_gammu_breaks_lines_and_mixes_up_dns(self, path):
        juergen, jane = read_ldif(path.read_bytes())

        assert juergen.fields["display"] == "Dr. Jürgen Müller"
        assert juergen.fields["addresses"][0]["city"] == "Apt 4\nFloor 2"
        assert jane.fields == {"display": "Jane Roe", "emails": [{"value": "jane@example.com"}]}
