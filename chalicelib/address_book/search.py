"""Finding contacts by a piece of text, wherever a person would expect it to be."""

from collections.abc import Iterable

from chalicelib.contacts.contact import Said
from chalicelib.contacts.names import without_accents

FEWEST_DIGITS = 3


class Search:
    """A text as typed: every word of it must be there, in any order and somewhere.

    Case and accents do not count; digits are found in a number however it is written.
    """

    def __init__(self, text: str) -> None:
        self._words = _plain(text).split()
        digits = _digits(text)
        is_number = len(digits) >= FEWEST_DIGITS and not any(map(str.isalpha, text))
        self._digits = digits.lstrip("0") if is_number else ""

    def finds(self, shown: Said) -> bool:
        return self.fits(*searchable(shown))

    def fits(self, words: str, numbers: str) -> bool:
        """The same, of what `searchable` made of a contact."""
        return all(word in words for word in self._words) or (bool(self._digits) and self._digits in numbers)


def searchable(shown: Said) -> tuple[str, str]:
    """What a text is looked for in: names, organisation and addresses as plain text, and numbers as digits.

    Each thing is a line of its own; a word has no line breaks, so none is found across the end of one and the beginning
    of another.
    """
    phones = shown.get("phones", ())
    texts = [
        f"{shown.get('given', '')} {shown.get('family', '')}",
        shown.get("display", ""),
        shown.get("nickname", ""),
        shown.get("organisation", ""),
        *(email["value"] for email in shown.get("emails", ())),
        *(phone["raw"] for phone in phones),
    ]
    numbers = [number for phone in phones for number in (phone.get("e164", ""), _digits(phone["raw"]))]
    return _lines(map(_plain, texts)), _lines(numbers)


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(filter(None, texts)))


def _plain(text: str) -> str:
    return " ".join(without_accents(text).split())


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
