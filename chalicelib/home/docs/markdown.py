"""Markdown as the documentation uses it, as HTML: headings, paragraphs, lists, tables of code and text, code, links.

It renders our own texts, which are tested to have nothing else; whatever it does not know appears as it is written.
"""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

_FENCE = "```"
_HEADING = re.compile(r"(#{2,3}) (.+)")
_ITEM = re.compile(r"[*-] (.+)", re.DOTALL)
_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\[(?P<text>[^\]]+)\]\((?P<url>[^)\s]+)\)")
_CODE = Markup('<pre tabindex="0"><code>{}</code></pre>')
_BLOCK = re.compile(r"\n\s*\n")


def as_html(text: str) -> Markup:
    """A whole text. A heading has an id, so that it can be linked to."""
    return Markup("\n").join(_blocks(text))


def inline_html(text: str) -> Markup:
    """A text of one line: code, strong words and links."""
    parts, end = [], 0
    for match in _INLINE.finditer(text):
        parts += [escape(text[end : match.start()]), _marked(match)]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def anchor_of(heading: str) -> str:
    """The id of a heading: "What may change" as "what-may-change"."""
    return "-".join(re.findall(r"[a-z0-9]+", heading.lower()))


def _marked(match: re.Match[str]) -> Markup:
    if match["code"]:
        return Markup("<code>{}</code>").format(match["code"])
    if match["strong"]:
        return Markup("<strong>{}</strong>").format(inline_html(match["strong"]))
    return Markup('<a href="{}">{}</a>').format(match["url"], inline_html(match["text"]))


def _blocks(text: str) -> Iterator[Markup]:
    outside, *fenced = text.strip().split(f"\n{_FENCE}")
    yield from _paragraphs(outside)
    for number, piece in enumerate(fenced):
        if number % 2:
            yield from _paragraphs(piece)
        else:
            yield _CODE.format(piece.partition("\n")[2])  # after the name of the language


def _paragraphs(text: str) -> Iterator[Markup]:
    for block in filter(None, map(str.strip, _BLOCK.split(text))):
        if heading := _HEADING.fullmatch(block):
            level, words = len(heading[1]), heading[2]
            yield Markup('<h{} id="{}">{}</h{}>').format(level, anchor_of(words), inline_html(words), level)
        elif _ITEM.fullmatch(block):
            items = [_joined(item[2:]) for item in re.split(r"\n(?=[*-] )", block)]
            yield Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(each) for each in items))
        else:
            yield Markup("<p>{}</p>").format(_joined(block))


def _joined(lines: str) -> Markup:
    return inline_html(" ".join(lines.split()))
