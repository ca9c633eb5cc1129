"""Callbacks over real sockets of this machine: what is connected to, and what is read of the answer."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from chalicelib.foundation import callback_http
from chalicelib.foundation.callback_http import MOST_READ, CallbackHttp
from chalicelib.foundation.callbacks import CallbackFailure, CallbackReply

BODY = b'{"a":1}'
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Listener:
    """Answers each connection with the same bytes, and keeps what it got."""

    answer: bytes = OK
    got: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                self.got.append(_whole_request(connection))
                connection.sendall(self.answer)

    def close(self) -> None:
        self._socket.close()


def _whole_request(connection: socket.socket) -> bytes:
    """The head of a request and its body of `BODY`'s length, or all that comes."""
    got = b""
    while piece := connection.recv(65536):
        got += piece
        head, end, body = got.partition(b"\r\n\r\n")
        if not head.startswith(b"POST") or (end and len(body) >= len(BODY)):
            break
    return got


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.close()


def local(resolve: Callable[[str, int], list[str]] = lambda *_: ["127.0.0.1"]) -> CallbackHttp:
    return CallbackHttp(allow_loopback=True, resolve=resolve)


def post(http: CallbackHttp, listener: Listener, path: str = "/hook?a=b") -> CallbackReply | CallbackFailure:
    return http.post(f"http://localhost:{listener.port}{path}", {"webhook-id": "evt_1"}, BODY)


class TestSending:
    def test_the_request_is_for_the_name_at_the_address_that_was_resolved(self, listener):
        reply = post(local(), listener)

        assert reply == CallbackReply(200, {"content-length": "2"}, b"ok")
        head, _, body = listener.got[0].partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        assert lines[0] == "POST /hook?a=b HTTP/1.1"
        assert f"Host: localhost:{listener.port}" in lines
        assert "webhook-id: evt_1" in lines
        assert body == BODY

    def test_a_name_is_resolved_once(self, listener):
        asked = []

        def resolve(host: str, port: int) -> list[str]:
            asked.append((host, port))
            return ["127.0.0.1"]

        post(local(resolve), listener)

        assert asked == [("localhost", listener.port)]

    def test_nothing_of_the_environment_is_used(self, listener, monkeypatch):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")

        assert isinstance(post(local(), listener), CallbackReply)

    def test_a_redirect_is_not_followed(self, listener):
        listener.answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"

        reply = post(local(), listener)

        assert isinstance(reply, CallbackReply)
        assert (reply.status, len(listener.got)) == (302, 1)

    def test_no_more_than_64_kb_of_an_answer_is_read(self, listener):
        listener.answer = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3 * MOST_READ

        reply = post(local(), listener)

        assert isinstance(reply, CallbackReply)
        assert reply.beginning == b"x" * MOST_READ

    def test_a_compressed_answer_stays_as_it_is(self, listener):
        listener.answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"

        reply = post(local(), listener)

        assert isinstance(reply, CallbackReply)
        assert reply.beginning == b"abc"


class TestRefusing:
    @pytest.mark.parametrize(
        "addresses",
        [
            ["10.0.0.1"],
            ["93.184.216.34", "169.254.169.254"],
            ["::ffff:10.0.0.1"],
            ["127.0.0.1"],
            ["2606::1", "fd00::1"],
        ],
    )
    def test_a_name_is_refused_if_any_of_its_addresses_is_not_public(self, addresses):
        http = CallbackHttp(resolve=lambda *_: addresses)

        assert http.post("https://hooks.example.com/", {}, b"") is CallbackFailure.ADDRESS

    def test_loopback_is_refused_unless_it_is_allowed(self, listener):
        assert post(CallbackHttp(), listener) is CallbackFailure.ADDRESS
        assert listener.got == []

    def test_another_name_for_loopback_is_not_https(self, listener):
        reply = local().post(f"http://hooks.example.com:{listener.port}/", {}, BODY)

        assert reply is CallbackFailure.ADDRESS

    def test_a_name_that_does_not_exist_is_not_found(self):
        def resolve(*_: object) -> list[str]:
            raise socket.gaierror

        assert CallbackHttp(resolve=resolve).post("https://hooks.example.com/", {}, b"") is CallbackFailure.UNRESOLVED

    def test_a_certificate_that_nobody_vouches_for_is_refused(self, listener):
        listener.answer = b"no TLS at all"
        reply = local().post(f"https://localhost:{listener.port}/", {}, b"")

        assert reply in (CallbackFailure.CERTIFICATE, CallbackFailure.UNREACHABLE)

    def test_nobody_listening_is_no_connection(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            url = f"http://localhost:{bound.getsockname()[1]}/"

            assert local().post(url, {}, BODY) is CallbackFailure.UNREACHABLE

    @pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 nonsense\r\n\r\n", b"\x00" * 100])
    def test_an_answer_that_is_no_http_is_none(self, listener, answer):
        listener.answer = answer

        assert post(local(), listener) is CallbackFailure.UNREACHABLE


def test_the_whole_exchange_ends_in_ten_seconds():
    assert callback_http.WHOLE_SECONDS == 10
    assert callback_http.RESOLVE_SECONDS + callback_http.CONNECT_SECONDS < callback_http.WHOLE_SECONDS
