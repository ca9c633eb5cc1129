"""Our own export of vCards is read back as the contacts that it was made of.

What the export itself changes is in `as_exported`: the forms of links, the case of labels that are types of vCard, and
numbers in E.164.
"""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address_book.export_vcard import NO_NAME, PRODUCT, Version, vcard_of
from chalicelib.address_book.vcard_lines import web_address
from chalicelib.contacts.cleaning import clean_fields
from chalicelib.files.vcard_properties import OWN_PRODUCT
from tests.address_book.making import HOSTILE, contact, contacts
from tests.examples import examples
from tests.files.vcards import read

TYPES = {
    "emails": {"home": "home", "work": "work"},
    "urls": {"home": "home", "work": "work"},
    "addresses": {"home": "home", "work": "work"},
    "phones": {
        "home": "home",
        "work": "work",
        "mobile": "mobile",
        "cell": "mobile",
        "pager": "pager",
        "fax": "fax",
        "homefax": "homeFax",
        "workfax": "workFax",
        "workmobile": "workMobile",
    },
}
URI = re.compile(r"(?!https?://)[a-z][a-z0-9+.-]*:[^\s\x00-\x1f\x7f\"<>\\]+", re.IGNORECASE).fullmatch
RELATED = ("child", "parent", "sibling", "spouse", "friend", "kin", "colleague", "neighbor", "agent", "emergency")


def read_back(version, *book):
    cards = read("".join(vcard_of(book, version)).encode())
    assert not [card for card in cards if card.unreadable or card.problems]
    return {card.uid: dict(clean_fields(card.fields)) for card in cards}


def as_exported(shown: dict[str, Any], version: Version) -> dict[str, Any]:
    """The fields as the export writes them, cleaned."""
    fields = {name: value for name, value in shown.items() if name not in ("hidden", "kept_name", "groups_by_id")}
    if fields.get("display") == NO_NAME:
        del fields["display"]
    if named := shown.get("groups_by_id"):
        fields["groups"] = [*fields.get("groups", ()), *named.values()]
    rewritten = {
        "phones": lambda phone: {part: text for part, text in phone.items() if part in ("raw", "label")},
        "urls": lambda url: {**url, "value": web_address(url["value"]) or url["value"]},
        "ims": lambda im: {**im, "value": im["value"].replace(",", "%2C")} if URI(im["value"]) else im,
    }
    for name, rewrite in rewritten.items():
        fields[name] = [rewrite(value) for value in fields.get(name, ())]
    labels = {**TYPES, "relations": {label: label for label in RELATED}} if version is Version.V4 else TYPES
    for name, types in labels.items():
        fields[name] = [_with_type(value, types) for value in fields.get(name, ())]
    fields["photo_url"] = web_address(fields.get("photo_url", ""))
    return dict(clean_fields(fields))


def _with_type(value: dict[str, str], types: dict[str, str]) -> dict[str, str]:
    """The value with the type of vCard that its label means, if there is one."""
    label = types.get(value.get("label", "").lower())
    return {**value, "label": label} if label else value


ADA = contact(
    "Ada Lovelace",
    given="Ada",
    middle="King, Byron",
    family="Lovelace; Noel",
    prefix="Hon.",
    suffix="FRS",
    file_as="Lovelace, Ada",
    phonetic_given="Eida",
    nickname="Countess, the",
    organization="Engines; Analytical, Ltd",
    department="Programs, \\ Cards",
    title="Author",
    notes="first\nsecond, third; \\fourth",
    photo_url="https://x.org/ada.png",
    groups=["Friends, old", "Poets\\", "x"],
    birthday={"month": 4, "day": 12},
    emails=[{"value": "ada@x.org", "label": "home"}, {"value": "ada@y.org", "label": "Summer house"}],
    phones=[{"raw": "+49 170 1234567", "label": "mobile"}, {"raw": "110", "label": "_$!<Main>!$_"}, {"raw": "112"}],
    urls=[{"value": "https://ada.example/ä b"}, {"value": "javascript:alert(1)", "label": "PROFILE"}],
    addresses=[{"street": "St James 12\nFlat; 3", "city": "London\\", "postal_code": "SW1", "label": "work"}],
    events=[
        {"value": "1835-07-08", "label": "anniversary"},
        {"value": "--07-08", "label": "anniversary"},
        {"value": "20090620", "label": "party"},
    ],
    relations=[{"value": "Byron, George", "label": "parent"}, {"value": "Will", "label": "Husband"}],
    ims=[{"value": "ada", "label": "skype"}, {"value": "ada", "label": "Signal"}, {"value": "ada"}],
    custom_fields=[
        {"name": "Office", "value": "3.14\nleft"},
        {"name": "Size", "value": "0.10", "type": "number"},
        {"value": "x"},
    ],
)


class TestRoundTrip:
    def test_the_reader_knows_our_own_export(self):
        assert f"\nPRODID:{PRODUCT}".startswith(OWN_PRODUCT)

    @pytest.mark.parametrize("version", Version)
    def test_every_field_comes_back(self, version):
        assert read_back(version, ADA)["id1"] == as_exported(dict(ADA.shown), version)

    @pytest.mark.parametrize("version", Version)
    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
    def test_hostile_text_comes_back(self, version, text):
        hostile = contact(text, notes=text, groups=[text], emails=[{"value": text, "label": text}])

        assert read_back(version, hostile)["id1"] == as_exported(dict(hostile.shown), version)

    @pytest.mark.parametrize("version", Version)
    @pytest.mark.parametrize(
        "birthday",
        [
            {"year": 1815, "month": 12, "day": 10},
            {"year": 1900, "month": 1, "day": 1},
            {"year": 1604, "month": 2, "day": 3},
            {"month": 2, "day": 29},
            {"year": 1815, "month": 12},
            {"year": 1815},
            {"month": 12},
            {"day": 3},
            {"year": 1815, "day": 3},
            {"year": 51, "month": 2, "day": 3},
        ],
    )
    def test_a_birthday_comes_back_with_its_known_parts(self, version, birthday):
        assert read_back(version, contact("Ada", birthday=birthday))["id1"]["birthday"] == birthday

    def test_a_number_in_e164_keeps_its_extension(self):
        phone = {"raw": "+49 30 123456 ext. 7", "e164": "+4930123456", "extension": "7"}

        assert read_back(Version.V4, contact("Ada", phones=[phone]))["id1"]["phones"] == [{"raw": "+4930123456 ext. 7"}]

    @settings(max_examples=examples(60), deadline=None)
    @given(st.lists(contacts, max_size=2, unique_by=lambda each: each.contact_id), st.sampled_from(Version))
    def test_every_contact_comes_back_as_it_was(self, book, version):
        expected = {each.contact_id: as_exported(dict(each.shown), version) for each in book}

        assert read_back(version, *book) == expected
