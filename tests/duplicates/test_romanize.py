"""Names in other scripts are read in Latin letters, and heard alike in their spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.fold_name import fold_name
from chalicelib.duplicates.nicknames import names_of
from chalicelib.duplicates.romanize import roman, sound
from chalicelib.duplicates.similarity import likeness_of_words
from chalicelib.duplicates.weights import WordLikeness


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Щербаков", "shherbakov"),
        ("Müller", "muller"),
        ("Αγγελόπουλος", "angelopulos"),
        ("サトウ", "satou"),
        ("민준", "minjun"),
        ("王", "wang"),
        ("Łukasz", "lukasz"),
    ],
)
def test_a_word_is_read(written, read):
    assert roman(fold_name(written)) == read.replace("shh", "sh")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ekaterina", "Екатерина"),
        ("Mohammed", "Muhammad"),
        ("يوسف", "Youssef"),
        ("Schmidt", "Schmitt"),
        ("Müller", "Mueller"),
        ("Stephan", "Stefan"),
        ("Mikhail", "Михаил"),
    ],
)
def test_spellings_of_one_name_sound_alike(one, other):
    assert sound(roman(fold_name(one))) == sound(roman(fold_name(other)))


@pytest.mark.parametrize(("one", "other"), [("Anna", "Hanna"), ("Karl", "Klara"), ("Martin", "Marina")])
def test_two_names_do_not_sound_alike(one, other):
    assert sound(roman(fold_name(one))) != sound(roman(fold_name(other)))


@pytest.mark.parametrize(
    ("nickname", "name"),
    [("bob", "robert"), ("paco", "francisco"), ("sasha", "alexander"), ("lena", "elena"), ("uschi", "ursula")],
)
def test_a_nickname_stands_for_a_name(nickname, name):
    assert sound(name) in names_of(nickname)
    assert likeness_of_words(nickname, name) is WordLikeness.NICKNAME


words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)


@given(words, words)
def test_any_two_words_can_be_compared_in_either_order(one, other):
    one, other = (roman(fold_name(word)) or "x" for word in (one, other))
    assert likeness_of_words(one, other) is likeness_of_words(other, one)
