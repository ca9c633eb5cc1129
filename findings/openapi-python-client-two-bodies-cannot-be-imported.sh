#!/usr/bin/env bash
# openapi-python-client: an operation whose body may come as JSON or as a form gets a module that cannot be imported.
#
# Versions: openapi-python-client 0.29.1, Python 3.11.
# Expected: a required body of two content types is an argument of either type, and the module imports.
# Happens:  with several content types the argument is always optional, and its type names `Unset`, which the module imports
#           only if another parameter is optional. Without one, the import is a NameError. The generator gives no warning,
#           and the same operation with one content type, or with an optional parameter beside its body, is fine.
# Seen:
#   exit code of the generator: 0
#   one content type: imported
#   two content types: NameError
#   two content types and an optional parameter: imported
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check openapi-python-client==0.29.1
cd "$place"

"$place/venv/bin/python" - <<'PYTHON'
import json

MODEL = {"$ref": "#/components/schemas/Answer"}
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def operation(name, types, parameters=()):
    body = {"required": True, "content": {each: {"schema": MODEL} for each in types}}
    responses = {"204": {"description": "Done."}}
    return {"post": {"operationId": name, "requestBody": body, "parameters": list(parameters), "responses": responses}}


trace = {"name": "trace", "in": "query", "schema": {"type": "string"}}
document = {
    "openapi": "3.1.0",
    "info": {"title": "Small", "version": "1"},
    "paths": {
        "/one": operation("one", [JSON]),
        "/two": operation("two", [JSON, FORM]),
        "/three": operation("three", [JSON, FORM], [trace]),
    },
    "components": {
        "schemas": {"Answer": {"type": "object", "required": ["yes"], "properties": {"yes": {"type": "boolean"}}}}
    },
}
with open("openapi.json", "w") as file:
    json.dump(document, file)
PYTHON

code=0
PATH="$place/venv/bin:$PATH" openapi-python-client generate --path openapi.json --meta none --output-path small \
    --fail-on-warning >/dev/null 2>&1 || code=$?
echo "exit code of the generator: $code"

CODE=$code "$place/venv/bin/python" - <<'PYTHON'
import importlib
import os
import sys


def imported(name):
    try:
        importlib.import_module(f"small.api.default.{name}")
    except NameError as error:
        return type(error).__name__
    return "imported"


found = [imported(name) for name in ("one", "two", "three")]
for told, each in zip(("one content type", "two content types", "two content types and an optional parameter"), found):
    print(f"{told}: {each}")
sys.exit(os.environ["CODE"] != "0" or found != ["imported", "NameError", "imported"])
PYTHON
