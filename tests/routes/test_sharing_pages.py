"""The page of shared collections as a browser gets it: its text and its buttons."""

import re

import pytest

from chalicelib.collections.collection import MOST_COLLECTIONS, Role
from tests.routes.service import HOME, Service

EVIL = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def friends(service: Service) -> str:
    """A collection of Ann's, to which she invited Vera."""
    collections = service.wiring.shared.collections
    made = collections.add("ann", "Friends of Ann").collection_id
    collections.share("ann", made, "vera", Role.EDITOR, label="Ann Archer")
    return made


def page_text(service: Service, path: str = "/shared", who: str = "vera") -> str:
    response = service.get(path, who=who, Accept="text/html")
    assert response.status == 200, response.text
    return " ".join(re.sub(r"<[^>]*>", " ", response.text).split())


def press(service: Service, action: str, who: str = "vera", **form: str) -> str:
    """Press a button; returns what the page says that it leads to."""
    response = service.post(f"/shared/{action}", who=who, form=form, Accept="text/html")
    assert response.status == 303, response.text
    return page_text(service, response.headers["location"].removeprefix(HOME), who)


class TestThePage:
    def test_says_what_will_be_here_and_by_what_others_invite(self, service):
        page = page_text(service, who="sue")

        assert "No invitations." in page
        assert "To be invited to a collection, give its owner your ID: sue" in page

    def test_shows_who_invites_to_what_and_what_one_could_do(self, service, friends):
        page = page_text(service)

        assert "Friends of Ann From Ann Archer ID ann Your access view, add and remove contacts" in page
        assert "Accept Decline Block sender" in page

    def test_has_older_ones_on_later_pages(self, service):
        collections = service.wiring.shared.collections
        for number in range(60):
            sender = f"sender-{number // 10}"
            made = collections.add(sender, f"Number {number:02}").collection_id
            collections.share(sender, made, "vera", Role.VIEWER)
            service.clock.sleep(1)
        first = service.get("/shared", who="vera", Accept="text/html").text
        cursor = re.search(r"\?cursor=([\w-]+)", first)[1]

        assert re.findall(r"Number (\d\d)", first) == [f"{number:02}" for number in range(59, 9, -1)]
        assert "Number 09" in page_text(service, f"/shared?cursor={cursor}")

    def test_takes_what_a_sender_writes_as_text(self, service):
        collections = service.wiring.shared.collections
        collections.share("ann", collections.add("ann", EVIL).collection_id, "vera", Role.VIEWER, label=EVIL)

        assert "<img" not in service.get("/shared", who="vera", Accept="text/html").text


class TestButtons:
    def test_accept(self, service, friends):
        page = press(service, f"{friends}/accept")

        assert "You joined the collection." in page
        assert "No invitations." in page
        assert "Friends of Ann Owner ID ann" in page
        assert service.wiring.shared.collections.role_of("vera", friends) is Role.EDITOR

    def test_decline(self, service, friends):
        page = press(service, f"{friends}/decline")

        assert "Invitation declined." in page
        assert "Friends of Ann" not in page

    def test_block_and_unblock(self, service, friends):
        page = press(service, f"{friends}/block")
        assert "Sender blocked." in page
        assert "Friends of Ann" not in page
        assert "Blocked people" in page

        assert "Friends of Ann" in press(service, "unblock", person="ann")

    def test_leave(self, service, friends):
        press(service, f"{friends}/accept")

        assert "You left the collection." in press(service, f"{friends}/leave")
        assert service.wiring.shared.collections.role_of("vera", friends) is None

    @pytest.mark.parametrize("action", ["accept", "decline", "block", "leave"])
    def test_pressed_too_late_say_so(self, service, friends, action):
        service.wiring.shared.collections.delete("ann", friends)

        assert "no longer exists" in press(service, f"{friends}/{action}")

    def test_a_full_list_is_reported_on_the_page(self, service, friends):
        for number in range(MOST_COLLECTIONS):
            service.wiring.shared.collections.add("vera", f"Number {number}")

        response = service.post(f"/shared/{friends}/accept", who="vera", form={}, Accept="text/html")
        assert response.status == 409
        assert "You are in 200 collections, the maximum." in response.text
        assert "Friends of Ann" in response.text
