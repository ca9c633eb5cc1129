"""Signing in on the page over HTTP: its cookies, the pages it returns to, and its errors."""

import logging
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from chalicelib.erasing.erase_person import LONGEST_RUN
from chalicelib.signing_in.session_store import LIFE
from tests.fakes.transport import make_reply
from tests.routes.service import HOME, PageSession, Service, jar_of

PAGE = "text/html"
MINE = "/api/v1/connections"


@pytest.fixture
def service() -> Service:
    return Service()


def come_back(service: Service, begun, **changes: str):
    """The issuer redirects the browser back, with the cookies of the attempt and `changes` to the query."""
    query = {**service.openid.agrees(begun.headers["location"]), **changes}
    return service.get(f"/sign-in/callback?{urlencode(query)}", cookies=jar_of(begun.cookies), Accept=PAGE)


def parts_of(cookie: str) -> set[str]:
    return set(cookie.split("; ")[1:])


class TestSigningIn:
    def test_the_attempt_is_bound_to_this_browser_for_ten_minutes(self, service):
        begun = service.get("/sign-in?to=/contacts", Accept=PAGE)

        assert begun.status == 302
        assert parts_of(begun.cookies["__Host-sign-in"]) == {
            "Path=/",
            "Max-Age=600",
            "HttpOnly",
            "SameSite=Lax",
            "Secure",
        }

    def test_the_session_is_the_browsers_alone_and_the_attempt_is_over(self, service):
        back = come_back(service, service.get("/sign-in?to=/contacts?q=a%2526b"))

        assert (back.status, back.headers["location"]) == (303, f"{HOME}/contacts?q=a%26b")
        assert parts_of(back.cookies["__Host-session"]) == {
            "Path=/",
            "Max-Age=43200",
            "HttpOnly",
            "SameSite=Lax",
            "Secure",
        }
        assert jar_of(back.cookies)["__Host-sign-in"] == ""
        assert "Max-Age=0" in back.cookies["__Host-sign-in"]

    def test_a_head_request_uses_nothing_up(self, service):
        begun = service.get("/sign-in")
        query = service.openid.agrees(begun.headers["location"])

        looked = service.ask("HEAD", f"/sign-in/callback?{urlencode(query)}", cookies=jar_of(begun.cookies))
        back = service.get(f"/sign-in/callback?{urlencode(query)}", cookies=jar_of(begun.cookies), Accept=PAGE)

        assert "__Host-session" not in looked.cookies
        assert (back.status, "__Host-session" in back.cookies) == (303, True)

    @pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", ""])
    def test_it_leads_nowhere_but_to_us(self, service, to):
        back = come_back(service, service.get(f"/sign-in?{urlencode({'to': to})}"))

        assert back.headers["location"] == f"{HOME}/"

    def test_without_a_client_signing_in_is_unavailable(self):
        service = Service(SIGNIN_CLIENT_ID="", SIGNIN_CLIENT_SECRET="")

        assert [service.get(path).status for path in ("/sign-in", "/sign-in/callback")] == [404, 404]
        assert "/sign-in" not in service.get("/imports/any", Accept=PAGE).text

    @pytest.mark.parametrize(
        ("changes", "status"),
        [({"error": "access_denied"}, 403), ({"state": "x"}, 400), ({"error": "server_error"}, 503)],
    )
    def test_a_failed_sign_in_shows_a_page_and_creates_no_session(self, service, changes, status):
        back = come_back(service, service.get("/sign-in"), **changes)

        assert (back.status, back.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert "__Host-session" not in back.cookies
        if status < 500:
            assert f'href="{HOME}/sign-in?to=' in back.text
            assert "Max-Age=0" in back.cookies["__Host-sign-in"]

    def test_an_unavailable_issuer_is_reported(self, service):
        service.openid.document = make_reply({}, 503)

        response = service.get("/sign-in", Accept=PAGE)

        assert (response.status, "not responding" in response.text) == (503, True)
        assert int(response.headers["retry-after"]) > 0


class TestOperatorErrors:
    """The log names the check that failed and the setting to look at, and nothing of the token."""

    def noted(self, caplog) -> list[tuple[str | None, str | None]]:
        refused = [record for record in caplog.records if record.msg == "request_refused"]
        return [(record.check, getattr(record, "settings", None)) for record in refused]

    @pytest.mark.parametrize(
        ("claims", "check", "settings"),
        [
            ({"aud": "another-service"}, "aud", "AUTH_AUDIENCE"),
            ({"iss": "https://another.example"}, "iss", "AUTH_ISSUER"),
            ({"exp": 1}, "exp", None),
            ({"aud": None}, "aud missing", None),
        ],
    )
    def test_of_a_bearer(self, service, caplog, claims, check, settings):
        token = service.issuer.token("ann", **claims)

        assert service.get("/api/v1/imports", Authorization=f"Bearer {token}").status == 401
        assert self.noted(caplog) == [(check, settings)]
        assert not any(piece in caplog.text for piece in ("another", *token.split(".")))

    @pytest.mark.parametrize(
        ("claims", "check", "settings"),
        [
            ({"aud": "another-client"}, "aud", "SIGNIN_CLIENT_ID"),
            ({"azp": "another-client"}, "azp", "SIGNIN_CLIENT_ID"),
            ({"iss": "https://another.example"}, "iss", "AUTH_ISSUER"),
        ],
    )
    def test_of_a_sign_in_on_the_page(self, service, caplog, claims, check, settings):
        service.openid.claims = claims

        assert come_back(service, service.get("/sign-in")).status == 500
        assert self.noted(caplog) == [(check, settings)]

    def test_of_a_client_that_the_issuer_does_not_know(self, service, caplog):
        service.openid.secret = "another"

        assert come_back(service, service.get("/sign-in")).status == 500
        assert self.noted(caplog) == [("invalid_client", "SIGNIN_CLIENT_ID, SIGNIN_CLIENT_SECRET")]

    def test_of_an_issuer_that_calls_itself_something_else(self, service, caplog):
        service.openid.document["issuer"] = "https://another.example"

        assert service.get("/sign-in").status == 500
        assert self.noted(caplog) == [("issuer of the discovery document", "AUTH_ISSUER")]


class TestWithoutASession:
    def test_a_page_offers_to_sign_in_and_come_back(self, service):
        response = service.get("/imports/abc?return_to=settings", Accept=PAGE)

        assert response.status == 401
        assert f'href="{HOME}/sign-in?to=%2Fimports%2Fabc%3Freturn_to%3Dsettings"' in response.text

    def test_a_change_is_not_repeated_so_it_comes_back_home(self, service):
        response = service.post("/sign-out", Accept=PAGE)

        assert (response.status, f'href="{HOME}/sign-in?to=%2F"' in response.text) == (401, True)

    def test_an_api_client_gets_a_problem(self, service):
        response = service.get("/imports/abc", Accept="application/json")

        assert (response.status, response.json["type"]) == (401, "/problems/not-signed-in")

    def test_a_session_that_grew_old_is_none(self, service):
        session = service.sign_in("ann")
        service.clock.advance(LIFE)

        assert service.get(MINE, session=session).status == 401
        assert "/sign-in?to=" in service.get("/imports/abc", session=session, Accept=PAGE).text

    @pytest.mark.parametrize("change", [lambda text: text[:-1] + "_", lambda text: text[::-1], lambda text: text + "="])
    def test_a_forged_one_is_none(self, service, change):
        session = service.sign_in("ann")
        forged = PageSession(change(session.carried), session.csrf)

        assert service.get(MINE, session=session).status == 200
        assert service.get(MINE, session=forged).status == 401


class TestSigningOut:
    def test_the_session_is_gone_even_with_its_cookie(self, service):
        session, other = service.sign_in("ann"), service.sign_in("ann")

        left = service.post("/sign-out", session=session, Accept=PAGE)

        assert (left.status, left.headers["location"]) == (303, f"{HOME}/")
        assert jar_of(left.cookies)["__Host-session"] == ""
        assert [service.get(MINE, session=each).status for each in (session, other)] == [401, 200]

    def test_its_form_carries_the_token(self, service):
        session = service.sign_in("ann")
        jar = {"__Host-session": session.carried}

        assert service.post("/sign-out", cookies=jar, form={"csrf_token": "made-up"}).status == 403
        assert service.post("/sign-out", cookies=jar, form={"csrf_token": session.csrf}).status == 303


class TestErasing:
    def test_an_erased_person_is_signed_out_everywhere(self, service):
        sessions, bob = [service.sign_in("ann") for _ in range(3)], service.sign_in("bob")
        service.ask("DELETE", "/api/v1/me", session=sessions[0])

        for _ in range(2):
            service.wiring.engine.run_schedule(until=service.clock.now() + timedelta(minutes=5), reserve=timedelta())
            service.clock.advance(LONGEST_RUN)

        assert [service.get(MINE, session=each).status for each in sessions] == [401] * 3
        assert service.get(MINE, session=bob).status == 200
        kept = service.dynamodb.tables["people"].items.values()
        assert [item["sub"]["S"] for item in kept] == ["bob"]


def test_no_secret_is_ever_logged(service, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    begun = service.get("/sign-in")
    query = service.openid.agrees(begun.headers["location"])
    target = f"/sign-in/callback?{urlencode(query)}"
    back = service.get(target, cookies=jar_of(begun.cookies))
    service.get(target, cookies=jar_of(begun.cookies))
    carried = jar_of(back.cookies)["__Host-session"]
    service.get(MINE, session=PageSession(carried, ""))
    service.post("/sign-out", session=PageSession(carried, "made-up"))

    output = capsys.readouterr()
    logged = caplog.text + output.out + output.err + "".join(str(vars(record)) for record in caplog.records)
    secrets = [
        query["state"],
        query["code"],
        carried,
        carried.partition(".")[2],
        jar_of(begun.cookies)["__Host-sign-in"],
    ]
    assert "answered" in logged
    assert [secret for secret in secrets if secret in logged] == []
