"""Callers of the sandbox as any application would call it, with `requests` and nothing else."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from chalicelib.foundation.json import Json
from local.sandbox import Sandbox
from local.sandbox.walk import consent

REDIRECT = "http://127.0.0.1:9/callback"
CONTACTS = "https://www.googleapis.com/auth/contacts.readonly"
VERIFIER = "v" * 64
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ALL_FIELDS = (
    "names,nicknames,emailAddresses,phoneNumbers,organizations,addresses,birthdays,biographies,urls,memberships,"
    "photos,metadata"
)


def a_session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


def parameters_of(url: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}


@dataclass
class Caller:
    """One application's dealings with one account."""

    sandbox: Sandbox
    address: str
    http: requests.Session = field(default_factory=a_session)
    tokens: Json = field(default_factory=dict)

    provider = ""
    authorize_path = ""
    token_path = ""
    scope = ""

    @property
    def client_id(self) -> str:
        return f"sandbox-{self.provider}-client"

    def authorization_parameters(self, **other: str) -> dict[str, str]:
        parameters = {
            "client_id": self.client_id,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": self.scope,
        }
        parameters |= {"state": "state-1", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        return parameters | other

    def authorize_url(self, **other: str) -> str:
        parameters = {name: value for name, value in self.authorization_parameters(**other).items() if value}
        return self.sandbox.origin + self.authorize_path + "?" + urlencode(parameters)

    def consent(self, *, answer: str = "allow", ticks: bool = True, **other: str) -> dict[str, str]:
        """Goes through the screens and returns the parameters of the redirect."""
        return parameters_of(consent(self.authorize_url(**other), self.address, answer=answer, ticks=ticks))

    def ask_token(self, **form: str) -> requests.Response:
        secret = f"sandbox-{self.provider}-secret"
        form_data = {"client_id": self.client_id, "client_secret": secret, **form}
        return self.http.post(self.sandbox.origin + self.token_path, data=form_data, timeout=10)

    def redeem(self, code: str, **other: str) -> requests.Response:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
        return self.ask_token(**(form | other))

    def refresh(self, token: str | None = None, **other: str) -> requests.Response:
        return self.ask_token(grant_type="refresh_token", refresh_token=token or self.tokens["refresh_token"], **other)

    def connect(self, **other: str) -> "Caller":
        answer = self.redeem(self.consent(**other)["code"])
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()
        return self

    def get(
        self, url: str, headers: dict[str, str] | None = None, timeout: float = 10, **query: Json
    ) -> requests.Response:
        whole = url if url.startswith("http") else self.sandbox.origin + url
        bearer = {"Authorization": f"Bearer {self.tokens.get('access_token', 'none')}"}
        return self.http.get(whole, params=query, headers={**bearer, **(headers or {})}, timeout=timeout)

    def control(self, path: str, body: Json = None, method: str = "POST") -> Json:
        answer = self.http.request(method, f"{self.sandbox.origin}/sandbox/{path}", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def do(self, **change: Json) -> Json:
        return self.control(f"accounts/{self.address}/contacts", change)

    def fault(self, fault: str, **other: Json) -> None:
        self.control("faults", {"provider": self.provider, "fault": fault, **other})


class Google(Caller):
    provider, scope = "google", f"openid email {CONTACTS}"
    authorize_path, token_path = "/google/o/oauth2/v2/auth", "/google/token"

    def authorization_parameters(self, **other: str) -> dict[str, str]:
        return super().authorization_parameters(**({"access_type": "offline", "prompt": "consent"} | other))

    def page(self, **query: Json) -> requests.Response:
        parameters = {"personFields": ALL_FIELDS, "pageSize": 100, "requestSyncToken": "true", **query}
        return self.get(
            "/v1/people/me/connections", **{name: value for name, value in parameters.items() if value != ""}
        )

    def pages(self, **query: Json) -> Iterator[Json]:
        token = ""
        while True:
            answer = self.page(pageToken=token, **query)
            assert answer.status_code == 200, answer.text
            yield answer.json()
            token = answer.json().get("nextPageToken", "")
            if not token:
                return

    def people(self, **query: Json) -> list[Json]:
        return [person for page in self.pages(**query) for person in page.get("connections", [])]

    def sync_token(self, **query: Json) -> str:
        return list(self.pages(**query))[-1]["nextSyncToken"]


class Microsoft(Caller):
    provider, scope = "microsoft", "openid profile offline_access Contacts.Read User.Read"
    authorize_path, token_path = "/common/oauth2/v2.0/authorize", "/common/oauth2/v2.0/token"

    def authorization_parameters(self, **other: str) -> dict[str, str]:
        return super().authorization_parameters(**({"nonce": "nonce-1"} | other))

    def walk(self, url: str, headers: dict[str, str] | None = None, **query: Json) -> tuple[list[Json], Json]:
        """Every record behind a link, and the last page."""
        answer = self.get(url, headers, **query)
        found: list[Json] = []
        while True:
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page["value"]
            if "@odata.nextLink" not in page:
                return found, page
            answer = self.get(page["@odata.nextLink"], headers)

    def all_folders(self) -> list[str]:
        """Paths of every folder's contacts, the default folder first."""
        paths, waiting = ["/v1.0/me/contactFolders/contacts"], ["/v1.0/me/contactFolders"]
        while waiting:
            for folder in self.walk(waiting.pop())[0]:
                paths.append(f"/v1.0/me/contactFolders/{folder['id']}")
                waiting.append(paths[-1] + "/childFolders")
        return paths
