"""The home page."""

from chalicelib.foundation.router import App, Router
from chalicelib.home.parts import HomeParts
from chalicelib.home.routes import routes
from chalicelib.providers.registry import TITLES
from local import gateway
from local.api import Api


def page_with(service, titles) -> str:
    app = App("home", configure_logs=False, env={})
    routes(Router(app, service.wiring), HomeParts(service.wiring.shared, provider_titles=titles))
    return Api(app).answer(gateway.HttpRequest("GET", "/", (), b"")).to("GET").body.decode()


class TestProviders:
    def test_all_in_the_table_are_named(self, service):
        assert service.get("/").text == page_with(service, list(TITLES.values()))
        assert "Connect Google or Microsoft." in service.get("/").text

    def test_a_third_one_is_named_by_its_title(self, service):
        assert "Connect Google, Microsoft, or Fastmail." in page_with(service, [*TITLES.values(), "Fastmail"])
