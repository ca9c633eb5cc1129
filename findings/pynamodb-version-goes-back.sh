#!/usr/bin/env bash
# PynamoDB: an update without the version's condition can set the version back.
#
# Versions: pynamodb 6.1.0, moto 5.2.5, Python 3.11.
# Expected: `update(..., add_version_condition=False)` leaves out the condition and nothing else: the stored version grows,
#   or stays, so that whoever read the item before notices the change.
# Happens: on an object that was not read first, the version is counted from the object's own (none) and stored as 1. The
#   item has had version 1 before, so a writer that still holds that version passes its condition and overwrites the update.
# Seen:
#   after four saves: version 4
#   after an update without the condition: version 1
#   a writer that read version 1 long ago: its write was accepted
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pynamodb==6.1.0 'moto[dynamodb]==5.2.5'
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1

"$place/venv/bin/python" - <<'PYTHON'
import sys

from moto import mock_aws
from pynamodb.attributes import UnicodeAttribute, VersionAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.models import Model


class Card(Model):
    class Meta:
        table_name = "cards"
        region = "us-east-1"
        billing_mode = "PAY_PER_REQUEST"

    card_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(default="")
    version = VersionAttribute()


with mock_aws():
    Card.create_table(wait=True)
    card = Card("a", name="Ada")
    card.save()
    old = Card.get("a")  # version 1, kept by a slow writer
    for name in ("Ada L.", "Ada Lovelace", "Ada King"):
        card.name = name
        card.save()
    saved = Card.get("a").version
    print(f"after four saves: version {saved}")

    Card("a").update(actions=[Card.name.set("Ada, Countess of Lovelace")], add_version_condition=False)
    updated = Card.get("a").version
    print(f"after an update without the condition: version {updated}")

    try:
        old.update(actions=[Card.name.set("Ada Byron")])
        accepted = True
    except UpdateError:
        accepted = False
    print(f"a writer that read version 1 long ago: its write was {'accepted' if accepted else 'refused'}")

sys.exit((saved, updated, accepted) != (4, 1, True))
PYTHON
