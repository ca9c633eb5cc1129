"""Every setting of the service, read once from the environment and refused with a sentence that names what is wrong.

`Settings` says what there is; each member is read from the variable of the same name in capitals. How a text becomes
a value, and what is refused, stands in `setting_kinds.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from chalicelib.foundation.setting_kinds import (
    Refusal,
    aws_region,
    bucket_name,
    issuer,
    log_level,
    named_urls,
    origin_or_any,
    plain,
    region_of_phones,
    secret,
    share,
    table_name,
    tenant,
    url,
    whole_number,
    yes_or_no,
)

_REQUIRED = object()
_AWS_REGION = ("AWS_REGION", "AWS_DEFAULT_REGION")  # Lambda sets the first, people the second


class BadSettings(Exception):
    """What is wrong with the environment, one line a variable, each with how to mend it."""

    def __init__(self, refusals: Mapping[str, str]) -> None:
        lines = [f"  {name}: {why}" for name, why in sorted(refusals.items())]
        super().__init__("\n".join(["The settings cannot be used:", *lines]))
        self.refusals = dict(refusals)


def _setting(read: Callable[[str], Any], default: Any = _REQUIRED, *, shown: bool = True) -> Any:
    """One setting: how its text is read, and what holds where the variable is absent or empty."""
    return field(repr=shown, metadata={"read": read, "default": default})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Secrets are left out of its `repr`, so that a logged or failing one tells nothing.

    Args:
        public_url: where people reach the service, without a trailing slash.
        allowed_origin: the frontend that may call from a browser; "*" for any, then without cookies.
        google_people_url, microsoft_graph_url: origins. The others of Google's are whole URLs.
        removal_limit: the share of an account that one import may remove unasked.
        return_to: the places a consent may lead back to, by name.
        work_queue_url: empty where no queue starts jobs at once; the schedule alone finishes them too.
    """

    public_url: str = _setting(url)
    allowed_origin: str = _setting(origin_or_any, "")
    return_to: Mapping[str, str] = _setting(named_urls, {})
    log_level: str = _setting(log_level, "INFO")
    cron_secret: str = _setting(secret(at_least=16), shown=False)
    cron_allow_query_key: bool = _setting(yes_or_no, True)
    graphql_introspection: bool = _setting(yes_or_no, False)
    auth_issuer: str = _setting(issuer)
    auth_audience: str = _setting(plain)
    auth_jwks_url: str = _setting(url)
    signin_client_id: str = _setting(plain, "")
    signin_client_secret: str = _setting(plain, "", shown=False)
    google_client_id: str = _setting(plain, "")
    google_client_secret: str = _setting(plain, "", shown=False)
    google_auth_url: str = _setting(url, "https://accounts.google.com/o/oauth2/v2/auth")
    google_token_url: str = _setting(url, "https://oauth2.googleapis.com/token")
    google_revoke_url: str = _setting(url, "https://oauth2.googleapis.com/revoke")
    google_userinfo_url: str = _setting(url, "https://openidconnect.googleapis.com/v1/userinfo")
    google_people_url: str = _setting(url, "https://people.googleapis.com")
    microsoft_client_id: str = _setting(plain, "")
    microsoft_client_secret: str = _setting(plain, "", shown=False)
    microsoft_tenant: str = _setting(tenant, "common")
    microsoft_login_url: str = _setting(url, "https://login.microsoftonline.com")
    microsoft_graph_url: str = _setting(url, "https://graph.microsoft.com")
    token_kms_key_id: str = _setting(plain)
    import_claim_limit: int = _setting(whole_number(1, 100), 2)
    max_live_jobs: int = _setting(whole_number(1, 80), 20)  # a line must fit into one transaction
    removal_limit: float = _setting(share, 0.2)
    default_region: str = _setting(region_of_phones, "US")
    jobs_table: str = _setting(table_name)
    contacts_table: str = _setting(table_name)
    people_table: str = _setting(table_name)
    blobs_bucket: str = _setting(bucket_name)
    work_queue_url: str = _setting(url, "")
    aws_region: str = _setting(aws_region)
    aws_endpoint_url: str = _setting(url, "")

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check everything at once.

        Raises:
            BadSettings: names every variable that is missing or cannot be used, and how to mend it.
        """
        values: dict[str, Any] = {}
        refusals: dict[str, str] = {}
        for member in fields(cls):
            try:
                values[member.name] = _value(member.metadata, _text(env, member.name))
            except Refusal as refusal:
                refusals[_variable(member.name)] = str(refusal)
        refusals |= {name: why for name, why in _contradictions(env, values).items() if name not in refusals}
        if refusals:
            raise BadSettings(refusals)
        return cls(**values)

    @property
    def providers(self) -> tuple[str, ...]:
        """The names of the providers that are set up here."""
        return tuple(name for name in _provider_names() if getattr(self, f"{name}_client_id"))

    @property
    def can_sign_in(self) -> bool:
        """Whether people sign in on our own pages."""
        return bool(self.signin_client_id)

    @property
    def is_secure(self) -> bool:
        """Whether cookies can be Secure and carry the `__Host-` prefix."""
        return self.public_url.startswith("https://")


def _provider_names() -> list[str]:
    """The providers that have settings: a client id each."""
    ids = [setting.name for setting in fields(Settings) if setting.name.endswith("_client_id")]
    return [name.removesuffix("_client_id") for name in ids if name != "signin_client_id"]


def _variable(name: str) -> str:
    return " or ".join(_AWS_REGION) if name == "aws_region" else name.upper()


def _text(env: Mapping[str, str], name: str) -> str:
    variables = _AWS_REGION if name == "aws_region" else (name.upper(),)
    return next((env[variable].strip() for variable in variables if env.get(variable, "").strip()), "")


def _value(how: Mapping[str, Any], text: str) -> Any:
    if text:
        return how["read"](text)
    if how["default"] is _REQUIRED:
        raise Refusal("is missing; set it.")
    return how["default"]


def _contradictions(env: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with settings that are fine one by one."""
    found: dict[str, str] = {}
    providers = _provider_names()
    for provider in providers:
        both = _variable(f"{provider}_client_id"), _variable(f"{provider}_client_secret")
        found |= {name: f"is missing while {other} is set." for name, other in _one_sided(env, *both)}
    if values.get("signin_client_secret") and not values.get("signin_client_id"):
        found["SIGNIN_CLIENT_ID"] = "is missing while SIGNIN_CLIENT_SECRET is set."
    if not any(values.get(f"{provider}_client_id") for provider in providers) and not found:
        first, *others = (_variable(f"{provider}_client_id") for provider in providers)
        found[first] = f"set it or {' or '.join(others)}: without a provider nobody can import."
    return found


def _one_sided(env: Mapping[str, str], first: str, second: str) -> list[tuple[str, str]]:
    have_first, have_second = (bool(env.get(name, "").strip()) for name in (first, second))
    if have_first == have_second:
        return []
    return [(second, first)] if have_first else [(first, second)]
