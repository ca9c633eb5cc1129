#!/usr/bin/env bash
# standardwebhooks: `sign` with an instant of a time zone other than UTC makes a signature that never verifies.
#
# Versions: standardwebhooks 1.1.0, Python 3.11.
# Expected: `sign(id, timestamp, data)` takes an aware datetime, so equal instants have equal signatures, whatever the zone.
# Happens: the zone is replaced by UTC, not converted. The signed timestamp is another instant, by the offset of the zone,
#   than the one that the sender puts into `webhook-timestamp`; there is no error, and the receiver refuses the message.
# Seen:
#   the same instant: True
#   the same signature: False
#   the message in UTC is verified: True
#   the message in Berlin's time is verified: False
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check standardwebhooks==1.1.0

"$place/venv/bin/python" - <<'PYTHON'
import base64
import sys
from datetime import UTC, datetime, timedelta, timezone

from standardwebhooks import Webhook, WebhookVerificationError

receiver = Webhook("whsec_" + base64.b64encode(bytes(range(32))).decode())
utc = datetime.now(UTC)
berlin = utc.astimezone(timezone(timedelta(hours=1)))
body = '{"type":"import.completed"}'


def is_verified(at: datetime) -> bool:
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": receiver.sign("evt_1", at, body),
    }
    try:
        receiver.verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


same_instant = utc == berlin
same_signature = receiver.sign("evt_1", utc, body) == receiver.sign("evt_1", berlin, body)
found = (same_instant, same_signature, is_verified(utc), is_verified(berlin))
print(f"the same instant: {found[0]}")
print(f"the same signature: {found[1]}")
print(f"the message in UTC is verified: {found[2]}")
print(f"the message in Berlin's time is verified: {found[3]}")
sys.exit(found != (True, False, True, False))
PYTHON
