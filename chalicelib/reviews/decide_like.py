"""Decides many reviews with one job in the lane of the book, and undoes such a job with another job.

The reviews are those that are like one review, or the certain pairs of a search.

`DecideReview` decides each review, in a transaction of its own that is safe to repeat. The decision has the id of the
job, and the ledger of the job lists the reviews that it decided. If a worker crashes between the two, the next one
finds the decision made. The job, and also its undo, leaves decisions alone that it did not make.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.errors import CallerError, Conflict, NotFound, TooLarge
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.ids import fresh_id, id_of
from chalicelib.foundation.memory import tune_memory
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import Job, JobState, LedgerLine
from chalicelib.jobs.new_job import NewJob
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.successive_jobs import latest_and_next
from chalicelib.jobs.worker import WorkQueue
from chalicelib.reviews.decide_review import DecideReview
from chalicelib.reviews.deciding import AlreadyDecided, Choice
from chalicelib.reviews.job_kinds import DECIDE_LIKE
from chalicelib.reviews.like_reviews import FindLike, LikeReviews
from chalicelib.reviews.review import Answer, ImportRow
from chalicelib.reviews.review_store import Decided
from chalicelib.reviews.undo_decision import UndoDecision

FOLDER = "review-lists"
#: The versions that contacts of a review must still have, by contact id; other contacts may have any version.
Versions = Mapping[str, int]
PER_COMMIT = 20  # reviews that are decided before they are committed to the ledger


@dataclass(frozen=True)
class ReviewLists:
    """Stores the lists of reviews that jobs decide, each with the versions of its contacts."""

    blobs: BucketBlobs

    def put(self, owner: str, reviews: Mapping[str, Versions]) -> str:
        """Store a list; returns its name."""
        content = encode_json(reviews).encode()
        name = hashlib.sha256(content).hexdigest()
        self.blobs.put(f"{_prefix(owner)}{name}", content)
        return name

    def get(self, owner: str, name: str) -> dict[str, Versions]:
        """The list; empty if it is no longer stored."""
        content = self.blobs.find(f"{_prefix(owner)}{name}")
        return {} if content is None else decode_json(content)

    def forget(self, owner: str) -> None:
        """Delete all lists of this owner. May be repeated."""
        self.blobs.delete_prefix(_prefix(owner))


def _prefix(owner: str) -> str:
    return f"{FOLDER}/{id_of(owner)}/"


#: Starts the job that imports rows of a file, by their numbers: each as a contact or, for None, as a new one.
ManyRowsDecider = Callable[[str, str, Mapping[int, str | None]], Job]


@dataclass(frozen=True)
class DecideLike:
    """Use case: decide all reviews that are like one review, and undo such a job."""

    find_like: FindLike
    lists: ReviewLists
    jobs: JobStore
    work_queue: WorkQueue
    decide_many_rows: ManyRowsDecider

    def __call__(self, owner: str, review_id: str, answer: Answer, count: int | None = None) -> tuple[LikeReviews, Job]:
        """Start the job; for rows of a file, the job of file imports that imports rows. Returns it with the reviews.

        Args:
            count: how many such reviews the person saw; None for any number.

        Raises:
            NotFound: the review does not wait.
            Conflict: their number has changed; has the new one.
            TooMany: the person has too many unfinished jobs.
        """
        like = self.find_like(owner, review_id)
        if count not in (None, len(like.sides)):
            raise Conflict(
                f"There are {len(like.sides):,} such pairs by now. Look at them again, then decide.",
                count=len(like.sides),
            )
        rows = [each.review.left for each in like.sides if isinstance(each.review.left, ImportRow)]
        if rows and answer is not Answer.LATER:
            contacts = [
                each.right.contact_id if answer is Answer.SAME else None for each in like.sides
            ]  # "" if it is gone
            decided = {row.row: each for row, each in zip(rows, contacts, strict=True) if each != ""}
            return like, self.decide_many_rows(owner, rows[0].import_id, decided)
        return like, self.start(owner, {each: {} for each in like.review_ids}, answer)

    def start(self, owner: str, reviews: Mapping[str, Versions], answer: Answer) -> Job:
        """Start the job that decides these pairs of contacts. Raises TooMany if too many jobs are unfinished."""
        name = self.lists.put(owner, reviews)
        return self._start(
            owner, fresh_id(), {"reviews": name, "answer": answer.value, "total": len(reviews), "undoes": None}
        )

    def undo(self, owner: str, job_id: str) -> Job:
        """Start the job that undoes the decisions of this job; one that is under way is returned instead.

        Raises:
            NotFound: the owner has no such job.
            Conflict: it has not ended, or it is an undo itself.
        """
        job = self.get(owner, job_id)
        if not job.is_finished:
            raise Conflict("These pairs are still being decided. Try again when that has ended.")
        if job.details["undoes"]:
            raise Conflict("This job has undone decisions. Decide the pairs again instead.")
        latest, next_id = latest_and_next(self.jobs, "undo_decisions", job_id)
        if latest is not None and not latest.is_finished:
            return latest
        details = {**job.details, "reviews": None, "total": job.counts.updated, "undoes": job_id}
        return self._start(owner, next_id, details)

    def get(self, owner: str, job_id: str) -> Job:
        """A job of this kind. Raises NotFound, also for that of another person."""
        job = self.jobs.find(job_id)
        if job is None or job.owner != owner or job.kind != DECIDE_LIKE.name:
            raise NotFound("There is no such job.")
        return job

    def _start(self, owner: str, job_id: str, details: dict[str, Any]) -> Job:
        job = self.jobs.create(NewJob(job_id, owner, DECIDE_LIKE.name, details))
        self.work_queue.send(job.job_id)
        return job


@dataclass(frozen=True)
class DecideLikeStep:
    """The step of a job that decides many reviews, or that undoes such a job."""

    jobs: JobStore
    lists: ReviewLists
    decide: DecideReview
    undo: UndoDecision
    per_commit: int = PER_COMMIT

    def __call__(self, run: Run) -> None:
        tune_memory()
        job = run.job
        lines = self._ledger(job) if job.chunk else []
        done, merged = {line.source_id for line in lines}, {line.contact_id for line in lines}
        left = [each for each in self._listed(job).items() if each[0] not in done]
        for start in range(0, len(left), self.per_commit):
            if run.out_of_time():
                return
            lines = []
            for review_id, versions in left[start : start + self.per_commit]:
                unmerged = {each: versions[each] for each in versions if each not in merged}
                lines.append(self._line(job, review_id, unmerged))
                merged.add(lines[-1].contact_id)
            run.commit(Progress(None, lines=lines, estimate=job.details["total"]))
        state = JobState.PARTIAL if run.job.counts.failed else JobState.COMPLETED
        run.commit(Progress(None, state=state))

    def _listed(self, job: Job) -> Mapping[str, Versions]:
        """The reviews that the job decides or undoes, in their order."""
        if not job.details["undoes"]:
            return self.lists.get(job.owner, str(job.details["reviews"]))
        first = self.jobs.find(str(job.details["undoes"]))
        decided = [line.source_id for line in self._ledger(first) if line.outcome == Outcome.UPDATED] if first else []
        return {each: {} for each in decided[::-1]}

    def _ledger(self, job: Job) -> list[LedgerLine]:
        return [line for chunk in self.jobs.ledger(job) for line in chunk.lines]

    def _line(self, job: Job, review_id: str, versions: Versions) -> LedgerLine:
        """Decide one review, or undo its decision; the reason of the line says why that was not possible."""
        try:
            return LedgerLine(review_id, Outcome.UPDATED, self._settle(job, review_id, versions), None, "")
        except AlreadyDecided as earlier:
            return LedgerLine(review_id, Outcome.SKIPPED, None, _why_left(job, earlier.decided), "")
        except NotFound:
            return LedgerLine(review_id, Outcome.SKIPPED, None, "gone", "")
        except TooLarge:
            return LedgerLine(review_id, Outcome.FAILED, None, "too_large", "")
        except CallerError as refused:
            if "version" in refused.members:
                return LedgerLine(review_id, Outcome.SKIPPED, None, "changed", "")
            return LedgerLine(review_id, Outcome.FAILED, None, "conflict", "")

    def _settle(self, job: Job, review_id: str, versions: Versions) -> str | None:
        """The contact that the two sides are now, if a decision made them one; None otherwise."""
        if job.details["undoes"]:
            self.undo(job.owner, review_id, str(job.details["undoes"]))
            return None
        choice = Choice(Answer(job.details["answer"]), versions=versions, by_job=job.job_id)
        return self.decide(job.owner, review_id, choice).into or None


def _why_left(job: Job, found: Decided) -> str:
    """The reason, as a code, for which the job leaves a decision that it did not make."""
    if job.details["undoes"]:
        return "decided_since"
    return "decided_already" if found.answer == job.details["answer"] else "decided_otherwise"
