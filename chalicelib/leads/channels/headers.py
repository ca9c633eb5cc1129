"""What headers of columns say about channels: "WhatsApp number", "IGSID", "Nombre de usuario de Telegram"."""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from chalicelib.files.mapping.headers import plain_header

_TABLE = Path(__file__).with_name("headers.toml")
_OF_NUMBERS = ("whatsapp", "sms")  # a column with their name alone holds numbers; those of others hold user names
_FEWEST_ALONE = 3  # letters of a name that stands for a channel without a noun


class ChannelHeader(NamedTuple):
    """What a column holds."""

    channel: str
    is_identity: bool  #: False for user names, which are attributes


class _Words(NamedTuple):
    """The words of the table, without spaces."""

    names: Mapping[str, str]  #: channels by their names
    nouns: Mapping[str, str]  #: kinds of identifiers by what is said beside a name
    identifiers: Mapping[str, str]  #: channels by what is said of their identifiers alone
    columns: Mapping[str, str]  #: fields of other columns by their headers
    scopes: Mapping[str, str]  #: channels by what their identities are unique in, as a whole header; "" for any channel
    scope_nouns: Collection[str]  #: what is said of that beside the name of a channel


def channel_of_header(header: str) -> ChannelHeader | None:
    """The channel that a column is about; None for other columns, such as those of phone numbers and addresses."""
    text, words = _joined(header), _words()
    if text in words.identifiers:
        return ChannelHeader(words.identifiers[text], is_identity=True)
    for channel, noun in _readings(text, words.names):
        kind = words.nouns.get(noun)
        if kind and (kind != "number" or channel in _OF_NUMBERS):
            return ChannelHeader(channel, kind != "username")
        if not noun:
            return ChannelHeader(channel, channel in _OF_NUMBERS)
    return None


def scope_of_header(header: str, channels: Sequence[str]) -> str | None:
    """The channel whose identities are unique in what a column names; "" for any channel, None for other columns.

    Args:
        channels: the names of all channels.
    """
    text, words = _joined(header), _words()
    if text in words.scopes:
        return words.scopes[text]
    names = {**words.names, **{_joined(channel): channel for channel in channels}}
    found = (channel for channel, noun in _readings(text, names) if noun in words.scope_nouns)
    return next(found, None)


def field_of_own_header(header: str) -> str:
    """What a column is that leads alone have: "identity", "channel" or "tags"; "" for others."""
    return _words().columns.get(_joined(header), "")


def _readings(text: str, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each channel whose name a header begins or ends with, and the rest of the header."""
    for name, channel in names.items():
        if text == name and len(name) >= _FEWEST_ALONE:
            yield channel, ""
        elif text.startswith(name) and text != name:
            yield channel, text[len(name) :]
        if text.endswith(name) and text != name:
            yield channel, text[: -len(name)]


@cache
def _words() -> _Words:
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    fillers = ["", *map(_joined, table["fillers"]["words"])]
    nouns = {_joined(noun): kind for kind, several in table["nouns"].items() for noun in several}
    around = {text: kind for noun, kind in nouns.items() for each in fillers for text in (each + noun, noun + each)}
    scopes = table["scopes"]
    scope_nouns = map(_joined, scopes["nouns"])
    return _Words(
        _by_word(table["names"]),
        around,
        _by_word(table["identifiers"]),
        _by_word(table["columns"]),
        _by_word({"": scopes["any"], **scopes["of"]}),
        frozenset(text for noun in scope_nouns for each in fillers for text in (each + noun, noun + each)),
    )


def _by_word(words: Mapping[str, list[str]]) -> Mapping[str, str]:
    """What the words stand for."""
    return {_joined(word): meaning for meaning, several in words.items() for word in several}


def _joined(header: str) -> str:
    return plain_header(header).replace(" ", "")
