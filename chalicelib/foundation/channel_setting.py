"""The setting LEAD_CHANNELS: channels of leads beside those that are built in."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.foundation.setting_kinds import InvalidSetting

BUILT_IN = ("whatsapp", "sms", "email", "instagram", "messenger", "telegram")
FORMS = ("text", "lower", "digits", "phone", "email")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}").fullmatch
_EXAMPLE = '{"line": {"form": "text", "pattern": "U[0-9a-f]{32}", "scope": "channel"}}'


@dataclass(frozen=True, slots=True)
class ChannelSetting:
    """How the identifiers of a configured channel look."""

    #: how they get their normal form: "text" as they are, "lower" in lower case, "digits", "phone", "email"
    form: str = "text"
    #: what the whole normal form has to match; any text if it is None
    pattern: re.Pattern[str] | None = None
    #: what they are unique in, in words ("channel"); "" if in the world
    scope: str = ""


def lead_channels(text: str) -> Mapping[str, ChannelSetting]:
    """Parse a JSON object that maps names of channels to how their identifiers look.

    Raises:
        InvalidSetting: it is no such object; names the channel at fault.
    """
    try:
        channels = json.loads(text)
    except ValueError:
        channels = None
    if not isinstance(channels, dict):
        raise InvalidSetting(f"must be a JSON object of channels, such as {_EXAMPLE}.")
    return {name: _channel(name, value) for name, value in channels.items()}


def _channel(name: str, value: Any) -> ChannelSetting:
    if not _NAME(name):
        raise InvalidSetting(
            "has a channel whose name is invalid; use up to 32 lowercase letters, digits, _ and -, a letter first."
        )
    if name in BUILT_IN:
        raise InvalidSetting(f'defines the channel "{name}", which is built in; choose another name.')
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise InvalidSetting(f'must map "{name}" to an object of texts, as in {_EXAMPLE}.')
    if set(value) - {"form", "pattern", "scope"}:
        raise InvalidSetting(f'has an unknown member in the channel "{name}"; known are form, pattern and scope.')
    form = value.get("form", "text")
    if form not in FORMS:
        raise InvalidSetting(f'has an unknown form in the channel "{name}"; use one of {", ".join(FORMS)}.')
    return ChannelSetting(form, _pattern(name, value.get("pattern")), value.get("scope", ""))


def _pattern(name: str, text: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(text) if text else None
    except (re.error, OverflowError, RecursionError):
        raise InvalidSetting(f'has a pattern in the channel "{name}" that is no regular expression.') from None
