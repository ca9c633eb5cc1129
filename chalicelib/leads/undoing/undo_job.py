"""What undos of imports keep in the bucket: the lines about leads, and the lists that people get."""

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.ids import id_of
from chalicelib.leads.importing.reason_words import reason_words
from chalicelib.leads.importing.result_blobs import UNDO, ResultBlobs
from chalicelib.leads.undoing.judge_undo import Verdict


class UndoLine(NamedTuple):
    """What became of the lead of one row. It has no value of the lead, only names of fields."""

    row: int
    lead_id: str
    outcome: str
    why: str = ""
    fields: Sequence[str] = ()
    changed_at: int | None = None

    @classmethod
    def of(cls, row: int, lead_id: str, verdict: Verdict) -> "UndoLine":
        return cls(row, lead_id, verdict.outcome.value, str(verdict.why), verdict.fields, verdict.changed_at)

    def cells(self) -> list[str]:
        changed = "" if self.changed_at is None else rfc3339(instant(self.changed_at)) or ""
        return [str(self.row), self.lead_id, self.why, reason_words(self.why), "; ".join(self.fields), changed]


HEADERS = ("row", "lead_id", "reason", "message", "kept_fields", "changed_at")


def stamp_source(import_id: str) -> str:
    """What the stamps of leads name that an undo of this import has changed, whichever job did it."""
    return id_of("stamp of a lead undo", import_id)


def list_key(results: ResultBlobs, outcome: str) -> str:
    """The key of the file with the leads that have an outcome."""
    return results.key(f"{UNDO}{outcome}.csv")


def lines_key(results: ResultBlobs, number: int) -> str:
    """The key of the lines about one blob of the import."""
    return results.key(f"{UNDO}rows/{number:06}")


def lines_text(lines: Sequence[UndoLine]) -> bytes:
    return encode_json([list(line) for line in lines]).encode()


def lines_from(content: bytes) -> list[UndoLine]:
    return [UndoLine(*line) for line in decode_json(content)]
