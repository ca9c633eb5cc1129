"""Optional test cases kept outside this repository, in a folder `shared/` next to it or in a folder above it.

A test takes them as its parameters. If the file exists, each case is a test; if not, the test is not collected, so it
does not count as skipped. The tests in the repository are complete without these cases. `tests/conftest.py` imports the
pytest hook from here.

    @pytest.mark.parametrize("case", shared_cases("cases/names.json", "search"))
    def test_search_finds_what_it_should(case): ...

    @pytest.mark.parametrize("path", shared_files("data/exports/*/*.vcf"))
    def test_every_export_is_read(path): ...

The parameter's id is the case's own "id", or else its place in the list: the same in every process.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from chalicelib.foundation.json import Json


class Absent(tuple[()]):
    """No parameters, because the cases are not there."""


def shared_cases(file: str, *members: str, root: Path | None = None) -> Sequence[Any]:
    """The list in a JSON file of `shared/`, found by going into `members` one after the other."""
    path = (root or _shared()) / file
    if not path.is_file():
        return Absent()
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    for member in members:
        found = found[member]
    return [pytest.param(case, id=_named(case, place)) for place, case in enumerate(found)]


def shared_files(pattern: str, *, root: Path | None = None) -> Sequence[Any]:
    """The paths in `shared/` that match a glob pattern, sorted."""
    root = root or _shared()
    return [pytest.param(path, id=str(path.relative_to(root))) for path in sorted(root.glob(pattern))] or Absent()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the tests whose cases are not there."""
    items[:] = [item for item in items if not _lacks_cases(item)]


def _lacks_cases(item: pytest.Item) -> bool:
    """Whether pytest marked the test to be skipped, as it does one without parameters, because they are not there."""
    return any(mark.name == "skip" for mark in item.own_markers) and any(
        isinstance(argument, Absent)
        for mark in item.iter_markers("parametrize")
        for argument in (*mark.args, *mark.kwargs.values())
    )


def _named(case: Json, place: int) -> str:
    return str(case["id"]) if isinstance(case, dict) and "id" in case else str(place)


def _shared() -> Path:
    """The nearest `shared/` that has cases; one that does not exist where there is none."""
    above = [folder / "shared" for folder in Path(__file__).resolve().parents]
    return next((folder for folder in above if (folder / "cases").is_dir()), above[0])
