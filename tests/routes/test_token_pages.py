"""The page to connect an account with a token, and its form."""

import pytest

from tests.routes.service import Service

PAGE = "/accounts/connect/hubspot/token"
TOKEN = "pat-canary-1"


@pytest.fixture
def service() -> Service:
    return Service(HUBSPOT_TOKENS="true")


def send(service: Service, token: str):
    return service.post(PAGE, who="ann", form={"token": token}, Accept="text/html")


class TestPage:
    def test_says_how_to_make_a_token_and_that_giving_it_is_the_consent(self, service):
        text = service.get(PAGE, who="ann", Accept="text/html").text

        assert "crm.objects.contacts.read" in text
        assert "giving us the token is your consent" in text

    def test_is_offered_on_the_page_of_accounts(self, service):
        text = service.get("/accounts", who="ann", Accept="text/html").text

        assert "Connect HubSpot with a token" in text
        assert 'href="https://contacts.example/accounts/connect/hubspot"' not in text

    def test_is_where_connecting_leads_if_there_is_no_other_way(self, service):
        response = service.get("/accounts/connect/hubspot", who="ann", Accept="text/html")

        assert (response.status, response.headers["location"]) == (302, f"https://contacts.example{PAGE}")

    def test_is_not_there_unless_the_operator_allows_tokens(self):
        service = Service()

        assert service.get(PAGE, who="ann", Accept="text/html").status == 404
        assert send(service, TOKEN).status == 404
        assert "with a token" not in service.get("/accounts", who="ann", Accept="text/html").text

    def test_a_consent_cannot_be_started_where_only_tokens_are_accepted(self, service):
        assert service.get("/api/v1/contacts/import/hubspot/start", who="ann").status == 404

    def test_both_ways_are_offered_where_both_are_set_up(self):
        service = Service(HUBSPOT_TOKENS="true", HUBSPOT_CLIENT_ID="client", HUBSPOT_CLIENT_SECRET="secret")
        text = service.get("/accounts", who="ann", Accept="text/html").text

        assert "Connect HubSpot</a>" in text
        assert "Connect HubSpot with a token</a>" in text
        assert service.get("/api/v1/contacts/import/hubspot/start", who="ann").status == 200


class TestForm:
    def test_connects_the_account_and_leads_to_its_import(self, service):
        response = send(service, TOKEN)

        assert response.status == 303
        assert "/imports/" in response.headers["location"]
        (connection,) = service.get("/api/v1/connections", who="ann").json["connections"]
        assert (connection["provider"], connection["account"]) == ("hubspot", "62515")

    @pytest.mark.parametrize("token", ["", "pat-wrong-canary"])
    def test_a_refused_token_is_told_on_the_page_and_never_repeated(self, service, token):
        response = send(service, token)

        assert (response.status, "does not accept this token" in response.text) == (422, True)
        assert "pat-wrong-canary" not in response.text

    def test_a_token_that_may_not_read_contacts_is_told_on_the_page(self, service):
        service.tokens.scopes = ()

        response = send(service, TOKEN)

        assert (response.status, "does not allow reading contacts" in response.text) == (422, True)

    def test_disconnecting_says_that_it_does_not_end_the_token(self, service):
        send(service, TOKEN)
        (connection,) = service.get("/api/v1/connections", who="ann").json["connections"]
        page = service.get(f"/accounts/{connection['connection_id']}/disconnect", who="ann", Accept="text/html")

        assert "the token stays valid until you delete it at HubSpot" in page.text

    def test_the_token_is_in_no_log(self, service, caplog):
        caplog.set_level("DEBUG")
        send(service, TOKEN)
        send(service, "pat-wrong-canary")

        assert "canary" not in caplog.text


class TestOverRest:
    PATH = "/api/v1/contacts/import/hubspot/token"

    def connect(self, service: Service, body: object):
        return service.post(self.PATH, who="ann", body=body)

    def test_connects_the_account_and_answers_with_its_import(self, service):
        response = self.connect(service, {"token": TOKEN})

        assert (response.status, response.json["kind"], response.json["provider"]) == (
            202,
            "provider-import",
            "hubspot",
        )
        assert response.headers["location"].endswith(response.json["job_id"])
        (connection,) = service.get("/api/v1/connections", who="ann").json["connections"]
        assert connection["last_import"]["job_id"] == response.json["job_id"]

    @pytest.mark.parametrize(
        "token", ["pat-wrong-canary", "pat-wrong-canary\r\nX-A: b", "", 7, None, ["pat-wrong-canary"]]
    )
    def test_a_refused_token_is_told_and_never_repeated(self, service, token, caplog):
        caplog.set_level("DEBUG")
        response = self.connect(service, {"token": token})

        assert response.status == 422
        assert "canary" not in response.text + caplog.text + str([vars(each) for each in caplog.records])

    def test_a_token_that_may_not_read_contacts_is_told(self, service):
        service.tokens.scopes = ()
        response = self.connect(service, {"token": TOKEN})

        assert (response.status, "does not allow reading contacts" in response.json["detail"]) == (403, True)

    def test_a_connected_token_is_in_no_answer_and_no_log(self, service, caplog):
        caplog.set_level("DEBUG")
        answers = [self.connect(service, {"token": TOKEN}).text]
        answers += [service.get(path, who="ann").text for path in ("/api/v1/connections", "/api/v1/imports")]

        assert "canary" not in str(answers) + caplog.text + str([vars(each) for each in caplog.records])

    def test_is_not_there_unless_the_operator_allows_tokens(self):
        assert self.connect(Service(), {"token": TOKEN}).status == 404
