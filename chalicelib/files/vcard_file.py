"""Finds the cards in the bytes of a file. They may lack a beginning or an end, and may contain further cards."""

import re
from collections.abc import Iterator
from typing import NamedTuple

NO_BEGINNING, NO_END = "no_beginning", "no_end"  # the codes of cards that could not be read
_BOM = rb"(?:\xef\xbb\xbf)*"
_BEGIN = rb"(?i:BEGIN)[ \t]*:[ \t]*(?i:VCARD)[ \t]*"
_END = rb"(?i:END)[ \t]*:[ \t]*(?i:VCARD)[ \t]*"
_EDGE = b"".join(  # an end and the next beginning are one edge; some files have no line break between them
    (
        *(_BOM, rb"(?:(?P<end>", _END, rb")(?:(?:\r?\n)?(?P<next>", _BOM, _BEGIN, rb"))?"),
        *(rb"|(?P<agent>(?i:AGENT)[^:\r\n]*:[ \t]*)?", _BEGIN, rb")(?=[\r\n]|\Z)"),
    )
)
_FIRST_EDGE = re.compile(_EDGE).match
_EDGES = re.compile(rb"\n(?=[\xefBbEeAa])" + _EDGE).finditer  # the first characters make the search fast
_AFTER_AGENT = re.compile(rb"(?:\A|[\r\n])(?i:AGENT)[^:\r\n]*:\s*\Z").search
_LONGEST_AGENT = 200  # bytes of the line before a card in a card
_LONGEST_LINE_BREAK = 2
_LONE_CR = re.compile(rb"\r(?!\n)").search
_NOT_BLANK = re.compile(rb"[^\s\xef\xbb\xbf]").search


class RawCard(NamedTuple):
    """A card as it is in the file."""

    line: int  #: of its beginning, from 1
    content: bytes  #: between its beginning and its end; blank lines stand for the cards in it
    unreadable: str = ""  #: a code; "" for a card that is whole
    agents: tuple[bytes, ...] = ()  #: the cards in it, each whole
    before: bytes = b""  #: the text between the card before and this one
    before_line: int = 0  #: its first line


def with_line_feeds(content: bytes) -> bytes:
    """The content with LF at the end of every line, if CR alone is at the end of some."""
    if _LONE_CR(content) is None:
        return content
    return content.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def find_cards(content: bytes) -> Iterator[RawCard]:
    """The cards of a file, one at a time. Its lines end in LF or CRLF."""
    walk = _Walk(content)
    first = _FIRST_EDGE(content)
    if first and (card := walk.pass_edge(first, first.start())):
        yield card
    for edge in _EDGES(content, first.end() if first else 0):
        if card := walk.pass_edge(edge, edge.start() + 1):
            yield card
    if card := walk.finish():
        yield card


class _Walk:
    """Passes the beginnings and ends of cards in the order of the file."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._outside = 0  # where the text after the last card begins
        self._begin = -1  # where the open card begins; -1 for none
        self._text = 0  # where its properties begin
        self._open_agents: list[int] = []  # where the open cards in it begin
        self._agents: list[tuple[int, int]] = []
        self._counted_to, self._line = 0, 1

    def pass_edge(self, edge: re.Match[bytes], at: int) -> RawCard | None:
        """The card that ends at an edge, if any."""
        match edge.lastgroup:
            case "next":
                ended = self._pass_end(at, edge.end("end"))
                cut_short = self._pass_beginning(edge, edge.start("next"))  # the card around the one that ended
                return ended or cut_short
            case "end":
                return self._pass_end(at, edge.end())
        return self._pass_beginning(edge, at)

    def finish(self) -> RawCard | None:
        """The card that does not end."""
        end = len(self._content)
        return self._fragment(end, end) if self._begin < 0 else self._closed(end, end, NO_END)

    def _pass_beginning(self, edge: re.Match[bytes], at: int) -> RawCard | None:
        card = None
        if self._begin >= 0:
            if self._is_agent(edge, at):
                self._open_agents.append(edge.end("agent") if edge.lastgroup == "agent" else at)
                return None
            card = self._closed(at, at, NO_END)
        self._begin, self._text = at, edge.end()
        return card

    def _is_agent(self, edge: re.Match[bytes], at: int) -> bool:
        if edge.lastgroup == "agent":
            return True
        return _AFTER_AGENT(self._content[max(0, at - _LONGEST_AGENT) : at]) is not None

    def _pass_end(self, at: int, next_at: int) -> RawCard | None:
        if self._begin < 0:
            return self._fragment(at, next_at)
        if not self._open_agents:
            return self._closed(at, next_at, "")
        begin = self._open_agents.pop()
        if not self._open_agents:
            self._agents.append((begin, next_at))
        return None

    def _closed(self, end: int, next_at: int, unreadable: str) -> RawCard:
        """The open card, which ends at `end`; the text behind it begins at `next_at`."""
        if self._open_agents:
            self._agents.append((self._open_agents[0], end))
        content, begin, outside = self._content, self._begin, self._outside
        before, before_line = b"", 0
        if begin - outside > _LONGEST_LINE_BREAK and (text := _NOT_BLANK(content, outside, begin)):
            before, before_line = content[text.start() : begin], self._line_of(text.start())
        line = self._line_of(begin)
        self._begin, self._outside = -1, next_at
        if not self._agents:
            return RawCard(line, content[self._text : end], unreadable, (), before, before_line)
        agents = tuple(content[first:last] for first, last in self._agents)
        card = RawCard(line, self._without_agents(self._text, end), unreadable, agents, before, before_line)
        self._agents, self._open_agents = [], []
        return card

    def _without_agents(self, start: int, end: int) -> bytes:
        pieces = []
        for begin, finish in self._agents:
            pieces += [self._content[start:begin], b"\n" * self._content.count(b"\n", begin, finish)]
            start = finish
        return b"".join([*pieces, self._content[start:end]]) if pieces else self._content[start:end]

    def _fragment(self, end: int, next_at: int) -> RawCard | None:
        """The lines of a card whose beginning is missing; None for blank ones."""
        outside, self._outside = self._outside, next_at
        text = _NOT_BLANK(self._content, outside, end)
        if text is None:
            return None
        return RawCard(self._line_of(text.start()), self._content[text.start() : end], NO_BEGINNING)

    def _line_of(self, at: int) -> int:
        """The number of the line at an offset; offsets must not decrease."""
        self._line += self._content.count(b"\n", self._counted_to, at)
        self._counted_to = at
        return self._line
