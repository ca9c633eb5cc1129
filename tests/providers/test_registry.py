"""The table of providers: one entry each, and a provider without one stops the start."""

import ast
from pathlib import Path

import pytest

import chalicelib
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.settings import BadSettings, Settings
from chalicelib.providers.parts import ProviderParts, check_providers
from chalicelib.providers.registry import PROVIDERS, TITLES
from chalicelib.wiring import Wiring
from local.sandbox.sandbox_providers import PROVIDERS as SANDBOX_PROVIDERS
from tests.foundation.test_settings import GOOD

CLIENTS = {f"{name.upper()}_CLIENT_{what}": "some" for name in PROVIDERS for what in ("ID", "SECRET")}
ALL = {**GOOD, **CLIENTS}


def providers(**settings: str) -> ProviderParts:
    return Wiring({**GOOD, **settings}).providers


CODE = Path(chalicelib.__file__).parent
ITS_OWN = {"providers/registry.py", "foundation/settings.py"}  # besides its package


def is_named_in(source: Path, name: str) -> bool:
    """Whether the code of a file, without comments and docstrings, has this name in any case."""
    text = source.read_text()
    if name not in text.lower():
        return False
    return source.suffix != ".py" or name in ast.dump(_without_docstrings(ast.parse(text))).lower()


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return tree


class TestAnotherProvider:
    def test_is_an_entry_its_settings_and_a_package_and_named_nowhere_else(self):
        sources = (path for path in CODE.rglob("*") if path.suffix in {".py", ".html", ".js", ".graphql"})
        named = {path.relative_to(CODE).as_posix() for path in sources if is_named_in(path, "hubspot")}

        assert {path for path in named if not path.startswith("providers/hubspot/")} == ITS_OWN


class TestTable:
    @pytest.mark.parametrize("name", PROVIDERS)
    def test_what_an_entry_builds_has_its_name_and_title(self, name):
        built = providers(**CLIENTS)

        for part in (built.oauth_client(name), built.contacts(name)):
            assert (part.name, part.title) == (name, TITLES[name])

    def test_each_is_built_once(self):
        built = providers()

        assert built.oauth_client("google") is built.oauth_client("google")
        assert built.contacts("google") is built.contacts("google")

    def test_every_provider_with_settings_has_an_entry(self):
        settings = Settings.from_environment(ALL)

        check_providers(settings)
        assert set(settings.providers) == set(PROVIDERS)

    def test_the_sandbox_plays_each_of_them(self):
        assert set(SANDBOX_PROVIDERS) == set(PROVIDERS)

    @pytest.mark.parametrize("name", ["microsoft", "nobody"])
    def test_one_that_is_not_set_up_or_unknown_is_not_found(self, name):
        built = providers()

        for build in (built.oauth_client, built.contacts):
            with pytest.raises(NotFound):
                build(name)

    def test_one_that_is_set_up_but_has_no_entry_stops_the_start_and_is_named(self):
        without = {name: entry for name, entry in PROVIDERS.items() if name != "microsoft"}

        with pytest.raises(BadSettings, match=r"MICROSOFT_CLIENT_ID: is set, but .*missing in .*registry\.py"):
            check_providers(Settings.from_environment(ALL), without)

    def test_one_with_an_entry_but_no_setting_stops_the_start_and_is_named(self):
        more = {**PROVIDERS, "yahoo": PROVIDERS["google"]}

        with pytest.raises(BadSettings, match=r"YAHOO_CLIENT_ID: is no setting yet"):
            check_providers(Settings.from_environment(ALL), more)

    def test_the_origin_of_a_configured_consent_page_may_be_named_as_the_issuer(self):
        issuers = providers(GOOGLE_AUTH_URL="http://127.0.0.1:9000/google/auth").issuers

        assert issuers["google"] == {"https://accounts.google.com", "http://127.0.0.1:9000"}
