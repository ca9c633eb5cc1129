"""The settings that connect the parts. The environment overrides them, so any part can be replaced.

With GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET the stack imports from the real Google; with AWS_ENDPOINT_URL it uses the
AWS at that address instead of starting one.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from local.embedded_aws.resources import Names
from local.embedded_aws.server import CREDENTIALS, REGION

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
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONUNBUFFERED": "1",
        **sign_in(sandbox, given),
        **google(sandbox, given),
        **microsoft(sandbox, given),
        **vendors(sandbox),
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


def google(sandbox: str, given: Mapping[str, str]) -> dict[str, str]:
    if "GOOGLE_CLIENT_ID" in given:
        return {}
    return {
        "GOOGLE_CLIENT_ID": "sandbox-google-client",
        "GOOGLE_CLIENT_SECRET": "sandbox-google-secret",
        "GOOGLE_AUTH_URL": f"{sandbox}/google/o/oauth2/v2/auth",
        "GOOGLE_TOKEN_URL": f"{sandbox}/google/token",
        "GOOGLE_REVOKE_URL": f"{sandbox}/google/revoke",
        "GOOGLE_USERINFO_URL": f"{sandbox}/google/userinfo",
        "GOOGLE_PEOPLE_URL": sandbox,
    }


def microsoft(sandbox: str, given: Mapping[str, str]) -> dict[str, str]:
    if "MICROSOFT_CLIENT_ID" in given:
        return {}
    return {
        "MICROSOFT_CLIENT_ID": "sandbox-microsoft-client",
        "MICROSOFT_CLIENT_SECRET": "sandbox-microsoft-secret",
        "MICROSOFT_LOGIN_URL": sandbox,
        "MICROSOFT_GRAPH_URL": sandbox,
    }


def vendors(sandbox: str) -> dict[str, str]:
    """The origins of the vendors of enrichment. Set them to the real ones to ask those."""
    return dict.fromkeys(("PEOPLE_DATA_LABS_URL", "HUNTER_URL", "TWILIO_LOOKUP_URL"), sandbox)


def aws(port: int, given: Mapping[str, str]) -> dict[str, str]:
    endpoint = given.get("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    names = Names(people="connections")  # its name in data directories of earlier versions
    return {
        **CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        **names.settings(f"{endpoint}/{ACCOUNT}/{names.queue}"),
    }
