"""Reads the entries of an LDIF file (RFC 2849), as programs write them: folded or not, with raw lines and lone DNs."""

import base64
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

_ATTRIBUTE = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9-]*)(?:;[\w;-]*)?(?P<kind>::?<?)(?P<value>.*)", re.DOTALL)
_OF_THE_FILE = ("version", "changetype")  # not of an entry
CLASS = "objectclass"
_KINDS = {"external_value": ":<", "not_base64": "::"}  # by the problem of their values
_BINARY = ("jpegphoto", "photo", "audio", "usercertificate", "userpkcs12", "usersmimecertificate", "thumbnailphoto")


class Value(NamedTuple):
    """One value of an entry."""

    name: str  #: of its attribute, in small letters
    text: str  #: decoded; of something that is no text, its hash and size
    problem: str = ""  #: a code, if `text` is not decoded

    @property
    def head(self) -> str:
        """What stands before the value, if it is not decoded: "description:<"; else the name of its attribute."""
        return self.name + _KINDS.get(self.problem, "")


@dataclass(slots=True)
class Entry:
    """One entry, without its DN: that is not escaped by most programs, and may be the one of another entry."""

    line: int  #: at which it begins, from 1
    values: list[Value] = field(default_factory=list)
    #: The classes of the entry, in small letters.
    classes: dict[str, None] = field(default_factory=dict)


def entries(lines: Iterable[str]) -> Iterator[Entry]:
    """The entries of a file, given its lines with or without their ends."""
    entry: Entry | None = None
    for number, line in _logical_lines(lines):
        written = _ATTRIBUTE.fullmatch(line)
        if not line:
            if entry is not None:
                yield entry
            entry = None
        elif written and written["name"].lower() not in _OF_THE_FILE:
            entry = entry or Entry(number)
            _add(entry, written["name"].lower(), written["kind"], written["value"])
    if entry is not None:
        yield entry


def entry_of_cells(cells: Iterable[tuple[str, str]], single: Collection[str]) -> Entry:
    """The entry of which a report has these cells, each with its header.

    Args:
        single: attributes whose values have no line breaks, so that each line is a value.
    """
    entry = Entry(0)
    for head, text in cells:
        name, colon, sign = head.strip().lower().partition(":")
        for value in text.splitlines() if name in single or name == CLASS else [text]:
            _add(entry, name, f":{sign}" if colon else ":", value)
    return entry


def _logical_lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Lines put together that a program folded, or wrote over several lines; "" between entries. No comments."""
    number, pieces = 0, list[str]()
    for place, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n")
        if line.startswith(" ") and pieces:
            pieces.append(line[1:])
        elif pieces and line and not line.startswith("#") and not _ATTRIBUTE.match(line):
            pieces.append("\n" + line)  # a value with a line break that is neither folded nor in base64
        else:
            if pieces:
                yield number, "".join(pieces)
            number, pieces = place, [line]
            if not line:
                yield place, ""
                pieces = []
            elif line.startswith("#"):
                pieces = []
    if pieces:
        yield number, "".join(pieces)


def _add(entry: Entry, name: str, kind: str, written: str) -> None:
    if name == "dn":
        return
    value = _decoded(name, kind, written)
    if name == CLASS:
        entry.classes[value.text.lower()] = None
    elif value.text or value.problem:
        entry.values.append(value)


def _decoded(name: str, kind: str, written: str) -> Value:
    if kind == ":":
        return Value(name, written.strip())
    if kind.endswith("<"):
        return Value(name, written.strip(), "external_value")
    try:
        data = base64.b64decode("".join(written.split()), validate=True)
    except ValueError:
        return Value(name, written.strip(), "not_base64")
    if name in _BINARY:
        return Value(name, f"{blake2b(data, digest_size=16).hexdigest()} {len(data)}")
    return Value(name, data.decode("utf-8", "backslashreplace").strip())


def is_binary(name: str) -> bool:
    """Whether an attribute holds no text, so that only a hash and a size are kept."""
    return name in _BINARY
