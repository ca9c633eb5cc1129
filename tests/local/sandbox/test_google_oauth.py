"""The sandbox's Google asks for consent and gives tokens as the real one does."""

import base64

import pytest

from local.sandbox.walk import ConsentStopped, consent
from tests.local.sandbox.callers import CONTACTS, REDIRECT, Google, a_session


class TestConsent:
    def test_the_code_comes_back_with_state_issuer_and_what_was_granted(self, google):
        parameters = google().consent()

        assert (parameters["state"], parameters["iss"]) == ("state-1", "https://accounts.google.com")
        assert CONTACTS in parameters["scope"].split()

    def test_denying_comes_back_as_an_error(self, google):
        parameters = google().consent(answer="deny")

        assert (parameters["error"], parameters["state"], "code" in parameters) == ("access_denied", "state-1", False)

    def test_an_unticked_box_is_missing_from_the_grant_and_closes_the_contacts(self, google):
        caller = google()
        caller.tokens = caller.redeem(caller.consent(ticks=False)["code"]).json()

        assert "contacts" not in caller.tokens["scope"]
        assert caller.tokens["scope"] == "openid https://www.googleapis.com/auth/userinfo.email"
        answer = caller.page()
        assert (answer.status_code, answer.json()["error"]["status"]) == (403, "PERMISSION_DENIED")
        assert "insufficient_scope" in answer.headers["WWW-Authenticate"]

    def test_a_single_scope_has_no_box(self, google):
        caller = google()

        assert caller.consent(scope=CONTACTS, ticks=False)["scope"] == CONTACTS

    def test_foreign_markup_is_shown_as_text(self, google):
        caller = google("<b>eve</b>@gmail.example")
        raw = caller.authorize_url().partition("?")[2] + '&x="><script>alert(1)</script>'
        screen = caller.http.post(caller.authorize_url(), data={"request": raw}, timeout=10).text

        assert "<script>" not in screen
        assert "<b>eve" not in screen

    @pytest.mark.parametrize(
        "wrong",
        [
            *({"client_id": "nobody"}, {"redirect_uri": "https://evil.example/callback"}, {"response_type": "token"}),
            *({"scope": ""}, {"code_challenge_method": "plain"}, {"code_challenge": "short"}),
        ],
    )
    def test_an_untrusted_request_is_not_redirected(self, google, wrong):
        caller = google()

        with pytest.raises(ConsentStopped, match="Access blocked"):
            consent(caller.authorize_url(**wrong), caller.address)

    def test_a_registered_redirect_is_compared_character_by_character(self, google):
        caller = google()
        registered = {"provider": "google", "client_id": "other", "client_secret": "s", "redirect_uris": [REDIRECT]}
        caller.control("clients", registered)

        assert "code" in caller.consent(client_id="other")
        for near in (REDIRECT + "/", REDIRECT.replace("127.0.0.1", "localhost"), REDIRECT.upper()):
            with pytest.raises(ConsentStopped):
                caller.consent(client_id="other", redirect_uri=near)

    def test_without_screens_if_configured(self, google):
        caller = google()
        caller.control("settings", {"consent": {"google": {"account": caller.address, "answer": "untick"}}})
        answer = a_session().get(caller.authorize_url(), allow_redirects=False, timeout=10)

        assert answer.status_code == 302
        assert "contacts" not in answer.headers["Location"]


class TestTokens:
    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"code_verifier": "w" * 64}, "invalid_grant"),
            ({"code_verifier": ""}, "invalid_grant"),
            ({"redirect_uri": REDIRECT + "/"}, "redirect_uri_mismatch"),
            ({"code": "4/0guess"}, "invalid_grant"),
            ({"grant_type": "password"}, "unsupported_grant_type"),
        ],
    )
    def test_a_code_is_bound_to_the_parameters_of_its_request(self, google, wrong, error):
        caller = google()
        answer = caller.redeem(**({"code": caller.consent()["code"]} | wrong))

        assert (answer.status_code, answer.json()["error"]) == (400, error)

    def test_a_code_works_once(self, google):
        caller = google()
        code = caller.consent()["code"]

        assert [caller.redeem(code).status_code for _ in range(2)] == [200, 400]

    def test_a_code_grows_old(self, google):
        caller = google()
        code = caller.consent()["code"]
        caller.control("clock", {"advance_seconds": 601})

        assert caller.redeem(code).json()["error"] == "invalid_grant"

    @pytest.mark.parametrize("wrong", [{"client_secret": "wrong"}, {"client_id": "nobody"}])
    def test_a_client_that_does_not_prove_itself_is_refused(self, google, wrong):
        caller = google()
        answer = caller.redeem(caller.consent()["code"], **wrong)

        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")

    def test_a_client_may_prove_itself_by_basic_authentication(self, google):
        caller = google().connect()
        basic = base64.b64encode(b"sandbox-google-client:sandbox-google-secret").decode()
        form = {"grant_type": "refresh_token", "refresh_token": caller.tokens["refresh_token"]}
        url, headers = caller.sandbox.origin + "/google/token", {"Authorization": f"Basic {basic}"}

        assert caller.http.post(url, data=form, headers=headers, timeout=10).status_code == 200

    def test_a_refresh_token_comes_with_the_first_consent_and_then_only_on_request(self, google):
        caller = google()

        assert "refresh_token" in caller.connect(prompt="").tokens
        assert "refresh_token" not in caller.connect(prompt="").tokens
        assert "refresh_token" in caller.connect(prompt="consent").tokens
        assert "refresh_token" not in google("dora@gmail.example").connect(access_type="").tokens

    def test_refreshing_gives_a_new_access_token_and_no_new_refresh_token(self, google):
        caller = google().connect()
        answer = caller.refresh().json()

        assert answer["access_token"] != caller.tokens["access_token"]
        assert "refresh_token" not in answer

    def test_rotation_that_kills_leaves_the_newest_alone_alive(self, google):
        caller = google().connect()
        caller.control(f"accounts/{caller.address}/settings", {"rotate": "kill"})
        newest = caller.refresh().json()["refresh_token"]

        assert caller.refresh().json()["error"] == "invalid_grant"
        assert caller.refresh(newest).status_code == 200

    def test_more_scopes_than_granted_are_refused(self, google):
        caller = google().connect()

        assert caller.refresh(scope="https://www.googleapis.com/auth/calendar").json()["error"] == "invalid_scope"

    def test_an_access_token_expires(self, google):
        caller = google()
        caller.control("settings", {"expires_in": 100})
        caller.connect()
        assert caller.tokens["expires_in"] == 100
        caller.control("clock", {"advance_seconds": 101})
        answer = caller.page()

        assert (answer.status_code, answer.json()["error"]["status"]) == (401, "UNAUTHENTICATED")

    @pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
    def test_revoking_any_token_ends_the_whole_grant(self, google, kind):
        caller = google().connect()
        url = caller.sandbox.origin + "/google/revoke"
        answers = [caller.http.post(url, data={"token": caller.tokens[kind]}, timeout=10) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 400]
        assert (caller.page().status_code, caller.refresh().json()["error"]) == (401, "invalid_grant")

    def test_the_oldest_refresh_token_dies_beyond_the_limit(self, google):
        caller = google()
        caller.control("settings", {"token_limit": 2})
        first, second, third = (caller.connect().tokens["refresh_token"] for _ in range(3))

        assert [caller.refresh(each).status_code for each in (first, second, third)] == [400, 200, 200]

    def test_userinfo_names_the_account_for_good(self, google):
        caller = google().connect()
        userinfo = caller.get("/google/userinfo").json()

        assert (userinfo["email"], userinfo["email_verified"]) == (caller.address, True)
        assert caller.connect().get("/google/userinfo").json()["sub"] == userinfo["sub"]
        assert google("dora@gmail.example").connect().get("/google/userinfo").json()["sub"] != userinfo["sub"]

    def test_no_token_no_answer(self, sandbox):
        stranger = Google(sandbox, "ada@gmail.example")

        assert [stranger.page().status_code, stranger.get("/google/userinfo").status_code] == [401, 401]
