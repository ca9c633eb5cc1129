"""Display names and sort keys, by the script of a name."""

import pytest

from chalicelib.contacts.display_name import computed_display, follows_parts, listed_name, sort_keys
from chalicelib.contacts.sort_order import Order

WESTERN = {"prefix": "Dr.", "given": "Clara", "middle": "Amalie", "family": "Weiss", "suffix": "MD"}


def name_fields(given: str = "", family: str = "", **more):
    values = {"given": given, "family": family, **more}
    return {field: value for field, value in values.items() if value}


class TestDisplay:
    @pytest.mark.parametrize(
        ("card", "display"),
        [
            (WESTERN, "Dr. Clara Amalie Weiss MD"),
            (name_fields("Ada", "Lovelace"), "Ada Lovelace"),
            (name_fields("Suharto"), "Suharto"),
            (name_fields(family="Aung"), "Aung"),
            (name_fields(prefix="Dr.", family="Weiss"), "Dr. Weiss"),
            (name_fields("지우", "한"), "한지우"),
            (name_fields("민", "남궁", suffix="님"), "남궁민 님"),
            (name_fields("美玲", "王"), "王美玲"),
            (name_fields("明", "司馬"), "司馬明"),
            (name_fields("大輔", "森田"), "森田 大輔"),
            (name_fields("翔", "林", phonetic_family="はやし"), "林 翔"),
            (name_fields("翔", "林"), "林翔"),
            (name_fields("翔", "林", phones=[{"raw": "03 5550 0100", "e164": "+81355500100"}]), "林 翔"),
            (name_fields("志明", "森田", phones=[{"raw": "+886 2 5550 0100"}]), "森田志明"),
            (name_fields("翔", "林", addresses=[{"country": "Japan"}]), "林 翔"),
            (name_fields("亮", "辻"), "辻 亮"),
            (name_fields("丽", "东方"), "东方丽"),
            (name_fields("さくら", "小野"), "小野 さくら"),
            (name_fields("ケンジ", "サトウ"), "サトウ ケンジ"),
            (name_fields("明", "王", suffix="先生"), "王明先生"),
            (name_fields("Jackie", "陳"), "陳 Jackie"),
            (name_fields("ដារ៉ា", "សុខ"), "សុខ ដារ៉ា"),
            (name_fields("สมชาย", "ใจดี", prefix="นาย"), "นายสมชาย ใจดี"),
            (name_fields("Иван", "Петров", middle="Сергеевич"), "Иван Сергеевич Петров"),
            (name_fields("أحمد", "الخطيب"), "أحمد الخطيب"),
            (name_fields("குமரன்", "முருகன்"), "குமரன் முருகன்"),
            (name_fields("Kenichi", "Kobayashi"), "Kenichi Kobayashi"),
        ],
    )
    def test_is_in_the_order_of_the_script(self, card, display):
        assert computed_display(card) == display

    @pytest.mark.parametrize(
        ("card", "display"),
        [
            ({"nickname": "Countess", "phonetic_given": "エイダ", "organization": "Acme"}, "Countess"),
            ({"phonetic_given": "けんじ", "phonetic_family": "さとう", "organization": "Acme"}, "さとう けんじ"),
            ({"prefix": "Frau", "organization": "Acme"}, "Acme"),
            ({"prefix": "Frau", "emails": [{"value": "a@x.org"}]}, "a@x.org"),
            ({"prefix": "Frau"}, "Frau"),
            ({}, ""),
        ],
    )
    def test_of_a_contact_without_a_name_is_the_next_best(self, card, display):
        assert computed_display(card) == display


class TestFollowing:
    @pytest.mark.parametrize(
        "shown",
        [
            name_fields("健一", "小林", display="小林 健一"),
            name_fields("健一", "小林", display="健一 小林"),
            {**WESTERN, "display": "Clara Weiss"},
            {**WESTERN, "display": "Dr. Clara Amalie Weiss, MD"},
            name_fields("Helen", "Marsh", display="MARSH, Helen"),
            name_fields(display="a@x.org", emails=[{"value": "a@x.org"}]),
            name_fields("Ada", "Lovelace"),
            name_fields(display="Bob"),
        ],
    )
    def test_a_display_name_made_of_its_parts_follows_them(self, shown):
        assert follows_parts(shown, name_fields("Aaron", "Abel"))

    @pytest.mark.parametrize(
        "shown",
        [
            name_fields("Gisela", "Meier", display="Oma Gisela"),
            name_fields("Gisela", "Meier", display="Gisela"),
            name_fields(display="Aaron Abel"),
            name_fields(display="Uncle Aaron Abel"),
            name_fields("Ada", "Lovelace", display="The Countess"),
        ],
    )
    def test_one_of_its_own_does_not(self, shown):
        assert not follows_parts(shown, name_fields("Aaron", "Abel"))


class TestListByFamilyName:
    @pytest.mark.parametrize(
        ("shown", "listed"),
        [
            (name_fields("Ada", "Lovelace"), "Lovelace, Ada"),
            (WESTERN, "Weiss, Clara Amalie, MD"),
            (name_fields("Vincent", "van Gogh"), "Gogh, Vincent van"),
            (name_fields("Garcilaso", "de la Vega"), "Vega, Garcilaso de la"),
            (name_fields("Anna", "De Luca"), "De Luca, Anna"),
            (name_fields("Ahmad", "al-Khatib"), "al-Khatib, Ahmad"),
            (name_fields(family="Adele"), "Adele"),
            (name_fields("Suharto", display="Suharto"), "Suharto"),
            (name_fields("健一", "小林", display="小林 健一", file_as="小林, 健一"), "小林 健一"),
            (name_fields("서연", "박", display="박서연"), "박서연"),
            (name_fields("婉婷", "陳", display="陳婉婷"), "陳婉婷"),
            (name_fields("குமரன்", "முருகன்", display="முருகன் குமரன்"), "முருகன் குமரன்"),
            (name_fields("Rene", "van der Harten", file_as="Harten,Rene"), "Harten,Rene"),
            ({"organization": "Acme", "display": "Acme", "file_as": "Zinc"}, "Acme"),
            ({"display": "Ada Lovelace"}, "Ada Lovelace"),
        ],
    )
    def test_shows_the_family_name_first_where_its_language_does(self, shown, listed):
        assert listed_name(shown, Order.FAMILY) == listed

    @pytest.mark.parametrize("order", [Order.NAME, Order.GIVEN])
    def test_other_lists_show_what_each_is_called(self, order):
        assert listed_name({**WESTERN, "display": "Clara"}, order) == "Clara"

    @pytest.mark.parametrize(
        "people",
        [
            [name_fields("Zoe", "Adams"), name_fields("Ann", "Adams-Baker"), name_fields("Al", "Baker")],
            [name_fields("Willem", "van den Berg"), name_fields("Anna", "Bergen"), name_fields("Anna", "De Luca")],
            [name_fields("Omar", "Haddad"), name_fields("Ahmad", "al-Khatib"), name_fields("Lea", "Kramer")],
            [name_fields("أحمد", "الخطيب"), name_fields("سامي", "داود")],
            [name_fields("Rene", "van der Zee", file_as="Harten, Rene"), name_fields("Ida", "Moe")],
            [name_fields("Östen", "Åberg"), name_fields("Ola", "Öberg")],
        ],
        ids=["double", "particles", "articles", "arabic", "filed", "marks"],
    )
    def test_sorts_by_the_main_word_of_it(self, people):
        keys = [sort_keys(one)[0] for one in people]

        assert keys == sorted(keys)

    def test_a_contact_without_a_family_name_is_sorted_by_display_name(self):
        assert [sort_keys(one)[0] for one in (name_fields("Suharto"), {"organization": "Acme", "display": "Acme"})] == [
            "",
            "",
        ]

    def test_has_a_place_by_given_name_too(self):
        assert sort_keys(WESTERN)[1] == "clara amalie weiss"


@pytest.mark.parametrize(
    ("card", "display"),
    [
        ({"ims": [{"value": "clara.w", "label": "skype"}], "notes": "x"}, "clara.w"),
        ({"urls": [{"value": "https://ada.example"}]}, "https://ada.example"),
        ({"custom_fields": [{"name": "E-mail", "value": "ben.kay@"}]}, "ben.kay@"),
        ({"prefix": "Dr.", "urls": [{"value": "https://ada.example"}]}, "Dr."),
        ({"title": "Harbour master", "department": "Port"}, "Harbour master"),
        ({"file_as": "Lovelace, Ada", "emails": [{"value": "ada@x.example"}]}, "Lovelace, Ada"),
    ],
    ids=["handle", "site", "field", "title", "position", "filed"],
)
def test_a_contact_without_name_address_and_number_is_called_by_something_it_says(card, display):
    assert computed_display(card) == display
