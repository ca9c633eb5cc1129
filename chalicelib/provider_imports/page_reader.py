"""Reads the pages of a listing for one run: refreshes tokens, keeps raw copies, and detects endless lists."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from chalicelib.contacts.source_record import Incoming
from chalicelib.foundation.errors import ConsentNeeded, ProviderEndless
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.json import Json
from chalicelib.jobs.run import Run
from chalicelib.provider_imports.import_cursor import ImportCursor, digest_of
from chalicelib.provider_imports.prefetch import FetchedPage, Prefetch
from chalicelib.providers.provider import Page, PageGone, Provider, TokenRefused

MOST_IDLE_PAGES = 50  # in a row without a new contact
MOST_READ = 500_000  # contacts of one account; five times the limit of a book
REFRESHES = 2  # of a rejected token; the first may return a token that another run saved, which may be rejected too
PAGES_AHEAD = 6  # fetched and waiting to be copied
RECORDS_AHEAD = 1_000  # in these pages; with as many, no further page is requested

ReadRecord = Callable[[Mapping[str, Json], str], Incoming]  # of a raw record and its id


class Tokens(Protocol):
    """The access tokens of one connection."""

    def token(self) -> str:
        """A token that is valid for some minutes.

        Raises:
            ConsentNeeded: the person must connect the account again.
        """

    def refresh(self) -> str:
        """A new token, after the provider rejected the last one. Raises the same errors as `token`."""


class RawPageStore(Protocol):
    """Keeps raw pages for a while, so that operators can see what a provider sent."""

    def keep_page(self, owner: str, name: str, page: Page) -> None: ...


class PageReader:
    """The pages of one listing, fetched ahead."""

    def __init__(
        self,
        run: Run,
        provider: Provider,
        tokens: Tokens,
        raw_pages: RawPageStore,
        executor: Executor,
        reading: Callable[[], ReadRecord],
    ) -> None:
        """Read for one run.

        Args:
            reading: called for each page; returns what converts its records.
        """
        self._run, self._provider, self._tokens, self._reading = run, provider, tokens, reading
        self._raw_pages, self._executor = raw_pages, executor
        self._prefetch: Prefetch | None = None
        self._idle_pages = 0

    def start(self, cursor: ImportCursor, *, careful: bool) -> None:
        """Start fetching at `cursor`.

        Args:
            careful: fetch one page at a time, and convert its records only when they are planned.
        """
        self.stop()
        self._idle_pages = 0
        job = self._run.job

        def read(page: Page, number: int) -> FetchedPage:
            return self._read(page, f"{job.job_id}/{job.generation}/{number}", whole=not careful)

        most = 1 if careful else PAGES_AHEAD
        self._prefetch = Prefetch(
            self._executor, self._fetch, read, cursor.at, cursor.page, most=most, enough=RECORDS_AHEAD
        )

    def next(self, cursor: ImportCursor, has_news: Callable[[FetchedPage], bool]) -> FetchedPage:
        """The page at `cursor`.

        Args:
            has_news: whether a page has contacts that no page before it had.

        Raises:
            PageGone: the page has other contacts than before.
            ProviderEndless: the list does not end.

        It also raises the errors of `Provider.fetch`.
        """
        if self._prefetch is None:
            self.start(cursor, careful=cursor.careful > 0)
        assert self._prefetch is not None  # noqa: S101 # just started
        fetched = self._prefetch.next()
        if cursor.offset and fetched.digest != cursor.digest:
            raise PageGone
        self._check_for_endless_list(has_news=has_news(fetched))
        return fetched

    def peek(self) -> FetchedPage:
        """The page that `next` will return, once fetching has started. Raises also the errors of `Provider.fetch`."""
        assert self._prefetch is not None  # noqa: S101 # the caller has started it
        return self._prefetch.peek()

    def stop(self) -> None:
        """Stop fetching further pages."""
        if self._prefetch is not None:
            self._prefetch.close()
        self._prefetch = None

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        del self._reading  # it refers back to the run, whose book would stay until the next garbage collection

    def _read(self, page: Page, name: str, *, whole: bool) -> FetchedPage:
        self._raw_pages.keep_page(self._run.job.owner, name, page)
        ids = [self._provider.id_of(record) for record in page.records]
        contacts = list(map(self._reading(), page.records, ids)) if whole else None
        slim = replace(page, records=() if whole else page.records, raw=b"")  # waiting pages should be small
        return FetchedPage(slim, ids, digest_of(ids), contacts)

    def _fetch(self, at: Json) -> Page:
        token = self._tokens.token()
        for _ in range(REFRESHES):
            try:
                return self._provider.fetch(token, at, timeout=self._run.call_timeout())
            except TokenRefused:
                token = self._tokens.refresh()
        try:
            return self._provider.fetch(token, at, timeout=self._run.call_timeout())
        except TokenRefused as refused:
            raise ConsentNeeded(
                f"{self._provider.title} no longer lets us read your contacts. Connect the account again.",
                provider=self._provider.name,
            ) from refused

    def _check_for_endless_list(self, *, has_news: bool) -> None:
        self._idle_pages = 0 if has_news else self._idle_pages + 1
        if self._idle_pages > MOST_IDLE_PAGES:
            raise endless_list(self._provider, "many pages in a row have no new contacts")
        if self._run.job.counts.read > MOST_READ:
            raise endless_list(self._provider, f"it has more than {MOST_READ:,} contacts")


def endless_list(provider: Provider, why: str) -> ProviderEndless:
    """The error for a list that does not end."""
    problem = f"{provider.title}'s list of your contacts never ends: {why}."
    advice = f"Import again in an hour; if the problem persists, contact {provider.title} support."
    return ProviderEndless(f"{problem} {advice}", provider=provider.name)
