"""What a sandbox with a state folder still knows after a restart, and what its control routes return."""

import jwt
import pytest
import requests

from local.sandbox import running
from local.sandbox.sealed import Seal
from local.sandbox.state_files import StateFiles
from local.sandbox.tokens import AUDIENCE, mint
from tests.local.sandbox.callers import Google, Microsoft


class TestRestart:
    def test_connections_accounts_and_what_was_done_to_them_live_on(self, google, tmp_path):
        caller = google().connect()
        since = caller.sync_token()
        touched = caller.do(do="delete", numbers=[2])["touched"] + caller.do(do="change", numbers=[1])["touched"]
        caller.control(f"accounts/{caller.address}/settings", {"latency_ms": 1})
        with running(tmp_path / "state") as again:
            later = Google(again, caller.address, tokens=caller.tokens)

            changed = [person["resourceName"] for person in later.page(syncToken=since).json()["connections"]]
            assert changed == [each["id"] for each in touched]
            assert later.refresh().status_code == 200
            assert later.control(f"accounts/{caller.address}", method="GET")["settings"] == {"latency_ms": 1}

    def test_a_change_to_a_demo_account_lives_on_too(self, sandbox, tmp_path):
        Microsoft(sandbox, "ada@outlook.example").do(do="delete", count=7)
        with running(tmp_path / "state") as again:
            account = Microsoft(again, "").control("accounts/ada@outlook.example", method="GET")

        assert (account["contacts"], account["living"]) == (1_200, 1_193)

    def test_what_was_revoked_stays_revoked(self, google, tmp_path):
        caller = google().connect()
        caller.control(f"accounts/{caller.address}/revoke")
        with running(tmp_path / "state") as again:
            later = Google(again, caller.address, tokens=caller.tokens)

            assert (later.page().status_code, later.refresh().status_code) == (401, 400)

    def test_without_a_folder_tokens_end_with_the_process(self, google):
        caller = google().connect()
        with running() as other:
            assert Google(other, caller.address, tokens=caller.tokens).page().status_code == 401


class TestKept:
    def test_a_line_torn_by_a_kill_is_left_out(self, tmp_path):
        kept = StateFiles(tmp_path)
        kept.append("log", {"n": 1})
        with (tmp_path / "log.jsonl").open("a") as file:
            file.write('{"n": 2, "torn')

        assert kept.lines("log") == [{"n": 1}]

    def test_what_goes_on_after_a_torn_line_is_kept(self, tmp_path):
        kept = StateFiles(tmp_path)
        (tmp_path / "log.jsonl").write_text('{"n": 1}\n{"n": 2, "torn')
        kept.append("log", {"n": 3})

        assert kept.lines("log") == [{"n": 1}, {"n": 3}]

    def test_a_value_that_is_created_once_is_shared(self, tmp_path):
        first, second = StateFiles(tmp_path), StateFiles(tmp_path)

        assert first.once("key", lambda: "one") == second.once("key", lambda: "two") == "one"
        assert [path.name for path in tmp_path.iterdir()] == ["key.json"]

    def test_a_mangled_token_is_refused(self):
        seal = Seal(StateFiles(None))
        token = seal.close({"page": 2})
        mangled = [token[:-1], token + "A", token.swapcase(), "", "é", token[1:], "A" * 40]

        assert seal.open(token) == {"page": 2}
        assert [seal.open(each) for each in mangled] == [None] * len(mangled)


class TestSignIn:
    @pytest.mark.parametrize("operator", [False, True])
    def test_tokens_of_either_way_pass_the_published_key(self, sandbox, tmp_path, operator):
        caller = Google(sandbox, "")
        over_http = caller.control("token", {"person": "ada", "operator": operator})["token"]
        from_the_folder = mint(tmp_path / "state", sandbox.origin, "ada", operator=operator)
        key = jwt.PyJWK(caller.get("/signin/jwks").json()["keys"][0])
        for token in (over_http, from_the_folder):
            token_claims = jwt.decode(token, key, ["RS256"], audience=AUDIENCE, issuer=f"{sandbox.origin}/signin")

            assert (token_claims["sub"], token_claims.get("roles")) == ("ada", ["operator"] if operator else None)
            assert token_claims["exp"] - token_claims["iat"] == 12 * 3600
            assert "organizations" not in token_claims

    def test_a_token_has_the_roles_the_scopes_and_the_client_that_are_asked_for(self, sandbox):
        given = {"acme": ["importer"], "other": ["member"]}
        asked = {"person": "ada", "organizations": given, "scopes": ["contacts:read"], "client": "crm"}
        token = Google(sandbox, "").control("token", asked)["token"]

        token_claims = jwt.decode(token, options={"verify_signature": False})
        assert token_claims["organizations"] == given
        assert (token_claims["scope"], token_claims["act"]) == ("contacts:read", {"sub": "crm"})


class TestControl:
    def test_requests_are_counted_and_listed_without_tokens(self, google):
        caller = google(contacts=150).connect()
        caller.people()
        response = requests.get(caller.sandbox.origin + "/sandbox/requests", timeout=10)

        assert response.json()["counts"]["google list"] == 2
        assert [line["page"] for line in response.json()["requests"] if line["where"] == "list"] == [1, 2]
        secrets = [caller.tokens["access_token"], caller.tokens["refresh_token"], "sandbox-google-secret", "state-1"]
        assert [secret for secret in secrets if secret in response.text] == []
        caller.control("requests", method="DELETE")
        assert caller.control("requests", method="GET")["total"] == 0

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("accounts", {"provider": "yahoo", "address": "a@b.example"}),
            ("accounts", {"provider": "google"}),
            ("accounts", {"provider": "google", "address": "a@b.example", "shoes": 2}),
            ("accounts", {"provider": "google", "address": "a@b.example", "known_from": "nobody@b.example"}),
            ("accounts/nobody@b.example/contacts", {"do": "add"}),
            ("accounts/ada@gmail.example/contacts", {"do": "dance"}),
            ("accounts/ada@gmail.example/contacts", {"do": "delete", "numbers": [99_999]}),
            ("accounts/ada@gmail.example/contacts", {"do": "add", "people": [{"shoes": 2}]}),
            ("settings", {"weather": "rain"}),
            ("faults", {"fault": "rain", "provider": "google"}),
        ],
    )
    def test_what_cannot_be_done_is_refused_with_a_reason(self, sandbox, path, body):
        answer = requests.post(f"{sandbox.origin}/sandbox/{path}", json=body, timeout=10)

        assert answer.status_code == 400
        assert answer.json()["error"]

    def test_a_door_that_is_not_there_names_those_that_are(self, sandbox):
        answer = requests.post(sandbox.origin + "/sandbox/door", json={}, timeout=10)

        assert (answer.status_code, len(answer.json()["routes"]) > 5) == (404, True)

    def test_people_can_be_added_by_hand_whole_or_raw(self, google):
        caller = google(contacts=0).connect()
        by_hand = {"given": "Ada", "family": "Hopper", "emails": ["ada@mail.example"], "phones": ["+49 1512 0000017"]}
        caller.do(do="add", people=[{**by_hand, "birthday": [None, 2, 29]}])
        caller.do(do="add", raw=[{"names": [{"displayName": "Raw"}]}])
        ada, raw = caller.people()

        assert (ada["names"][0]["displayName"], ada["emailAddresses"][0]["value"]) == ("Ada Hopper", "ada@mail.example")
        assert (ada["phoneNumbers"][0]["canonicalForm"], ada["birthdays"][0]["date"]) == (
            "+4915120000017",
            {"month": 2, "day": 29},
        )
        assert raw["names"][0]["displayName"] == "Raw"

    def test_the_home_page_lists_the_accounts(self, sandbox):
        assert "ada@gmail.example" in requests.get(sandbox.origin + "/", timeout=10).text
