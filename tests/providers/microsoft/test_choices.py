"""What can be chosen of a Microsoft account, and listings of chosen folders, when mailboxes are unusual."""

import json
from datetime import timedelta

import pytest

from chalicelib.foundation.errors import ProviderBroken
from chalicelib.providers.choices import EVERYTHING
from chalicelib.providers.microsoft.choices import MicrosoftChoices
from chalicelib.providers.microsoft.listing_state import DEFAULT_FOLDER
from tests.fakes.clock import FixedClock
from tests.fakes.graph import ORIGIN, FakeGraph, Folder
from tests.fakes.transport import FakeTransport, make_reply
from tests.providers.microsoft.mailbox import NOON, TOKEN, Reader, mailbox, person

TIMEOUT = timedelta(seconds=20)


def choices(graph: FakeGraph) -> MicrosoftChoices:
    return MicrosoftChoices(FakeTransport(graph), ORIGIN, FixedClock(NOON))


def counts(graph: FakeGraph) -> dict[str, int | None]:
    return {each.id: each.count for each in choices(graph).listed(TOKEN, timeout=TIMEOUT)}


def listed(graph: FakeGraph, *chosen: str) -> tuple[list[str], list[str]]:
    """Ids listed by an import of this choice, and the paths it asked for, through cursors that went through JSON."""
    reader = Reader(graph)
    cursor, ids = reader.contacts.first_cursor(None, chosen), []
    while cursor is not None:
        page = reader.contacts.fetch(TOKEN, json.loads(json.dumps(cursor)), timeout=TIMEOUT)
        ids += [reader.contacts.id_of(record) for record in page.records]
        cursor = page.cursor
    return ids, reader.paths()


class TestListed:
    def test_each_folder_is_counted_and_the_default_one_comes_first(self):
        assert list(counts(mailbox()).items())[:2] == [(EVERYTHING, 4), (DEFAULT_FOLDER, 2)]
        assert {key: counts(mailbox())[key] for key in ("work", "old", "empty")} == {"work": 1, "old": 1, "empty": 0}

    def test_an_empty_default_folder_can_be_chosen(self):
        graph = FakeGraph({"default": Folder("Contacts", [], parent=None), "work": Folder("Work", [person("w1")])})

        assert counts(graph)[DEFAULT_FOLDER] == 0

    def test_folders_beyond_those_that_are_counted_have_no_count(self):
        folders = {f"f{number:02}": Folder(f"Folder {number:02}", []) for number in range(30)}
        found = counts(FakeGraph({"default": Folder("Contacts", [person("d1")], parent=None), **folders}))

        assert (found[EVERYTHING], found["f00"], found["f29"]) == (None, 0, None)


class TestListing:
    def test_asks_nothing_of_folders_that_are_not_chosen(self):
        ids, paths = listed(mailbox(), "work")

        assert ids == ["w1"]
        assert not [path for path in paths if "/contacts" in path and "contactFolders/work/" not in path]

    def test_the_default_folder_is_chosen_by_a_name_of_ours_or_by_its_id(self):
        assert listed(mailbox(), DEFAULT_FOLDER)[0] == listed(mailbox(), "default")[0] == ["d1", "d2"]

    def test_a_folder_of_a_chosen_one_is_not_chosen_with_it(self):
        assert "o1" not in listed(mailbox(), "work")[0]

    def test_chosen_folders_that_are_all_gone_bring_nothing(self):
        assert listed(mailbox(), "was-deleted")[0] == []


class TestIds:
    @pytest.mark.parametrize("chosen", [None, (EVERYTHING,), ("old", "work"), (DEFAULT_FOLDER,), ()])
    def test_are_those_that_an_import_lists(self, chosen):
        found = choices(mailbox()).ids(TOKEN, chosen, timeout=TIMEOUT)

        assert found == set(Reader(mailbox()).listed()[0] if chosen is None else listed(mailbox(), *chosen)[0])

    def test_a_list_that_does_not_end_is_given_up(self):
        link = f"{ORIGIN}/v1.0/me/contactFolders/work/contacts?$top=500&$skip=1&$select=id"
        endless = make_reply({"value": [{"id": "w1"}], "@odata.nextLink": link})

        with pytest.raises(ProviderBroken):
            choices(mailbox(refuse={"work/contacts?$top=500": endless})).ids(TOKEN, ("work",), timeout=TIMEOUT)
