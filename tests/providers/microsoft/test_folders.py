"""The folders of a mailbox: each is read once, and its name is a group of its contacts."""

import itertools
from typing import Any

import pytest

from chalicelib.foundation.errors import ProviderBroken
from chalicelib.providers.provider import ListLoops, SyncExpired
from tests.fakes.graph import ORIGIN, FakeGraph, Folder
from tests.fakes.transport import make_reply
from tests.providers.microsoft.mailbox import Reader, mailbox, person, sync_state


class TestAllFolders:
    def test_contacts_of_all_folders_are_listed_once(self):
        listed, gone, _ = Reader(mailbox()).listed()

        assert (sorted(listed), gone) == (["d1", "d2", "o1", "w1"], [])

    def test_a_folder_list_that_names_the_default_folder_too_lists_it_once(self):
        graph = mailbox()
        graph.folders["default"].parent = "default"

        assert sorted(Reader(graph).listed()[0]) == ["d1", "d2", "o1", "w1"]

    def test_folders_that_contain_each_other_do_not_loop(self):
        graph = mailbox()
        graph.folders["work"].parent = "old"
        graph.folders["default"].parent = "old"
        graph.folders["old"].parent = "default"

        assert sorted(Reader(graph).listed()[0]) == ["d1", "d2", "o1", "w1"]

    def test_a_folder_name_is_a_group_except_the_default_folders(self):
        read = Reader(mailbox()).read()

        assert read["w1"].fields["groups_by_id"] == {"work": "Work"}
        assert "groups" not in read["d1"].fields

    def test_an_empty_default_folder_hides_no_other(self):
        graph = mailbox()
        graph.folders["default"].contacts.clear()

        assert sorted(Reader(graph).listed()[0]) == ["o1", "w1"]

    def test_an_empty_mailbox_ends_with_a_sync_state(self):
        reader = Reader(FakeGraph({"default": Folder("Contacts", [], parent=None)}))

        assert reader.listed()[:2] == ([], [])
        assert reader.pages()[-1].sync is not None

    @pytest.mark.parametrize("status", [404, 405, 501])
    def test_only_the_default_folder_is_read_if_folders_cannot_be_listed(self, status):
        graph = mailbox(refuse={"contactFolders?": make_reply(b"", status), "childFolders": make_reply(b"", status)})

        assert Reader(graph).listed()[0] == ["d1", "d2"]

    def test_a_default_folder_with_unknown_id_is_listed_without_delta(self):
        contacts = make_reply({"value": [person("d1")]})
        reader = Reader(FakeGraph({}, refuse={"/me/contacts?": contacts}))

        assert reader.listed() == (["d1"], [], None)

    def test_folder_lists_have_pages(self):
        graph = mailbox()
        second = make_reply({"value": [{"id": "work", "displayName": "Work"}]})
        first = make_reply({"value": [], "@odata.nextLink": f"{ORIGIN}/v1.0/me/contactFolders?$skip=1"})
        graph.refuse = {"contactFolders?$skip": second, "contactFolders?": first, "default/childFolders": first}

        assert sorted(Reader(graph).listed()[0]) == ["d1", "d2", "o1", "w1"]

    def test_a_folder_list_that_links_to_itself_restarts(self):
        graph = mailbox()
        graph.refuse = {"default/childFolders": make_reply({"value": [], "@odata.nextLink": f"{ORIGIN}/again"})}
        graph.refuse["/again"] = make_reply({"value": [], "@odata.nextLink": f"{ORIGIN}/again"})

        with pytest.raises(ListLoops):
            Reader(graph).pages()

    def test_a_folder_list_that_links_in_a_circle_restarts(self):
        graph = mailbox()
        graph.refuse = {"default/childFolders": make_reply({"value": [], "@odata.nextLink": f"{ORIGIN}/one"})}
        graph.refuse["/one"] = make_reply({"value": [], "@odata.nextLink": f"{ORIGIN}/two"})
        graph.refuse["/two"] = make_reply({"value": [], "@odata.nextLink": f"{ORIGIN}/one"})

        with pytest.raises(ListLoops):
            Reader(graph).pages()

    def test_too_many_folders_are_an_error(self):
        numbers = itertools.count()

        def endless(_):
            return make_reply({"value": [{"id": f"f{next(numbers)}", "displayName": "More"}]})

        with pytest.raises(ProviderBroken, match="folders"):
            Reader(endless).pages()

    def test_a_folder_without_child_folders_is_not_listed(self):
        graph = mailbox()
        inside = {"value": [{"id": "empty", "displayName": "Empty", "childFolderCount": 0}]}
        graph.refuse = {"contactFolders?": make_reply(inside), "default/childFolders": make_reply(inside)}
        reader = Reader(graph)
        reader.pages()

        assert "contactFolders/empty/childFolders" not in reader.paths()

    def test_many_empty_folders_are_skipped_in_few_steps(self):
        folders = {f"f{number}": Folder(f"F{number}", []) for number in range(60)}
        graph = FakeGraph({"default": Folder("Contacts", [person("d1")], parent=None), **folders})

        assert len(Reader(graph).pages()) < 14


def mailbox_without_parents(**more: Any) -> FakeGraph:
    """The mailbox, of a Graph whose contacts do not say where they are, and whose list names the default folder."""
    graph = mailbox(tells_parents=False, **more)
    graph.folders["default"].parent = "default"
    return graph


class TestUnnamedDefaultFolder:
    def test_a_listed_default_folder_is_recognized_by_its_first_contact_and_read_once(self):
        reader = Reader(mailbox_without_parents())

        assert sorted(reader.listed()[0]) == ["d1", "d2", "o1", "w1"]
        assert next(page.estimate for page in reader.pages() if page.records) == 4
        assert "groups" not in reader.read()["d1"].fields

    def test_it_is_recognized_without_counts_too(self):
        graph = mailbox_without_parents()
        uncounted = {"value": [{"id": "d1"}]}
        graph.refuse = {
            "default/contacts?$top=1&$count": make_reply(uncounted),
            "/me/contacts?$top=1": make_reply(uncounted),
        }
        graph.refuse["work/contacts?$top=1&$count"] = make_reply(b"", 501)

        assert sorted(Reader(graph).listed()[0]) == ["d1", "d2", "o1", "w1"]

    def test_an_unlisted_default_folder_is_read_too(self):
        listed, _, sync = Reader(mailbox(tells_parents=False)).listed()

        assert (sorted(listed), sync) == (["d1", "d2", "o1", "w1"], None)

    def test_its_changes_are_listed_incrementally_next_time(self):
        graph = mailbox_without_parents()
        sync = sync_state(graph)
        graph.folders["default"].changes = [person("d2")]

        assert Reader(graph).listed(sync)[0] == ["d2"]

    def test_a_default_folder_that_was_empty_is_followed_once(self):
        graph = mailbox_without_parents()
        graph.folders["default"].contacts.clear()
        sync = sync_state(graph)
        graph.folders["default"].contacts = graph.folders["default"].changes = [person("d1")]

        assert Reader(graph).listed(sync)[0] == ["d1"]


class TestNamesOfFolders:
    def test_the_last_page_has_folder_names_by_id_without_the_default_folder(self):
        assert Reader(mailbox()).pages()[-1].groups == {"work": "Work", "old": "Old", "empty": "Empty"}

    def test_an_incremental_listing_without_contacts_has_a_new_folder_name(self):
        graph = mailbox()
        sync = sync_state(graph)
        graph.folders["work"].name = "Office"

        last = Reader(graph).pages(sync)[-1]

        assert last.groups["work"] == "Office"
        assert last.sync["groups"] != sync["groups"]

    def test_a_sync_state_without_a_hash_of_the_names_leads_to_one_full_listing(self):
        graph = mailbox()
        old = {key: value for key, value in sync_state(graph).items() if key != "groups"}

        with pytest.raises(SyncExpired):
            Reader(graph).pages(old)

    def test_a_contact_that_moved_to_the_default_folder_is_in_no_group_by_id(self):
        graph = mailbox()
        sync = sync_state(graph)
        graph.folders["default"].changes = [person("w1")]

        assert "groups_by_id" in Reader(graph).read(sync)["w1"].cleared
