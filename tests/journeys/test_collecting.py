"""Collections over real HTTP: one person's contacts, visible to another until they are deleted."""

import pytest

from tests.journeys.world import PersonHere, wait_for

COLLECTIONS = "/api/v1/collections"


@pytest.fixture
def shared(anna: PersonHere, bert: PersonHere) -> str:
    """A collection of Anna's that Bert edits, with contacts of both; its path."""
    path = f"{COLLECTIONS}/{anna.post(COLLECTIONS, {'name': 'Both'})['collection_id']}"
    assert anna.ask("PUT", f"{path}/shares/{bert.name}", json={"role": "editor"}).status_code == 200
    (invitation,) = bert.get(f"{COLLECTIONS}/invitations")["invitations"]
    assert bert.post(f"{COLLECTIONS}/invitations/{invitation['collection_id']}/accept", {})["role"] == "editor"
    for person, provider in ((anna, "google"), (bert, "microsoft")):
        person.import_account(provider, person.world.account(provider, 12))
        ids = [each["contact_id"] for each in person.book()]
        added = person.post(f"{path}/members", {"contact_ids": ids})
        assert (added["added"], added["not_found"]) == (len(ids), [])
    return path


class TestCollecting:
    def test_both_see_the_contacts_of_both(self, anna, bert, shared):
        for person in (anna, bert):
            members = person.get(f"{shared}/members", params={"limit": 200})["members"]
            assert len(members) == person.get(shared)["member_count"] == len(anna.book()) + len(bert.book())
            assert {each["added_by"] for each in members} == {anna.name, bert.name}
            assert all(each["display"] for each in members)

    def test_an_account_that_goes_with_its_contacts_takes_them_out(self, anna, bert, shared):
        (account,) = bert.connections()
        target = f"/api/v1/connections/{account['connection_id']}?contacts=remove"
        bert.wait_until_finished(bert.ask("DELETE", target).json()["job_id"])

        assert {each["added_by"] for each in anna.get(f"{shared}/members")["members"]} == {anna.name}
        assert anna.get(shared)["member_count"] == len(anna.book())

    def test_an_erased_person_is_no_longer_in_it(self, anna, bert, shared):
        assert bert.ask("DELETE", "/api/v1/me").status_code == 202

        wait_for(lambda: anna.get(f"{shared}/shares")["shares"] == [], 30, "the share to be gone")
        assert {each["added_by"] for each in anna.get(f"{shared}/members")["members"]} == {anna.name}

    def test_an_owner_deletes_it_for_everybody(self, anna, bert, shared):
        assert anna.ask("DELETE", shared).status_code == 204

        assert bert.ask("GET", shared).status_code == 404
        assert bert.get(COLLECTIONS) == {"collections": []}
        assert bert.book()
