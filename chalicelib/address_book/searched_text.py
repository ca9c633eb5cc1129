"""The searched texts of all contacts as one text.

Looking for a word in one long text takes a fifth of the time of looking for it in the texts of each contact.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from itertools import accumulate

_END = b"\xff"  # of a contact's texts; in no text


class SearchedText:
    """Which contacts have a text, by their places.

    Args:
        texts: of each contact.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        encoded = [_encoded(text) + _END for text in texts]
        self._text = b"".join(encoded)
        self._ends = list(accumulate(map(len, encoded)))

    def places_with(self, any_of: Collection[str]) -> list[int]:
        """The places of the contacts that have one of these texts, in order."""
        parts = [each for each in any_of if not any(other in each for other in any_of if other != each)]
        return sorted({place for part in dict.fromkeys(parts) for place in self._places(_encoded(part))})

    def _places(self, part: bytes) -> Iterator[int]:
        at = self._text.find(part)
        while at >= 0:
            place = bisect_right(self._ends, at)
            yield place
            at = self._text.find(part, self._ends[place])


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
