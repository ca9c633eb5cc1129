"""Test processes collect cycles rarely: they make millions of objects that live shortly, and hardly any cycles.

With Python's defaults, a tenth of the CPU time of all tests goes into looking through objects that stay to the end,
such as the 18,000 tests themselves.
"""

import gc

import pytest

YOUNG_OBJECTS = 100_000  # new ones between two runs

gc.set_threshold(YOUNG_OBJECTS, 20, 20)


def pytest_collection_finish(session: pytest.Session) -> None:
    """From now on, leave out what collecting the tests has made."""
    gc.freeze()
