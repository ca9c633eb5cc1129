"""Names of invented people in several scripts, with the spellings, nicknames and orders that address books have.

The lists are the generator's own: the product's table of nicknames was not made from them, nor they from it.
"""

from dataclasses import dataclass
from pathlib import Path
from random import Random

_LISTS = Path(__file__).with_suffix(".txt")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name."""

    text: str
    #: The same word in Latin letters, or in another spelling.
    spellings: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Culture:
    """The names of one language."""

    share: int  #: of a hundred people
    men: tuple[Word, ...]
    women: tuple[Word, ...]
    families: tuple[Word, ...]
    #: Of a woman, if it differs from her father's: "Petrov" and "Petrova".
    is_inflected: bool = False
    has_two_families: bool = False
    is_family_first: bool = False


def _words(text: str) -> tuple[Word, ...]:
    """`name=spelling,spelling:nickname,nickname`, separated by spaces; "_" is a space."""
    found = []
    for entry in text.split():
        head, _, nicknames = entry.replace("_", " ").partition(":")
        name, _, spellings = head.partition("=")
        found.append(Word(name, tuple(filter(None, spellings.split(","))), tuple(filter(None, nicknames.split(",")))))
    return tuple(found)


def _lists() -> dict[str, tuple[Word, ...]]:
    """The words of the file by their heading, such as "english men"."""
    sections = _LISTS.read_text(encoding="utf-8").split("[")[1:]
    return {heading: _words(text) for heading, _, text in (section.partition("]") for section in sections)}


def _cultures() -> tuple[Culture, ...]:
    lists = _lists()

    def culture(name: str, share: int, **traits: bool) -> Culture:
        return Culture(share, lists[f"{name} men"], lists[f"{name} women"], lists[f"{name} families"], **traits)

    return (
        culture("english", 46),
        culture("german", 18),
        culture("spanish", 10, has_two_families=True),
        culture("russian", 10, is_inflected=True),
        culture("greek", 4),
        culture("korean", 4, is_family_first=True),
        culture("arabic", 4),
        culture("chinese", 4, is_family_first=True),
    )


CULTURES = _cultures()


def a_culture(random: Random) -> Culture:
    return random.choices(CULTURES, [culture.share for culture in CULTURES])[0]


def a_common_one(random: Random, words: tuple[Word, ...]) -> Word:
    """One of these, the first ones more often, as names are."""
    return words[int(len(words) * random.random() ** 1.1)]
