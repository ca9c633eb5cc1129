import pytest

from chalicelib.address_book.search import Search, searchable
from tests.address_book.search_pairs import PAIRS
from tests.contacts.making import fields
from tests.shared_cases import shared_cases

ADA = fields(
    "Ada Lovelace",
    email="ada@example.com",
    organization="Müller & Söhne",
    nickname="Countess",
    phones=[{"raw": "0170/123 45 67", "e164": "+491701234567"}],
)
EVERYTHING = {
    "prefix": "Dr.",
    "given": "Kenji",
    "middle": "Paul",
    "family": "Sato",
    "suffix": "PhD",
    "display": "Ken",
    "phonetic_given": "けんじ",
    "phonetic_middle": "ぽーる",
    "phonetic_family": "さとう",
    "nickname": "Kenny",
    "organization": "Acme Labs",
    "phonetic_organization": "アクメ",
    "department": "Research",
    "title": "Director",
    "emails": [{"value": "ken.sato@acme.example", "label": "work"}],
    "phones": [{"raw": "03-5550-0123", "e164": "+81355500123"}],
    "addresses": [{"po_box": "Box 1180", "extended": "Flat 3", "street": "Lindenstraße 5\nHof", "city": "Köln"}],
    "events": [{"value": "2009-06-20", "label": "anniversary"}],
    "relations": [{"value": "Hanako", "label": "spouse"}],
    "notes": "Met in Łódź.\nLikes tea",
    "urls": [{"value": "https://www.acme.example/team"}],
    "ims": [{"value": "ken_sato", "label": "skype"}],
    "custom_fields": [{"name": "Locker", "value": "B17"}],
    "groups": ["Chess club"],
}


@pytest.mark.parametrize(
    "text",
    [
        "ada",
        "LOVE",
        "ada lov",
        "lovelace ada",
        "ada example soh",
        " Ada   Lovelace ",
        "example.com",
        "muller",
        "SÖHNE",
        "mueller & soehne",
        "count",
        "0170 1234",
        "+49 170",
        "4567",
        "ada 0170 123",
        "ada@",
    ],
)
def test_a_contact_is_found_by_any_part_of_what_names_it(text):
    assert Search(text).matches(ADA)


@pytest.mark.parametrize("text", ["alan", "0171", "ada lovelace king", "99", "x170", "velace", "'", "&"])
def test_and_by_nothing_else(text):
    assert not Search(text).matches(ADA)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "dr kenji",
            "paul",
            "phd",
            "けんじ",
            "サトウ ケンジ",
            "ぽーる",
            "kenny",
            "acme",
            "アクメ",
            "research",
            "direct",
        ),
        *("ato@acme", "0355500123", "1180", "flat", "lindenstrasse 5", "koeln", "hof", "anniv", "2009-06-20", "hanako"),
        *("spouse", "lodz", "tea", "acme.example/te", "ken_s", "skype", "locker", "b17", "chess", "club kenji tea"),
    ],
)
def test_all_values_are_searched(text):
    assert Search(text).matches(EVERYTHING)


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_a_name_is_found_by_letters_that_are_one_to_the_person_who_types_them(number):
    pair = PAIRS[number]

    assert Search(pair.typed).matches({"display": pair.stored}) is pair.found, pair


def test_there_are_pairs_of_many_scripts():
    assert len({pair.script for pair in PAIRS}) >= 20


@pytest.mark.parametrize("case", shared_cases("cases/names.json", "search"))
def test_a_shared_case_holds(case):
    assert Search(case["query"]).matches({"display": case["stored"]}) is case["found"], case["why"]


@pytest.mark.parametrize("given", ["Jean-Luc", "Nguyễn Thị", "小林"])
def test_a_name_is_found_across_its_parts_in_any_order(given):
    shown = {"given": given, "family": "Öz", "display": "Chef"}

    assert all(Search(text).matches(shown) for text in (f"{given} Öz", f"oz {given}", f"chef {given}"))


def test_diacritics_of_one_word_do_not_affect_another():
    assert Search("Thúy").matches({"display": "Thủy", "nickname": "Thúy"})
    assert Search("Thúy").matches({"display": "Thủy", "nickname": "Thuy"})
    assert not Search("Thúy").matches({"display": "Thủy", "nickname": "Thùy"})


@pytest.mark.parametrize("stored", ["nele@bücher.example", "nele@xn--bcher-kva.example", "nele@bücher.example."])
@pytest.mark.parametrize(
    "text", ["bücher", "nele@bucher.example", "nele@xn--bcher-kva.example", "Nele@Bücher.example."]
)
def test_an_address_is_found_in_every_spelling_of_its_domain(stored, text):
    assert Search(text).matches({"display": "Nele", "emails": [{"value": stored}]})


def test_what_is_searched_has_a_bound():
    endless = dict.fromkeys(("display", "notes", "title"), "ü" * 50000)

    assert sum(map(len, searchable(endless))) < 40_000
