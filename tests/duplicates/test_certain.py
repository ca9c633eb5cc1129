"""A pair is certain by a personal address or number and names that agree, never by its score."""

import pytest

from tests.duplicates.making import LANDLINE, MOBILE, contact, pair


@pytest.mark.parametrize("way", [{"email": "ada@x.example"}, {"phone": MOBILE}], ids=["address", "mobile"])
def test_equal_names_with_a_personal_way_to_reach_them(way):
    assert pair(contact("Ada Lovelace", **way), contact("Lovelace, Ada", **way)).is_certain


def test_a_middle_name_may_be_left_out():
    assert pair(contact("Ada Lovelace", phone=MOBILE), contact("Ada Augusta Lovelace", phone=MOBILE)).is_certain


def test_not_a_landline():
    assert not pair(contact("Ada Lovelace", phone=LANDLINE), contact("Ada Lovelace", phone=LANDLINE)).is_certain


def test_not_the_highest_score_without_a_shared_way():
    same = {"born": "1980-03-04", "address": "12 Lindenallee, 10115 Berlin", "organization": "Engines"}
    assert not pair(contact("Ada Lovelace", **same), contact("Ada Lovelace", **same)).is_certain


@pytest.mark.parametrize(
    ("one", "other"), [("Ada Lovelace", "Ada Byron"), ("Bob Miller", "Robert Miller"), ("Ada", "Ada Lovelace")]
)
def test_not_by_names_that_differ_or_are_half(one, other):
    assert not pair(contact(one, phone=MOBILE), contact(other, phone=MOBILE)).is_certain


def test_not_if_a_birthday_contradicts():
    one = contact("Ada Lovelace", phone=MOBILE, born="1950-01-02")
    assert not pair(one, contact("Ada Lovelace", phone=MOBILE, born="1987-11-23")).is_certain
