"""Reads the properties of a card from its bytes: decoded, and every value as escaped text."""

import re
from dataclasses import dataclass, field
from functools import partial

from chalicelib.files.charsets import decode
from chalicelib.files.encodings import MIXED, UTF_8
from chalicelib.files.records import LONGEST_SHOWN, Problem
from chalicelib.files.vcard_file import RawCard
from chalicelib.files.vcard_lines import (
    BASE64,
    BINARY,
    QUOTED,
    Head,
    logical_lines,
    parse_head,
    split_line,
    unfolded,
)
from chalicelib.files.vcard_values import (
    base64_octets,
    escape,
    guard_paths,
    has_soft_break,
    summary,
    unescape,
    unquote,
    without_data,
)

OWN_PRODUCT = "\nPRODID:-//Contact Intake//"
NOT_A_PROPERTY, NOT_BASE64 = "not_a_property", "not_base64"  # the codes of problems
_VERSION = re.compile(r"^VERSION[^:\n]*:[ \t]*([0-9.]*)", re.IGNORECASE | re.MULTILINE).search
_WITHOUT_ESCAPES = ("", "2.1")  # versions in which a backslash may be text
_STRUCTURED = frozenset({"N", "ADR", "ORG"})
_MOST_HEADS, _LONGEST_HEAD = 4_096, 200  # that are remembered
_AGENT = Head("AGENT")
_DEFAULTS = {UTF_8: (), MIXED: ()}
# A text in one of these is UTF-8 by chance more often than one in an encoding of single bytes.
_OF_SEVERAL_BYTES = frozenset({"cp949", "cp932", "gb18030", "big5hkscs", "euc_jis_2004"})


@dataclass(slots=True)
class CardText:
    """The properties of a card, and what is none."""

    version: str  #: "2.1", "3.0", "4.0"; "" for none
    is_own: bool  #: whether our own export wrote the card
    properties: list[tuple[Head, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def cells(self) -> list[tuple[str, str]]:
        """What is written before each value, and the values, in the order of the file."""
        return [(head.written or head.name, value) for head, value in self.properties]

    def report(self, column: str, value: str, code: str) -> None:
        self.problems.append(Problem(column, value[:LONGEST_SHOWN], code))

    def keep_line(self, number: int, line: str) -> None:
        """Keep a line that is no property."""
        self.kept.append((f"Line {number}", line))
        self.report(f"Line {number}", line, NOT_A_PROPERTY)


class PropertyReader:
    """Reads the cards of one file. The heads of properties are parsed once, because most recur in every card.

    Args:
        encoding: the encoding of properties that name none.
    """

    def __init__(self, encoding: str) -> None:
        self._encodings = _DEFAULTS.get(encoding, (encoding,) if encoding in _OF_SEVERAL_BYTES else (UTF_8, encoding))
        self._heads: dict[str, Head] = {}
        self._usual_heads: dict[str, Head] = {}  # those whose values are text as it is
        self._is_exact = False  # whether the text of the card is certainly what its bytes mean

    def read(self, raw: RawCard) -> CardText:
        text, is_utf_8 = _text(raw.content)
        self._is_exact = text.isascii() or (is_utf_8 and not self._encodings)
        card = _empty_card(text)
        whole = unfolded(text)
        if whole is None or not self._add_lines(card, whole):
            card = _empty_card(text)
            self._add_logical_lines(card, text, raw.line)
        if raw.before:
            self._keep_lines(raw, card)
        for agent in raw.agents:
            card.properties.append((_AGENT, escape(self._decoded(_text(agent)[0]))))
        return card

    def _add_lines(self, card: CardText, text: str) -> bool:
        """Adds the properties in a text, one a line; False if a line is none, or the next one may continue it."""
        is_as_written = self._is_exact and not (card.version in _WITHOUT_ESCAPES and "\\" in text)
        usual = self._usual_heads if is_as_written else {}
        add = card.properties.append
        for line in text.strip("\n").split("\n"):
            written, _, value = line.partition(":")
            head = usual.get(written)
            if head is not None:
                add((head, value))
            elif line and not self._add_line(card, line, is_whole=False):
                return False
        return True

    def _add_logical_lines(self, card: CardText, text: str, first: int) -> None:
        """Adds the properties in a text, and keeps the lines that are none.

        Args:
            first: the number of its first line.
        """
        for number, line in logical_lines(text, first):
            if not self._add_line(card, line, is_whole=True):
                card.keep_line(number, self._decoded(line))

    def _add_line(self, card: CardText, line: str, *, is_whole: bool) -> bool:
        """Adds the property in a line; False if there is none.

        Args:
            is_whole: whether no other line continues it; else the result is also False if the next one may.
        """
        written, _, value = line.partition(":")
        head = self._heads.get(written)
        if head is None:
            if not is_whole and (":" not in line or line.count('"') % 2):
                return False
            written, value = split_line(line)
            head = self._head(written)
            if head is None:
                return False
        if not is_whole and head.encoding == QUOTED and has_soft_break(value):
            return False
        if card.version in _WITHOUT_ESCAPES and "\\" in value and head.encoding != BASE64:
            value = guard_paths(value)
        if not head.is_plain or not (self._is_exact or value.isascii()):
            value = self._escaped(head, value, card, len(written) + 1)
        card.properties.append((head, value))
        return True

    def _keep_lines(self, raw: RawCard, card: CardText) -> None:
        """Keeps the lines between the card before and this one."""
        for number, line in enumerate(_text(raw.before)[0].split("\n"), raw.before_line):
            if line.strip("\ufeff \t"):
                card.keep_line(number, self._decoded(line))

    def _head(self, written: str) -> Head | None:
        head = self._heads.get(written)
        if head is None:
            head = parse_head(self._decoded(written))
            if head is not None and len(written) <= _LONGEST_HEAD and len(self._heads) < _MOST_HEADS:
                self._heads[written] = head
                if head.is_plain:
                    self._usual_heads[written] = head
        return head

    def _escaped(self, head: Head, value: str, card: CardText, column: int) -> str:
        """The escaped text of a value; a hash and a size for one that is no text."""
        if head.encoding == BASE64 and "://" not in value[:20]:
            return self._from_base64(head, value, card)
        charsets, problem = (head.charset, *self._encodings), ""
        if head.encoding == QUOTED:
            value, problem = unquote(
                value, partial(decode, charsets=charsets), is_structured=head.name in _STRUCTURED, column=column
            )
        elif not value.isascii() or head.charset:
            value, problem = decode(value.encode("utf-8", "surrogateescape"), charsets)
        if problem:
            card.report(head.name, value, problem)
        if head.name not in BINARY:
            return value
        text = unescape(value)
        short = without_data(text)
        return value if short is text else short

    def _from_base64(self, head: Head, value: str, card: CardText) -> str:
        octets = base64_octets(value)
        if octets is None:
            card.report(head.name, value, NOT_BASE64)
            return value
        if head.name in BINARY:
            return summary(octets)
        text, problem = decode(octets, (head.charset, *self._encodings))
        return summary(octets) if problem or "\x00" in text else escape(text)

    def _decoded(self, text: str) -> str:
        """A text that may have undecoded bytes."""
        return text if text.isascii() else decode(text.encode("utf-8", "surrogateescape"), self._encodings)[0]


def _empty_card(text: str) -> CardText:
    return CardText(found[1] if (found := _VERSION(text)) else "", OWN_PRODUCT in text)


def _text(content: bytes) -> tuple[str, bool]:
    """The text with LF line breaks, and whether it is UTF-8; other bytes are lone surrogates until they are decoded."""
    content = content.replace(b"\r", b"")  # which stands before LF only
    try:
        return content.decode(), True
    except UnicodeDecodeError:
        return content.decode("utf-8", "surrogateescape"), False
