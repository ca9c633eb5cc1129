"""PROVIDERS: the table of all providers.

To add a provider, add an entry here, its settings in `foundation/settings.py`, and its package next to `google/`; for
tests and on this machine, an entry in `local/sandbox/sandbox_providers.py` plays it. The functions of an entry import
what is slow to load.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.foundation.setting_kinds import url_origin

if TYPE_CHECKING:
    from chalicelib.foundation.clock import Clock
    from chalicelib.foundation.executor import Executor
    from chalicelib.foundation.outbound import Http
    from chalicelib.foundation.settings import Settings
    from chalicelib.providers.choices import AccountChoices
    from chalicelib.providers.provider import OAuthClient, PastedTokens, Provider


READ_CONTACTS, EMAIL_ADDRESS, NAME = "read contacts", "see your email address", "see your name"
GOOGLE_OTHER = "https://www.googleapis.com/auth/contacts.other.readonly"


@dataclass(frozen=True, kw_only=True)
class ProviderEntry:
    """A provider, and how to build its clients."""

    #: Its name in paths, stored jobs and source keys. It is set up if the setting `<name>_client_id` is, or
    #: `<name>_tokens`.
    name: str
    #: Its name for people.
    title: str
    #: The origins that its callback may name as issuer.
    issuers: Callable[[Settings], frozenset[str]]
    #: Builds its OAuth client.
    oauth_client: Callable[[Settings, Http, Clock], OAuthClient]
    #: Builds the client that lists and reads contacts. The executor has no tasks that wait for others.
    contacts: Callable[[Settings, Http, Clock, Executor], Provider]
    #: Builds what checks tokens that people made at the provider; None if it has none. They are accepted if the setting
    #: `<name>_tokens` says so.
    pasted_tokens: Callable[[Settings, Http, Clock], PastedTokens] | None = None
    #: How a person makes such a token, in a sentence.
    how_to_make_one: str = ""
    #: Builds what lists what a person can choose of an account; None if everything comes.
    choices: Callable[[Settings, Http, Clock], AccountChoices] | None = None
    #: By the id of a choice, the scope that only it needs. A person is asked for it when they want that choice.
    scopes_of_choices: Mapping[str, str] = field(default_factory=dict)
    #: What each scope allows, for people, by the scope in lower case; "" for one that only identifies the account.
    permissions: Mapping[str, str]


def _google_oauth(settings: Settings, http: Http, clock: Clock) -> OAuthClient:
    from chalicelib.providers.google.oauth import GoogleOAuth

    return GoogleOAuth(
        http,
        clock,
        settings.google_client_id,
        settings.google_client_secret,
        settings.google_auth_url,
        settings.google_token_url,
        settings.google_revoke_url,
        settings.google_userinfo_url,
    )


def _google_contacts(settings: Settings, http: Http, clock: Clock, executor: Executor) -> Provider:
    from chalicelib.providers.google.listing import GoogleContacts

    return GoogleContacts(http, settings.google_people_url, clock, executor)


def _google_choices(settings: Settings, http: Http, clock: Clock) -> AccountChoices:
    from chalicelib.providers.google.choices import GoogleChoices

    return GoogleChoices(http, settings.google_people_url, clock)


def _microsoft_oauth(settings: Settings, http: Http, clock: Clock) -> OAuthClient:
    from chalicelib.providers.microsoft.oauth import MicrosoftOAuth

    return MicrosoftOAuth(
        http,
        clock,
        settings.microsoft_client_id,
        settings.microsoft_client_secret,
        settings.microsoft_login_url,
        settings.microsoft_tenant,
    )


def _microsoft_contacts(settings: Settings, http: Http, clock: Clock, _executor: Executor) -> Provider:
    from chalicelib.providers.microsoft.listing import MicrosoftContacts

    return MicrosoftContacts(http, settings.microsoft_graph_url, clock)


def _microsoft_choices(settings: Settings, http: Http, clock: Clock) -> AccountChoices:
    from chalicelib.providers.microsoft.choices import MicrosoftChoices

    return MicrosoftChoices(http, settings.microsoft_graph_url, clock)


def _hubspot_oauth(settings: Settings, http: Http, clock: Clock) -> OAuthClient:
    from chalicelib.providers.hubspot.oauth import HubSpotOAuth

    return HubSpotOAuth(
        http,
        clock,
        settings.hubspot_client_id,
        settings.hubspot_client_secret,
        settings.hubspot_auth_url,
        settings.hubspot_api_url,
    )


def _hubspot_contacts(settings: Settings, http: Http, clock: Clock, _executor: Executor) -> Provider:
    from chalicelib.providers.hubspot.listing import HubSpotContacts

    return HubSpotContacts(http, settings.hubspot_api_url, clock)


def _hubspot_tokens(settings: Settings, http: Http, clock: Clock) -> PastedTokens:
    from chalicelib.providers.hubspot.private_app import HubSpotPrivateApps

    return HubSpotPrivateApps(http, clock, settings.hubspot_api_url)


_ENTRIES = (
    ProviderEntry(
        name="google",
        title="Google",
        issuers=lambda settings: frozenset({"https://accounts.google.com", url_origin(settings.google_auth_url)}),
        oauth_client=_google_oauth,
        contacts=_google_contacts,
        choices=_google_choices,
        scopes_of_choices={"other": GOOGLE_OTHER},
        permissions={
            "openid": "",
            "https://www.googleapis.com/auth/contacts.readonly": READ_CONTACTS,
            "https://www.googleapis.com/auth/contacts": READ_CONTACTS,
            GOOGLE_OTHER: "read your Other contacts",
            "https://www.googleapis.com/auth/userinfo.email": EMAIL_ADDRESS,
            "email": EMAIL_ADDRESS,
            "https://www.googleapis.com/auth/userinfo.profile": NAME,
            "profile": NAME,
        },
    ),
    ProviderEntry(
        name="microsoft",
        title="Microsoft",
        issuers=lambda settings: frozenset(
            {"https://login.microsoftonline.com", url_origin(settings.microsoft_login_url)}
        ),
        oauth_client=_microsoft_oauth,
        contacts=_microsoft_contacts,
        choices=_microsoft_choices,
        permissions={
            "openid": "",
            "contacts.read": READ_CONTACTS,
            "https://graph.microsoft.com/contacts.read": READ_CONTACTS,
            "user.read": "see your name and email address",
            "profile": NAME,
            "offline_access": "keep access when you are away",
        },
    ),
    ProviderEntry(
        name="hubspot",
        title="HubSpot",
        issuers=lambda settings: frozenset({"https://app.hubspot.com", url_origin(settings.hubspot_auth_url)}),
        oauth_client=_hubspot_oauth,
        contacts=_hubspot_contacts,
        pasted_tokens=_hubspot_tokens,
        how_to_make_one="In HubSpot, make a service key or a private app with the permission"
        " crm.objects.contacts.read, and copy its access token.",
        permissions={
            "oauth": "",
            "crm.objects.contacts.read": READ_CONTACTS,
            "contacts": READ_CONTACTS,
            "crm.schemas.contacts.read": "read the names of your properties",
        },
    ),
)

PROVIDERS: Mapping[str, ProviderEntry] = {entry.name: entry for entry in _ENTRIES}
TITLES: Mapping[str, str] = {entry.name: entry.title for entry in _ENTRIES}
