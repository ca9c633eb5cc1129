"""Asking the running sandbox for things no provider does: tokens of its issuer, changes to accounts, faults."""

from collections.abc import Mapping
from typing import Any

import requests

from local.processes import PartFailed

TIMEOUT_SECONDS = 30.0


class SandboxControl:
    """The sandbox's own doors."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._session = requests.Session()
        self._session.trust_env = False

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> "SandboxControl":
        """The sandbox of a stack: where its sign-in lives."""
        return cls(settings["AUTH_ISSUER"].removesuffix("/signin"))

    def token(self, person: str, *, operator: bool = False) -> str:
        token: str = self.do("token", {"person": person, "operator": operator})["token"]
        return token

    def account(self, provider: str, address: str, contacts: int, **more: Any) -> Any:
        """Make an account with that many people in it."""
        return self.do("accounts", {"provider": provider, "address": address, "contacts": contacts, **more})

    def contacts(self, address: str, do: str, **more: Any) -> Any:
        """Do something to an account's contacts: add, change, delete, move, …"""
        return self.do(f"accounts/{address}/contacts", {"do": do, **more})

    def do(self, door: str, asked: Any = None, *, method: str = "POST") -> Any:
        """Raises:
        PartFailed: there is no sandbox, or it refuses.
        """
        url = f"{self.origin}/sandbox/{door}"
        try:
            answer = self._session.request(method, url, json=asked, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            raise PartFailed(f"The sandbox does not answer at {self.origin}: {type(error).__name__}.") from error
        if answer.status_code != 200:
            raise PartFailed(f"The sandbox refuses {door}: {answer.text}")
        return answer.json()
