"""The settings that connect the parts. The environment overrides them, so any part can be replaced.

With a provider's client id and secret (GOOGLE_CLIENT_ID, …) the stack imports from the real one; with AWS_ENDPOINT_URL
it uses the AWS at that address instead of starting one.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from local.embedded_aws.resources import Names
from local.embedded_aws.server import CREDENTIALS, REGION
from local.sandbox.sandbox_providers import PROVIDERS

ACCOUNT = "000000000000"
AUDIENCE = "contact-intake"
_AWS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_REGION")


@dataclass(frozen=True)
class Ports:
    """The port of each part, all on 127.0.0.1."""

    api: int
    aws: int
    sandbox: int


def stack_settings(ports: Ports, environment: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of every part."""
    sandbox = f"http://127.0.0.1:{ports.sandbox}"
    given = {name: value for name, value in environment.items() if value}
    defaults = {
        "PUBLIC_URL": f"http://127.0.0.1:{ports.api}",
        "CRON_SECRET": secrets.token_urlsafe(24),
        "GRAPHQL_INTROSPECTION": "true",
        "REQUESTS_PER_MINUTE": "60000",  # tests and benchmarks ask much for one person
        "REQUESTS_AT_ONCE": "6000",
        "SERVICE_CLIENTS": '{"crm": "Example CRM"}',
        "EVENTS_ALLOW_LOOPBACK": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONUNBUFFERED": "1",
        **sign_in(sandbox, given),
        **providers(sandbox, given),
        **vendors(sandbox),
        **emails(sandbox),
        **aws(ports.aws, given),
    }
    if environment.get("WORK_QUEUE_URL") == "":
        given["WORK_QUEUE_URL"] = ""  # explicitly empty: no queue, only the schedule runs jobs
    own = given if "AWS_ENDPOINT_URL" in given else {name: given[name] for name in given if name not in _AWS}
    return {**defaults, **own}


def starts_aws(environment: Mapping[str, str]) -> bool:
    return not environment.get("AWS_ENDPOINT_URL")


def sign_in(sandbox: str, given: Mapping[str, str]) -> dict[str, str]:
    """The sandbox's own token issuer, for `python -m local token` and for signing in on the pages."""
    if "AUTH_ISSUER" in given:
        return {}
    return {
        "AUTH_ISSUER": f"{sandbox}/signin",
        "AUTH_JWKS_URL": f"{sandbox}/signin/jwks",
        "AUTH_AUDIENCE": AUDIENCE,
        "SIGNIN_CLIENT_ID": "sandbox-page-client",
        "SIGNIN_CLIENT_SECRET": "sandbox-page-secret",
    }


def providers(sandbox: str, given: Mapping[str, str]) -> dict[str, str]:
    """The sandbox as each provider that has no settings."""
    return {
        name: value
        for each in PROVIDERS.values()
        if f"{each.name.upper()}_CLIENT_ID" not in given
        for name, value in each.settings(sandbox).items()
    }


def vendors(sandbox: str) -> dict[str, str]:
    """The origins of the vendors of enrichment. Set them to the real ones to ask those."""
    return dict.fromkeys(("PEOPLE_DATA_LABS_URL", "HUNTER_URL", "TWILIO_LOOKUP_URL"), sandbox)


def emails(sandbox: str) -> dict[str, str]:
    """The sandbox in place of SES; its page /mailbox has what was sent."""
    return {"EMAIL_SENDER": "Contact Intake <contacts@example.com>", "EMAIL_ENDPOINT_URL": sandbox}


def aws(port: int, given: Mapping[str, str]) -> dict[str, str]:
    endpoint = given.get("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    names = Names(people="connections")  # its name in data directories of earlier versions
    return {
        **CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        **names.settings(f"{endpoint}/{ACCOUNT}/{names.queue}"),
    }
