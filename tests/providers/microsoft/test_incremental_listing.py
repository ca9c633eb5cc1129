"""Listing only what changed in a mailbox since the last listing."""

import pytest

from chalicelib.providers.microsoft.contact import SOURCE_FIELDS
from chalicelib.providers.provider import SyncExpired
from tests.fakes.graph import FakeGraph, Folder
from tests.providers.microsoft.mailbox import Reader, mailbox, person, sync_state


class TestIncremental:
    def test_only_changes_are_listed_and_they_are_partial(self):
        graph = mailbox()
        sync = sync_state(graph)
        graph.folders["work"].changes = [{"id": "w1", "jobTitle": "Boss", "department": None}]
        contact = Reader(graph).read(sync)

        assert list(contact) == ["w1"]
        assert contact["w1"].partial
        assert contact["w1"].fields == {"title": "Boss", "groups_by_id": {"work": "Work"}}
        assert contact["w1"].cleared == ("department",)

    def test_what_was_removed_is_gone(self):
        graph = mailbox()
        sync = sync_state(graph)
        graph.folders["default"].changes = [
            {"id": "d1", "@removed": {"reason": "deleted"}},
            {"id": "d2", "@removed": {"reason": "changed"}},
        ]

        assert Reader(graph).listed(sync)[:2] == ([], ["d1", "d2"])

    def test_a_contact_moved_to_another_folder_is_reported_as_gone_and_as_listed(self):
        graph = mailbox()
        sync = sync_state(graph)
        graph.folders["default"].changes = [{"id": "d1", "@removed": {"reason": "deleted"}}]
        graph.folders["work"].changes = [person("d1")]

        assert Reader(graph).listed(sync)[:2] == (["d1"], ["d1"])

    def test_a_new_folder_is_read_in_full(self):
        graph = mailbox()
        sync = sync_state(graph)
        graph.folders["new"] = Folder("New", [person("n1", categories=["Red"])])
        contact = Reader(graph).read(sync)["n1"]

        assert not contact.partial
        assert (contact.fields["groups"], contact.fields["groups_by_id"]) == (["Red"], {"new": "New"})

    def test_the_new_sync_state_works_for_the_next_import(self):
        graph = mailbox()
        graph.folders["work"].changes = [person("w1")]
        sync = Reader(graph).listed(sync_state(graph))[2]

        assert Reader(graph).listed(sync)[0] == ["w1"]

    def test_a_default_folder_that_became_empty_is_still_followed(self):
        graph = mailbox()
        sync = sync_state(graph)
        graph.folders["default"].contacts.clear()
        graph.folders["default"].changes = [{"id": "d1", "@removed": {"reason": "deleted"}}]

        assert Reader(graph).listed(sync)[1] == ["d1"]

    def test_a_folder_that_is_gone_leads_to_one_full_listing(self):
        graph = mailbox()
        sync = sync_state(graph)
        del graph.folders["empty"]

        with pytest.raises(SyncExpired):
            Reader(graph).pages(sync)

    def test_a_change_of_one_phone_does_not_lose_the_others(self):
        graph = mailbox()
        sync = sync_state(graph)
        graph.folders["work"].contacts = [person("w1", mobilePhone="2", businessPhones=["1"], homePhones=[])]
        graph.folders["work"].changes = [{"id": "w1", "mobilePhone": "2"}]
        contact = Reader(graph).read(sync)["w1"]

        assert [phone["raw"] for phone in contact.fields["phones"]] == ["1", "2"]
        assert set(contact.cleared) >= set(SOURCE_FIELDS) - set(contact.fields)

    def test_a_contact_deleted_before_it_is_read_again_is_left_to_the_next_import(self):
        graph = mailbox()
        sync = sync_state(graph)
        graph.folders["work"].changes = [{"id": "x9", "mobilePhone": "2"}]

        assert Reader(graph).listed(sync)[0] == []

    def test_too_many_incomplete_contacts_lead_to_a_full_listing(self):
        graph = mailbox()
        sync = sync_state(graph)
        graph.folders["work"].changes = [{"id": f"x{key}", "mobilePhone": "2"} for key in range(30)]

        with pytest.raises(SyncExpired):
            Reader(graph).pages(sync)

    def test_a_sync_state_for_other_fields_is_not_used(self):
        with pytest.raises(SyncExpired):
            Reader(mailbox()).pages({**sync_state(mailbox()), "fields": "older"})

    def test_it_sends_one_request_per_folder_after_listing_the_folders(self):
        graph = FakeGraph({"default": Folder("Contacts", [person("d1")], parent=None)})
        sync = sync_state(graph)
        reader = Reader(graph)
        reader.pages(sync)

        assert len(reader.http.requests) == 4
