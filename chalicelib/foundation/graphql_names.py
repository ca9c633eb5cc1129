"""Converts names between GraphQL's camelCase and our snake_case."""

import re

_SNAKE = re.compile(r"(?<=[a-z0-9])_([a-z0-9])")
_CAMEL = re.compile(r"(?<=[A-Za-z0-9])([A-Z])")


def to_camel(text: str) -> str:
    """The text with every name such as `contact_ids` as `contactIds`."""
    return _SNAKE.sub(lambda match: match[1].upper(), text)


def to_snake(text: str) -> str:
    return _CAMEL.sub(lambda match: "_" + match[1].lower(), text)
