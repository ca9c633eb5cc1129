"""Downloading the book over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.door import Access, Door, Query
from chalicelib.foundation.http import Answer, Asked, word

if TYPE_CHECKING:
    from chalicelib.address_book.export_contacts import ExportContacts
    from chalicelib.foundation.delivery import Deliver

EXPORT = "/api/v1/contacts/export"
FORMATS = ("csv", "vcard", "json")


class Parts(Protocol):
    @property
    def clock(self) -> Clock: ...
    @property
    def export_contacts(self) -> ExportContacts: ...
    @property
    def deliver(self) -> Deliver: ...


def routes(door: Door, parts: Parts) -> None:
    @door.get(
        EXPORT,
        Access.PERSON,
        "Download all my contacts",
        {200: "csv|vcard|Export", 303: ""},
        query=[Query("format", "How they are written; csv when nothing is said.", {"enum": list(FORMATS)})],
        only_known=True,
        is_download=True,
    )
    def export_contacts(asked: Asked) -> Answer:
        """A large book does not fit into an answer: then 303, and the file is there for five minutes."""
        from chalicelib.address_book.export_contacts import Format
        from chalicelib.foundation.delivery import TimeLeft

        form = Format(word(asked, "format", FORMATS) or Format.CSV)
        file = parts.export_contacts(asked.owner, form, TimeLeft.of(asked, parts.clock))
        return parts.deliver(asked.owner, file)
