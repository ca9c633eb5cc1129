"""Operators control vendors over REST; people decide about enrichment over REST and on "My data"."""

from typing import Any

import pytest

from tests.enrichment.vendors_room import dump
from tests.routes.service import Service

VENDORS = "/api/v1/operator/enrichment"
HUNTER = f"{VENDORS}/hunter"
MINE = "/api/v1/me/enrichment"
OSCAR: dict[str, Any] = {"who": "oscar", "roles": ("operator",)}
ON = {
    "enabled": True,
    "schedule": "0 3 * * 1-5",
    "time_zone": "Europe/Berlin",
    "limits": {"calls_per_day": 100, "money_per_run": 5_000_000},
    "credentials": {"api_key": "s3cret"},
}


def patch(service: Service, body: Any, vendor: str = "hunter") -> Any:
    return service.ask("PATCH", f"{VENDORS}/{vendor}", body=body, **OSCAR)


@pytest.fixture
def turned_on(service: Service) -> Service:
    assert patch(service, ON).status == 200
    return service


class TestVendors:
    def test_all_are_listed_and_off_at_first(self, service):
        listed = service.get(VENDORS, **OSCAR).json["vendors"]

        assert [each["vendor"] for each in listed] == ["phone-metadata", "people-data-labs", "hunter", "twilio-lookup"]
        assert not any(each["enabled"] or each["schedule"] or each["waits"] or each["run"] for each in listed)
        assert service.dynamodb.writes == 0

    def test_one_is_shown_with_its_schedule_in_words_and_the_next_three_runs(self, turned_on):
        shown = turned_on.get(HUNTER, **OSCAR).json

        assert (shown["schedule"], shown["time_zone"]) == ("0 3 * * 1-5", "Europe/Berlin")
        assert shown["schedule_words"] == "At 03:00 on Monday through Friday, Europe/Berlin"
        assert shown["next_runs"] == [f"2026-03-0{day}T02:00:00.000Z" for day in (4, 5, 6)]
        assert shown["limits"] == {
            "calls_per_run": None,
            "calls_per_day": 100,
            "money_per_run": 5_000_000,
            "money_per_day": None,
        }
        assert (shown["rev"], shown["changed_by"]) == (1, "oscar")

    def test_a_secret_is_set_and_never_shown_again(self, turned_on):
        answers = [turned_on.get(target, **OSCAR).text for target in (VENDORS, HUNTER)]

        assert "s3cret" not in str(answers)
        credentials = [{"name": "api_key", "title": "API key", "is_set": True}]
        assert turned_on.get(HUNTER, **OSCAR).json["credentials"] == credentials
        assert "s3cret" not in str(dump(turned_on.dynamodb.tables))

    def test_what_is_left_out_stays_and_null_takes_the_schedule_away(self, turned_on):
        assert patch(turned_on, {"enabled": False}).json["schedule"] == "0 3 * * 1-5"
        assert patch(turned_on, {"schedule": None, "limits": {"calls_per_day": None}}).json["schedule"] is None

    def test_a_scope_is_sent_whole(self, turned_on):
        scope = {"kind": "owners", "owners": ["ann"]}

        assert patch(turned_on, {"scope": scope}).json["scope"] == {**scope, "tag": ""}
        assert patch(turned_on, {"scope": {"kind": "all"}}).json["scope"]["owners"] == []

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"enabled": True}, "credentials.api_key"),
            ({"schedule": "0 25 * * *"}, "schedule"),
            ({"limits": {"calls_per_week": 1}}, "limits.calls_per_week"),
            ({"scope": {"kind": "some"}}, "scope.kind"),
            ({"enabled": "yes"}, "enabled"),
            ({"credentials": {"password": "x"}}, "credentials.password"),
        ],
    )
    def test_what_is_wrong_is_named(self, service, body, field):
        answer = patch(service, body)

        assert (answer.status, answer.json["field"]) == (422, field)

    def test_a_change_of_what_another_operator_has_changed_is_refused(self, turned_on):
        assert patch(turned_on, {"enabled": False, "rev": 1}).status == 200
        assert patch(turned_on, {"enabled": True, "rev": 1}).status == 409

    @pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PATCH", ""), ("POST", "/run"), ("POST", "/stop")])
    def test_one_that_does_not_exist_is_not_found(self, service, method, path):
        body = {"enabled": True} if method == "PATCH" else None

        assert service.ask(method, f"{VENDORS}/clearbit{path}", body=body, **OSCAR).status == 404

    def test_a_vendor_that_waits_says_why_in_words(self, turned_on):
        controls = turned_on.wiring.enrichment.controls
        for waits, title in (("key_refused", "Key refused"), ("breaker: Everyone is one person.", "Stopped by itself")):
            turned_on.post(f"{HUNTER}/run", **OSCAR)
            control = controls.get("hunter")
            controls.dynamo.commit([controls.run_ended_write(control, waits=waits)])

            shown = turned_on.get(HUNTER, **OSCAR).json["waits"]
            assert (shown["code"], shown["title"]) == (waits.partition(":")[0], title)
            assert shown["meaning"]
            assert shown["remedy"]
            turned_on.wiring.shared.jobs.cancel(control.run)
            assert patch(turned_on, {"enabled": True}).json["waits"] is None


class TestRuns:
    def test_one_begins_and_is_stopped(self, turned_on):
        answer = turned_on.post(f"{HUNTER}/run", **OSCAR)

        assert answer.status == 202
        assert turned_on.get(answer.headers["location"].removeprefix("https://contacts.example"), **OSCAR).status == 200
        run = {"job_id": answer.json["job_id"], "is_stopping": False}
        assert turned_on.get(HUNTER, **OSCAR).json["run"] == run
        assert turned_on.post(f"{HUNTER}/stop", **OSCAR).json["run"] == {**run, "is_stopping": True}

    def test_the_same_key_begins_one(self, turned_on):
        runs = [turned_on.post(f"{HUNTER}/run", idempotency_key="once", **OSCAR).json["job_id"] for _ in range(2)]

        assert runs[0] == runs[1]

    def test_what_it_spent_is_shown_by_day_and_by_run(self, turned_on):
        parts = turned_on.wiring.enrichment
        control = parts.controls.get("hunter")
        left = parts.spends.claim(control, "run-1", "call-1", 250, turned_on.clock.now())
        parts.spends.claim(control, "run-1", "call-2", 250, turned_on.clock.now())
        parts.spends.write_off(left)

        assert turned_on.get(HUNTER, **OSCAR).json["spend"] == {
            "day": "2026-03-03",
            "today": {"calls": 2, "money": 500},
            "last_run": {"job_id": "run-1", "calls": 2, "money": 500},
            "uncertain": {"calls": 1, "money": 250},
            "open_calls": 1,
        }


class TestMyChoice:
    def test_nothing_is_allowed_before_a_person_says_so(self, service):
        assert service.get(MINE, who="ann").json == {
            "consents": None,
            "consents_at": None,
            "has_opted_out": False,
            "opted_out_at": None,
            "is_allowed": False,
        }

    def test_a_person_allows_it_and_takes_that_back(self, service):
        allowed = service.ask("PUT", MINE, who="ann", body={"consents": True}).json
        assert (allowed["is_allowed"], allowed["consents_at"]) == (True, "2026-03-03T12:00:00.000Z")

        assert not service.ask("PUT", MINE, who="ann", body={"consents": False}).json["is_allowed"]
        assert service.get(MINE, who="bob").json["consents"] is None

    def test_an_opt_out_overrides_a_consent(self, service):
        service.ask("PUT", MINE, who="ann", body={"consents": True})

        opted_out = service.ask("PUT", MINE, who="ann", body={"has_opted_out": True}).json

        assert (opted_out["consents"], opted_out["is_allowed"]) == (True, False)

    def test_a_company_can_assume_consent_for_its_own_books(self):
        service = Service(ENRICHMENT_CONSENT="assumed")

        assert service.get(MINE, who="ann").json["is_allowed"]
        assert not service.ask("PUT", MINE, who="ann", body={"consents": False}).json["is_allowed"]

    def test_erasing_forgets_it(self, service):
        service.ask("PUT", MINE, who="ann", body={"consents": True})

        for forget in service.wiring.forgets().values():
            forget("ann")

        assert service.get(MINE, who="ann").json["consents"] is None

    def test_erasing_takes_the_person_out_of_the_scope_of_vendors(self, turned_on):
        patch(turned_on, {"scope": {"kind": "owners", "owners": ["ann", "bob"]}})

        for forget in turned_on.wiring.forgets().values():
            forget("ann")

        assert turned_on.get(HUNTER, **OSCAR).json["scope"]["owners"] == ["bob"]


class TestMyDataPage:
    def press(self, service: Service, button: str) -> str:
        session = service.sign_in("ann")
        answer = service.post("/me/enrichment", session=session, form={"csrf_token": session.csrf, "do": button})
        assert (answer.status, answer.headers["location"]) == (303, "https://contacts.example/me#enrichment")
        return str(service.get("/me", session=session).text)

    def test_says_that_nothing_is_sent_and_to_whom(self, service):
        page = service.get("/me", session=service.sign_in("ann")).text

        assert "no details of your contacts are sent to People Data Labs, Hunter, or Twilio Lookup" in page

    def test_each_button_does_what_it_says(self, service):
        assert "you allow that details of your contacts" in self.press(service, "allow")
        assert "you allow nothing more" in self.press(service, "withdraw")
        assert "nothing is added to your contacts" in self.press(service, "opt-out")
        assert "Do not enrich my contacts at all" in self.press(service, "opt-in")

    def test_a_form_without_a_button_is_refused(self, service):
        session = service.sign_in("ann")

        assert service.post("/me/enrichment", session=session, form={"csrf_token": session.csrf}).status == 422
