"""The pages of endpoints, the same for people, organizations and the service: all endpoints, and one with its log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.events.routes import named
from chalicelib.events.scopes import SCOPES, Scope
from chalicelib.foundation.errors import CallerError, InvalidInput
from chalicelib.foundation.forms import Form, read_form
from chalicelib.foundation.http import Request, Response, choice, page, redirect
from chalicelib.foundation.router import Query, Router

if TYPE_CHECKING:
    from chalicelib.events.endpoint import Endpoint
    from chalicelib.events.manage_endpoints import EndpointEdit
    from chalicelib.events.parts import EventsParts

ON_A_PAGE = 25
DONE = {
    "saved": "Saved.",
    "paused": "Paused. Events wait until you resume the endpoint.",
    "resumed": "Events are sent again.",
    "tested": "A test event is on its way. Reload the page to see what became of it.",
    "replayed": "Sent again. Reload the page to see what became of it.",
    "deleted": "The endpoint and its log are deleted.",
}
_DONE = Query("done", "The action to confirm on the page.", {"enum": list(DONE)})
_CURSOR = Query("cursor", "Where the page of the log begins.")


def routes(router: Router, parts: EventsParts) -> None:
    for scope in SCOPES:
        _list_routes(router, parts, scope)
        _endpoint_routes(router, parts, scope)


def _list_routes(router: Router, parts: EventsParts, scope: Scope) -> None:
    def endpoints_page(request: Request, **_: str) -> Response:
        return page(_list(parts, scope, request))

    def register_on_page(request: Request, **_: str) -> Response:
        form = read_form(request)
        try:
            endpoint, secret = parts.manage.register(scope.owner(request), _edit(form))
        except CallerError as error:
            return page(_list(parts, scope, request, form, error), error.status)
        return page(_one(parts, scope, request, endpoint, secret=secret), 201)

    router.page(scope.pages, scope.access, f"Page of the endpoints {scope.of_whom}", query=[_DONE], role=scope.role)(
        named("endpoints_page", scope, endpoints_page)
    )
    router.form_action(
        scope.pages,
        scope.access,
        f"Register an endpoint {scope.of_whom} on its page, which shows the secret",
        {201: "page"},
        role=scope.role,
    )(named("register_on_page", scope, register_on_page))


def _endpoint_routes(router: Router, parts: EventsParts, scope: Scope) -> None:
    one = f"{scope.pages}/{{endpoint_id}}"

    def endpoint_page(request: Request, endpoint_id: str, **_: str) -> Response:
        return page(_one(parts, scope, request, parts.endpoints.get(scope.owner(request), endpoint_id)))

    def change_on_page(request: Request, endpoint_id: str, **_: str) -> Response:
        owner, form = scope.owner(request), read_form(request)
        if form.text("do") == "rotate":
            endpoint, secret = parts.manage.rotate(owner, endpoint_id)
            return page(_one(parts, scope, request, endpoint, secret=secret))
        try:
            done = _act(parts, owner, endpoint_id, form)
        except InvalidInput as error:
            found = parts.endpoints.get(owner, endpoint_id)
            return page(_one(parts, scope, request, found, form=form, problem=error), error.status)
        path = scope.page_url(request, *([] if done == "deleted" else [endpoint_id]))
        return redirect(f"{parts.shared.public_url}{path}?done={done}")

    router.page(
        one, scope.access, f"Page of an endpoint {scope.of_whom} with its log", query=[_DONE, _CURSOR], role=scope.role
    )(named("endpoint_page", scope, endpoint_page))
    router.form_action(
        one,
        scope.access,
        f"Change, test, pause, replay or delete an endpoint {scope.of_whom} on its page",
        {200: "page", 303: ""},
        role=scope.role,
    )(named("change_endpoint_on_page", scope, change_on_page))


def _act(parts: EventsParts, owner: str, endpoint_id: str, form: Form) -> str:
    """Do what a form says. Returns what was done."""
    from chalicelib.events.endpoint_json import parsed_delivery_id

    manage = parts.manage
    match form.text("do"):
        case "save":
            manage.change(owner, endpoint_id, _edit(form))
            return "saved"
        case "pause":
            manage.pause(owner, endpoint_id)
            return "paused"
        case "resume":
            manage.resume(owner, endpoint_id)
            return "resumed"
        case "test":
            manage.test(owner, endpoint_id)
            return "tested"
        case "replay":
            event_id, at = parsed_delivery_id(form.text("delivery_id"))
            manage.replay(owner, endpoint_id, event_id, at)
            return "replayed"
        case "replay-since":
            manage.replay_since(owner, endpoint_id, _since(form.text("since")))
            return "replayed"
        case "delete":
            manage.delete(owner, endpoint_id)
            return "deleted"
    raise InvalidInput("This form is not known. Reload the page, and try again.", field="do")


def _edit(form: Form) -> EndpointEdit:
    from chalicelib.events.manage_endpoints import EndpointEdit

    return EndpointEdit(
        url=form.text("url").strip(),
        events=form.every("events"),
        is_full=form.text("payload") == "full",
        description=form.text("description").strip()[:200],
    )


def _since(text: str) -> datetime:
    """A day or an instant as a form sends it, in UTC."""
    try:
        since = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput("Choose a day and a time.", field="since") from None
    return since if since.tzinfo else since.replace(tzinfo=UTC)


def _list(
    parts: EventsParts, scope: Scope, request: Request, form: Form | None = None, problem: CallerError | None = None
) -> str:
    from chalicelib.events.endpoint import default_types
    from chalicelib.events.event_words import STATES

    owner = scope.owner(request)
    endpoints = [(each, STATES[each.state]) for each in parts.endpoints.of_owner(owner)]
    given = _given(form) if form is not None else {"url": "", "description": "", "payload": "thin", "events": ()}
    chosen = given["events"] if form is not None else default_types(owner)
    return parts.shared.pages.render(
        request,
        "events/endpoints.html",
        **_shared(scope, request, owner),
        endpoints=endpoints,
        given={**given, "events": chosen},
        problem=None if problem is None else problem.detail,
        wrong_field=str(problem.members.get("field", "")) if problem is not None else "",
        done=DONE.get(choice(request, "done", DONE) or "", ""),
    )


def _one(
    parts: EventsParts,
    scope: Scope,
    request: Request,
    endpoint: Endpoint,
    *,
    secret: str = "",
    form: Form | None = None,
    problem: CallerError | None = None,
) -> str:
    from chalicelib.events.endpoint_json import delivery_json, endpoint_json
    from chalicelib.events.event_words import DELIVERIES, DISABLED, FAILURES, STATES

    found, cursor = parts.log(endpoint.owner, endpoint.endpoint_id, request.query.get("cursor"), limit=ON_A_PAGE)
    shown = endpoint_json(endpoint)
    return parts.shared.pages.render(
        request,
        "events/endpoint.html",
        **_shared(scope, request, endpoint.owner),
        endpoint=shown,
        state=STATES[endpoint.state],
        disabled=DISABLED[endpoint.disabled_because] if endpoint.disabled_because is not None else "",
        secret=secret,
        given=shown if form is None or form.text("do") != "save" else {**shown, **_given(form)},
        deliveries=[(delivery_json(each), DELIVERIES[each.state]) for each in found],
        failures={each.value: words for each, words in FAILURES.items()},
        cursor=cursor,
        problem=None if problem is None else problem.detail,
        wrong_field=str(problem.members.get("field", "")) if problem is not None else "",
        done=DONE.get(choice(request, "done", DONE) or "", ""),
    )


def _shared(scope: Scope, request: Request, owner: str) -> dict[str, Any]:
    """What both pages show of whose endpoints they are."""
    from chalicelib.events.endpoint import allowed_types
    from chalicelib.events.event_words import EVENTS

    allowed = allowed_types(owner)
    return {
        "path": scope.page_url(request),
        "org": request.params.get("org", ""),
        "is_service": scope.name == "_of_service",
        "types": [(each.value, words) for each, words in EVENTS.items() if each in allowed],
    }


def _given(form: Form) -> dict[str, Any]:
    """What was filled in, to be corrected."""
    return {
        "url": form.text("url"),
        "description": form.text("description"),
        "payload": form.text("payload", "thin"),
        "events": form.every("events"),
    }
