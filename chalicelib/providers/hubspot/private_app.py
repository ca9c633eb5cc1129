"""Access tokens that people make themselves in HubSpot: those of private apps, and service keys.

They do not expire. Whoever made one ends it in HubSpot, by rotating or deleting it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.fast_json import canonical_json
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http
from chalicelib.providers.hubspot.oauth import PASTED, hub_id
from chalicelib.providers.provider import Account, Grant
from chalicelib.providers.token_responses import TIMEOUT, TokenRequest, read_reply, unreadable_response

INFO_PATH = "/oauth/v2/private-apps/get/access-token-info"  # has no version with a date
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(rf"{PASTED}[A-Za-z0-9_-]{{8,500}}", re.ASCII).fullmatch  # "pat-na1-…", "pat-eu1-…"


@dataclass(frozen=True)
class HubSpotPrivateApps:
    """The `PastedTokens` of HubSpot."""

    http: Http
    clock: Clock
    api_url: str
    name: str = "hubspot"
    title: str = "HubSpot"

    def check(self, token: str) -> tuple[Grant, Account]:
        if not _TOKEN(token):
            raise InvalidInput(
                "This is not an access token of HubSpot. Copy the whole token; it begins with pat-.", field="token"
            )
        request = TokenRequest(self.name, self.title)
        reply = self.http.send(
            "POST",
            self.api_url + INFO_PATH,
            service=self.title,
            deadline=Deadline(TIMEOUT),
            headers={
                "Authorization": "Bearer " + token,  # required for accounts in the European data center
                "Content-Type": "application/json",
                "Accept": "application/json",
            },
            body=canonical_json({"tokenKey": token}).encode(),
        )
        told = read_reply(reply, request, self.clock.now())
        if reply.status != 200:
            raise InvalidInput(
                "HubSpot does not accept this token. It may have been rotated or deleted.", field="token"
            )
        account_id = hub_id(told, "hubId")
        if not account_id:
            raise unreadable_response(request)
        return Grant(token, None, NEVER, _scopes(told.get("scopes"))), Account(account_id, "")


def _scopes(value: Json) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
