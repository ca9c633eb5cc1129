"""Undoes what programs do to every cell that they write."""

import re
from collections.abc import Callable, Mapping

from chalicelib.foundation.safe_csv import unescape_cell

_AS_C = re.compile(r"\\(.)", re.DOTALL)
_C = {"n": "\n", "r": "\r", "t": "\t"}


def _unescape_c(cell: str) -> str:
    return _AS_C.sub(lambda escape: _C.get(escape[1], escape[1]), cell) if "\\" in cell else cell


def _unescape_formula(cell: str) -> str:
    return unescape_cell(cell) if "'" in cell else cell


#: By `Preset.escapes`.
UNESCAPE: Mapping[str, Callable[[str], str]] = {"c": _unescape_c, "formula": _unescape_formula}
