"""PROVIDERS: the table of the providers that the sandbox plays, with what they differ in besides their endpoints."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.sandbox import google_errors, groups, hubspot_errors, microsoft_errors
from local.sandbox.google_names import resource_name
from local.sandbox.hubspot_contact import contact_id as hubspot_id
from local.sandbox.microsoft_contact import contact_id as microsoft_id
from local.sandbox.wire import Response

if TYPE_CHECKING:
    from local.sandbox.accounts import Account, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxProvider:
    """What distinguishes a provider.

    Args:
        color: of its screens.
        urls: the service's settings for its addresses, with their paths at the sandbox.
        access_prefix, refresh_prefix, code_prefix: how its tokens and codes begin.
        refreshes_always: whether each consent for offline access gives a refresh token, rather than the first one.
        rotates: what becomes of refresh tokens, unless a setting says otherwise (`behavior.py`).
        refuses_more_scopes: whether a refresh may not ask for scopes that were not granted; else they are ignored.
        other_redirect: the error of a code whose redirect URI differs from that of its request.
        contact_id: the id of a contact in its lists.
        rename_group: gives a group of contacts a new name. delete_group: takes one away; None if it cannot be.
        pasted_prefix: how tokens begin that people make themselves; "" if there are none.
        refusals: the responses of its API by the fault that makes it refuse.
    """

    name: str
    title: str
    color: str
    urls: Mapping[str, str]
    access_prefix: str
    refresh_prefix: str
    code_prefix: str
    refreshes_always: bool
    rotates: str
    refuses_more_scopes: bool
    other_redirect: str
    contact_id: Callable[["Account", "Entry"], str]
    rename_group: Callable[["Account", str, str], None]
    delete_group: Callable[["Account", str], None] | None
    refusals: Mapping[str, Callable[[], Response]]
    pasted_prefix: str = ""

    @property
    def client_id(self) -> str:
        return f"sandbox-{self.name}-client"

    @property
    def client_secret(self) -> str:
        return f"sandbox-{self.name}-secret"

    def settings(self, origin: str) -> dict[str, str]:
        """The settings of a service for which this sandbox is the provider."""
        name = self.name.upper()
        client = {f"{name}_CLIENT_ID": self.client_id, f"{name}_CLIENT_SECRET": self.client_secret}
        tokens = {f"{name}_TOKENS": "true"} if self.pasted_prefix else {}
        return {**client, **tokens, **{setting: origin + path for setting, path in self.urls.items()}}


_ALL = (
    SandboxProvider(
        name="google",
        title="Google",
        color="#1a56c4",
        urls={
            "GOOGLE_AUTH_URL": "/google/o/oauth2/v2/auth",
            "GOOGLE_TOKEN_URL": "/google/token",
            "GOOGLE_REVOKE_URL": "/google/revoke",
            "GOOGLE_USERINFO_URL": "/google/userinfo",
            "GOOGLE_PEOPLE_URL": "",
        },
        access_prefix="ya29.",
        refresh_prefix="1//0",
        code_prefix="4/0",
        refreshes_always=False,
        rotates="none",
        refuses_more_scopes=True,
        other_redirect="redirect_uri_mismatch",
        contact_id=resource_name,
        rename_group=groups.rename_label,
        delete_group=groups.delete_label,
        refusals=google_errors.REFUSALS,
    ),
    SandboxProvider(
        name="microsoft",
        title="Microsoft",
        color="#00625f",
        urls={"MICROSOFT_LOGIN_URL": "", "MICROSOFT_GRAPH_URL": ""},
        access_prefix="EwB",
        refresh_prefix="M.C5",
        code_prefix="M.C5",
        refreshes_always=True,
        rotates="keep",
        refuses_more_scopes=False,
        other_redirect="invalid_client",
        contact_id=lambda account, entry: microsoft_id(account, entry, immutable=True),
        rename_group=groups.rename_folder,
        delete_group=groups.delete_folder,
        refusals=microsoft_errors.REFUSALS,
    ),
    SandboxProvider(
        name="hubspot",
        title="HubSpot",
        color="#a4341c",
        urls={"HUBSPOT_AUTH_URL": "/hubspot/oauth/authorize", "HUBSPOT_API_URL": ""},
        access_prefix="CO",
        refresh_prefix="na1-",
        code_prefix="na1-",
        refreshes_always=True,
        rotates="none",
        refuses_more_scopes=False,
        other_redirect="invalid_grant",
        contact_id=hubspot_id,
        rename_group=groups.rename_stage,
        delete_group=None,
        refusals=hubspot_errors.REFUSALS,
        pasted_prefix="pat-na1-",
    ),
)

PROVIDERS: Mapping[str, SandboxProvider] = {each.name: each for each in _ALL}
