"""Searches a book for pairs of contacts that may be one person: the use case that starts a search, and its step."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.pair_store import PairStore
from chalicelib.books.pairs import Compared, Pairs, compared
from chalicelib.contacts.contact import Contact
from chalicelib.duplicates.find_pairs import find_pairs
from chalicelib.duplicates.profile import Profile, profile_of
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.memory import tune_memory
from chalicelib.foundation.router import not_found
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue
from chalicelib.reviews.found_pairs import FoundPair, FoundPairs, FoundPairStore
from chalicelib.reviews.search_job import SEARCH, SEARCH_LANE, Found

MOST_PAIRS = 20_000  # that are kept, the surest first; nobody decides more before the next search
LOOKED_AT = 20  # of a person's jobs, to find their newest search
MOST_STARTS = 10  # of one job; a search that needs more never ends


@dataclass(frozen=True)
class Searches:
    """Starts searches and finds them again."""

    jobs: JobStore
    work_queue: WorkQueue

    def start(self, owner: str, *, idempotency_key: str | None = None) -> Job:
        """Creates the job of a search.

        Raises:
            Conflict: the idempotency key was used for another request, or the person is being erased.
            TooMany: the person has too many unfinished jobs.
        """
        new = NewJob(fresh_id(), owner, SEARCH.name, {}, lane=SEARCH_LANE)
        job = self.jobs.create(new, idempotency_key=idempotency_key)
        if job.job_id == new.job_id:
            self.work_queue.send(job.job_id)
        return job

    def get(self, owner: str, job_id: str) -> Job:
        """The job of one of this person's searches.

        Raises:
            NotFound: there is none with this id, or it is another person's.
        """
        job = self.jobs.find(job_id)
        if job is None or job.owner != owner or job.kind != SEARCH.name:
            raise not_found()
        return job

    def latest(self, owner: str) -> Job | None:
        """The newest search; None if none is among the newest jobs of this person."""
        newest, _ = self.jobs.of_owner(owner, limit=LOOKED_AT)
        return next((job for job in newest if job.kind == SEARCH.name), None)


@dataclass(frozen=True)
class FindDuplicates:
    """Runs the job of a search. It changes no contact; what it finds replaces what the search before found."""

    contacts: ContactStore
    pairs: PairStore
    found: FoundPairStore
    clock: Clock

    def __call__(self, run: Run) -> None:
        """Reads the book and stores the pairs. A search that is interrupted begins again."""
        tune_memory()
        if run.job.attempts > MOST_STARTS:
            run.fail("The search takes too long.", "too_long")
            return
        owner, found_at = run.job.owner, int(self.clock.now().timestamp() * 1_000)
        book = _ReadBook(self.pairs.all(owner))
        for _, contacts in self.contacts.by_shelf(owner):
            book.add(contacts)
            if run.out_of_time():
                return
        pairs = sorted(book.find(), key=lambda pair: (-pair.score, pair.left, pair.right))[:MOST_PAIRS]
        run.commit(Progress(None))  # the job is still this worker's, and the person has not been erased meanwhile
        self.found.put(owner, FoundPairs(found_at, pairs))
        found = Found(len(book.profiles), len(pairs), sum(pair.is_certain for pair in pairs))
        run.commit(Progress(None, state=JobState.COMPLETED, details=found.json()))


@dataclass
class _ReadBook:
    """What a search keeps of a book."""

    called: Pairs  #: the pairs that the person called the same or different
    profiles: list[Profile] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)  #: of its contacts, by id
    #: Of the contacts that are named by a remembered pair.
    _compared: dict[str, Compared] = field(default_factory=dict)

    def add(self, contacts: Iterator[Contact]) -> None:
        for contact in contacts:
            self.profiles.append(profile_of(contact.contact_id, contact.shown))
            self.versions[contact.contact_id] = contact.version
            if self.called and any(self.called.naming((each.source, each.source_id) for each in contact.records)):
                self._compared[contact.contact_id] = compared(contact)

    def find(self) -> Iterator[FoundPair]:
        for pair in find_pairs(self.profiles, self._are_different):
            versions = self.versions[pair.one], self.versions[pair.other]
            yield FoundPair(pair.one, pair.other, pair.probability, pair.reasons, pair.is_certain, versions)

    def _are_different(self, contact_id: str, other_id: str) -> bool:
        one, other = self._compared.get(contact_id), self._compared.get(other_id)
        return one is not None and other is not None and self.called.are_different(one, other)
