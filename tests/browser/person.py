"""A person with a browser: signs in, opens pages, presses buttons, connects accounts."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Locator, Page, Response, expect

from chalicelib.foundation.ids import fresh_id
from chalicelib.providers.registry import TITLES
from local.browser import Browser
from tests.browser.watch import Watch
from tests.journeys.world import PersonHere, World

IMPORT = re.compile(r"/imports/([\w-]{22})$")
CHOICES = re.compile(r"/accounts/[\w-]{22}/choices")
CONTACT = re.compile(r"/contacts/([\w-]{22})$")
PATIENCE = 30_000  # milliseconds for one thing to appear, however busy the machine is
ENDED_WITHIN = 60_000  # milliseconds for an import of some thousand contacts, however busy the machine is


@dataclass
class Person:
    """A person with a browser context of their own."""

    #: Their name at the issuer.
    name: str
    world: World
    context: BrowserContext
    #: Records everything that happens in their context.
    watch: Watch
    is_operator: bool = False

    @cached_property
    def page(self) -> Page:
        return self.context.new_page()

    @cached_property
    def api(self) -> PersonHere:
        """The same person as a program, for what a test needs done before it begins."""
        return self.world.person(self.name)

    def open(self, path: str) -> Response:
        """Go to a page of ours, as typing its address would."""
        answer = self.page.goto(self.world.url + path.lstrip("/"))
        assert answer is not None
        return answer

    def sign_in(self) -> "Person":
        """By the way in on the first page."""
        self.open("/")
        self.press("Sign in")
        self.say_who()
        expect(self.button("Sign out")).to_be_visible()
        return self

    def let_in(self, organization: str = "", role: str = "") -> "Person":
        """The same without looking: a program walks the way, and its session goes into this browser.

        Args:
            organization: one in which they have this role; none if it is empty.
        """
        walker, said = Browser(), {"person": self.name, "organization": organization, "role": role}
        page = walker.open(f"{self.world.url}sign-in")
        walker.press(page, "Sign in", fill=said, tick_all=self.is_operator)
        session = walker.session.cookies.get("session")
        assert session, "the sign-in created no session"
        self.context.add_cookies([{"name": "session", "value": session, "url": self.world.url, "httpOnly": True}])
        return self

    def say_who(self) -> None:
        """At the issuer."""
        self.page.get_by_label("Other name").fill(self.name)
        if self.is_operator:
            self.page.get_by_label("Operator").check()
        self.press("Sign in")

    def button(self, words: str) -> Locator:
        """The one button or link of that name."""
        button = self.page.get_by_role("button", name=words, exact=True)
        return button.or_(self.page.get_by_role("link", name=words, exact=True))

    def press(self, words: str) -> None:
        """Press it, and wait for the page it leads to."""
        self.follow(self.button(words))

    def follow(self, leads: Locator) -> None:
        """Press what leads to another page, and wait for that."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            leads.click()

    def fill(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)

    def expect_heading(self, words: str | re.Pattern[str]) -> None:
        """Wait until the page has this heading; fail if it never does."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words, timeout=ENDED_WITHIN)

    def text(self) -> str:
        """What the page says between its header and its end."""
        return self.page.locator("main").inner_text()

    def begin_to_connect(self, provider: str, address: str) -> None:
        """From the page of accounts to the provider's question."""
        self.open("/accounts")
        self.follow(
            self.page.get_by_role("link", name=re.compile(f"^Connect (another )?{TITLES[provider]}( account)?$"))
        )
        self.press(address)

    def agree(self) -> str:
        """Say yes to everything at the provider; returns the import's id, with its page open."""
        for box in self.page.get_by_role("checkbox").all():
            box.check()
        self.press("Continue")
        if CHOICES.search(self.page.url):  # of a new account
            self.follow(self.button("Start importing").or_(self.button("Import everything")))
        return self.job_id

    def connect(self, provider: str, address: str) -> str:
        self.begin_to_connect(provider, address)
        return self.agree()

    def import_again(self) -> str:
        """The one connected account, from its card, to the end."""
        self.open("/accounts")
        self.press("Import again")
        job_id = self.job_id
        self.expect_heading(re.compile("^Done"))
        return job_id

    @property
    def job_id(self) -> str:
        """Of the import whose page is open."""
        self.page.wait_for_url(IMPORT)
        return _last_part(self.page.url)

    @property
    def contact_id(self) -> str:
        """Of the contact whose page is open."""
        self.page.wait_for_url(re.compile(CONTACT.pattern.rstrip("$")))
        return _last_part(self.page.url.partition("?")[0])

    def counts(self) -> dict[str, int]:
        """The numbers on an import's page, by their words."""
        rows = self.page.locator("table.counts tbody tr, table.counts tfoot tr").all()
        read = [(row.locator("th").inner_text(), row.locator("td").first.inner_text()) for row in rows]
        return {words: int(number.replace(",", "")) for words, number in read}

    def search(self, text: str) -> list[str]:
        """The names that a search on the page of contacts finds."""
        self.open("/contacts")
        self.fill("Search", text)
        self.press("Search")
        self.page.wait_for_url(re.compile(r"\?q="))
        return self.names()

    def names(self) -> list[str]:
        """The names in the list that is open."""
        return self.page.locator("main tbody th").all_inner_texts()


def _last_part(url: str) -> str:
    return url.rpartition("/")[2]


def visitor(browser: Chromium, world: World, name: str = "", *, is_operator: bool = False, **manners: Any) -> Person:
    """A person with a browser of their own, observed by a watch.

    Args:
        manners: what a Playwright context takes.
    """
    context = browser.new_context(**{"reduced_motion": "reduce", **manners})
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    watch = Watch((world.url.rstrip("/"), world.sandbox.origin)).over(context)
    return Person(name or f"person-{fresh_id()}", world, context, watch, is_operator)


@contextmanager
def visitors(browser: Chromium, world: World) -> Iterator[Callable[..., Person]]:
    """Make as many as one wants; at the end their pages must have given no reason to complain."""
    made: list[Person] = []

    def make(name: str = "", **more: Any) -> Person:
        made.append(visitor(browser, world, name, **more))
        return made[-1]

    yield make
    for each in made:
        each.context.close()
    complaints = [complaint for each in made for complaint in each.watch.complaints]
    assert not complaints, complaints
