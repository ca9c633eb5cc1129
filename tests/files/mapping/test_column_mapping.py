"""A mapping is stored as JSON and found again for the next file."""

import pytest

from chalicelib.files.mapping.column_mapping import ColumnMapping, MappedColumn, Rule
from chalicelib.files.mapping.person_names import NameOrder
from chalicelib.files.mapping.target import Target
from chalicelib.files.mapping.written_dates import DateOrder
from chalicelib.foundation.fast_json import decode_json, encode_json


def mapping(*columns, **more):
    """A mapping of (header, target) pairs."""
    return ColumnMapping([MappedColumn(header, Target.of(target)) for header, target in columns], **more)


WHOLE = ColumnMapping(
    [
        MappedColumn("Name", Target.of("name")),
        MappedColumn("Born", Target.of("birthday"), DateOrder.DAY_FIRST),
        MappedColumn("Shoe size", Target.of("custom_fields.1=Shoe size")),
        MappedColumn("", Target.of("")),
    ],
    preset="google",
    region="DE",
    name_order=NameOrder.FAMILY_FIRST,
    rules={"phones": Rule.WHERE_EMPTY, "notes": Rule.NEVER},
    defaults={"groups": "Trade fair"},
)


class TestJson:
    def test_it_comes_back_as_it_was(self):
        assert ColumnMapping.from_json(decode_json(encode_json(WHOLE.to_json()))) == WHOLE

    def test_a_client_may_leave_out_what_is_usual(self):
        read = ColumnMapping.from_json({"columns": [{"header": "E-Mail", "target": "emails.1"}, {"header": "x"}]})

        assert read == mapping(("E-Mail", "emails.1"), ("x", ""))

    @pytest.mark.parametrize(
        "value",
        [
            *(None, [], "x", {}, {"columns": None}, {"columns": ["x"]}, {"columns": [{"target": "given"}]}),
            {"columns": [{"header": 1}]},
            {"columns": [{"header": "x", "target": "nonsense"}]},
            {"columns": [{"header": "x", "target": 1}]},
            {"columns": [{"header": "x", "target": "birthday", "date_order": "year_first"}]},
            {"columns": [], "rules": {"phones": "sometimes"}},
            {"columns": [], "rules": {"nonsense": "always"}},
            {"columns": [], "rules": ["phones"]},
            {"columns": [], "defaults": {"emails": "a@x.org"}},
            {"columns": [], "defaults": {"notes": 1}},
            {"columns": [], "name_order": "last"},
            {"columns": [], "region": 49},
        ],
    )
    def test_anything_else_is_refused(self, value):
        with pytest.raises(ValueError):  # noqa: PT011 # whatever it says
            ColumnMapping.from_json(value)


class TestFingerprint:
    def test_it_is_that_of_the_headers_alone(self):
        assert mapping(("E-Mail", "emails.1")).fingerprint == mapping(("email", "")).fingerprint
        assert mapping(("E-Mail", "emails.1")).fingerprint != mapping(("Phone", "emails.1")).fingerprint


class TestMissing:
    @pytest.mark.parametrize(
        "target", ["name", "display", "given", "organization", "nickname", "emails.2", "phones.1=fax"]
    )
    def test_a_name_an_email_or_a_number_suffices(self, target):
        assert mapping(("x", target)).missing() == ()

    @pytest.mark.parametrize("target", ["", "notes", "prefix", "suffix", "uid", "addresses.1.city", "birthday"])
    def test_with_none_of_them_all_three_are_missing(self, target):
        assert mapping(("x", target)).missing() == ("name", "email", "phone")

    def test_a_field_that_is_never_used_does_not_count(self):
        assert mapping(("x", "given"), rules={"given": Rule.NEVER}).missing()

    def test_a_default_does_not_count(self):
        assert mapping(("x", "notes"), defaults={"organization": "Acme"}).missing() == ("name", "email", "phone")


class TestLoneLabels:
    def headers(self, *columns, **how):
        return [column.header for column in mapping(*columns, **how).lone_labels()]

    @pytest.mark.parametrize(
        "target", ["emails.1.label", "phones.2.label", "addresses.1.label", "custom_fields.1.name"]
    )
    def test_are_those_whose_values_no_column_has(self, target):
        assert self.headers(("a", "emails.2"), ("b", target), ("c", "given")) == ["b"]

    @pytest.mark.parametrize(
        ("label", "value"), [("emails.1.label", "emails.1"), ("addresses.1.label", "addresses.1.city=home")]
    )
    def test_are_none_beside_their_values(self, label, value):
        assert self.headers(("a", label), ("b", value)) == []

    def test_are_none_of_a_field_that_is_never_used(self):
        assert self.headers(("a", "emails.1.label"), rules={"emails": Rule.NEVER}) == []


def test_one_target_can_be_replaced():
    before = mapping(("a", "given"), ("b", "family"))

    assert before.with_target(1, Target.of("nickname")) == mapping(("a", "given"), ("b", "nickname"))
    assert before == mapping(("a", "given"), ("b", "family"))
