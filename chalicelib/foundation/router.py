"""The HTTP door: every route is registered here once, with who may use it and what it answers.

The door knows the framework, so that routes need not. It lets in whoever may come in, hands the view a plain request,
and turns what comes back, errors included, into an answer with the headers every answer has. The list of its routes is
the whole truth about the API: the OpenAPI description and the tests of who may do what are made from it.
"""

import functools
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from chalice.app import Chalice
from chalice.app import Response as ChaliceResponse

from chalicelib.foundation.csrf import UNSAFE_METHODS, check_csrf
from chalicelib.foundation.errors import CallerError, NotAllowed, NotFound, ServiceError
from chalicelib.foundation.gateway import request_from
from chalicelib.foundation.http import HTML, Cookie, Person, Request, Response, check_query, check_texts
from chalicelib.foundation.log import error_origin
from chalicelib.foundation.problems import internal_problem, method_problem, problem
from chalicelib.foundation.request_time import LONGEST_SECONDS, request_time
from chalicelib.foundation.response_policy import ResponsePolicy, body_text, check_headers
from chalicelib.foundation.session import COOKIE, Session, Sessions

if TYPE_CHECKING:
    from pydantic import BaseModel

log = logging.getLogger(__name__)

View = Callable[..., Response]
Registers = Callable[[View], View]
LONGEST_PARAM = 255  # of a path; what we hand out has 22 to 60


class Access(StrEnum):
    ANYONE = "anyone"
    PERSON = "person"  # somebody who is signed in; what they see is theirs alone
    VIEWER = "viewer"  # a person, or a browser with the cookie that may read this one job
    OPERATOR = "operator"  # a person who looks after the service
    CRON = "cron"  # whoever knows the cron secret, and nobody else


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter of the query, for the description of the API."""

    name: str
    about: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True)
class Route:
    """Args:
    answers: by status, the name of the schema of the JSON; "page" for a page, "" for no body.
    body: gives the model of the request's body; asked for only when a body is read or described.
    only_known: whether parameters of the query that are not described are refused.
    form: whether a browser may send the body as a form. shows_pages: whether errors are told as pages to a browser.
    is_download: whether people follow a link to it; errors are then told as pages to whoever asks for HTML by name.
    head: what answers HEAD instead of the view, if GET has a side effect.
    """

    method: str
    path: str
    access: Access
    summary: str
    answers: Mapping[int, str]
    view: View
    query: Sequence[Query] = ()
    only_known: bool = False
    body: "Callable[[], type[BaseModel]] | None" = None
    form: bool = False
    shows_pages: bool = False
    is_download: bool = False
    head: View | None = None

    def tells_by_page(self, request: Request) -> bool:
        """Whether this caller is told of an error by a page."""
        return request.wants_page if self.is_download else self.shows_pages and not request.wants_json


class Guard(Protocol):
    """Who is who."""

    def person(self, authorization: str | None) -> Person | None:
        """The person a bearer token speaks of, None without one. Raises NotSignedIn for one that is not good."""

    def check_cron(self, request: Request) -> None:
        """Raises NotSignedIn for whoever does not know the secret."""


class Parts(Protocol):
    """What the door needs, asked for only when a request comes."""

    @property
    def response_policy(self) -> ResponsePolicy: ...
    @property
    def authenticator(self) -> Guard: ...
    @property
    def sessions(self) -> Sessions: ...
    def error_page(self, error: ServiceError, request: Request) -> str: ...


class App(Chalice):
    """Chalice, but a method that a path does not take is answered by us."""

    router: "Router"
    binary_requests = ("*/*",)
    """Bodies reach us as bytes: a gateway that decodes them puts U+FFFD for bytes that are not UTF-8."""

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        where = event.get("requestContext", {})
        entries = self.routes.get(where.get("resourcePath"))
        if entries is None or where.get("httpMethod") in entries:
            return super().__call__(event, context)
        allowed = tuple(entries)
        return self.router.refused(lambda: method_problem(allowed)).to_dict(self.api.binary_types)


class Router:
    def __init__(self, app: App, parts: Parts) -> None:
        self._app, self._parts = app, parts
        self.routes: list[Route] = []
        app.router = self

    def get(self, path: str, access: Access, summary: str, answers: Mapping[int, str], **more: Any) -> Registers:
        return self._registering("GET", path, access, summary, answers, more)

    def post(self, path: str, access: Access, summary: str, answers: Mapping[int, str], **more: Any) -> Registers:
        return self._registering("POST", path, access, summary, answers, more)

    def put(self, path: str, access: Access, summary: str, answers: Mapping[int, str], **more: Any) -> Registers:
        return self._registering("PUT", path, access, summary, answers, more)

    def patch(self, path: str, access: Access, summary: str, answers: Mapping[int, str], **more: Any) -> Registers:
        return self._registering("PATCH", path, access, summary, answers, more)

    def delete(self, path: str, access: Access, summary: str, answers: Mapping[int, str], **more: Any) -> Registers:
        return self._registering("DELETE", path, access, summary, answers, more)

    def page(self, path: str, access: Access, summary: str, **more: Any) -> Registers:
        """A page for people, who are told errors as pages too."""
        return self.get(path, access, summary, {200: "page"}, shows_pages=True, **more)

    def form_action(
        self, path: str, access: Access, summary: str, answers: Mapping[int, str] | None = None
    ) -> Registers:
        """What a form on a page asks for; it leads on to another page."""
        return self.post(path, access, summary, answers or {303: ""}, form=True, shows_pages=True)

    def refused(self, make: Callable[[], Response]) -> ChaliceResponse:
        """An answer that no view makes."""
        return self._told(make(), None)

    def _registering(
        self, method: str, path: str, access: Access, summary: str, answers: Mapping[int, str], more: Mapping[str, Any]
    ) -> Registers:
        def register(view: View) -> View:
            route = Route(method, path, access, summary, answers, view, **more)
            self.routes.append(route)
            self._register(method, path, view.__name__, functools.partial(self._answered, route), summary)
            if method == "GET":
                headless = replace(route, view=route.head or view)
                self._register("HEAD", path, f"{view.__name__}_head", functools.partial(self._answered, headless))
            if "OPTIONS" not in self._app.routes[path]:
                self._register("OPTIONS", path, f"{view.__name__}_options", functools.partial(self._preflight, path))
            return view

        return register

    def _register(
        self, method: str, path: str, name: str, answer: Callable[..., ChaliceResponse], about: str = ""
    ) -> None:
        def view(**params: str) -> ChaliceResponse:
            return answer(params)

        view.__name__, view.__doc__ = name, about  # Chalice describes the API with these
        self._app.route(path, methods=[method], name=name, content_types=[], cors=False)(view)

    def _preflight(self, path: str, _: Mapping[str, str]) -> ChaliceResponse:
        methods = (*(route.method for route in self.routes if route.path == path), "OPTIONS")
        request = request_from(self._app, path, {})
        return self._told(
            self._parts.response_policy.preflight(methods, tuple(self._app.routes[path]), request), request
        )

    def _answered(self, route: Route, params: Mapping[str, str]) -> ChaliceResponse:
        began = monotonic()
        sent = request_from(self._app, route.path, params)
        request = replace(sent, method=route.method)  # a view sees HEAD as GET; the gateway drops the body
        with request_time(min(LONGEST_SECONDS, request.seconds_left or LONGEST_SECONDS)):
            answer = self._safely(route, request)
        response = self._told(answer, request)
        milliseconds = round((monotonic() - began) * 1000)
        members = {"method": sent.method, "route": route.path, "status": response.status_code}
        log.info("answered", extra={**members, "milliseconds": milliseconds, "request_id": request.request_id})
        return response

    def _safely(self, route: Route, request: Request) -> Response:
        try:
            request = self._admitted(route, request)
            check_texts(request)
            check_query(request, [query.name for query in route.query], strict=route.only_known)
            answer: Response = route.view(request, **request.params)
            check_headers(answer.headers)
            body_text(answer)
        except ServiceError as error:
            return self._refusal(route, request, error)
        except Exception as error:
            from chalicelib.foundation.aws_errors import as_unavailable  # loads much of AWS's library

            silence = as_unavailable(error)
            if silence is not None:
                silence.noted = error_origin(error)
                return self._refusal(route, request, silence)
            if route.tells_by_page(request):
                internal_problem(error, request.request_id)
                return self._refusal(route, request, ServiceError("We have noted it. Try again in a minute."))
            return internal_problem(error, request.request_id)
        return answer

    def _refusal(self, route: Route, request: Request, error: ServiceError) -> Response:
        told = problem(error)
        if error.status >= 500 or error.noted:
            members = {"code": error.slug, "route": route.path, "request_id": request.request_id}
            log.warning("request_refused", extra={**members, **error.noted})
        if error.forgets_cookie:
            told = replace(told, cookies=[Cookie(error.forgets_cookie, "", 0)])
        if not route.tells_by_page(request):
            return told
        return replace(told, body=self._parts.error_page(error, request), content_type=HTML)

    def _admitted(self, route: Route, request: Request) -> Request:
        """The request, with who asks.

        Raises:
            NotSignedIn: nobody does who may. NotAllowed: they are no operator, or their change is not from our pages.
        """
        if not all(value.isprintable() and 0 < len(value) <= LONGEST_PARAM for value in request.params.values()):
            raise not_found()
        if route.access is Access.CRON:
            self._parts.authenticator.check_cron(request)
            return request
        if route.access is Access.ANYONE:
            return self._greeted(request) if route.shows_pages else request
        admitted = self._known(request, is_viewed=route.access is Access.VIEWER)
        if admitted.viewer_key is None:
            person = admitted.signed_in
            if route.access is Access.OPERATOR and not person.is_operator:
                raise NotAllowed("Only operators may do this.")
        return admitted

    def _known(self, request: Request, *, is_viewed: bool) -> Request:
        """Who asks: by their token, or else by their session. A token that is not good is never passed over."""
        authorization = request.headers.get("authorization")
        if authorization is not None:
            return request.with_identity(person=self._parts.authenticator.person(authorization))
        session = self._session(request)
        key = self._viewer_key(request) if is_viewed else None
        if session is None:
            return request.with_identity(viewer_key=key)
        check_csrf(request, session)
        return request.with_identity(person=session.person, csrf=session.csrf, viewer_key=key)

    def _greeted(self, request: Request) -> Request:
        """An open page may say who is signed in. Nothing that changes anything is done there in a person's name."""
        session = None if request.method in UNSAFE_METHODS else self._session(request)
        return request if session is None else request.with_identity(person=session.person, csrf=session.csrf)

    def _session(self, request: Request) -> Session | None:
        carried = request.cookies.get(self._parts.response_policy.cookie_name(COOKIE))
        return self._parts.sessions.find(carried) if carried else None

    def _viewer_key(self, request: Request) -> str | None:
        """What the cookie of the job in the path holds."""
        job_id = request.params.get("job_id", "")
        value = request.cookies.get(self._parts.response_policy.cookie_name(viewer_cookie(job_id)), "")
        named, _, key = value.partition(".")
        return key if key and named == job_id else None

    def _told(self, answer: Response, request: Request | None) -> ChaliceResponse:
        """The answer on its way out. What fails here fails for every route, so it says as little as possible."""
        try:
            response_policy = self._parts.response_policy
            headers: dict[str, Any] = check_headers(response_policy.headers(answer, request))
            cookies = [response_policy.set_cookie(cookie) for cookie in answer.cookies]
            if cookies:
                check_headers({str(number): cookie for number, cookie in enumerate(cookies)})
                headers["Set-Cookie"] = cookies
            return ChaliceResponse(body_text(answer), headers, answer.status)
        except Exception as error:
            told = internal_problem(error, request.request_id if request else "")
            return ChaliceResponse(
                body_text(told), {"Content-Type": told.content_type, "Cache-Control": "no-store"}, 500
            )


def viewer_cookie(job_id: str) -> str:
    """Each job has a cookie of its own, so that connecting a second account does not hide the first one's import."""
    return f"import-{job_id}"


def reject_head(_asked: Request, **_params: str) -> Response:
    """Answers HEAD where GET can be used only once, so that a link preview does not use it up."""
    raise CallerError("This address can be used only once. Use GET.")


def not_found() -> NotFound:
    """The one answer for what is missing and for what is somebody else's."""
    return NotFound("There is nothing here, or it is not yours.")
