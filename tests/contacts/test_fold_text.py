"""Which texts are equal to a person who types them, the same in every version of Python."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.fold_text import (
    ascii_digits,
    fold_text,
    fold_words,
    marks_fit,
    order_key,
    plain,
    same_spelling,
    same_text,
)

ONE = (
    ("Straße", "STRASSE"),
    ("Łódź", "lodz"),
    ("Ｌｅｎａ", "lena"),
    ("İZMİR", "izmir"),
    ("ﬁnn", "finn"),
    ("O’Neil", "oneil"),
    ("ʻOlana", "olana"),
    ("Σωκράτης", "σωκρατησ"),
    ("Семён", "семен"),
    ("Ґанна", "ганна"),
    ("יִצְחָק", "יצחק"),
    ("ד״ר", 'ד"ר'),
    ("مريـــم", "مریم"),
    ("سارة", "ساره"),
    ("إيمان", "ايمان"),
    ("می‌نا", "مینا"),
    ("کاظم", "كاظم"),
    ("ज़ोया", "जोया"),
    ("चाँद", "चांद"),
    ("অৎ", "অত্‌"),
    ("അരവിൻ", "അരവിന്‍"),
    ("ሐና", "ሀና"),
    ("ナツミ", "なつみ"),
    ("ﾅﾂﾐ", "なつみ"),
    ("ショウ", "しよう"),
    ("國華", "国华"),
    ("廣瀨", "広瀬"),
    ("渡邊", "渡辺"),
    ("代々木", "代代木"),
    ("ホールⅣ", "ほーるiv"),
    ("٤۲९๓", "4293"),
    ("ᲐᲜᲐ", "ანა"),
)
TWO = (
    ("Мила", "Майла"),
    ("Андрей", "Андреи"),
    ("Ірина", "Ирина"),
    ("حسن", "هسن"),
    ("طلال", "تلال"),
    ("سمیر", "صمیر"),
    ("रिया", "रीया"),
    ("মনা", "মনি"),
    ("สม", "สุม"),
    ("みか", "みき"),
    ("大野", "太野"),
    ("王芸", "王艺"),
    ("斎藤", "斉藤"),
    ("정", "전"),
    ("კარლო", "ქარლო"),
)


class TestKey:
    @pytest.mark.parametrize("number", range(len(ONE)))
    def test_letters_that_are_one_have_one(self, number):
        left, right = ONE[number]

        assert fold_text(left).key == fold_text(right).key

    @pytest.mark.parametrize("number", range(len(TWO)))
    def test_letters_that_are_two_have_two(self, number):
        left, right = TWO[number]

        assert fold_text(left).key != fold_text(right).key

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("Jean-Luc d'Arc", ["jean", "luc", "darc"]),
            ("アンナ・ロッシ", ["あんな", "ろつし"]),
            ("«Bill» (Bob)", ["bill", "bob"]),
            ("Anna🎉", ["anna", "🎉"]),
            ("a_b.c", ["a", "b", "c"]),
            ("\u202e\u2066\u200b", []),
        ],
    )
    def test_is_of_words(self, text, words):
        assert fold_words(text) == words

    @given(st.text(max_size=30))
    def test_has_a_marked_form_of_as_many_words(self, text):
        found = fold_text(text)

        assert len(found.key.split()) == len(found.marked.split())

    @given(st.text(max_size=30))
    def test_of_a_key_is_the_key(self, text):
        assert fold_text(fold_text(text).key).key == fold_text(text).key

    def test_is_the_same_in_every_version_of_python(self):
        """Of all characters that do not fold to themselves."""
        known = (chr(point) for point in range(0x80, 0x30000) if not 0xD800 <= point < 0xE000)
        folds = "\n".join(f"{sign}{fold_text(sign)}" for sign in known if fold_text(sign).marked != sign)

        assert hashlib.sha256(folds.encode()).hexdigest()[:16] == "470e73f7a3820982"

    @pytest.mark.parametrize("point", [0x1C89, 0xA7CB, 0x11F53, 0x1E030, 0x1CCD6, 0x1E4F1])
    def test_of_a_letter_that_only_newer_ones_know_is_the_letter(self, point):
        assert fold_text(f"a{chr(point)}b").key == f"a{chr(point)}b"


class TestMarks:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("thuy", "Thủy"),
            ("Thúy", "thuy"),
            ("Hoà", "Hòa"),
            ("Ngo", "Ngọc"),
            ("Ngô", "Ngộ"),
            ("Şen", "Șen"),
            ("Sören", "Søren"),
            ("Kovacs", "Kovács"),
            ("Hélene", "Helène"),
            ("はる", "バル"),
            ("ต้อ", "ตอม"),
        ],
    )
    def test_fit(self, typed, stored):
        assert marks_fit(fold_text(typed).marked, fold_text(stored).marked)

    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("Thúy", "Thủy"),
            ("Thúy", "Thuỳ"),
            ("Đô", "Đở"),
            ("Văn", "Vân"),
            ("Żak", "Źak"),
            ("Åke", "Äke"),
            ("Đan", "Ďan"),
            ("バル", "はる"),
            ("ばば", "ぱぱ"),
            ("ต้อ", "ต๋อ"),
        ],
    )
    def test_do_not_fit(self, typed, stored):
        assert not marks_fit(fold_text(typed).marked, fold_text(stored).marked)


def test_a_value_whose_punctuation_counts_keeps_it():
    assert plain("Jörg.Groß @Exämple.org") == "jorg.gross@example.org"


@pytest.mark.parametrize(("text", "digits"), [("+٤٩ (۳۰) 12", "493012"), ("x", ""), ("０１２", "012"), ("²", "")])
def test_digits_are_those_of_any_script(text, digits):
    assert ascii_digits(text) == digits


def test_a_name_of_signs_alone_has_no_place_in_an_order():
    assert (order_key("😀 !"), order_key("Anna 😀")) == ("", "anna")


def test_values_of_a_list_that_are_one_are_one_text():
    assert same_text("Köln ") == same_text("KOLN")
    assert same_spelling("Straße") == same_spelling("STRASSE")
    assert len({same_spelling(text) for text in ("C", "C++", "Thúy", "Thùy", "Thuy", "バル", "ハル")}) == 7
