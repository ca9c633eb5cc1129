"""The types of JSON values: what `json.loads` gives and `json.dumps` takes."""

from typing import Any

Json = Any  # any JSON value; Python's type checkers have no useful type for it
JsonObject = dict[str, Any]
