"""Where a book has the external ids of one client."""

from collections.abc import Iterable

from chalicelib.books.book import Book, Mark
from chalicelib.contacts.source import PERSON, Source, SourceKind


class KnownExternalIds:
    """The external ids in records of earlier bulk runs, and in what is left of contacts without these records.

    Which run has an id does not change while a job has its turn with the book; which contact has it may, if people
    merge contacts, so that it is looked up each time.
    """

    def __init__(self, book: Book, prefix: str) -> None:
        """Look the ids up once.

        Args:
            prefix: of the aliases of the client.
        """
        self.book = book
        runs = [source for source in book.sources() if Source.of(source).kind is SourceKind.BULK]
        self._runs = {alias: source for source in runs for alias in book.aliases(source) if alias.startswith(prefix)}
        remembered = ((alias.partition(" ")[2], alias) for alias in book.aliases(PERSON))
        self._remembered = {alias: own_alias for alias, own_alias in remembered if alias.startswith(prefix)}
        self._deleted = {source_id for _, source_id in book.deleted_records() if source_id.startswith(prefix)}

    def record(self, aliases: Iterable[str]) -> Mark | None:
        """The record of an earlier run that has one of these aliases."""
        found = (self.book.record_with_alias(self._runs[each], each) for each in aliases if each in self._runs)
        return next(filter(None, found), None)

    def own_record(self, aliases: Iterable[str]) -> Mark | None:
        """The person's record of a contact from which a record with one of these aliases was removed."""
        own_aliases = (self._remembered[each] for each in aliases if each in self._remembered)
        return next(filter(None, (self.book.record_with_alias(PERSON, each) for each in own_aliases)), None)

    def is_deleted(self, aliases: Iterable[str]) -> bool:
        """Whether the person deleted a contact that had one of these aliases."""
        return not self._deleted.isdisjoint(aliases)
