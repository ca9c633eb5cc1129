"""The accessibility check itself: it computes the contrast of a few texts that look alike, and of every other text."""

import pytest

from tests.browser import axe

PALE = "color: #ccc"


def table(*, of_all: str = "", of_the_last: str = "") -> str:
    rows = ["<tr><td>Ada<td>Lovelace"] * 20 + [f"<tr><td>Grace<td style='{of_the_last}'>Hopper"]
    begin = "<!doctype html><html lang=en><title>Contacts</title>"
    return f"{begin}<main style='{of_all}'><h1>Contacts</h1><table>{''.join(rows)}"


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


class TestContrast:
    def test_a_pale_text_is_found_among_others_in_rows_that_are_not(self, page):
        page.set_content(table(of_the_last=PALE))

        (found,) = axe.violations(page, of_contrast_alone=True)

        assert found.startswith("color-contrast")
        assert "Hopper" in found

    def test_a_text_on_a_dark_background_of_its_own_is_found(self, page):
        page.set_content(table(of_the_last="background: #333"))

        assert "Hopper" in str(axe.violations(page, of_contrast_alone=True))

    def test_texts_that_are_all_pale_are_found(self, page):
        page.set_content(table(of_all=PALE))

        found = str(axe.violations(page, of_contrast_alone=True))

        assert all(word in found for word in ("Contacts", "Ada", "Lovelace"))

    def test_a_text_over_what_is_out_of_the_flow_is_found(self, page):
        behind = "<div style='position: absolute; inset: 0; background: #333; z-index: -1'></div>"
        page.set_content(table().replace("Hopper", "<span>Hopper</span>") + f"</table>{behind}")

        assert str(axe.violations(page, of_contrast_alone=True)).count("Lovelace") == 20

    def test_a_page_without_a_violation_has_none(self, page):
        page.set_content(table())

        assert axe.violations(page, of_contrast_alone=True) == []


def test_all_other_rules_look_at_every_element(page):
    page.set_content(table(of_the_last=PALE) + "</table><input><input>")

    found = [each.partition(":")[0] for each in axe.violations(page)]

    assert found == ["color-contrast", "label", "label"]
