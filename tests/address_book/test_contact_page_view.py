"""The rows of a contact's page: values with their sources, and only links that are safe to follow."""

import pytest

from chalicelib.address_book.contact_page_view import (
    account_names,
    contact_rows,
    href_of,
    shared_sources,
)
from chalicelib.contacts.value_source import ValueSource

NAMES = {"google:c1": "Google ada@gmail.example"}
AT = "2026-03-03T09:00:00.000Z"
GMAIL = ValueSource("Google ada@gmail.example", "google", "import", "job-7", AT)


def provenance_value(value, source: str = "google:c1", *, lost: str = ""):
    """A value as `provenance` has it.

    Args:
        lost: the rule by which it is not shown.
    """
    tag = source.partition(":")[0]
    return {
        "value": value,
        "shown": not lost,
        "rule": lost or "only_source",
        "sources": [{"source": source, "source_id": "1", "tag": tag, "job_id": "job-7", "at": AT}],
    }


def rows(names=NAMES, **provenance):
    return contact_rows({"provenance": provenance}, names)


def texts(row):
    return [(value.label, value.text) for value in row.values]


class TestSources:
    def test_a_value_of_an_account_has_its_name_and_import(self):
        [row] = rows(display=[provenance_value("Ada")])

        assert (row.title, texts(row)) == ("Name", [("", "Ada")])
        assert row.sources == (GMAIL,)

    def test_a_persons_edit_has_no_import_and_hides_other_values(self):
        own, other = rows(
            title=[provenance_value("Countess", "person"), provenance_value("Analyst", lost="lost_to_own_edit")]
        )

        assert [(each.name, each.job_id) for each in own.sources] == [("you", None)]
        assert own.values[0].hidden_because == ""
        assert other.values[0].hidden_because == "your edit takes precedence"

    def test_without_an_edit_another_source_takes_precedence(self):
        _, other = rows(
            title=[provenance_value("Countess"), provenance_value("Analyst", "microsoft:c2", lost="lost_to_first")]
        )

        assert other.values[0].hidden_because == "another source arrived first"

    @pytest.mark.parametrize(
        ("source", "name"), [("google:gone", "an account"), ("bcc:j:abc", "an app"), ("file:f1", "a file")]
    )
    def test_an_unknown_source_is_named_by_its_kind(self, source, name):
        [row] = rows({}, notes=[provenance_value("x", source)])

        assert row.sources[0].name == name

    @pytest.mark.parametrize(
        ("row", "rule", "row_words"),
        [
            (12, "number", ("row 12", "matched by number")),
            (12, "key", ("row 12", "known from an earlier import")),
            (12, None, ("row 12",)),
            (None, None, ()),
        ],
    )
    def test_a_value_of_a_file_has_the_files_name_its_row_and_why_it_matched(self, row, rule, row_words):
        value = provenance_value("Ada", "file:f1")
        value["sources"][0]["file"] = {"import_id": "i1", "file_name": "iris.csv", "row": row, "rule": rule}

        [name] = rows(display=[value])

        assert name.sources == (ValueSource("iris.csv", "file", "import", None, AT, "i1", row_words),)

    def test_a_value_of_a_file_that_is_no_longer_stored_has_a_tag_and_a_date(self):
        [name] = rows(display=[provenance_value("Ada", "file:f1")])

        assert name.sources == (ValueSource("a file", "file", "import", None, AT),)

    def test_accounts_are_named_once_without_the_persons_edits(self):
        contact = {"sources": [{"source": "google:c1"}, {"source": "person"}, {"source": "google:c1"}]}

        assert account_names(contact, NAMES) == ["Google ada@gmail.example"]

    def test_that_all_values_have_are_shared(self):
        computed = {"value": "Ada", "shown": True, "sources": []}

        assert shared_sources(
            rows(display=[computed], given=[provenance_value("Ada")], title=[provenance_value("x")])
        ) == (GMAIL,)
        assert shared_sources(rows(given=[provenance_value("Ada")], title=[provenance_value("x", "person")])) == ()


class TestRows:
    def test_the_name_is_one_row(self):
        [name, email] = rows(
            emails=[provenance_value({"value": "a@x.org", "label": "work"})],
            display=[provenance_value("Ada Lovelace")],
            given=[provenance_value("Ada")],
            family=[provenance_value("Lovelace")],
            nickname=[provenance_value("Adi")],
        )

        assert texts(name) == [
            ("", "Ada Lovelace"),
            ("First name", "Ada"),
            ("Last name", "Lovelace"),
            ("Nickname", "Adi"),
        ]
        assert texts(email) == [("work", "a@x.org")]

    def test_values_with_other_sources_are_another_row(self):
        first, second = rows(
            emails=[
                provenance_value({"value": "a@x.org"}),
                provenance_value({"value": "b@x.org"}),
                provenance_value({"value": "c@x.org"}, "microsoft:c2"),
            ]
        )

        assert [text for _, text in texts(first)] == ["a@x.org", "b@x.org"]
        assert [text for _, text in texts(second)] == ["c@x.org"]
        assert first.title == second.title

    def test_groups_share_a_line(self):
        [row] = rows(groups=[provenance_value("Friends"), provenance_value("Work")])

        assert row.is_list
        assert [text for _, text in texts(row)] == ["Friends", "Work"]


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
    def test_safe_values_are_links(self, field, value, href):
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
    def test_other_values_are_not(self, field, value):
        assert href_of(field, value) is None
