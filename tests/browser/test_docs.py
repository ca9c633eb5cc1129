"""The documentation of the API, which is far longer than any other page."""

import re

import pytest

from tests.browser import axe
from tests.browser.gallery import Gallery, open_page

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
SHORTEN = """() => {
  for (const list of ['.reference section', '.reference table', '.reference li', '.reference pre'])
    [...document.querySelectorAll(list)].slice(3).forEach((each) => each.remove());
}"""  # all others are made like the first of each


@pytest.fixture(scope="module")
def page(browser, world):
    gallery = Gallery(browser, world)
    yield open_page(gallery.anonymous, "/docs").page
    assert gallery.anonymous.watch.complaints == []
    gallery.close()


def test_it_fits_a_phone(page):
    page.set_viewport_size(PHONE)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_link_leads_to_an_operation_of_which_nothing_is_folded_away(page):
    page.locator(".toc code", has_text=re.compile(r"^GET /api/v1/contacts$")).click()

    assert page.evaluate("document.querySelector(':target').checkVisibility()")
    assert page.locator("details").count() == 0  # a browser's search would not find what is in it


def test_it_is_accessible(page):
    page.evaluate(SHORTEN)

    for size, scheme in ((PHONE, "dark"), (DESK, "light")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        assert axe.violations(page) == []
