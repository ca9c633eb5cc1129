"""Real vCards of many programs, read as a file import reads them. Their people are invented."""

from pathlib import Path

import pytest

from chalicelib.contacts.cleaning import clean_fields
from chalicelib.files.formats import Format, recognize
from chalicelib.files.vcard_reader import read_vcards
from tests.files.exported_vcards import FIRST_CARDS
from tests.shared_cases import Absent, shared_files


def named(*names: str):
    return [path for name in names for path in shared_files(f"data/exports/*/{name}")] or Absent()


FILES = named("*.vcf")
FIRST = named(*FIRST_CARDS)
NOTE = "\nLine 2, with comma; semi \\ back"
PHOTO = "sha256:f52b23db1fbb6ded89ef42a23ce0c8922c45f25c50b568a93bf1c075420bbb7c, 120 bytes"
OTHERS = {  # whose cards are checked below
    "John_Doe_GMAIL.vcf": 1,
    "John_Doe_IPHONE.vcf": 1,
    "John_Doe_MAC_ADDRESS_BOOK.vcf": 1,
    "John_Doe_MS_OUTLOOK.vcf": 1,
    "gmail-list.vcf": 3,
    "gmail-single.vcf": 1,
    "gmail-single2.vcf": 1,
    "outlook-2003.vcf": 1,
}


def cards_in(path: Path):
    upload = recognize(path.read_bytes(), path.name)
    assert upload.format is Format.VCARD
    assert upload.encoding
    return list(read_vcards(upload.data, upload.encoding.name))


def fields_in(path: Path):
    return [dict(clean_fields(card.fields)) for card in cards_in(path)]


class TestEveryFile:
    @pytest.mark.parametrize("path", FILES)
    def test_has_its_cards_whole_and_without_problems(self, path):
        cards = cards_in(path)

        assert len(cards) == (OTHERS.get(path.name) or FIRST_CARDS[path.name][0])
        assert not [card for card in cards if card.unreadable or card.left_out or card.problems]
        assert [card.number for card in cards] == list(range(1, len(cards) + 1))
        begins = [at for at, line in enumerate(path.read_bytes().splitlines(), 1) if line == b"BEGIN:VCARD"]
        assert [card.line for card in cards] == begins

    @pytest.mark.parametrize("path", FIRST)
    def test_has_the_fields_of_its_first_card(self, path):
        fields = fields_in(path)[0]
        notes = fields.pop("notes")

        assert fields == FIRST_CARDS[path.name][1]
        assert NOTE in notes or (path.name, notes) == ("abook.vcf", "Likes tea, coffee; and more")

    @pytest.mark.parametrize("path", FILES)
    def test_loses_nothing_when_its_line_ends_change(self, path):
        content = path.read_bytes()
        expected = [card.fields for card in cards_in(path)]
        plain = content.replace(b"\r\n", b"\n")

        for changed in (plain, plain.replace(b"\n", b"\r"), b"\xef\xbb\xbf" + content):
            assert [card.fields for card in read_vcards(changed)] == expected


class TestNotes:
    @pytest.mark.parametrize("path", named(*(name for name in FIRST_CARDS if name != "abook.vcf")))
    def test_are_whole_wherever_the_writer_folded_them(self, path):
        first, second = fields_in(path)[0]["notes"].split("\n")

        assert first in ("Zeile 1", "Line 1")
        assert set(second.removeprefix("Line 2, with comma; semi \\ back")) <= {"ü", " "}
        assert second.count("ü") == (0 if path.name == "khard-3.0.vcf" else 60)


class TestOtherCards:
    @pytest.mark.parametrize("path", named("abook.vcf"))
    def test_of_abook_have_their_names(self, path):
        _, jurgen, madonna, jane, martin = fields_in(path)

        assert (jurgen["given"], jurgen["family"], jurgen["notes"]) == ("Jürgen", "Müller", "Straße")
        assert (madonna["display"], madonna["given"], "family" in madonna) == ("Madonna", "Madonna", False)
        assert (jane["given"], jane["family"]) == ("Jane", "Roe")
        assert martin == {"display": "Dr. Martin van der Berg Jr.", "emails": [{"value": "martin@example.com"}]}

    @pytest.mark.parametrize("path", named("kde-?.?.vcf"))
    def test_of_kde_are_read_behind_a_card_that_others_cannot_parse(self, path):
        second = fields_in(path)[1]

        assert (second["given"], second["family"], second["emails"]) == ("Jane", "Roe", [{"value": "jane@example.com"}])

    @pytest.mark.parametrize("path", named("ez-?.?.vcf", "radicale-3.0.vcf"))
    def test_of_ez_vcard_have_a_photo_as_hash_and_size(self, path):
        first, second = cards_in(path)

        assert first.kept == (("PHOTO", PHOTO),)
        assert second.fields == {"display": "Jane Roe", "emails": [{"value": "jane@example.com"}]}

    @pytest.mark.parametrize("path", named("tb-4.0.vcf"))
    def test_of_thunderbird_have_labels_in_capital_groups(self, path):
        assert fields_in(path)[1] == {
            "display": "Jane Roe",
            "phones": [{"raw": "+1 212 555 0100", "label": "Front desk, 2nd floor; ask"}],
        }


class TestApple:
    @pytest.mark.parametrize("path", named("John_Doe_IPHONE.vcf", "John_Doe_MAC_ADDRESS_BOOK.vcf"))
    def test_a_card_has_its_name_numbers_and_addresses(self, path):
        (fields,) = fields_in(path)

        assert (fields["prefix"], fields["given"], fields["family"], fields["suffix"]) == ("Mr.", "John", "Doe", "Sr.")
        assert (fields["organization"], fields["department"]) == ("IBM", "Accounting")
        assert {phone["label"].lower(): phone["raw"] for phone in fields["phones"]} == {
            "mobile": "905-555-1234",
            "home": "905-666-1234",
            "work": "905-777-1234",
            "homefax": "905-888-1234",
            "workfax": "905-999-1234",
            "pager": "905-111-1234",
            "assistantphone": "905-222-1234",
        }
        home, work = fields["addresses"]
        assert (home["street"], home["city"], home["label"]) == ("Silicon Alley 5,", "New York", "home")
        assert (work["street"], work["country"], work["label"]) == ("Street4\nBuilding 6\nFloor 8", "USA", "work")
        assert fields["urls"] == [{"value": "http://www.ibm.com", "label": "homePage"}]
        assert fields["birthday"] == {"year": 2012, "month": 6, "day": 6}

    @pytest.mark.parametrize("path", named("John_Doe_IPHONE.vcf"))
    def test_the_photo_of_a_phone_is_kept_as_hash_and_size(self, path):
        (card,) = cards_in(path)

        assert dict(card.kept)["PHOTO"].endswith(", 17493 bytes")

    @pytest.mark.parametrize("path", named("John_Doe_MAC_ADDRESS_BOOK.vcf"))
    def test_the_address_book_of_a_mac_has_relations_and_quotes(self, path):
        (fields,) = fields_in(path)

        assert fields["relations"] == [{"value": "Jenny", "label": "Spouse"}]
        assert (fields["phonetic_given"], fields["phonetic_family"]) == ("Jon", "Dow")
        assert 'CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT' in fields["notes"]


class TestGoogle:
    @pytest.mark.parametrize("path", named("John_Doe_GMAIL.vcf"))
    def test_a_card_has_its_name_with_a_comma_and_its_unstructured_address(self, path):
        (fields,) = fields_in(path)

        assert fields["display"] == "Mr. John Richter, James Doe Sr."
        assert fields["middle"] == "Richter, James"
        assert fields["addresses"][0]["extended"].startswith("Crescent moon drive 555-asd Nice Area, Albaney, New York")
        assert fields["events"] == [{"value": "1975-03-01", "label": "anniversary"}]
        assert fields["relations"] == [{"value": "Jenny", "label": "spouse"}]
        assert fields["notes"].endswith("ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.\nFavotire Color: Blue")

    @pytest.mark.parametrize("path", named("gmail-list.vcf"))
    def test_a_list_has_all_its_people(self, path):
        assert [fields["display"] for fields in fields_in(path)] == ["Arnold Smith", "Chris Beatle", "Doug White"]

    @pytest.mark.parametrize("path", named("gmail-single.vcf"))
    def test_a_persons_own_labels_are_labels(self, path):
        (fields,) = fields_in(path)

        assert fields["phones"] == [
            {"raw": "555 555 1111", "label": "mobile"},
            {"raw": "555 555 2222", "label": "googleVoice"},
        ]
        assert [address["label"] for address in fields["addresses"]] == ["home", "CustomAdrType"]
        assert fields["urls"] == [{"value": "http://TheProfile.com", "label": "profile"}]
        assert fields["relations"][1] == {"value": "MyCustom", "label": "CustomRelationship"}
        assert fields["ims"] == [{"value": "123456789", "label": "icq"}]

    @pytest.mark.parametrize("path", named("gmail-single2.vcf"))
    def test_every_kind_of_label_is_read(self, path):
        (fields,) = fields_in(path)

        labels = {name: [value.get("label") for value in fields[name]] for name in ("emails", "phones", "urls", "ims")}
        assert labels == {
            "emails": [None, "home", "work", None, "CustomEmailCategory"],
            "phones": [
                None,
                "home",
                "work",
                None,
                "mobile",
                "main",
                "homeFax",
                "workFax",
                "googleVoice",
                "pager",
                "CustomePhoneCategory",
            ],
            "urls": [None, "profile", "blog", "homePage", "work", "CustomWebsiteCategory"],
            "ims": ["googleTalk", "aim", "yahoo", "skype", "qq", "msn", "icq", "jabber"],
        }
        assert [relation.get("label") for relation in fields["relations"]] == [
            *(None, "spouse", "child", "mother", "father", "parent", "brother", "sister", "friend", "relative"),
            *("manager", "assistant", "referredBy", "partner", "domesticPartner", "CustomRelationCategory"),
        ]
        assert fields["events"] == [
            {"value": "1930-03-20", "label": "anniversary"},
            {"value": "1776-07-04"},
            {"value": "2000-09-12", "label": "CustomDateCategory"},
        ]


class TestOutlook:
    @pytest.mark.parametrize("path", named("John_Doe_MS_OUTLOOK.vcf"))
    def test_a_card_of_version_2_has_commas_as_text(self, path):
        ((card,), (fields,)) = cards_in(path), fields_in(path)

        assert fields["middle"] == "Richter,James"
        assert fields["addresses"][1]["street"] == "Silicon Alley 5,"
        assert fields["ims"] == [{"value": "johny5@aol.com"}]
        assert fields["relations"] == [
            {"value": "Big Blue", "label": "manager"},
            {"value": "Jenny", "label": "assistant"},
        ]
        assert fields["events"] == [{"value": "2011-01-13", "label": "anniversary"}]
        assert [name for name, _ in card.kept] == ["X-MS-OL-DEFAULT-POSTAL-ADDRESS", "PHOTO", "X-MS-OL-DESIGN"]

    @pytest.mark.parametrize("path", named("outlook-2003.vcf"))
    def test_an_older_card_has_lines_in_its_note_and_a_key(self, path):
        ((card,), (fields,)) = cards_in(path), fields_in(path)

        assert fields["notes"] == "This is the note field!!\nSecond line\n\nThird line is empty"
        assert (fields["organization"], fields["department"]) == ("Company, The", "TheDepartment")
        assert [phone["label"] for phone in fields["phones"]] == ["work", "home", "mobile", "workFax"]
        assert dict(card.kept)["KEY"].endswith(", 805 bytes")
