"""Broken twins of the runner that changes books: each lacks one thing, and the simulation must detect it."""

from dataclasses import replace
from typing import Any

from chalicelib.books.change_book import BookChange, ChangeBook
from chalicelib.books.changes import PlannedChunk
from chalicelib.books.planner import Planner
from chalicelib.jobs.refusals import Replan, StoreBusy
from chalicelib.jobs.run import Run


class KeepsRefusedPlans(ChangeBook):
    """Does not drop the planned chunks when a commit is refused."""

    def begin(self, run: Run, planner: Planner, *, has_book: bool = False) -> BookChange:
        return super().begin(run, _Kept(planner), has_book=has_book)  # type: ignore[arg-type] # all but that


class _Kept:
    def __init__(self, planner: Planner) -> None:
        self._planner = planner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._planner, name)

    def roll_back(self) -> None:
        return


class TakesEveryBookForEmpty(ChangeBook):
    """Reads the book of no job, as if each were its owner's first."""

    def begin(self, run: Run, planner: Planner, *, has_book: bool = False) -> BookChange:
        planner.take_empty_book()
        return super().begin(run, planner, has_book=True)


class NeverRereads(ChangeBook):
    """Plans a refused chunk again without reading the changed contacts."""

    def begin(self, run: Run, planner: Planner, *, has_book: bool = False) -> BookChange:
        return super().begin(run, _Stale(planner), has_book=has_book)  # type: ignore[arg-type] # all but that


class _Stale:
    def __init__(self, planner: Planner) -> None:
        self._planner = planner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._planner, name)

    def refresh(self, _: Any) -> None:
        return


class CountsConflicts(ChangeBook):
    """Treats a contact that has changed as a failure."""

    def begin(self, run: Run, planner: Planner, *, has_book: bool = False) -> BookChange:
        begun = super().begin(run, planner, has_book=has_book)
        return _Failing.like(begun)


class _Failing(BookChange):
    @classmethod
    def like(cls, other: BookChange) -> "_Failing":
        twin = cls.__new__(cls)
        twin.__dict__ = other.__dict__
        return twin

    def _shrink(self, refused: Replan | StoreBusy, writes: int) -> None:
        raise RuntimeError("the book moved")


class LosesExtraWrites(ChangeBook):
    """Commits chunks without their extra writes."""

    def begin(self, run: Run, planner: Planner, *, has_book: bool = False) -> BookChange:
        begun = super().begin(run, planner, has_book=has_book)
        return _Alone.like(begun)


class _Alone(_Failing):
    def _progress(self, planned: PlannedChunk[Any], blob: Any) -> Any:
        return super()._progress(replace(planned, extra_writes=()), blob)

    def _shrink(self, refused: Replan | StoreBusy, writes: int) -> None:
        BookChange._shrink(self, refused, writes)


class TellsByLinesAlone(ChangeBook):
    """Lists no contacts in the ledger, although its lines do not tell which ones are gone."""

    def begin(self, run: Run, planner: Planner, *, has_book: bool = False) -> BookChange:
        return _Silent.like(super().begin(run, planner, has_book=has_book))


class _Silent(_Failing):
    def _untold_contacts(self, planned: PlannedChunk[Any]) -> None:
        return None

    def _shrink(self, refused: Replan | StoreBusy, writes: int) -> None:
        BookChange._shrink(self, refused, writes)


class MixesStates(ChangeBook):
    """Plans on whatever was read of the book, before or after records moved."""

    def begin(self, run: Run, planner: Planner, *, has_book: bool = False) -> BookChange:
        return _Unchecked.like(super().begin(run, planner, has_book=has_book))


class _Unchecked(_Failing):
    def _edits_in_reading(self) -> None:
        return None

    def _shrink(self, refused: Replan | StoreBusy, writes: int) -> None:
        BookChange._shrink(self, refused, writes)
