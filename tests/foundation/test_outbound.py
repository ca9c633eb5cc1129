"""Outbound requests are bounded: any server response becomes a reply or an error in time, and no secret leaks."""

import gzip
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.foundation.errors import ProviderBroken, ProviderBusy
from chalicelib.foundation.http_client import BODY_LIMIT, HttpClient
from chalicelib.foundation.outbound import LONGEST_WAIT, SHORTEST_WAIT, Deadline, Reply, parse_retry_after

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
PATIENT = 60  # seconds, for any machine
Talk = Callable[[socket.socket, bytes], None]


@contextmanager
def server(talk: Talk) -> Iterator[tuple[str, list[bytes]]]:
    """A server that speaks raw bytes: `talk` gets each connection and its head. Yields its URL and the heads."""
    heads: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                head = connection.recv(65536)
                heads.append(head)
                try:
                    talk(connection, head)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", heads
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def saying(*parts: bytes) -> Talk:
    return lambda connection, _: [connection.sendall(part) for part in parts] and None


def get(url: str, *, seconds: float = PATIENT, http: HttpClient | None = None, **headers: str) -> Reply:
    deadline = Deadline(timedelta(seconds=seconds))
    return (http or HttpClient()).send("GET", url, service="Google", deadline=deadline, headers=headers)


class TestAnswers:
    def test_an_answer_comes_whole_with_its_headers_in_small_letters(self) -> None:
        with server(saying(b"HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 3\r\n\r\nabc")) as (url, _):
            assert get(url) == Reply(429, {"retry-after": "7", "content-length": "3"}, b"abc")

    def test_a_compressed_answer_is_unpacked(self) -> None:
        packed = gzip.compress(b'{"a": 1}')
        head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
        with server(saying(head, packed)) as (url, _):
            assert get(url).json_object() == {"a": 1}

    @pytest.mark.parametrize("body", [b"", b"[1]", b'{"a": ', b"<html>", b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
    def test_a_body_that_is_no_json_object_is_none(self, body: bytes) -> None:
        assert Reply(200, {}, body).json_object() is None

    def test_a_redirect_is_not_followed(self) -> None:
        with server(saying(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")) as (url, heads):
            assert get(url).status == 302
            assert len(heads) == 1

    def test_no_cookie_of_one_answer_goes_into_the_next_request(self) -> None:
        value = b"HTTP/1.1 200 OK\r\nSet-Cookie: who=anna; Path=/\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
        with server(saying(value)) as (url, heads):
            http = HttpClient()
            get(url, http=http)
            get(url, http=http)

            assert len(heads) == 2
            assert b"anna" not in heads[1]

    def test_proxies_and_passwords_of_the_environment_are_not_used(self, monkeypatch, tmp_path) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login me password secret\n")
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
        with server(saying(OK)) as (url, heads):
            assert get(url).status == 200
            assert b"uthorization" not in heads[0]


DRIPS = 1_500  # half a minute, and then the server hangs up, which is another error


class TestBounds:
    @pytest.mark.parametrize(
        "begin",
        [
            b"",
            b"HTTP/1.1 200 OK\r\n",
            b"HTTP/1.1 200 OK\r\nX-Slow: ",
            b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n",
        ],
    )
    def test_a_server_that_drips_does_not_outlive_the_deadline(self, begin: bytes) -> None:
        over = threading.Event()

        def drip(connection: socket.socket, _: bytes) -> None:
            connection.sendall(begin)
            for _ in range(DRIPS):
                if over.wait(0.02):
                    return
                connection.sendall(b"a")

        with server(drip) as (url, _):
            try:
                with pytest.raises(ProviderBroken, match="Google did not respond in time"):
                    get(url, seconds=0.3)
            finally:
                over.set()

    def test_a_silent_server_times_out(self) -> None:
        over = threading.Event()
        with server(lambda *_: over.wait(PATIENT) and None) as (url, _):
            with pytest.raises(ProviderBroken, match="in time"):
                get(url, seconds=0.2)
            over.set()

    def test_without_time_left_nothing_is_sent(self) -> None:
        with server(saying(OK)) as (url, heads), pytest.raises(ProviderBroken, match="in time"):
            get(url, seconds=0)
        assert heads == []

    def test_a_body_over_the_limit_is_not_read(self) -> None:
        def flood(connection: socket.socket, _: bytes) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
            for _ in range(100):
                connection.sendall(b"a" * 1_000_000)

        with server(flood) as (url, _), pytest.raises(ProviderBroken, match="too large"):
            get(url, seconds=PATIENT)

    def test_a_small_body_that_unpacks_to_a_huge_one_is_not_unpacked(self) -> None:
        packed = gzip.compress(bytes(BODY_LIMIT + 1))
        head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
        with server(saying(head, packed)) as (url, _), pytest.raises(ProviderBroken, match="too large"):
            get(url, seconds=PATIENT)

    @pytest.mark.parametrize(
        "value",
        [
            b"",
            b"garbage\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        ],
    )
    def test_an_answer_that_is_cut_off_or_garbled_is_an_error(self, value: bytes) -> None:
        with server(saying(value)) as (url, _), pytest.raises(ProviderBroken, match="sent an unreadable response"):
            get(url)

    def test_a_refused_connection_is_an_error(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        with pytest.raises(ProviderBroken, match="sent an unreadable response"):
            get(f"http://127.0.0.1:{port}/")

    @pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://127.0.0.1/", "http://[::1", "http://\ud800/"])
    def test_an_impossible_address_is_an_error(self, url: str) -> None:
        with pytest.raises(ProviderBroken):
            get(url)

    def test_only_so_many_requests_are_under_way_at_once(self) -> None:
        holding, over = threading.Event(), threading.Event()

        def hold(connection: socket.socket, _: bytes) -> None:
            holding.set()
            over.wait(PATIENT)
            connection.sendall(OK)

        http = HttpClient(at_once=1)
        with server(hold) as (url, heads):
            first = threading.Thread(target=get, args=(url,), kwargs={"http": http, "seconds": PATIENT})
            first.start()
            holding.wait(PATIENT)
            try:
                with pytest.raises(ProviderBusy) as raised:
                    get(url, seconds=0.1, http=http)
            finally:
                over.set()
                first.join(PATIENT)
            assert raised.value.retry_after == SHORTEST_WAIT
            assert len(heads) == 1

    def test_a_place_is_free_again_after_a_failure(self) -> None:
        http = HttpClient(at_once=1)
        for _ in range(3):
            with pytest.raises(ProviderBroken):
                get("http://127.0.0.1:1/", http=http)


class TestSilence:
    SECRETS = ("s3cret-token", "s3cret-page")

    def test_errors_name_neither_tokens_nor_urls_not_even_in_what_caused_them(self) -> None:
        with server(saying(b"garbage\r\n\r\n")) as (url, _), pytest.raises(ProviderBroken) as raised:
            get(url + "/?pageToken=s3cret-page", Authorization="Bearer s3cret-token")

        assert raised.value.__cause__ is None
        assert raised.value.__context__ is None
        assert not any(secret in repr(raised.value) + str(raised.value.members) for secret in self.SECRETS)

    def test_a_token_that_cannot_be_a_header_is_not_quoted(self) -> None:
        with pytest.raises(ProviderBroken) as raised:
            get("http://127.0.0.1:1/", Authorization="Bearer s3cret-token\r\nX: y")

        assert "s3cret" not in repr(raised.value)

    def test_the_log_holds_no_url_however_much_is_logged(self, caplog) -> None:
        caplog.set_level(logging.DEBUG)
        with server(saying(b"HTTP/1.1 200 OK\r\nno header\r\nContent-Length: 2\r\n\r\n{}")) as (url, _):
            get(url + "/?pageToken=s3cret-page", Authorization="Bearer s3cret-token")

        assert not any(secret in caplog.text for secret in self.SECRETS)


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("38", 38),
            (" 38 ", 38),
            ("Sun, 01 Mar 2026 12:00:30 GMT", 30),
            ("Sun, 01 Mar 2026 13:00:30 +0100", 30),
            ("Sunday, 01-Mar-26 12:00:30 GMT", 30),
            ("0", 1),
            ("-5", 1),
            ("Sun, 01 Mar 2020 12:00:00 GMT", 1),
            ("86400", 3600),
            ("9" * 5000, 3600),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        ],
    )
    def test_seconds_and_dates_are_understood_and_held_between_a_second_and_an_hour(self, value, seconds) -> None:
        assert parse_retry_after(value, NOON) == timedelta(seconds=seconds)

    @pytest.mark.parametrize("value", [None, "", "soon", "1e3", "nan", "Sun, 99 Foo 2026", "12 34", "²"])
    def test_an_invalid_retry_after_is_ignored(self, value) -> None:
        assert parse_retry_after(value, NOON) is None

    @given(st.text())
    def test_nothing_a_server_writes_breaks_it(self, value: str) -> None:
        wait = parse_retry_after(value, NOON)

        assert wait is None or SHORTEST_WAIT <= wait <= LONGEST_WAIT
