"""Choosing what comes of an account, over HTTP and on its pages."""

import re

import pytest

from chalicelib.foundation.errors import ProviderBroken, ProviderBusy
from chalicelib.providers.registry import PROVIDERS
from tests.fakes.oauth_client import CONTACTS
from tests.routes.service import HOME, Service, jar_of

CONNECTIONS = "/api/v1/connections"
PAGE = "text/html"
(OTHER_SCOPE,) = PROVIDERS["google"].scopes_of_choices.values()


@pytest.fixture
def connection_id(service) -> str:
    """Ann's connected account, its first import done."""
    return service.finish_import(service.start_import()).details["connection_id"]


@pytest.fixture
def waiting_id(service) -> str:
    """Ann's account, of which nothing is imported before she has chosen."""
    response = service.come_back(service.begin_consent(choose="yes"))
    found = re.fullmatch(re.escape(HOME) + r"/accounts/([\w-]{22})/choices", response.headers["location"])
    assert (response.status, found is not None) == (303, True)
    return found[1]


def choose(service, connection_id: str, *ids: str):
    return service.ask("PUT", f"{CONNECTIONS}/{connection_id}/choices", who="ann", body={"chosen": list(ids)})


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def checked(html: str) -> set[str]:
    """The values of the buttons and boxes of the choice that are checked."""
    inputs = re.findall(r"<input[^>]*>", html)
    return {re.search(r'value="([^"]*)"', each)[1] for each in inputs if each.endswith(" checked>")}


class TestList:
    def test_has_counts_and_says_what_is_chosen(self, service, connection_id):
        response = service.get(f"{CONNECTIONS}/{connection_id}/choices", who="ann")

        listed = {each["id"]: each for each in response.json["choices"]}
        assert {key: each["count"] for key, each in listed.items()} == {"all": 4, "family": 2, "work": 1, "other": None}
        assert [key for key, each in listed.items() if each["is_chosen"]] == ["all"]
        assert [key for key, each in listed.items() if each["needs_permission"]] == ["other"]
        assert response.json["gone"] == []

    def test_names_what_was_chosen_and_is_gone(self, service, connection_id):
        choose(service, connection_id, "work")
        del service.choices.labels["work"]

        response = service.get(f"{CONNECTIONS}/{connection_id}/choices", who="ann")
        assert response.json["gone"] == [{"id": "work", "name": "WORK"}]

    def test_of_another_person_is_not_found(self, service, connection_id):
        assert service.get(f"{CONNECTIONS}/{connection_id}/choices", who="bob").status == 404

    def test_is_empty_where_everything_comes(self):
        service = Service(HUBSPOT_TOKENS="true")
        response = service.post("/accounts/connect/hubspot/token", who="ann", form={"token": "pat-canary-1"})
        assert response.status == 303
        [connection] = service.get(CONNECTIONS, who="ann").json["connections"]

        listed = service.get(f"{CONNECTIONS}/{connection['connection_id']}/choices", who="ann").json
        assert (listed["choices"], connection["chosen"]) == ([], None)


class TestPreview:
    def test_counts_what_comes_and_leaves(self, service, connection_id):
        body = {"chosen": ["family"]}
        response = service.post(f"{CONNECTIONS}/{connection_id}/choices/preview", who="ann", body=body)

        assert response.json == {"contacts": 2, "coming": 2, "leaving": 2, "asks_first": True}
        assert service.get(f"{CONNECTIONS}/{connection_id}", who="ann").json["chosen"] is None

    @pytest.mark.parametrize("body", [{"chosen": []}, {"chosen": ["x"]}, {"chosen": "all"}, {}, {"chosen": [1]}])
    def test_refuses_what_is_not_offered(self, service, connection_id, body):
        path = f"{CONNECTIONS}/{connection_id}/choices"

        assert service.post(f"{path}/preview", who="ann", body=body).status == 422
        assert service.ask("PUT", path, who="ann", body=body).status == 422


class TestChoose:
    def test_starts_a_full_import_and_is_shown(self, service, connection_id):
        response = choose(service, connection_id, "work", "family")

        assert response.status == 200
        assert response.json["chosen"] == [{"id": "family", "name": "FAMILY"}, {"id": "work", "name": "WORK"}]
        assert (response.json["state"], response.json["last_import"]["mode"]) == ("importing", "full")

    def test_repeated_starts_nothing(self, service, connection_id):
        first = choose(service, connection_id, "work").json

        assert choose(service, connection_id, "work").json["last_import"] == first["last_import"]

    def test_without_the_permission_is_a_conflict_that_says_what_to_do(self, service, connection_id):
        response = choose(service, connection_id, "all", "other")

        assert (response.status, response.json["type"]) == (409, "/problems/consent-needed")

    def test_the_first_one_starts_what_waited_for_it(self, service, waiting_id):
        before = service.get(f"{CONNECTIONS}/{waiting_id}", who="ann").json
        after = choose(service, waiting_id, "all").json

        assert (before["waits_for_choice"], before["last_import"], before["refresh"]["interval"]) == (True, None, "off")
        assert (after["waits_for_choice"], after["chosen"], after["refresh"]["interval"]) == (False, None, "daily")
        assert after["last_import"]["mode"] == "full"


class TestConnecting:
    def test_an_api_client_that_does_not_choose_imports_at_once(self, service):
        response = service.come_back(service.begin_consent())

        assert "/imports/" in response.headers["location"]

    def test_only_yes_chooses(self, service):
        assert service.get("/api/v1/contacts/import/google/start?choose=no", who="ann").status == 422

    def test_the_permission_of_a_choice_is_asked_for_on_request(self, service, connection_id):
        service.google.scopes = ("openid", CONTACTS, OTHER_SCOPE)
        query = {"choose": "yes", "permission": "other", "connection": connection_id}
        response = service.come_back(service.begin_consent(**query))

        assert response.headers["location"] == f"{HOME}/accounts/{connection_id}/choices"
        assert service.google.more_scopes == (OTHER_SCOPE,)
        listed = service.get(f"{CONNECTIONS}/{connection_id}/choices", who="ann").json["choices"]
        assert [(each["count"], each["needs_permission"]) for each in listed if each["id"] == "other"] == [(3, False)]
        assert choose(service, connection_id, "all", "other").status == 200

    def test_an_unknown_permission_is_refused(self, service):
        assert service.get("/api/v1/contacts/import/google/start?permission=x", who="ann").status == 422

    def test_the_place_to_return_to_goes_along(self, service):
        response = service.come_back(service.begin_consent(choose="yes", return_to="settings"))
        assert response.headers["location"].endswith("/choices?return_to=settings")

        path = response.headers["location"].removeprefix(HOME).partition("?")[0]
        form = {"everything": "yes", "return_to": "settings"}
        chosen = service.post(path, who="ann", form=form)
        assert re.search(r"/imports/[\w-]{22}\?return_to=settings$", chosen.headers["location"])


class TestPages:
    def test_on_the_pages_a_new_account_waits_for_the_choice(self, service):
        response = service.get("/accounts/connect/google", who="ann", Accept=PAGE)
        state = re.search(r"state=([^&]+)", response.headers["location"])[1]
        callback = f"/api/v1/contacts/import/google/callback?state={state}&code=the-code"
        back = service.get(callback, cookies=jar_of(response.cookies), Accept=PAGE)

        assert back.headers["location"].endswith("/choices")
        shown = words(service.get("/accounts", who="ann", Accept=PAGE).text)
        assert "Next import After you have chosen what comes" in shown
        assert "Choose what comes" in shown

    def test_the_page_shows_the_choices_with_counts(self, service, waiting_id):
        shown = words(service.get(f"/accounts/{waiting_id}/choices", who="ann", Accept=PAGE).text)

        assert "All contacts: 4 contacts" in shown
        assert "FAMILY : 2 contacts" in shown
        assert "Google asks you for one more permission" in shown
        assert "Start importing" in shown

    def test_while_the_provider_does_not_answer_everything_can_be_imported_all_the_same(self, service, waiting_id):
        service.choices.errors = [ProviderBusy("Google asks us to wait.")]

        response = service.get(f"/accounts/{waiting_id}/choices", who="ann", Accept=PAGE)

        assert response.status == 200
        assert "Google does not answer now" in words(response.text)
        assert f'action="{HOME}/accounts/{waiting_id}/import"' in response.text

    def test_the_first_choice_starts_the_import_at_once(self, service, waiting_id):
        form = {"everything": "no", "chosen": "work"}
        response = service.post(f"/accounts/{waiting_id}/choices", who="ann", form=form)

        assert (response.status, "/imports/" in response.headers["location"]) == (303, True)

    def test_a_later_one_is_counted_first_and_then_made(self, service, connection_id):
        path = f"/accounts/{connection_id}/choices"
        preview = service.post(path, who="ann", form={"everything": "no", "chosen": "family"})

        assert preview.status == 200
        assert "2 contacts are left out and leave your address book" in words(preview.text)
        assert service.get(f"{CONNECTIONS}/{connection_id}", who="ann").json["chosen"] is None

        made = service.post(path, who="ann", form={"confirmed": "yes", "chosen": "family"})
        assert (made.status, "/imports/" in made.headers["location"]) == (303, True)
        assert "Comes FAMILY" in words(service.get("/accounts", who="ann", Accept=PAGE).text)

    def test_what_cannot_be_counted_in_time_can_be_chosen_all_the_same(self, service, connection_id):
        path, counted = f"/accounts/{connection_id}/choices", service.choices.ids

        def slow(*_: object, **__: object) -> frozenset[str]:
            raise ProviderBroken("Google did not answer in time.")

        service.choices.ids = slow
        preview = service.post(path, who="ann", form={"everything": "no", "chosen": "family"})
        service.choices.ids = counted

        assert preview.status == 200
        assert "did not answer fast enough" in words(preview.text)
        assert "Choose this" in words(preview.text)

    def test_an_unchanged_choice_leads_back_to_the_card(self, service, connection_id):
        form = {"confirmed": "yes", "chosen": "all"}
        response = service.post(f"/accounts/{connection_id}/choices", who="ann", form=form)

        assert response.headers["location"] == f"{HOME}/accounts#account-{connection_id}"

    @pytest.mark.parametrize(
        ("form", "problem"),
        [
            ({"everything": "no"}, "Choose something."),
            ({"everything": "yes", "chosen": "family"}, "Choose either all contacts or some of them."),
            ({"everything": "yes", "chosen": "other"}, "This needs one more permission."),
            ({"everything": "no", "chosen": "<b>"}, "The account has no such choice."),
        ],
    )
    def test_what_cannot_be_chosen_is_said_on_the_page(self, service, waiting_id, form, problem):
        response = service.post(f"/accounts/{waiting_id}/choices", who="ann", form=form)

        assert response.status == 422
        assert problem in words(response.text)

    def test_a_form_with_a_problem_keeps_what_was_ticked(self, service, waiting_id):
        form = {"everything": "yes", "chosen": "family"}
        response = service.post(f"/accounts/{waiting_id}/choices", who="ann", form=form)
        nothing = service.post(f"/accounts/{waiting_id}/choices", who="ann", form={"everything": "no"})

        assert checked(response.text) == {"yes", "family"}
        assert checked(nothing.text) == {"no"}

    def test_a_permission_that_was_not_granted_again_leads_to_the_page_which_says_so(self, service, connection_id):
        service.google.scopes = ("openid", CONTACTS, OTHER_SCOPE)
        query = {"choose": "yes", "connection": connection_id}
        service.come_back(service.begin_consent(permission="other", **query))
        choose(service, connection_id, "all", "other")
        service.google.scopes = ("openid", CONTACTS)

        back = service.come_back(service.begin_consent(**query))

        assert back.headers["location"] == f"{HOME}/accounts/{connection_id}/choices"
        page = service.get(f"/accounts/{connection_id}/choices", who="ann", Accept=PAGE)
        assert "Imports of this account fail until you allow it or choose again without them." in words(page.text)
        form = {"confirmed": "yes", "chosen": "all"}
        made = service.post(f"/accounts/{connection_id}/choices", who="ann", form=form)
        assert "/imports/" in made.headers["location"]
