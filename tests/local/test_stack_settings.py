"""Which settings a stack gives its parts, and which of them the environment may replace."""

import pytest

from chalicelib.foundation.settings import Settings
from chalicelib.providers.registry import PROVIDERS
from local.stack_settings import Ports, stack_settings, starts_aws

PORTS = Ports(api=8000, aws=8001, sandbox=8002)


class TestStackSettings:
    def test_the_service_accepts_them_as_they_are(self):
        settings = Settings.from_environment(stack_settings(PORTS, {}))

        assert settings.public_url == "http://127.0.0.1:8000"
        assert settings.aws_endpoint_url == "http://127.0.0.1:8001"
        assert set(settings.providers) == set(PROVIDERS)

    def test_everything_stays_on_this_machine(self):
        urls = [value for value in stack_settings(PORTS, {}).values() if "://" in value]

        assert len(urls) > 10
        assert all(url.startswith("http://127.0.0.1:") for url in urls)

    def test_a_configured_google_client_uses_the_real_google(self):
        given = {"GOOGLE_CLIENT_ID": "mine", "GOOGLE_CLIENT_SECRET": "secret"}
        settings = Settings.from_environment(stack_settings(PORTS, given))

        assert settings.google_client_id == "mine"
        assert settings.google_people_url == "https://people.googleapis.com"
        assert settings.microsoft_graph_url == "http://127.0.0.1:8002"

    @pytest.mark.parametrize("name", ["PEOPLE_DATA_LABS_URL", "HUNTER_URL", "TWILIO_LOOKUP_URL"])
    def test_a_vendor_of_enrichment_is_the_sandbox_unless_the_environment_names_another(self, name):
        real = {name: "https://vendor.example"}

        assert stack_settings(PORTS, {})[name] == "http://127.0.0.1:8002"
        assert stack_settings(PORTS, real)[name] == real[name]

    def test_a_configured_issuer_does_not_use_the_sandboxs_client(self):
        settings = stack_settings(PORTS, {"AUTH_ISSUER": "https://login.example"})

        assert "SIGNIN_CLIENT_ID" in stack_settings(PORTS, {})
        assert not {"SIGNIN_CLIENT_ID", "SIGNIN_CLIENT_SECRET", "AUTH_JWKS_URL"} & set(settings)

    @pytest.mark.parametrize("name", ["GOOGLE_PEOPLE_URL", "AUTH_ISSUER", "PUBLIC_URL", "CRON_SECRET", "JOBS_TABLE"])
    def test_any_setting_of_the_environment_wins(self, name):
        assert stack_settings(PORTS, {name: "https://elsewhere.example"})[name] == "https://elsewhere.example"

    def test_an_empty_one_counts_as_none(self):
        assert stack_settings(PORTS, {"PUBLIC_URL": ""})["PUBLIC_URL"] == "http://127.0.0.1:8000"

    def test_the_queue_alone_can_be_switched_off_by_an_empty_one(self):
        assert stack_settings(PORTS, {"WORK_QUEUE_URL": ""})["WORK_QUEUE_URL"] == ""

    def test_the_credentials_of_a_real_account_never_reach_the_embedded_aws(self):
        given = {"AWS_ACCESS_KEY_ID": "real", "AWS_SECRET_ACCESS_KEY": "real", "AWS_PROFILE": "work"}
        settings = stack_settings(PORTS, given)

        assert settings["AWS_ACCESS_KEY_ID"] == "test"
        assert "AWS_PROFILE" not in settings

    def test_a_configured_aws_is_used_with_its_credentials(self):
        given = {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_ACCESS_KEY_ID": "mine"}
        settings = stack_settings(PORTS, given)

        assert not starts_aws(given)
        assert (settings["AWS_ENDPOINT_URL"], settings["AWS_ACCESS_KEY_ID"]) == ("http://127.0.0.1:4566", "mine")
        assert settings["WORK_QUEUE_URL"].startswith("http://127.0.0.1:4566/")

    def test_each_stack_has_a_secret_of_its_own(self):
        assert stack_settings(PORTS, {})["CRON_SECRET"] != stack_settings(PORTS, {})["CRON_SECRET"]
