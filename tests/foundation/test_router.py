"""The router by itself, with its own routes."""

import json
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from chalice.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.foundation.errors import (
    Conflict,
    Misconfigured,
    NotFound,
    NotSignedIn,
    ProviderBusy,
    ServiceError,
    TooMany,
)
from chalicelib.foundation.http import Cookie, Person, Request, Response, page, redirect
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.response_policy import ResponsePolicy, page_policy
from chalicelib.foundation.router import Access, App, Query, Router
from chalicelib.foundation.session import Session
from local import gateway
from local.api import Api
from tests.examples import examples

SECRET = "ya29.secret"


class OneRequestEach:
    """Lets in one request of each person."""

    def __init__(self) -> None:
        self.spent: dict[str, str] = {}

    def check(self, credential: str) -> None:
        if credential in self.spent:
            raise TooMany("Wait.", retry_after=timedelta(seconds=3))

    def spend(self, person: Person, credential: str) -> dict[str, str]:
        self.spent[credential] = person.sub
        return {"RateLimit": '"person";r=0;t=3'}


class Parts:
    """People are known by their name alone; a session is known by its person's name, and its token is `csrf-<name>`."""

    def __init__(self, *origins: str, url: str = "https://contacts.example") -> None:
        self.authenticator, self.sessions, self.noted = self, self, []
        self.response_policy = ResponsePolicy(url, origins or ["https://app.example"])
        self.request_limit = OneRequestEach()

    def find(self, carried: str) -> Session | None:
        if carried == "expired":
            return None
        return Session(Person(carried, carried, frozenset({carried})), f"csrf-{carried}")

    def note_act(self, person: Person, method: str, summary: str) -> None:
        self.noted.append((person.client, person.sub, method, summary))

    def person(self, authorization: str | None, on_behalf_of: str | None = None) -> Person | None:
        if authorization == "bad":
            raise NotSignedIn("Not good.")
        return None if authorization is None else Person(authorization, authorization, frozenset({authorization}))

    def check_cron(self, request: Request) -> None:
        if request.headers.get("x-cron-secret") != "right":
            raise NotSignedIn("Not good.")

    def error_page(self, error: ServiceError, request: Request) -> str:
        return f"<h1>{error.title}</h1>{request.target}"


class House:
    """A router with one route, whose view the test chooses."""

    def __init__(
        self, view, *, parts: Parts | None = None, access: Access = Access.ANYONE, method: str = "GET", **more
    ) -> None:
        self.front = App("small", configure_logs=False, env={})
        self.router = Router(self.front, parts or Parts())
        getattr(self.router, method.lower())("/it/{word}", access, "It", {200: ""}, **more)(view)
        self._api = Api(self.front)

    def ask(self, target: str = "/it/x", method: str = "GET", body: bytes = b"", **headers: str):
        given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        answer = self._api.answer(gateway.HttpRequest(method, target, given, body)).to(method)
        return answer.status, dict(answer.headers), answer.body


def answering(answer: Response):
    def view(request: Request, word: str) -> Response:
        return answer

    return view


def raising(error: Exception):
    def view(request: Request, word: str) -> Response:
        raise error

    return view


class TestErrors:
    @pytest.mark.parametrize(
        "error", [NotFound("Gone.", job="j"), Conflict("No.", state="completed"), Misconfigured("Look at it.")]
    )
    def test_a_service_error_is_returned_as_a_problem(self, error):
        status, headers, body = House(raising(error)).ask()

        assert (status, headers["Content-Type"]) == (error.status, "application/problem+json")
        problem = json.loads(body)
        assert (problem["type"], problem["detail"]) == (f"/problems/{error.slug}", error.detail)
        assert error.members.items() <= problem.items()

    def test_retry_after_has_whole_seconds(self):
        busy = ProviderBusy("Wait.", retry_after=timedelta(seconds=1.2))

        assert House(raising(busy)).ask()[1]["Retry-After"] == "2"

    def test_a_503_always_has_a_retry_after(self):
        assert int(House(raising(ProviderBusy("Wait."))).ask()[1]["Retry-After"]) > 0

    @pytest.mark.parametrize(
        "error", [RuntimeError(SECRET), KeyError(SECRET), UnicodeEncodeError("utf-8", SECRET, 0, 1, SECRET)]
    )
    def test_a_bug_returns_only_its_request_id(self, error, caplog):
        status, headers, body = House(raising(error)).ask()

        problem = json.loads(body)
        assert (status, problem["type"], headers["Cache-Control"]) == (500, "/problems/internal", "no-store")
        assert SECRET not in body.decode()
        [logged] = [record for record in caplog.records if record.msg == "request_failed"]
        assert (logged.request_id, logged.error) == (problem["request_id"], type(error).__name__)

    @pytest.mark.parametrize("body", [datetime.now(UTC), {"x": {1, 2}}, float("nan"), b"bytes"])
    def test_what_cannot_be_written_as_json_is_a_bug(self, body):
        assert House(answering(Response(body))).ask()[0] == 500

    def test_on_a_page_an_error_is_a_page(self):
        house = House(raising(NotFound("Gone.")), shows_pages=True)

        assert house.ask("/it/a%2Fb?q=%C3%A9%26")[2] == b"<h1>Not found</h1>/it/a%2Fb?q=%C3%A9%26"
        assert house.ask(Accept="application/json")[1]["Content-Type"] == "application/problem+json"

    def test_an_unconfigured_service_reveals_no_details(self):
        class NotSetUp(Parts):
            @property
            def response_policy(self) -> ResponsePolicy:
                raise Misconfigured("CRON_SECRET " + SECRET)

            @response_policy.setter
            def response_policy(self, response_policy: ResponsePolicy) -> None:
                pass

        status, headers, body = House(answering(Response({})), parts=NotSetUp()).ask()

        assert (status, headers["Cache-Control"]) == (500, "no-store")
        assert SECRET not in body.decode()


class TestAccess:
    @pytest.mark.parametrize(
        ("access", "who", "status"),
        [
            (Access.ANYONE, None, 200),
            (Access.PERSON, None, 401),
            (Access.PERSON, "bad", 401),
            (Access.PERSON, "ann", 200),
            (Access.OPERATOR, None, 401),
            (Access.OPERATOR, "ann", 403),
            (Access.OPERATOR, "operator", 200),
            (Access.CRON, "operator", 401),
        ],
    )
    def test_only_permitted_callers_are_allowed(self, access, who, status):
        headers = {} if who is None else {"Authorization": who}

        assert House(answering(Response({})), access=access).ask(**headers)[0] == status


class TestRequestLimit:
    @pytest.mark.parametrize("view", [answering(Response(None, 304)), raising(NotFound("Gone.")), raising(KeyError())])
    def test_every_response_to_a_person_says_what_is_left(self, view):
        house = House(view, access=Access.PERSON)

        assert house.ask(Authorization="ann")[1]["RateLimit"] == '"person";r=0;t=3'

    @pytest.mark.parametrize("carried", [{"Authorization": "ann"}, {"Cookie": "__Host-session=ann"}])
    def test_a_request_too_many_is_refused_before_anyone_is_identified(self, carried):
        house = House(answering(Response({})), access=Access.PERSON)
        house.ask(**carried)
        house.router._parts.person = house.router._parts.find = None

        status, headers, _ = house.ask(**carried)

        assert (status, headers["Retry-After"]) == (429, "3")

    @pytest.mark.parametrize("access", [Access.ANYONE, Access.CRON, Access.SOURCE])
    def test_routes_that_are_not_for_people_are_not_limited(self, access):
        house = House(answering(Response({})), access=access)
        headers = {"x_cron_secret": "right", "Authorization": "ann"}

        assert [house.ask(**headers)[0] for _ in range(3)] == [200] * 3

    def test_scripts_of_the_allowed_origins_can_read_it(self):
        headers = House(answering(Response({}))).ask(Origin="https://app.example")[1]

        assert "RateLimit, RateLimit-Policy" in headers["Access-Control-Expose-Headers"]


class MembersOfAcme(Parts):
    """As `Parts`, but people have the role of their name in the organization acme."""

    def person(self, authorization: str | None, on_behalf_of: str | None = None) -> Person | None:
        person = super().person(authorization)
        return person and replace(person, organizations={"acme": person.roles})


class TestOrganizations:
    @pytest.mark.parametrize(
        ("who", "organization", "status"),
        [
            (None, "acme", 401),
            ("admin", "acme", 200),
            ("importer", "acme", 200),
            ("member", "acme", 403),
            ("admin", "other", 404),
            ("admin", "ACME", 404),
            ("admin", "~org:acme", 404),
        ],
    )
    def test_only_a_person_with_the_role_may_call(self, who, organization, status):
        front = App("small", configure_logs=False, env={})
        router = Router(front, MembersOfAcme())
        route = router.get("/of/{org}", Access.ORGANIZATION, "It", {200: ""}, role=Role.IMPORTER)
        route(lambda request, org: Response({}))
        headers = () if who is None else (("Authorization", who),)

        answer = Api(front).answer(gateway.HttpRequest("GET", f"/of/{organization}", headers, b"")).to("GET")

        assert answer.status == status


def telling_who(request: Request, word: str) -> Response:
    return Response({"who": request.person and request.person.sub, "csrf": request.csrf})


class TestSessions:
    def send(self, method: str = "GET", access: Access = Access.PERSON, body: bytes = b"", more=None, **headers: str):
        house = House(telling_who, access=access, method=method, **(more or {}))
        status, _, answer = house.ask(method=method, body=body, **headers)
        return status, json.loads(answer) if answer.startswith(b"{") else answer

    def test_a_session_is_its_person_and_brings_the_token_for_forms(self):
        assert self.send(Cookie="a=b; __Host-session=ann") == (200, {"who": "ann", "csrf": "csrf-ann"})

    def test_a_bearer_has_no_token_for_forms_and_wins_over_a_session(self):
        assert self.send(Authorization="bob", Cookie="__Host-session=ann") == (200, {"who": "bob", "csrf": ""})

    def test_a_bad_bearer_is_refused_even_where_a_good_session_is_there(self):
        assert self.send(Authorization="bad", Cookie="__Host-session=ann")[0] == 401

    @pytest.mark.parametrize(
        "cookie", ["session=ann", "__Host-session=", "__Host-session=expired", "__host-session=ann"]
    )
    def test_without_a_session_there_is_no_person(self, cookie):
        assert self.send(Cookie=cookie)[0] == 401

    def test_an_operator_is_one_by_session_too(self):
        assert self.send(access=Access.OPERATOR, Cookie="__Host-session=operator")[0] == 200
        assert self.send(access=Access.OPERATOR, Cookie="__Host-session=ann")[0] == 403

    def test_the_schedules_caller_is_no_session(self):
        assert self.send(access=Access.CRON, Cookie="__Host-session=operator")[0] == 401

    def test_a_public_page_knows_the_session_and_other_public_routes_do_not_check_it(self):
        cookie = "__Host-session=ann"

        assert self.send(access=Access.ANYONE, Cookie=cookie, more={"shows_pages": True})[1]["who"] == "ann"
        assert self.send(access=Access.ANYONE, Cookie=cookie)[1]["who"] is None

    def test_a_public_form_has_no_person(self):
        answer = self.send("POST", Access.ANYONE, Cookie="__Host-session=ann", more={"shows_pages": True})

        assert answer == (200, {"who": None, "csrf": ""})


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
class TestChanges:
    def changed(self, method: str, body: bytes = b"", **headers: str) -> int:
        house = House(telling_who, access=Access.PERSON, method=method)
        return house.ask(method=method, body=body, **headers)[0]

    def test_a_change_by_session_needs_the_token_in_its_form_or_a_header(self, method):
        session = {"Cookie": "__Host-session=ann"}

        assert self.changed(method, b"csrf_token=csrf-ann", Content_Type=FORM, **session) == 200
        assert self.changed(method, b"csrf_token=x&csrf_token=csrf-ann", Content_Type=FORM + ";a=b", **session) == 200
        assert self.changed(method, x_csrf_token="csrf-ann", **session) == 200

    @pytest.mark.parametrize(
        ("body", "headers"),
        [
            (b"", {}),
            (b"", {"x_csrf_token": "csrf-bob"}),
            (b"", {"x_csrf_token": ""}),
            (b"csrf_token=", {"Content_Type": FORM}),
            (b"csrf_token=csrf-bob", {"Content_Type": FORM}),
            (b"csrf_token=csrf-ann", {"Content_Type": "text/plain"}),
            (b'{"csrf_token": "csrf-ann"}', {"Content_Type": "application/json"}),
        ],
    )
    def test_without_it_nothing_is_done(self, method, body, headers):
        assert self.changed(method, body, Cookie="__Host-session=ann", **headers) == 403

    def test_a_bearer_needs_none(self, method):
        assert self.changed(method, Authorization="ann", Cookie="__Host-session=ann") == 200


class TestHeaders:
    @pytest.mark.parametrize("mark", ["\r", "\n", "\0", "\r\nSet-Cookie: a=b"])
    def test_nothing_can_split_a_header(self, mark):
        for answer in (
            Response({}, headers={"X-Name": f"a{mark}b"}),
            redirect(f"/x{mark}"),
            Response({}, cookies=[Cookie("a", f"b{mark}c", 1)]),
        ):
            status, headers, body = House(answering(answer)).ask()
            assert status == 500
            assert "a=b" not in str(headers) + body.decode()

    @settings(max_examples=examples(200), deadline=None)
    @given(st.text(max_size=50))
    def test_no_header_value_splits_a_response(self, name):
        status, headers, _ = House(answering(Response({}, headers={"X-Name": name}))).ask()

        assert status == 500 or headers["X-Name"] == name

    def test_json_may_load_nothing_and_a_page_only_what_is_ours(self):
        of_json = House(answering(Response({}))).ask()[1]["Content-Security-Policy"]
        of_page = House(answering(page("<p>"))).ask()[1]["Content-Security-Policy"]

        assert of_json == "default-src 'none'; frame-ancestors 'none'"
        assert "unsafe" not in of_page
        assert "form-action 'self'" in of_page

    def test_a_page_may_send_files_to_one_other_origin_and_load_nothing_from_it(self):
        policy = page_policy("https://bucket.example")

        named = [part.strip() for part in policy.split(";") if "https://bucket.example" in part]
        assert named == ["connect-src 'self' https://bucket.example", "form-action 'self' https://bucket.example"]

    def test_transport_security_is_for_https_alone(self):
        plain = House(answering(Response({})), parts=Parts(url="http://127.0.0.1:8000")).ask()[1]

        assert "Strict-Transport-Security" not in plain


class TestCors:
    def test_another_origin_is_allowed_nothing(self):
        headers = House(answering(Response({}))).ask(Origin="https://evil.example")[1]

        assert "Access-Control-Allow-Origin" not in headers
        assert "Origin" in headers["Vary"]

    @pytest.mark.parametrize(
        ("asked", "allowed"),
        [
            ("https://app.example", "https://app.example"),
            ("http://localhost:5173", "http://localhost:5173"),
            ("http://localhost:51730", None),
            ("https://sub.app.example", None),
            ("HTTPS://APP.EXAMPLE", None),
            ("null", None),
        ],
    )
    def test_of_several_origins_the_one_that_asks_is_named(self, asked, allowed):
        parts = Parts("https://app.example", "http://localhost:5173")

        headers = House(answering(Response({})), parts=parts).ask(Origin=asked)[1]

        assert headers.get("Access-Control-Allow-Origin") == allowed
        assert headers.get("Access-Control-Allow-Credentials") == ("true" if allowed else None)
        assert headers["Vary"] == "Accept, Origin"

    def test_any_origin_comes_without_cookies(self):
        headers = House(answering(Response({})), parts=Parts("*")).ask(Origin="https://x.example")[1]

        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in headers

    def test_errors_carry_it_too(self):
        headers = House(raising(NotFound("Gone."))).ask(Origin="https://app.example")[1]

        assert headers["Access-Control-Allow-Origin"] == "https://app.example"

    def test_asking_first_is_answered_for_every_path(self):
        status, headers, body = House(answering(Response({}))).ask(method="OPTIONS", Origin="https://app.example")

        assert (status, body, headers["Access-Control-Allow-Methods"]) == (204, b"", "GET, OPTIONS")


class TestFiles:
    """Bytes that are no text, such as a workbook."""

    BYTES = bytes(range(256))
    ANSWER = Response(BYTES, content_type="application/x-workbook")

    @pytest.mark.parametrize("accepts", [{}, {"Accept": "text/html"}, {"Accept": "*/*"}])
    def test_arrive_as_they_are_whatever_the_client_accepts(self, accepts):
        status, headers, body = House(answering(self.ANSWER)).ask(**accepts)

        assert (status, headers["Content-Type"], body) == (200, "application/x-workbook", self.BYTES)

    def test_pass_the_gateway_in_base64(self):
        house = House(answering(self.ANSWER))
        request = gateway.HttpRequest("GET", "/it/x", ())

        answer = house.front(gateway.event_of(request, binary_types=()), None)

        assert (answer["isBase64Encoded"], b64decode(answer["body"])) == (True, self.BYTES)


class TestHead:
    def test_it_is_answered_as_a_get_without_the_body(self):
        house = House(answering(Response({"x": 1}, 200, {"X-Name": "a"})))
        got, looked = house.ask(x_request_id="r"), house.ask(method="HEAD", x_request_id="r")

        assert (looked[0], looked[1], looked[2]) == (got[0], got[1], b"")
        assert looked[1]["Content-Length"] == str(len(got[2]))

    def test_a_view_need_not_know_of_it(self):
        seen = []

        def view(request: Request, word: str) -> Response:
            seen.append((request.method, word))
            return Response({})

        House(view).ask(method="HEAD")
        assert seen == [("GET", "x")]

    def test_it_comes_in_only_where_a_get_does(self):
        house = House(answering(Response({})), access=Access.PERSON)

        assert [house.ask(method="HEAD", **who)[0] for who in ({}, {"Authorization": "ann"})] == [401, 200]

    def test_where_a_get_happens_once_something_else_answers(self):
        house = House(raising(AssertionError("it happened")), head=lambda request, word: Response({"looked": word}))

        assert house.ask(method="HEAD")[0] == 200

    def test_where_there_is_no_get_there_is_none(self):
        status, headers, _ = House(answering(Response({})), method="POST").ask(method="HEAD")

        assert (status, headers["Allow"]) == (405, "POST, OPTIONS")

    def test_it_is_listed_in_the_allow_header(self):
        assert House(answering(Response({}))).ask(method="OPTIONS")[1]["Allow"] == "GET, HEAD, OPTIONS"


class TestParameters:
    def send(self, query: str, **more) -> tuple[int, str]:
        known = [Query("limit", "How many."), Query("q", "A search.")]
        status, _, body = House(answering(Response({})), query=known, **more).ask(f"/it/x?{query}")
        return status, json.loads(body).get("field", "")

    @pytest.mark.parametrize(
        ("query", "member"),
        [
            ("limit=", "limit"),
            ("limit", "limit"),
            ("q=&limit=1", "q"),
            ("limit=1&limit=2", "limit"),
            ("limit=1&limit=1", "limit"),
            ("q=a&limit=1&q=b", "q"),
            ("order=up", "order"),
            ("order=", "order"),
        ],
    )
    def test_a_list_refuses_what_is_unknown_empty_or_repeated(self, query, member):
        assert self.send(query, strict_query=True) == (422, member)

    def test_and_takes_what_is_given_once(self):
        assert self.send("limit=1&q=a", strict_query=True) == (200, "")

    def test_a_form_may_have_an_empty_field_but_no_repeated_one(self):
        assert self.send("q=&limit=&v=1&v=2") == (200, "")
        assert self.send("q=a&q=b") == (422, "q")


class TestRequests:
    def test_path_parameters_are_decoded_once(self):
        def view(request: Request, word: str) -> Response:
            return Response({"word": word})

        assert json.loads(House(view).ask("/it/a%252Fb%20%C3%A9")[2]) == {"word": "a%2Fb é"}

    def test_an_unregistered_method_is_a_405_with_the_allowed_ones(self):
        house = House(answering(Response({})))
        event = {"requestContext": {"resourcePath": "/it/{word}", "httpMethod": "PUT"}}

        answer = house.front(event, None)

        assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert json.loads(answer["body"])["type"] == "/problems/method-not-allowed"

    @pytest.mark.parametrize("target", ["/nowhere", "/it", "/it/x/y", "/it//", "//it/x"])
    def test_a_path_without_a_route_is_a_404_for_every_method(self, target):
        for method in ("GET", "POST", "OPTIONS"):
            status, headers, body = House(answering(Response({}))).ask(target, method=method, x_request_id="r-1")

            problem = json.loads(body)
            assert (status, headers["Content-Type"]) == (404, "application/problem+json")
            assert (problem["type"], problem["request_id"]) == ("/problems/not-found", "r-1")

    def test_a_resource_of_a_single_route_is_served_too_as_an_older_deployment_has_them(self):
        event = {
            "resource": "/it/{word}",
            "path": "/it/x",
            "httpMethod": "GET",
            "headers": {},
            "multiValueHeaders": {},
            "queryStringParameters": None,
            "multiValueQueryStringParameters": None,
            "pathParameters": {"word": "x"},
            "stageVariables": None,
            "requestContext": {"resourcePath": "/it/{word}", "httpMethod": "GET"},
            "body": None,
            "isBase64Encoded": False,
        }

        assert House(answering(Response({"x": 1}))).front(event, None)["statusCode"] == 200

    @pytest.mark.parametrize("query", ["a=%FF", "a=%ED%A0%80", "%FF=a", "a=x%C3"])
    def test_a_query_that_is_no_text_is_refused_and_named(self, query):
        status, _, body = House(answering(Response({}))).ask(f"/it/x?{query}")

        assert (status, "UTF-8" in json.loads(body)["detail"]) == (422, True)
        assert json.loads(body)["field"]

    def test_a_path_that_is_no_text_leads_nowhere(self):
        assert House(answering(Response({}))).ask("/it/%FF")[0] == 404

    def test_chalices_own_test_client_gets_in_as_well(self):
        with Client(House(answering(Response({"x": 1}))).front) as client:
            assert client.http.get("/it/x").json_body == {"x": 1}
            assert client.http.put("/it/x").status_code == 405

    def test_a_path_is_registered_once_for_a_method(self):
        house = House(answering(Response({})))

        with pytest.raises(ValueError, match="is registered twice"):
            house.router.get("/it/{word}", Access.ANYONE, "Again", {200: ""})(answering(Response({})))
