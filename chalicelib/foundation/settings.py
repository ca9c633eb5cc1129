"""The settings of the service, read and checked once from environment variables.

Each field of `Settings` is read from the variable of the same name in upper case. `setting_kinds.py` parses and checks
their texts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from chalicelib.foundation.channel_setting import ChannelSetting, lead_channels
from chalicelib.foundation.setting_kinds import (
    InvalidSetting,
    aws_region,
    bucket_name,
    configuration_set,
    email_sender,
    fraction,
    issuer,
    log_level,
    named_titles,
    named_urls,
    one_of,
    origins_or_any,
    plain,
    region_of_phones,
    secret,
    table_name,
    tenant,
    url,
    whole_number,
    yes_or_no,
)

_REQUIRED = object()
_AWS_REGION = ("AWS_REGION", "AWS_DEFAULT_REGION")  # Lambda sets the first, operators the second


class BadSettings(Exception):
    """Environment variables are missing or invalid. The message has a line for each, with how to fix it.

    Args:
        faults: what is wrong, by the name of the variable.
    """

    def __init__(self, faults: Mapping[str, str]) -> None:
        lines = [f"  {name}: {why}" for name, why in sorted(faults.items())]
        super().__init__("\n".join(["Invalid settings:", *lines]))
        self.faults = dict(faults)


def _setting(read: Callable[[str], Any], default: Any = _REQUIRED, *, shown: bool = True) -> Any:
    """A setting: how its text is parsed, and the default if the variable is missing or empty."""
    return field(repr=shown, metadata={"read": read, "default": default})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of the service. Its `repr` leaves out secrets."""

    #: the URL at which people reach the service, without a trailing slash
    public_url: str = _setting(url)
    #: the origins of frontends that may call the API from a browser; "*" for any, without cookies
    allowed_origin: Sequence[str] = _setting(origins_or_any, ())
    #: the URLs or paths to which a consent may return, by name
    return_to: Mapping[str, str] = _setting(named_urls, {})
    log_level: str = _setting(log_level, "INFO")
    cron_secret: str = _setting(secret(at_least=16), shown=False)
    #: whether the cron secret may also be sent as the query parameter `key`
    cron_allow_query_key: bool = _setting(yes_or_no, True)
    graphql_introspection: bool = _setting(yes_or_no, False)
    auth_issuer: str = _setting(issuer)
    auth_audience: str = _setting(plain)
    auth_jwks_url: str = _setting(url)
    #: the claims of a token with the person's organizations and roles (`organizations.py`)
    organization_claim: str = _setting(plain, "organizations")
    organization_roles_claim: str = _setting(plain, "organization_roles")
    #: the service clients to which people can grant scopes: their titles, by the `sub` of their own tokens
    service_clients: Mapping[str, str] = _setting(named_titles, {})
    signin_client_id: str = _setting(plain, "")
    signin_client_secret: str = _setting(plain, "", shown=False)
    google_client_id: str = _setting(plain, "")
    google_client_secret: str = _setting(plain, "", shown=False)
    google_auth_url: str = _setting(url, "https://accounts.google.com/o/oauth2/v2/auth")
    google_token_url: str = _setting(url, "https://oauth2.googleapis.com/token")
    google_revoke_url: str = _setting(url, "https://oauth2.googleapis.com/revoke")
    google_userinfo_url: str = _setting(url, "https://openidconnect.googleapis.com/v1/userinfo")
    #: an origin, unlike the other URLs of Google
    google_people_url: str = _setting(url, "https://people.googleapis.com")
    microsoft_client_id: str = _setting(plain, "")
    microsoft_client_secret: str = _setting(plain, "", shown=False)
    microsoft_tenant: str = _setting(tenant, "common")
    microsoft_login_url: str = _setting(url, "https://login.microsoftonline.com")
    #: an origin
    microsoft_graph_url: str = _setting(url, "https://graph.microsoft.com")
    hubspot_client_id: str = _setting(plain, "")
    hubspot_client_secret: str = _setting(plain, "", shown=False)
    #: whether people may connect HubSpot with an access token that they made there, also without a client
    hubspot_tokens: bool = _setting(yes_or_no, False)
    hubspot_auth_url: str = _setting(url, "https://app.hubspot.com/oauth/authorize")
    #: an origin
    hubspot_api_url: str = _setting(url, "https://api.hubapi.com")
    #: origins of the vendors of enrichment
    people_data_labs_url: str = _setting(url, "https://api.peopledatalabs.com")
    hunter_url: str = _setting(url, "https://api.hunter.io")
    twilio_lookup_url: str = _setting(url, "https://lookups.twilio.com")
    #: whether people are asked before vendors get details of their contacts, or their consent is assumed
    enrichment_consent: str = _setting(one_of("ask", "assumed"), "ask")
    #: what e-mails to people come from; empty to send none
    email_sender: str = _setting(email_sender, "")
    email_configuration_set: str = _setting(configuration_set, "")
    #: the region of SES, if it is another one
    email_region: str = _setting(aws_region, "")
    #: a URL instead of SES's own
    email_endpoint_url: str = _setting(url, "")
    token_kms_key_id: str = _setting(plain)
    #: how many jobs one run of the schedule claims
    import_claim_limit: int = _setting(whole_number(1, 100), 2)
    #: how many unfinished jobs a person may have
    max_live_jobs: int = _setting(whole_number(1, 80), 20)  # a queue must fit into one transaction
    #: the fraction of an account's contacts that an import may remove without confirmation
    removal_limit: float = _setting(fraction, 0.2)
    #: for how many days a run can be undone, and so how long the words that it replaced are kept
    undo_days: int = _setting(whole_number(1, 365), 30)
    #: for how many days the bucket keeps files that were uploaded, and the results of imports of leads
    upload_days: int = _setting(whole_number(1, 365), 30)
    #: the country of phone numbers without a country code
    default_region: str = _setting(region_of_phones, "US")
    #: channels of leads beside the built-in ones, by name
    lead_channels: Mapping[str, ChannelSetting] = _setting(lead_channels, {})
    #: how many ranges of one file of leads are imported at once
    lead_lanes: int = _setting(whole_number(1, 16), 8)
    #: how many requests a minute, and how many records a day, one source may send at most
    ingest_requests_per_minute: int = _setting(whole_number(1, 1_000_000), 3_000)
    ingest_records_per_day: int = _setting(whole_number(1, 100_000_000), 200_000)
    #: how many requests a minute one person may send on average, and how many at once
    requests_per_minute: int = _setting(whole_number(1, 1_000_000), 600)
    requests_at_once: int = _setting(whole_number(1, 1_000_000), 300)
    #: whether events may be sent to this machine itself; for the local stack, where `public_url` is one of its own
    events_allow_loopback: bool = _setting(yes_or_no, False)
    #: names of the tables; `chalicelib/tables/keys.py` says what each holds
    jobs_table: str = _setting(table_name)
    contacts_table: str = _setting(table_name)
    people_table: str = _setting(table_name)
    leads_table: str = _setting(table_name)
    blobs_bucket: str = _setting(bucket_name)
    #: empty for a deployment without a queue, where the schedule starts all jobs
    work_queue_url: str = _setting(url, "")
    aws_region: str = _setting(aws_region)
    #: a URL instead of AWS's own, for the embedded AWS
    aws_endpoint_url: str = _setting(url, "")

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check all settings.

        Raises:
            BadSettings: names all variables that are missing or invalid.
        """
        values: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for member in fields(cls):
            try:
                values[member.name] = _value(member.metadata, _text(env, member.name))
            except InvalidSetting as error:
                faults[_variable(member.name)] = str(error)
        faults |= {name: why for name, why in _contradictions(env, values).items() if name not in faults}
        if faults:
            raise BadSettings(faults)
        return cls(**values)

    @property
    def providers(self) -> tuple[str, ...]:
        """The names of the providers that are set up."""
        return tuple(name for name in _provider_names() if self.offers_consent(name) or self.accepts_tokens(name))

    def offers_consent(self, provider: str) -> bool:
        """Whether people can connect an account of this provider by agreeing there."""
        return bool(getattr(self, f"{provider}_client_id"))

    def accepts_tokens(self, provider: str) -> bool:
        """Whether people can connect an account of this provider with a token that they made there."""
        return bool(getattr(self, f"{provider}_tokens", False))

    @property
    def can_sign_in(self) -> bool:
        """Whether people can sign in on our own pages."""
        return bool(self.signin_client_id)

    @property
    def is_secure(self) -> bool:
        """Whether cookies can be Secure and carry the `__Host-` prefix."""
        return self.public_url.startswith("https://")


def _provider_names() -> list[str]:
    """The names of the providers for which there are settings."""
    ids = [setting.name for setting in fields(Settings) if setting.name.endswith("_client_id")]
    return [name.removesuffix("_client_id") for name in ids if name != "signin_client_id"]


def _variable(name: str) -> str:
    return " or ".join(_AWS_REGION) if name == "aws_region" else name.upper()


def _text(env: Mapping[str, str], name: str) -> str:
    variables = _AWS_REGION if name == "aws_region" else (name.upper(),)
    return next((env[variable].strip() for variable in variables if env.get(variable, "").strip()), "")


def _value(kind: Mapping[str, Any], text: str) -> Any:
    if text:
        return kind["read"](text)
    if kind["default"] is _REQUIRED:
        raise InvalidSetting("is missing. Set it.")
    return kind["default"]


def _contradictions(env: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """Faults of settings that are valid one by one."""
    found: dict[str, str] = {}
    providers = _provider_names()
    for provider in providers:
        both = _variable(f"{provider}_client_id"), _variable(f"{provider}_client_secret")
        found |= {name: f"is missing while {other} is set." for name, other in _one_sided(env, *both)}
    if values.get("signin_client_secret") and not values.get("signin_client_id"):
        found["SIGNIN_CLIENT_ID"] = "is missing while SIGNIN_CLIENT_SECRET is set."
    is_any_set_up = any(values.get(f"{provider}_{way}") for provider in providers for way in ("client_id", "tokens"))
    if not is_any_set_up and not found:
        first, *others = (_variable(f"{provider}_client_id") for provider in providers)
        found[first] = f"is missing. Set it or {' or '.join(others)}: imports need a provider."
    if values.get("events_allow_loopback") and str(values.get("public_url", "")).startswith("https://"):
        found["EVENTS_ALLOW_LOOPBACK"] = "is for a service on this machine alone, whose PUBLIC_URL begins with http://."
    for name in ("email_configuration_set", "email_region", "email_endpoint_url"):
        if values.get(name) and not values.get("email_sender"):
            found["EMAIL_SENDER"] = f"is missing while {_variable(name)} is set."
    return found


def _one_sided(env: Mapping[str, str], first: str, second: str) -> list[tuple[str, str]]:
    have_first, have_second = (bool(env.get(name, "").strip()) for name in (first, second))
    if have_first == have_second:
        return []
    return [(second, first)] if have_first else [(first, second)]
