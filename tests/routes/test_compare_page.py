"""The page that compares a file import with the address book, as a browser without JavaScript gets it."""

import re
from dataclasses import replace

import pytest

from tests.routes.file_import_browser import EVIL, Browser
from tests.routes.service import Service
from tests.routes.test_contact_pages import words


def card(name: str, *lines: str) -> str:
    return "\n".join(["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", *lines, "END:VCARD", ""])


ADA = card("Ada Lovelace", "TEL:+49 170 1234567", "EMAIL:ada@example.com")
ALAN = card("Alan Turing", "TEL:+44 20 7946 0000", "EMAIL:alan@example.com", "ORG:Bletchley Park")
COUNTESS = card("Ada Lovelace", "TEL:+49 170 1234567", "EMAIL;TYPE=WORK:ada@example.org", "TITLE:Countess")
GRACE = card("Grace Hopper", "TEL:+1 212 736 5000")


@pytest.fixture
def ann(service: Service) -> Browser:
    """Ann's browser. Her book has Ada, from a file with the tag `phone`, and Alan, from one without a tag."""
    browser = Browser(service)
    imported(browser, ADA, tag="phone")
    imported(browser, ALAN)
    return browser


def imported(browser: Browser, cards: str, **fields: str) -> None:
    browser.upload(cards, "before.vcf", **fields)
    browser.work()
    browser.press("commit", **browser.fields("commit"))
    browser.work()


def compare(browser: Browser, cards: str, query: str = "") -> str:
    """The comparison of a planned import of these cards."""
    browser.upload(cards, "now.vcf")
    browser.work()
    return browser.open(f"{browser.one}/compare{query}")


def links(browser: Browser, to: str) -> list[str]:
    """The paths and queries of the links that fit a pattern."""
    hrefs = [each.replace("&amp;", "&") for each in re.findall(r'<a [^>]*href="([^"]+)"', browser.html)]
    return [each for each in hrefs if re.search(to, each)]


def path_of(link: str) -> str:
    return link[link.index("/", len("https://")) :].partition("#")[0]


class TestComparison:
    def test_is_linked_from_the_plan_and_from_the_result(self, ann):
        ann.upload(GRACE, "now.vcf")
        ann.work()
        planned = links(ann, "/compare")
        ann.press("commit", **ann.fields("commit"))
        ann.work()

        assert [path_of(each) for each in (*planned, *links(ann, "/compare"))] == [f"{ann.one}/compare"] * 2

    def test_is_not_linked_while_the_file_is_read(self, ann):
        ann.upload(GRACE, "now.vcf")

        assert links(ann, "/compare") == []
        assert ann.service.get(f"{ann.one}/compare", who="ann").status == 409

    def test_says_that_it_changes_nothing_and_how_many_there_are_of_each_kind(self, ann):
        page = compare(ann, COUNTESS + GRACE)

        assert "The rows of now.vcf and your contacts as they are now. Comparing changes nothing." in page
        assert "Differing (1) Only in the file (1) Only in the book (1) Equal (0)" in page

    def test_shows_both_values_of_each_field_that_differs(self, ann):
        page = compare(ann, GRACE + COUNTESS)

        assert "Row 2 Ada Lovelace Email ada@example.org (work) ada@example.com Title Countess No value" in page
        assert "Grace Hopper" not in page

    def test_links_to_the_contact_and_to_the_row(self, ann):
        compare(ann, GRACE + COUNTESS)
        (contact,), (row,) = links(ann, r"/contacts/[\w-]{22}$"), links(ann, "#rows$")

        assert "Rows 2 to 2 of 2" in ann.open(path_of(row))
        assert "ada@example.com" in ann.open(path_of(contact))

    def test_shows_rows_that_are_no_contact(self, ann):
        page = compare(ann, COUNTESS + GRACE, "?kind=only_in_file")

        assert "Row 2 Grace Hopper Phone +1 212 736 5000" in page
        assert "Ada Lovelace" not in page

    def test_of_a_row_in_conflict_names_the_contact_that_it_may_be(self, ann):
        page = compare(ann, card("Grace Hopper", "TEL:+49 170 1234567"), "?kind=only_in_file")
        (contact,) = links(ann, r"/contacts/[\w-]{22}$")

        assert "Grace Hopper May be this contact" in page
        assert "Ada Lovelace" in ann.open(path_of(contact))

    def test_shows_contacts_that_no_row_is(self, ann):
        page = compare(ann, COUNTESS, "?kind=only_in_book")

        assert "Alan Turing Email alan@example.com Phone +44 20 7946 0000 Organization Bletchley Park" in page
        assert "Ada Lovelace" not in page

    def test_of_the_contacts_that_no_row_is_shows_those_with_a_tag(self, ann):
        page = compare(ann, GRACE, "?kind=only_in_book&tag=phone")

        assert "Only in the book (1)" in page
        assert "Ada Lovelace" in page
        assert "Alan Turing" not in page
        assert '<option value="phone">' in ann.html

    def test_keeps_the_tag_from_kind_to_kind_and_in_the_csv(self, ann):
        compare(ann, GRACE, "?kind=only_in_book&tag=phone")
        (csv,) = links(ann, r"compare\.csv")

        assert all("tag=phone" in each for each in links(ann, r"/compare\?tag="))
        assert len(links(ann, r"/compare\?tag=")) == 4
        assert "Alan Turing" not in ann.service.get(path_of(csv), who="ann").text

    def test_shows_rows_that_are_as_the_contact_is(self, ann):
        assert "Row 1 Ada Lovelace" in compare(ann, ADA, "?kind=equal")

    @pytest.mark.parametrize(
        ("kind", "sentence"),
        [
            ("differing", "No row differs from its contact in a field that the row has."),
            ("only_in_file", "Each row is a contact that you have."),
            ("only_in_book", "No contact of yours is missing from the file."),
        ],
    )
    def test_says_that_there_is_no_difference(self, ann, kind, sentence):
        assert sentence in compare(ann, ADA + ALAN, f"?kind={kind}")

    @pytest.mark.parametrize("query", ["kind=both", "tag=A%20B", "start=-1"])
    def test_refuses_what_it_does_not_know(self, ann, query):
        compare(ann, GRACE)

        assert ann.service.get(f"{ann.one}/compare?{query}", who="ann", Accept="text/html").status == 422


class TestPages:
    def test_together_show_every_row_once(self, ann):
        cards = "".join(card(f"Person {number}", f"EMAIL:p{number}@example.com") for number in range(101, 201))
        first = compare(ann, cards, "?kind=only_in_file")
        (following,) = links(ann, r"\?.*start=\d+$")
        second = ann.open(path_of(following))

        assert re.findall(r"Person (\d+)", first + second) == [str(number) for number in range(101, 201)]
        assert links(ann, r"\?kind=only_in_file&start=") == []
        assert [path_of(each) for each in links(ann, "compare.kind=only_in_file$")] == [
            f"{ann.one}/compare?kind=only_in_file"
        ] * 2

    def test_of_a_large_file_have_no_counts(self, ann):
        parts = ann.service.wiring.file_imports
        parts.compare = replace(parts.compare, quickly_counted=1)

        page = compare(ann, COUNTESS + GRACE)

        assert "Differing Only in the file Only in the book Equal" in page
        assert "Countess" in page


class TestWhatFilesSay:
    def test_is_text_on_every_page(self, ann):
        imported(ann, card(f"Bob {EVIL}", "TEL:+49 170 7654321"))
        differing = card("Ada Lovelace", "TEL:+49 170 1234567", f"TITLE:{EVIL}")
        ann.upload(differing + card(f"Eve {EVIL}", "TEL:+49 170 7654322", f"ORG:{EVIL}"), "now.vcf")
        ann.work()

        pages = [
            ann.service.get(f"{ann.one}/compare?kind={kind}", who="ann", Accept="text/html").text
            for kind in ("differing", "only_in_file", "only_in_book")
        ]
        assert not any("<script>alert" in each or " style=" in each for each in pages)
        assert all("&lt;script&gt;alert" in each for each in pages)

    def test_is_nothing_to_others(self, ann):
        compare(ann, GRACE)

        response = ann.service.get(f"{ann.one}/compare", who="bob", Accept="text/html")
        assert response.status == 404
        assert "Grace" not in words(response.text)
