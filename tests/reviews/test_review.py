"""A review: its id follows from its sides."""

import pytest

from chalicelib.books.possible_pairs import review_id_of
from chalicelib.reviews.review import ImportRow, Reason, Review, pair_review, row_review_id, sides_in


class TestId:
    def test_a_pair_has_one_id_whichever_contact_is_named_first(self):
        assert review_id_of("b", "a") == review_id_of("a", "b") == "a.b"

    def test_a_row_has_one_id_whichever_contacts_it_is_in_conflict_with(self):
        assert row_review_id(ImportRow("f1", 12)) == "f1~12"

    def test_an_id_names_its_sides(self):
        assert sides_in("a.b") == ("a", "b")
        assert sides_in("f1~12") == ImportRow("f1", 12)

    @pytest.mark.parametrize("text", ["", "a", "b.a", "a.a", "a.b.c", "f1~", "f1~012", "f1~-1", "ä.b", "a#1.b", "f1~٣"])
    def test_anything_else_is_no_id(self, text):
        assert sides_in(text) is None


class TestOrder:
    def test_rows_that_wait_come_first_then_the_surest_pairs(self):
        reviews = [
            pair_review(Reason.FOUND_DUPLICATE, ("a", "b"), ["name"], 0.5),
            pair_review(Reason.FOUND_DUPLICATE, ("c", "d"), ["name"], 0.9),
            pair_review(Reason.POSSIBLE_DUPLICATE, ("e", "f")),
            Review("f1~2", Reason.FILE_CONFLICT, ImportRow("f1", 2), "g"),
        ]

        ordered = sorted(reviews, key=lambda review: review.order)

        assert [each.review_id for each in ordered] == ["f1~2", "e.f", "c.d", "a.b"]
