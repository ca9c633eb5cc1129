"""The characters in which two texts differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.reviews.mark_differences import MOST_CHARACTERS, MOST_WORDS, marked


def shown(segments) -> str:
    """The text, with brackets around marks."""
    return "".join(f"[{each.text}]" if each.differs else each.text for each in segments)


@pytest.mark.parametrize(
    ("left", "right", "marks"),
    [
        ("Ada", "Ada", ("Ada", "Ada")),
        ("Jon Smith", "John Smith", ("Jon Smith", "Jo[h]n Smith")),
        ("+44 20 7946 0018", "+44 20 7946 0019", ("+44 20 7946 001[8]", "+44 20 7946 001[9]")),
        ("Ada", "", ("[Ada]", "")),
        ("Ada", "Zoltán", ("[Ada]", "[Zoltán]")),  # nothing in common is worth leaving unmarked
    ],
)
def test_marks_what_the_other_text_lacks(left, right, marks):
    assert tuple(map(shown, marked(left, right))) == marks


def test_an_accent_is_marked_with_its_letter():
    left, right = marked("Jose\u0301 Pen\u0303a", "Jose Pen\u0303a")

    assert (shown(left), shown(right)) == ("Jos[e\u0301] Pen\u0303a", "Jos[e] Pen\u0303a")


def test_an_emoji_of_several_code_points_is_one_character():
    left, right = marked("Ada 👩‍👩‍👧 and co", "Ada 👩‍👩‍👦 and co")

    assert (shown(left), shown(right)) == ("Ada [👩‍👩‍👧] and co", "Ada [👩‍👩‍👦] and co")


def test_a_long_text_is_marked_by_words():
    words = "met at the fair in spring and again in the autumn; " * 6
    assert len(words) > MOST_CHARACTERS

    left, right = marked(f"{words}call on Monday", f"{words}call on Tuesday")

    assert shown(left) == f"{words}call on [Monday]"
    assert shown(right) == f"{words}call on [Tuesday]"


def test_a_very_long_text_is_marked_between_its_common_ends():
    begin, end = "a " * MOST_WORDS, " z" * MOST_WORDS

    left, right = marked(f"{begin}one x two{end}", f"{begin}one y two{end}")

    assert (shown(left), shown(right)) == (f"{begin}one [x] two{end}", f"{begin}one [y] two{end}")


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_segments_of_a_text_are_the_text(left, right):
    segments = marked(left, right)

    assert tuple("".join(each.text for each in side) for side in segments) == (left, right)
    assert any(each.differs for side in segments for each in side) == (left != right)
