"""Searching the texts of all contacts as one text finds just what looking at each contact finds."""

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.address_book.search import Search, searchable, searched_text
from chalicelib.address_book.searched_text import SearchedText

words = st.sampled_from(
    ["Ann", "Jo Anna", "Müller", "O'Brian", "Ó Briain", "王小明", "ad\ud83da", "x", "0170 1234567", "ä", "&", "na"]
)
phrases = st.lists(words, max_size=3).map(" ".join)
contacts = st.builds(
    lambda display, notes, email, number: {
        "display": display,
        "notes": notes,
        "emails": [{"value": email}],
        "phones": [{"raw": number}],
    },
    phrases,
    phrases,
    st.sampled_from(["ann@x.org", "zoë@bücher.de", "ada@xn--bcher-kva.de", ""]),
    st.sampled_from(["", "+49 170 1234567"]),
)
queries = st.one_of(phrases, st.sampled_from(["annam", "jo", "obri", "1234", "x.org", "bücher", "ann x", "小", ""]))


@given(st.lists(contacts, max_size=4), queries)
@example([{"display": "Jo Anna"}], "joanna")
@example([{"display": "a"}, {"display": "b"}], "a b")
def test_it_finds_the_same_contacts(fields, query):
    rows = [searchable(each) for each in fields]

    assert Search(query).places(rows, searched_text(rows)) == Search(query).places(rows)


def test_a_contact_with_several_of_the_texts_or_one_of_them_twice_is_found_once():
    text = SearchedText(["ann anna", "bob", "", "ann bob"])

    assert text.places_with(["ann"]) == [0, 3]
    assert text.places_with(["ann", "bob", " ann"]) == [0, 1, 3]
    assert text.places_with(["nb", "\x00", "nowhere"]) == []
    assert SearchedText([]).places_with(["ann"]) == []
