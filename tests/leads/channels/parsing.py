"""Identities for the tests of channels."""

import pytest

from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.channels.identity import Identity, InvalidIdentity

CHANNELS = Channels({}, "US")


def parsed(channel: str, raw: str, region: str | None = None, scope: str | None = None) -> Identity:
    return CHANNELS.parse(channel, raw, scope=scope, region=region)


def refused(channel: str, raw: str, region: str | None = None, scope: str | None = None) -> InvalidIdentity:
    with pytest.raises(InvalidIdentity) as error:
        parsed(channel, raw, region, scope)
    return error.value


def phone(raw: str, region: str | None = None) -> tuple[str, str]:
    """The form and the key form of a number on WhatsApp."""
    identity = parsed("whatsapp", raw, region)
    return identity.form, identity.key_form
