#!/usr/bin/env bash
# ministack: importing an OpenAPI document drops every `x-amazon-apigateway-any-method`, which its own export writes.
#
# Versions: ministack 1.5.33, boto3 1.43.106.
# Expected: a path with this extension serves every method, as on AWS, and an exported API can be imported again.
# Happens: the import succeeds and leaves out the path, so that every request to it is refused as "Missing
#   Authentication Token"; nothing says that it was left out. Listing the methods one by one works.
# Seen:
#   the import of a path with any-method has the methods: none, not even the resource
#   an API with the method ANY is exported as: x-amazon-apigateway-any-method
#   the import of that export has the methods: none, not even the resource
set -euo pipefail
place=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi; rm -rf "$place"' EXIT
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106
port=$("$place/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

TMPDIR="$place" BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 GATEWAY_PORT="$port" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 \
    LOG_LEVEL=ERROR "$place/venv/bin/ministack" >"$place/log" 2>&1 &
server=$!

PORT="$port" "$place/venv/bin/python" - <<'PYTHON'
import json
import os
import sys
import time
import urllib.request

import boto3

endpoint = f"http://127.0.0.1:{os.environ['PORT']}"
for _ in range(150):
    try:
        urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2)
        break
    except OSError:
        time.sleep(0.2)

client = boto3.client(
    "apigateway", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
)


def methods(document: bytes) -> str:
    api = client.import_rest_api(body=document)["id"]
    resources = client.get_resources(restApiId=api, embed=["methods"])["items"]
    found = [each for each in resources if each["path"] == "/{proxy+}"]
    return ", ".join(found[0].get("resourceMethods", {})) or "none" if found else "none, not even the resource"


operation = {"responses": {}, "x-amazon-apigateway-integration": {"type": "mock"}}
document = {
    "swagger": "2.0",
    "info": {"title": "small", "version": "1"},
    "paths": {"/{proxy+}": {"x-amazon-apigateway-any-method": operation}},
}
imported = methods(json.dumps(document).encode())
print(f"the import of a path with any-method has the methods: {imported}")

api = client.create_rest_api(name="made by calls")["id"]
[root] = client.get_resources(restApiId=api)["items"]
greedy = client.create_resource(restApiId=api, parentId=root["id"], pathPart="{proxy+}")["id"]
client.put_method(restApiId=api, resourceId=greedy, httpMethod="ANY", authorizationType="NONE")
client.put_integration(restApiId=api, resourceId=greedy, httpMethod="ANY", type="MOCK")
client.create_deployment(restApiId=api, stageName="live")
exported = client.get_export(restApiId=api, stageName="live", exportType="swagger")["body"].read()
written = ", ".join(json.loads(exported)["paths"]["/{proxy+}"])
print(f"an API with the method ANY is exported as: {written}")

nothing, again = "none, not even the resource", methods(exported)
print(f"the import of that export has the methods: {again}")
sys.exit((imported, written, again) != (nothing, "x-amazon-apigateway-any-method", nothing))
PYTHON
