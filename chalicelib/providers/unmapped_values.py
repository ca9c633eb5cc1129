"""Values of a source that fit no member of ours: kept as custom fields, or named in the ledger."""

import re
from collections.abc import Iterable

from chalicelib.contacts.contact import CustomField, Email, Im, Url
from chalicelib.contacts.contact_fields import LONGEST_FIELD_NAME, MOST_CUSTOM_FIELDS
from chalicelib.foundation.json import Json
from chalicelib.providers.field_parsers import block, email_address, email_addresses, is_inside_exchange, line, web_link

EMAIL, WEB, BIRTHDAY = "E-mail", "Web", "Birthday"  # custom fields of what is not an address, a link or a day
WORD = re.compile(r"\w+")
_OF_CHAT = frozenset(
    {
        *("aim", "gtalk", "icq", "im", "jabber", "matrix", "msnim", "sip", "sips", "skype", "tg", "viber", "wechat"),
        *("whatsapp", "xmpp", "ymsgr"),
    }
)


class Rest:
    """Collects it while one contact is read.

    Args:
        called: the contact's names; the same name next to an address is dropped.
    """

    __slots__ = ("_called", "_dropped", "_fields", "_plain", "ims")

    def __init__(self, called: Iterable[str | None] = ()) -> None:
        self._called = called
        self._plain: set[str] | None = None  # made when it is first asked for, which is rare
        self._fields: dict[tuple[str, str], CustomField] = {}
        self._dropped: dict[str, None] = {}
        self.ims: list[Im] = []

    def keep(self, name: str, value: Json, kind: str = "") -> None:
        """Keeps a text under a name. For a value that is not text, the ledger names the kind that was left out."""
        if not (text := block(value)):
            self.mind(kind or name, value)
            return
        short, whole = line(name), ""
        if len(short) > LONGEST_FIELD_NAME:
            short, whole = short[: LONGEST_FIELD_NAME - 1] + "…", f"{short}: "
        field: CustomField = {"name": short, "value": whole + text}
        if not short:
            del field["name"]
        self._fields.setdefault((short, field["value"]), field)

    def mind(self, kind: str, value: Json) -> None:
        """Notes a value that is not empty and not text."""
        if value is not None and not isinstance(value, str) and value not in ({}, []):
            self.drop(kind)

    def drop(self, kind: str) -> None:
        self._dropped[kind] = None

    @property
    def custom_fields(self) -> list[CustomField]:
        return list(self._fields.values())[:MOST_CUSTOM_FIELDS] if self._fields else []

    @property
    def dropped(self) -> tuple[str, ...]:
        """The kinds of values that are not kept."""
        too_many = (f"Custom fields beyond {MOST_CUSTOM_FIELDS}",) if len(self._fields) > MOST_CUSTOM_FIELDS else ()
        return (*self._dropped, *too_many)

    # ── fields that may hold something else than they are for

    def emails(self, value: Json, label: str, known: dict[str, Email]) -> None:
        """Add the addresses in a field to those that are known; a name or a remark beside them is kept as text."""
        if address := email_address(value):  # what most fields are
            known.setdefault(address.lower(), {"value": address, "label": label} if label else {"value": address})
            return
        self.mind(EMAIL, value)
        addresses, executor = email_addresses(value)
        if not addresses and is_inside_exchange(line(value)):
            self.drop("Exchange address")
            return
        for address in addresses:
            known.setdefault(address.lower(), {"value": address, "label": label} if label else {"value": address})
        if executor and not (addresses and self.knows(executor)):
            self.keep(EMAIL, value)

    def knows(self, name: str) -> bool:
        if not name or name in self._called:
            return True
        if self._plain is None:
            self._plain = {_plain(each) for each in self._called if each}
        return _plain(name) in self._plain

    def link(self, value: Json, label: str, known: dict[str, Url]) -> None:
        """Add a link of the web to those that are known; a handle is kept with the services, or as text."""
        if link := web_link(value):
            known.setdefault(link, {"value": link, "label": label} if label else {"value": link})
            return
        scheme, colon, handle = line(value).partition(":")
        if colon and handle and scheme.lower() in _OF_CHAT:
            self.ims.append({"value": line(value), "label": scheme.lower()})
        else:
            self.keep(WEB if not label else f"{WEB} ({label})", value)


def _plain(name: str) -> str:
    """Its words in any order: "Rast, Uwe" is "Uwe Rast"."""
    return " ".join(sorted(WORD.findall(name.casefold())))
