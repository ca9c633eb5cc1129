"""The documentation names files, functions and commands that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("ARCHITECTURE.md", "GLOSSARY.md", "README.md", "infra/OPERATING.md")
CODE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w./-]+\.(?:py|graphql|txt|html|css|js|yaml)")
PACKAGE = re.compile(r"[a-z_]+(?:/[a-z_]+)*/")
METHOD = re.compile(r"[A-Z][a-z]\w+\.([a-z_]+)")
COMMAND = re.compile(r"make ([a-z-]+)")


def named_in(document: str, pattern: re.Pattern[str]) -> set[re.Match[str]]:
    """What is in code font and has this form as a whole."""
    texts = CODE.findall((ROOT / document).read_text())
    return {found for text in texts if (found := pattern.fullmatch(text.split(": ")[0]))}


def sources() -> list[Path]:
    return [path for part in ("chalicelib", "infra", "local", "tests") for path in (ROOT / part).rglob("*.*")]


@pytest.mark.parametrize("document", DOCUMENTS)
class TestNames:
    def test_every_file_exists(self, document):
        known = [f"/{path.relative_to(ROOT)}" for path in [*sources(), *ROOT.glob("*.*")]]
        names = {match[0] for match in named_in(document, FILE)}

        assert {name for name in names if not any(path.endswith(f"/{name}") for path in known)} == set()

    def test_every_package_exists(self, document):
        names = {match[0] for match in named_in(document, PACKAGE)} - {"before/"}  # a directory of logs

        assert {
            name for name in names if not any((ROOT / part / name).is_dir() for part in (".", "chalicelib"))
        } == set()

    def test_every_method_exists(self, document):
        code = "\n".join(path.read_text() for path in sources() if path.suffix == ".py")
        methods = {match[0] for match in named_in(document, METHOD) if f"def {match[1]}(" not in code}

        assert methods == set()

    def test_every_make_target_exists(self, document):
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

        assert {match[1] for match in named_in(document, COMMAND)} <= set(targets)


def test_the_table_of_writes_names_the_methods_of_the_engine():
    table = (ROOT / "ARCHITECTURE.md").read_text().partition("methods of `jobs/writes.py`")[2].partition("\n\n")[0]
    last_cells = [line.rpartition("| ")[2] for line in table.splitlines()[2:]]
    methods = [name for cell in last_cells for name in re.findall(r"`(\w+)`", cell)]
    code = (ROOT / "chalicelib" / "jobs" / "writes.py").read_text()

    assert len(methods) > 10
    assert [name for name in methods if f"def {name}(" not in code] == []
