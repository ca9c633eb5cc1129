"""The HTTP router: every route is registered here once, with its access, its responses and its options.

The router is the only module that knows Chalice's routes. It authenticates and authorizes a request, passes it to the
view as a plain `Request`, and turns the result, also an error, into a response with the headers that every response
has. Its list of routes is the only one: the OpenAPI description and the tests of who may do what are made from it.
"""

import functools
import logging
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, Unpack

from chalice.app import Chalice, RouteEntry
from chalice.app import Response as ChaliceResponse

from chalicelib.foundation.acting_client import acting_for
from chalicelib.foundation.callers import CallerParts, Callers
from chalicelib.foundation.errors import CallerError, NotAllowed, NotFound, ServiceError
from chalicelib.foundation.gateway import refused_request, request_from
from chalicelib.foundation.http import HTML, Cookie, Person, Request, Response, check_query, check_texts
from chalicelib.foundation.log import error_origin
from chalicelib.foundation.organizations import Role, check_role
from chalicelib.foundation.problems import internal_problem, method_problem, path_problem, problem
from chalicelib.foundation.request_id import HEADER, working_for
from chalicelib.foundation.request_time import LONGEST_SECONDS, request_time
from chalicelib.foundation.response_policy import body_content, check_headers
from chalicelib.foundation.route_table import RouteTable, event_of_route
from chalicelib.foundation.scopes import Scope, check_scopes
from chalicelib.foundation.service_clients import ON_BEHALF_OF

if TYPE_CHECKING:
    from pydantic import BaseModel

log = logging.getLogger(__name__)

View = Callable[..., Response]
Registers = Callable[[View], View]
LONGEST_PARAM = 255  # characters of a path parameter; our own ids have 22 to 60


class Access(StrEnum):
    """Who may call a route."""

    ANYONE = "anyone"
    PERSON = "person"  # a person who is signed in; they see only their own data
    VIEWER = "viewer"  # a person, or a browser with the cookie that may read this one job
    ORGANIZATION = "organization"  # a person with a role in the organization that the path names as `org`
    OPERATOR = "operator"  # a person with the role "operator"
    CRON = "cron"  # a program that knows the cron secret
    SOURCE = "source"  # a program that has the key of the source in the path; its room checks that


@dataclass(frozen=True, slots=True)
class Query:
    """A query parameter, for the description of the API."""

    name: str
    description: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    #: A value, where the vocabulary of its room has none for its name.
    example: str | int | None = None


class RouteOptions(TypedDict, total=False):
    """The optional declarations of a route, beyond its path, access and responses; `Route` explains each field."""

    query: Sequence[Query]
    strict_query: bool
    body: "Callable[[], type[BaseModel]]"
    form: bool
    takes_file: bool
    shows_pages: bool
    is_download: bool
    role: Role
    scopes: Sequence[Scope]
    head: View
    problems: "Callable[[], Sequence[type[ServiceError]]]"
    takes_key: bool
    is_polled: bool
    headers: Sequence[str]


@dataclass(frozen=True)
class Route:
    """A registered route."""

    method: str
    #: the pattern, such as "/contacts/{contact_id}"
    path: str
    access: Access
    #: one line for the description of the API
    summary: str
    #: by status, the name of the schema of the JSON; "page" for a page, "" for no body
    responses: Mapping[int, str]
    #: its docstring, if any, is for those who use the API: what the summary does not say
    view: View
    #: the parameters that are described
    query: Sequence[Query] = ()
    #: whether query parameters that are not described are refused
    strict_query: bool = False
    #: loads the model of the request's body; called when a body is read or described
    body: "Callable[[], type[BaseModel]] | None" = None
    #: whether a browser may send the body as a form
    form: bool = False
    #: whether the body may be a file instead, of any content type
    takes_file: bool = False
    #: whether a browser gets errors as pages
    shows_pages: bool = False
    #: whether people follow a link to it; only a client that asks for HTML by name gets errors as pages
    is_download: bool = False
    #: the least role in the organization, for a route of organizations
    role: Role = Role.MEMBER
    #: each of them suffices for a token that is limited to scopes; none for what such a token never permits
    scopes: Sequence[Scope] = ()
    #: the view for HEAD, if GET has a side effect that it cannot leave out (`Request.is_head`)
    head: View | None = None
    #: returns the errors of callers that it can answer, beyond those that follow from these declarations
    problems: Callable[[], Sequence[type[ServiceError]]] = tuple
    #: whether it takes the header Idempotency-Key
    takes_key: bool = False
    #: whether clients ask again until a job has ended, when `Retry-After` says
    is_polled: bool = False
    #: headers of its success beyond those that follow from these declarations
    headers: Sequence[str] = ()
    #: the name of the room that registered it
    room: str = ""

    def shows_error_page(self, request: Request) -> bool:
        """Whether this caller gets an error as a page."""
        return request.wants_page if self.is_download else self.shows_pages and not request.wants_json


class Parts(CallerParts, Protocol):
    """The dependencies of the router; read only when a request comes."""

    def error_page(self, error: ServiceError, request: Request) -> str: ...
    def note_act(self, person: Person, method: str, summary: str) -> None: ...


class App(Chalice):
    """Chalice, except that we find the route of a path, and respond if there is none, or none of this method."""

    router: "Router"
    #: Bodies reach us as bytes: a gateway that decodes them replaces bytes that are not UTF-8 by U+FFFD.
    binary_requests = ("*/*",)

    @functools.cached_property
    def _route_table(self) -> RouteTable:
        return RouteTable(self.routes)

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        routed = event_of_route(event, self._route_table)
        if routed is None:
            request = refused_request(event)
            return self._refuse(request, path_problem(request.request_id))
        where = routed.get("requestContext", {})
        entries = self.routes.get(where.get("resourcePath"))
        if entries is None or where.get("httpMethod") in entries:
            return super().__call__(routed, context)
        request = refused_request(routed)
        return self._refuse(request, method_problem(tuple(entries), request.request_id))

    def _refuse(self, request: Request, refusal: Response) -> dict[str, Any]:
        return self.router.finish(refusal, request).to_dict(self.api.binary_types)


class FileResponse(ChaliceResponse):
    """A response of bytes, which pass the gateway as base64.

    Chalice refuses clients that do not accept the type if it is among its own `binary_types`; use none of those.
    """

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:  # noqa: ARG002 # as Chalice calls it
        return {**super().to_dict(), "body": b64encode(self.body).decode("ascii"), "isBase64Encoded": True}


@dataclass(frozen=True, slots=True)
class MethodDecorator:
    """A decorator of views, for the routes of one HTTP method: `@router.get(path, ...)`."""

    method: str
    router: "Router"

    def __call__(
        self,
        path: str,
        access: Access,
        summary: str,
        responses: Mapping[int, str],
        **options: Unpack[RouteOptions],
    ) -> Registers:
        def register(view: View) -> View:
            room = self.router.room
            self.router.add(Route(self.method, path, access, summary, responses, view, room=room, **options))
            return view

        return register


class Router:
    """Registers routes with Chalice and handles their requests."""

    def __init__(self, app: App, parts: Parts) -> None:
        self._app, self._parts, self._callers = app, parts, Callers(parts)
        self.routes: list[Route] = []
        #: the name of the room whose routes are being registered
        self.room = ""
        self.get = MethodDecorator("GET", self)
        self.post = MethodDecorator("POST", self)
        self.put = MethodDecorator("PUT", self)
        self.patch = MethodDecorator("PATCH", self)
        self.delete = MethodDecorator("DELETE", self)
        app.router = self

    def page(
        self, path: str, access: Access, summary: str, *, may_move: bool = False, **options: Unpack[RouteOptions]
    ) -> Registers:
        """A page for people; its errors are pages too.

        Args:
            may_move: whether it may redirect to where the same page is for now.
        """
        options["shows_pages"] = True
        responses = {200: "page", 307: ""} if may_move else {200: "page"}
        return self.get(path, access, summary, responses, **options)

    def form_action(
        self,
        path: str,
        access: Access,
        summary: str,
        responses: Mapping[int, str] | None = None,
        *,
        role: Role = Role.MEMBER,
    ) -> Registers:
        """The target of a form on a page; it redirects to a page unless `responses` says otherwise."""
        return self.post(path, access, summary, responses or {303: ""}, form=True, shows_pages=True, role=role)

    def add(self, route: Route) -> None:
        """Register the route, and HEAD and OPTIONS of its path."""
        self.routes.append(route)
        method, path, name = route.method, route.path, route.view.__name__
        self._register(method, path, name, functools.partial(self._handle, route), route.summary)
        if method == "GET":
            headless = replace(route, view=route.head) if route.head else route
            self._register("HEAD", path, f"{name}_head", functools.partial(self._handle, headless))
        if "OPTIONS" not in self._app.routes[path]:
            self._register("OPTIONS", path, f"{name}_options", functools.partial(self._preflight, path))

    def _register(
        self, method: str, path: str, name: str, handle: Callable[..., ChaliceResponse], summary: str = ""
    ) -> None:
        def view(**params: str) -> ChaliceResponse:
            return handle(params)

        view.__name__, view.__doc__ = name, summary  # Chalice describes the API with these
        entries = self._app.routes[path]
        if method in entries:
            raise ValueError(f"{method} {path} is registered twice")
        entries[method] = RouteEntry(view, name, path, method)  # what Chalice's decorator does with 4 × the CPU

    def _preflight(self, path: str, _: Mapping[str, str]) -> ChaliceResponse:
        methods = (*(route.method for route in self.routes if route.path == path), "OPTIONS")
        request = request_from(self._app, path, {})
        allowed = tuple(self._app.routes[path])
        return self.finish(self._parts.response_policy.preflight(methods, allowed, request), request)

    def _handle(self, route: Route, params: Mapping[str, str]) -> ChaliceResponse:
        began = monotonic()
        received = request_from(self._app, route.path, params)
        is_head = received.method == "HEAD"
        request = replace(received, method=route.method, is_head=is_head)  # the gateway drops the body
        with working_for(request.request_id):
            with request_time(min(LONGEST_SECONDS, request.seconds_left or LONGEST_SECONDS)):
                response = self._respond(route, request)
            finished = self.finish(response, request)
            fields = {
                "method": received.method,
                "route": route.path,
                "status": finished.status_code,
                "milliseconds": round((monotonic() - began) * 1000),
            }
            log.info("answered", extra=fields)
        return finished

    def _respond(self, route: Route, request: Request) -> Response:
        """The view's response, or the one for the error that it raised; never raises."""
        try:
            request = self._authorize(route, request)
            check_texts(request)
            check_query(request, [query.name for query in route.query], strict=route.strict_query)
            client = request.person.acting_client if request.person is not None else ""
            with acting_for(client):
                if request.person is not None and client:
                    self._parts.note_act(request.person, route.method, route.summary)
                response: Response = route.view(request, **request.params)
            check_headers(response.headers)
            body_content(response)
        except ServiceError as error:
            return self._error_response(route, request, error)
        except Exception as error:
            from chalicelib.foundation.aws_errors import as_unavailable  # loads much of AWS's library

            outage = as_unavailable(error)
            if outage is not None:
                outage.log_fields = error_origin(error)
                return self._error_response(route, request, outage)
            response = internal_problem(error, request.request_id)
            if route.shows_error_page(request):
                return self._error_response(route, request, ServiceError("This is our fault. Try again in a minute."))
        return replace(response, headers={**request.limit_fields, **response.headers})

    def _error_response(self, route: Route, request: Request, error: ServiceError) -> Response:
        error.headers = {**request.limit_fields, **error.headers}
        response = problem(error, request.request_id)
        if error.status >= 500 or error.log_fields:
            log.warning("request_refused", extra={"code": error.slug, "route": route.path, **error.log_fields})
        if error.clears_cookie:
            response = replace(response, cookies=[Cookie(error.clears_cookie, "", 0)])
        if not route.shows_error_page(request):
            return response
        return replace(response, body=self._parts.error_page(error, request), content_type=HTML)

    def _authorize(self, route: Route, request: Request) -> Request:
        """The request with the caller's identity.

        Raises:
            NotFound: a path parameter cannot be an id, or the person has no role in the organization, or a service
                client may not do this for the person.
            NotSignedIn: the caller must sign in, or their token or the cron secret is invalid.
            NotAllowed: the caller is not an operator, or has a smaller role, or their token is limited to scopes that
                do not permit it, or the CSRF token is missing or wrong.
        """
        if not all(value.isprintable() and 0 < len(value) <= LONGEST_PARAM for value in request.params.values()):
            raise not_found()
        if route.access is Access.CRON:
            self._parts.authenticator.check_cron(request)
            return request
        if route.access is Access.SOURCE:
            return request
        if route.access is Access.ANYONE:
            return self._callers.identify_visitor(request) if route.shows_pages else request
        identified = self._callers.identify(request, allows_viewers=route.access is Access.VIEWER)
        if identified.viewer_key is None:
            _check_access(route, identified.signed_in, request)
        return identified

    def finish(self, response: Response, request: Request) -> ChaliceResponse:
        """The response for Chalice, with headers and cookies. A failure here would fail every route, so the error
        response uses as little as possible."""
        try:
            policy = self._parts.response_policy
            headers: dict[str, Any] = check_headers(policy.headers(response, request))
            cookies = [policy.set_cookie(cookie) for cookie in response.cookies]
            if cookies:
                check_headers({str(number): cookie for number, cookie in enumerate(cookies)})
                headers["Set-Cookie"] = cookies
            content = body_content(response)
            made = FileResponse if isinstance(content, bytes) else ChaliceResponse
            return made(content, headers, response.status)
        except Exception as error:
            bug = internal_problem(error, request.request_id)
            headers = {"Content-Type": bug.content_type, "Cache-Control": "no-store", HEADER: request.request_id}
            return ChaliceResponse(body_content(bug), headers, 500)


def _check_access(route: Route, person: Person, request: Request) -> None:
    """Check what an identified caller may do. Raises as `Router._authorize`."""
    if request.headers.get(ON_BEHALF_OF.lower(), person.sub) != person.sub:
        raise not_found()  # a person acts for no one else
    if route.access is Access.OPERATOR and not person.is_operator:
        raise not_found() if person.client else NotAllowed("Only operators may do this.")
    if route.access is Access.ORGANIZATION:
        check_role(person, request.params["org"], route.role)
    if route.access in (Access.PERSON, Access.VIEWER):
        check_scopes(person, route.scopes)


def reject_head(_request: Request, **_params: str) -> Response:
    """Refuse HEAD where GET works only once, so that a link preview does not use it up.

    Raises:
        CallerError: always.
    """
    raise CallerError("This URL works only once. Use GET.")


def not_found() -> NotFound:
    """The same error for a missing resource and for another person's."""
    return NotFound("This does not exist, or you do not have access to it.")
