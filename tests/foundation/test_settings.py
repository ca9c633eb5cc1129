"""The settings: read once, with all errors reported together, each with its variable and its fix."""

import phonenumbers
import pytest

from chalicelib.foundation.setting_kinds import is_loopback, url_origin
from chalicelib.foundation.settings import BadSettings, Settings

GOOD = {
    "PUBLIC_URL": "https://contacts.example",
    "CRON_SECRET": "a-secret-of-enough-length",
    "AUTH_ISSUER": "https://login.example/",
    "AUTH_AUDIENCE": "contact-intake",
    "AUTH_JWKS_URL": "https://login.example/jwks",
    "GOOGLE_CLIENT_ID": "google-id",
    "GOOGLE_CLIENT_SECRET": "google-secret-canary",
    "TOKEN_KMS_KEY_ID": "alias/tokens",
    "JOBS_TABLE": "jobs",
    "CONTACTS_TABLE": "contacts",
    "PEOPLE_TABLE": "people",
    "LEADS_TABLE": "leads",
    "BLOBS_BUCKET": "blobs",
    "AWS_REGION": "eu-central-1",
}


def settings(**changes: str) -> Settings:
    return Settings.from_environment({**GOOD, **changes})


def faults_of(**changes: str) -> dict[str, str]:
    with pytest.raises(BadSettings) as raised:
        settings(**changes)
    return raised.value.faults


class TestProviders:
    def test_a_provider_is_set_up_by_a_client_or_by_accepting_tokens(self):
        client = settings(HUBSPOT_CLIENT_ID="id", HUBSPOT_CLIENT_SECRET="secret")
        tokens = settings(HUBSPOT_TOKENS="true")

        assert [each.providers for each in (settings(), client, tokens)] == [
            ("google",),
            ("google", "hubspot"),
            ("google", "hubspot"),
        ]
        assert (client.offers_consent("hubspot"), client.accepts_tokens("hubspot")) == (True, False)
        assert (tokens.offers_consent("hubspot"), tokens.accepts_tokens("hubspot")) == (False, True)

    def test_tokens_alone_are_a_way_to_import(self):
        assert settings(GOOGLE_CLIENT_ID="", GOOGLE_CLIENT_SECRET="", HUBSPOT_TOKENS="true").providers == ("hubspot",)


class TestReading:
    def test_a_missing_setting_has_its_default(self):
        read = settings()

        assert (read.import_claim_limit, read.max_live_jobs, read.removal_limit) == (2, 20, 0.2)
        assert (read.cron_allow_query_key, read.microsoft_tenant, read.work_queue_url) == (True, "common", "")
        assert read.google_people_url == "https://people.googleapis.com"
        assert read.microsoft_login_url == "https://login.microsoftonline.com"
        assert (read.people_data_labs_url, read.hunter_url, read.twilio_lookup_url) == (
            "https://api.peopledatalabs.com",
            "https://api.hunter.io",
            "https://lookups.twilio.com",
        )

    def test_a_given_setting_is_used(self):
        read = settings(IMPORT_CLAIM_LIMIT="7", REMOVAL_LIMIT="0.5", CRON_ALLOW_QUERY_KEY="false", DEFAULT_REGION="de")

        assert (read.import_claim_limit, read.removal_limit) == (7, 0.5)
        assert (read.cron_allow_query_key, read.default_region) == (False, "DE")

    def test_an_empty_variable_is_one_that_is_not_set(self):
        assert settings(IMPORT_CLAIM_LIMIT="  ").import_claim_limit == 2

    def test_a_trailing_slash_of_our_own_address_is_dropped_but_the_issuers_is_part_of_its_name(self):
        read = settings(PUBLIC_URL="https://contacts.example/")

        assert (read.public_url, read.auth_issuer) == ("https://contacts.example", "https://login.example/")

    def test_the_region_may_come_by_either_name(self):
        env = {name: value for name, value in GOOD.items() if name != "AWS_REGION"}

        assert Settings.from_environment({**env, "AWS_DEFAULT_REGION": "us-east-1"}).aws_region == "us-east-1"

    def test_a_provider_is_offered_if_it_is_configured(self):
        both = settings(MICROSOFT_CLIENT_ID="id", MICROSOFT_CLIENT_SECRET="secret")

        assert (settings().providers, both.providers) == (("google",), ("google", "microsoft"))

    def test_no_secret_shows_when_settings_are_printed(self):
        shown = repr(settings(MICROSOFT_CLIENT_ID="id", MICROSOFT_CLIENT_SECRET="ms-canary"))

        assert "canary" not in shown
        assert GOOD["CRON_SECRET"] not in shown


class TestRefusing:
    def test_all_invalid_variables_are_reported_in_one_error(self):
        faults = faults_of(PUBLIC_URL="contacts.example", CRON_SECRET="", REMOVAL_LIMIT="lots", MAX_LIVE_JOBS="0")

        assert set(faults) == {"PUBLIC_URL", "CRON_SECRET", "REMOVAL_LIMIT", "MAX_LIVE_JOBS"}

    def test_the_error_says_how_to_fix_it(self):
        with pytest.raises(BadSettings, match=r"REMOVAL_LIMIT: must be a number from 0 to 1, such as 0\.2"):
            settings(REMOVAL_LIMIT="20%")

    @pytest.mark.parametrize("name", sorted(set(GOOD) - {"GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "AWS_REGION"}))
    def test_a_missing_required_setting_is_reported(self, name):
        assert faults_of(**{name: ""}) == {name: "is missing. Set it."}

    def test_a_region_is_required(self):
        assert set(faults_of(AWS_REGION="")) == {"AWS_REGION or AWS_DEFAULT_REGION"}

    def test_a_short_cron_secret_is_refused_and_not_repeated(self):
        faults = faults_of(CRON_SECRET="hunter2")

        assert "too short" in faults["CRON_SECRET"]
        assert "hunter2" not in str(faults)

    @pytest.mark.parametrize("value", ["ein-geheimnis-für-alle", "a-secret-with-a\ttab", "a-secret-with-a-\u200b"])
    def test_a_cron_secret_that_no_header_can_carry_is_refused_and_not_repeated(self, value):
        faults = faults_of(CRON_SECRET=value)

        assert "printable ASCII: letters" in faults["CRON_SECRET"]
        assert value not in str(faults)

    @pytest.mark.parametrize("value", ["common", "8eaef023-2b34-4da1-9baa-8bc8c9d6a490", "contoso.onmicrosoft.com"])
    def test_a_tenant_is_a_word_an_id_or_a_domain(self, value):
        assert settings(MICROSOFT_TENANT=value).microsoft_tenant == value

    @pytest.mark.parametrize("value", ["a/b", "..", "a b", "a?b", "a%2Fb", "contoso.com/", "kö.example"])
    def test_a_tenant_that_would_lead_to_another_path_is_refused(self, value):
        assert "id or domain of a tenant" in faults_of(MICROSOFT_TENANT=value)["MICROSOFT_TENANT"]

    @pytest.mark.parametrize(
        "address", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000", "http://app.localhost"]
    )
    def test_plain_http_is_fine_on_this_machine(self, address):
        assert settings(PUBLIC_URL=address).public_url == address

    @pytest.mark.parametrize(
        "address",
        [
            "http://contacts.example",
            "http://192.168.1.4",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "ftp://contacts.example",
            "https://",
            "https://ann:secret@contacts.example",
            "https://contacts.example/#a",
            "https://contacts.example/?a=b",
            "https://contacts.example:port",
            "https://contacts example",
            "javascript:alert(1)",
            "//contacts.example",
        ],
    )
    def test_any_other_address_of_ours_is_refused(self, address):
        assert set(faults_of(PUBLIC_URL=address)) == {"PUBLIC_URL"}

    def test_events_go_to_this_machine_only_if_the_service_is_there_too(self):
        local = {"PUBLIC_URL": "http://127.0.0.1:8000", "EVENTS_ALLOW_LOOPBACK": "true"}

        assert settings(**local).events_allow_loopback
        assert set(faults_of(EVENTS_ALLOW_LOOPBACK="true")) == {"EVENTS_ALLOW_LOOPBACK"}

    def test_a_client_without_its_secret_is_refused(self):
        assert set(faults_of(GOOGLE_CLIENT_SECRET="")) == {"GOOGLE_CLIENT_SECRET"}
        assert set(faults_of(MICROSOFT_CLIENT_SECRET="only")) == {"MICROSOFT_CLIENT_ID"}
        assert set(faults_of(SIGNIN_CLIENT_SECRET="only")) == {"SIGNIN_CLIENT_ID"}

    @pytest.mark.parametrize("sender", ["contacts@example.com", "Contact Intake <no-reply@mail.example.com>"])
    def test_emails_come_from_an_address_or_a_name_with_one(self, sender):
        read = settings(EMAIL_SENDER=sender, EMAIL_CONFIGURATION_SET="our-set", EMAIL_REGION="eu-west-1")

        assert (read.email_sender, read.email_configuration_set, read.email_region) == (sender, "our-set", "eu-west-1")

    @pytest.mark.parametrize(
        "sender",
        [
            "contacts",
            "contacts@localhost",
            "<contacts@example.com>",
            "Contacts <contacts@example.com",
            "contacts@example.com>",
            "Kontäkte <contacts@example.com>",
            "a@example.com, b@example.com",
            "a@example.com\r\nBcc: b@example.com",
        ],
    )
    def test_any_other_sender_is_refused(self, sender):
        assert set(faults_of(EMAIL_SENDER=sender)) == {"EMAIL_SENDER"}

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("EMAIL_CONFIGURATION_SET", "our-set"),
            ("EMAIL_REGION", "eu-west-1"),
            ("EMAIL_ENDPOINT_URL", "http://localhost:8002"),
        ],
    )
    def test_settings_of_emails_without_a_sender_are_refused(self, name, value):
        assert set(faults_of(**{name: value})) == {"EMAIL_SENDER"}

    def test_without_any_provider_nothing_can_be_imported(self):
        assert set(faults_of(GOOGLE_CLIENT_ID="", GOOGLE_CLIENT_SECRET="")) == {"GOOGLE_CLIENT_ID"}

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("IMPORT_CLAIM_LIMIT", "two"),
            ("IMPORT_CLAIM_LIMIT", "-1"),
            ("IMPORT_CLAIM_LIMIT", "1000"),
            ("REMOVAL_LIMIT", "nan"),
            ("REQUESTS_PER_MINUTE", "0"),
            ("REQUESTS_AT_ONCE", "many"),
            ("REMOVAL_LIMIT", "1.5"),
            ("CRON_ALLOW_QUERY_KEY", "perhaps"),
            ("EMAIL_CONFIGURATION_SET", "our set"),
            ("EMAIL_REGION", "Ireland"),
            ("DEFAULT_REGION", "Germany"),
            ("DEFAULT_REGION", "XX"),
            ("DEFAULT_REGION", "UK"),
            ("AWS_DEFAULT_REGION", "Frankfurt am Main"),
            ("JOBS_TABLE", "all jobs"),
            ("CONTACTS_TABLE", "c"),
            ("PEOPLE_TABLE", "people/live"),
            ("BLOBS_BUCKET", "My_Bucket"),
            ("LOG_LEVEL", "LOUD"),
            ("ALLOWED_ORIGIN", "https://app.example/path"),
            ("ALLOWED_ORIGIN", "https://app.example,"),
            ("ALLOWED_ORIGIN", "*, https://app.example"),
            ("SERVICE_CLIENTS", "crm"),
            ("SERVICE_CLIENTS", '["crm"]'),
            ("SERVICE_CLIENTS", '{"crm": {"title": "CRM"}}'),
            ("SERVICE_CLIENTS", '{"crm": ""}'),
            ("AUTH_AUDIENCE", "a\nb"),
            ("WORK_QUEUE_URL", "contact-intake-work"),
        ],
    )
    def test_a_value_of_the_wrong_kind_is_refused(self, name, value):
        variables = {"AWS_REGION": "", name: value} if name == "AWS_DEFAULT_REGION" else {name: value}

        (faults,) = faults_of(**variables)
        assert name in faults

    def test_every_region_whose_numbers_can_be_read_is_one(self):
        for region in phonenumbers.SUPPORTED_REGIONS:
            assert settings(DEFAULT_REGION=region).default_region == region


class TestAllowedOrigins:
    def test_several_are_separated_by_commas(self):
        assert settings(ALLOWED_ORIGIN="https://a.example, http://localhost:5173,https://a.example").allowed_origin == (
            "https://a.example",
            "http://localhost:5173",
        )

    def test_any_is_a_star_and_none_is_nothing(self):
        assert settings(ALLOWED_ORIGIN="*").allowed_origin == ("*",)
        assert settings(ALLOWED_ORIGIN="").allowed_origin == ()


class TestReturnTo:
    def test_names_lead_to_addresses_or_to_our_own_pages(self):
        named = settings(RETURN_TO='{"app": "https://app.example/contacts?tab=1", "home": "/"}').return_to

        assert named == {"app": "https://app.example/contacts?tab=1", "home": "/"}

    @pytest.mark.parametrize(
        "text",
        [
            "app",
            '["https://app.example"]',
            '{"app": 1}',
            '{"App page": "https://app.example"}',
            '{"app": "//evil.example"}',
            '{"app": "/\\\\evil.example"}',
            '{"app": "javascript:alert(1)"}',
            '{"app": "http://app.example"}',
        ],
    )
    def test_anything_else_is_refused(self, text):
        assert set(faults_of(RETURN_TO=text)) == {"RETURN_TO"}


class TestOrigins:
    def test_case_and_path_do_not_matter_the_port_does(self):
        assert url_origin("HTTPS://Login.Example:8443/a/b") == "https://login.example:8443"

    @pytest.mark.parametrize("text", ["", "login.example", "/path", "https://[", "https://a\\b"])
    def test_what_is_no_address_has_none(self, text):
        assert url_origin(text) == ""

    def test_this_machine_is_known_by_its_addresses(self):
        assert is_loopback("127.8.0.1")
        assert not is_loopback("10.0.0.1")
