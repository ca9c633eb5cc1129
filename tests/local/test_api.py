"""The app behind HTTP: what a browser sees must be what API Gateway and Lambda would give."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from chalice.app import Chalice, Response

from chalicelib.foundation.route_table import RouteTable, event_of_route
from local.api import Server
from local.gateway import LARGEST_BODY


class Small(Chalice):
    """Finds the routes of paths as our own app does."""

    def __call__(self, event, context):
        return super().__call__(event_of_route(event, RouteTable(self.routes)), context)


def an_app() -> Chalice:
    app = Small("small")

    @app.route("/echo/{word}", methods=["GET", "POST"], content_types=["application/json", "text/plain"])
    def echo(word: str) -> dict:
        request = app.current_request
        time.sleep(float((request.query_params or {}).get("wait", 0)))
        many = request.query_params.getlist("q") if request.query_params and "q" in request.query_params else []
        body = request.raw_body.decode() if request.method == "POST" else ""
        return {"word": word, "q": many, "body": body, "path": app.current_request.context["path"]}

    @app.route("/cookies")
    def cookies() -> Response:
        return Response("", {"Set-Cookie": ["a=1; Path=/", "b=2; Path=/"], "Location": "/x"}, 302)

    @app.route("/nothing", methods=["GET", "OPTIONS"])
    def nothing() -> Response:
        return Response("ignored", {"X-Own": app.current_request.method}, 204)

    @app.route("/head", methods=["HEAD"])
    def head() -> dict:
        return {"never": "sent"}

    return app


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = Server(0, an_app(), body_seconds=1)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def line(port) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    yield connection
    connection.close()


def ask(line: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None, **headers: str):
    line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.getresponse()
    return answer, answer.read()


class TestRoutes:
    def test_query_values_come_decoded_and_whole_and_path_parameters_stay_encoded(self, line):
        _, body = ask(line, "GET", "/echo/a%2Fb?q=1&q=%C3%BC&q=")

        assert body == b'{"word":"a%2Fb","q":["1","\\u00fc",""],"body":"","path":"/api/echo/a%2Fb"}'

    def test_bytes_that_a_client_did_not_encode_are_the_text_they_are(self, port):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
            raw.sendall("GET /echo/ü?q=é&q=%C3%A9+%25 HTTP/1.1\r\nHost: here\r\n\r\n".encode())
            answer = http.client.HTTPResponse(raw)
            answer.begin()
            document = json.load(answer)

        assert (document["word"], document["q"]) == ("%C3%BC", ["é", "é %"])

    def test_a_method_the_path_does_not_take_is_answered_by_the_app(self, line):
        answer, _ = ask(line, "DELETE", "/echo/x")

        assert (answer.status, answer.headers["Allow"]) == (405, "GET, POST")

    def test_a_body_arrives(self, line):
        _, body = ask(line, "POST", "/echo/x", "grüße".encode(), Content_Type="text/plain")

        assert b'"body":"gr\\u00fc\\u00dfe"' in body


class TestOptions:
    def test_options_reaches_a_route_of_our_own(self, line):
        assert ask(line, "OPTIONS", "/nothing")[0].headers["X-Own"] == "OPTIONS"


class TestAnswers:
    def test_every_cookie_has_a_line_of_its_own(self, line):
        answer, _ = ask(line, "GET", "/cookies")

        assert answer.status == 302
        assert answer.headers.get_all("Set-Cookie") == ["a=1; Path=/", "b=2; Path=/"]

    def test_head_tells_the_length_that_a_get_would_have(self, line):
        answer, body = ask(line, "HEAD", "/head")

        assert (answer.headers["Content-Length"], body) == (str(len(b'{"never":"sent"}')), b"")

    @pytest.mark.parametrize(("method", "path"), [("HEAD", "/head"), ("GET", "/nothing"), ("HEAD", "/nowhere")])
    def test_where_no_body_may_be_there_is_none_and_the_connection_goes_on(self, line, method, path):
        _, body = ask(line, method, path)

        assert body == b""
        assert ask(line, "GET", "/echo/next")[0].status == 200

    def test_many_requests_on_one_connection_do_not_wait_for_acknowledgements(self, line):
        def seconds() -> float:
            started = time.monotonic()
            ask(line, "GET", "/echo/x")
            return time.monotonic() - started

        assert min(seconds() for _ in range(50)) < 0.035  # a delayed acknowledgement takes 40 ms, each time

    def test_a_body_of_unknown_length_or_beyond_the_gateways_limit_is_refused(self, port):
        for headers, status in (({"Transfer-Encoding": "chunked"}, 411), ({"Content-Length": LARGEST_BODY + 1}, 413)):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.putrequest("POST", "/echo/x")
            for name, value in headers.items():
                connection.putheader(name, str(value))
            connection.endheaders()

            assert connection.getresponse().status == status
            connection.close()

    def test_a_body_too_large_for_lambda_is_refused_with_its_size(self, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("POST", "/echo/x", '"' * 3_200_000)  # as text in an event each of them is two
        answer = connection.getresponse()
        document = json.loads(answer.read())

        assert (answer.status, document["type"]) == (413, "/problems/too-large")
        assert document["detail"] == "A request can be at most 4 MB, quotation marks counted twice; this one is 3.1 MB."

    def test_a_large_body_is_requested_at_once(self, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.putrequest("POST", "/echo/x")
        connection.putheader("Content-Length", "2")
        connection.putheader("Expect", "100-continue")
        connection.endheaders()

        assert connection.sock.recv(1024).startswith(b"HTTP/1.1 100")
        connection.close()


class TestThreads:
    def test_requests_side_by_side_do_not_see_each_other(self, port):
        bodies: dict[int, bytes] = {}

        def one(number: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            bodies[number] = ask(connection, "GET", f"/echo/{number}?wait=0.05")[1]
            connection.close()

        threads = [threading.Thread(target=one, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert all(f'"path":"/api/echo/{number}"'.encode() in bodies[number] for number in range(20))


def raw_response(port: int, request: bytes, *, ends: bool = True) -> tuple[int, dict[str, object]]:
    """What is answered to these very bytes; `ends`: nothing more is sent after them."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(request)
        if ends:
            line.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        assert answer.headers["Content-Type"] == "application/problem+json"
        return answer.status, json.loads(answer.read())


def post(*headers: str, body: bytes = b"hello") -> bytes:
    lines = ["POST /echo/x HTTP/1.1", "Host: here", "Content-Type: text/plain", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


LONG = b"GET /echo/" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n"


class TestInvalidHttp:
    @pytest.mark.parametrize(
        "headers",
        [
            ["Content-Length: -1"],
            ["Content-Length: five"],
            ["Content-Length: 0x5"],
            ["Content-Length: +5"],
            ["Content-Length: "],
            ["Content-Length: 5", "Content-Length: 6"],
            ["Content-Length: 5, 6"],
            ["Content-Length: 5", "Transfer-Encoding: chunked"],
            ["Content-Length: 6"],
        ],
    )
    def test_a_wrong_length_is_refused(self, port, headers):
        status, document = raw_response(port, post(*headers))

        assert (status, document["status"], document["type"]) == (400, 400, "/problems/bad-request")

    def test_an_incomplete_body_is_refused(self, port):
        status, document = raw_response(port, post("Content-Length: 6"), ends=False)

        assert (status, document["detail"]) == (400, "The body is shorter than Content-Length says.")

    def test_a_repeated_equal_content_length_is_accepted(self, line, port):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
            raw.sendall(post("Content-Length: 5", "Content-Length: 5"))
            assert raw.recv(64).startswith(b"HTTP/1.1 200")

    @pytest.mark.parametrize(
        "request_bytes",
        [
            b"nonsense\r\n\r\n",
            b"GET /echo/x HTTP/9.9\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
            LONG,
        ],
        ids=["line", "version", "headers", "length"],
    )
    def test_what_the_server_itself_refuses_is_a_problem_too(self, port, request_bytes):
        status, document = raw_response(port, request_bytes)

        assert 400 <= status < 600
        assert {"type", "title", "status", "detail"} <= set(document)

    def test_an_address_that_is_too_long_is_called_so(self, port):
        status, document = raw_response(port, LONG)

        assert (status, "too long" in document["detail"].lower()) == (414, True)

    def test_an_unknown_method_is_handled_by_the_app(self, line):
        answer, _ = ask(line, "PROPFIND", "/echo/x")

        assert (answer.status, answer.headers["Allow"]) == (405, "GET, POST")
