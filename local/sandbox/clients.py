"""The applications that may request consent, with their secrets and redirect URIs."""

import hmac
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from local.sandbox.sandbox_providers import PROVIDERS
from local.sandbox.state_files import StateFiles


@dataclass(frozen=True, slots=True)
class Client:
    """One application at one provider.

    Args:
        redirect_uris: each compared as a whole, character by character; none registered means any loopback address.
    """

    provider: str
    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...] = ()

    def may_return_to(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris if self.redirect_uris else is_loopback(redirect_uri)


DEFAULTS = (
    *(Client(each.name, each.client_id, each.client_secret) for each in PROVIDERS.values()),
    Client("signin", "sandbox-page-client", "sandbox-page-secret"),
    Client("signin", "sandbox-frontend", ""),  # a public client: its sign-ins are protected by PKCE alone
)


class Clients:
    """The registered applications."""

    def __init__(self, state_files: StateFiles, defaults: Sequence[Client] = DEFAULTS) -> None:
        self._state_files = state_files
        stored = [
            Client(**{**each, "redirect_uris": tuple(each["redirect_uris"])})
            for each in state_files.read("clients") or []
        ]
        self._clients = {(each.provider, each.client_id): each for each in (*defaults, *stored)}

    def register(self, client: Client) -> None:
        self._clients[(client.provider, client.client_id)] = client
        self._state_files.write("clients", [asdict(each) for each in self._clients.values()])

    def find(self, provider: str, client_id: str) -> Client | None:
        return self._clients.get((provider, client_id))

    def knows(self, provider: str, client_id: str, secret: str) -> bool:
        client = self.find(provider, client_id)
        return client is not None and hmac.compare_digest(client.client_secret.encode(), secret.encode())


def is_loopback(url: str) -> bool:
    if not url.isprintable() or not url.isascii():
        return False
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment:
        return False
    try:
        return parts.hostname == "localhost" or ip_address(parts.hostname).is_loopback
    except ValueError:
        return False
