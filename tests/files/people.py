"""Random people, with fields that programs can write."""

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

NAME = ("family", "given", "middle", "prefix", "suffix")
ADDRESS = ("po_box", "extended", "street", "city", "region", "postal_code", "country")
_LETTERS = (*"abcXYZ 019.:-_'/()@#&+*!?<>|~%$=", *"äöüßéñŁøİ", *"王小明田中", *"Иа", "é", "😀", "👩‍👩‍👧")
_LONG = ("x" * 30, "ü" * 25, "王" * 20, "ab cd " * 12)
_SEPARATORS = st.sampled_from(list(',;"'))
_BACKSLASH = st.just("\\")


def texts(*, codec: str = "utf-8", has_backslashes: bool = True) -> st.SearchStrategy[str]:
    """Lines without blanks around them. None ends in a backslash: KDE and others read such a part in another way.

    Args:
        codec: one that has all characters.
    """
    letters, long = (st.sampled_from([text for text in pool if _encodes(text, codec)]) for pool in (_LETTERS, _LONG))
    signs = [letters, letters, _SEPARATORS, long, *([_BACKSLASH] if has_backslashes else [])]
    return (
        st.lists(st.one_of(signs), min_size=1, max_size=12)
        .map(lambda parts: "".join(parts).strip().rstrip("\\ "))
        .filter(lambda text: any(map(str.isalnum, text)))
    )


def _encodes(text: str, codec: str) -> bool:
    return text.encode(codec, "ignore").decode(codec) == text


def people(
    labels: Iterable[str], *, codec: str = "utf-8", has_backslashes: bool = True
) -> st.SearchStrategy[dict[str, Any]]:
    """Fields of contacts, with these labels, in characters of this codec."""
    line = texts(codec=codec, has_backslashes=has_backslashes)
    lines = st.lists(line, min_size=1, max_size=3).map("\n".join)
    label = st.sampled_from(sorted(labels))
    phone_label = st.sampled_from(sorted({*labels, "mobile", "homeFax", "workFax", "pager", "main"}))
    number = st.from_regex(r"\+?[0-9]{3,12}( [0-9]{2,5})?", fullmatch=True)
    email = st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,5})?@[a-z]{2,8}\.example", fullmatch=True)
    link = st.from_regex(r"https://[a-z]{1,8}\.example/[a-z0-9,;=?&]{0,20}", fullmatch=True)
    day = st.dates().filter(lambda date: 1700 <= date.year < 2200 and date.year != 1900)
    birthday = day.map(lambda date: {"year": date.year, "month": date.month, "day": date.day})
    address = st.fixed_dictionaries(
        {"city": line}, optional={name: line for name in ADDRESS if name not in ("street", "city")}
    )
    return st.fixed_dictionaries(
        {"display": line},
        optional={
            **dict.fromkeys((*NAME, "organization", "title"), line),
            "notes": lines,
            "birthday": birthday,
            "phones": _labeled(number, phone_label, "raw"),
            "emails": _labeled(email, label, "value"),
            "urls": _labeled(link, label, "value"),
            "addresses": st.lists(
                st.tuples(address, lines, label).map(lambda parts: {**parts[0], "street": parts[1], "label": parts[2]}),
                min_size=1,
                max_size=2,
                unique_by=lambda value: tuple(sorted(value.items())),
            ),
        },
    )


def _labeled(
    value: st.SearchStrategy[str], label: st.SearchStrategy[str], name: str
) -> st.SearchStrategy[list[dict[str, str]]]:
    one = st.tuples(value, label).map(lambda pair: {name: pair[0], "label": pair[1]})
    return st.lists(one, min_size=1, max_size=3, unique_by=lambda each: each[name])
