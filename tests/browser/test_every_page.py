"""What holds for every page in every state: accessible, fits a phone, lightweight, with its security policy."""

import pytest

from tests.browser import axe
from tests.browser.gallery import Gallery
from tests.browser.person import Person
from tests.browser.scenes import SCENES

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
HEAVIEST = 100_000  # bytes of a page with its style, its script and its icon, before any compression
WEIGHT = "performance.getEntries().reduce((sum, entry) => sum + (entry.encodedBodySize || 0), 0)"
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter((each) => !each.closest('.unseen, .skip, .wide, thead'))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1
    || (each.matches('main, .card, .note, dd, li, p, td, th, h1, h2') && each.scrollWidth > each.clientWidth + 1))
  .map((each) => each.outerHTML.slice(0, 120))"""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "content-type": "text/html; charset=utf-8",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@pytest.fixture(scope="session")
def gallery(browser, world):
    gallery = Gallery(browser, world)
    yield gallery
    gallery.close()


@pytest.fixture(scope="module", params=SCENES)
def looks(gallery, request):
    """A person with the page open for all of its tests. A complaint about the page fails the last of them."""
    looks: Person = SCENES[request.param](gallery)
    yield looks
    complaints = [each for person in gallery.people for each in person.watch.complaints]
    for person in gallery.people:
        person.watch.complaints.clear()
    assert complaints == []


def test_it_is_accessible_light_or_dark_wide_or_narrow(looks):
    page, found = looks.page, []
    for size, scheme, of_contrast_alone in (
        (PHONE, "dark", False),
        (DESK, "light", False),
        (PHONE, "light", True),
        (DESK, "dark", True),
    ):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        violations = axe.violations(page, of_contrast_alone=of_contrast_alone)
        found += [f"{size['width']} {scheme}: {each}" for each in violations]

    assert found == []


def test_it_fits_a_phone_and_is_light(looks):
    page = looks.page
    page.set_viewport_size(PHONE)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(TOO_WIDE) == []
    assert 1_000 < page.evaluate(WEIGHT) < HEAVIEST


def test_its_policy_forbids_foreign_content(looks):
    headers = looks.watch.page.headers
    policy = POLICY
    if looks.page.url.endswith(("/file-imports", "/leads/imports")):  # a large file goes to the bucket
        bucket = looks.world.running.settings["AWS_ENDPOINT_URL"]
        policy = policy.replace("connect-src 'self'", f"connect-src 'self' {bucket}")
        policy = policy.replace("form-action 'self'", f"form-action 'self' {bucket}")

    assert {name: headers.get(name) for name in HEADERS} == {**HEADERS, "content-security-policy": policy}
