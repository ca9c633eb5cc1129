"""Finds the objects of contacts in a JSON text, one after the other, so that memory does not grow with the file.

They are elements of an array, wherever programs put it: at the top, in "contacts", in the pages of an API, one a line.
Databases of documents write an object instead, whose members are called by the ids of the contacts, or by other keys
that tell them apart, such as user names.
"""

import json
import re
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import NamedTuple

from chalicelib.files.mapping.headers import plain_header
from chalicelib.files.mapping.known_headers import meaning_of
from chalicelib.foundation.fast_json import WrittenNumber
from chalicelib.foundation.json import Json

LISTS_OF_CONTACTS = frozenset({"contacts", "connections", "otherContacts", "people", "persons", "cards"})
_OTHER_LISTS = frozenset(
    {"value", "items", "results", "data", "records", "list", "entries", "rows", "response", "body"}
)
_NAMES = frozenset({"name", "display", "given", "family"})  # fields
_NAMES_AND_ADDRESSES = _NAMES | {"emails", "phones"}
_PARTS = frozenset(
    {"personal", "private", "home", "work", "business", "office", "primary", "secondary", "billing", "shipping"}
)  # of a contact, with addresses of their own
_WRAPPED = "person"  # what a search of the People API has around each contact
_DEEPEST = 8  # of arrays and objects around a contact
_LONGEST_INTEGER = 18  # digits; longer ones are no numbers but ids, and stay text
_LONGEST_SHOWN = 1_000  # characters of a text that cannot be read
_FAR = 1 << 16  # characters
_SPACE = re.compile(r"[\s\ufeff]*")
_COMMAS = re.compile(r"[\s\ufeff,]*")  # between values one after the other
_REST_OF_LIST = re.compile(r"[\s\ufeff,\]}]*")  # the same if they were found in a list
_LIKE_AN_ID = re.compile(r"-|[^\s]*[\d@]").match  # no name of a part of a contact
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|.)", re.DOTALL)


class Found(NamedTuple):
    """An element of a list of contacts."""

    value: Json  #: of a text that cannot be read, its beginning
    line: int = 0  #: from 1; 0 if the file is not one of lines
    problem: str = ""  #: a code, if the text cannot be read
    key: str = ""  #: what the file calls it, if that tells it apart from others; "" for an element of an array


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits


_DECODER = json.JSONDecoder(parse_float=WrittenNumber, parse_int=_integer, strict=False)


class _NotJson(ValueError):
    """A value that cannot be read."""

    def __init__(self, start: int, reached: int) -> None:
        super().__init__("not JSON")
        self.start = start  #: the place before which everything was read
        self.reached = reached  #: the place at which it is not JSON


def records_of_text(text: str) -> Iterator[Found]:
    """The contacts of a file that is one JSON value, or has several one after the other.

    A value that cannot be read is one problem; reading goes on with the next line that begins with a value.
    """
    text = _without_wrong_escapes(text)
    at, between = _after_space(text, 0), _COMMAS
    while True:
        try:
            at = yield from _stream(text, at, depth=0)
        except RecursionError:
            yield Found(None, problem="too_deep")
            return
        except _NotJson as error:
            is_near = text[at] == "{" and error.start < at + _LONGEST_SHOWN  # in the object that begins here
            start, at, between = at if is_near else error.start, _next_value(text, error), _REST_OF_LIST
            yield Found(text[start : min(at, start + _LONGEST_SHOWN)].strip(), problem="not_json")
            if at > _FAR:  # the decoder counts the lines before each value that it cannot read
                line = text.rfind("\n", 0, at)
                text, at = text[line:], at - line
        except IndexError:  # the text ends within the value
            yield Found(None, problem="not_json")
            return
        at = _after(between, text, at)
        if at == len(text):
            return


def _next_value(text: str, error: _NotJson) -> int:
    """The next line that begins with a value, indented as the one that cannot be read or not at all.

    It may be the line at which that value turned out to be wrong.
    """
    line = text.rfind("\n", 0, error.reached + 1)
    indent = text[text.rfind("\n", 0, error.start) + 1 : error.start]
    start = rf"\n(?:{indent})?(?=[{{\[])" if indent.strip(" \t") == "" else r"\n(?=[{\[])"
    found = re.compile(start).search(text, max(line, error.start))
    return found.end() if found else len(text)


def records_of_lines(lines: Iterable[str]) -> Iterator[Found]:
    """The contacts of a file with one JSON value a line. A line that cannot be read does not end it."""
    for number, line in enumerate(lines, 1):
        if stripped := line.strip().strip("\ufeff"):
            for found in records_of_text(stripped):
                yield found._replace(line=number)


def value_of_text(text: str) -> Json:
    """The value that a whole text is; None if it is not JSON."""
    try:
        value, end = _decoded(text, 0)
    except (ValueError, RecursionError):
        return None
    return value if _after_space(text, end) == len(text) else None


def values_of_text(text: str, is_one: Callable[[str, int], object]) -> Iterator[Found]:
    """The elements of an array, or values one after the other; none of them is looked into.

    Args:
        is_one: whether an array at some place of the text is a value itself.
    """
    text = _without_wrong_escapes(text)
    try:
        at = _after_space(text, 0)
        while at < len(text):
            if text[at] == "[" and not is_one(text, at):
                at = yield from _elements(text, at)
            else:
                value, at = _decoded(text, at)
                yield Found(value)
            at = _after_space(text, at)
    except RecursionError:
        yield Found(None, problem="too_deep")
    except (ValueError, IndexError):
        yield Found(None, problem="not_json")


def _elements(text: str, at: int) -> Generator[Found, None, int]:
    """The elements of the array that begins at this place; returns the place behind it."""
    at = _after_space(text, at + 1)
    while text[at] != "]":
        value, at = _decoded(text, at)
        yield Found(value)
        at = _after_comma(text, at, "]")
    return at + 1


def _decoded(text: str, at: int) -> tuple[Json, int]:
    """The value that begins at this place, and the place behind it."""
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _NotJson(at, error.pos) from error


def _without_wrong_escapes(text: str) -> str:
    r"""The text with \x07, which some programs write for a control character, as JSON has it."""
    if "\\x" not in text:
        return text
    return _ESCAPE.sub(lambda escape: f"\\u00{escape[1]}" if escape[1] else escape[0], text)


# ── arrays that are read element by element


_Reading = Generator[Found, None, int]  # of contacts; returns the place behind the value that they are in


def _stream(text: str, at: int, depth: int) -> _Reading:
    """The contacts of the value that begins at this place."""
    if depth > _DEEPEST:
        raise RecursionError
    if text[at] == "[":
        return (yield from _stream_array(text, at, depth))
    if text[at] == "{" and _has_list(text, at):
        return (yield from _stream_lists(text, at, depth))
    value, end = _decoded(text, at)
    yield from _records(value, depth)
    return end


def _stream_array(text: str, at: int, depth: int) -> _Reading:
    at = _after_space(text, at + 1)
    while text[at] != "]":
        value, at = _decoded(text, at)
        yield from _records(value, depth + 1)
        at = _after_comma(text, at, "]")
    return at + 1


def _stream_lists(text: str, at: int, depth: int) -> _Reading:
    """The contacts in all lists of an object. Its other members are passed over."""
    at = _after_space(text, at + 1)
    while text[at] != "}":
        key, at = _key(text, at)
        if text[at] in "[{" and (key in LISTS_OF_CONTACTS or key in _OTHER_LISTS):
            at = yield from _stream(text, at, depth + 1)
        else:
            _, at = _decoded(text, at)
        at = _after_comma(text, at, "}")
    return at + 1


def _has_list(text: str, at: int) -> bool:
    """Whether an object has lists of contacts, and is no contact itself. Looks only as far as the first list."""
    keys: list[str] = []
    at = _after_space(text, at + 1)
    while text[at] != "}":
        key, at = _key(text, at)
        if text[at] in "[{" and (key in LISTS_OF_CONTACTS or (key in _OTHER_LISTS and not _is_contact(keys))):
            return True
        keys.append(key)
        _, at = _decoded(text, at)
        at = _after_comma(text, at, "}")
    return False


def _key(text: str, at: int) -> tuple[str, int]:
    """The name of an object's member, and the place of its value."""
    key, at = _decoded(text, at)
    at = _after_space(text, at)
    if not isinstance(key, str) or text[at] != ":":
        raise _NotJson(at, at)
    return key, _after_space(text, at + 1)


def _after_space(text: str, at: int) -> int:
    return _after(_SPACE, text, at)


def _after(between: re.Pattern[str], text: str, at: int) -> int:
    found = between.match(text, at)
    return found.end() if found else at


def _after_comma(text: str, at: int, end: str) -> int:
    at = _after_space(text, at)
    if text[at] == end:
        return at
    if text[at] != ",":
        raise _NotJson(at - 1, at)
    return _after_space(text, at + 1)


# ── values that are read already


def _records(value: Json, depth: int, key: str = "") -> Iterator[Found]:
    """The contacts in a value, which the file calls by this key: itself, or those in its lists."""
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, list):
        for each in value:
            yield from _records(each, depth + 1)
    elif isinstance(value, dict) and (lists := _lists_in(value)):
        for each in lists:
            yield from _records(each, depth + 1)
    elif isinstance(value, dict) and _has_contacts_by_key(value):
        is_numbered = all(map(str.isdecimal, value)) and [*map(int, value)] == [*range(len(value))]
        for name, each in value.items():
            yield from _records(each, depth + 1, "" if is_numbered or len(value) == 1 else name)
    else:
        yield Found(value, key=key)


def _lists_in(value: dict[str, Json]) -> list[Json]:
    """The members of an object that have contacts; none if the object is one itself."""
    inner = {key: member for key, member in value.items() if isinstance(member, dict | list)}
    if certain := [member for key, member in inner.items() if key in LISTS_OF_CONTACTS]:
        return certain
    if not inner or _is_contact(value):
        return []
    likely = [member for key, member in inner.items() if key in _OTHER_LISTS or key == _WRAPPED]
    return likely or _lists_of_people(value) or _objects_of_people(value)


def _has_contacts_by_key(value: dict[str, Json]) -> bool:
    """Whether the members of an object are contacts, called by ids or by words that name no part of a contact."""
    members = list(value.values())
    if not members or not all(isinstance(each, dict) for each in members) or _is_contact(value):
        return False
    if all(map(_LIKE_AN_ID, value)):
        return all(map(_is_contact, members))
    people = sum(map(_has_name_or_address, members))
    return people >= min(2, len(members)) and people * 2 >= len(members) and _PARTS.isdisjoint(map(str.casefold, value))


def _lists_of_people(value: dict[str, Json]) -> list[Json]:
    """The lists of an object that has nothing but lists of objects with names, whatever it calls them."""
    if not all(isinstance(each, list) and all(map(_has_name, each)) for each in value.values()):
        return []
    return [each for each in value.values() if each]


def _objects_of_people(value: dict[str, Json]) -> list[Json]:
    """The members of an object that have contacts by their keys, whatever it calls them."""
    members = value.values()
    return [each for each in members if isinstance(each, dict) and len(each) > 1 and _has_contacts_by_key(each)]


def _has_name(value: Json) -> bool:
    return _has_field(value, _NAMES)


def _has_name_or_address(value: Json) -> bool:
    return _has_field(value, _NAMES_AND_ADDRESSES)


def _has_field(value: Json, fields: frozenset[str]) -> bool:
    found = [meaning_of(plain_header(key)) for key in value] if isinstance(value, dict) else []
    return any(each is not None and each.meanings[0].field in fields for each in found)


def _is_contact(keys: Iterable[str]) -> bool:
    return any(meaning_of(plain_header(key)) for key in keys)
