"""Broken twins of the runner that changes books: each lacks one thing, and each must be found out."""

from dataclasses import replace
from typing import Any

from chalicelib.books.change_book import ChangeBook, Changing
from chalicelib.books.changes import Planned
from chalicelib.books.planning import Planning
from chalicelib.jobs.refusals import Replan, StoreBusy
from chalicelib.jobs.run import Run


class KeepsRefusedPlans(ChangeBook):
    """Does not take back what was planned when its commit was refused."""

    def begin(self, run: Run, planning: Planning, *, has_book: bool = False) -> Changing:
        return super().begin(run, _Kept(planning), has_book=has_book)  # type: ignore[arg-type] # all but that


class _Kept:
    def __init__(self, planning: Planning) -> None:
        self._planning = planning

    def __getattr__(self, name: str) -> Any:
        return getattr(self._planning, name)

    def roll_back(self) -> None:
        return


class NeverRereads(ChangeBook):
    """Plans a refused chunk again without reading what moved."""

    def begin(self, run: Run, planning: Planning, *, has_book: bool = False) -> Changing:
        return super().begin(run, _Stale(planning), has_book=has_book)  # type: ignore[arg-type] # all but that


class _Stale:
    def __init__(self, planning: Planning) -> None:
        self._planning = planning

    def __getattr__(self, name: str) -> Any:
        return getattr(self._planning, name)

    def refresh(self, _: Any) -> None:
        return


class CountsConflicts(ChangeBook):
    """Takes a contact that moved for a failure of its own."""

    def begin(self, run: Run, planning: Planning, *, has_book: bool = False) -> Changing:
        begun = super().begin(run, planning, has_book=has_book)
        return _Failing.like(begun)


class _Failing(Changing):
    @classmethod
    def like(cls, other: Changing) -> "_Failing":
        twin = cls.__new__(cls)
        twin.__dict__ = other.__dict__
        return twin

    def _plan_smaller(self, refused: Replan | StoreBusy, writes: int) -> None:
        raise RuntimeError("the book moved")


class LosesExtraWrites(ChangeBook):
    """Commits chunks without what was to go along."""

    def begin(self, run: Run, planning: Planning, *, has_book: bool = False) -> Changing:
        begun = super().begin(run, planning, has_book=has_book)
        return _Alone.like(begun)


class _Alone(_Failing):
    def _begun(self, planned: Planned[Any]) -> Any:
        return super()._begun(replace(planned, extra_writes=()))

    def _plan_smaller(self, refused: Replan | StoreBusy, writes: int) -> None:
        Changing._plan_smaller(self, refused, writes)
