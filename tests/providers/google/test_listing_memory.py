"""The memory that Google's listing needs, however many pages it has."""

import gc
import subprocess
import sys
import tracemalloc
from itertools import count

from chalicelib.providers.google.listing import GoogleContacts
from tests.fakes.transport import FakeTransport, make_reply
from tests.providers.google.people_api import ANNA, NOW, SHORT, TOKEN, URL

PARSED_URLS = 128  # that Python remembers, whatever else is done; each of them is some kilobytes long

FETCH_FIRST_PAGE = """
import gc
import weakref
from tests.providers.google.test_listing_memory import SHORT, TOKEN, endless

class Marked:
    pass

def fetch():
    mark = Marked()  # stays as long as this frame
    endless().fetch(TOKEN, {}, timeout=SHORT)
    return weakref.ref(mark)

gc.collect()
gc.set_threshold(0)  # a worker rarely lets it look
print("kept" if fetch()() else "freed")
"""


class TestMemory:
    def test_many_small_pages_use_hardly_more_memory_than_few(self):
        """With the collector off: what a page leaves behind must not wait for it, as a worker rarely lets it look."""
        read_pages(1)  # the client's modules are loaded once in a process
        few, many = peak_of_pages(PARSED_URLS), peak_of_pages(4 * PARSED_URLS)

        assert many <= 1.5 * few

    def test_the_page_with_which_the_client_is_loaded_does_not_stay(self):
        command = [sys.executable, "-c", FETCH_FIRST_PAGE]
        done = subprocess.run(command, check=True, capture_output=True, text=True)

        assert done.stdout == "freed\n"

    def test_a_page_leaves_no_reference_cycles(self):
        """Other threads of the process may leave some of their own."""
        contacts = endless()
        contacts.fetch(TOKEN, {}, timeout=SHORT)
        gc.collect()
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            for number in range(5):
                contacts.fetch(TOKEN, {"page": f"p{number}", "labels": {}}, timeout=SHORT)
            gc.collect()
            modules = [type(each).__module__ for each in gc.garbage]
        finally:
            gc.set_debug(0)
            gc.garbage.clear()

        assert not [each for each in modules if each.startswith(("googleapiclient", "chalicelib", "httplib2"))]


def endless() -> GoogleContacts:
    """An account whose every page is small and has another behind it."""
    counting = count()

    def page(_):
        return make_reply({"connections": [ANNA], "nextPageToken": f"p{next(counting)}"})

    return GoogleContacts(Forgetful(page), URL, NOW)


class Forgetful(FakeTransport):
    def send(self, *args, **more):
        reply = super().send(*args, **more)
        self.requests.clear()
        return reply


def read_pages(pages: int) -> None:
    contacts = endless()
    for number in range(pages):
        contacts.fetch(TOKEN, {"page": f"p{number}"}, timeout=SHORT)


def peak_of_pages(pages: int) -> int:
    """Bytes that Python had allocated at most while it read so many."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        read_pages(pages)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.enable()
