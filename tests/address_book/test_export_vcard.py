"""The book as vCard 4.0 and 3.0, read by vobject, which knows nothing of us, and by the rules of ical.js."""

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address_book.export_vcard import NO_NAME, Version, vcard_of
from chalicelib.address_book.vcard_lines import LONGEST_LINE, fold_line
from tests.address_book.making import HOSTILE, contact, contacts
from tests.examples import examples

ADA = contact(
    "Ada Lovelace",
    nickname="Countess",
    organization="Engines; Analytical, Ltd",
    department="Programs",
    title="Author",
    notes="first\nsecond, third; \\fourth",
    photo_url="https://x.org/ada.png",
    groups=["Friends, old", "Poets"],
    birthday={"month": 4, "day": 12},
    emails=[{"value": "ada@x.org", "label": "home"}, {"value": "ada@y.org", "label": "Summer house"}],
    phones=[{"raw": "+49 170 1234567", "e164": "+491701234567", "label": "mobile"}, {"raw": "110"}],
    urls=[{"value": "https://ada.example/ä b"}, {"value": "ada.example/x"}, {"value": "javascript:alert(1)"}],
    addresses=[{"street": "St James 12\nFlat; 3", "city": "London", "postal_code": "SW1", "label": "work"}],
)


def lines(*book, version=Version.V4):
    """The file's lines of content, unfolded, as RFC 6350 has it; every line is checked on the way."""
    text = "".join(vcard_of(book, version))
    assert text == "" or text.endswith("\r\n")
    physical = text.encode().split(b"\r\n")[:-1]
    assert all(len(line) <= LONGEST_LINE for line in physical)
    assert all(b"\r" not in line and b"\n" not in line and line.decode() for line in physical)
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def read(*book, version=Version.V4):
    return list(vobject.readComponents("".join(vcard_of(book, version))))


def telephone(phone, version=Version.V4):
    (line,) = [each for each in lines(contact("Ada", phones=[phone]), version=version) if each.startswith("TEL")]
    return line


class TestCard:
    def test_another_reader_finds_everything(self):
        (card,) = read(ADA)

        assert (card.version.value, card.fn.value, card.nickname.value) == ("4.0", "Ada Lovelace", "Countess")
        assert (card.n.value.given, card.n.value.family) == ("Ada", "Lovelace")
        assert card.org.value == ["Engines; Analytical, Ltd", "Programs"]
        assert (card.title.value, card.note.value) == ("Author", "first\nsecond, third; \\fourth")
        assert card.categories.value == ["Friends, old", "Poets"]
        assert [each.value for each in card.email_list] == ["ada@x.org", "ada@y.org"]
        assert [each.value for each in card.tel_list] == ["tel:+491701234567", "110"]
        assert (card.adr.value.street, card.adr.value.city, card.adr.value.code) == (
            "St James 12\nFlat; 3",
            "London",
            "SW1",
        )
        assert (card.bday.value, card.photo.value) == ("--0412", "https://x.org/ada.png")
        assert (card.uid.value, card.rev.value) == ("id1", "20260303T120000Z")

    def test_labels_are_types_if_vcard_has_them_and_lines_of_their_own_if_not(self):
        card_lines = lines(ADA)

        assert "EMAIL;TYPE=home:ada@x.org" in card_lines
        assert "TEL;TYPE=cell;VALUE=uri:tel:+491701234567" in card_lines
        assert "ADR;TYPE=work:;;St James 12\\nFlat\\; 3;London;;SW1;" in card_lines
        assert [line for line in card_lines if line.startswith("item1.")] == [
            "item1.EMAIL:ada@y.org",
            "item1.X-ABLABEL:Summer house",
        ]

    def test_only_addresses_of_the_web_are_links(self):
        card_lines = lines(ADA)

        assert [line for line in card_lines if line.startswith("URL")] == ["URL:https://ada.example/x"]
        assert "X-URL:javascript:alert(1)" in card_lines
        assert not [line for line in lines(contact("Ada", photo_url="data:image/png;base64,x")) if "PHOTO" in line]

    def test_a_contact_without_a_name_has_a_card(self):
        assert f"FN:{NO_NAME}" in lines(contact(notes="x"))

    @pytest.mark.parametrize(
        ("birthday", "line"),
        [
            ({"year": 1815, "month": 12, "day": 10}, "BDAY:18151210"),
            ({"year": 1815, "month": 12}, "BDAY:1815-12"),
            ({"year": 1815}, "BDAY:1815"),
            ({"month": 12}, "BDAY:--12"),
            ({"day": 3}, "BDAY:---03"),
            ({"year": 1815, "day": 3}, "BDAY;VALUE=text:1815--03"),
            ({"year": 1815, "month": 13, "day": 40}, "BDAY;VALUE=text:1815-13-40"),
        ],
    )
    def test_a_birthday_has_its_known_parts(self, birthday, line):
        assert line in lines(contact("Ada", birthday=birthday))

    def test_cards_are_in_the_order_of_names(self):
        book = [contact(name, f"id{number}") for number, name in enumerate(["zoe", "Émile", "adam", "Eve"])]

        assert [card.fn.value for card in read(*book)] == ["adam", "Émile", "Eve", "zoe"]


class TestHostile:
    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_it_is_text_in_one_card(self, text):
        book = [
            contact(text, notes=text, groups=[text], organization=text, emails=[{"value": text, "label": text}]),
            contact("Bob", "id2"),
        ]

        card = next(each for each in read(*book) if each.uid.value == "id1")

        meant = text.replace("\r\n", "\n")
        assert len(read(*book)) == 2
        assert (card.fn.value, card.note.value, card.email.value) == (meant, meant, meant)
        assert (card.categories.value, card.org.value) == ([meant], [meant])

    def test_a_photo_or_a_link_cannot_begin_a_line(self):
        card_lines = lines(
            contact("Ada", photo_url="https://x.org/\r\nNOTE:x", urls=[{"value": "https://x.org/\nNOTE:y"}])
        )

        assert not [line for line in card_lines if line.startswith(("NOTE", "PHOTO"))]

    @settings(max_examples=examples(40), deadline=None)
    @given(st.lists(contacts, max_size=2, unique_by=lambda each: each.contact_id))
    def test_every_card_is_read_back_as_it_was(self, book):
        lines(*book)
        cards = {card.uid.value: card for card in read(*book)}

        assert len(cards) == len(book)
        for each in book:
            shown, card = each.shown, cards[each.contact_id]
            assert card.fn.value == (shown.get("display") or NO_NAME)
            assert [one.value for one in card.contents.get("email", [])] == [
                email["value"] for email in shown.get("emails", [])
            ]
            assert [one.value for one in card.contents.get("note", [])] == [shown[m] for m in ("notes",) if m in shown]
            groups = [text.rstrip(" ") for one in card.contents.get("categories", []) for text in one.value]
            assert groups == shown.get("groups", [])  # a blank keeps a backslash apart from the next one


class TestFolding:
    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
    def test_no_line_is_too_long_and_no_sign_is_cut_and_all_of_it_is_there(self, line):
        made = fold_line(line)

        assert all(len(each) <= LONGEST_LINE and each.decode() is not None for each in made.encode().split(b"\r\n"))
        assert made.replace("\r\n ", "") == line + "\r\n"


class TestAnniversaries:
    def test_a_card_has_one_at_most_and_further_ones_are_kept(self):
        days = [{"value": value, "label": "anniversary"} for value in ("2009-06-20", "--09-01")]

        card_lines = lines(contact("Ada", events=days))

        assert [each for each in card_lines if each.startswith("ANNIVERSARY")] == ["ANNIVERSARY:20090620"]
        assert card_lines[-3:-1] == ["item1.X-ABDATE:--09-01", "item1.X-ABLABEL:anniversary"]

    def test_one_that_is_no_day_stands_as_it_was_written(self):
        card_lines = lines(contact("Ada", events=[{"value": "2009-02-30", "label": "Anniversary"}]))

        assert card_lines[-3:-1] == ["item1.X-ABDATE:2009-02-30", "item1.X-ABLABEL:Anniversary"]


class TestNumbers:
    def test_one_that_was_written_with_its_country_is_an_address(self):
        assert telephone({"raw": "+49 170 1234567", "e164": "+491701234567"}) == "TEL;VALUE=uri:tel:+491701234567"

    def test_an_extension_stays_with_it(self):
        phone = {"raw": "+1 212-555-0170 ext. 42", "e164": "+12125550170", "extension": "42"}

        assert telephone(phone) == "TEL;VALUE=uri:tel:+12125550170;ext=42"

    def test_one_whose_country_was_not_written_stands_as_it_was(self):
        assert telephone({"raw": "0170 1234567", "e164": "+491701234567", "label": "mobile"}) == (
            "TEL;TYPE=cell:0170 1234567"
        )

    def test_one_with_all_its_digits_but_no_plus_stands_as_it_was(self):
        assert telephone({"raw": "491701234567", "e164": "+491701234567"}) == "TEL:491701234567"

    @pytest.mark.parametrize("raw", ["+49 (0)170 1234567", "tel:+49-170-1234567", "+٤٩ ١٧٠ ١٢٣٤٥٦٧"])
    def test_decoration_and_the_digits_of_a_script_do_not_count(self, raw):
        assert telephone({"raw": raw, "e164": "+491701234567"}) == "TEL;VALUE=uri:tel:+491701234567"

    def test_an_older_spelling_stands_as_it_was_written(self):
        phone = {"raw": "+54 11 15 2345-6789", "e164": "+5491123456789"}

        assert telephone(phone) == "TEL:+54 11 15 2345-6789"

    def test_a_code_that_is_sent_afterwards_stays(self):
        phone = {"raw": "+1 212 555 0100,,123#", "e164": "+12125550100", "extension": "123"}

        assert telephone(phone) == "TEL;VALUE=text:+1 212 555 0100\\,\\,123#"

    def test_version_3_has_all_as_written(self):
        phone = {"raw": "+49 170 1234567", "e164": "+491701234567", "label": "homefax"}

        assert telephone(phone, Version.V3) == "TEL;TYPE=home,fax:+49 170 1234567"

    def test_a_number_with_a_word_stays_as_it_was_written(self):
        phone = {"raw": "+49 170 1234567 until May", "e164": "+491701234567"}

        assert telephone(phone) == "TEL:+49 170 1234567 until May"

    def test_one_with_a_comma_is_not_cut_by_a_reader_that_takes_numbers_for_addresses(self):
        assert telephone({"raw": "030 12, 13"}) == "TEL;VALUE=text:030 12\\, 13"


WHOLE = {
    "prefix": "Dr.",
    "given": "Clara",
    "middle": "Amalie",
    "family": "Weiss",
    "suffix": "MD",
    "phonetic_given": "くらら",
    "phonetic_family": "ゔぁいす",
    "phonetic_organization": "えんじん",
    "file_as": "Weiss, Clara",
    "addresses": [{"po_box": "1180", "extended": "Flat 3", "street": "Old Road 1\nHouse B", "city": "Ulm"}],
    "events": [{"value": "2009-06-20", "label": "anniversary"}, {"value": "--12-06", "label": "name day"}],
    "relations": [{"value": "Tom Weiss", "label": "spouse"}, {"value": "Ida", "label": "godchild"}],
    "ims": [{"value": "clara.weiss", "label": "skype"}, {"value": "@clara", "label": "Matrix"}],
    "custom_fields": [{"name": "Shoe size", "value": "39"}],
}


class TestEverything:
    def test_version_4(self):
        card_lines = lines(contact("Dr. Clara Weiss", **WHOLE))

        assert card_lines[5:-1] == [
            "FN:Dr. Clara Weiss",
            'N;SORT-AS="Weiss, Clara":Weiss;Clara;Amalie;Dr.;MD',
            "X-PHONETIC-FIRST-NAME:くらら",
            "X-PHONETIC-LAST-NAME:ゔぁいす",
            "X-PHONETIC-ORG:えんじん",
            "ADR:1180;Flat 3;Old Road 1\\nHouse B;Ulm;;;",
            'IMPP;X-SERVICE-TYPE="skype":skype:clara.weiss',
            "item1.X-IM:@clara",
            "item1.X-ABLABEL:Matrix",
            "ANNIVERSARY:20090620",
            "item2.X-ABDATE:--12-06",
            "item2.X-ABLABEL:name day",
            "RELATED;TYPE=spouse;VALUE=text:Tom Weiss",
            "item3.X-ABRELATEDNAMES:Ida",
            "item3.X-ABLABEL:godchild",
            "item4.X-CUSTOM-FIELD:39",
            "item4.X-ABLABEL:Shoe size",
        ]

    def test_version_3_has_the_same_in_its_own_form(self):
        card_lines = lines(contact("Dr. Clara Weiss", birthday={"month": 4, "day": 9}, **WHOLE), version=Version.V3)

        assert card_lines[1] == "VERSION:3.0"
        for line in (
            "N:Weiss;Clara;Amalie;Dr.;MD",
            "SORT-STRING:Weiss\\, Clara",
            "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-09",
            "item2.X-ABDATE:2009-06-20",
            "item2.X-ABLABEL:anniversary",
            "item4.X-ABRELATEDNAMES:Tom Weiss",
            "item4.X-ABLABEL:spouse",
        ):
            assert line in card_lines

    def test_version_3_has_a_name_in_parts_on_every_card(self):
        assert "N:;;;;" in lines(contact(organization="Engines"), version=Version.V3)

    def test_a_comma_in_the_address_of_a_messenger_ends_nothing(self):
        card_lines = lines(contact("Ada", ims=[{"value": "xmpp:ada,home@x.org", "label": "XMPP"}]))

        assert 'IMPP;X-SERVICE-TYPE="XMPP":xmpp:ada%2Chome@x.org' in card_lines

    @pytest.mark.parametrize("version", Version, ids=lambda version: version.name)
    @pytest.mark.parametrize("value", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
    def test_a_handle_that_could_run_is_text(self, value, version):
        card_lines = lines(contact("Ada", ims=[{"value": value}]), version=version)

        assert not [line for line in card_lines if line.startswith("IMPP")]
        assert [line for line in card_lines if line.startswith("X-IM")]


SEPARATORS = 'a;b, c\\d\ne "q" ^x'


class TestReaders:
    """What the readers that were run do: each value comes back as it was, in both versions."""

    BOOK = contact(
        SEPARATORS,
        **dict.fromkeys(
            ("prefix", "given", "middle", "family", "suffix", "nickname", "organization", "title", "notes"), SEPARATORS
        ),
        phonetic_given=SEPARATORS,
        groups=[SEPARATORS, "x"],
        emails=[{"value": "a@x.org", "label": SEPARATORS}],
        addresses=[{"street": SEPARATORS, "city": SEPARATORS}],
        relations=[{"value": SEPARATORS, "label": "godchild"}],
        custom_fields=[{"name": "x", "value": SEPARATORS}],
    )

    @pytest.mark.parametrize("version", Version, ids=lambda version: version.name)
    def test_vobject(self, version):
        (card,) = read(self.BOOK, version=version)

        name = card.n.value
        assert {name.prefix, name.given, name.additional, name.family, name.suffix} == {SEPARATORS}
        assert {card.adr.value.street, card.adr.value.city, card.note.value, card.nickname.value} == {SEPARATORS}
        assert {card.x_ablabel.value, card.x_phonetic_first_name.value, card.x_custom_field.value} == {SEPARATORS}
        assert (card.categories.value, card.org.value) == ([SEPARATORS, "x"], [SEPARATORS])

    @pytest.mark.parametrize("version", Version, ids=lambda version: version.name)
    def test_ical_js_which_unescapes_no_semicolon_of_a_text_and_nothing_of_an_unknown_property(self, version):
        """Thunderbird reads cards with it."""
        for line in lines(self.BOOK, version=version):
            head, _, value = line.partition(":")
            name, *parameters = head.removeprefix("item1.").removeprefix("item2.").removeprefix("item3.").split(";")
            if name in ("N", "ADR", "ORG"):
                continue
            assert "\\;" not in value
            assert "\\" not in value or not name.startswith("X-") or "VALUE=text" in parameters

    def test_a_part_that_ends_in_a_backslash_does_not_swallow_the_next(self):
        card_lines = lines(contact("C:\\", given="C:\\", family="D:\\", groups=["E:\\", "F"]))

        assert "N:D:\\\\ ;C:\\\\ ;;;" in card_lines
        assert "CATEGORIES:E:\\\\ ,F" in card_lines
        assert "FN:C:\\\\" in card_lines

    def test_a_comma_in_a_link_ends_nothing(self):
        card_lines = lines(contact("Ada", urls=[{"value": "https://www.müller.example/a,b"}]))

        assert "URL:https://www.müller.example/a%2Cb" in card_lines
