"""How well a text reads as words of some language: what tells the right encoding of a file from the wrong ones.

The wrong encoding puts signs between letters (`J³rgen`), letters of two scripts into one word (`Mьller`), capitals
after small letters (`хБЮМ`), and letters side by side that no language has together (`Núńez`).
"""

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import islice

MOST_WORDS = 500  # that are judged

_LATIN = {
    "Albanian": "çë",
    "Catalan": "àçèéíïòóúü",
    "Croatian, Slovenian": "čćđšž",
    "Czech": "áčďéěíňóřšťúůýž",
    "Danish, Norwegian": "æøåéöü",
    "Dutch": "áèéëïóöü",
    "Estonian": "äõöüšž",
    "French": "àâæçèéêëîïôœùûüÿ",
    "German": "äöüßé",
    "Hungarian": "áéíóöőúüű",
    "Icelandic": "áæéíðóöúýþ",
    "Italian": "àèéìíòóùú",
    "Latvian": "āčēģīķļņšūž",
    "Lithuanian": "ąčęėįšųūž",
    "Maltese": "ċġħżà",
    "Polish": "ąćęłńóśźż",
    "Portuguese": "àáâãçéêíóôõúü",
    "Romanian": "ăâîșşțţ",
    "Slovak": "áäčďéíĺľňóôŕšťúýž",
    "Spanish": "áéíñóúü",
    "Swedish, Finnish": "äåöéü",
    "Turkish": "çğıöşüâîû",
    "Vietnamese": "àáâãăđèéêìíòóôõơùúưýĩũ\u0300\u0301\u0303\u0309\u0323",
    "Welsh": "âêîôûŵŷ",
}
_OTHER_SCRIPTS = {
    "Arabic": "\u0621-\u0652\u067e\u0686\u0698\u06a9\u06af\u06cc",
    "Belarusian": "а-зй-шыьэюяёіў",
    "Chinese, Japanese": "\u3005\u3041-\u30fe\u4e00-\u9fff\uff10-\uff5a\uff66-\uff9f",
    "Greek": "α-ωάέήίόύώϊϋΐΰ",
    "Hebrew": "\u05b0-\u05ea\u05f3\u05f4",
    "Korean": "\uac00-\ud7a3",
    "Macedonian": "а-зи-шѓќѕјљњџ",
    "Russian, Bulgarian": "а-яё",
    "Serbian": "а-зи-шђјљњћџ",
    "Thai": "\u0e01-\u0e3a\u0e40-\u0e4e",
    "Ukrainian": "а-щьюяґєії",
}
_IS_WORD_OF: Mapping[str, re.Pattern[str]] = {
    **{name: re.compile(f"[A-Za-z{letters}{letters.upper()}]+") for name, letters in _LATIN.items()},
    **{name: re.compile(f"[{letters}{letters.upper()}]+") for name, letters in _OTHER_SCRIPTS.items()},
}
_WORDS = re.compile(r"""[^\s\x00-@\[-`{-\x7f’]+""")
_AROUND_WORDS = "‘“”„‚–—…·«»‹›€£°ºª§©®™¿¡\xa0"


def share_of_words(lines: Iterable[str]) -> float:
    """The share of the words with signs beyond ASCII that languages explain, from 0 to 1.

    Half of it is the share that any language explains, half that of the one language that explains most: lists hold
    names from several languages, but seldom one name from each.
    """
    words = dict.fromkeys(word for line in lines for word in _WORDS.findall(line) if not word.isascii())
    cores = [word.strip(_AROUND_WORDS) for word in islice(words, MOST_WORDS)]
    by_any, by_one = 0, Counter[str]()
    for word in cores:
        languages = _languages(word)
        by_any += bool(languages)
        by_one.update(languages)
    return (by_any + max(by_one.values(), default=0)) / len(cores) / 2 if cores else 0.0


def _languages(word: str) -> Collection[str]:
    """The languages that have all letters of a word; all languages, if its letters are ASCII."""
    if word.isascii():
        return list(_IS_WORD_OF)
    if _has_capital_inside(word):
        return ()
    return [language for language, is_word in _IS_WORD_OF.items() if is_word.fullmatch(word)]


def _has_capital_inside(word: str) -> bool:
    """Whether a capital letter beyond ASCII follows a small one."""
    return any(
        before.islower() and letter.isupper() and not letter.isascii() for before, letter in itertools.pairwise(word)
    )
