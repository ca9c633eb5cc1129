"""Runs the frontend in TypeScript, and is the person before it: opens the pages it names and presses their buttons."""

import json
import subprocess

from chalicelib.foundation.ids import fresh_id
from local.browser import Browser
from tests.clients.build import TYPESCRIPT, ToolFailed
from tests.journeys.world import World

CONTACTS = 60
ASKS = '{"url":'  # how a line begins that sends the person to a page


def run_frontend(world: World) -> None:
    """The new frontend: it signs a person in, connects an account, and uses what they have.

    Raises:
        ToolFailed: one of its assertions does not hold.
    """
    account = world.account("google", contacts=CONTACTS)
    _run("journey", world.url.rstrip("/"), world.running.settings["AUTH_ISSUER"], account)


def run_ten_lines(world: World) -> None:
    """The ten lines of the documentation, for a person who has a contact that they look for.

    Raises:
        ToolFailed: they end with an error, or do not print that contact.
    """
    account = world.account("google", contacts=0)
    world.sandbox.contacts(account, "add", people=[{"given": "Anna", "family": "of the ten lines"}])
    printed = _run("ten_lines", world.url.rstrip("/"), world.sandbox.token(f"person-{fresh_id()}"), account)
    if "Anna of the ten lines" not in printed:
        raise ToolFailed(f"The ten lines printed {printed!r}.")


def _run(name: str, *arguments: str) -> str:
    """What a compiled program of the frontend prints, apart from where it sends the person."""
    program = subprocess.Popen(
        ["node", str(TYPESCRIPT / "made" / f"{name}.js"), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdin is not None
    assert program.stdout is not None
    browser, person, printed = Browser(), f"person-{fresh_id()}", ""
    with program:
        for line in program.stdout:
            if not line.startswith(ASKS):
                printed += line
                continue
            asked = json.loads(line)
            program.stdin.write(_visit(browser, asked["url"], asked["press"], person) + "\n")
            program.stdin.flush()
    if program.returncode:
        raise ToolFailed(f"The program {name} ended with {program.returncode}.")
    return printed


def _visit(browser: Browser, url: str, buttons: list[str], person: str) -> str:
    """The URL of the page on which the person ends."""
    page = browser.open(url)
    for button in buttons:
        page = browser.press(page, button, tick_all=button == "Continue", fill={"person": person})
    return page.url
