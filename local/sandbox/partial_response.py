"""Google's partial responses: the query parameter `fields` names the members of the response to send.

Members of an object are in parentheses or follow a slash: `items(name,author/email)`. A list is
selected like its items.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from local.sandbox.wire import Json

Mask = dict[str, "Mask"]  # of the members to send, each with the mask of its own; {} for all of it
_TOKENS = re.compile(r"[A-Za-z_]+|.")


@lru_cache
def parse_mask(text: str) -> Mask:
    """Raises ValueError for a text that is no mask."""
    tokens = iter([*_TOKENS.findall(text), ""])
    mask, end = _members(tokens)
    if end:
        raise ValueError(text)
    return mask


def _members(tokens: Iterator[str]) -> tuple[Mask, str]:
    """A list of members, and the token that ends it."""
    mask: Mask = {}
    end = ","
    while end == ",":
        name = next(tokens, "")
        if not name.isidentifier():
            raise ValueError(name)
        mask[name], end = _below(tokens)
    return mask, end


def _below(tokens: Iterator[str]) -> tuple[Mask, str]:
    """The mask of a member's value, and the token behind it."""
    token = next(tokens, "")
    if token == "/":
        name = next(tokens, "")
        if not name.isidentifier():
            raise ValueError(name)
        below, end = _below(tokens)
        return {name: below}, end
    if token == "(":
        below, end = _members(tokens)
        if end != ")":
            raise ValueError(end)
        return below, next(tokens, "")
    return {}, token


def select(value: Json, mask: Mask) -> Json:
    """The parts of a value that the mask names."""
    if not mask:
        return value
    if isinstance(value, list):
        return [select(each, mask) for each in value]
    if isinstance(value, dict):
        return {name: select(each, mask[name]) for name, each in value.items() if name in mask}
    return value
