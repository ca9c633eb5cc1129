"""The stack whose worker is killed; each test has its own."""

from collections.abc import Iterator

import pytest

from tests.chaos.hasty_stack import HastyStack, running_hasty_stack


@pytest.fixture
def hasty_stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[HastyStack]:
    with running_hasty_stack() as hasty:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            monkeypatch.setenv(name, hasty.stack.settings[name])
        yield hasty
