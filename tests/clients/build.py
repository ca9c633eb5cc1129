"""Builds the clients in .local/clients, from the description that a running stack gives."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from local.processes import ROOT
from tests.journeys.world import World

HERE = Path(__file__).parent
GUIDE = ROOT / "chalicelib" / "home" / "docs" / "guide.md"
BUILT = ROOT / ".local" / "clients"
DESCRIPTION = BUILT / "openapi.json"
TYPESCRIPT, PYTHON = BUILT / "typescript", BUILT / "python"
TOOLS = ROOT / ".venv" / "clients"  # where `make clients` installs them
NODE_MODULES = TOOLS / "node_modules"
PACKAGE = "contact_intake_client"
#: The client has no use for the pages; these bodies are files, whatever type they say they have.
CONTENT_TYPES = {"*/*": "application/octet-stream", "image/svg+xml": "text/plain"}


class ToolFailed(Exception):
    """A tool or a journey ended with an error, which it has printed."""


def fetch_description(world: World) -> None:
    BUILT.mkdir(parents=True, exist_ok=True)
    answer = requests.get(f"{world.url}api/v1/openapi.json", timeout=30)
    DESCRIPTION.write_bytes(answer.content)


def lint() -> None:
    run(NODE_MODULES / ".bin/redocly", "lint", DESCRIPTION, "--config", HERE / "redocly.yaml")


def build_typescript() -> None:
    """Generates the types, and compiles them with the frontend that uses them."""
    shutil.rmtree(TYPESCRIPT, ignore_errors=True)
    shutil.copytree(HERE / "typescript", TYPESCRIPT)
    (TYPESCRIPT / "node_modules").symlink_to(NODE_MODULES)
    made = TYPESCRIPT / "src" / "contact-intake.d.ts"
    run(NODE_MODULES / ".bin/openapi-typescript", DESCRIPTION, "--default-non-nullable=false", "-o", made)
    (TYPESCRIPT / "src" / "ten_lines.ts").write_text(ten_lines())
    run(NODE_MODULES / ".bin/tsc", "--project", TYPESCRIPT)


def ten_lines() -> str:
    """The program in the documentation, with what it expects around it."""
    around = (HERE / "typescript" / "around_ten_lines.txt").read_text()
    (code,) = re.findall(r"```ts\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    return around.replace("THE TEN LINES\n", code)


def build_python() -> None:
    """Generates the package, and checks its types with those of the journeys that use it."""
    shutil.rmtree(PYTHON, ignore_errors=True)
    PYTHON.mkdir(parents=True)
    settings = {
        "package_name_override": PACKAGE,
        "content_type_overrides": CONTENT_TYPES,
        "class_overrides": class_names(json.loads(DESCRIPTION.read_text())["components"]["schemas"]),
        "post_hooks": [],
    }
    config = PYTHON / "config.json"
    config.write_text(json.dumps(settings))
    generated = ("--path", DESCRIPTION, "--config", config, "--meta", "none", "--output-path", PYTHON / PACKAGE)
    run(TOOLS / "bin/openapi-python-client", "generate", "--fail-on-warning", *generated)
    run(
        sys.executable,
        "-m",
        "mypy",
        "--follow-imports",
        "silent",
        PYTHON / PACKAGE,
        HERE / "journey_with_python.py",
        MYPYPATH=str(PYTHON),
    )


def class_names(schemas: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Other names for classes that have a field of the same name, such as the list `Contacts` and its `contacts`.

    The generator names a variable after the class and one after the field, and types both when they are one.
    """
    return {
        name: {"class_name": f"{name}Response", "module_name": f"{snake_case(name)}_response"}
        for name, schema in schemas.items()
        if snake_case(name) in schema.get("properties", {})
    }


def snake_case(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def run(*command: str | Path, **environment: str) -> None:
    """Run a tool.

    Raises:
        ToolFailed: its exit code is not 0.
    """
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout)
        raise ToolFailed(f"{command[0]} ended with {done.returncode}")
