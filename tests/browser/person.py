"""Somebody in front of a browser, and an account or two that they can connect."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from playwright.sync_api import BrowserContext, Page, Response, expect

from tests.browser.watch import Watch
from tests.journeys.world import PersonHere, World

TITLES = {"google": "Google", "microsoft": "Microsoft"}
IMPORT = re.compile(r"/imports/([\w-]{22})$")
ENDED_WITHIN = 30_000  # milliseconds for an import of some hundred contacts on a busy machine


@dataclass
class Person:
    """Args:
    name: who they are at the issuer. watch: sees everything that happens in their context.
    """

    name: str
    world: World
    context: BrowserContext
    watch: Watch
    seen: dict[str, Any] = field(default_factory=dict)

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

    def press(self, words: str) -> None:
        """The one button or link of that name."""
        button = self.page.get_by_role("button", name=words, exact=True)
        button.or_(self.page.get_by_role("link", name=words, exact=True)).click()

    def heading(self, words: str | re.Pattern[str]) -> None:
        """The page's heading becomes this."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words, timeout=ENDED_WITHIN)

    def begin_to_connect(self, provider: str, address: str) -> None:
        """From the page of accounts to the provider's question."""
        self.open("/accounts")
        self.press(f"Connect {TITLES[provider]}")
        self.press(address)

    def agree(self) -> str:
        """Say yes to everything at the provider; returns the import's id, with its page open."""
        for box in self.page.get_by_role("checkbox").all():
            box.check()
        self.press("Continue")
        return self.job_id

    def connect(self, provider: str, address: str) -> str:
        self.begin_to_connect(provider, address)
        return self.agree()

    @property
    def job_id(self) -> str:
        """Of the import whose page is open."""
        self.page.wait_for_url(IMPORT)
        found = IMPORT.search(self.page.url)
        assert found
        return found[1]
