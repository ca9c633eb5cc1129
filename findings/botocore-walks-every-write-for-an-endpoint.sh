#!/usr/bin/env bash
# botocore: every write of a DynamoDB transaction is walked by JMESPath to choose an endpoint that is already given.
#
# Versions: botocore 1.44.5, jmespath as it requires, Python 3.11.
# Expected: with an `endpoint_url`, the endpoint does not depend on the request, so a transaction of 100 writes costs no more
#   for it than one of 1 write.
# Happens: the service description gives TransactWriteItems an endpoint parameter, the list of table ARNs, as a JMESPath
#   expression over all writes. botocore evaluates it for each call, before it sees that the endpoint is fixed; the visits
#   grow with the writes. In an import that writes 97 items at a time, it took a tenth of the CPU time.
# Seen:
#   1 write: 21 visits of JMESPath nodes
#   100 writes: 1704 visits of JMESPath nodes
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check botocore==1.44.5

"$place/venv/bin/python" - <<'PYTHON'
import sys

import jmespath.visitor
from botocore.session import Session
from botocore.stub import ANY, Stubber

session = Session()
session.set_credentials("test", "test")
client = session.create_client("dynamodb", region_name="us-east-1", endpoint_url="http://127.0.0.1:1")
visits = 0
visit = jmespath.visitor.TreeInterpreter.visit


def counted(self, node, *args, **kwargs):
    global visits
    visits += 1
    return visit(self, node, *args, **kwargs)


jmespath.visitor.TreeInterpreter.visit = counted


def visits_for(writes):
    global visits
    visits = 0
    items = [{"Put": {"TableName": "contacts", "Item": {"pk": {"S": str(number)}}}} for number in range(writes)]
    with Stubber(client) as stubber:
        stubber.add_response("transact_write_items", {}, {"TransactItems": ANY})
        client.transact_write_items(TransactItems=items)
    print(f"{writes} write{'s' if writes > 1 else ''}: {visits} visits of JMESPath nodes")
    return visits


few, many = visits_for(1), visits_for(100)
sys.exit(not many > 50 * few)
PYTHON
