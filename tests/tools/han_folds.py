"""Makes `chalicelib/contacts/han_folds.txt`: Han characters that are one to search, in pairs of a form and its fold.

Run it in an environment of its own, from the repository's root, and commit what it writes:

    python -m venv /tmp/han && /tmp/han/bin/pip install pyicu-wheels==2.15.2 opencc-python-reimplemented==0.1.7
    /tmp/han/bin/python tests/tools/han_folds.py

The first package brings ICU 77.1, the second the dictionary JPVariants.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

TARGET = Path(__file__).parents[2] / "chalicelib/contacts/han_folds.txt"
LINE = 40  # pairs
BLOCKS = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x33480))  # where Han characters are

# Forms of Japanese registers and of new Japanese spelling that are forms of a name's character, as family registers
# take them; those that the two sources do not have, or that are characters of another meaning in Chinese as well.
REGISTERS = (
    "髙高 﨑崎 嵜崎 邉邊 辺邊 斎齋 斉齊 渕淵 渊淵 嶋島 嶌島 冨富 峯峰 桒桑 栁柳 曽曾 舘館 濵濱 浜濱 瀨瀬 "
    "頴穎 穂穗 𠮷吉 栄榮 滝瀧 竜龍 恵惠 弥彌 広廣 桧檜 円圓 団團 塩鹽 悦悅 槙槇 祢禰 尭堯 遥遙 瑤瑶 壷壺 "
    "桺柳 籔藪 薮藪 鴬鶯 鴎鷗 鷄鶏 﨟臈 曻昇 㐂喜 珎珍 淸清 敎教 德徳 黑黒 綠緑 晧皓 增増 橫横 吳呉 靜静 "
    "顯顕 曉暁 聰聡 勳勲 壽寿 眞真 條条 﨔欅"
)
HEAD = """\
# Han characters that search, groups and addresses take for one: a form, then the form it is folded to.
# Made by tests/tools/han_folds.py; change it there.
#
# Sources: the single characters of ICU {version}'s transform Traditional-Simplified (data of Unicode CLDR, Unicode
# License V3, (c) Unicode, Inc., https://www.unicode.org/license.txt); new Japanese forms from OpenCC's dictionary
# JPVariants (Apache License 2.0, https://github.com/BYVoid/OpenCC), without those that are another character in
# Chinese; forms of Japanese registers listed in the program itself.
"""


def main() -> None:
    import icu

    simplified = dict(_simplified(icu.Transliterator.createInstance("Traditional-Simplified")))
    folds = {**simplified, **_japanese(simplified)}
    final = {form: _end(form, folds) for form in folds}
    pairs = [form + fold for form, fold in sorted(final.items()) if form != fold]
    lines = ["".join(pairs[start : start + LINE]) for start in range(0, len(pairs), LINE)]
    TARGET.write_text(HEAD.format(version=icu.ICU_VERSION) + "\n".join(lines) + "\n", encoding="utf-8")


def _simplified(transform: object) -> Iterator[tuple[str, str]]:
    for block in BLOCKS:
        for sign in map(chr, block):
            simple = transform.transliterate(sign)  # type: ignore[attr-defined] # ICU has no types
            if simple != sign and len(simple) == 1:
                yield sign, simple


def _japanese(simplified: Mapping[str, str]) -> dict[str, str]:
    """New and register forms, each to the simplified form of the old one."""
    import opencc

    folds: dict[str, str] = {}
    lines = (Path(opencc.__file__).parent / "dictionary/JPVariants.txt").read_text(encoding="utf-8").splitlines()
    for old, new in (line.split("\t") for line in lines if line.count("\t") == 1):
        if len(new) == 1 and not _is_chinese(new) and new not in simplified:
            folds.setdefault(new, simplified.get(old, old))
    for form, old in REGISTERS.split():
        folds[form] = simplified.get(old, old)
    return folds


def _is_chinese(sign: str) -> bool:
    """Whether it is a character of today's Chinese, where it may mean something else."""
    try:
        return bool(sign.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def _end(form: str, folds: Mapping[str, str]) -> str:
    """Where a chain of folds ends; of a circle, its least character."""
    seen = [form]
    while (form := folds.get(form, form)) not in seen:
        seen.append(form)
    return form if folds.get(form, form) == form else min(seen[seen.index(form) :])


if __name__ == "__main__":
    main()
