"""Full-text search of contacts. `contacts/fold_text.py` defines which texts are equal.

Every word of the query must match the beginning of a word of the contact, or any part of it in scripts without spaces,
addresses, links and numbers. Spaces and hyphens inside a name are ignored.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from chalicelib.address_book.number_search import NumberQuery, digit_lines
from chalicelib.address_book.searched_text import SearchedText
from chalicelib.contacts.contact_field import ContactField, Holds, Kind, Searched
from chalicelib.contacts.contact_fields import TABLE
from chalicelib.contacts.display_name import full_name, phonetic_name
from chalicelib.contacts.fold_text import (
    Folded,
    ascii_lines,
    fold_text,
    is_unspaced,
    is_voiced,
    marks_fit,
    plain,
    without_marks,
)
from chalicelib.contacts.normalize_email import normalize_email
from chalicelib.contacts.source_record import ContactFields

LONGEST_NAMES = 2_000  # searched characters of one contact, by column
LONGEST_TEXT = 8_000
LONGEST_NOTES = 2_000  # of its notes
FEWEST_JOINED = 3  # letters that match across a space
MOST_JOINED = 40  # words of one name
NOWHERE = "\x00"  # in no text

_ELIDED = re.compile(r"\b(o|[dlmnt]|dell|dall|nell|all|sant)['’](?=\w\w)", re.IGNORECASE)  # Angelo is in D'Angelo
_PHONETIC = ("phonetic_given", "phonetic_middle", "phonetic_family")


def _fields(how: Searched, *kinds: Kind) -> list[ContactField]:
    return [field for field in TABLE if how in field.searched and field.kind in kinds]


_NAMES = [field.name for field in _fields(Searched.NAME, Kind.LINE)]
_WORDS = [field.name for field in _fields(Searched.WORDS, Kind.LINE)]
_NOTES = [field.name for field in _fields(Searched.WORDS, Kind.TEXT)]
_LINES = [field.name for field in _fields(Searched.WORDS, Kind.LINES)]
_OBJECTS = [  # with the parts that are not searched
    (field.name, {part.name for part in field.parts if part.choices}) for field in _fields(Searched.WORDS, Kind.OBJECTS)
]
_ADDRESSES = [
    (field.name, field.value, field.parts[0].holds is Holds.EMAIL) for field in _fields(Searched.ADDRESS, Kind.OBJECTS)
]


class Searchable(NamedTuple):
    """The searched texts of one contact. Each value is a line; no word matches across two lines."""

    #: Names, nicknames and organizations: folded words with a space before each.
    names: str
    #: All other words, in the same form.
    texts: str
    #: The words of both that have marks.
    marked: str
    #: Addresses, links and handles, folded but with punctuation.
    plain: str
    #: Phone numbers as digits.
    numbers: str


def searched_text(rows: Iterable[Searchable]) -> SearchedText:
    """The texts of the rows, for `Search.places`: all but numbers, and their names without spaces, too."""
    return SearchedText(f"{row.names}\n{row.texts}\n{row.plain}\n{row.names.replace(' ', '')}" for row in rows)


class Search:
    """A query as typed. A contact matches if it has all of its words, in any order."""

    def __init__(self, text: str) -> None:
        chunks = [_Chunk(chunk) for chunk in dict.fromkeys(text.split())]
        self._chunks = [chunk for chunk in chunks if chunk.has_words] or chunks  # symbols alone match too
        several = len(chunks) > 1
        self._joined = _Joined(fold_text(text)) if several else None
        self._number = NumberQuery.of(text) if several else None

    def matches(self, shown: ContactFields, other_names: Iterable[ContactFields] = ()) -> bool:
        """Whether one contact matches, also by its other names: see `searchable`."""
        return bool(self.places([searchable(shown, other_names)]))

    def places(self, rows: Sequence[Searchable], text: SearchedText | None = None) -> list[int]:
        """The indexes of the rows that match, in order.

        Args:
            text: the `searched_text` of the rows, by which most of them are ruled out at once.
        """
        places: Sequence[int] = range(len(rows)) if self._chunks else ()
        for chunk in self._chunks:
            if text is not None and len(places) == len(rows) and (clues := chunk.clues):
                places = text.places_with(clues)
            places = chunk.filter(rows, places)
        more: list[int] = []
        if self._joined is not None and self._joined.is_long:
            candidates = range(len(rows)) if text is None else text.places_with([self._joined.key])
            more += [place for place in candidates if self._joined.fits(rows[place])]
        if self._number is not None:
            more += [place for place, row in enumerate(rows) if self._number.is_in(row.numbers)]
        return sorted({*places, *more}) if more else list(places)


class _Chunk:
    """The part of a query between two spaces: an address, a link, a number, or one or more words."""

    def __init__(self, chunk: str) -> None:
        found = fold_text(chunk)
        self._plain = plain(_readable(chunk) or chunk) or NOWHERE
        self._number = NumberQuery.of(chunk)
        self._words = [_Word(key, marked) for key, marked in zip(found.key.split(), found.marked.split(), strict=True)]
        self._written_out = [_Word(key, key) for key in found.written_out.split()]
        self._needles = [words[0].needle for words in (self._words, self._written_out) if words]
        self._joined = _Joined(found)
        self._is_simple = len(self._words) == 1 and found.key == found.marked and not self._number

    @property
    def has_words(self) -> bool:
        return bool(self._words)

    @property
    def clues(self) -> Sequence[str]:
        """Texts of which every row that it matches has one; none if it may match by a number alone."""
        if self._number is not None or not self._words:
            return ()
        return [*self._needles, self._plain, *([self._joined.key] if self._joined.is_long else [])]

    def filter(self, rows: Sequence[Searchable], places: Iterable[int]) -> list[int]:
        """The places whose rows it matches. The usual case, one word without marks, makes no call for each row."""
        if not self._is_simple:
            return [place for place in places if self._may_fit(rows[place]) and self._fits(rows[place])]
        needle, address, joined = self._words[0].needle, self._plain, self._joined
        key = joined.key if joined.is_long else NOWHERE
        matching = []
        for place in places:
            names, texts, _, addresses, _ = row = rows[place]
            has_word = needle in names or needle in texts or address in addresses
            if has_word or (key in names.replace(" ", "") and joined.fits(row)):
                matching.append(place)
        return matching

    def _may_fit(self, row: Searchable) -> bool:
        """A cheap check that rules out most rows that do not match."""
        if self._number is not None or not self._words:
            return True
        names, texts, _, addresses, _ = row
        if any(needle in names or needle in texts for needle in self._needles) or self._plain in addresses:
            return True
        return self._joined.is_long and self._joined.key in names.replace(" ", "")

    def _fits(self, row: Searchable) -> bool:
        if self._plain in row.plain or (self._number is not None and self._number.is_in(row.numbers)):
            return True
        if self._words and all(word.begins_one_of(row) for word in self._words):
            return True
        if self._written_out and all(word.begins_one_of(row) for word in self._written_out):
            return True
        return self._joined.fits(row)


class _Word:
    def __init__(self, key: str, marked: str) -> None:
        self._key, self._marked = key, marked
        self._anywhere = is_unspaced(key)
        self.needle = key if self._anywhere else f" {key}"

    def begins_one_of(self, row: Searchable) -> bool:
        if self.needle not in row.names and self.needle not in row.texts:
            return False
        if self._marked == self._key or not (row.marked or is_voiced(self._marked)):
            return True
        words = (word for text in (row.names, row.texts) for word in text.split() if self._is_in(word))
        known = forms_of(row.marked)
        forms = (form for word in words for form in known.get(word, (word,)))
        return any(marks_fit(self._marked, form, anywhere=self._anywhere) for form in forms)

    def _is_in(self, word: str) -> bool:
        return self._key in word if self._anywhere else word.startswith(self._key)


class _Joined:
    """Words of a query without the spaces between them: "obriain" matches Ó Briain, and "jean luc" Jeanluc."""

    def __init__(self, words: Folded) -> None:
        self.key, self._marked = words.key.replace(" ", ""), words.marked.replace(" ", "")
        self.is_long = len(self.key) >= FEWEST_JOINED
        self._anywhere = is_unspaced(self.key)

    def fits(self, row: Searchable) -> bool:
        if not self.is_long or self.key not in row.names.replace(" ", ""):
            return False
        forms = forms_of(row.marked)
        return any(self._begins(line.split()[:MOST_JOINED], forms) for line in row.names.split("\n"))

    def _begins(self, words: list[str], forms: Mapping[str, Sequence[str]]) -> bool:
        starts = range(1) if self._anywhere else range(len(words))
        for start in starts:
            joined = "".join(words[start:])
            if self.key in joined if self._anywhere else joined.startswith(self.key):
                marked = "".join(forms.get(word, (word,))[0] for word in words[start:])
                if self._marked == self.key or marks_fit(self._marked, marked, anywhere=self._anywhere):
                    return True
        return False


# ── the text that is searched


def searchable(shown: ContactFields, other_names: Iterable[ContactFields] = ()) -> Searchable:
    """The searched texts of a contact. Never raises, and is limited in size.

    Args:
        other_names: fields of sources whose names match too, although the contact does not show them.
    """
    others = (name for fields in other_names for name in (fields.get("display", ""), full_name(fields)))
    names, texts = _unique((*_names(shown), *others)), _unique(_texts(shown))
    name_lines, marked_names = _lines(names)
    text_lines, marked_texts = _lines(texts)
    ascii_keys = f"{'' if marked_names else name_lines} {'' if marked_texts else text_lines}"
    return Searchable(
        name_lines[:LONGEST_NAMES],
        text_lines[:LONGEST_TEXT],
        _marked_words([*marked_names, *marked_texts], ascii_keys)[:LONGEST_TEXT],
        "\n".join(_unique([plain(text[:LONGEST_NAMES]) for text in _addresses(shown)]))[:LONGEST_TEXT],
        digit_lines(shown)[:LONGEST_NAMES],
    )


@lru_cache(maxsize=64)
def forms_of(marked: str) -> Mapping[str, Sequence[str]]:
    """The marked words of a contact by their keys."""
    forms: dict[str, list[str]] = {}
    for form in marked.split():
        forms.setdefault(without_marks(form), []).append(form)
    return forms


def _names(shown: Mapping[str, Any]) -> Iterator[str]:
    yield full_name(cast(ContactFields, shown))
    for field in _NAMES:
        if field in shown:
            yield shown[field]
    if any(field in shown for field in _PHONETIC):
        yield phonetic_name(cast(ContactFields, shown))


def _texts(shown: Mapping[str, Any]) -> Iterator[str]:
    for field in _WORDS:
        if field in shown:
            yield shown[field]
    for field, unsearched in _OBJECTS:
        if field in shown:
            for value in shown[field]:
                yield " ".join([str(text) for name, text in value.items() if name not in unsearched])
    for field in _LINES:
        yield from shown.get(field, ())
    for field in _NOTES:
        if field in shown:
            yield shown[field][:LONGEST_NOTES]


def _addresses(shown: Mapping[str, Any]) -> Iterator[str]:
    for field, part, is_email in _ADDRESSES:
        if field in shown:
            for value in shown[field]:
                yield value[part]
                if is_email:
                    yield _readable(value[part])


def _readable(address: str) -> str:
    """The readable form of an address with an encoded domain ("xn--…", "example."); "" for any other."""
    return normalize_email(address) or "" if "xn--" in address.lower() or address.endswith(".") else ""


def _unique(texts: Iterable[str]) -> Collection[str]:
    return dict.fromkeys(filter(None, texts))


def _lines(texts: Collection[str]) -> tuple[str, Sequence[Folded]]:
    """Each text as a line of folded words with a space before each, and again with ä as ae if it has such letters.

    Returns:
        Also the folded texts, unless all are ASCII, which has no marks.
    """
    together = "\n".join(texts)
    if ("'" in together or "’" in together) and _ELIDED.search(together):
        texts = [*texts, *(_ELIDED.sub(r"\1 ", text) for text in texts)]
        together = "\n".join(texts)
    if together.isascii():
        return "\n".join([f" {key}" for key in dict.fromkeys(ascii_lines(together)) if key]), ()
    found = [fold_text(text) for text in texts]
    keys = dict.fromkeys(key for text in found for key in (text.key, text.written_out) if key)
    return "\n".join([f" {key}" for key in keys]), found


def _marked_words(texts: Iterable[Folded], ascii_keys: str) -> str:
    """The words with marks, each once, and without marks too if the contact has both.

    Args:
        ascii_keys: the keys of the contact's other texts, which have no marks.
    """
    if all(text.marked == text.key for text in texts):
        return ""
    pairs = [pair for text in texts for pair in zip(text.key.split(), text.marked.split(), strict=True)]
    with_marks = {key for key, form in pairs if key != form}
    forms = [form for key, form in pairs if key in with_marks]
    return " ".join(dict.fromkeys([*forms, *(key for key in ascii_keys.split() if key in with_marks)]))
