"""The whole service, from the HTTP request on, over an in-memory AWS and fake providers.

Every response is checked against the OpenAPI document.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from jinja2 import Environment

from app import create_app
from chalicelib.books.changes import ledger_lines
from chalicelib.books.intake import Intake, Limits
from chalicelib.contacts.source_record import SourceContact
from chalicelib.foundation.csrf import csrf_token
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.ids import fresh_id
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.providers.parts import ProviderParts
from chalicelib.shared_parts import SharedParts
from chalicelib.web.pages import WebPages
from chalicelib.wiring import RESERVE, Wiring
from chalicelib.wiring.rooms import ROOMS
from local import gateway
from local.api import Api
from tests.api_description import ApiDescription
from tests.fakes.account import FakeProvider
from tests.fakes.choices import NamedChoices
from tests.fakes.clock import FixedClock
from tests.fakes.executor import InlineExecutor
from tests.fakes.issuer import AUDIENCE, ISSUER, FakeIssuer
from tests.fakes.kms import FakeKms
from tests.fakes.oauth_client import FakeOAuthClient, FakePastedTokens
from tests.fakes.openid import CLIENT_ID, CLIENT_SECRET, FakeOpenId
from tests.fakes.s3 import FakeS3
from tests.fakes.ses import FakeSes
from tests.fakes.tables import empty_tables

HOME = "https://contacts.example"
FRONTEND = "https://app.example"
CRON_SECRET = "a-secret-of-the-schedule"
SETTINGS = {
    "PUBLIC_URL": HOME,
    "ALLOWED_ORIGIN": FRONTEND,
    "RETURN_TO": json.dumps({"settings": f"{FRONTEND}/settings"}),
    "CRON_SECRET": CRON_SECRET,
    "AUTH_ISSUER": ISSUER,
    "AUTH_AUDIENCE": AUDIENCE,
    "AUTH_JWKS_URL": f"{ISSUER}/jwks",
    "REQUESTS_AT_ONCE": "1000000",  # the clock of most tests stands still
    "SERVICE_CLIENTS": json.dumps({name: f"Example {name}" for name in ("reader", "writer", "importer", "stranger")}),
    "SIGNIN_CLIENT_ID": CLIENT_ID,
    "SIGNIN_CLIENT_SECRET": CLIENT_SECRET,
    "GOOGLE_CLIENT_ID": "google-client",
    "GOOGLE_CLIENT_SECRET": "google-secret",
    "MICROSOFT_CLIENT_ID": "microsoft-client",
    "MICROSOFT_CLIENT_SECRET": "microsoft-secret",
    "TOKEN_KMS_KEY_ID": "alias/tokens",
    "JOBS_TABLE": "jobs",
    "CONTACTS_TABLE": "contacts",
    "PEOPLE_TABLE": "people",
    "LEADS_TABLE": "leads",
    "BLOBS_BUCKET": "blobs",
    "AWS_REGION": "eu-central-1",
}


class FakeProviders(ProviderParts):
    """Providers in memory."""

    oauth_clients: Mapping[str, FakeOAuthClient]
    pasted: Mapping[str, FakePastedTokens]
    accounts: Mapping[str, FakeProvider]
    chosen_from: NamedChoices

    def oauth_client(self, provider: str) -> FakeOAuthClient:
        if provider not in self.oauth_clients:
            raise NotFound("There is no such provider here.")
        return self.oauth_clients[provider]

    def pasted_tokens(self, provider: str) -> FakePastedTokens:
        if provider not in self.pasted or not self.accepts_tokens(provider):
            raise NotFound("There are no tokens of this provider here.")
        return self.pasted[provider]

    def contacts(self, provider: str) -> FakeProvider:
        return self.accounts[provider]

    def choices(self, provider: str) -> NamedChoices | None:
        return None if self.entry(provider).choices is None else self.chosen_from


class SharedByTests(SharedParts):
    """What all rooms share, with the templates that an earlier service of this process compiled."""

    _compiled: ClassVar[dict[str, Environment]] = {}  # by public URL

    @cached_property
    def pages(self) -> WebPages:
        pages = super().pages
        pages._templates = self._compiled.setdefault(self.public_url, pages._templates)
        return pages


@dataclass(frozen=True)
class ServiceResponse:
    """A response of the service. `cookies` maps names to the values of their `Set-Cookie` headers."""

    status: int
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


class SlowQueue:
    """A work queue that accepts messages and does not deliver them."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send_message(self, *, QueueUrl: str, MessageBody: str, **_: Any) -> None:  # noqa: N803 # as SQS has it
        self.sent.append(MessageBody)


class Service:
    _description: ClassVar[ApiDescription | None] = None

    def __init__(self, **settings: str) -> None:
        self._settings = settings
        self.clock, self.issuer, self.dynamodb = FixedClock(), FakeIssuer(), empty_tables()
        self.google = FakeOAuthClient("google", "Google", self.clock.now)
        self.microsoft = FakeOAuthClient("microsoft", "Microsoft", self.clock.now)
        self.hubspot, self.tokens = FakeOAuthClient("hubspot", "HubSpot", self.clock.now), FakePastedTokens("HubSpot")
        self.bucket, self.kms, self.openid = FakeS3(), FakeKms(), FakeOpenId(self.issuer)
        self.ses = FakeSes()
        clients = {"dynamodb": self.dynamodb, "kms": self.kms, "s3": self.bucket, "sqs": SlowQueue(), "sesv2": self.ses}
        environment = {**SETTINGS, **settings}
        shared = SharedByTests(
            environment,
            ROOMS,
            clients=clients.__getitem__,
            http=self.openid,
            keys=self.issuer.fetch,
            clock=self.clock,
            chance=random.Random(7),
            executor=InlineExecutor(),
        )
        self.wiring = Wiring(environment, shared=shared, providers=FakeProviders)
        self.wiring.providers.oauth_clients = {each.name: each for each in (self.google, self.microsoft, self.hubspot)}
        self.choices = self.wiring.providers.chosen_from = NamedChoices()
        self.wiring.providers.pasted = {"hubspot": self.tokens}
        self.app = create_app(self.wiring)
        self._api = Api(self.app)

    def copy(self) -> "Service":
        """A service that has just started, with what this one has stored, at the same time."""
        other = Service(**self._settings)
        other.clock.at = self.clock.at
        other.dynamodb.copy_from(self.dynamodb)
        other.bucket.copy_from(self.bucket)
        other.kms.copy_from(self.kms)
        return other

    # ── asking

    def ask(
        self,
        method: str,
        target: str,
        *,
        who: str | None = None,
        roles: tuple[str, ...] = (),
        organizations: Mapping[str, list[str]] | None = None,
        session: "PageSession | None" = None,
        cookies: Mapping[str, str] | None = None,
        body: Any = None,
        form: Mapping[str, str | list[str]] | None = None,
        **headers: str,
    ) -> ServiceResponse:
        """One request; header names with _ for -, `who` by a bearer token of theirs, `session` from a page of ours."""
        given = {"x-request-id": "of-this-test"}  # one for all, so that equal answers are equal
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if who is not None:
            claims = {"roles": list(roles), "name": who.title(), "organizations": organizations}
            given["Authorization"] = "Bearer " + self.issuer.token(who, **claims)
        if session is not None:
            cookies = {**(cookies or {}), "__Host-session": session.carried}
            given.setdefault("x-csrf-token", session.csrf)
        if cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        raw = b""
        if body is not None:
            given.setdefault("Content-Type", "application/json")
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        if form is not None:
            given["Content-Type"], raw = "application/x-www-form-urlencoded", urlencode(form, doseq=True).encode()
        answer = self._api.answer(gateway.HttpRequest(method, target, tuple(given.items()), raw)).to(method)
        response = _service_response(answer)
        if method != "OPTIONS" and response.status != 405:
            asked, path = "GET" if method == "HEAD" else method, urlsplit(target).path
            self.description.check(asked, path, response.status, response.headers, response.body)
        return response

    def get(self, target: str, **more: Any) -> ServiceResponse:
        return self.ask("GET", target, **more)

    def post(self, target: str, **more: Any) -> ServiceResponse:
        return self.ask("POST", target, **more)

    @property
    def description(self) -> ApiDescription:
        """The OpenAPI document. All instances share it, because creating it takes longer than most tests."""
        if Service._description is None:
            Service._description = ApiDescription(self.wiring.home.describe(self.app.router.routes))
        return Service._description

    # ── what happens

    def sign_in(self, who: str = "ann", **claims: Any) -> "PageSession":
        """A person signs in on the page."""
        begun = self.get("/sign-in")
        self.openid.claims = claims
        back = urlencode(self.openid.agrees(begun.headers["location"], who))
        response = self.get(f"/sign-in/callback?{back}", cookies=jar_of(begun.cookies))
        assert response.status == 303, response.text
        carried = jar_of(response.cookies)["__Host-session"]
        return PageSession(carried, csrf_token(carried.partition(".")[2]))

    def begin_consent(self, who: str = "ann", provider: str = "google", **query: str) -> "Consent":
        response = self.get(f"/api/v1/contacts/import/{provider}/start?{urlencode(query)}", who=who)
        assert response.status == 200, response.text
        return Consent(
            response.json["job_id"], provider, state_in(response.json["authorization_url"]), response.cookies
        )

    def come_back(
        self, consent: "Consent", *, own: bool = True, accept: str = "text/html", **query: str
    ) -> ServiceResponse:
        """The provider redirects to the callback. `own` is whether the browser is the one that started the consent."""
        query = {"state": consent.state, "code": "the-code", **query}
        target = f"/api/v1/contacts/import/{consent.provider}/callback?" + urlencode(query)
        return self.get(target, cookies=consent.jar if own else None, Accept=accept)

    def start_import(self, who: str = "ann", provider: str = "google") -> str:
        """Starts an import of a person and returns its id."""
        consent = self.begin_consent(who, provider)
        response = self.come_back(consent)
        assert response.status == 303, response.text
        return consent.job_id

    def run(self, job_id: str) -> Run:
        """A worker's handle on a job that it has just claimed."""
        job = self.wiring.shared.jobs.claim(job_id, fresh_id(), self.clock.now())
        assert job is not None, "it is not due"
        return Run(self.wiring.shared.jobs, self.clock, job, until=self.clock.now() + RESERVE * 20, reserve=RESERVE)

    def finish_import(
        self,
        job_id: str,
        names: tuple[str, ...] = ("Ada", "Bob"),
        *,
        addresses: Mapping[str, str] | None = None,
        **details: Any,
    ) -> Job:
        """Let an import read these people and end; their addresses are made of their names unless given."""
        run = self.run(job_id)
        source = f"{run.job.details['provider']}:{run.job.details['connection_id']}"
        intake = Intake(
            self.wiring.shared.contacts,
            owner=run.job.owner,
            source=source,
            region="US",
            job=job_id,
            generation=run.job.generation,
            now=self.clock.now,
            fresh_id=fresh_id,
        )
        intake.reload_book()
        people = [_person(name, (addresses or {}).get(name, f"{name}@x.org")) for name in names]
        chunk = intake.plan(people, Limits())
        finished = self.wiring.accounts.connections.writes.finish_import(run.job, "sync")
        run.commit(
            Progress(
                None,
                lines=ledger_lines(chunk),
                writes=chunk.writes,
                state=JobState.COMPLETED,
                extra_writes=[finished],
                details=details,
            )
        )
        return run.job


@dataclass(frozen=True)
class PageSession:
    """What a browser holds of a session, and the token that its pages know."""

    carried: str
    csrf: str


@dataclass(frozen=True)
class Consent:
    """A consent that was begun. `cookies` are as they were set, `jar` as a browser sends them back."""

    job_id: str
    provider: str
    state: str
    cookies: Mapping[str, str]

    @property
    def jar(self) -> dict[str, str]:
        return jar_of(self.cookies)


def _person(name: str, address: str) -> SourceContact:
    return SourceContact(f"id-{name}", {"display": name, "emails": [{"value": address}]})


def jar_of(cookies: Mapping[str, str]) -> dict[str, str]:
    return {name: each.partition(";")[0].partition("=")[2] for name, each in cookies.items()}


def state_in(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]


def _service_response(answer: gateway.HttpResponse) -> ServiceResponse:
    cookies = [value for name, value in answer.headers if name == "Set-Cookie"]
    return ServiceResponse(
        answer.status,
        {name.lower(): value for name, value in answer.headers if name != "Set-Cookie"},
        {cookie.partition("=")[0]: cookie for cookie in cookies},
        answer.body,
    )
