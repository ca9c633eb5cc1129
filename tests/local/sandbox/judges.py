"""Judges of the sandbox that know nothing of it: Google's own discovery document, and answers that Graph documents."""

import json
from functools import cache
from pathlib import Path

import googleapiclient
from jsonschema import Draft202012Validator

from chalicelib.foundation.json import Json

_GRAPH = Path(__file__).with_name("graph_answers.json")
_DISCOVERY = Path(googleapiclient.__file__).parent / "discovery_cache/documents/people.v1.json"


@cache
def google_judge(schema: str) -> Draft202012Validator:
    """Judges by one schema of the People API; no member may be there that the document does not know."""
    schemas = json.loads(_DISCOVERY.read_text())["schemas"]
    return Draft202012Validator({"$ref": f"#/$defs/{schema}", "$defs": {n: _strict(s) for n, s in schemas.items()}})


def _strict(schema: Json) -> Json:
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref']}"}
    kept = {name: schema[name] for name in ("type", "enum") if name in schema}
    if "properties" in schema:
        kept["properties"] = {name: _strict(member) for name, member in schema["properties"].items()}
        kept["additionalProperties"] = False
    if "items" in schema:
        kept["items"] = _strict(schema["items"])
    return kept


@cache
def documented(answer: str) -> Json:
    """What Graph documents: a "contact", "folders" or a page of "changes"."""
    return json.loads(_GRAPH.read_text())[answer]


def same_shape(ours: Json, theirs: Json, place: str = "") -> list[str]:
    """Where ours has other members or other types than theirs; null stands for any text."""
    if isinstance(theirs, dict) and theirs and isinstance(ours, dict):
        differing = [f"{place}.{name}: on one side only" for name in sorted(set(ours) ^ set(theirs))]
        both = sorted(set(ours) & set(theirs))
        return differing + [wrong for name in both for wrong in same_shape(ours[name], theirs[name], f"{place}.{name}")]
    if isinstance(theirs, list) and isinstance(ours, list):
        return [wrong for each in ours for wrong in (same_shape(each, theirs[0], place) if theirs else [])]
    if None in (ours, theirs):
        return [] if isinstance(ours, str | None) and isinstance(theirs, str | None) else [f"{place}: {ours!r}"]
    return [] if type(ours) is type(theirs) else [f"{place}: {ours!r} is not like {theirs!r}"]
