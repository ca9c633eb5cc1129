"""Lists that are cut into pages with numbers."""

from chalicelib.foundation.numbered_pages import numbered_page


def test_a_page_says_which_items_of_the_list_it_has():
    page = numbered_page("abcdefg", 2, size=3)

    assert (page.items, page.number, page.pages, page.first, page.last) == ("def", 2, 3, 4, 6)


def test_the_last_page_may_be_shorter():
    page = numbered_page("abcdefg", 3, size=3)

    assert (page.items, page.first, page.last) == ("g", 7, 7)


def test_of_fewer_pages_the_last_one_is_shown():
    assert numbered_page("abcdef", 9, size=3).items == "def"


def test_of_a_number_below_one_the_first_one_is_shown():
    assert numbered_page("abcdef", 0, size=3).items == "abc"


def test_an_empty_list_has_one_empty_page():
    page = numbered_page("", 1, size=3)

    assert (page.items, page.number, page.pages) == ("", 1, 1)
