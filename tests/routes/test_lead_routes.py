"""Single leads and lists of leads over HTTP."""

import json
from typing import Any

import pytest

from tests.routes.service import Service, ServiceResponse
from tests.routes.test_cron_route import Context

LEADS = "/api/v1/organizations/acme/leads"
MARIA = {"channel": "whatsapp", "channelIdentifier": "+5511987654321", "name": "Maria", "tags": ["expo"]}
MAIL = {"channel": "email", "channelIdentifier": "maria@x.org"}
MISSING = "a" * 24


class Desk:
    """The API of leads for an admin of acme."""

    def __init__(self) -> None:
        self.service = Service()

    def ask(self, method: str, path: str, body: Any = None, role: str = "admin") -> ServiceResponse:
        return self.service.ask(method, LEADS + path, who="ann", organizations={"acme": [role]}, body=body)

    def create(self, *sent: Any) -> list[str]:
        results = self.ask("POST", "/resolve-batch", list(sent)).json["results"]
        return [each["lead"]["leadId"] for each in results]


@pytest.fixture
def desk() -> Desk:
    return Desk()


class TestALead:
    def test_is_read_with_an_etag(self, desk):
        (lead_id,) = desk.create(MARIA)

        answer = desk.ask("GET", f"/{lead_id}", role="member")

        assert (answer.status, answer.json["name"], answer.json["revision"]) == (200, "Maria", 1)
        assert answer.headers["etag"]

    @pytest.mark.parametrize("lead_id", [MISSING, "x", "%2e%2e"])
    def test_that_does_not_exist_is_not_found(self, desk, lead_id):
        assert desk.ask("GET", f"/{lead_id}").status == 404

    def test_is_edited_field_by_field(self, desk):
        (lead_id,) = desk.create({**MARIA, "custom": {"size": "XL", "color": "red"}, "phone": "+55 11"})

        answer = desk.ask(
            "PATCH", f"/{lead_id}", {"email": " m@x.org ", "phone": None, "custom": {"size": None, "shoe": "39"}}
        )

        lead = answer.json
        assert (lead["name"], lead["email"], lead["phone"]) == ("Maria", "m@x.org", "")
        assert (lead["custom"], lead["tags"], lead["revision"]) == ({"color": "red", "shoe": "39"}, ["expo"], 2)
        assert desk.ask("PATCH", f"/{lead_id}", {"tags": ["a", "b"], "custom": None}).json["custom"] == {}

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"name": "x" * 201}, "name"),
            ({"tags": ["x" * 65]}, "tags"),
            ({"color": "red"}, "color"),
            ({"name": 7}, "name"),
        ],
    )
    def test_is_not_edited_by_what_it_cannot_hold(self, desk, body, field):
        (lead_id,) = desk.create(MARIA)

        answer = desk.ask("PATCH", f"/{lead_id}", body)

        assert (answer.status, answer.json["field"]) == (422, field)

    def test_is_deleted_once(self, desk):
        (lead_id,) = desk.create(MARIA)

        assert [desk.ask("DELETE", f"/{lead_id}").status for _ in range(2)] == [204, 404]
        assert desk.create(MARIA) == [lead_id]


class TestIdentities:
    def test_one_is_added_moved_and_taken_off(self, desk):
        maria, joao = desk.create(MARIA, {"channel": "telegram", "channelIdentifier": "12345678"})

        added = desk.ask("POST", f"/{maria}/identities", MAIL).json
        key = added["identities"][1]["identityKey"]
        moved = desk.ask("POST", f"/{maria}/identities/{key}/move", {"leadId": joao}).json
        left = desk.ask("DELETE", f"/{joao}/identities/{key}").json

        assert [len(each["identities"]) for each in (added, moved["formerOwner"], moved["owner"], left)] == [2, 1, 2, 1]

    def test_refusals_say_why(self, desk):
        maria, mail = desk.create(MARIA, MAIL)
        key = desk.ask("GET", f"/{maria}").json["identities"][0]["identityKey"]

        taken = desk.ask("POST", f"/{maria}/identities", MAIL)
        last = desk.ask("DELETE", f"/{maria}/identities/{key}")
        invalid = desk.ask("POST", f"/{maria}/identities", {"channel": "email", "channelIdentifier": "nobody"})

        assert (taken.status, taken.json["type"], taken.json["leadId"]) == (409, "/problems/identity-taken", mail)
        assert (last.status, last.json["type"]) == (409, "/problems/last-identity")
        assert (invalid.status, invalid.json["field"]) == (422, "channelIdentifier")
        assert invalid.json["code"]


class TestErasing:
    def test_by_any_spelling_of_an_identity(self, desk):
        (lead_id,) = desk.create({**MARIA, "identities": [MAIL]})

        answer = desk.ask("POST", "/erase", {"identity": {**MARIA_ALONE, "channelIdentifier": "55 11 8765-4321"}})

        assert (answer.json["leadId"], len(answer.json["suppressedIdentityKeys"])) == (lead_id, 2)
        results = desk.ask("POST", "/resolve-batch", [MARIA, MAIL]).json["results"]
        assert [each["outcome"] for each in results] == ["suppressed", "suppressed"]

    def test_by_id(self, desk):
        (lead_id,) = desk.create(MARIA)

        assert [desk.ask("POST", "/erase", {"leadId": lead_id}).status for _ in range(2)] == [200, 404]

    def test_starts_a_job_that_admins_can_follow(self, desk):
        erased = desk.ask("POST", "/erase", {"identity": MAIL}).json
        path = f"/erasures/{erased['jobId']}"

        followed = desk.ask("GET", path).json

        assert erased["statusUrl"].endswith(f"{LEADS}{path}")
        assert followed["statusUrl"] == erased["statusUrl"]
        assert (followed["status"], followed["imports"], followed["deletedFiles"]) == ("queued", 0, [])
        assert desk.ask("GET", path, role="importer").status == 403
        assert desk.ask("GET", "/erasures/none").status == 404

    @pytest.mark.parametrize("body", [{}, {"leadId": MISSING, "identity": MAIL}])
    def test_names_one_of_both(self, desk, body):
        assert desk.ask("POST", "/erase", body).status == 422


MARIA_ALONE = {"channel": "whatsapp", "channelIdentifier": "+5511987654321"}


class TestExports:
    def test_are_followed_until_the_file_is_there(self, desk):
        desk.create(MARIA)
        started = desk.ask("POST", "/exports", {"format": "ndjson", "tag": "expo"})
        job_id = started.json["jobId"]

        desk.service.wiring.on_message(json.dumps({"job_id": job_id}), Context())

        done = desk.ask("GET", f"/exports/{job_id}").json
        assert (started.status, started.json["status"], started.json["downloadUrl"]) == (202, "queued", None)
        assert started.headers["location"].endswith(f"{LEADS}/exports/{job_id}")
        assert started.json["statusUrl"] == done["statusUrl"] == started.headers["location"]
        assert (done["status"], done["leads"]) == ("completed", 1)
        assert f"lead-exports/acme/{job_id}/leads.ndjson" in done["downloadUrl"]

    def test_are_deleted_with_an_erasure_which_names_them(self, desk):
        desk.create(MARIA)
        job_id = desk.ask("POST", "/exports", {}).json["jobId"]

        answer = desk.ask("POST", "/erase", {"identity": MARIA_ALONE})

        assert answer.json["deletedExports"] == [job_id]
        assert desk.ask("GET", f"/exports/{job_id}").json["status"] == "canceled"

    def test_in_an_unknown_format_are_refused(self, desk):
        assert desk.ask("POST", "/exports", {"format": "xlsx"}).json["field"] == "format"


class TestLists:
    def test_every_lead_comes_once_page_by_page(self, desk):
        ids = desk.create(*[{"channel": "telegram", "channelIdentifier": str(100_000 + each)} for each in range(25)])

        pages, cursor = [], ""
        while cursor is not None:
            answer = desk.ask("GET", f"?limit=10{cursor and f'&cursor={cursor}'}", role="member").json
            pages.append([each["leadId"] for each in answer["leads"]])
            cursor = answer["nextCursor"]

        assert sorted(each for page in pages for each in page) == sorted(ids)
        assert [len(page) for page in pages][:2] == [10, 10]

    def test_by_tag_and_by_what_created_them(self, desk):
        maria, mail = desk.create(MARIA, MAIL)

        def listed(query: str) -> list[str]:
            return [each["leadId"] for each in desk.ask("GET", query).json["leads"]]

        assert listed("?tag=expo") == [maria]
        assert listed("?tag=none") == []
        assert sorted(listed("?source=api")) == sorted([maria, mail])
        assert listed("?source=import-1") == []

    def test_a_search_finds_any_spelling(self, desk):
        (lead_id,) = desk.create({**MARIA, "identities": [MAIL]})

        for query in (
            "channel=whatsapp&channelIdentifier=55%2011%208765-4321",
            "channel=whatsapp&channelIdentifier=11%2098765-4321&region=BR",
            "channel=email&channelIdentifier=MARIA@x.org",
        ):
            assert [each["leadId"] for each in desk.ask("GET", f"?{query}").json["leads"]] == [lead_id], query
        assert desk.ask("GET", "?channel=email&channelIdentifier=nobody@x.org").json["leads"] == []

    @pytest.mark.parametrize(
        ("more", "is_found"),
        [("tag=expo", True), ("tag=none", False), ("source=api", True), ("source=import-1", False)],
    )
    def test_a_search_for_an_identity_may_be_narrowed(self, desk, more, is_found):
        (maria,) = desk.create(MARIA)

        found = desk.ask("GET", f"?channel=whatsapp&channelIdentifier=%2B5511987654321&{more}").json["leads"]

        assert [each["leadId"] for each in found] == [maria] * is_found

    @pytest.mark.parametrize(
        "query",
        ["cursor=x", "limit=0", "channel=email", "channelIdentifier=1", "channel=fax&channelIdentifier=1", "q=1"],
    )
    def test_a_query_that_makes_no_sense_is_refused(self, desk, query):
        assert desk.ask("GET", f"?{query}").status == 422

    def test_deleted_and_erased_leads_are_not_in_it(self, desk):
        maria, mail = desk.create(MARIA, MAIL)
        desk.ask("DELETE", f"/{maria}")
        desk.ask("POST", "/erase", {"leadId": mail})

        assert desk.ask("GET", "").json == {"leads": [], "nextCursor": None}
