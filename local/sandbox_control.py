"""A client for what only the sandbox offers: tokens of its issuer, changes to accounts, faults."""

from collections.abc import Mapping, Sequence
from typing import Any

import requests

from local.processes import PartFailed

TIMEOUT_SECONDS = 60.0  # of one response, on a machine that may be busy


class SandboxControl:
    """Client of the sandbox's control routes."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._session = requests.Session()
        self._session.trust_env = False

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> "SandboxControl":
        """The sandbox of a stack, which is also its issuer."""
        return cls(settings["AUTH_ISSUER"].removesuffix("/signin"))

    def token(
        self,
        person: str,
        *,
        operator: bool = False,
        organizations: Mapping[str, Sequence[str]] | None = None,
        scopes: Sequence[str] = (),
        client: str = "",
    ) -> str:
        """A bearer token.

        Args:
            organizations: the roles that it gives the person in each organization.
            scopes: what it is limited to; nothing for all rights.
            client: the service client that acts for the person with it.
        """
        asked = {
            "person": person,
            "operator": operator,
            "organizations": organizations or {},
            "scopes": list(scopes),
            "client": client,
        }
        token: str = self.do("token", asked)["token"]
        return token

    def account(self, provider: str, address: str, contacts: int, **more: Any) -> Any:
        """Create an account with this many contacts."""
        return self.do("accounts", {"provider": provider, "address": address, "contacts": contacts, **more})

    def contacts(self, address: str, do: str, **more: Any) -> Any:
        """Change an account's contacts: add, change, delete, move, …"""
        return self.do(f"accounts/{address}/contacts", {"do": do, **more})

    def do(self, path: str, body: Any = None, *, method: str = "POST") -> Any:
        """Call a control route.

        Raises:
            PartFailed: the sandbox does not respond, or refuses.
        """
        url = f"{self.origin}/sandbox/{path}"
        try:
            response = self._session.request(method, url, json=body, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            raise PartFailed(f"The sandbox does not respond at {self.origin}: {type(error).__name__}.") from error
        if response.status_code != 200:
            raise PartFailed(f"The sandbox refuses {path}: {response.text}")
        return response.json()
