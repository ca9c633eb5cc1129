"""The diagram of packages in ARCHITECTURE.md matches the import graph."""

import ast
import itertools
import re
from collections.abc import Mapping, Set
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
NOT_DRAWN = {"room", "shared_parts"}  # modules that every room imports; the text above the diagram says so
Arrows = Mapping[str, Set[str]]


def arrows_in_diagram() -> Arrows:
    """What each package points to in the diagram."""
    diagram = (ROOT / "ARCHITECTURE.md").read_text().partition("```mermaid\nflowchart")[2].partition("```")[0]
    arrows: dict[str, set[str]] = {}
    for line in diagram.splitlines():
        names = [re.match(r"\w+", each.strip()) for each in line.split("-->")]
        for start, end in itertools.pairwise(names):
            assert start, line
            assert end, line
            arrows.setdefault(start[0], set()).add(end[0])
    return arrows


def imports() -> Arrows:
    """What each package of the service imports, and what `app.py` does."""
    graph = grimp.build_graph("chalicelib", cache_dir=None)
    arrows: dict[str, set[str]] = {}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            arrows.setdefault(_package(module), set()).add(_package(imported))
    for node in ast.walk(ast.parse((ROOT / "app.py").read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("chalicelib."):
            arrows.setdefault("app", set()).add(_package(node.module))
    return {
        package: targets - NOT_DRAWN - {package}
        for package, targets in arrows.items()
        if package not in NOT_DRAWN and package != "chalicelib"
    }


def _package(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def reachable(arrows: Arrows, start: str) -> Set[str]:
    found: set[str] = set()
    pending = [start]
    while pending:
        new = arrows.get(pending.pop(), set()) - found
        found |= new
        pending += new
    return found


def without_implied(arrows: Arrows) -> Arrows:
    """The fewest arrows from which all others follow."""
    return {
        package: {
            target
            for target in targets
            if not any(target in reachable(arrows, other) for other in targets if other != target)
        }
        for package, targets in arrows.items()
    }


@pytest.fixture(scope="module")
def expected() -> Arrows:
    return without_implied(imports())


def test_every_arrow_is_an_import_and_every_import_is_drawn_or_implied(expected):
    lines = {f"{start} --> {end}" for start, ends in expected.items() for end in ends}
    in_diagram = {f"{start} --> {end}" for start, ends in arrows_in_diagram().items() for end in ends}

    assert in_diagram == lines


def test_the_graph_has_every_package(expected):
    packages = {path.parent.name for path in (ROOT / "chalicelib").glob("*/__init__.py")}

    assert set(expected) | {"foundation"} == packages | {"app"}


def test_an_arrow_that_others_imply_is_left_out():
    assert without_implied({"a": {"b", "c"}, "b": {"c"}}) == {"a": {"b"}, "b": {"c"}}
