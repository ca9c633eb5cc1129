"""The pages of endpoints: register, see the secret once, test, pause, replay, delete."""

import re
from typing import Any

import pytest

from chalicelib.foundation.callbacks import CallbackFailure, CallbackReply
from tests.fakes.receiver import FakeCallbacks
from tests.routes.service import PageSession, Service
from tests.routes.test_cron_route import Context

URL = "https://hooks.example.com/contacts"
FORM = {"url": URL, "events": "import.completed", "payload": "thin", "description": "CRM"}
ADMIN: dict[str, Any] = {"who": "ann", "organizations": {"acme": ["admin"]}}
OSCAR: dict[str, Any] = {"who": "oscar", "roles": ("operator",)}


@pytest.fixture
def session(service: Service) -> PageSession:
    return service.sign_in()


@pytest.fixture
def receiver(service: Service) -> FakeCallbacks:
    service.wiring.events.callbacks = callbacks = FakeCallbacks()
    return callbacks


def registered(service: Service, session: PageSession) -> str:
    """Registers an endpoint; returns the path of its page."""
    assert service.post("/webhooks", form=FORM, session=session).status == 201
    listed = service.get("/webhooks", session=session).text
    return "/webhooks/" + re.findall(r"/webhooks/([\w-]{22})", listed)[0]


def act(service: Service, session: PageSession, one: str, **form: str) -> str:
    """Sends a form of the page; returns the page that follows."""
    answer = service.post(one, form=form, session=session)
    assert answer.status == 303, answer.text
    return service.get(answer.headers["location"].removeprefix("https://contacts.example"), session=session).text


def test_the_secret_is_shown_once_after_registering(service, session):
    answer = service.post("/webhooks", form=FORM, session=session)
    secret = re.search(r"whsec_[\w+/=]+", answer.text)

    assert secret is not None
    assert "not shown again" in answer.text
    page = service.get(registered(service, session), session=session).text
    assert "whsec_" not in page
    assert URL in page


def test_a_wrong_url_is_shown_at_its_field_with_what_was_filled_in(service, session):
    answer = service.post("/webhooks", form={**FORM, "url": "http://localhost/"}, session=session)

    assert answer.status == 422
    assert 'value="http://localhost/"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "url must begin with https://" in answer.text


def test_the_log_shows_attempts_in_words(service, session, receiver):
    one = registered(service, session)
    receiver.answers = [CallbackFailure.UNRESOLVED, CallbackReply(500, {}, b"<script>alert(1)</script>")]
    assert "on its way" in act(service, session, one, do="test")
    for _ in range(8):
        service.wiring.on_schedule(Context())
        service.clock.advance(minutes=1)
    page = service.get(one, session=session).text

    assert "The host name was not found" in page
    assert "status 500" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "3 attempts" in page
    assert "Delivered" in page


def test_a_delivery_is_sent_again_from_its_page(service, session, receiver):
    one = registered(service, session)
    act(service, session, one, do="test")
    service.wiring.on_schedule(Context())
    delivery = re.search(r'name="delivery_id" value="([^"]+)"', service.get(one, session=session).text)
    assert delivery is not None
    assert "Sent again" in act(service, session, one, do="replay", delivery_id=delivery[1])
    service.wiring.on_schedule(Context())
    assert "Sent again" in act(service, session, one, do="replay-since", since="2026-03-03T00:00")
    service.clock.advance(minutes=1)
    service.wiring.on_schedule(Context())

    assert [each.type for each in receiver.received] == ["endpoint.test"] * 3
    assert service.post(one, form={"do": "replay-since", "since": "soon"}, session=session).status == 422


def test_an_endpoint_is_paused_resumed_changed_and_deleted(service, session):
    one = registered(service, session)

    assert "Events wait" in act(service, session, one, do="pause")
    assert "Resume" in service.get(one, session=session).text
    assert "Events are sent again" in act(service, session, one, do="resume")
    assert "Saved" in act(service, session, one, **{**FORM, "do": "save", "description": "Shop"})
    assert 'value="Shop"' in service.get(one, session=session).text
    assert "deleted" in act(service, session, one, do="delete")
    assert service.get(one, session=session).status == 404


def test_a_new_secret_is_shown_and_the_older_one_signs_for_a_day(service, session):
    one = registered(service, session)
    answer = service.post(one, form={"do": "rotate"}, session=session)

    assert (answer.status, "whsec_" in answer.text) == (200, True)
    assert "signs too until" in answer.text


def test_a_disabled_endpoint_says_why(service, session, receiver):
    one = registered(service, session)
    receiver.answers = [CallbackReply(410, {})]
    act(service, session, one, do="test")
    service.wiring.on_schedule(Context())

    assert "it answered 410" in service.get(one, session=session).text
    assert "Disabled" in service.get("/webhooks", session=session).text


def test_a_form_that_is_not_known_is_refused(service, session):
    one = registered(service, session)

    assert service.post(one, form={"do": "explode"}, session=session).status == 422


@pytest.mark.parametrize(
    ("path", "rights", "heading"),
    [
        ("/organizations/acme/webhooks", ADMIN, "Webhooks of acme"),
        ("/operator/webhooks", OSCAR, "Webhooks of the service"),
    ],
)
def test_organizations_and_operators_have_pages_of_their_own(service, path, rights, heading):
    assert heading in service.get(path, **rights).text


def test_the_page_of_leads_leads_admins_there(service):
    assert "/organizations/acme/webhooks" in service.get("/organizations/acme/leads", **ADMIN).text
    member = {"who": "bob", "organizations": {"acme": ["member"]}}
    assert "/organizations/acme/webhooks" not in service.get("/organizations/acme/leads", **member).text
