"""An API client for one person: connects accounts through the consent screens, imports, polls the status."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

import requests

from local.browser import Browser, Page

POLL_SECONDS = 0.2
LONGEST_SECONDS = 120.0
FINAL = ("completed", "failed", "canceled")
Status = Mapping[str, Any]  # what the published status path answers


class Unexpected(Exception):
    """The service responded with something unexpected."""


class ServiceClient:
    """A client of the API and the pages, with a cookie jar.

    Args:
        url: the URL of the service.
        token: the person's bearer token.
        look: called with every response, so that tests can check it.
    """

    def __init__(self, url: str, token: str, look: Callable[[requests.Response], None] = lambda _: None) -> None:
        self.url, self.browser = url, Browser()
        self._look = look
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """Send a request as an API client, with the browser's cookies."""
        headers = {**self._headers, **more.pop("headers", {})}
        answer = self.browser.session.request(
            method, urljoin(self.url, path), headers=headers, timeout=30, allow_redirects=False, **more
        )
        self._look(answer)
        return answer

    def get(self, path: str, **more: Any) -> Any:
        """The JSON of a GET request.

        Raises:
            Unexpected: the response is an error.
        """
        return self._json("GET", path, **more)

    def post(self, path: str, body: Any = None) -> Any:
        return self._json("POST", path, json=body if body is not None else {})

    def begin(self, provider: str, **query: str) -> Any:
        """`{authorization_url, job_id}`; the browser holds the binding cookie from here on."""
        return self.get(f"/api/v1/contacts/import/{provider}/start", params=query)

    def consent_page(self, authorization_url: str, address: str) -> Page:
        """The provider's question for that account."""
        page = self.browser.open(authorization_url)
        return self.browser.press(page, address) if "Choose an account" in page.text else page

    def connect(self, provider: str, address: str) -> str:
        """Agree on every screen; returns the job id of the import."""
        started = self.begin(provider)
        page = self.browser.press(self.consent_page(started["authorization_url"], address), "Continue", tick_all=True)
        if page.status != 200 or started["job_id"] not in page.url:
            raise Unexpected(f"The consent led to {page.url} ({page.status}) instead of the page of the import.")
        return str(started["job_id"])

    def status(self, job_id: str) -> Status:
        status: Status = self.get(f"/api/v1/contacts/import/status/{job_id}")
        return status

    def watch(self, job_id: str) -> Iterator[Status]:
        """Poll the status until the import ends.

        Raises:
            Unexpected: it takes longer than `LONGEST_SECONDS`.
        """
        until = time.monotonic() + LONGEST_SECONDS
        while True:
            status = self.status(job_id)
            yield status
            if status["status"] in FINAL:
                return
            if time.monotonic() > until:
                raise Unexpected(f"The import did not finish within {LONGEST_SECONDS:.0f} s: {status}")
            time.sleep(POLL_SECONDS)

    def wait_until_finished(self, job_id: str) -> Status:
        """Poll until the import has finished. Returns the last status."""
        *_, last = self.watch(job_id)
        return last

    def _json(self, method: str, path: str, **more: Any) -> Any:
        answer = self.ask(method, path, **more)
        if not answer.ok:
            raise Unexpected(f"{method} {path} returned {answer.status_code}: {answer.text[:500]}")
        return answer.json()
