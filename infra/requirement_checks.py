"""Checks that a package has all requirements: Chalice leaves out, with a warning alone, what has no wheel for Lambda.

With only the standard library and the zip on the path, the check imports the modules of the requirements, what our code
imports (even inside functions), and all compiled modules: some libraries fall back on slow Python without a word.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path, PurePath

from infra.prune import ships

OURS = ("app.py", "chalicelib")
_NEVER_MISSING = sys.stdlib_module_names | {PurePath(name).stem for name in OURS}
_TRY_ALL = """
import json, sys
sys.path.insert(0, sys.argv[1])
failed = {}
for statement in json.load(sys.stdin):
    try:
        exec(statement, {})
    except Exception as error:
        failed[statement] = f"{type(error).__name__}: {error}"
print(json.dumps(failed))
"""


def requirement_problems(requirements: Path, unzipped: Path) -> list[str]:
    """What an unzipped package lacks of the requirements in a file of `name==version` lines; one text for each.

    The sources of our code, of which the package has only bytecode, are beside that file.
    """
    pinned = _pinned(requirements.read_text())
    statements = {
        *_imports_of_requirements(pinned),
        *_imports_of_code(requirements.parent),
        *_imports_of_compiled(unzipped),
    }
    return [*_missing(pinned, unzipped), *_not_compiled(pinned, unzipped), *_failed(statements, unzipped)]


def _pinned(requirements: str) -> dict[str, str]:
    """The version of each requirement, by its normalized name."""
    lines = (line.partition("#")[0].strip() for line in requirements.splitlines())
    pins = (line.partition("==") for line in lines if line)
    return {_normalized(name): version for name, _, version in pins}


def _normalized(name: str) -> str:
    return name.lower().replace("_", "-")


def _missing(pinned: Mapping[str, str], unzipped: Path) -> Iterator[str]:
    found = {_normalized(each.name): each.version for each in metadata.distributions(path=[str(unzipped)])}
    for name, version in pinned.items():
        if found.get(name) != version:
            yield f"{name} {version} is missing from the zip, which has {found.get(name, 'no version of it')}"


def _not_compiled(pinned: Mapping[str, str], unzipped: Path) -> Iterator[str]:
    """Compiled modules that are installed here, but not in the zip, whose wheel may have none."""
    packed = set(_compiled_modules(path.relative_to(unzipped) for path in unzipped.rglob("*.so")))
    for name in pinned:
        try:
            installed = metadata.files(name) or ()
        except metadata.PackageNotFoundError:
            yield f"{name} is not installed here, so the modules that the zip must have are unknown"
            continue
        wanted = _compiled_modules(path for path in installed if ships(path.as_posix()))
        yield from (f"{name}: the zip has no compiled {module}" for module in wanted if module not in packed)


def _compiled_modules(files: Iterable[PurePath]) -> Iterator[str]:
    for path in files:
        if path.suffix == ".so":
            yield ".".join([*path.parts[:-1], path.name.partition(".")[0]])


def _imports_of_requirements(pinned: Mapping[str, str]) -> Iterator[str]:
    for module, names in metadata.packages_distributions().items():
        if module.isidentifier() and any(_normalized(name) in pinned for name in names):
            yield f"import {module}"


def _imports_of_compiled(unzipped: Path) -> Iterator[str]:
    for module in _compiled_modules(path.relative_to(unzipped) for path in unzipped.rglob("*.so")):
        if all(part.isidentifier() for part in module.split(".")):  # else a library that others are linked with
            yield f"import {module}"


def _imports_of_code(sources: Path) -> Iterator[str]:
    ours = (path for name in OURS for path in [sources / name, *(sources / name).rglob("*.py")])
    for source in (path.read_text() for path in ours if path.is_file()):
        yield from (ast.unparse(each) for each in _imports(ast.parse(source)) if _may_be_missing(each))


def _imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """All imports in a tree except those that only a type checker does."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield from _imports(node)


def _may_be_missing(statement: ast.Import | ast.ImportFrom) -> bool:
    names = [statement.module] if isinstance(statement, ast.ImportFrom) else [each.name for each in statement.names]
    return any(name and name.partition(".")[0] not in _NEVER_MISSING for name in names)


def _failed(statements: Iterable[str], unzipped: Path) -> Iterator[str]:
    command = [sys.executable, "-I", "-S", "-B", "-c", _TRY_ALL, str(unzipped)]
    given = json.dumps(sorted(statements))
    done = subprocess.run(command, input=given, env={}, capture_output=True, text=True, check=False)  # noqa: S603 # our own words
    if done.returncode:
        yield f"importing the requirements from the zip alone ended with {done.returncode}: {done.stderr}"
        return
    for statement, error in json.loads(done.stdout.splitlines()[-1]).items():
        yield f"`{statement}` fails with the zip alone: {error}"
