"""A provider's pages as changes to a book. Each chunk is a part of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.books.changes import POISON, PlannedChunk, ledger_lines
from chalicelib.books.chunk import Limits
from chalicelib.books.intake import Intake
from chalicelib.contacts.source_record import Incoming, Unreadable
from chalicelib.foundation.json import Json
from chalicelib.provider_imports.import_cursor import ImportCursor, Phase
from chalicelib.provider_imports.page_reader import PageReader
from chalicelib.provider_imports.prefetch import FetchedPage
from chalicelib.providers.group_names import names_changed
from chalicelib.providers.provider import Page, Provider

READ_AT_ONCE = 100  # records to convert at a time, if a page is not converted as a whole


@dataclass
class PageChanges:
    """The pages of one listing, as the `Changes` that a book applies."""

    intake: Intake
    provider: Provider
    reader: PageReader
    #: The sync state of the connection before this import.
    sync: Json
    #: Ids that the provider reported as deleted; pages add theirs.
    gone: set[str]
    #: Whether the listing is full, and so has the group names of all contacts.
    is_full: bool
    #: The names of the chosen groups by id, as they are known.
    chosen_names: Mapping[str, str]
    _fetched: dict[int, FetchedPage] = field(default_factory=dict)  # by page number, until the last chunk is committed

    def plan(self, at: ImportCursor, limits: Limits) -> PlannedChunk[ImportCursor] | None:
        if at.phase is Phase.REMOVE:
            return None
        fetched = self._fetch(at)
        return self._planned(at, fetched, self._incoming(at, fetched, limits.lines), limits)

    def skip_poisoned(self, at: ImportCursor) -> PlannedChunk[ImportCursor] | None:
        if at.phase is Phase.REMOVE:
            return None
        fetched = self._fetch(at)
        poison = [Unreadable(each, POISON) for each in fetched.ids[at.offset : at.offset + 1]]
        return self._planned(at, fetched, poison, Limits(lines=1))

    def _fetch(self, at: ImportCursor) -> FetchedPage:
        if at.page not in self._fetched:
            self._fetched[at.page] = self.reader.next(at, self._has_news)
        return self._fetched[at.page]

    def _has_news(self, fetched: FetchedPage) -> bool:
        return self.intake.is_any_new(fetched.ids) or not self.gone.issuperset(fetched.page.gone)

    def _incoming(self, at: ImportCursor, fetched: FetchedPage, lines: int) -> Sequence[Incoming]:
        if fetched.contacts is not None:
            return fetched.contacts[at.offset :]
        end = at.offset + min(lines, READ_AT_ONCE)
        return [self.provider.read(record) for record in fetched.page.records[at.offset : end]]

    def _planned(
        self, at: ImportCursor, fetched: FetchedPage, incoming: Sequence[Incoming], limits: Limits
    ) -> PlannedChunk[ImportCursor]:
        page = fetched.page
        chunk = self.intake.plan(incoming, limits)
        gone = tuple(page.gone) if at.offset == 0 else ()
        self.gone.update(gone)
        in_page = at.advance_in_page(chunk.consumed, fetched.digest)
        after = in_page if in_page.offset < len(fetched.ids) else self._cursor_after(at, page)

        def forget_page() -> None:
            if after.page > at.page:
                del self._fetched[at.page]

        return PlannedChunk(chunk, after, ledger_lines(chunk), gone, estimate=page.estimate, on_commit=forget_page)

    def _cursor_after(self, at: ImportCursor, page: Page) -> ImportCursor:
        if page.cursor is not None:
            return at.next_page(page.cursor)
        renamed = not self.is_full and names_changed(page.groups, self.sync)
        names = {key: name for key, name in (page.groups or {}).items() if self.chosen_names.get(key, name) != name}
        return at.at_removals(page.sync, page.groups if renamed else None, names or None)
