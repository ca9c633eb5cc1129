"""Connecting an account, as a browser and an API client see it."""

import json
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.foundation.errors import ProviderBroken, ProviderBusy
from chalicelib.providers.provider import Account
from tests.examples import examples
from tests.routes.service import FRONTEND, HOME, Service, jar_of

START = "/api/v1/contacts/import/google/start"
CALLBACK = "/api/v1/contacts/import/google/callback"
CONFIRM = "/api/v1/contacts/import/confirm"
ODD_PLACES = ["//e.example", "\\\\e", "/%2f%2fe", "javascript:alert(1)", "https://e.example", "settings\r\nX-Evil: 1"]


def key_in(page: str) -> str:
    return page.partition('name="confirmation_key" value="')[2].partition('"')[0]


class TestStart:
    def test_an_api_client_gets_the_address_and_the_reserved_id(self, service):
        response = service.get(START, who="ann")

        assert response.status == 200
        assert response.json["authorization_url"].startswith("https://google.example/authorize?")
        assert service.get(f"/api/v1/imports/{response.json['job_id']}", who="ann").status == 404

    def test_a_browser_is_sent_there(self, service):
        response = service.get(START, who="ann", Accept="text/html,application/xhtml+xml,*/*;q=0.8")

        assert (response.status, response.body) == (302, b"")
        assert response.headers["location"].startswith("https://google.example/authorize?")

    def test_the_binding_cookie_can_be_neither_read_nor_moved(self, service):
        cookie = service.get(START, who="ann").cookies["__Host-consent"]

        assert cookie.split("; ")[1:] == ["Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax", "Secure"]
        assert len(cookie.partition("=")[2].partition(";")[0]) == 43

    def test_on_plain_http_of_this_machine_a_cookie_has_neither_prefix_nor_secure(self):
        service = Service(PUBLIC_URL="http://127.0.0.1:8000")

        cookie = service.get(START, who="ann").cookies["consent"]

        assert cookie.split("; ")[1:] == ["Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax"]

    def test_starting_requires_signing_in(self, service):
        response = service.get(START)

        assert (response.status, response.json["type"]) == (401, "/problems/not-signed-in")
        assert response.headers["www-authenticate"] == "Bearer"

    def test_an_unknown_provider_is_not_found(self, service):
        assert service.get("/api/v1/contacts/import/yahoo/start", who="ann").status == 404

    @settings(max_examples=examples(300), deadline=None)
    @given(st.one_of(st.text(), st.sampled_from(ODD_PLACES)).filter(lambda text: text not in ("settings", "")))
    def test_an_invalid_return_to_never_redirects_elsewhere(self, text):
        response = SHARED.ask("GET", START + "?" + _query(return_to=text), who="ann", Accept="text/html")

        assert (response.status, response.json["field"]) == (422, "return_to")
        assert "location" not in response.headers


SHARED = Service()


def _query(**values: str) -> str:
    return urlencode({name: value.encode(errors="surrogatepass") for name, value in values.items()})


class TestCallback:
    def test_consent_makes_the_import_and_leads_to_its_page(self, service):
        consent = service.begin_consent()

        response = service.come_back(consent)

        assert (response.status, response.headers["location"]) == (303, f"{HOME}/imports/{consent.job_id}")
        assert service.get(f"/api/v1/imports/{consent.job_id}", who="ann").json["status"] == "fetching"

    def test_the_browser_may_look_at_this_one_import_without_signing_in(self, service):
        consent, other = service.begin_consent(), service.start_import("ann", "microsoft")

        jar = jar_of(service.come_back(consent).cookies)

        assert service.get(f"/imports/{consent.job_id}", cookies=jar).status == 200
        assert service.get(f"/api/v1/contacts/import/status/{consent.job_id}", cookies=jar).status == 200
        assert service.get(f"/api/v1/imports/{other}", cookies=jar).status == 401
        assert service.get(f"/api/v1/imports/{consent.job_id}/ledger", cookies=jar).status == 401

    def test_a_made_up_key_opens_nothing_and_says_no_more_than_a_missing_import(self, service):
        job_id = service.start_import()

        forged = service.get(f"/api/v1/imports/{job_id}", cookies={f"__Host-import-{job_id}": f"{job_id}.guessed"})
        missing = service.get("/api/v1/imports/nothing", cookies={"__Host-import-nothing": "nothing.guessed"})

        assert (forged.status, forged.json) == (404, missing.json)

    def test_the_import_of_a_second_account_does_not_hide_the_first(self, service):
        first = service.begin_consent()
        jar = jar_of(service.come_back(first).cookies)
        second = service.begin_consent(provider="microsoft")
        jar |= jar_of(service.come_back(second).cookies)

        assert [service.get(f"/imports/{each.job_id}", cookies=jar).status for each in (first, second)] == [200, 200]

    def test_return_to_is_a_name_on_the_page_and_a_place_only_where_it_is_configured(self, service):
        consent = service.begin_consent(return_to="settings")

        response = service.come_back(consent)
        target = response.headers["location"].removeprefix(HOME)

        assert target == f"/imports/{consent.job_id}?return_to=settings"
        jar = jar_of(response.cookies)
        assert f'href="{FRONTEND}/settings"' in service.get(target, cookies=jar).text
        assert "evil" not in service.get(target.replace("settings", "https:%2F%2Fevil"), cookies=jar).text

    def test_a_click_that_comes_twice_leads_to_the_one_import_and_may_look_at_it(self, service):
        consent = service.begin_consent()
        first = service.come_back(consent)

        again = service.come_back(consent)

        assert (again.status, again.headers["location"]) == (303, first.headers["location"])
        assert service.get(f"/imports/{consent.job_id}", cookies=jar_of(again.cookies)).status == 200
        assert len(service.wiring.shared.jobs.of_owner("ann")[0]) == 1

    def test_a_state_is_of_no_use_in_another_browser_a_second_time(self, service):
        consent = service.begin_consent()
        service.come_back(consent)

        again = service.come_back(consent, own=False)

        assert again.status == 400
        assert len(service.wiring.shared.jobs.of_owner("ann")[0]) == 1

    def test_with_a_queue_the_import_starts_at_once_and_its_page_says_so(self):
        service = Service(WORK_QUEUE_URL="https://sqs.example/work")
        consent = service.begin_consent()
        jar = jar_of(service.come_back(consent).cookies)

        page = service.get(f"/imports/{consent.job_id}", cookies=jar).text.lower()

        assert "starting right away" in page
        assert "next run" not in page

    def test_two_tabs_lead_to_the_import_that_began_first(self, service):
        tabs = [service.begin_consent() for _ in range(2)]
        service.clock.sleep(20)

        first, second = (service.come_back(tab) for tab in tabs)

        assert (second.status, second.headers["location"]) == (303, first.headers["location"])
        assert f"__Host-import-{tabs[0].job_id}" not in second.cookies
        assert len(service.wiring.shared.jobs.of_owner("ann")[0]) == 1

    def test_an_unknown_or_missing_state_is_refused_without_a_token_request(self, service):
        for query in ("state=made-up&code=the-code", "code=the-code", ""):
            assert service.get(f"{CALLBACK}?{query}").status == 400
        assert service.google.exchanged == []

    def test_a_state_of_one_provider_is_no_good_at_the_other(self, service):
        consent = service.begin_consent(provider="microsoft")

        response = service.get(f"{CALLBACK}?state={consent.state}&code=the-code", cookies=consent.jar)

        assert response.status == 400
        assert (service.google.exchanged, service.microsoft.exchanged) == ([], [])

    def test_an_answer_in_another_issuers_name_is_refused(self, service):
        response = service.come_back(service.begin_consent(), iss="https://evil.example")

        assert (response.status, service.google.exchanged) == (400, [])

    def test_a_consent_is_too_old_after_ten_minutes(self, service):
        consent = service.begin_consent()
        service.clock.sleep(601)

        assert service.come_back(consent).status == 400

    def test_a_head_request_uses_nothing_up(self, service):
        consent = service.begin_consent()
        service.ask("HEAD", f"{CALLBACK}?state={consent.state}&code=the-code", cookies=consent.jar)

        assert service.google.exchanged == []
        assert service.come_back(consent).status == 303


OUTCOMES = {
    "success": 303,
    "question": 200,
    "denied": 403,
    "unticked": 403,
    "replayed": 400,
    "foreign": 400,
    "busy": 503,
    "broken": 502,
    "our mistake": 500,
    "bug": 500,
}


def outcome(service: Service, which: str, accept: str):
    """Let a consent come back in one of the ways it may."""
    consent = service.begin_consent()
    match which:
        case "question":
            return service.come_back(consent, own=False, accept=accept)
        case "denied":
            return service.come_back(consent, accept=accept, error="access_denied", code="")
        case "unticked":
            service.google.scopes = ("openid",)
        case "replayed":
            service.come_back(consent)
            return service.come_back(consent, own=False, accept=accept)
        case "foreign":
            return service.come_back(service.begin_consent(provider="microsoft"), accept=accept, state="foreign")
        case "busy":
            service.google.fail["exchange"] = ProviderBusy("Google asks us to wait.")
        case "broken":
            service.google.fail["exchange"] = ProviderBroken("Google could not be read.")
        case "our mistake":
            return service.come_back(consent, accept=accept, error="invalid_client", code="")
        case "bug":
            service.google.fail["exchange"] = RuntimeError("token=ya29.secret for ann@example.org")
    return service.come_back(consent, accept=accept)


class TestEveryOutcome:
    @pytest.mark.parametrize("accept", ["text/html", "application/json"])
    @pytest.mark.parametrize(("which", "status"), OUTCOMES.items())
    def test_nothing_is_stored_leaked_or_framed(self, service, which, status, accept):
        response = outcome(service, which, accept)

        assert response.status == status
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert "max-age=" in response.headers["strict-transport-security"]

    @pytest.mark.parametrize(("which", "status"), [each for each in OUTCOMES.items() if each[1] >= 400])
    def test_a_browser_sees_a_page_and_a_program_a_problem(self, which, status):
        page, problem = outcome(Service(), which, "text/html"), outcome(Service(), which, "application/json")

        assert page.headers["content-type"].startswith("text/html")
        assert "<h1>" in page.text
        assert problem.headers["content-type"] == "application/problem+json"
        assert problem.json["status"] == status

    @pytest.mark.parametrize(
        "which", [each for each, status in OUTCOMES.items() if status >= 400 and each != "replayed"]
    )
    def test_no_job_and_no_half_made_connection_remains(self, service, which):
        outcome(service, which, "text/html")

        assert service.wiring.shared.jobs.of_owner("ann") == ([], None)
        assert service.wiring.accounts.connections.of_owner("ann") == []

    @pytest.mark.parametrize("accept", ["text/html", "application/json"])
    def test_a_bug_tells_nothing_of_itself(self, service, accept, capsys):
        response = outcome(service, "bug", accept)

        for secret in ("ya29", "ann@example.org", "RuntimeError", "Traceback"):
            assert secret not in response.text
        assert "ya29" not in capsys.readouterr().out


class TestForeignBrowser:
    def test_a_confirmation_is_required_before_anything_is_added(self, service):
        consent = service.begin_consent("ann")

        response = service.come_back(consent, own=False)

        assert response.status == 200
        assert "ada@example.com" in response.text
        assert "Ann" in response.text
        assert service.wiring.shared.jobs.of_owner("ann") == ([], None)

    def test_the_question_about_an_account_without_an_address_names_its_provider(self, service):
        service.google.account = Account("sub-7", "")

        page = service.come_back(service.begin_consent(), own=False).text
        body = service.come_back(service.begin_consent(), own=False, accept="application/json").json

        assert "the contacts of your Google account" in page
        assert body["account"] is None

    def test_yes_begins_the_import_once(self, service):
        consent = service.begin_consent()
        form = {"confirmation_key": key_in(service.come_back(consent, own=False).text), "answer": "yes"}

        response = service.post(CONFIRM, form=form)

        assert response.headers["location"] == f"{HOME}/imports/{consent.job_id}"
        assert service.get(f"/imports/{consent.job_id}", cookies=jar_of(response.cookies)).status == 200
        again = service.post(CONFIRM, form=form)
        assert again.headers["location"] == response.headers["location"]
        assert len(service.wiring.shared.jobs.of_owner("ann")[0]) == 1

    def test_no_adds_nothing_and_gives_the_grant_back(self, service):
        key = key_in(service.come_back(service.begin_consent(), own=False).text)

        response = service.post(CONFIRM, form={"confirmation_key": key, "answer": "no"})

        assert (response.status, len(service.google.revoked)) == (200, 1)
        assert service.wiring.shared.jobs.of_owner("ann") == ([], None)

    def test_an_api_client_confirms_in_json(self, service):
        consent = service.begin_consent()
        question = service.come_back(consent, own=False, accept="application/json").json

        answer = {"confirmation_key": question["confirmation_key"], "answer": "no"}
        response = service.post(urlsplit(question["confirm_url"]).path, body=answer, Accept="application/json")

        assert response.json == {"connected": False, "provider": "google"}

    @pytest.mark.parametrize("form", [{}, {"answer": "yes"}, {"confirmation_key": "k", "answer": "maybe"}])
    def test_an_invalid_answer_is_refused(self, service, form):
        assert service.post(CONFIRM, form=form).status == 422

    def test_names_and_addresses_are_escaped(self, service):
        service.google.account = Account("evil", "<script>alert(1)</script>@x.org")

        page = service.come_back(service.begin_consent("<b>ann</b>"), own=False).text

        assert "<script>" not in page
        assert "<b>" not in page.lower()


class TestCookieHygiene:
    def test_other_cookies_however_strange_do_not_hide_ours(self, service):
        consent = service.begin_consent()
        strange = {"a b": "x", "weird[1]": "{}", **consent.jar, "z": '"'}
        target = f"{CALLBACK}?state={consent.state}&code=the-code"

        assert service.get(target, cookies=strange).status == 303

    def test_a_body_of_the_wrong_kind_is_refused_with_its_name(self, service):
        response = service.post(CONFIRM, body=json.dumps({"x": 1}).encode(), Accept="application/json")

        assert (response.status, response.json["field"]) == (422, "confirmation_key")
