"""Reads the pages of one listing for one run of an import: tokens, the operator's copy, and no listing without end."""

from dataclasses import replace
from typing import Protocol

from chalicelib.foundation.errors import ConsentNeeded, ProviderEndless
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.json import Json
from chalicelib.jobs.run import Run
from chalicelib.provider_imports.import_cursor import ImportCursor, digest_of
from chalicelib.provider_imports.prefetch import Fetched, ReadAhead
from chalicelib.providers.provider import Page, PageGone, Provider, TokenRefused

MOST_IDLE_PAGES = 50  # in a row with no contact that is new in this listing
MOST_READ = 500_000  # contacts of one account; five times what a book holds
REFRESHES = 2  # of a refused token; the first may give what another run had saved, and that may be refused too
PAGES_AHEAD = 6  # fetched and waiting to be copied


class Tokens(Protocol):
    """Access tokens of one connection."""

    def token(self) -> str:
        """One that works for some minutes. Raises `ConsentNeeded` when the person must connect again."""

    def refresh(self) -> str:
        """A new one, after the last was refused."""


class RawPages(Protocol):
    """Where raw pages are kept for a while, to answer what a provider really said."""

    def keep_page(self, owner: str, name: str, page: Page) -> None: ...


class PageReader:
    def __init__(self, run: Run, provider: Provider, tokens: Tokens, raw_pages: RawPages, executor: Executor) -> None:
        self._run, self._provider, self._tokens = run, provider, tokens
        self._raw_pages, self._executor = raw_pages, executor
        self._ahead: ReadAhead | None = None
        self._idle_pages = 0
        self._ids: set[str] = set()

    def start(self, cursor: ImportCursor, *, careful: bool) -> None:
        """Read from `cursor` on. Careful: one page at a time, and its records only when their turn comes."""
        self.stop()
        self._idle_pages, self._ids = 0, set()
        job = self._run.job

        def fetch(at: Json, number: int) -> Fetched:
            return self._fetch(at, f"{job.job_id}/{job.generation}/{number}", whole=not careful)

        self._ahead = ReadAhead(self._executor, fetch, cursor.at, cursor.page, most=1 if careful else PAGES_AHEAD)

    def next(self, cursor: ImportCursor) -> Fetched:
        """The page at `cursor`. Raises what the provider raised, and PageGone when it is not the page it was."""
        if self._ahead is None:
            self.start(cursor, careful=cursor.careful > 0)
        assert self._ahead is not None  # noqa: S101 # just begun
        fetched = self._ahead.next()
        if cursor.offset and fetched.digest != cursor.digest:
            raise PageGone
        self._check_for_endless_list(fetched)
        return fetched

    def stop(self) -> None:
        if self._ahead is not None:
            self._ahead.close()
        self._ahead = None

    def _fetch(self, at: Json, name: str, *, whole: bool) -> Fetched:
        page = self._fetch_page(at)
        self._raw_pages.keep_page(self._run.job.owner, name, page)
        ids = [self._provider.id_of(record) for record in page.records]
        contacts = [self._provider.read(record) for record in page.records] if whole else None
        slim = replace(page, records=() if whole else page.records, raw=b"")  # pages that wait should be small
        return Fetched(slim, ids, digest_of(ids), contacts)

    def _fetch_page(self, at: Json) -> Page:
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

    def _check_for_endless_list(self, fetched: Fetched) -> None:
        known = len(self._ids)
        self._ids.update(fetched.ids, fetched.page.gone)
        self._idle_pages = 0 if len(self._ids) > known else self._idle_pages + 1
        if self._idle_pages > MOST_IDLE_PAGES:
            raise endless_list(self._provider, "many pages in a row have nothing new")
        if self._run.job.counts.read > MOST_READ:
            raise endless_list(self._provider, f"it has more than {MOST_READ:,} contacts")


def endless_list(provider: Provider, why: str) -> ProviderEndless:
    told = f"{provider.title}'s list of your contacts never ends: {why}."
    advice = f"The fault is at {provider.title}. Import again in an hour; if it persists, contact its support."
    return ProviderEndless(f"{told} {advice}", provider=provider.name)
