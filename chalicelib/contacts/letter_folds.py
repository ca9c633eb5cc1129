"""The table of folds: letters that people treat as one. `fold_text` applies it; `fold_name` has its own for matching.

Sources: "CLDR" is the root collation for searching of Unicode CLDR 48 and those of single languages; "passports" is
ICAO Doc 9303; "keyboards" is what a person types who lacks the key; "practice" is a spelling both forms of which are in
daily use. What CLDR keeps apart at the first level stays apart (Cyrillic и and й, Arabic ح and ه, Indic vowel signs),
but where a line says otherwise. Han characters are in `han_folds.txt`, which says where they come from.
"""

from collections.abc import Iterator

STROKE, DIAERESIS, COMMA_BELOW = "\u0335", "\u0308", "\u0326"

# Latin letters that do not decompose. CLDR: one at the first level; a stroke is kept as a mark, so that đ is not ď.
# ø counts as ö (CLDR for Swedish and Danish), þ is th (passports), hooked and open letters are typed plain (keyboards).
_LATIN = {
    **dict(zip("æœþðĳıȷŋĸ", ("ae", "oe", "th", "d", "ij", "i", "j", "n", "k"), strict=True)),
    **{letter: plain + STROKE for letter, plain in zip("đħłŧƀɨʉǥƶɍɏⱥȼɇɉ", "dhltbiugzryacej", strict=True)},
    **dict(zip("əǝɛɔɓɗɖƙƴɣɲƒʋɩʊɪʒ", "eeeobddkygnfviuiz", strict=True)),
    "ø": "o" + DIAERESIS,
}

# Marks that are one: cedilla and comma below (CLDR for Romanian), double acute and diaeresis (keyboards of neighbors).
_MARKS = {"\u0327": COMMA_BELOW, "\u030b": DIAERESIS, "\u0338": STROKE}

# Cyrillic. CLDR: ґ is г; ё, ї and ў lose their marks by decomposition, й is a letter of its own.
_CYRILLIC = {"ґ": "г"}

# Armenian. Practice: the capitals of և are ԵՎ, which do not fold to its two letters.
PAIRS = {"եվ": "եւ"}

# Hebrew: final letters (CLDR), Yiddish digraphs (practice).
_HEBREW = {**dict(zip("ךםןףץ", "כמנפצ", strict=True)), "װ": "וו", "ױ": "וי", "ײ": "יי"}

# Arabic script. CLDR: alef wasla is alef, alef maqsura is yeh, teh marbuta is heh. Keyboards: Persian and Urdu yeh, kaf
# and heh are the Arabic ones, which CLDR keeps apart in every language. Hamza above or below is a mark.
_ARABIC = {
    "ٱ": "ا",
    **dict.fromkeys("ىی", "ي"),
    **dict.fromkeys("کڪ", "ك"),
    **dict.fromkeys("ةهہھەۃ", "ه"),
}

# Indic. CLDR: candrabindu is anusvara; Malayalam chillu letters and Bengali khanda ta are a letter with virama.
_INDIC = {
    **dict(zip("ँঁਁઁଁఁ", "ंংਂંଂం", strict=True)),
    **dict(zip("ൺൻർൽൾൿ", ("ണ്", "ന്", "ര്", "ല്", "ള്", "ക്"), strict=True)),
    "ৎ": "ত্",
}

# Devanagari. Practice: a nasal before a consonant of its own class is written as it is or as anusvara, हिन्दी and हिंदी
# (the Central Hindi Directorate's standard of 2016 has both).
NASALS, ANUSVARA = "ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])", "ं"


# Ethiopic. Practice in Amharic: the series of one sound are used freely, and so are the first and the fourth form of
# those of h and of the vowel. Each series has seven forms.
def _ethiopic() -> Iterator[tuple[str, str]]:
    for series, fold in ((0x1210, 0x1200), (0x1280, 0x1200), (0x1220, 0x1230), (0x12D0, 0x12A0), (0x1340, 0x1338)):
        yield from ((chr(series + form), chr(fold + form)) for form in range(7))
    yield from dict.fromkeys("ሃሓኃ", "ሀ").items()
    yield from dict.fromkeys("ኣዓ", "አ").items()


# Kana. CLDR: katakana is hiragana, small kana are large (bank data has none).
_SMALL_KANA = dict(zip("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ", strict=True))
_HIRAGANA = {chr(point): chr(point - 0x60) for point in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_KATAKANA = {katakana: _SMALL_KANA.get(hiragana, hiragana) for katakana, hiragana in _HIRAGANA.items()}

LETTERS = {
    **_LATIN,
    **_MARKS,
    **_CYRILLIC,
    **_HEBREW,
    **_ARABIC,
    **_INDIC,
    **dict(_ethiopic()),
    **_SMALL_KANA,
    **_KATAKANA,
}

# Letters that are written out where the key is missing: German (CLDR, phonebook), Nordic (CLDR for Danish, passports),
# South Slavic đ (practice). Never the other way round: Michael is not Michäl.
WRITTEN_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj"}

# Ignored in every comparison: joiners, direction marks, soft hyphens, tatweel, selectors of variants and of emoji
# colors, and apostrophes of every kind, also Hebrew geresh, Hawaiian okina and the signs used for Arabic ayn.
DROPPED = (
    "\u00ad\u034f\u061c\u0640\u180b\u180c\u180d\u180e\u180f\ufeff\u0345\u115f\u1160"
    + "".join(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))))
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x1F3FB, 0x1F400))))
)
APOSTROPHES = "'\"`´’‘‛“”ʼʻʹʺʽʾʿˈˊˋ′″΄᾽᾿῾´՚՛׳״ꞌ＇＂"

# Marks that are taken off a letter. Elsewhere a sign above or below a letter is a letter: no vowel sign is here.
# Latin, Greek, Cyrillic; Hebrew points; Arabic vowels, hamza; Syriac points; nukta; kana voicing; Thai and Lao tones.
MARKS = (
    "\u0300-\u036f\u0483-\u0487\u1ab0-\u1ace\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f\ua66f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u0730-\u074a"
    "\u093c\u09bc\u0a3c\u0abc\u0b3c\u0c3c\u0cbc"
    "\u3099\u309a"
    "\u0e48-\u0e4c\u0ec8-\u0ecc"
)
VOICING = "\u3099\u309a"
TONES = "\u0300\u0301\u0303\u0309\u0323"  # of Vietnamese; on which vowel of a syllable one stands does not matter

# Characters that Unicode has since version 15 and that fold to others there. They stay as they are, so that an index
# made by one Python is searched by another.
NEWER = (
    "\u0558\u1c89\ua7cb\ua7cc\ua7ce\ua7d2\ua7d4\ua7da\ua7dc\ua7dd\ua7e2\ua7f1\uab6c\uab6d"
    "\U000105c9\U000105e4\U000107bb-\U000107bf\U00010d40-\U00010d65\U00011383-\U000113c8\U000116d0-\U000116e3"
    "\U00011bf0-\U00011bf9\U00011de0-\U00011de9\U00011f50-\U00011f59\U00016121-\U00016139\U00016d68-\U00016d79"
    "\U00016ea0-\U00016eb8\U0001ccd6-\U0001ccf9\U0001df40-\U0001dfff\U0001e030-\U0001e06d\U0001e4f0-\U0001e4f9"
    "\U0001e5f1-\U0001e5fa"
)
SIGNS = (range(0x2190, 0x2C00), range(0x1F000, 0x1FB00))  # arrows, symbols and emoji, whenever they came
PUNCTUATION = range(0x2E00, 0x2E80)

# Scripts that put no space between words; there a word of a search may stand anywhere.
UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003347f"
)
