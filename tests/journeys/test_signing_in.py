"""Signing in on the pages and out again, through the sandbox's screens."""

import pytest

from chalicelib.foundation.ids import fresh_id
from local.browser import Browser, Page
from tests.journeys.world import World

HERE = "/api/v1/connections"
JSON = {"Accept": "application/json"}


class Visitor:
    """A person with a browser, known by no token."""

    def __init__(self, world: World) -> None:
        self.world, self.browser = world, Browser()

    def chooses(self, to: str = "/") -> Page:
        return self.browser.open(f"{self.world.url}sign-in", params={"to": to})

    def signs_in_as(self, name: str, *, to: str = "/", operator: bool = False) -> Page:
        page = self.chooses(to)
        return self.browser.press(page, "Sign in", fill={"person": name}, tick_all=operator)

    def sees(self, path: str = HERE) -> tuple[int, object]:
        answer = self.browser.session.get(self.world.url.rstrip("/") + path, headers=JSON, timeout=30)
        self.world.description.check_response(answer)
        return answer.status_code, answer.json()

    @property
    def cookie(self) -> str | None:
        return self.browser.session.cookies.get("session")

    def carrying(self, cookie: str) -> "Visitor":
        """The same cookie in another browser."""
        other = Visitor(self.world)
        other.browser.session.cookies.set("session", cookie)
        return other


@pytest.fixture
def visitor(world: World) -> Visitor:
    return Visitor(world)


class TestSigningIn:
    def test_a_page_that_needs_a_person_leads_to_the_issuer_and_back_to_itself(self, world, visitor):
        clara = world.person("clara")
        job_id = clara.connect("google", world.account("google", contacts=3))
        clara.wait_until_finished(job_id)
        refused = visitor.browser.open(f"{world.url}imports/{job_id}")
        assert refused.status == 401
        link = f'href="{world.url}sign-in?to=%2Fimports%2F{job_id}"'
        assert link in refused.text

        chooser = visitor.browser.open(link.partition('"')[2].rstrip('"'))
        shown = visitor.browser.press(chooser, "Clara")

        assert (shown.url, shown.status) == (f"{world.url}imports/{job_id}", 200)

    def test_a_person_sees_only_their_own_data(self, world, visitor):
        owner, other = f"person-{fresh_id()}", f"person-{fresh_id()}"
        person = world.person(owner)
        person.wait_until_finished(person.connect("google", world.account("google", contacts=2)))

        visitor.signs_in_as(owner)
        assert visitor.sees() == (200, person.get(HERE))
        first = visitor.cookie
        visitor.signs_in_as(other)

        assert visitor.sees() == (200, {"connections": []})
        assert visitor.cookie != first
        assert visitor.carrying(first or "").sees()[0] == 401, "another sign-in ends the session before"

    @pytest.mark.parametrize(("button", "looks_after"), [("Bert", False), ("Olga", True)])
    def test_the_page_shows_the_person_and_operators_their_links(self, visitor, button, looks_after):
        shown = visitor.browser.press(visitor.chooses("/accounts"), button)

        assert f"{button.lower()}@people.example" in shown.text
        assert ("All jobs" in shown.text) == looks_after

    def test_canceling_does_not_sign_in_and_explains_the_next_step(self, visitor):
        shown = visitor.browser.press(visitor.chooses(), "Cancel")

        assert (shown.status, visitor.cookie) == (403, None)
        assert "/sign-in?to=" in shown.text

    def test_a_callback_works_neither_twice_nor_in_another_browser(self, world, visitor):
        seen: list[str] = []
        visitor.browser.session.hooks["response"].append(lambda answer, **_: seen.append(answer.url))
        visitor.signs_in_as("anna")
        (callback,) = (url for url in seen if "/sign-in/callback?" in url)
        stranger = Visitor(world)

        assert stranger.browser.open(callback).status == 400
        assert visitor.browser.open(callback).status == 400
        assert (stranger.cookie, visitor.sees()[0]) == (None, 200)


class TestSigningOut:
    def test_a_session_that_was_ended_is_gone_on_the_server(self, world, visitor):
        visitor.signs_in_as("bert")
        cookie = visitor.cookie or ""
        other = visitor.carrying(cookie)
        assert other.sees()[0] == 200

        forged = visitor.browser.session.post(f"{world.url}sign-out", timeout=30)
        assert (forged.status_code, other.sees()[0]) == (403, 200), "not without the token of the session's pages"

        left = visitor.browser.press(visitor.browser.open(f"{world.url}accounts"), "Sign out")
        assert (left.url, left.status) == (world.url, 200)
        assert (visitor.cookie, visitor.sees()[0], other.sees()[0]) == (None, 401, 401)
