"""Each fault happens where, when and as often as it was asked for, and then everything is well again."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from local.sandbox.faults import KINDS, BadFault, Fault, Faults

CONTACTS = "/v1.0/me/contacts"


class TestFaults:
    def test_a_fault_meets_as_many_requests_as_it_says(self):
        faults = Faults([Fault("500", "google", times=2)])

        assert [bool(faults.take("google", "list", 1, "")) for _ in range(3)] == [True, True, False]

    def test_it_waits_for_its_page_its_place_and_its_account(self):
        faults = Faults([Fault("500", "google", "list", page=2, address="ada@gmail.example")])
        elsewhere = [("microsoft", "list", 2, "ada@gmail.example"), ("google", "token", 2, "ada@gmail.example")]
        elsewhere += [("google", "list", 1, "ada@gmail.example"), ("google", "list", 2, "bert@gmail.example")]

        assert [faults.take(*each) for each in elsewhere] == [None] * 4
        assert faults.take("google", "list", 2, "ada@gmail.example")

    def test_it_lets_some_go_by_first(self):
        faults = Faults([Fault("500", "google", skip=2)])

        assert [bool(faults.take("google", "list", 1, "")) for _ in range(4)] == [False, False, True, False]

    def test_the_oldest_comes_first_and_one_request_meets_one(self):
        faults = Faults([Fault("500", "google"), Fault("503", "google")])
        met = [faults.take("google", "list", 1, "") for _ in range(2)]

        assert [fault.fault for fault in met if fault] == ["500", "503"]

    @pytest.mark.parametrize("description", [{}, {"fault": "500"}, {"fault": "rain", "provider": "google"}, []])
    def test_an_unknown_fault_is_refused(self, description):
        with pytest.raises(BadFault):
            Faults().add(description)

    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_every_kind_can_be_requested(self, kind):
        assert Faults().add({"fault": kind, "provider": "microsoft"}).fault == kind


class TestGoogle:
    @pytest.mark.parametrize(
        ("fault", "status", "reason"),
        [
            ("429", 429, "RATE_LIMIT_EXCEEDED"),
            ("quota", 403, "RATE_LIMIT_EXCEEDED"),
            ("expire-sync", 400, "EXPIRED_SYNC_TOKEN"),
            ("insufficient-scope", 403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
            ("service-disabled", 403, "SERVICE_DISABLED"),
            ("500", 500, None),
            ("503", 503, None),
            ("expire-page-token", 400, None),
        ],
    )
    def test_refusals_have_googles_shape_and_pass(self, google, fault, status, reason):
        caller = google().connect()
        caller.fault(fault)
        error = caller.page()
        details = error.json()["error"].get("details")

        assert (error.status_code, error.json()["error"]["code"]) == (status, status)
        assert (details[0]["reason"] if details else None) == reason
        assert caller.page().status_code == 200

    def test_retry_after_is_in_seconds_a_date_or_missing(self, google):
        caller = google().connect()
        for fault in ({"fault": "429", "seconds": 7}, {"fault": "429-date", "seconds": 90}, {"fault": "429"}):
            caller.fault(**fault)
        seconds, date, silent = (caller.page().headers.get("Retry-After") for _ in range(3))

        assert (seconds, silent) == ("7", None)
        assert timedelta(seconds=80) < parsedate_to_datetime(date) - datetime.now(UTC) < timedelta(seconds=91)

    def test_a_bad_gateway_speaks_html(self, google):
        caller = google().connect()
        caller.fault("502")
        answer = caller.page()

        assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")

    def test_a_hanging_request_gets_no_byte(self, google):
        caller = google().connect()
        caller.fault("hang", seconds=30)

        with pytest.raises(requests.ReadTimeout):
            caller.get("/v1/people/me/connections", timeout=0.2)

    def test_a_dripping_answer_arrives_whole_and_slowly(self, google):
        caller = google(contacts=3).connect()
        caller.fault("drip", seconds=0.3)
        answer = caller.page()

        assert len(answer.json()["connections"]) == 3
        assert len(answer.content) == int(answer.headers["Content-Length"])

    def test_a_connection_may_be_cut(self, google):
        caller = google().connect()
        caller.fault("reset")

        with pytest.raises(requests.ConnectionError):
            caller.page()

    @pytest.mark.parametrize("fault", ["truncated", "html"])
    def test_what_is_not_json(self, google, fault):
        caller = google().connect()
        caller.fault(fault)
        answer = caller.page()

        assert answer.status_code == 200
        with pytest.raises(requests.JSONDecodeError):
            answer.json()

    def test_wrong_types_keep_the_ids(self, google):
        caller = google().connect()
        caller.fault("wrong-types")
        person = caller.page().json()["connections"][0]

        assert (type(person["resourceName"]), person["names"]) == (str, 17)

    def test_a_huge_body_is_as_long_as_it_says(self, google):
        caller = google().connect()
        caller.fault("huge", size=1_000_003)

        assert len(caller.page().content) == 1_000_003

    def test_an_empty_page_leads_on_to_everybody(self, google):
        caller = google(contacts=250).connect()
        caller.fault("empty-page", page=2)
        pages = list(caller.pages())

        assert [len(page.get("connections", [])) for page in pages] == [100, 0, 100, 50]

    def test_a_repeated_token_is_the_very_token_that_was_sent(self, google):
        caller = google(contacts=250).connect()
        caller.fault("repeat-token", page=2)
        token = caller.page().json()["nextPageToken"]

        assert caller.page(pageToken=token).json()["nextPageToken"] == token

    def test_shifting_pages_list_a_person_twice(self, google):
        caller = google(contacts=250).connect()
        caller.fault("shift", page=2)
        pages = [[each["resourceName"] for each in page["connections"]] for page in caller.pages()]

        assert pages[1][0] == pages[0][-1]
        assert len({each for page in pages for each in page}) == 251

    def test_a_token_may_expire_after_some_requests_and_be_refreshed(self, google):
        caller = google().connect()
        caller.fault("expire-token", skip=2)

        assert [caller.page().status_code for _ in range(4)] == [200, 200, 401, 401]
        caller.tokens |= caller.refresh().json()
        assert caller.page().status_code == 200

    def test_a_grant_revoked_midway_cannot_be_refreshed(self, google):
        caller = google().connect()
        caller.fault("revoke", skip=1)

        assert [caller.page().status_code for _ in range(2)] == [200, 401]
        assert caller.refresh().json()["error"] == "invalid_grant"

    @pytest.mark.parametrize(
        ("fault", "error"), [("invalid-grant", "invalid_grant"), ("invalid-client", "invalid_client")]
    )
    def test_the_token_endpoint_may_refuse(self, google, fault, error):
        caller = google().connect()
        caller.fault(fault, where="token")

        assert caller.refresh().json()["error"] == error
        assert caller.refresh().status_code == 200

    @pytest.mark.parametrize(
        ("fault", "member"), [("no-refresh-token", "refresh_token"), ("no-expires-in", "expires_in")]
    )
    def test_the_token_endpoint_may_leave_things_out(self, google, fault, member):
        caller = google()
        caller.fault(fault, where="token")

        assert member not in caller.connect().tokens
        assert member in caller.connect().tokens

    @pytest.mark.parametrize("where", ["userinfo", "groups", "revoke"])
    def test_other_places_can_fail_too(self, google, where):
        caller = google().connect()
        caller.fault("503", where=where)
        url = {"userinfo": "/google/userinfo", "groups": "/v1/contactGroups", "revoke": "/google/revoke"}[where]

        assert caller.get(url).status_code == 503


class TestMicrosoft:
    @pytest.mark.parametrize(
        ("fault", "status", "code"),
        [
            ("429", 429, "ApplicationThrottled"),
            ("503", 503, "ErrorServerBusy"),
            ("expire-sync", 410, "SyncStateNotFound"),
            ("insufficient-scope", 403, "ErrorAccessDenied"),
        ],
    )
    def test_refusals_have_graphs_shape(self, microsoft, fault, status, code):
        caller = microsoft().connect()
        caller.fault(fault)
        answer = caller.get(CONTACTS)

        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)

    def test_a_link_may_lead_to_a_foreign_host(self, microsoft):
        caller = microsoft().connect()
        caller.fault("foreign-link")

        assert caller.get(CONTACTS).json()["@odata.nextLink"].startswith("http://evil.example/v1.0/me/contacts?")

    def test_a_link_may_lead_to_itself(self, microsoft):
        caller = microsoft().connect()
        caller.fault("repeat-token", page=2)
        link = caller.get(CONTACTS).json()["@odata.nextLink"]

        assert caller.get(link).json()["@odata.nextLink"] == link

    def test_folders_can_fail_too(self, microsoft):
        caller = microsoft().connect()
        caller.fault("500", where="folders")

        assert caller.get("/v1.0/me/contactFolders").status_code == 500

    def test_more_requests_at_once_than_exchange_serves_are_sent_away(self, microsoft):
        caller = microsoft().connect()
        caller.control(f"accounts/{caller.address}/settings", {"max_concurrent": 4})
        world = caller.sandbox.world
        world.in_flight["microsoft"] = 4
        assert caller.get(CONTACTS).json()["error"]["code"] == "ApplicationThrottled"
        world.in_flight["microsoft"] = 3
        assert caller.get(CONTACTS).status_code == 200


class TestLatency:
    def test_each_page_takes_its_time(self, google):
        caller = google().connect()
        caller.control(f"accounts/{caller.address}/settings", {"latency_ms": 120})

        assert caller.page().elapsed > timedelta(milliseconds=120)
        assert caller.get("/google/userinfo").elapsed < timedelta(milliseconds=120)
