"""Watches a browser: anything that a page must never do becomes a complaint."""

from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, Response, WebError

_ALREADY_SEEN = "Failed to load resource"  # the console's word for a refusal; each that is answered is looked at here
_LOUD = ("error", "warning", "assert")


@dataclass
class Watch:
    """Complaints about everything that happens in one context.

    Args:
        origins: who may be asked for anything, the first of them us.
        expected: the statuses of refusals that the test is about. page: the answer that is the page one sees.
    """

    origins: Collection[str]
    expected: set[int] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    page: Response | None = None
    _answered: set[str] = field(default_factory=set)

    def over(self, context: BrowserContext) -> "Watch":
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("dialog", self._dialog)
        return self

    def _console(self, message: ConsoleMessage) -> None:
        is_repeated = message.text.startswith(_ALREADY_SEEN) and message.location["url"] in self._answered
        if message.type in _LOUD and not is_repeated and self._is_ours(message.page):
            self.complaints.append(f"console {message.type}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"script error: {error.error}")

    def _request(self, request: Request) -> None:
        if request.url.startswith(("http:", "https:")) and _origin(request.url) not in self.origins:
            self.complaints.append(f"asked elsewhere: {request.url}")

    def _response(self, response: Response) -> None:
        self._answered.add(response.url)
        if response.request.is_navigation_request():
            self.page = response
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"answered {response.status}: {response.request.method} {response.url}")

    def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _is_ours(self, page: Page | None) -> bool:
        """Complaints about the sandbox's screens are ignored."""
        return page is None or _origin(page.url) == next(iter(self.origins))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
