"""With only a keyboard: every control can be reached, shows its focus, and can be pressed."""

import pytest

LONGEST_WAY = 120  # presses of Tab to get anywhere on a page
FOCUSED = """() => {
  const here = document.activeElement;
  const label = here.labels?.[0]?.textContent || here.textContent || here.value || '';
  const box = here.getBoundingClientRect(), style = getComputedStyle(here);
  return {
    words: label.trim().replace(/\\s+/g, ' '),
    tag: here.tagName,
    seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      && box.width > 0 && box.height > 0 && box.top < innerHeight && box.bottom > 0,
  };
}"""


@pytest.fixture
def hands(anna):
    """Anna without a pointer."""
    return Hands(anna)


class Hands:
    def __init__(self, anna) -> None:
        self.anna, self.keys = anna, anna.page.keyboard

    def reach(self, words: str) -> None:
        """Tab on until it has the focus."""
        for _ in range(LONGEST_WAY):
            self.keys.press("Tab")
            here = self.anna.page.evaluate(FOCUSED)
            if here["tag"] != "BODY" and self.is_ours():
                assert here["seen"], f"the focus on {here} is not visible"
            if here["words"].startswith(words):
                return
        raise AssertionError(f"{words!r} cannot be reached on {self.anna.page.url}")

    def press(self, words: str) -> None:
        self.reach(words)
        before = self.anna.page.url
        self.keys.press("Enter")
        self.anna.page.wait_for_url(lambda url: url != before)
        self.anna.page.wait_for_load_state()

    def type(self, words: str, text: str) -> None:
        self.reach(words)
        self.keys.press("Control+a")
        self.keys.type(text)

    def is_ours(self) -> bool:
        return self.anna.page.url.startswith(self.anna.world.url)


def test_connect_import_search_edit_and_delete(hands):
    anna = hands.anna
    address = anna.world.account("google", contacts=5)
    anna.world.sandbox.contacts(address, "add", people=[{"given": "Ada", "family": "Lovelace"}])
    anna.open("/accounts")
    hands.press("Connect Google")
    hands.reach(address)
    hands.keys.press("Enter")
    anna.page.get_by_role("checkbox").first.wait_for()
    for _ in anna.page.get_by_role("checkbox").all():
        hands.keys.press("Tab")
        hands.keys.press("Space")
    hands.press("Continue")
    hands.press("Start importing")
    anna.expect_heading("Done")

    hands.press("View contacts")
    hands.type("Search", "lovelace")
    hands.keys.press("Enter")
    anna.page.wait_for_url("**/contacts?q=lovelace*")
    hands.press("Ada Lovelace")
    hands.press("Edit")
    hands.type("Nickname", "Enchantress")
    hands.press("Save")
    assert "Enchantress" in anna.text()
    hands.press("Delete")
    hands.press("Delete contact")

    anna.expect_heading("Contacts")
    assert "5 contacts" in anna.text()


def test_create_a_contact_by_hand(hands):
    anna = hands.anna
    anna.open("/contacts")
    hands.press("New contact")
    hands.type("First name", "Ada")
    hands.type("Last name", "Lovelace")
    hands.press("Save")

    anna.expect_heading("Ada Lovelace")
    assert anna.search("lovelace") == ["Ada Lovelace"]


def test_the_first_tab_leads_past_the_navigation(hands):
    hands.anna.open("/contacts")
    hands.keys.press("Tab")
    assert hands.anna.page.evaluate(FOCUSED)["words"] == "Skip to content"

    hands.keys.press("Enter")
    hands.keys.press("Tab")

    assert hands.anna.page.evaluate("document.querySelector('main').contains(document.activeElement)")
