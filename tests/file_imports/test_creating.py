"""A person may have a bounded number of imports that are neither committed nor canceled."""

from dataclasses import replace

import pytest

from chalicelib.file_imports.planning.create_import import NewFile
from chalicelib.foundation.errors import Conflict

FILE = NewFile("contacts.csv")


def test_an_import_beyond_the_limit_is_refused_until_another_one_is_canceled(room):
    create = replace(room.create, most_drafts=1)
    first = create.announce("ann", FILE, 10)

    with pytest.raises(Conflict, match="Commit or cancel one first"):
        create.announce("ann", FILE, 10)
    room.cancel("ann", first.import_id)
    assert create.announce("ann", FILE, 10)


def test_the_imports_of_other_people_do_not_count(room):
    create = replace(room.create, most_drafts=1)
    create.announce("ann", FILE, 10)

    assert create.announce("bob", FILE, 10)
