"""Service clients over HTTP: a person is asked, grants scopes, sees what was done, and takes them back."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from tests.routes.service import HOME, Service

MINE = "/api/v1/me/service-clients"
CONTACTS = "/api/v1/contacts"
GRANT = "/me/service-clients/grant"
PAGE = "text/html"


@pytest.fixture
def session(service: Service):
    return service.sign_in("ann")


def grant(service: Service, session, scope: str = "contacts:read contacts:write", client: str = "writer"):
    """Ann presses "Allow"."""
    return service.post(GRANT, session=session, form={"client": client, "scope": scope})


def ask(service: Service, method: str, target: str, *, client: str = "writer", person: str = "ann", body=None):
    """A request of a client for a person, with a token that names all scopes."""
    token = service.issuer.token(client, scope="contacts:read contacts:write imports:write")
    return service.ask(method, target, body=body, Authorization=f"Bearer {token}", X_On_Behalf_Of=person)


def acts(service: Service, *kinds: str) -> list[tuple]:
    """What Ann's activity says of clients, in no order: all of it happened at one time."""
    entries = service.get("/api/v1/me/activity", who="ann").json["entries"]
    found = [(each["kind"], each["person"], each["details"]) for each in entries if each["kind"] in kinds]
    return sorted(found, key=str)


class TestGranting:
    def test_the_page_says_who_asks_for_what(self, service, session):
        query = urlencode({"client": "writer", "scope": "contacts:write contacts:read"})

        text = service.get(f"{GRANT}?{query}", session=session, Accept=PAGE).text

        assert "Let Example writer act for you?" in text
        assert text.index("see all your contacts") < text.index("create, change, merge and delete contacts")
        assert service.get(MINE, who="ann").json == {"service_clients": []}

    def test_a_person_who_is_not_signed_in_comes_back_to_the_page(self, service):
        refused = service.get(f"{GRANT}?client=writer&scope=contacts%3Aread", Accept=PAGE)

        assert refused.status == 401
        assert "%2Fme%2Fservice-clients%2Fgrant%3Fclient%3Dwriter" in refused.text

    @pytest.mark.parametrize(
        ("client", "scope", "status"),
        [
            ("unknown", "contacts:read", 404),
            ("writer", "contacts:read operator", 422),
            ("writer", "", 422),
            ("writer", "everything", 422),
        ],
    )
    def test_neither_unknown_clients_nor_unknown_scopes_can_ask(self, service, session, client, scope, status):
        query = urlencode({"client": client, "scope": scope})

        assert service.get(f"{GRANT}?{query}", session=session, Accept=PAGE).status == status
        assert grant(service, session, scope, client).status == status

    def test_what_was_granted_is_listed_and_added_to(self, service, session):
        answer = grant(service, session, "contacts:write")
        grant(service, session, "contacts:read")

        assert (answer.status, answer.headers["location"]) == (303, f"{HOME}/me#service-clients")
        [listed] = service.get(MINE, who="ann").json["service_clients"]
        assert (listed["client"], listed["title"]) == ("writer", "Example writer")
        assert [each["scope"] for each in listed["scopes"]] == ["contacts:read", "contacts:write"]
        assert "Programs that may act for me" in service.get("/me", session=session, Accept=PAGE).text

    def test_what_was_granted_before_is_not_asked_again(self, service, session):
        grant(service, session, "contacts:read")

        text = service.get(f"{GRANT}?client=writer&scope=contacts%3Aread", session=session, Accept=PAGE).text

        assert "Example writer may act for you" in text
        assert ">Allow<" not in text


class TestActing:
    def test_a_client_does_what_it_was_granted_for_that_person_alone(self, service, session):
        grant(service, session)

        made = ask(service, "POST", CONTACTS, body={"given": "Ada"})
        assert made.status == 201
        assert [each["display"] for each in service.get(CONTACTS, who="ann").json["contacts"]] == ["Ada"]
        assert len(ask(service, "GET", CONTACTS).json["contacts"]) == 1
        assert ask(service, "GET", CONTACTS, person="bob").status == 404
        assert ask(service, "GET", CONTACTS, client="reader").status == 404
        assert ask(service, "POST", "/api/v1/file-imports?file_name=a.csv", body={}).status == 404

    def test_a_client_that_operators_remove_can_do_nothing_more(self, service, session):
        grant(service, session)
        after = Service(SERVICE_CLIENTS="{}")
        after.dynamodb.copy_from(service.dynamodb)
        token = after.issuer.token("writer", client_id="writer", scope="contacts:read")

        answer = after.get(CONTACTS, Authorization=f"Bearer {token}", X_On_Behalf_Of="ann")

        assert answer.status == 404
        assert [each["title"] for each in after.get(MINE, who="ann").json["service_clients"]] == ["writer"]

    def test_every_change_is_noted_with_client_and_person(self, service, session):
        grant(service, session)
        ask(service, "POST", CONTACTS, body={"given": "Ada"})
        token = service.issuer.token("ann", act={"sub": "mirror"}, scope="contacts:write")
        service.post(CONTACTS, body={"given": "Bob"}, Authorization=f"Bearer {token}")

        did = "Create a contact by hand"
        assert acts(service, "client-acted") == [
            ("client-acted", "ann", {"client": "mirror", "act": did}),
            ("client-acted", "ann", {"client": "writer", "act": did}),
        ]
        assert "Service client acted" in service.get("/me/activity", session=session, Accept=PAGE).text
        seen = service.get("/api/v1/operator/activity?kind=client-acted", who="oscar", roles=("operator",)).json
        assert [each["person"] for each in seen["entries"]] == ["ann", "ann"]

    def test_a_change_that_cannot_be_noted_is_not_made(self, service, session):
        grant(service, session)

        def refuse(*_: object) -> None:
            raise ConnectionError

        service.wiring.service_clients.__dict__["_note_acts"] = refuse
        assert ask(service, "POST", CONTACTS, body={"given": "Ada"}).status >= 500
        assert service.get(CONTACTS, who="ann").json["contacts"] == []

    def test_reading_is_noted_once_an_hour(self, service, session):
        grant(service, session)
        for _ in range(3):
            ask(service, "GET", CONTACTS)
        ask(service, "GET", CONTACTS + "/deleted")
        service.clock.advance(timedelta(hours=1))
        service.copy()
        ask(service, "GET", CONTACTS)

        assert acts(service, "client-read") == [("client-read", "ann", {"client": "writer"})] * 2

    def test_everything_else_that_is_noted_names_the_client_too(self, service, session):
        grant(service, session, "contacts:read contacts:write")
        made = ask(service, "POST", CONTACTS, body={"given": "Ada"}).json["contact_id"]
        ask(service, "GET", f"{CONTACTS}/export?format=json")
        ask(service, "DELETE", f"{CONTACTS}/{made}")
        ask(service, "POST", f"{CONTACTS}/bulk", body={"contacts": [{"given": "Bob"}]})
        service.get(f"{CONTACTS}/export", who="ann")

        assert acts(service, "exported", "deleted", "bulk-create") == [
            ("bulk-create", "ann", {"client": "writer"}),
            ("deleted", "ann", {"client": "writer", "contact_id": made}),
            ("exported", "ann", {"client": "writer", "format": "json"}),
            ("exported", "ann", {"format": "csv"}),
        ]

    def test_what_a_person_does_themselves_is_not_noted_as_an_act(self, service):
        token = service.issuer.token("ann", scope="contacts:write")
        service.post(CONTACTS, body={"given": "Ada"}, Authorization=f"Bearer {token}")

        assert acts(service, "client-acted") == []


class TestRevoking:
    def test_on_the_page_takes_effect_at_once(self, service, session):
        grant(service, session)

        answer = service.post("/me/service-clients/revoke", session=session, form={"client": "writer"})

        assert answer.headers["location"] == f"{HOME}/me#service-clients"
        assert ask(service, "GET", CONTACTS).status == 404
        assert "Programs that may act" not in service.get("/me", session=session, Accept=PAGE).text

    def test_over_rest_once(self, service, session):
        grant(service, session)

        assert service.ask("DELETE", f"{MINE}/writer", who="bob").status == 404
        assert service.ask("DELETE", f"{MINE}/writer", who="ann").status == 204
        assert service.ask("DELETE", f"{MINE}/writer", who="ann").status == 404
        assert service.get(MINE, who="ann").json == {"service_clients": []}

    def test_granting_and_revoking_are_noted(self, service, session):
        grant(service, session, "contacts:read")
        grant(service, session, "contacts:read")
        service.ask("DELETE", f"{MINE}/writer", who="ann")

        assert acts(service, "client-allowed", "client-revoked") == [
            ("client-allowed", "ann", {"client": "writer", "scopes": "contacts:read"}),
            ("client-revoked", "ann", {"client": "writer"}),
        ]

    def test_a_grant_is_gone_when_its_person_is_erased(self, service, session):
        grant(service, session)

        service.wiring.forgets()["service_clients.forget_grants"]("ann")

        assert ask(service, "GET", CONTACTS).status == 404
