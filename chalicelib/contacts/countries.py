"""The names of the countries that phone numbers can belong to."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def countries() -> Mapping[str, str]:
    """The names by their ISO 3166 code, in the order of the names."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
