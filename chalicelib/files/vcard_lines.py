"""Divides the text of a card into properties, whatever way its writer broke the lines."""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from chalicelib.files.charsets import codec_of, decode
from chalicelib.files.encodings import UTF_8
from chalicelib.files.vcard_labels import is_known_type, label_of_types
from chalicelib.files.vcard_values import has_soft_break

NOT_PREFERRED = 101  # behind every preference, which are 1 to 100
LONGEST_HEAD = 4_000  # characters; a longer line is only joined, which takes linear time
BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "X-MS-CARDPICTURE"})  # properties that may be no text
QUOTED, BASE64 = "quoted-printable", "base64"
_BLANKS = (" ", "\t")
_ENCODINGS = {"QUOTED-PRINTABLE": QUOTED, "Q": QUOTED, "BASE64": BASE64, "B": BASE64}
_PLAIN_ENCODINGS = frozenset({"7BIT", "8BIT"})
_KINDS_OF_VALUE = frozenset({"INLINE", "URL", "URI", "CONTENT-ID", "CID"})
_NAME = re.compile(r"[A-Za-z0-9_\-/]+").fullmatch
_BEGINS_PROPERTY = re.compile(r"[\ufeff\s]*[A-Za-z0-9_\-.]+\s*[;:]").match
_IS_QUOTED = re.compile(r';\s*(?:ENCODING\s*=\s*)?"?QUOTED-PRINTABLE', re.IGNORECASE).search
_IS_BASE64 = re.compile(r';\s*(?:ENCODING\s*=\s*"?B(?:ASE64)?|BASE64)"?\s*(?:;|$)', re.IGNORECASE).search
_IS_BASE64_TEXT = re.compile(r"[A-Za-z0-9+/]+={0,2}\s*").fullmatch
_HAS_OPEN_QUOTE = re.compile(r'[^:"]*+(?:"[^"]*+"[^:"]*+)*+"[^"]*+').fullmatch
_UP_TO_COLON = re.compile(r'(?:[^:"]++|"[^"]*+")*+:').match
_CUSTOM_LABEL = re.compile(r"X-CUSTOM\(CHARSET=([^,]*),ENCODING=QUOTED-PRINTABLE,(.*)\)", re.IGNORECASE).fullmatch
_PREFERENCE = re.compile(r"PREF=(\d+)", re.IGNORECASE).fullmatch
_ENDS_A_VALUE = re.compile("[:;,]").search
_CARET = re.compile(r"\^([n^'])")  # RFC 6868
_AFTER_CARET = {"n": "\n", "^": "^", "'": '"'}


@dataclass(frozen=True, slots=True)
class Head:
    """The part of a property before its value."""

    #: In capitals: "TEL".
    name: str
    #: In capitals: "ITEM1"; "" for none.
    group: str = ""
    #: As written: ("CELL", "Summer house").
    types: tuple[str, ...] = ()
    #: The label that the types mean; "" for none.
    label: str = ""
    #: 1 is the most preferred; `NOT_PREFERRED` if nothing is said.
    preference: int = NOT_PREFERRED
    #: `QUOTED`, `BASE64` or "".
    encoding: str = ""
    #: The name of a character set; "" for none.
    charset: str = ""
    #: The kind of the value, in small letters: "uri".
    kind: str = ""
    #: The values of the other parameters, by their names in capitals.
    parameters: Mapping[str, str] = field(default_factory=dict)
    #: Whether the value is text in UTF-8, as most are.
    is_plain: bool = True
    #: Whether it says something about other properties: their order or their label.
    is_about_others: bool = False
    #: The whole part without its encoding: "ITEM1.TEL;TYPE=CELL;PREF=1"; "" for the name alone.
    written: str = ""


def _quoted(text: str) -> str:
    """The value of a parameter, as RFC 6868 escapes it; in quotes if it has a character that would end it."""
    escaped = text.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    return f'"{escaped}"' if _ENDS_A_VALUE(escaped) else escaped


# ── lines


def unfolded(text: str) -> str | None:
    """The text of a card, each folded line on one line; None if `logical_lines` is needed.

    Fast. Lines that go on without being folded are not recognized; some have no colon, or end in an equals sign.
    """
    if "\t" in text:
        text = text.replace("\n\t", "\n ")
    pieces = text.split("\n ")
    if len(pieces) == 1:
        return text
    for piece in pieces[:-1]:
        if piece.rstrip(" \t").endswith(("=", "\n")):  # a soft break, or a blank line
            return None
    return "".join(pieces)


def logical_lines(text: str, first: int) -> Iterator[tuple[int, str]]:
    """The lines of a card, unfolded, each with the number of its first line in the file.

    A quoted-printable value keeps the breaks between its lines, because only its decoding shows what they mean.

    Args:
        text: with LF line breaks.
        first: the number of its first line.
    """
    current: _Line | None = None
    for number, line in enumerate(text.split("\n"), first):
        if current is not None and current.takes(line):
            continue
        if line.strip():
            if current is not None:
                yield current.number, current.text
            current = _Line(number, line)
    if current is not None:
        yield current.number, current.text


class _Line:
    """A line that further lines may continue."""

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self._pieces = [text]
        self._length = len(text)
        self._describe(text)

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def _describe(self, text: str) -> None:
        head, colon, _ = text.partition(":")
        self._is_head = not colon
        self._is_quoted = bool(colon) and _IS_QUOTED(head) is not None
        self._is_base64 = bool(colon) and _IS_BASE64(head) is not None
        self._has_open_quote = '"' in head and _HAS_OPEN_QUOTE(text) is not None

    def takes(self, line: str) -> bool:
        """Appends the next line of the file; False if it does not belong to this one."""
        is_indented = line[:1] in _BLANKS
        if self._is_quoted and (is_indented or has_soft_break(self._pieces[-1])):
            self._pieces += ["\n", line]
        elif is_indented:
            self._append(line[1:])
        elif self._is_head and "(" in self._pieces[0] and has_soft_break(self._pieces[-1]):
            self._pieces[-1] = self._pieces[-1].rstrip(" \t")[:-1]
            self._append(line)
        elif self._has_open_quote and not _BEGINS_PROPERTY(line):
            self._append(f"\n{line}")
        elif self._is_base64 and _IS_BASE64_TEXT(line):
            self._append(line)
        else:
            return False
        return True

    def _append(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
        if (self._is_head or self._has_open_quote) and self._length < LONGEST_HEAD:
            text = self.text
            self._pieces = [text]
            self._describe(text)


# ── heads


def split_line(line: str) -> tuple[str, str]:
    """The head and the value of a line; ("", "") if it has no colon. A colon in quotes belongs to the head."""
    head, colon, value = line.partition(":")
    if '"' in head and head.count('"') % 2 and (whole := _UP_TO_COLON(line)):
        return line[: whole.end() - 1], line[whole.end() :]
    return (head, value) if colon else ("", "")


def parse_head(text: str) -> Head | None:
    """The name and the parameters of a property; None if it is none."""
    whole_name, *parameters = _split_outside_quotes(text, ";")
    group, _, name = whole_name.strip("\ufeff \t").rpartition(".")
    if not _NAME(name):
        return None
    builder = HeadBuilder()
    for parameter in parameters:
        builder.read(parameter.strip())
    return builder.head(name, group)


class HeadBuilder:
    """Collects the parameters of a property."""

    def __init__(self) -> None:
        self._types: list[str] = []
        self._others: dict[str, str] = {}
        self._preference = NOT_PREFERRED
        self._encoding = ""

    def head(self, name: str, group: str) -> Head:
        """The head of a property with this name; called once."""
        name, types = name.upper(), tuple(self._types)
        charset, kind = self._others.pop("CHARSET", ""), self._others.pop("VALUE", "").lower()
        return Head(
            name,
            group.upper(),
            types,
            label_of_types(types),
            self._preference,
            self._encoding,
            charset,
            kind,
            self._others,
            is_plain=not self._encoding and codec_of(charset or UTF_8) == UTF_8 and name not in BINARY,
            is_about_others=self._preference != NOT_PREFERRED or name == "X-ABLABEL",
            written=self._written(name, group.upper(), kind),
        )

    def _written(self, name: str, group: str, kind: str) -> str:
        types = (f";TYPE={_quoted(each)}" for each in self._types)
        preference = f";PREF={self._preference}" if self._preference != NOT_PREFERRED else ""
        others = (f";{parameter}={_quoted(value)}" for parameter, value in self._others.items())
        is_group, has_kind = f"{group}." if group else "", f";VALUE={kind}" if kind else ""
        return "".join((is_group, name, *types, preference, has_kind, *others))

    def read(self, parameter: str) -> None:
        """Add a parameter as it is written: `TYPE=home,work`, or in version 2.1 `HOME`."""
        if label := _CUSTOM_LABEL(parameter):
            self._types.append(_quoted_label(label[1], label[2]))
            return
        name, equals, value = parameter.partition("=")
        name = name.strip().upper()
        if not equals:
            self._read_word(parameter)
        elif name == "TYPE":
            for each in _split_outside_quotes(value, ","):
                self.add(name, _plain(each.strip()))
        else:
            self.add(name, _plain(value))

    def add(self, name: str, value: str) -> None:
        """Add one value of a parameter."""
        if name == "TYPE":
            self._add_types(value)
        elif name == "PREF":
            self._prefer(value)
        elif name == "ENCODING":
            self._encoding = self._encoding or _ENCODINGS.get(value.strip().upper(), "")
        else:
            self._others.setdefault(name, value)

    def _read_word(self, word: str) -> None:
        """A parameter of version 2.1 without a name."""
        upper = word.upper()
        if upper in _ENCODINGS:
            self._encoding = self._encoding or _ENCODINGS[upper]
        elif upper in _KINDS_OF_VALUE:
            self._others.setdefault("VALUE", word)
        elif word and not word.isdigit() and upper not in _PLAIN_ENCODINGS:
            self._add_types(_plain(word))

    def _add_types(self, text: str) -> None:
        """One type; several if they are quoted together, as in `TYPE="voice,home"`."""
        words = re.split("[,;]", text) if "," in text or ";" in text else [text]
        for word in words if len(words) > 1 and all(map(is_known_type, words)) else [text]:
            if preference := _PREFERENCE(word):
                self._prefer(preference[1])
            elif word.strip().upper() == "PREF":
                self._prefer("1")
            elif word.strip():
                self._types.append(word.strip())

    def _prefer(self, text: str) -> None:
        if text.isascii() and text.isdigit() and len(text) <= 3:
            self._preference = min(self._preference, max(int(text), 1))


def _quoted_label(charset: str, quoted: str) -> str:
    return decode(binascii.a2b_qp(quoted.encode("utf-8", "surrogateescape")), [charset])[0]


def _plain(value: str) -> str:
    """The value of a parameter without its quotes and carets."""
    value = value.strip().replace('"', "") if '"' in value else value
    return _CARET.sub(lambda found: _AFTER_CARET[found[1]], value) if "^" in value else value


def _split_outside_quotes(text: str, separator: str) -> list[str]:
    if '"' not in text:
        return text.split(separator)
    parts, start, is_quoted = [], 0, False
    for found in re.finditer(f'["{separator}]', text):
        if found[0] == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            parts.append(text[start : found.start()])
            start = found.end()
    parts.append(text[start:])
    return parts
