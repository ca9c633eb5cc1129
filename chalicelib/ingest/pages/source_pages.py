"""The pages of sources: the list with the form for a new one, and one with its last records and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.foundation.errors import CallerError
from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Request, Response, page, redirect
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access, Router
from chalicelib.foundation.service_owners import organization_owner
from chalicelib.ingest.source_routes import destination

if TYPE_CHECKING:
    from chalicelib.foundation.forms import Form
    from chalicelib.ingest.parts import IngestParts
    from chalicelib.ingest.source import IngestSource

SOURCES = "/sources"
ON_A_PAGE = 50  # records
OVERLAP = timedelta(hours=24)
_PROBLEMS = {303: "", 409: "page", 422: "page"}


@dataclass(frozen=True)
class PageScope:
    """Whose sources a set of pages shows."""

    #: the path before `SOURCES`
    prefix: str
    access: Access
    #: what the names of its views begin with
    name: str
    owner: Callable[[Request], str]
    role: Role = Role.MEMBER

    def path(self, rest: str = "") -> str:
        return f"{self.prefix}{SOURCES}{rest}"

    def url(self, parts: IngestParts, request: Request, rest: str = "") -> str:
        prefix = self.prefix.replace("{org}", request.params.get("org", ""))
        return f"{parts.shared.public_url}{prefix}{SOURCES}{rest}"


PERSONS = PageScope("", Access.PERSON, "person", lambda request: request.owner)
ORGANIZATIONS = PageScope(
    "/organizations/{org}",
    Access.ORGANIZATION,
    "organization",
    lambda request: organization_owner(request.params["org"]),
    Role.ADMIN,
)


def routes(router: Router, parts: IngestParts) -> None:
    for scope in (PERSONS, ORGANIZATIONS):
        _Pages(router, parts, scope).register()


class _Pages:
    """The pages of one scope."""

    def __init__(self, router: Router, parts: IngestParts, scope: PageScope) -> None:
        self._router, self._parts, self._scope = router, parts, scope

    def register(self) -> None:
        of_whom = "an organization's leads" if self._scope.role is Role.ADMIN else "one's contacts"
        self._page("", self._list, f"Page of the sources of {of_whom}")
        self._page("/{source}", self._one, f"Page of a source of {of_whom}")
        self._page("/{source}/delete", self._ask_delete, f"Page that asks whether to delete a source of {of_whom}")
        self._form("", self._create, f"Create a source of {of_whom} (form)", {201: "page", 409: "page", 422: "page"})
        self._form("/{source}/rotate", self._rotate, f"Make a new key of a source of {of_whom} (form)", {200: "page"})
        self._form("/{source}/state", self._set_state, f"Pause or resume a source of {of_whom} (form)")
        self._form("/{source}/reading", self._set_reading, f"Say how records of {of_whom} are read (form)")
        self._form("/{source}/replay", self._replay, f"Import failed records of {of_whom} again (form)")
        self._form("/{source}/delete", self._delete, f"Delete a source of {of_whom} (form)")

    def _page(self, rest: str, view: Callable[..., Response], summary: str) -> None:
        def show(request: Request, **params: str) -> Response:
            return view(request, params.get("source", ""))

        show.__name__ = f"{self._scope.name}{view.__name__}_source_page"
        self._router.page(self._scope.path(rest), self._scope.access, summary, role=self._scope.role)(show)

    def _form(
        self, rest: str, view: Callable[..., Response], summary: str, responses: dict[int, str] | None = None
    ) -> None:
        def act(request: Request, **params: str) -> Response:
            return view(request, params.get("source", ""))

        act.__name__ = f"{self._scope.name}{view.__name__}_source_on_page"
        path, access = self._scope.path(rest), self._scope.access
        self._router.form_action(path, access, summary, responses or _PROBLEMS, role=self._scope.role)(act)

    # ── pages

    def _list(self, request: Request, _: str) -> Response:
        return page(self._shown_list(request))

    def _one(self, request: Request, source_id: str) -> Response:
        return page(self._shown(request, self._found(request, source_id)))

    def _ask_delete(self, request: Request, source_id: str) -> Response:
        found = self._found(request, source_id)
        return page(self._rendered(request, "ingest/delete.html", source=self._parts.source_json(found)))

    # ── forms

    def _create(self, request: Request, _: str) -> Response:
        from chalicelib.ingest.manage_sources import SourceRequest

        form, owner = read_form(request), self._scope.owner(request)
        tag = form.text("tag").strip()
        wanted = SourceRequest(name=form.text("name"), tag=tag or None, rules={})
        try:
            source, key = self._parts.manage.create(owner, request.owner, wanted, destination(self._parts, owner))
        except CallerError as refused:
            given = {"name": form.text("name"), "tag": tag}
            field = str(refused.members.get("field", ""))
            return page(self._shown_list(request, problem=refused.detail, wrong=field, given=given), refused.status)
        return page(self._shown(request, source, key=key), 201)

    def _rotate(self, request: Request, source_id: str) -> Response:
        overlap = timedelta() if read_form(request).text("ends") == "now" else OVERLAP
        source, key, _ = self._parts.manage.rotate(self._scope.owner(request), source_id, overlap)
        return page(self._shown(request, source, key=key))

    def _set_state(self, request: Request, source_id: str) -> Response:
        from chalicelib.ingest.manage_sources import SourceRequest

        owner, is_paused = self._scope.owner(request), read_form(request).text("state") == "paused"
        wanted = SourceRequest(rules={}, paused=is_paused)
        self._parts.manage.change(owner, request.owner, source_id, wanted, destination(self._parts, owner))
        return self._back(request, source_id)

    def _set_reading(self, request: Request, source_id: str) -> Response:
        from chalicelib.ingest.manage_sources import SourceRequest
        from chalicelib.ingest.pages.reading_form import sent_rules

        form, owner, found = read_form(request), self._scope.owner(request), self._found(request, source_id)
        try:
            of_object, rules = sent_rules(form)
            wanted = SourceRequest(rules=rules, of_object=of_object)
            self._parts.manage.change(owner, request.owner, source_id, wanted, destination(self._parts, owner))
        except CallerError as refused:
            return page(self._shown(request, found, problem=refused.detail, given=form), refused.status)
        return self._back(request, source_id)

    def _replay(self, request: Request, source_id: str) -> Response:
        self._parts.follow.try_again(self._found(request, source_id))
        return self._back(request, source_id)

    def _delete(self, request: Request, source_id: str) -> Response:
        self._parts.manage.delete(self._scope.owner(request), source_id)
        return redirect(self._scope.url(self._parts, request))

    # ── what is shown

    def _found(self, request: Request, source_id: str) -> IngestSource:
        return self._parts.sources.get(self._scope.owner(request), source_id)

    def _back(self, request: Request, source_id: str) -> Response:
        return redirect(self._scope.url(self._parts, request, f"/{source_id}"))

    def _shown_list(
        self, request: Request, *, problem: str = "", wrong: str = "", given: dict[str, str] | None = None
    ) -> str:
        found = self._parts.sources.of_owner(self._scope.owner(request))
        sources = [self._parts.source_json(each) for each in found]
        return self._rendered(
            request,
            "ingest/sources.html",
            sources=sources,
            problem=problem,
            wrong=wrong,
            given=given or {"name": "", "tag": ""},
        )

    def _shown(
        self,
        request: Request,
        source: IngestSource,
        *,
        key: str = "",
        problem: str = "",
        given: Form | None = None,
    ) -> str:
        """The page of a source.

        Args:
            key: its new key, which is shown this once.
            problem: what is wrong with the form `given` that says how records are read.
        """
        from chalicelib.ingest.pages.reading_form import OBJECT_KINDS, envelope_words, reading_view
        from chalicelib.ingest.pages.source_view import record_view

        parts = self._parts
        failed, unknown = parts.failed_json(source), parts.follow.unknown_fields(source)
        return self._rendered(
            request,
            "ingest/source.html",
            source=parts.source_json(source),
            key=key,
            records=[record_view(each) for each in parts.follow.last(source, ON_A_PAGE)],
            unknown_fields=unknown,
            last_envelope=envelope_words(parts.follow.last_envelope(source)),
            object_kinds=OBJECT_KINDS,
            reading=reading_view(source, unknown, given),
            problem=problem,
            failed=len(failed),
            failed_reasons=sorted({each["reason"] for each in failed}),
        )

    def _rendered(self, request: Request, template: str, **values: Any) -> str:
        org = request.params.get("org", "")
        list_url = self._scope.url(self._parts, request)
        return self._parts.shared.pages.render(request, template, org=org, list_url=list_url, **values)
