#!/usr/bin/env bash
# People API: a person has members that no field mask can name, so a listing never tells them.
#
# Versions: google-api-python-client 2.202.0 with its discovery document of people v1, revision 20251117; Python 3.11.
# Expected: every list of a Person that is not marked as deprecated can be asked for in `personFields`.
# Happens: `fileAses`, what a contact is filed as in Google Contacts, is a current member of Person, and is missing from the
#   valid values of `personFields` in every method that reads people; it is missing from `updatePersonFields` too. So an
#   import through the API cannot know it, though an exported CSV file has it ("File As").
# Seen:
#   current members of Person that personFields cannot name: fileAses
#   updatePersonFields can name fileAses: no
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check google-api-python-client==2.202.0

"$place/venv/bin/python" - <<'PYTHON'
import json
import re
import sys
from pathlib import Path

import googleapiclient

document = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents" / "people.v1.json"
api = json.loads(document.read_text())
people = api["resources"]["people"]


def named(method, parameter):
    return set(re.findall(r"\* (\w+)", method["parameters"][parameter]["description"]))


listing = named(people["resources"]["connections"]["methods"]["list"], "personFields")
updating = named(people["methods"]["updateContact"], "updatePersonFields")
members = api["schemas"]["Person"]["properties"]
current = {
    name
    for name, schema in members.items()
    if schema.get("type") == "array"
    and not schema.get("deprecated")
    and "deprecated" not in schema.get("description", "").lower()
}
missing = sorted(current - listing)
print("current members of Person that personFields cannot name:", ", ".join(missing))
print("updatePersonFields can name fileAses:", "yes" if "fileAses" in updating else "no")
sys.exit(0 if missing == ["fileAses"] and "fileAses" not in updating else 1)
PYTHON
