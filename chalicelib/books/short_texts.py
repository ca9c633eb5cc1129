"""The texts of a book's entries in memory, in short: without what many of them repeat, which is a quarter of a text.

A few sources and jobs are named by nearly every text of a book. JSON has no control characters, so one of these stands
for each such name. The contact's own id, with which a text begins, is the text's key already.
"""

from collections.abc import Iterable, Iterator

from chalicelib.books.entry import text_of
from chalicelib.foundation.fast_json import encode_json

_CODES = [bytes([code]) for code in range(1, 32) if code not in b"\t\n\r"]  # those are blanks in JSON


class ShortTexts:
    """What `text_of` returned of each entry, by contact id."""

    def __init__(self) -> None:
        self._texts: dict[str, bytes] = {}
        self._codes: dict[str, tuple[bytes, bytes]] = {}  # of each repeated name: as it stands in a text, and its code
        self._names: dict[bytes, bytes] = {}  # as they stand in a text, by code

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, contact_id: str) -> bool:
        return contact_id in self._texts

    def __iter__(self) -> Iterator[bytes]:
        return (self._whole(contact_id, short) for contact_id, short in self._texts.items())

    def __delitem__(self, contact_id: str) -> None:
        del self._texts[contact_id]

    def __getitem__(self, contact_id: str) -> bytes:
        return self._whole(contact_id, self._texts[contact_id])

    def get(self, contact_id: str) -> bytes | None:
        return self[contact_id] if contact_id in self._texts else None

    def put(self, contact_id: str, text: bytes, repeated: Iterable[str]) -> None:
        """Put a text.

        Args:
            repeated: the names in it that other texts have, too.
        """
        codes = self._codes
        for name in repeated:
            written, code = codes[name] if name in codes else self._new_code(name)
            text = text.replace(written, code)
        self._texts[contact_id] = text.removeprefix(_start(contact_id))

    def naming(self, name: str) -> Iterator[bytes]:
        """The texts with this name, and perhaps others; it must have been among the repeated names of each."""
        written, code = self._codes.get(name) or (_written(name), b"")
        sought = code or written
        return (self._whole(contact_id, short) for contact_id, short in self._texts.items() if sought in short)

    def _new_code(self, name: str) -> tuple[bytes, bytes]:
        written = _written(name)
        if len(self._names) == len(_CODES):
            return written, written
        code = _CODES[len(self._names)]
        self._names[code] = written
        self._codes[name] = written, code
        return written, code

    def _whole(self, contact_id: str, short: bytes) -> bytes:
        text = short
        for code, written in self._names.items():
            if code in text:
                text = text.replace(code, written)
        return text if text.startswith(b"[") else _start(contact_id) + text


def _start(contact_id: str) -> bytes:
    """With what a text begins."""
    return b'["%b",' % contact_id.encode("utf-8", "surrogatepass")  # ids have no letters that JSON escapes


def _written(name: str) -> bytes:
    return text_of(encode_json(name))
