"""The book as vCard 4.0, read by vobject, which knows nothing of us."""

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address_book.export_vcard import LONGEST_LINE, NOBODY, folded, vcard_of
from tests.address_book.making import HOSTILE, contact, contacts

ADA = contact(
    "Ada Lovelace",
    nickname="Countess",
    organisation="Engines; Analytical, Ltd",
    department="Programs",
    title="Author",
    notes="first\nsecond, third; \\fourth",
    photo_url="https://x.org/ada.png",
    groups=["Friends, old", "Poets"],
    birthday={"month": 4, "day": 12},
    emails=[{"value": "ada@x.org", "label": "home"}, {"value": "ada@y.org", "label": "Summer house"}],
    phones=[{"raw": "0170 1234567", "e164": "+491701234567", "label": "mobile"}, {"raw": "110"}],
    urls=[{"value": "https://ada.example/ä b"}, {"value": "ada.example/x"}, {"value": "javascript:alert(1)"}],
    addresses=[{"street": "St James 12\nFlat; 3", "city": "London", "postal_code": "SW1", "label": "work"}],
)


def lines(*book):
    """The file's lines of content, unfolded, as RFC 6350 has it; every line is checked on the way."""
    text = "".join(vcard_of(book))
    assert text == "" or text.endswith("\r\n")
    physical = text.encode().split(b"\r\n")[:-1]
    assert all(len(line) <= LONGEST_LINE for line in physical)
    assert all(b"\r" not in line and b"\n" not in line and line.decode() for line in physical)
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def read(*book):
    return list(vobject.readComponents("".join(vcard_of(book))))


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

    def test_labels_are_types_where_vcard_has_a_word_and_told_beside_where_not(self):
        told = lines(ADA)

        assert "EMAIL;TYPE=home:ada@x.org" in told
        assert "TEL;TYPE=cell;VALUE=uri:tel:+491701234567" in told
        assert "ADR;TYPE=work:;;St James 12\\nFlat\\; 3;London;;SW1;" in told
        assert [line for line in told if line.startswith("item1.")] == [
            "item1.EMAIL:ada@y.org",
            "item1.X-ABLABEL:Summer house",
        ]

    def test_only_addresses_of_the_web_are_links(self):
        told = lines(ADA)

        assert "URL:https://ada.example/%C3%A4%20b" not in told  # a blank ends an address
        assert [line for line in told if line.startswith("URL")] == ["URL:https://ada.example/x"]
        assert "X-URL:javascript:alert(1)" in told
        assert not [line for line in lines(contact("Ada", photo_url="data:image/png;base64,x")) if "PHOTO" in line]

    def test_somebody_without_a_name_has_a_card(self):
        assert f"FN:{NOBODY}" in lines(contact(notes="x"))

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
    def test_a_birthday_says_what_is_known(self, birthday, line):
        assert line in lines(contact("Ada", birthday=birthday))

    def test_cards_are_in_the_order_of_names(self):
        book = [contact(name, f"id{number}") for number, name in enumerate(["zoe", "Émile", "adam", "Eve"])]

        assert [card.fn.value for card in read(*book)] == ["adam", "Émile", "Eve", "zoe"]


class TestHostile:
    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_it_is_text_in_one_card(self, text):
        book = [
            contact(text, notes=text, groups=[text], organisation=text, emails=[{"value": text, "label": text}]),
            contact("Bob", "id2"),
        ]

        card = next(each for each in read(*book) if each.uid.value == "id1")

        meant = text.replace("\r\n", "\n")
        assert len(read(*book)) == 2
        assert (card.fn.value, card.note.value, card.email.value) == (meant, meant, meant)
        assert (card.categories.value, card.org.value) == ([meant], [meant])

    def test_a_photo_or_a_link_cannot_begin_a_line(self):
        told = lines(contact("Ada", photo_url="https://x.org/\r\nNOTE:x", urls=[{"value": "https://x.org/\nNOTE:y"}]))

        assert not [line for line in told if line.startswith(("NOTE", "PHOTO"))]

    @settings(max_examples=40, deadline=None)
    @given(st.lists(contacts, max_size=2, unique_by=lambda each: each.contact_id))
    def test_every_card_is_read_back_as_it_was(self, book):
        lines(*book)
        cards = {card.uid.value: card for card in read(*book)}

        assert len(cards) == len(book)
        for each in book:
            shown, card = each.shown, cards[each.contact_id]
            assert card.fn.value == (shown.get("display") or NOBODY)
            assert [one.value for one in card.contents.get("email", [])] == [
                email["value"] for email in shown.get("emails", [])
            ]
            assert [one.value for one in card.contents.get("note", [])] == [shown[m] for m in ("notes",) if m in shown]
            assert [one.value for one in card.contents.get("categories", [])] == [
                shown[m] for m in ("groups",) if m in shown
            ]


class TestFolding:
    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
    def test_no_line_is_too_long_and_no_sign_is_cut_and_all_of_it_is_there(self, line):
        made = folded(line)

        assert all(len(each) <= LONGEST_LINE and each.decode() is not None for each in made.encode().split(b"\r\n"))
        assert made.replace("\r\n ", "") == line + "\r\n"
