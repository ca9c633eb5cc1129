"""Decides what undoing a run does to each contact, from the book and the words that the run replaced. Pure.

A record is undone only where it still stands as the run left it. Whatever changed since is kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.books.book import Book, Mark
from chalicelib.books.replaced_words import Left, RecordChange, RecordKey, ReplacedWords
from chalicelib.contacts.cleaning import digest
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import ContactFields, SourceRecord
from chalicelib.foundation.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class History:
    """What a run did to one contact, by all words that it replaced there, oldest first."""

    contact_id: str
    words: Sequence[ReplacedWords] = ()
    is_created: bool = False  #: whether the run created the contact

    @property
    def is_begun(self) -> bool:
        """Whether there was no such contact before the run."""
        return self.is_created or (bool(self.words) and not self.words[0].version)

    @property
    def own_fields(self) -> ContactFields | None:
        """The person's own words before the run."""
        return self.words[0].own_fields if self.words else None

    def is_about(self, own: Mark | SourceRecord) -> bool:
        """Whether a record of the person is about this contact; a merged one also has those about others."""
        return own.source == PERSON and own.source_id == self.contact_id


@dataclass(slots=True)
class Judgment:
    """What undoing does to the records of one contact."""

    take: list[RecordKey] = field(default_factory=list)  #: the run created them
    put_back: list[SourceRecord] = field(default_factory=list)  #: the run changed them
    bring_back: list[SourceRecord] = field(default_factory=list)  #: the run removed them
    kept: list[RecordKey] = field(default_factory=list)  #: changed since the run
    is_edited: bool = False  #: whether the person edited the contact since
    is_lost: bool = False  #: whether words have expired that are needed
    holders: dict[str, None] = field(default_factory=dict)  #: the contacts that have these records now

    @property
    def changes_records(self) -> bool:
        return bool(self.take or self.put_back or self.bring_back)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do and nothing to say."""
        return not (self.changes_records or self.kept or self.is_lost)


@dataclass(frozen=True)
class Judge:
    """Judges the contacts of one run."""

    run: str  #: the id of the run's job
    mentioned: frozenset[RecordKey] | set[RecordKey]  #: the records that any words of the run are about

    def __call__(self, history: History, book: Book) -> Judgment:
        """What undoing the run does to this contact, as the book is now."""
        judgment = Judgment()
        for key, changes in _by_record(history.words).items():
            self._judge_record(key, changes, book, judgment)
        self._judge_created(history, book, judgment)
        judgment.is_edited = _is_edited(history, judgment, book)
        return judgment

    def _judge_record(self, key: RecordKey, changes: Sequence[RecordChange], book: Book, judgment: Judgment) -> None:
        before, last = changes[0].before, changes[-1]
        if before is not None and before.stamp.job == self.run:
            before = None  # the run itself created it
        mark = book.record(*key)
        if mark is not None:
            judgment.holders[mark.contact_id] = None
        if mark is None:
            if before is not None and last.is_removed:
                judgment.bring_back.append(before)
            elif before is not None:
                judgment.kept.append(key)
        elif before is not None and Left.of(before).is_still(mark):
            return
        elif not self._stands(mark, last):
            judgment.kept.append(key)
        elif before is None:
            judgment.take.append(key)
        else:
            judgment.put_back.append(before)

    def _stands(self, mark: Mark, last: RecordChange) -> bool:
        """Whether the record is as the run left it."""
        if last.is_removed:
            return False
        return mark.job == self.run if last.left is None else last.left.is_still(mark)

    def _judge_created(self, history: History, book: Book, judgment: Judgment) -> None:
        """Records that no words are about: those of contacts that the run created."""
        entry = book.find(history.contact_id)
        if entry is None:
            return
        own = [mark for mark in entry.marks if mark.job == self.run and _key(mark) not in self.mentioned]
        if own:
            judgment.holders[history.contact_id] = None
        if own and not (history.is_created or any(mark.outcome is Outcome.CREATED for mark in own)):
            judgment.is_lost = True
        elif own:
            judgment.take += map(_key, own)
        elif history.is_created and not history.words and not any(mark.job == self.run for mark in entry.marks):
            judgment.kept += [_key(mark) for mark in entry.marks if mark.source != PERSON]
            judgment.holders[history.contact_id] = None


def _by_record(words: Iterable[ReplacedWords]) -> Mapping[RecordKey, Sequence[RecordChange]]:
    """The changes of each record, oldest first."""
    found: dict[RecordKey, list[RecordChange]] = {}
    for each in words:
        for change in each.changes:
            found.setdefault(change.key, []).append(change)
    return found


def _is_edited(history: History, judgment: Judgment, book: Book) -> bool:
    """Whether the person's words about the contact neither were there before the run nor go with it.

    Words about another contact, which is one with it by now, are no change of what the run left.
    """
    settled = {RecordKey(each.source, each.source_id) for each in judgment.put_back} | set(judgment.take)
    own = history.own_fields
    known = None if own is None else digest(own)
    marks = (mark for mark in _own_marks(judgment.holders, book) if history.is_about(mark))
    return any(mark.digest != known and _key(mark) not in settled for mark in marks)


def _own_marks(contact_ids: Iterable[str], book: Book) -> Iterator[Mark]:
    for contact_id in contact_ids:
        entry = book.find(contact_id)
        yield from (mark for mark in entry.marks if mark.source == PERSON) if entry is not None else ()


def _key(mark: Mark) -> RecordKey:
    return RecordKey(mark.source, mark.source_id)
