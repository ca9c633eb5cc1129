"""Runs the frontend in TypeScript, and is the person before it: opens the pages it names and presses their buttons."""

import json
import subprocess

from chalicelib.foundation.ids import fresh_id
from local.browser import Browser
from tests.clients.build import TYPESCRIPT, ToolFailed
from tests.journeys.world import World

CONTACTS = 60


def run_journey(world: World, name: str = "journey") -> None:
    """Run a compiled program of the frontend with the service, the issuer and an account to connect.

    Raises:
        ToolFailed: one of its assertions does not hold.
    """
    account = world.account("google", contacts=CONTACTS)
    settings = (world.url.rstrip("/"), world.running.settings["AUTH_ISSUER"], account)
    program = subprocess.Popen(
        ["node", str(TYPESCRIPT / "made" / f"{name}.js"), *settings],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdin is not None
    assert program.stdout is not None
    browser, person = Browser(), f"person-{fresh_id()}"
    with program:
        for line in program.stdout:
            asked = json.loads(line)
            program.stdin.write(_visit(browser, asked["url"], asked["press"], person) + "\n")
            program.stdin.flush()
    if program.returncode:
        raise ToolFailed(f"The frontend ended with {program.returncode}.")


def _visit(browser: Browser, url: str, buttons: list[str], person: str) -> str:
    """The URL of the page on which the person ends."""
    page = browser.open(url)
    for button in buttons:
        page = browser.press(page, button, tick_all=button == "Continue", fill={"person": person})
    return page.url
