"""Ids that can be shown, sent and typed wherever an id goes."""

from itertools import islice

import pytest

from chalicelib.foundation.ids import fresh_id, fresh_ids, id_of
from chalicelib.foundation.safe_csv import escape_cell

MANY = 2_000  # of random letters, one in 32 would be punctuation


@pytest.mark.parametrize(
    "ids", [[fresh_id() for _ in range(MANY)], list(islice(fresh_ids(), MANY))], ids=["one", "many"]
)
class TestARandomId:
    def test_is_22_characters_that_are_safe_in_paths_and_cookies(self, ids):
        assert {len(each) for each in ids} == {22}
        assert all(each.replace("-", "").replace("_", "").isalnum() and each.isascii() for each in ids)

    def test_is_given_once(self, ids):
        assert len(set(ids)) == MANY

    def test_is_the_same_id_in_a_spreadsheet(self, ids):
        assert [escape_cell(each) for each in ids] == ids

    def test_is_no_option_of_a_command(self, ids):
        assert all(each[0].isalnum() for each in ids)


class TestAnIdOfParts:
    def test_is_the_same_for_the_same_parts(self):
        assert id_of("ann", "google") == id_of("ann", "google")

    def test_differs_for_other_parts(self):
        assert (
            len({id_of("ann", "google"), id_of("google", "ann"), id_of("anngoogle"), id_of("ann", "google", "")}) == 4
        )
