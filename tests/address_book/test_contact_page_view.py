"""A contact in words: every value with who says it, and nothing that is dangerous to follow."""

import pytest

from chalicelib.address_book.contact_page_view import birthday, href_of, other_sources, rows, text_of

NAMES = {"google:c1": "Google ada@gmail.example"}


def said(value, source: str = "google:c1", *, shown: bool = True):
    tag = source.partition(":")[0]
    told = {"source": source, "source_id": "1", "tag": tag, "job_id": "job-7", "at": "2026-03-03T09:00:00.000Z"}
    return {"value": value, "shown": shown, "sources": [told]}


class TestSources:
    def test_a_value_from_an_account_names_it_and_leads_to_its_import(self):
        [row] = rows({"said_by": {"display": [said("Ada")]}}, NAMES)

        [value] = row["values"]
        assert (row["title"], value["text"]) == ("Name", "Ada")
        assert value["told"] == [
            {
                "name": "Google ada@gmail.example",
                "tag": "google",
                "act": "import",
                "job_id": "job-7",
                "at": "2026-03-03T09:00:00.000Z",
            }
        ]

    def test_a_persons_own_edit_leads_to_no_import_and_is_why_another_value_is_not_shown(self):
        contact = {"said_by": {"title": [said("Countess", "person"), said("Analyst", shown=False)]}}

        [row] = rows(contact, NAMES)

        own, other = row["values"]
        assert (own["told"][0]["name"], own["told"][0]["job_id"]) == ("you", None)
        assert (other["shown"], other["why"]) == (False, "your own edit wins")

    def test_where_no_edit_is_another_source_comes_first(self):
        contact = {"said_by": {"title": [said("Countess"), said("Analyst", "microsoft:c2", shown=False)]}}

        assert rows(contact, NAMES)[0]["values"][1]["why"] == "another source comes first"

    @pytest.mark.parametrize(
        ("source", "name"), [("google:gone", "an account"), ("bcc:j:abc", "an app"), ("file:f1", "a file")]
    )
    def test_a_source_nobody_knows_the_name_of_is_still_told(self, source, name):
        [row] = rows({"said_by": {"notes": [said("x", source)]}}, {})

        assert row["values"][0]["told"][0]["name"] == name

    def test_each_account_is_named_once_and_the_person_is_none(self):
        contact = {"sources": [{"source": "google:c1"}, {"source": "person"}, {"source": "google:c1"}]}

        assert other_sources(contact, NAMES) == ["Google ada@gmail.example"]


class TestTexts:
    @pytest.mark.parametrize(
        ("field", "value", "text"),
        [
            ("emails", {"value": "a@x.org"}, "a@x.org"),
            ("phones", {"raw": "030 1", "e164": "+49301"}, "030 1"),
            ("addresses", {"city": "Berlin", "street": "Main St 1"}, "Main St 1\nBerlin"),
            ("groups", "Friends", "Friends"),
            ("birthday", {"month": 4, "day": 12}, "12 April"),
        ],
    )
    def test_a_value_reads_as_people_write_it(self, field, value, text):
        assert text_of(field, value) == text

    @pytest.mark.parametrize(
        ("value", "text"),
        [({"year": 1970, "month": 4, "day": 12}, "12 April 1970"), ({"year": 1970}, "1970"), ({"month": 13}, "")],
    )
    def test_a_birthday_without_what_nobody_says(self, value, text):
        assert birthday(value) == text


class TestLinks:
    @pytest.mark.parametrize(
        ("field", "value", "href"),
        [
            ("emails", {"value": "a@x.org"}, "mailto:a@x.org"),
            ("phones", {"raw": "030 1", "e164": "+49301"}, "tel:+49301"),
            ("phones", {"raw": "030 1 x42", "e164": "+49301", "extension": "42"}, "tel:+49301;ext=42"),
            ("urls", {"value": "HTTPS://ada.example"}, "HTTPS://ada.example"),
        ],
    )
    def test_what_is_harmless_can_be_followed(self, field, value, href):
        assert href_of(field, value) == href

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("urls", {"value": "javascript:alert(1)"}),
            ("urls", {"value": " https://x"}),
            ("urls", {"value": "data:text/html,x"}),
            ("emails", {"value": "no address"}),
            ("emails", {"value": "a@x.org\r\nBcc: b@x.org"}),
            ("phones", {"raw": "javascript:alert(1)"}),
            ("photo_url", "http://x.example/p.png"),
            ("notes", "https://x.example"),
        ],
    )
    def test_what_is_not_cannot(self, field, value):
        assert href_of(field, value) is None
