"""A whole name in one cell is split where its parts are certain."""

import pytest

from chalicelib.files.mapping.person_names import LONGEST_NAME, NameOrder, split_name

GIVEN, FAMILY = NameOrder.GIVEN_FIRST, NameOrder.FAMILY_FIRST


def parts(**fields):
    return fields


def letters(text):
    return sorted(filter(str.isalnum, text))


@pytest.mark.parametrize("order", [GIVEN, FAMILY])
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("Doe, John", parts(given="John", family="Doe")),
        ("Doe,John", parts(given="John", family="Doe")),
        ("van der Berg, Anna Maria", parts(given="Anna Maria", family="van der Berg")),
        ("Doe, John, Jr.", parts(given="John", family="Doe", suffix="Jr.")),
        ("Doe, John, Jr., MD", parts(given="John", family="Doe", suffix="Jr., MD")),
        ("Müller, Dr. Jürgen", parts(prefix="Dr.", given="Jürgen", family="Müller")),
        ("John Doe, MD", parts(given="John", family="Doe", suffix="MD")),
    ],
)
def test_a_comma_says_the_order_whatever_the_column_says(name, fields, order):
    assert split_name(name, order) == fields


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("Ada Lovelace", parts(given="Ada", family="Lovelace")),
        ("Anna Maria Schmidt", parts(given="Anna", middle="Maria", family="Schmidt")),
        ("Juan de la Vega", parts(given="Juan", family="de la Vega")),
        ("Khalid bin Nasir", parts(given="Khalid", family="bin Nasir")),
        ("Dr. Ludwig van Beethoven", parts(prefix="Dr.", given="Ludwig", family="van Beethoven")),
        ("John Smith MD PhD", parts(given="John", family="Smith", suffix="MD PhD")),
        ("Dr. Martin van der Berg Jr.", parts(prefix="Dr.", given="Martin", family="van der Berg", suffix="Jr.")),
        ("Sultan Ahmed", parts(given="Sultan", family="Ahmed")),
        ("Cheikh Anta Diop", parts(given="Cheikh", middle="Anta", family="Diop")),
        ("Ed MA", parts(given="Ed", family="MA")),
    ],
)
def test_words_are_parts_in_the_order_of_the_column(name, fields):
    assert split_name(name, GIVEN) == fields


def test_where_the_family_name_comes_first_the_name_is_shown_as_it_is_written():
    assert split_name("Nagy István", FAMILY) == parts(given="István", family="Nagy", display="Nagy István")


@pytest.mark.parametrize("order", [GIVEN, FAMILY])
def test_chinese_japanese_and_korean_names_begin_with_the_family_name(order):
    assert split_name("山田 太郎", order) == parts(given="太郎", family="山田")


@pytest.mark.parametrize(
    "name",
    [
        *("Madonna", "王小明", "Anna & Tom Berg", "Familie Berg", "Anna Berg, Tom Berg"),
        *("Acme, Inc.", "Muster, GmbH", "Smith, Jones, Brown", "x " * LONGEST_NAME),
    ],
)
def test_what_has_no_certain_parts_stays_one_name(name):
    assert split_name(name, GIVEN) == {"display": " ".join(name.split())}


def test_a_name_is_kept_whole_where_the_person_wants_it_so():
    assert split_name("Ada Lovelace", NameOrder.AS_WRITTEN) == {"display": "Ada Lovelace"}


@pytest.mark.parametrize("name", ["", " ", ",", ", ,", "Dr.", "Jr.", "Dr. Dr. Dr.", "MD, PhD", "\u200b"])
@pytest.mark.parametrize("order", NameOrder)
def test_odd_texts_lose_no_letter_and_leave_no_part_empty(name, order):
    fields = split_name(name, order)

    assert all(part.strip() for part in fields.values())
    assert letters(" ".join(fields.values())) == letters(name)
