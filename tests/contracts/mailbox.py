"""An account at a provider that the sandbox plays, connected over real HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.clock import SystemClock
from chalicelib.foundation.executor import ThreadExecutor
from chalicelib.foundation.http_client import HttpClient
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.secret import pkce_challenge
from chalicelib.foundation.settings import Settings
from chalicelib.providers.choices import AccountChoices, Chosen
from chalicelib.providers.provider import Grant, OAuthClient, Provider
from chalicelib.providers.registry import PROVIDERS
from local.sandbox import Sandbox
from local.sandbox.sandbox_providers import PROVIDERS as SANDBOX_PROVIDERS
from local.sandbox.walk import consent
from local.sandbox_control import SandboxControl
from tests.foundation.test_settings import GOOD

TIMEOUT = timedelta(seconds=10)
FOLDERS = {"microsoft": ["Work", "Work/Projects"]}  # of providers that have them


@dataclass
class Mailbox:
    """One account at one provider, connected."""

    provider: Provider
    authority: OAuthClient
    choices: AccountChoices | None  # None of a provider without choices
    control: SandboxControl
    address: str
    grant: Grant
    groups: Any = None  # as the last listing told them

    def listing(
        self, sync: Any = None, chosen: Chosen = None
    ) -> tuple[dict[str, SourceContact | Unreadable], set[str], Any]:
        """Everything a listing gives: contacts by id, ids that are gone, and where the next one starts.

        An id that is gone and comes again, as of a contact that moved, is not gone.
        """
        contacts: dict[str, SourceContact | Unreadable] = {}
        gone: set[str] = set()
        cursor = self.provider.first_cursor(sync, chosen)
        while True:
            page = self.provider.fetch(self.grant.access_token, cursor, timeout=TIMEOUT)
            contacts |= {self.provider.id_of(record): self.provider.read(record) for record in page.records}
            gone |= set(page.gone)
            if page.cursor is None:
                self.groups = page.groups
                return contacts, gone - set(contacts), page.sync
            cursor = page.cursor

    def change(self, do: str, **more: Any) -> list[str]:
        return [each["id"] for each in self.control.contacts(self.address, do, **more)["touched"]]

    def fault(self, fault: str, **more: Any) -> None:
        description = {
            "provider": self.provider.name,
            "fault": fault,
            "where": "list",
            "address": self.address,
            "times": 1,
        }
        self.control.do("faults", {**description, **more})

    def first_page(self) -> Any:
        return self.provider.fetch(self.grant.access_token, self.provider.first_cursor(None), timeout=TIMEOUT)


def connect(
    sandbox: Sandbox, name: str, contacts: int = 20, *, others: int = 0, more_scopes: Sequence[str] = ()
) -> Mailbox:
    http, clock = HttpClient(), SystemClock()
    control, address = SandboxControl(sandbox.origin), f"{fresh_id().lower().strip('-_')}@{name}.example"
    control.account(name, address, contacts, folders=FOLDERS.get(name, []), others=others)
    settings = Settings.from_environment({**GOOD, **SANDBOX_PROVIDERS[name].settings(sandbox.origin)})
    provider = PROVIDERS[name].contacts(settings, http, clock, ThreadExecutor(2))
    authority = PROVIDERS[name].oauth_client(settings, http, clock)
    verifier, back = fresh_id() * 3, "http://127.0.0.1:1/callback"
    url = authority.authorization_url(
        state="s",
        code_challenge=pkce_challenge(verifier),
        redirect_uri=back,
        login_hint=address,
        more_scopes=more_scopes,
    )
    code = parse_qs(urlsplit(consent(url, address)).query)["code"][0]
    grant, account = authority.exchange(code=code, code_verifier=verifier, redirect_uri=back)
    assert account.address == address
    build = PROVIDERS[name].choices
    choices = None if build is None else build(settings, http, clock)
    return Mailbox(provider, authority, choices, control, address, grant)
