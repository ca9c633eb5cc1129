"""The sandbox's issuer: a small OpenID provider, as strict as a real one where it matters."""

from urllib.parse import urlencode

import jwt
import pytest
import requests

from local.browser import Browser, Page
from local.sandbox import Sandbox
from tests.local.sandbox.callers import CHALLENGE, REDIRECT, VERIFIER, a_session, parameters_of

CLIENT, SECRET = "sandbox-page-client", "sandbox-page-secret"
AUTHORIZATION_REQUEST = {
    "response_type": "code",
    "client_id": CLIENT,
    "redirect_uri": REDIRECT,
    "scope": "openid profile",
    "state": "state-1",
    "nonce": "nonce-1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


class BrowserAtTheIssuer(Browser):
    """Stops where the application would go on."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.origin, self.back = sandbox.origin, ""
        self.session.hooks["response"].append(self._stop)

    def authorize(self, **other: str | None) -> Page:
        query = {name: value for name, value in {**AUTHORIZATION_REQUEST, **other}.items() if value is not None}
        return self.open(f"{self.origin}/signin/authorize?{urlencode(query)}")

    def _stop(self, answer: requests.Response, **_: object) -> None:
        if answer.is_redirect:
            self.back = answer.headers.pop("Location")

    @property
    def redirect_parameters(self) -> dict[str, str]:
        return parameters_of(self.back)


@pytest.fixture
def browser(sandbox) -> BrowserAtTheIssuer:
    return BrowserAtTheIssuer(sandbox)


def redeem(browser: BrowserAtTheIssuer, **other: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": browser.redirect_parameters["code"], "redirect_uri": REDIRECT}
    form |= {"client_id": CLIENT, "client_secret": SECRET, "code_verifier": VERIFIER, **other}
    return a_session().post(f"{browser.origin}/signin/token", data=form, timeout=10)


def claims(browser: BrowserAtTheIssuer) -> dict[str, object]:
    keys = a_session().get(f"{browser.origin}/signin/jwks", timeout=10).json()["keys"]
    token = redeem(browser).json()["id_token"]
    token_claims: dict[str, object] = jwt.decode(
        token, jwt.PyJWK(keys[0]), ["RS256"], audience=CLIENT, issuer=f"{browser.origin}/signin"
    )
    return token_claims


class TestWhoToBe:
    @pytest.mark.parametrize(
        ("button", "sub", "roles"), [("Anna", "anna", None), ("Bert", "bert", None), ("Olga", "olga", ["operator"])]
    )
    def test_one_of_the_list(self, browser, button, sub, roles):
        browser.press(browser.authorize(), button)
        token_claims = claims(browser)

        assert browser.back.startswith(REDIRECT)
        assert (browser.redirect_parameters["state"], browser.redirect_parameters["iss"]) == (
            "state-1",
            f"{browser.origin}/signin",
        )
        assert (token_claims["sub"], token_claims["nonce"], token_claims.get("roles")) == (sub, "nonce-1", roles)
        assert str(token_claims["name"]).startswith(button)

    @pytest.mark.parametrize("looks_after", [False, True])
    def test_a_person_who_is_not_in_the_list(self, browser, looks_after):
        browser.press(browser.authorize(), "Sign in", fill={"person": " dora "}, tick_all=looks_after)
        token_claims = claims(browser)

        assert (token_claims["sub"], token_claims["preferred_username"]) == ("dora", "dora@people.example")
        assert token_claims.get("roles") == (["operator"] if looks_after else None)

    def test_a_person_with_a_role_in_an_organization(self, browser):
        choice = {"person": "dora", "organization": "acme", "role": "admin"}
        browser.press(browser.authorize(), "Sign in", fill=choice)

        assert claims(browser)["organizations"] == {"acme": ["admin"]}

    def test_a_person_of_the_list_who_belongs_to_an_organization(self, browser):
        browser.press(browser.authorize(), "Ines")

        assert claims(browser)["organizations"] == {"acme": ["importer"]}

    def test_without_a_name_the_form_is_shown_again(self, browser):
        assert "Who are you?" in browser.press(browser.authorize(), "Sign in").text

    def test_a_person_who_declines_is_redirected_without_a_code(self, browser):
        browser.press(browser.authorize(), "Cancel")

        assert (
            browser.redirect_parameters["error"],
            browser.redirect_parameters["state"],
            "code" in browser.redirect_parameters,
        ) == (
            "access_denied",
            "state-1",
            False,
        )


class TestStrictness:
    @pytest.mark.parametrize(
        "other",
        [{"client_id": "stranger"}, {"redirect_uri": "https://evil.example/"}, {"response_type": "token"}],
    )
    def test_a_request_that_must_lead_nowhere_leads_nowhere(self, browser, other):
        assert (browser.authorize(**other).status, browser.back) == (400, "")

    @pytest.mark.parametrize(
        ("other", "error"),
        [
            ({"scope": "profile"}, "invalid_scope"),
            ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ],
    )
    def test_errors_are_returned_to_the_application(self, browser, other, error):
        browser.authorize(**other)

        assert browser.redirect_parameters["error"] == error

    def test_a_code_is_taken_once(self, browser):
        browser.press(browser.authorize(), "Anna")

        assert [redeem(browser).status_code, redeem(browser).json()["error"]] == [200, "invalid_grant"]

    @pytest.mark.parametrize(
        ("other", "error"),
        [
            ({"client_secret": "wrong"}, "invalid_client"),
            ({"client_id": "sandbox-google-client", "client_secret": "sandbox-google-secret"}, "invalid_client"),
            ({"redirect_uri": REDIRECT + "/"}, "invalid_grant"),
            ({"code_verifier": "w" * 64}, "invalid_grant"),
            ({"code_verifier": ""}, "invalid_grant"),
            ({"code": "made-up"}, "invalid_grant"),
            ({"grant_type": "password"}, "unsupported_grant_type"),
        ],
    )
    def test_a_caller_without_full_proof_gets_no_token(self, browser, other, error):
        browser.press(browser.authorize(), "Anna")

        assert redeem(browser, **other).json()["error"] == error

    def test_a_code_grows_old(self, browser, sandbox):
        browser.press(browser.authorize(), "Anna")
        sandbox.world.advanced_seconds += 61

        assert redeem(browser).json()["error"] == "invalid_grant"

    def test_it_describes_itself(self, browser):
        issuer = f"{browser.origin}/signin"
        document = a_session().get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()

        assert document["issuer"] == issuer
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            assert document[name].startswith(issuer)
