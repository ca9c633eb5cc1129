"""The cookie of a sign-in attempt, and the paths it may lead to."""

import base64
import json
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.signing_in.sign_in_attempt import LIFE, LONGEST_PATH, Attempt, SignInVoid, local_path, read_attempt
from tests.examples import examples
from tests.fakes.clock import NOON

OURS = "https://contacts.example"
ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2fevil.example",
    "/%2Fevil.example",
    "%2f%2fevil.example",
    "/%252fevil.example",
    "/%5cevil.example",
    "/%255cevil.example",
    "https://evil.example",
    "HTTPS:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    ".evil.example",
    ":443@evil.example/",
    "?to=//evil.example",
    "",
    " /contacts",
    "/con tacts",
    "/a\r\nSet-Cookie: a=b",
    "/a%0d%0aSet-Cookie:%20a=b",
    "/\t/evil.example",
    "/%09/evil.example",
    "/é",
    "/\ud800",
    "/" + "a" * LONGEST_PATH,
    "/sign-in?to=/",
    "/sign-out",
]
PIECES = st.sampled_from([*"/\\@:?#.%", "%2f", "%5c", "%25", "//", "https:", "evil.example", "contacts", "\t", "\n"])


class TestPaths:
    @pytest.mark.parametrize(
        "place", ["/", "/contacts", "/contacts?q=Z%C3%BCrich%20See&page=2", "/imports/a-b_c", "/contacts?q=a//b"]
    )
    def test_a_path_of_this_service_is_kept(self, place):
        assert local_path(place) == place

    @pytest.mark.parametrize("place", [*ELSEWHERE, None, 7, ["/"]])
    def test_anything_else_is_the_home_page(self, place):
        assert local_path(place) == "/"

    @settings(max_examples=examples(2_000), deadline=None)
    @given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=8).map("".join)))
    def test_no_encoding_leads_to_another_host(self, text):
        """As the header says it, and as a browser would take the path by itself."""
        place = local_path(text)

        assert urlsplit(OURS + place).netloc == urlsplit(OURS).netloc
        assert urlsplit(urljoin(OURS + "/sign-in/callback", place)).netloc == urlsplit(OURS).netloc
        assert place.isascii()
        assert place.isprintable()


class TestCookie:
    def test_an_attempt_survives_a_round_trip(self):
        attempt = Attempt.start("/contacts?q=a", NOON)

        assert read_attempt(attempt.cookie_value(), NOON) == attempt
        assert attempt.cookie_value().replace("-", "").replace("_", "").isalnum()

    def test_each_attempt_has_its_own_secrets(self):
        drawn = [Attempt.start("/", NOON) for _ in range(20)]

        assert len({text for each in drawn for text in (each.state, each.verifier, each.nonce)}) == 60
        assert all(len(each.state) == len(each.verifier) == 43 for each in drawn)

    def test_it_expires_after_ten_minutes(self):
        cookie_value = Attempt.start("/", NOON).cookie_value()

        assert read_attempt(cookie_value, NOON + LIFE - timedelta(seconds=1))
        with pytest.raises(SignInVoid, match="ten minutes"):
            read_attempt(cookie_value, NOON + LIFE)

    def test_a_changed_path_is_checked_again(self):
        assert read_attempt(changed(to="//evil.example"), NOON).to == "/"

    @pytest.mark.parametrize(
        "cookie_value",
        [
            None,
            "",
            "é",
            "\ud800",
            "a" * 5_000,
            base64.urlsafe_b64encode(b"[" * 5_000).decode(),
            base64.urlsafe_b64encode(b"7").decode(),
        ],
    )
    def test_an_invalid_cookie_is_void(self, cookie_value):
        with pytest.raises(SignInVoid):
            read_attempt(cookie_value, NOON)

    @pytest.mark.parametrize(
        "change", [{"state": ""}, {"state": None}, {"nonce": 7}, {"verifier": []}, {"expires_at": "soon"}]
    )
    def test_a_cookie_without_secrets_is_void(self, change):
        with pytest.raises(SignInVoid):
            read_attempt(changed(**change), NOON)

    @settings(max_examples=examples(300), deadline=None)
    @given(st.text(max_size=80))
    def test_any_text_is_handled(self, text):
        with pytest.raises(SignInVoid):
            read_attempt(text, NOON)


def changed(**members: object) -> str:
    """An attempt's cookie with something else in it."""
    cookie_value = Attempt.start("/", NOON).cookie_value()
    known = json.loads(base64.urlsafe_b64decode(cookie_value + "=" * (-len(cookie_value) % 4)))
    return base64.urlsafe_b64encode(json.dumps({**known, **members}).encode()).decode().rstrip("=")
