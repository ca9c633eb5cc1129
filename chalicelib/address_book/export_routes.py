"""The route that downloads the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address_book.routes import TAGGED
from chalicelib.foundation.download_link import DELIVERY, wants_link
from chalicelib.foundation.http import Request, Response, choice
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.foundation.scopes import Scope

if TYPE_CHECKING:
    from chalicelib.address_book.parts import AddressBookParts

EXPORT = "/api/v1/contacts/export"
FORMATS = ("csv", "address-book-csv", "vcard", "vcard3", "json")
ABOUT_FORMATS = (
    "csv (default) is for spreadsheets; no cell runs as a formula. address-book-csv is for other address books: it "
    "has the columns of Google Contacts and unmodified cells. vcard is version 4.0, vcard3 version 3.0. json has the "
    "source of each value."
)


def routes(router: Router, parts: AddressBookParts) -> None:
    @router.get(
        EXPORT,
        Access.PERSON,
        "Download all contacts, or those with a tag",
        {200: "csv|vcard|Export|DownloadLink", 303: ""},
        query=[Query("format", ABOUT_FORMATS, {"enum": list(FORMATS)}), Query("tag", TAGGED), DELIVERY],
        strict_query=True,
        is_download=True,
        scopes=[Scope.CONTACTS_READ],
    )
    def export_contacts(request: Request) -> Response:
        """A file that is too large for a response is answered with 303; its link is valid for five minutes."""
        from chalicelib.address_book.export_contacts import Format
        from chalicelib.contacts.tag_query import tag_of
        from chalicelib.foundation.delivery import TimeLeft

        as_link, headers_only = wants_link(request), request.is_head
        form = Format(choice(request, "format", FORMATS) or Format.CSV)
        tag = tag_of(request)
        time_left, is_own = TimeLeft.of(request, parts.shared.clock), not request.signed_in.acting_client
        file = parts.export_contacts(request.owner, form, time_left, tag, has_external_ids=is_own)
        if not headers_only:
            parts.note_export(request.owner, form)
        return parts.shared.deliver(request.owner, file, as_link=as_link, headers_only=headers_only)
