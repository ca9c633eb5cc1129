"""Everything that is known of what a run did: its ledger, and the words that it replaced."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from chalicelib.books.book import Book
from chalicelib.books.replaced_words import RecordKey, ReplacedWords
from chalicelib.books.replaced_words_store import WordStore, unpack
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job
from chalicelib.jobs.store import JobStore
from chalicelib.undoing.judge import History, Judge

READ_TOGETHER = 32  # blobs
UNPACKED = 8  # blobs that are kept unpacked; contacts are undone in the order of the blobs
_Place = tuple[int, int]  # the number of a blob, and of the words in it


@dataclass
class RunWords:
    """What a run did, contact by contact. The words stay packed until they are needed."""

    run: Job
    created: set[str] = field(default_factory=set)  #: the ids of the contacts that it created
    mentioned: set[RecordKey] = field(default_factory=set)  #: the records that its words are about
    lost: int = 0  #: blobs that have expired
    has_changed_others: bool = False  #: whether it changed or removed contacts that were there before
    _packed: list[bytes] = field(default_factory=list)
    _places: dict[str, list[_Place]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._unpacked = lru_cache(UNPACKED)(self._unpack)

    @property
    def judge(self) -> Judge:
        return Judge(self.run.job_id, self.mentioned)

    @property
    def created_only(self) -> list[str]:
        """The ids of the contacts that it created and never changed, in order."""
        return sorted(self.created - self._places.keys())

    @property
    def is_creation(self) -> bool:
        """Whether it did nothing but create contacts."""
        return bool(self.created) and not (self._places or self.lost or self.has_changed_others)

    @property
    def total(self) -> int:
        """The number of contacts that it created, changed or removed, as far as is known without the book."""
        return len(self.created | self._places.keys())

    def contact_ids(self, book: Book) -> list[str]:
        """The ids of all contacts that the run changed, created or removed, and of those that have its records now."""
        written = (entry.contact_id for entry in book.written_by(self.run.job_id))
        return list(dict.fromkeys([*self._places, *sorted(written), *sorted(self.created)]))

    def history(self, contact_id: str) -> History:
        """What the run did to this contact."""
        words = [self._unpacked(blob)[number] for blob, number in self._places.get(contact_id, ())]
        return History(contact_id, words, contact_id in self.created)

    def histories(self) -> Iterator[History]:
        """What the run did to each contact that it changed or removed."""
        return map(self.history, self._places)

    def add(self, packed: bytes | None) -> None:
        """Add the words of the next chunk; None if they have expired."""
        if packed is None:
            self.lost += 1
            return
        for number, words in enumerate(unpack(packed)):
            self._places.setdefault(words.contact_id, []).append((len(self._packed), number))
            self.mentioned.update(change.key for change in words.changes)
        self._packed.append(packed)

    def _unpack(self, blob: int) -> Sequence[ReplacedWords]:
        return unpack(self._packed[blob])


@dataclass(frozen=True)
class ReadRunWords:
    """Reads what a run did."""

    jobs: JobStore
    words: WordStore
    executor: Executor

    def __call__(self, run: Job) -> RunWords:
        """What the run did, in all its generations: what it committed before it began again stays in the book."""
        found, names = RunWords(run), list[str]()
        changing = run.counts.outcomes.changing - {Outcome.CREATED}
        for generation in range(run.generation + 1):
            for chunk in self.jobs.ledger(replace(run, generation=generation)):
                created = (line.contact_id for line in chunk.lines if line.outcome == Outcome.CREATED)
                found.created.update(filter(None, created))
                found.has_changed_others |= any(line.outcome in changing for line in chunk.lines)
                names += [chunk.blob] if chunk.blob else []
        for start in range(0, len(names), READ_TOGETHER):
            reads = [partial(self.words.read_packed, run.owner, each) for each in names[start : start + READ_TOGETHER]]
            for packed in self.executor.all(reads):
                found.add(packed)
        return found
