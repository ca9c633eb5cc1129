"""Invitations over HTTP: people join a collection, and see it in their list, only after they accept."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from chalicelib.collections.collection import MOST_COLLECTIONS
from chalicelib.erasing.erase_person import LONGEST_RUN
from tests.routes.service import Service

COLLECTIONS = "/api/v1/collections"
INVITATIONS = f"{COLLECTIONS}/invitations"
BLOCKED = f"{COLLECTIONS}/blocked"


class Host:
    """Ann, who has a collection and invites people to it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.collection_id = self.make("Friends")

    def make(self, name: str, who: str = "ann") -> str:
        made: str = self.service.post(COLLECTIONS, who=who, body={"name": name}).json["collection_id"]
        return made

    def invite(self, person: str, role: str = "viewer", *, to: str = "", who: str = "ann"):
        target = f"{COLLECTIONS}/{to or self.collection_id}/shares/{quote(person, safe='')}"
        return self.service.ask("PUT", target, who=who, body={"role": role})

    def withdraw(self, person: str):
        return self.service.ask("DELETE", f"{COLLECTIONS}/{self.collection_id}/shares/{person}", who="ann")

    def answer(self, action: str, who: str = "vera"):
        return self.service.post(f"{INVITATIONS}/{self.collection_id}/{action}", who=who)

    def received(self, who: str = "vera", query: str = "") -> list[dict]:
        return self.service.get(INVITATIONS + query, who=who).json["invitations"]

    def shares(self) -> list[dict]:
        return self.service.get(f"{COLLECTIONS}/{self.collection_id}/shares", who="ann").json["shares"]

    def erase(self, who: str) -> None:
        job_id = self.service.ask("DELETE", "/api/v1/me", who=who).json["job_id"]
        for _ in range(2):
            self.service.wiring.engine.start_job(
                job_id, until=self.service.clock.now() + LONGEST_RUN, reserve=timedelta()
            )
            self.service.clock.advance(LONGEST_RUN)


@pytest.fixture
def host(service: Service) -> Host:
    return Host(service)


class TestInviting:
    def test_is_answered_as_invited_until_it_is_accepted(self, host):
        assert host.invite("vera").json == {
            "person": "vera",
            "role": "viewer",
            "state": "invited",
            "expires_at": host.received()[0]["expires_at"],
        }
        host.answer("accept")

        accepted = {"person": "vera", "role": "editor", "state": "accepted", "expires_at": None}
        assert host.invite("vera", "editor").json == accepted
        assert host.shares() == [accepted]

    def test_shows_who_invites_to_what(self, host):
        host.invite("vera", "editor")

        (invitation,) = host.received()
        assert invitation == {
            "collection_id": host.collection_id,
            "name": "Friends",
            "owner": "ann",
            "owner_name": "Ann",
            "role": "editor",
            "invited_at": invitation["invited_at"],
            "expires_at": invitation["expires_at"],
        }

    @pytest.mark.parametrize("more", ["", "/members", "/shares"])
    def test_opens_nothing_before_it_is_accepted(self, host, more):
        host.invite("vera")

        path = f"{COLLECTIONS}/{host.collection_id}{more}"
        stranger = host.service.get(path, who="sue")
        assert host.service.get(path, who="vera").json == stranger.json
        assert stranger.status == 404
        host.answer("accept")
        assert host.service.get(path, who="vera").status == 200

    def test_is_not_in_ones_list_before_it_is_accepted(self, host):
        host.invite("vera")
        assert host.service.get(COLLECTIONS, who="vera").json == {"collections": []}

        assert host.answer("accept").json["role"] == "viewer"
        assert [each["name"] for each in host.service.get(COLLECTIONS, who="vera").json["collections"]] == ["Friends"]
        assert host.received() == []


class TestStrangers:
    def test_learn_nothing_of_the_person_they_invite(self, host):
        """Invites an unknown person, one who blocks the host, one who declines, and one who reached the limit."""
        collections = host.service.wiring.shared.collections
        for number in range(MOST_COLLECTIONS):
            collections.add("fay", f"Number {number}")
        host.service.ask("PUT", f"{BLOCKED}/ann", who="bob")
        answers = [host.invite(person) for person in ("nobody", "bob", "dee", "fay")]
        host.answer("decline", who="dee")

        assert host.answer("accept", who="fay").status == 409
        assert len({(each.status, each.text.replace(each.json["person"], "")) for each in answers}) == 1
        assert len({(each["role"], each["state"], each["expires_at"]) for each in host.shares()}) == 1
        for person in ("nobody", "bob", "dee", "fay"):
            assert host.withdraw(person).status == 204
        assert host.shares() == []

    def test_do_not_use_up_the_limit_of_the_invited_person(self, host):
        """Two hundred invitations by twenty people: she still makes as many collections as one can have."""
        collections = host.service.wiring.shared.collections
        for number in range(200):
            sender = f"sender-{number // 10}"
            made = collections.add(sender, f"Number {number}").collection_id
            assert host.invite("vera", to=made, who=sender).status == 200

        assert host.service.get(COLLECTIONS, who="vera").json == {"collections": []}
        for number in range(MOST_COLLECTIONS - 1):
            collections.add("vera", f"Her {number}")
        assert host.service.post(COLLECTIONS, who="vera", body={"name": "The last"}).status == 201

    def test_get_an_error_at_their_own_limit(self, host):
        for number in range(9):
            host.invite("vera", to=host.make(f"Number {number}"))
        host.invite("vera")

        answer = host.invite("vera", to=host.make("One more"))
        assert (answer.status, "10 unanswered invitations" in answer.json["detail"]) == (409, True)


class TestAnswering:
    def test_the_error_for_a_full_list_has_its_limit(self, host):
        for number in range(MOST_COLLECTIONS):
            host.service.wiring.shared.collections.add("vera", f"Number {number}")
        host.invite("vera")

        answer = host.answer("accept")
        assert (answer.status, answer.json["limit"]) == (409, MOST_COLLECTIONS)
        assert "Leave or delete one first" in answer.json["detail"]
        assert len(host.received()) == 1

    def test_decline_hides_it(self, host):
        host.invite("vera")

        assert (host.answer("decline").status, host.received()) == (204, [])
        assert [host.answer(action).status for action in ("accept", "decline")] == [404, 404]

    def test_what_was_withdrawn_is_not_there(self, host):
        host.invite("vera")
        host.withdraw("vera")

        missing = host.service.post(f"{INVITATIONS}/{'A' * 22}/accept", who="vera")
        assert host.answer("accept").json == missing.json

    def test_the_list_comes_in_pages(self, host):
        host.invite("vera")
        host.invite("vera", to=host.make("Second"))

        first = host.service.get(f"{INVITATIONS}?limit=1", who="vera").json
        second = host.service.get(f"{INVITATIONS}?limit=1&cursor={first['next_cursor']}", who="vera").json
        names = [each["name"] for page in (first, second) for each in page["invitations"]]
        assert (sorted(names), second["next_cursor"]) == (["Friends", "Second"], None)

    @pytest.mark.parametrize("query", ["cursor=x", "limit=0", "limit=201", f"cursor={'a' * 300}", "page=1"])
    def test_the_list_refuses_what_it_does_not_know(self, host, query):
        answer = host.service.get(f"{INVITATIONS}?{query}", who="vera")

        assert (answer.status, answer.json["field"]) == (422, query.partition("=")[0])


class TestBlocking:
    def test_hides_all_of_a_senders_invitations_until_they_are_unblocked(self, host):
        host.invite("vera")
        blocked = host.service.ask("PUT", f"{BLOCKED}/ann", who="vera").json

        assert host.service.get(BLOCKED, who="vera").json == {"blocked": [blocked]}
        assert blocked["person"] == "ann"
        assert (host.received(), host.answer("accept").status) == ([], 404)
        assert host.service.ask("DELETE", f"{BLOCKED}/ann", who="vera").status == 204
        assert len(host.received()) == 1

    def test_takes_any_sub(self, host):
        person = "auth0|with/odd#signs"

        assert host.service.ask("PUT", f"{BLOCKED}/{quote(person, safe='')}", who="vera").json["person"] == person

    def test_is_not_for_oneself(self, host):
        answer = host.service.ask("PUT", f"{BLOCKED}/vera", who="vera")

        assert (answer.status, answer.json["field"]) == (422, "person")


class TestErasing:
    def stored(self, host: Host) -> str:
        return str([item for item in host.service.dynamodb.stored_items() if "person#" in str(item)])

    def test_a_person_takes_their_invitations_and_blocks(self, host):
        host.invite("vera")
        host.invite("vera", to=host.make("Bob's", who="bob"), who="bob")
        host.answer("decline")
        host.service.ask("PUT", f"{BLOCKED}/sue", who="vera")
        host.erase("vera")

        assert "vera" not in self.stored(host)
        assert "sue" not in self.stored(host)
        assert host.shares() == []

    def test_a_sender_takes_what_they_sent(self, host):
        host.invite("vera")
        host.invite("nobody")
        host.erase("ann")

        assert host.received() == []
        assert self.stored(host) == "[]"
