"""The progress of a run, in the cursor of its job."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import cast

from chalicelib.foundation.json import Json, JsonObject


class Phase(StrEnum):
    """What a run does."""

    ASK = "ask"  # calls the vendor, book after book
    APPLY = "apply"  # waits until the books have the findings


@dataclass(frozen=True, slots=True)
class RunCursor:
    """How far a run has come. Books come in the order of their hashes, so that the cursor names no person."""

    phase: Phase = Phase.ASK
    #: The hash of the book that is asked about; "" before the first.
    book: str = ""
    #: Whether that book is finished.
    is_finished: bool = False
    #: The shelf, and the last contact on it that is settled.
    shelf: int = 0
    after: str = ""
    #: The blobs with findings about that book that no job of it has yet, and how many findings they hold.
    kept: tuple[str, ...] = ()
    findings: int = 0
    #: The id of the job that is about to get them; "" for none.
    handing_over: str = ""
    #: Why the run asks no more, as `RunEnd.text` has it.
    end: str = ""

    @classmethod
    def of(cls, cursor: Json) -> "RunCursor":
        """What `json` returned; the beginning for None."""
        told = cast(JsonObject, cursor or {})
        return cls(
            Phase(told.get("phase", Phase.ASK)),
            told.get("book", ""),
            told.get("is_finished", False),
            told.get("shelf", 0),
            told.get("after", ""),
            tuple(told.get("kept", ())),
            told.get("findings", 0),
            told.get("handing_over", ""),
            told.get("end", ""),
        )

    def json(self) -> Json:
        """The form in which a job has it, without what is as at the beginning."""
        told: JsonObject = {
            "phase": self.phase.value,
            "book": self.book,
            "is_finished": self.is_finished,
            "shelf": self.shelf,
            "after": self.after,
            "kept": list(self.kept),
            "findings": self.findings,
            "handing_over": self.handing_over,
            "end": self.end,
        }
        return {name: value for name, value in told.items() if value}

    def with_blob(self, name: str, findings: int) -> "RunCursor":
        return replace(self, kept=(*self.kept, name), findings=self.findings + findings)

    def without_findings(self) -> "RunCursor":
        """Once a job has them, or if they must not be used."""
        return replace(self, kept=(), findings=0, handing_over="")

    def in_book(self, hashed: str) -> "RunCursor":
        """At the beginning of a book, or where it is if it is in that book."""
        return self if self.book == hashed else replace(self, book=hashed, is_finished=False, shelf=0, after="")
