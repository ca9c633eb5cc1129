"""What became of the rows of a chunk, kept in a blob: the lines of the result files come from it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.leads.importing.final_lines import Line
from chalicelib.leads.importing.judging import Outcome

FOLDER = "lead-imports"  # of everything that imports keep in the bucket
_CODES = {outcome: outcome.value[:2] for outcome in Outcome}
_OUTCOMES: Mapping[str, str] = {code: outcome.value for outcome, code in _CODES.items()}
_DEFAULTS = Line(0, "")[2:]
SUPERSEDES = "+"  # ends the name of a blob whose rows took the place of others


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What became of the rows of a chunk."""

    lines: Sequence[Line]
    cells: Sequence[Sequence[str]]  #: of the rows, in the order of the lines
    superseded: Sequence[tuple[int, int]] = field(default_factory=tuple)  #: rows, and those whose place they took


class Blobs(Protocol):
    def put(self, key: str, content: bytes) -> None: ...
    def find(self, key: str) -> bytes | None: ...


@dataclass(frozen=True)
class ResultBlobs:
    """The blobs of one import."""

    blobs: Callable[[], Blobs]
    organization: str
    import_id: str

    def put(self, name: str, result: ChunkResult) -> None:
        self.blobs().put(self._key(name), to_text(result).encode())

    def get(self, name: str) -> ChunkResult | None:
        """The result; None if it has expired."""
        content = self.blobs().find(self._key(name))
        return None if content is None else from_text(content)

    def key(self, file_name: str) -> str:
        """The key of another blob of the import."""
        return f"{folder_of(self.organization, self.import_id)}{file_name}"

    def _key(self, name: str) -> str:
        return self.key(f"rows/{name}")


def folder_of(organization: str, import_id: str) -> str:
    return f"{FOLDER}/{organization}/{import_id}/"


def to_text(result: ChunkResult) -> str:
    stored: dict[str, Any] = {"lines": [_trimmed(line) for line in result.lines], "cells": result.cells}
    if result.superseded:
        stored["superseded"] = result.superseded
    return encode_json(stored)


def from_text(text: bytes) -> ChunkResult:
    stored = decode_json(text)
    pairs = [(winner, lost) for winner, lost in stored.get("superseded", ())]
    return ChunkResult(list(_lines(stored["lines"])), stored["cells"], pairs)


def _trimmed(line: Line) -> list[Any]:
    """The line without what follows from its defaults at its end."""
    row, outcome, *rest = line
    values = [row, _CODES[Outcome(outcome)], *rest]
    while values[-1] == _DEFAULTS[len(values) - 3]:
        values.pop()
        if len(values) == 2:
            break
    return values


def _lines(stored: Iterable[list[Any]]) -> Iterator[Line]:
    for row, code, *rest in stored:
        if len(rest) == 1:  # most of them
            yield Line(row, _OUTCOMES[code], tuple(rest[0]))
            continue
        values: list[Any] = [*rest, *_DEFAULTS[len(rest) :]]
        lead_ids, reason, detail, winner = values
        yield Line(row, _OUTCOMES[code], tuple(lead_ids), reason, detail, winner)
