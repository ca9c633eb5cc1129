"""Starts the Chromium of this machine. Nothing is downloaded, and it sends no requests on its own.

The headless shell comes first: the same engine without the windows of a browser, so tests take a fifth less CPU time.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
HOW_TO = "There is no Chromium: apt-get install chromium-headless-shell (Debian), or say where it is: CHROMIUM=/path"
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # tests run as root in a container, and only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def path() -> str | None:
    """Where Chromium is: what CHROMIUM names, or else the first one on the PATH."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def launch() -> Iterator[Browser]:
    """Raises:
    FileNotFoundError: there is none; says how to get one.
    """
    if (found := path()) is None:
        raise FileNotFoundError(HOW_TO)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()
