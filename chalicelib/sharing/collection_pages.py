"""The pages of collections: all of them, and one with its members, what can be added, and its people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from chalicelib.foundation.errors import CallerError, InvalidInput, NotFound
from chalicelib.foundation.forms import Form, read_form
from chalicelib.foundation.http import Request, Response, choice, page, redirect
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.sharing.paging import CURSOR, cursor_of

if TYPE_CHECKING:
    from chalicelib.collections.collection import Collection
    from chalicelib.collections.invitation import Share
    from chalicelib.sharing.parts import SharingParts

COLLECTIONS = "/collections"
ONE = f"{COLLECTIONS}/{{collection_id}}"
ON_A_PAGE, MOST_FOUND = 50, 50
LONGEST_SEARCH = 200  # characters
DONE = ("created", "renamed", "deleted", "added", "removed", "shared", "unshared")
CHANGED = {303: "", 409: "page", 422: "page"}
_DONE = Query("done", "The action to confirm on the page.", {"enum": list(DONE)})
_SEARCHED = Query("q", "Words to search my address book for, to add contacts.")


def routes(router: Router, parts: SharingParts) -> None:
    _list_routes(router, parts)
    _collection_routes(router, parts)
    _delete_routes(router, parts)


def _list_routes(router: Router, parts: SharingParts) -> None:
    @router.page(COLLECTIONS, Access.PERSON, "Page of my collections and those shared with me", query=[_DONE])
    def collections_page(request: Request) -> Response:
        return page(_list(parts, request))

    @router.form_action(COLLECTIONS, Access.PERSON, "Create a collection on the page", CHANGED)
    def create_collection_on_page(request: Request) -> Response:
        from chalicelib.collections.collection import checked_name

        name = read_form(request).text("name")
        try:
            created = parts.collections.add(request.owner, checked_name(name))
        except CallerError as error:
            return page(_list(parts, request, given=name, problem=error), error.status)
        return _see(parts, created.collection_id, done="created")


def _list(parts: SharingParts, request: Request, given: str = "", problem: CallerError | None = None) -> str:
    from chalicelib.sharing.collection_json import collection_json

    person = request.owner
    received, _ = parts.collections.invitations.received(person, limit=1)
    return parts.shared.pages.render(
        request,
        "shared/collections.html",
        collections=[collection_json(each, person) for each in parts.collections.of_person(person)],
        is_invited=bool(received),
        own_id=person,
        given=given,
        done=choice(request, "done", DONE),
        problem=problem and problem.detail,
    )


def _collection_routes(router: Router, parts: SharingParts) -> None:
    @router.page(ONE, Access.PERSON, "Page of a collection", query=[_DONE, _SEARCHED, CURSOR])
    def collection_page(request: Request, collection_id: str) -> Response:
        known = parts.collections.for_reader(request.owner, collection_id)
        return page(_one(parts, request, known, searched=(request.query.get("q") or "").strip()[:LONGEST_SEARCH]))

    @router.form_action(
        ONE, Access.PERSON, "Add or remove members, rename, share or leave a collection on its page", CHANGED
    )
    def change_collection_on_page(request: Request, collection_id: str) -> Response:
        known, form = parts.collections.for_reader(request.owner, collection_id), read_form(request)
        try:
            return _act(parts, request, collection_id, form)
        except NotFound:
            raise
        except CallerError as error:
            return page(_one(parts, request, known, searched=form.text("q"), form=form, problem=error), error.status)


def _act(parts: SharingParts, request: Request, collection_id: str, form: Form) -> Response:
    """Do what a form says, and show the collection, or all of them."""
    from chalicelib.collections.collection import Role, checked_name, checked_person

    person, collections = request.owner, parts.collections
    match form.text("do"):
        case "rename":
            collections.rename(person, collection_id, checked_name(form.text("name")))
            return _see(parts, collection_id, done="renamed")
        case "add":
            _add(parts, person, collection_id, form.every("contact_id"))
            return _see(parts, collection_id, done="added", q=form.text("q"))
        case "add-all":
            _add(parts, person, collection_id, parts.search.ids(person, form.text("q")))
            return _see(parts, collection_id, done="added")
        case "remove":
            parts.remove_member(person, collection_id, form.text("contact_id"))
            return _see(parts, collection_id, done="removed")
        case "share":
            role = Role.EDITOR if form.text("role") == Role.EDITOR else Role.VIEWER
            other = checked_person(form.text("person").strip())
            collections.share(person, collection_id, other, role, label=request.signed_in.label)
            return _see(parts, collection_id, done="shared")
        case "unshare":
            collections.unshare(person, collection_id, form.text("person"))
            return _see(parts, collection_id, done="unshared")
    raise InvalidInput("This form is not known. Reload the page, and try again.", field="do")


def _add(parts: SharingParts, person: str, collection_id: str, contact_ids: list[str] | Any) -> None:
    """Add contacts, all of them or none if they are too many.

    Raises:
        InvalidInput: there are none.
        Conflict: the collection would exceed its limit.
    """
    from chalicelib.sharing.bodies import MOST_ADDED

    if not contact_ids:
        raise InvalidInput("Choose at least one contact to add.", field="contact_id")
    known = {each.contact_id for each in parts.collections.members(collection_id)}
    missing = [each for each in contact_ids if each not in known]
    parts.collections.check_room(collection_id, len(missing))
    for start in range(0, len(missing), MOST_ADDED):
        parts.add_members(person, collection_id, missing[start : start + MOST_ADDED])


def _one(
    parts: SharingParts,
    request: Request,
    known: Collection,
    *,
    searched: str = "",
    form: Form | None = None,
    problem: CallerError | None = None,
) -> str:
    from chalicelib.sharing.collection_json import collection_json, member_json, share_json

    person, collection_id = request.owner, known.collection_id
    members, following = parts.list_members(person, collection_id, cursor=cursor_of(request), limit=ON_A_PAGE)
    is_first = cursor_of(request) is None
    is_whole = is_first and following is None  # then counting reads nothing more
    _, people = parts.collections.shares(person, collection_id)
    return parts.shared.pages.render(
        request,
        "shared/collection.html",
        collection=collection_json(known, person),
        own_id=person,
        count=len(members) if is_whole else parts.list_members.count(collection_id),
        members=[member_json(*each) for each in members],
        following=following,
        is_first=is_first,
        searched=searched,
        found=_found(parts, person, collection_id, searched) if known.role_of(person) != "viewer" else None,
        people=[share_json(each) for each in _by_state(people)],
        given={name: form.text(name) if form else "" for name in ("name", "person", "role")},
        done=choice(request, "done", DONE),
        problem=problem and problem.detail,
        wrong_field=problem.members.get("field", "") if problem else "",
    )


def _found(parts: SharingParts, person: str, collection_id: str, searched: str) -> dict[str, Any] | None:
    """What a search found, with those that are members already; None if nothing was searched for."""
    from chalicelib.contacts.contact_json import contact_json

    if not searched:
        return None
    contacts, matches = parts.search.first(person, searched, MOST_FOUND)
    members = {each.contact_id for each in parts.collections.members(collection_id)}
    shown = [{**contact_json(each), "is_member": each.contact_id in members} for each in contacts]
    return {"contacts": shown, "matches": matches}


def _by_state(people: list[Share]) -> list[Share]:
    """Those who accepted first, each by their ids."""
    return sorted(people, key=lambda each: (each.state, each.person))


def _delete_routes(router: Router, parts: SharingParts) -> None:
    @router.page(f"{ONE}/delete", Access.PERSON, "Page to delete a collection")
    def delete_collection_page(request: Request, collection_id: str) -> Response:
        known = parts.collections.for_owner(request.owner, collection_id)
        text = parts.shared.pages.render(
            request,
            "shared/delete.html",
            collection_id=collection_id,
            name=known.name,
            count=parts.list_members.count(collection_id),
            people=len(known.people) - 1,
        )
        return page(text)

    @router.form_action(f"{ONE}/delete", Access.PERSON, "Delete a collection from its page")
    def delete_collection_on_page(request: Request, collection_id: str) -> Response:
        parts.collections.delete(request.owner, collection_id)
        return redirect(f"{parts.shared.public_url}{COLLECTIONS}?done=deleted")


def _see(parts: SharingParts, collection_id: str, **query: str) -> Response:
    given = urlencode({name: value for name, value in query.items() if value})
    return redirect(f"{parts.shared.public_url}{COLLECTIONS}/{collection_id}?{given}")
