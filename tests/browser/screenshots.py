"""`make screenshots`: the README's pictures, of the real pages over the whole stack, with the same people each time."""

import re
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from local.processes import ROOT
from tests.browser import chromium
from tests.browser.person import ENDED_WITHIN, Person, visitors
from tests.journeys.world import World, wait_for

PICTURES = ROOT / "docs"
WIDTH, TALLEST = 1280, 800  # pixels
HEAVIEST = 150_000  # bytes of a picture
GOOGLE, MICROSOFT = "anna.keller@gmail.example", "anna.keller@outlook.example"
ADA = {
    "given": "Ada",
    "family": "Lovelace",
    "emails": ["ada@engines.example"],
    "phones": ["+44 20 7946 0018"],
    "company": "Analytical Engines",
}


def main() -> int:
    world = World()
    world.start()
    try:
        with chromium.launch() as browser, visitors(browser, world) as make:
            _take(make("anna", viewport={"width": WIDTH, "height": TALLEST}).sign_in())
    finally:
        world.stop()
    return 0


def _take(anna: Person) -> None:
    sandbox = anna.world.sandbox
    sandbox.account("google", GOOGLE, 4_000, seed=7)
    sandbox.contacts(GOOGLE, "add", people=[ADA, {"given": "Ada", "family": "King", "emails": ["ada@engines.example"]}])
    sandbox.account("microsoft", MICROSOFT, 640, seed=8, known_from=GOOGLE, known=180)
    sandbox.contacts(MICROSOFT, "add", people=[{**ADA, "title": "Countess", "phones": []}])
    sandbox.do(f"accounts/{GOOGLE}/settings", {"latency_ms": 1_500})
    anna.connect("google", GOOGLE)
    wait_for(lambda: anna.counts()["Total read"] > 1_500, ENDED_WITHIN / 1000, "half of the contacts")
    _picture(anna.page, "import")
    anna.expect_heading("Done")
    anna.connect("microsoft", MICROSOFT)
    anna.expect_heading("Done")
    anna.open("/accounts")
    _picture(anna.page, "accounts")
    _edit_ada(anna)
    _picture(anna.page, "contact")
    anna.open("/contacts?page=2")
    _picture(anna.page, "contacts")


def _edit_ada(anna: Person) -> None:
    wait_for(lambda: "Ada Lovelace" in anna.search("Ada Lovelace"), ENDED_WITHIN / 1000, "a list with the new contact")
    anna.press("Ada Lovelace")
    anna.press("Edit")
    anna.fill("Nickname", "Enchantress of Number")
    anna.press("Save")
    expect(anna.page.get_by_text(re.compile("^Saved"))).to_be_visible()
    anna.open(f"/contacts/{anna.contact_id}")


def _picture(page: Page, name: str) -> None:
    """The page from its top to its end, as far as that is not too tall."""
    end = page.locator("main").bounding_box()
    assert end
    place: Path = PICTURES / f"{name}.png"
    place.parent.mkdir(exist_ok=True)
    page.screenshot(path=place, clip={"x": 0, "y": 0, "width": WIDTH, "height": min(end["y"] + end["height"], TALLEST)})
    if place.stat().st_size > HEAVIEST:
        raise RuntimeError(f"{place} weighs {place.stat().st_size:,} bytes.")


if __name__ == "__main__":
    sys.exit(main())
