"""The channels on which an organization meets people, and how each of them identifies a person.

| channel | identifier | unique in | what can change |
|---|---|---|---|
| whatsapp | phone number (`wa_id`) | the world | people change it |
| whatsapp | business-scoped user id (BSUID) | a Meta business portfolio | a new number brings a new one |
| sms | phone number | the world | it may be given to somebody else |
| email | address | the world | people change jobs |
| instagram | Instagram-scoped id (IGSID) | an Instagram professional account | nothing |
| messenger | page-scoped id (PSID) | a Facebook Page | nothing |
| telegram | user id | the world | nothing |

User names can change at any time, so they are attributes of a lead (`username_of`). Further channels are configured.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.foundation.channel_setting import ChannelSetting
from chalicelib.leads.channels.address import address_form
from chalicelib.leads.channels.cell_text import cell_text, digits_as_text, refuse_damage
from chalicelib.leads.channels.identity import ANYWHERE, Identity, InvalidIdentity
from chalicelib.leads.channels.number_spellings import key_form
from chalicelib.leads.channels.phone import phone_form
from chalicelib.leads.channels.platform_ids import (
    BSUID,
    PARENT_BSUID,
    bsuid_kind,
    platform_id,
    refuse_username,
    telegram_id,
)

PHONE, ADDRESS, ID = "phone", "address", "id"  # kinds of identifiers, beside those of WhatsApp
_SCOPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}").fullmatch


class Read(NamedTuple):
    """An identifier that was read."""

    kind: str
    form: str
    key_form: str


class Channel(NamedTuple):
    """A channel: how its identifiers are read, and what those of each kind are unique in."""

    #: reads a text with the region of its phone numbers
    read: Callable[[str, str], Read]
    #: what identifiers are unique in, in words, by their kind; the kinds that are not here are unique in the world
    scopes: Mapping[str, str]


class Channels:
    """All channels of this deployment.

    Args:
        configured: those beside the built-in ones, by name.
        region: the country of phone numbers without a country code.
    """

    def __init__(self, configured: Mapping[str, ChannelSetting], region: str) -> None:
        own = {name: _configured(setting) for name, setting in configured.items()}
        self._channels: Mapping[str, Channel] = {**_BUILT_IN, **own}
        self._region = region

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all channels, the built-in ones first."""
        return tuple(self._channels)

    @property
    def scoped(self) -> tuple[str, ...]:
        """The names of the channels with identifiers that are not unique in the world."""
        return tuple(name for name, channel in self._channels.items() if channel.scopes)

    def parse(self, channel: str, raw: str, *, scope: str | None = None, region: str | None = None) -> Identity:
        """The identity of a person on a channel.

        Args:
            scope: what the identifier is unique in, such as the id of a Facebook Page; ignored where it is unique in
                the world.
            region: the country of phone numbers without a country code, if not the default one; `INTERNATIONAL` if
                they all have one, as those from WhatsApp's webhooks.

        Raises:
            InvalidIdentity: there is no such channel, the identifier is none of a person, or its scope is missing.
        """
        known = self._channels.get(channel)
        if known is None:
            raise InvalidIdentity(
                "unknown_channel", f"There is no such channel. Known are {', '.join(self._channels)}.", "channel"
            )
        kind, form, key = known.read(cell_text(raw), self._region if region is None else region)
        unique_in = known.scopes.get(kind)
        return Identity(channel, _scope(unique_in, scope) if unique_in else ANYWHERE, kind, form, key, raw)


def _scope(unique_in: str, given: str | None) -> str:
    scope = (given or "").strip()
    if not scope:
        raise InvalidIdentity(
            "scope_missing", f"Give the scope of this identifier: the id of the {unique_in}.", "scope"
        )
    if not _SCOPE(scope):
        raise InvalidIdentity("invalid_scope", f"The scope is not the id of a {unique_in}.", "scope")
    return scope


def _whatsapp(text: str, region: str) -> Read:
    kind = bsuid_kind(text)
    if kind:
        return Read(kind, text, text)
    try:
        return _phone(text, region)
    except InvalidIdentity:
        refuse_damage(text)
        refuse_username(text)
        raise


def _phone(text: str, region: str) -> Read:
    number = phone_form(text, region)
    return Read(PHONE, number, key_form(number))


def _email(text: str, _region: str) -> Read:
    address = address_form(text)
    return Read(ADDRESS, address, address)


def _id(text: str, _region: str) -> Read:
    digits = platform_id(text)
    return Read(ID, digits, digits)


def _telegram(text: str, _region: str) -> Read:
    digits = telegram_id(text)
    return Read(ID, digits, digits)


_BUILT_IN: Mapping[str, Channel] = {
    "whatsapp": Channel(_whatsapp, {BSUID: "Meta business portfolio", PARENT_BSUID: "parent portfolio"}),
    "sms": Channel(_phone, {}),
    "email": Channel(_email, {}),
    "instagram": Channel(_id, {ID: "Instagram professional account"}),
    "messenger": Channel(_id, {ID: "Facebook Page"}),
    "telegram": Channel(_telegram, {}),
}


def _configured(setting: ChannelSetting) -> Channel:
    read = {"phone": _phone, "email": _email, "digits": _id}.get(setting.form)
    kind = {"phone": PHONE, "email": ADDRESS}.get(setting.form, ID)
    scopes = {kind: setting.scope} if setting.scope else {}
    return Channel(_ConfiguredText(setting, read), scopes)


@dataclass(frozen=True)
class _ConfiguredText:
    """Reads the identifiers of a configured channel."""

    setting: ChannelSetting
    other: Callable[[str, str], Read] | None

    def __call__(self, text: str, region: str) -> Read:
        found = self.other(text, region) if self.other else self._as_text(text)
        pattern = self.setting.pattern
        if pattern is not None and not pattern.fullmatch(found.form):
            raise InvalidIdentity("no_id", "This is not an identifier of this channel. Check its format.")
        return found

    def _as_text(self, text: str) -> Read:
        refuse_damage(text)
        form = digits_as_text(text).lower() if self.setting.form == "lower" else digits_as_text(text)
        if not form.isprintable():
            raise InvalidIdentity("no_id", "The identifier has characters that cannot be printed.")
        return Read(ID, form, form)
