"""Accounts at messaging services and social networks, of which every writer has its own form."""

import re
from urllib.parse import unquote

from chalicelib.files.card_fields import CardFields
from chalicelib.files.vcard_card import VcardFields
from chalicelib.files.vcard_lines import Head
from chalicelib.files.vcard_values import unescape
from chalicelib.providers.field_parsers import web_link

_SCHEMES = {  # of a URI, to the name of its service
    "aim": "aim",
    "gg": "gadugadu",
    "gtalk": "googleTalk",
    "icq": "icq",
    "im": "",
    "jabber": "jabber",
    "msn": "msn",
    "msnim": "msn",
    "qq": "qq",
    "sip": "sip",
    "skype": "skype",
    "x-apple": "",
    "xmpp": "jabber",
    "yahoo": "yahoo",
    "ymsgr": "yahoo",
}
_SERVICES = {  # as Apple names them
    "aim": "aim",
    "gadugadu": "gadugadu",
    "googletalk": "googleTalk",
    "icq": "icq",
    "jabber": "jabber",
    "msn": "msn",
    "qq": "qq",
    "skype": "skype",
    "yahoo": "yahoo",
}
_OWN_SERVICES = frozenset({*_SERVICES, "gtalk", "xmpp"})  # to whose handles our own export adds a scheme
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!//)(.+)", re.IGNORECASE | re.DOTALL).fullmatch


def read_messenger(card: VcardFields, head: Head, value: str) -> None:
    named = head.parameters.get("X-SERVICE-TYPE") or head.parameters.get("SERVICE-TYPE") or ""
    written = unescape(value).strip()
    if card.is_own:
        has_scheme = "".join(filter(str.isalnum, named.lower())) in _OWN_SERVICES
        card.add_im(_handle(written)[0] if has_scheme else written, named)
        return
    handle, service = _handle(written)
    service = _SERVICES.get(named.lower(), named) or service
    card.add_im(handle, service or card.labels.get(head.group, ""))


def _handle(written: str) -> tuple[str, str]:
    """The handle and the service of a URI such as `xmpp:ann@x.example`; a URI of another scheme stays whole."""
    uri = _SCHEME(written)
    if uri is None or (scheme := uri[1].lower()) not in _SCHEMES:
        return written, uri[1].lower() if uri else ""
    return unquote(uri[2]), _SCHEMES[scheme]


def read_profile(card: VcardFields, head: Head, value: str) -> None:
    """A profile at a social network."""
    parameters = head.parameters
    network = card.labels.get(head.group) or parameters.get("SERVICE-TYPE") or head.label
    written = unescape(value).strip()
    user = parameters.get("X-USER") or parameters.get("USERNAME") or ""
    add_account(card, user if _is_only_scheme(written) else written, network)


def _is_only_scheme(uri: str) -> bool:
    """Whether a URI has no handle, as `x-apple:` where the handle is a parameter."""
    return uri.endswith(":")


def add_account(card: CardFields, written: str, network: str) -> None:
    """An account: a link, or else a handle. The label is the network."""
    if web_link(written):
        card.add_url(written, network)
        return
    handle, service = _handle(written)
    card.add_im(handle, network or service)
