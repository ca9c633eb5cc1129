"""A dependency hangs, closes the connection or is down: 503 within the request's deadline, as a problem or a page."""

import time
from collections.abc import Iterator

import pytest

from app import create_app
from chalicelib.foundation.aws import AwsClients
from chalicelib.foundation.http_client import HttpClient
from chalicelib.foundation.jwks import fetcher
from chalicelib.providers.parts import ProviderParts
from local.api import Api
from tests.fakes.silent import breaks_off, fails, hangs, refuses, resets, silent
from tests.routes.service import Service

REQUEST_SECONDS, READ_SECONDS = 1.5, 0.2  # in place of 25 and 5
PATIENT = 10.0  # for any machine; without a limit it would be half a minute and more
PAGE = "text/html"
WAYS = {"hangs": hangs, "resets": resets, "breaks off": breaks_off, "fails": fails}


@pytest.fixture(params=[*WAYS, "refuses"])
def address(request) -> Iterator[str]:
    with refuses() if request.param == "refuses" else silent(WAYS[request.param]) as found:
        yield found


def without(address: str, *services: str) -> Service:
    """The whole service, with some of AWS at that address."""
    made = Service()
    real, kept = AwsClients("us-east-1", address, read_seconds=READ_SECONDS), made.wiring.shared.clients
    made.wiring.shared.clients = lambda service: real(service) if service in services else kept(service)
    made.wiring.shared.__dict__.pop("dynamo", None)
    return with_little_time(made)


def with_little_time(made: Service) -> Service:
    made.app = create_app(made.wiring)
    made._api = Api(made.app, timeout_seconds=REQUEST_SECONDS)
    return made


def assert_unavailable_in_time(response, began: float) -> None:
    assert response.status == 503, response.text
    assert int(response.headers["retry-after"]) > 0
    assert time.monotonic() - began < PATIENT


class TestTables:
    def test_an_api_client_gets_a_problem(self, address):
        service, began = without(address, "dynamodb"), time.monotonic()

        response = service.get("/api/v1/imports", who="ann")

        assert_unavailable_in_time(response, began)
        assert (response.json["type"], response.json["status"]) == ("/problems/unavailable", 503)

    def test_a_browser_gets_an_error_page(self, address):
        service, began = without(address, "dynamodb"), time.monotonic()

        response = service.get("/contacts", cookies={"__Host-session": f"{'i' * 22}.{'s' * 43}"}, Accept=PAGE)

        assert_unavailable_in_time(response, began)
        assert response.headers["content-type"].startswith("text/html")

    def test_graphql_says_it_in_its_own_way(self, address):
        service, began = without(address, "dynamodb"), time.monotonic()

        response = service.post("/graphql", who="ann", body={"query": "{ bulkJobs { nextCursor } }"})

        assert_unavailable_in_time(response, began)
        [error] = response.json["errors"]
        assert error["extensions"] == {"code": "UNAVAILABLE", "retryAfter": 10}

    def test_a_write_gets_the_same_error(self, address):
        service, began = without(address, "dynamodb"), time.monotonic()

        assert_unavailable_in_time(service.post("/api/v1/collections", who="ann", body={"name": "Friends"}), began)


class TestTheRest:
    def test_a_bucket(self, address):
        service, began = without(address, "s3"), time.monotonic()

        assert_unavailable_in_time(
            service.post("/api/v1/contacts/bulk", who="ann", body={"contacts": [{"given": "Ada"}]}), began
        )

    def test_a_key(self, address):
        service, began = without(address, "kms"), time.monotonic()

        assert_unavailable_in_time(service.get("/api/v1/contacts/import/google/start", who="ann"), began)

    def test_the_issuers_keys(self, address):
        service, began = Service(), time.monotonic()
        service.wiring.shared._given_keys = fetcher(f"{address}/jwks", whole_seconds=READ_SECONDS)
        with_little_time(service)

        assert_unavailable_in_time(service.get("/api/v1/imports", who="ann"), began)

    def test_the_issuers_own_description(self, address):
        service, began = Service(AUTH_ISSUER=f"{address}/issuer"), time.monotonic()
        service.wiring.shared._given_http = HttpClient()
        with_little_time(service)

        response = service.get("/sign-in", Accept=PAGE)

        assert_unavailable_in_time(response, began)
        assert response.headers["content-type"].startswith("text/html")

    def test_a_providers_token_endpoint_in_the_midst_of_a_consent(self, address):
        service = Service(GOOGLE_TOKEN_URL=f"{address}/token", GOOGLE_USERINFO_URL=f"{address}/userinfo")
        consent = service.begin_consent()
        service.wiring.shared._given_http = HttpClient()
        service.wiring.shared.__dict__.pop("http", None)
        service.wiring.providers.oauth_clients = {"google": ProviderParts(service.wiring.shared).oauth_client("google")}
        with_little_time(service)
        began = time.monotonic()

        response = service.come_back(consent)

        assert_unavailable_in_time(response, began)
        assert response.headers["content-type"].startswith("text/html")


class TestOtherErrors:
    def test_a_bug_is_a_500(self, service):
        service.wiring.provider_imports.__dict__["list_imports"] = None

        assert service.get("/api/v1/imports", who="ann").status == 500
