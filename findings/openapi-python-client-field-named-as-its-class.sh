#!/usr/bin/env bash
# openapi-python-client: an object with a list or an enum of its own name, such as `Contacts.contacts`, fails type checks.
#
# Versions: openapi-python-client 0.29.1, mypy 2.4.1, Python 3.11.
# Expected: the generated package is typed (it has a py.typed), so `mypy --strict` finds nothing in it.
# Happens:  `from_dict` has one local variable named after the field and one after the class; where the two names are one,
#           the instance is assigned to the variable of the list. `{"contacts": [...]}` as `Contacts` is the usual shape of a
#           page of a list. It runs, but whoever checks types with the package gets errors in code they cannot change.
#           The setting `class_overrides`, with another name for the class, is the way round it.
# Seen:
#   Contacts with contacts: 3 errors
#   Contacts with items: 0 errors
#   Status with status: 3 errors
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check openapi-python-client==0.29.1 mypy==2.4.1
cd "$place"
export PATH="$place/venv/bin:$PATH"

python - <<'PYTHON'
import json
import re
import subprocess
import sys


def errors(class_name, field, schema):
    """How many mypy finds in a client of one schema with one field."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{class_name}"}}}
    read = {"operationId": "read", "responses": {"200": {"description": "It.", "content": content}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Small", "version": "1"},
        "paths": {"/it": {"get": read}},
        "components": {
            "schemas": {
                class_name: {"type": "object", "required": [field], "properties": {field: schema}},
                "State": {"type": "string", "enum": ["new", "done"]},
            }
        },
    }
    with open("openapi.json", "w") as file:
        json.dump(document, file)
    generate = "openapi-python-client generate --path openapi.json --meta none --output-path small --overwrite"
    subprocess.run(generate.split(), check=True, capture_output=True)
    checked = subprocess.run(["mypy", "--strict", "--package", "small"], capture_output=True, text=True)
    found = len(re.findall(r"models.\w+\.py:\d+: error:", checked.stdout))
    print(f"{class_name} with {field}: {found} errors")
    return found


texts = {"type": "array", "items": {"type": "string"}}
state = {"$ref": "#/components/schemas/State"}
found = [errors("Contacts", "contacts", texts), errors("Contacts", "items", texts), errors("Status", "status", state)]
sys.exit(not (found[0] and not found[1] and found[2]))
PYTHON
