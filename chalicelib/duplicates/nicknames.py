"""Given names and what their owners are called, in the languages of most address books.

`nicknames.txt` has a line for each name: the name, a colon, its nicknames. It is common knowledge, written down for
this table. A nickname may belong to several names: Alex is Alexander or Alexandra.
"""

from functools import cache, lru_cache
from pathlib import Path

from chalicelib.duplicates.romanize import roman, sound

_TABLE = Path(__file__).with_suffix(".txt")


@lru_cache(maxsize=8_192)
def names_of(nickname: str) -> frozenset[str]:
    """The sounds of the names that it may stand for; empty for most words.

    Args:
        nickname: in the form that `roman` gives.
    """
    return frozenset(map(sound, _names().get(nickname, ())))


@cache
def _names() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for entry in _TABLE.read_text(encoding="utf-8").split():
        name, _, nicknames = entry.partition(":")
        for nickname in nicknames.split(","):
            found.setdefault(roman(nickname), set()).add(roman(name))
    return found
