"""The home page."""

from chalicelib.foundation.router import App, Router
from chalicelib.home.parts import HomeParts
from chalicelib.home.routes import routes
from local import gateway
from local.api import Api
from tests.routes.service import Service


def page_with(service, titles) -> str:
    app = App("home", configure_logs=False, env={})
    routes(Router(app, service.wiring), HomeParts(service.wiring.shared, provider_titles=lambda: titles))
    return Api(app).answer(gateway.HttpRequest("GET", "/", (), b"")).to("GET").body.decode()


class TestProviders:
    def test_those_that_are_set_up_are_named(self, service):
        assert service.get("/").text == page_with(service, ["Google", "Microsoft"])
        assert "Connect Google or Microsoft." in service.get("/").text

    def test_one_more_is_named_by_its_title(self, service):
        assert "Connect Google, Microsoft, or Fastmail." in page_with(service, ["Google", "Microsoft", "Fastmail"])
        assert "Connect Google, Microsoft, or HubSpot." in Service(HUBSPOT_TOKENS="true").get("/").text
