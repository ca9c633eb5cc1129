"""What became of the rows of a chunk, kept in a blob: the lines of the result files come from it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.leads.importing.final_lines import Line
from chalicelib.leads.importing.outcome import DEFERRED, Outcome

FOLDER = "lead-imports"  # of everything that imports keep in the bucket
_CODES: Mapping[str, str] = {outcome: outcome[:2] for outcome in (*Outcome, DEFERRED)}
_OUTCOMES: Mapping[str, str] = {code: outcome for outcome, code in _CODES.items()}
UNDO = "undo/"  # begins the names of what an undo of the import writes
SUPERSEDES = "+"  # ends the name of a blob whose rows took the place of others


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What became of the rows of a chunk."""

    lines: Sequence[Line]
    cells: Sequence[Sequence[str]]  #: of the rows, in the order of the lines
    superseded: Sequence[tuple[int, int]] = field(default_factory=tuple)  #: rows, and those whose place they took


class ResultsExpired(Exception):
    """A part of what became of the rows is no longer kept."""


class Blobs(Protocol):
    def put(self, key: str, content: bytes) -> None: ...
    def find(self, key: str) -> bytes | None: ...
    def keys(self, prefix: str) -> Iterable[str]: ...


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
        content = self.find(name)
        return None if content is None else from_text(content)

    def names(self) -> list[str]:
        """The names of all results that are there, in a fixed order."""
        prefix = self._key("")
        return sorted(key.removeprefix(prefix) for key in self.blobs().keys(prefix))

    def find(self, name: str) -> bytes | None:
        """The text of the result; None if it has expired."""
        return self.blobs().find(self._key(name))

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
    """The values of the line; without the last three if they are empty, as nearly always."""
    row, outcome, lead_ids, reason, detail, winner = line
    values: list[Any] = [row, _CODES[outcome], lead_ids]
    return [*values, reason, detail, winner] if reason or detail or winner else values


def _lines(stored: Iterable[list[Any]]) -> Iterator[Line]:
    for row, code, lead_ids, *rest in stored:
        yield Line(row, _OUTCOMES[code], tuple(lead_ids), *rest)
