"""The browser that walks consent screens for the demo and the journeys."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local.browser import Browser

PAGE = b"""<form action="sent?x=1" method=post><input type=hidden name=secret value="a&amp;b">
<input type=checkbox name=scope value=contacts checked><input type=checkbox name=scope value=mail>
<input name=who value=""><button name=answer value=yes>  Let
 it in </button><button name=answer value=no>Deny</button></form>"""


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/cookie":
            self._say(302, b"", ("Set-Cookie", "seen=1; Path=/"), ("Location", "/form"))
        elif self.path == "/form":
            self._say(200, PAGE if "seen=1" in self.headers.get("Cookie", "") else b"no cookie")
        else:
            self._say(404, b"")

    def do_POST(self) -> None:
        self._say(200, self.path.encode() + b" " + self.rfile.read(int(self.headers["Content-Length"])))

    def _say(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class TestBrowser:
    def test_cookies_are_kept_over_redirects(self, site):
        assert Browser().open(f"{site}/cookie").url == f"{site}/form"

    def test_a_form_is_sent_as_a_person_sees_it(self, site):
        browser = Browser()
        answer = browser.press(browser.open(f"{site}/cookie"), "Let it in", fill={"who": "Ada"})

        assert answer.text == "/sent?x=1 secret=a%26b&who=Ada&scope=contacts&answer=yes"

    def test_every_box_can_be_ticked_and_another_button_pressed(self, site):
        browser = Browser()
        answer = browser.press(browser.open(f"{site}/cookie"), "deny", tick_all=True)

        assert answer.text == "/sent?x=1 secret=a%26b&who=&scope=contacts&scope=mail&answer=no"

    def test_a_missing_button_is_reported_with_the_existing_ones(self, site):
        browser = Browser()

        with pytest.raises(LookupError, match="Let it in"):
            browser.press(browser.open(f"{site}/cookie"), "Allow")
