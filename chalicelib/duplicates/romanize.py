"""A word of a name in Latin letters without marks, and its sound: enough to see that two scripts may mean one name.

It is no transliteration that anybody should read: it joins the ways in which people write a name ("Юлия", "Yulia",
"Julia"), at the price of joining a few names that differ. So it is evidence, and never makes two people one.
"""

import re
import unicodedata
from functools import lru_cache


def _readings(letters: str, readings: str) -> dict[str, str]:
    """Each letter with its reading; "-" is none."""
    found = zip(letters, readings.split(), strict=True)
    return {letter: reading.replace("-", "") for letter, reading in found}


_CYRILLIC = _readings(
    "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґўјљњћђџ",
    "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh sh - i - e iu ia i i e g u i l n c d dz",
)
_GREEK_PAIRS = {
    "ου": "u", "μπ": "b", "ντ": "nt", "γγ": "ng", "γκ": "g", "αι": "e", "ει": "i", "οι": "i", "αυ": "af", "ευ": "ev",
}  # fmt: skip
_GREEK = _readings("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t i f ch ps o")
_ARABIC = _readings(
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويءپچژگ", "a b t t j h kh d d r z s sh s d t z a gh f k k l m n h u i a p ch zh g"
)
_HEBREW = _readings("אבגדהוזחטיכלמנסעפצקרשת", "a b g d h u z h t i k l m n s a p ts k r sh t")
_HAN = (
    "wang王 li李丽力莉理立 zhang张 liu刘 chen陈晨辰 yang杨阳洋 zhao赵 huang黄 "
    "zhou周 wu吴武 xu徐许旭 sun孙 hu胡 zhu朱 gao高 lin林琳 he何贺 guo郭国 ma马 "
    "luo罗 liang梁亮 song宋松 zheng郑正 xie谢 han韩涵 tang唐 feng冯峰凤 yu于余宇玉雨 "
    "dong董东冬 xiao萧肖小晓 cheng程成诚 cao曹 yuan袁 deng邓 fu傅富福 shen沈 zeng曾 "
    "peng彭鹏 lu吕陆卢璐 su苏 jiang蒋江 cai蔡 jia贾佳家嘉 ding丁 wei魏伟薇卫威 xue薛雪学 "
    "ye叶 yan阎颜艳燕岩 pan潘 du杜 dai戴 xia夏霞 zhong钟 tian田天 ren任仁 fan范 "
    "fang方芳 shi石诗 yao姚 tan谭 qiang强 lei磊雷 jun军俊君 yong勇永 jie杰洁 tao涛 "
    "ming明 zhi志智 jian建健 hao浩豪 ran然 zi子梓紫 xuan轩萱 hang航 na娜 min敏民 "
    "jing静晶敬 xiu秀 ying英颖莹 ting婷 mei梅美 xin欣新心鑫 yi怡毅一艺 qi琪琦启 ping平萍 "
    "hong红宏洪 hua华花 chao超 bo波博 bin斌 gang刚 hui辉慧惠 dan丹 ling玲 juan娟 "
    "qin琴 wen文雯 ning宁 long龙 fei飞 kai凯 rui瑞睿 an安 qing青清庆 chun春 "
    "qiu秋 shan山 hai海 yun云 yue月悦 shu淑 zhen珍 guang光 sheng生胜 xiang祥翔 "
    "rong荣 gui贵桂 lan兰 ju菊 ai爱 bao宝 ke可 "
)
_PINYIN = {sign: "".join(re.findall("[a-z]", each)) for each in _HAN.split() for sign in each if sign >= "\u3400"}
_KOREAN_SPELLINGS = {"gim": "kim", "bak": "park", "pak": "park", "choe": "choi", "jeong": "jung", "gang": "kang"}
_KOREAN_FAMILIES = {
    "이": "lee",
    "박": "park",
    "임": "lim",
    "오": "oh",
    "유": "yu",
    "류": "yu",
    "노": "noh",
    "우": "woo",
}
_BY_NAME = re.compile("[\u0900-\u0dff\u3041-\u309f\uac00-\ud7a3]")  # Indic, kana, Hangul: Unicode's names are readings
_ARTICLE = re.compile(r"^(?:al|el|ال)(?=[^\W\d_]{5})")
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "a", "œ": "o", "ø": "o", "þ": "th", "ð": "d", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "ə": "e"}
)
_SOUNDS = (
    ("shch", "S"), ("tsch", "C"), ("sch", "S"), ("sh", "S"), ("tch", "C"), ("ch", "C"), ("kh", "h"), ("gh", "g"),
    ("ph", "f"), ("th", "t"), ("zh", "j"), ("dzh", "j"), ("ts", "z"), ("tz", "z"), ("ck", "k"), ("x", "ks"),
    ("q", "k"), ("w", "v"),
)  # fmt: skip
_SAME_SOUNDS = str.maketrans(
    {"c": "k", "g": "k", "z": "s", "S": "s", "C": "h", "d": "t", "b": "p", "f": "v", "y": "i", "j": "i"}
)
_TWICE = re.compile(r"(.)\1+")
_VOWELS = re.compile("[aeiou]+")


@lru_cache(maxsize=16_384)
def roman(word: str) -> str:
    """The word in lower-case ASCII letters; signs without a reading stay.

    Args:
        word: folded by `fold_name`.
    """
    text = word
    if not text.isascii():
        text = "".join(map(_reading, _without_greek_pairs(_KOREAN_FAMILIES.get(text, text)).translate(_LETTERS)))
    return _KOREAN_SPELLINGS.get(text, text)


@lru_cache(maxsize=16_384)
def sound(word: str) -> str:
    """The consonants of a romanized word, those that sound alike as one; vowels count at the beginning alone."""
    text = _ARTICLE.sub("", word)
    for letters, sign in _SOUNDS:
        text = text.replace(letters, sign)
    text = _TWICE.sub(r"\1", text.translate(_SAME_SOUNDS))
    beginning = "a" if text[:1] in "aeiou" else ""
    rest = _VOWELS.sub("", text)
    rest = (rest[:-1] if len(rest) > 1 and rest[-1] == "h" else rest) or ""
    return beginning + _TWICE.sub(r"\1", rest)


def _without_greek_pairs(text: str) -> str:
    if "α" <= max(text) <= "ω":
        for pair, letters in _GREEK_PAIRS.items():
            text = text.replace(pair, letters)
    return text


def _reading(sign: str) -> str:
    if sign.isascii():
        return sign
    for table in (_CYRILLIC, _GREEK, _ARABIC, _HEBREW, _PINYIN):
        if sign in table:
            return table[sign]
    if _BY_NAME.match(sign):
        return _reading_by_name(sign)
    if unicodedata.combining(sign):
        return ""
    plain = unicodedata.normalize("NFD", sign)[0]
    return plain if plain.isascii() else sign


def _reading_by_name(sign: str) -> str:
    """The reading that is part of a sign's name in Unicode: "HANGUL SYLLABLE GIM", "HIRAGANA LETTER KA"."""
    name = unicodedata.name(sign, "")
    kind, _, reading = name.rpartition(" ")
    if "LETTER" not in kind and "SYLLABLE" not in kind and "VOWEL SIGN" not in kind:
        return ""
    return reading.lower()
