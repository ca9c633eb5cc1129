"""Source values that fit no contact field: kept as custom fields, or reported in the ledger as left out."""

import re
from collections.abc import Callable, Iterable

from chalicelib.contacts.contact_fields import LONGEST_FIELD_NAME, MOST_CUSTOM_FIELDS
from chalicelib.contacts.parse_email_field import email_address, parse_email_field
from chalicelib.contacts.source_record import ContactFields, CustomField, Email, Im, Url
from chalicelib.foundation.json import Json
from chalicelib.providers.field_parsers import is_exchange_name, multiline, one_line, web_link

EMAIL, WEB, BIRTHDAY = "E-mail", "Web", "Birthday"  # names of custom fields for text that is no address, link or date
WORD = re.compile(r"\w+")
CHAT_SCHEMES = frozenset(
    {
        *("aim", "gtalk", "icq", "im", "jabber", "matrix", "msnim", "sip", "sips", "skype", "tg", "viber", "wechat"),
        *("whatsapp", "xmpp", "ymsgr"),
    }
)


class UnmappedValues:
    """Collects the unmapped values of one contact.

    Args:
        contact: its fields, with all parts of its name.
        own_names: its names besides its display name. Text next to an email address that repeats a name is not kept.
    """

    __slots__ = ("_contact", "_dropped", "_fields", "_names", "_own_names", "ims")

    def __init__(self, contact: ContactFields, own_names: Callable[[ContactFields], Iterable[str | None]]) -> None:
        self._contact, self._own_names = contact, own_names
        self._names: frozenset[str] | None = None  # computed on first use, which is rare
        self._fields: dict[tuple[str, str], CustomField] = {}
        self._dropped: dict[str, None] = {}
        #: Messaging handles found in fields for links.
        self.ims: list[Im] = []

    def keep(self, name: str, value: Json, kind: str = "") -> None:
        """Keep text as a custom field called `name`; report any other value as left out, as `kind` or `name`."""
        if not (text := multiline(value)):
            self.drop_unless_text(kind or name, value)
            return
        short, whole = one_line(name), ""
        if len(short) > LONGEST_FIELD_NAME:
            short, whole = short[: LONGEST_FIELD_NAME - 1] + "…", f"{short}: "
        field: CustomField = {"name": short, "value": whole + text}
        if not short:
            del field["name"]
        self._fields.setdefault((short, field["value"]), field)

    def drop_unless_text(self, kind: str, value: Json) -> None:
        """Report a value as left out if it is neither empty nor text."""
        if value is not None and not isinstance(value, str) and value not in ({}, []):
            self.drop(kind)

    def drop(self, kind: str) -> None:
        """Report a value of this kind as left out."""
        self._dropped[kind] = None

    @property
    def custom_fields(self) -> list[CustomField]:
        return list(self._fields.values())[:MOST_CUSTOM_FIELDS] if self._fields else []

    @property
    def dropped(self) -> tuple[str, ...]:
        """The kinds of values that were left out, for the ledger."""
        if len(self._fields) > MOST_CUSTOM_FIELDS:
            return (*self._dropped, f"Custom fields beyond {MOST_CUSTOM_FIELDS}")
        return tuple(self._dropped)

    # ── fields that often contain something else

    def add_emails(self, value: Json, label: str, known: dict[str, Email]) -> None:
        """Add the email addresses in `value` to `known`; keep other text next to them as a custom field."""
        text = one_line(value)
        if address := email_address(text):  # by far the most common case
            known.setdefault(address.lower(), {"value": address, "label": label} if label else {"value": address})
            return
        self.drop_unless_text(EMAIL, value)
        addresses, remainder = parse_email_field(text)
        if not addresses and is_exchange_name(text):
            self.drop("Exchange address")
            return
        for address in addresses:
            known.setdefault(address.lower(), {"value": address, "label": label} if label else {"value": address})
        if remainder and not (addresses and self.is_name(remainder)):
            self.keep(EMAIL, value)

    def is_name(self, name: str) -> bool:
        """Whether `name` is empty or one of the contact's own names, with its words in any order."""
        if not name or name == self._contact.get("display"):  # by far the most common cases
            return True
        if self._names is None:
            names = (self._contact.get("display"), *self._own_names(self._contact))
            self._names = frozenset(_sorted_words(each) for each in names if each)
        return _sorted_words(name) in self._names

    def add_link(self, value: Json, label: str, known: dict[str, Url]) -> None:
        """Add a web link to `known`; keep a messaging handle in `ims`, and other text as a custom field."""
        if link := web_link(value):
            known.setdefault(link, {"value": link, "label": label} if label else {"value": link})
            return
        scheme, colon, handle = one_line(value).partition(":")
        if colon and handle and scheme.lower() in CHAT_SCHEMES:
            self.ims.append({"value": one_line(value), "label": scheme.lower()})
        else:
            self.keep(WEB if not label else f"{WEB} ({label})", value)


def _sorted_words(name: str) -> str:
    """The words in alphabetical order, so that "Rast, Uwe" equals "Uwe Rast"."""
    return " ".join(sorted(WORD.findall(name.casefold())))
