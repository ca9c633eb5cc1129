"""The form on a contact's page that takes a merge back, and the page that says what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.http import Request, Response, page
from chalicelib.foundation.router import Access, Router, not_found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.merging.unmerge_contacts import Unmerged
    from chalicelib.reviews.parts import ReviewParts


def routes(router: Router, parts: ReviewParts) -> None:
    @router.form_action(
        "/contacts/{contact_id}/unmerge",
        Access.PERSON,
        "Undo the merge of a contact (form)",
        {200: "page", 409: "page", 413: "page"},
    )
    def unmerge_on_page(request: Request, contact_id: str) -> Response:
        from chalicelib.reviews.words import name_of

        try:
            unmerged = parts.unmerge_contacts(request.owner, contact_id)
        except NotFound:
            raise not_found() from None
        shown = parts.shared.pages.render(
            request,
            "reviews/unmerged.html",
            contacts=[{"contact_id": each.contact_id, "name": name_of(each)} for each in unmerged.contacts],
            kept=_kept(unmerged),
        )
        return page(shown)


def _kept(unmerged: Unmerged) -> Sequence[dict[str, str]]:
    """What changed while they were one, with the contact that has it now."""
    from chalicelib.contacts.contact_fields import FIELDS
    from chalicelib.reviews.words import name_of

    names = {each.contact_id: name_of(each) for each in unmerged.contacts}
    return [
        {
            "what": f"your edit of {FIELDS[each.field].title}" if each.field in FIELDS else "a record that arrived",
            "contact_id": each.contact_id,
            "name": names.get(each.contact_id, "another contact"),
        }
        for each in unmerged.kept_edits
    ]
