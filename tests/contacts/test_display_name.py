"""Display names and sort keys, by the script of a name."""

import pytest

from chalicelib.contacts.display_name import computed_display, follows_parts, listed_name, sort_keys
from chalicelib.contacts.sort_order import Order

WESTERN = {"prefix": "Dr.", "given": "Clara", "middle": "Amalie", "family": "Weiss", "suffix": "MD"}


def named(given: str = "", family: str = "", **more):
    values = {"given": given, "family": family, **more}
    return {field: value for field, value in values.items() if value}


class TestDisplay:
    @pytest.mark.parametrize(
        ("card", "display"),
        [
            (WESTERN, "Dr. Clara Amalie Weiss MD"),
            (named("Ada", "Lovelace"), "Ada Lovelace"),
            (named("Suharto"), "Suharto"),
            (named(family="Aung"), "Aung"),
            (named(prefix="Dr.", family="Weiss"), "Dr. Weiss"),
            (named("지우", "한"), "한지우"),
            (named("민", "남궁", suffix="님"), "남궁민 님"),
            (named("美玲", "王"), "王美玲"),
            (named("明", "司馬"), "司馬明"),
            (named("大輔", "森田"), "森田 大輔"),
            (named("翔", "林", phonetic_family="はやし"), "林 翔"),
            (named("翔", "林"), "林翔"),
            (named("翔", "林", phones=[{"raw": "03 5550 0100", "e164": "+81355500100"}]), "林 翔"),
            (named("志明", "森田", phones=[{"raw": "+886 2 5550 0100"}]), "森田志明"),
            (named("翔", "林", addresses=[{"country": "Japan"}]), "林 翔"),
            (named("亮", "辻"), "辻 亮"),
            (named("丽", "东方"), "东方丽"),
            (named("さくら", "小野"), "小野 さくら"),
            (named("ケンジ", "サトウ"), "サトウ ケンジ"),
            (named("明", "王", suffix="先生"), "王明先生"),
            (named("Jackie", "陳"), "陳 Jackie"),
            (named("ដារ៉ា", "សុខ"), "សុខ ដារ៉ា"),
            (named("สมชาย", "ใจดี", prefix="นาย"), "นายสมชาย ใจดี"),
            (named("Иван", "Петров", middle="Сергеевич"), "Иван Сергеевич Петров"),
            (named("أحمد", "الخطيب"), "أحمد الخطيب"),
            (named("குமரன்", "முருகன்"), "குமரன் முருகன்"),
            (named("Kenichi", "Kobayashi"), "Kenichi Kobayashi"),
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
            named("健一", "小林", display="小林 健一"),
            named("健一", "小林", display="健一 小林"),
            {**WESTERN, "display": "Clara Weiss"},
            {**WESTERN, "display": "Dr. Clara Amalie Weiss, MD"},
            named("Helen", "Marsh", display="MARSH, Helen"),
            named(display="a@x.org", emails=[{"value": "a@x.org"}]),
            named("Ada", "Lovelace"),
            named(display="Bob"),
        ],
    )
    def test_a_display_name_made_of_its_parts_follows_them(self, shown):
        assert follows_parts(shown, named("Aaron", "Abel"))

    @pytest.mark.parametrize(
        "shown",
        [
            named("Gisela", "Meier", display="Oma Gisela"),
            named("Gisela", "Meier", display="Gisela"),
            named(display="Aaron Abel"),
            named(display="Uncle Aaron Abel"),
            named("Ada", "Lovelace", display="The Countess"),
        ],
    )
    def test_one_of_its_own_does_not(self, shown):
        assert not follows_parts(shown, named("Aaron", "Abel"))


class TestListByFamilyName:
    @pytest.mark.parametrize(
        ("shown", "listed"),
        [
            (named("Ada", "Lovelace"), "Lovelace, Ada"),
            (WESTERN, "Weiss, Clara Amalie, MD"),
            (named("Vincent", "van Gogh"), "Gogh, Vincent van"),
            (named("Garcilaso", "de la Vega"), "Vega, Garcilaso de la"),
            (named("Anna", "De Luca"), "De Luca, Anna"),
            (named("Ahmad", "al-Khatib"), "al-Khatib, Ahmad"),
            (named(family="Adele"), "Adele"),
            (named("Suharto", display="Suharto"), "Suharto"),
            (named("健一", "小林", display="小林 健一", file_as="小林, 健一"), "小林 健一"),
            (named("서연", "박", display="박서연"), "박서연"),
            (named("婉婷", "陳", display="陳婉婷"), "陳婉婷"),
            (named("குமரன்", "முருகன்", display="முருகன் குமரன்"), "முருகன் குமரன்"),
            (named("Rene", "van der Harten", file_as="Harten,Rene"), "Harten,Rene"),
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
            [named("Zoe", "Adams"), named("Ann", "Adams-Baker"), named("Al", "Baker")],
            [named("Willem", "van den Berg"), named("Anna", "Bergen"), named("Anna", "De Luca")],
            [named("Omar", "Haddad"), named("Ahmad", "al-Khatib"), named("Lea", "Kramer")],
            [named("أحمد", "الخطيب"), named("سامي", "داود")],
            [named("Rene", "van der Zee", file_as="Harten, Rene"), named("Ida", "Moe")],
            [named("Östen", "Åberg"), named("Ola", "Öberg")],
        ],
        ids=["double", "particles", "articles", "arabic", "filed", "marks"],
    )
    def test_sorts_by_the_main_word_of_it(self, people):
        keys = [sort_keys(one)[0] for one in people]

        assert keys == sorted(keys)

    def test_a_contact_without_a_family_name_is_sorted_by_display_name(self):
        assert [sort_keys(one)[0] for one in (named("Suharto"), {"organization": "Acme", "display": "Acme"})] == [
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
