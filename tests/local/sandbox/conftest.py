"""A sandbox of its own for each test, and accounts in it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.sandbox import Sandbox, running
from tests.local.sandbox.callers import Google, Microsoft


@pytest.fixture(scope="session")
def signing_key(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Making a key takes a while; one does for all."""
    from local.sandbox.state_files import StateFiles
    from local.sandbox.tokens import Signer

    kept = StateFiles(tmp_path_factory.mktemp("key"))
    Signer(kept).jwks()
    return str(kept.read("signing-key"))


@pytest.fixture
def sandbox(tmp_path, signing_key) -> Iterator[Sandbox]:
    from local.sandbox.state_files import StateFiles

    StateFiles(tmp_path / "state").write("signing-key", signing_key)
    with running(tmp_path / "state") as one:
        yield one


@pytest.fixture
def google(sandbox) -> Callable[..., Google]:
    """Make a Google account and connect to it: `google(contacts=250)`."""

    def make(address: str = "bert@gmail.example", **recipe: Any) -> Google:
        caller = Google(sandbox, address)
        caller.control("accounts", {"provider": "google", "address": address, "contacts": 25, "seed": 3, **recipe})
        return caller

    return make


@pytest.fixture
def microsoft(sandbox) -> Callable[..., Microsoft]:
    def make(address: str = "bert@outlook.example", **recipe: Any) -> Microsoft:
        caller = Microsoft(sandbox, address)
        caller.control("accounts", {"provider": "microsoft", "address": address, "contacts": 25, "seed": 4, **recipe})
        return caller

    return make
