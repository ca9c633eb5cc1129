"""A cold function must answer fast: what is slow to load is loaded only by what needs it."""

import json
import subprocess
import sys
from collections.abc import Sequence

from local.processes import ROOT
from tests.fakes.issuer import FakeIssuer

HEAVY = (
    "boto3",
    "chalicelib.files",
    "chalicelib.jobs.worker",
    "chalicelib.jobs.writes",
    "cryptography",
    "googleapiclient",
    "graphql",
    "jinja2",
    "jwt",
    "msal",
    "phonenumbers",
    "pydantic",
    "pynamodb",
    "python_calamine",
    "rapidfuzz",
    "requests",
)
#: What the declarations of rooms must not load: the stores and models behind their routes.
BEHIND_ROUTES = (
    "chalicelib.books.enrichment_status",
    "chalicelib.contacts.source_record",
    "chalicelib.emails.message",
    "chalicelib.leads.lead",
    "chalicelib.leads.store.lead_store",
)
SETTINGS = {
    "PUBLIC_URL": "https://contacts.example",
    "CRON_SECRET": "a-secret-of-the-schedule",
    "AUTH_ISSUER": "https://issuer.example",
    "AUTH_AUDIENCE": "contact-intake",
    "AUTH_JWKS_URL": "https://issuer.example/jwks",
    "GOOGLE_CLIENT_ID": "google-client",
    "GOOGLE_CLIENT_SECRET": "google-secret",
    "TOKEN_KMS_KEY_ID": "alias/tokens",
    "JOBS_TABLE": "jobs",
    "CONTACTS_TABLE": "contacts",
    "PEOPLE_TABLE": "people",
    "LEADS_TABLE": "leads",
    "BLOBS_BUCKET": "blobs",
    "AWS_REGION": "eu-central-1",
}
ASK = """
import json, app
from chalicelib.foundation.jwks import Jwks

class AnnAlone:
    query = staticmethod(lambda **request: {"Items": []})
    batch_get_item = staticmethod(lambda **request: {"Responses": {}})

    def get_item(self, Key, **request):
        text = {"sub": "ann", "label": "Ann", "roles": "[]", "organizations": '{"acme": ["member"]}'}
        session = {**{name: {"S": value} for name, value in text.items()}, "expires_at": {"N": "9999999999999"}}
        return {"Item": session} if Key["pk"]["S"].startswith("sessions#") else {}

app.wiring.shared.__dict__.update(clients=lambda service: AnnAlone())
app.wiring.shared.keys = Jwks(lambda: KEYS, app.wiring.shared.clock)
for path, pattern, params in ASKED:
    event = {
        "path": path, "httpMethod": "GET", "headers": HEADERS, "multiValueHeaders": {}, "body": None,
        "multiValueQueryStringParameters": None, "pathParameters": params, "stageVariables": None,
        "requestContext": {"httpMethod": "GET", "resourcePath": pattern},
    }
    print(app.app(event, None)["statusCode"])
"""
STATUS = ("/api/v1/contacts/import/status/a", "/api/v1/contacts/import/status/{job_id}", {"job_id": "a"})
FILE_STATUS = ("/api/v1/file-imports/a", "/api/v1/file-imports/{import_id}", {"import_id": "a"})
REQUESTS = [
    STATUS,
    ("/api/v1/imports", "/api/v1/imports", None),
    ("/api/v1/connections", "/api/v1/connections", None),
    ("/api/v1/contacts", "/api/v1/contacts", None),
    ("/api/v1/contacts/bulk", "/api/v1/contacts/bulk", None),
    ("/api/v1/contacts/bulk/a", "/api/v1/contacts/bulk/{job_id}", {"job_id": "a"}),
    ("/api/v1/contacts/bulk/cleanup/a", "/api/v1/contacts/bulk/cleanup/{job_id}", {"job_id": "a"}),
    ("/api/v1/file-imports", "/api/v1/file-imports", None),
    FILE_STATUS,
    ("/api/v1/organizations/acme/leads", "/api/v1/organizations/{org}/leads", {"org": "acme"}),
    (
        "/api/v1/organizations/acme/leads/a",
        "/api/v1/organizations/{org}/leads/{lead_id}",
        {"org": "acme", "lead_id": "a"},
    ),
]


def asked_in_a_fresh_process(requests, headers, keys=b""):
    """The status of each response, and in the last line the heavy modules that were loaded."""
    given = f"import json\nASKED = json.loads({json.dumps(requests)!r})\nHEADERS, KEYS = {headers!r}, {keys!r}"
    return done_in_a_fresh_process(f"{given}\n{ASK}", SETTINGS)


def done_in_a_fresh_process(work: str, environment: dict[str, str], heavy: Sequence[str] = HEAVY) -> list[str]:
    """What it printed, and in the last line which of the heavy modules it had loaded in the end."""
    script = f"import sys\n{work}\nprint(*[name for name in {tuple(heavy)!r} if name in sys.modules])"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if not line.startswith("{")]


class TestLightness:
    def test_importing_the_app_loads_nothing_heavy_and_needs_no_settings(self):
        assert done_in_a_fresh_process("import app", {}) == [""]

    def test_importing_the_app_with_its_settings_loads_no_model_or_store_that_only_other_routes_need(self):
        assert done_in_a_fresh_process("import app", SETTINGS, BEHIND_ROUTES) == [""]

    def test_a_status_and_the_lists_load_nothing_heavy_but_the_models_of_connections(self):
        statuses = asked_in_a_fresh_process(REQUESTS, {"cookie": f"__Host-session={'i' * 22}.{'s' * 43}"})

        assert statuses == ["404", "200", "200", "200", "200", "404", "404", "200", "404", "200", "404", "pynamodb"]

    def test_the_status_of_an_import_or_of_a_file_loads_no_models_of_items(self):
        statuses = asked_in_a_fresh_process([STATUS, FILE_STATUS], {"cookie": f"__Host-session={'i' * 22}.{'s' * 43}"})

        assert statuses == ["404", "404", ""]

    def test_a_status_with_a_bearer_token_loads_only_what_verifies_the_token(self):
        issuer = FakeIssuer()

        statuses = asked_in_a_fresh_process([STATUS], {"authorization": f"Bearer {issuer.token()}"}, issuer.fetch())

        assert statuses == ["404", "cryptography jwt"]

    def test_a_service_with_wrong_settings_refuses_to_start_and_says_which(self):
        wrong = {**SETTINGS, "CRON_SECRET": "short", "PUBLIC_URL": "http://contacts.example"}

        done = subprocess.run(
            [sys.executable, "-c", "import app"], cwd=ROOT, env=wrong, check=False, capture_output=True, text=True
        )

        assert done.returncode != 0
        assert "CRON_SECRET" in done.stderr
        assert "PUBLIC_URL" in done.stderr
        assert "short" not in done.stderr.replace("too short", "")
