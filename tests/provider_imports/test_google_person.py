"""A Google person in our words: the person's own words first, nothing invented, nothing that can break us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.clean import cleaned_and_hashed
from chalicelib.contacts.contact import SourceContact, Unreadable
from chalicelib.provider_imports.google_person import LABELS, source_contact


def of(kind: str, *, primary: bool = False) -> dict:
    return {"primary": primary, "source": {"type": kind, "id": "1"}}


def said(**members) -> dict:
    """What a person with these members says, without the name that makes it worth keeping."""
    contact = source_contact({"resourceName": "people/c1", "names": [{"displayName": "A"}], **members})
    assert isinstance(contact, SourceContact)
    return {name: value for name, value in contact.said.items() if (name, value) != ("display", "A")}


class TestNames:
    def test_a_whole_name(self):
        name = {"givenName": "Anna", "familyName": "Müller", "displayName": "Anna Müller"}

        assert said(names=[name]) == {"given": "Anna", "family": "Müller", "display": "Anna Müller"}

    def test_a_mononym_has_no_family_name(self):
        assert said(names=[{"givenName": "Björk", "displayName": "Björk"}]) == {"given": "Björk", "display": "Björk"}

    def test_a_profiles_primary_name_does_not_replace_what_the_person_wrote(self):
        profile = {"displayName": "A. M. Official", "metadata": of("PROFILE", primary=True)}
        own = {"displayName": "Mum", "metadata": of("CONTACT")}

        assert said(names=[profile, own])["display"] == "Mum"

    def test_among_profiles_the_primary_one_counts_and_else_the_first(self):
        first, second = {"displayName": "One"}, {"displayName": "Two", "metadata": of("PROFILE", primary=True)}

        assert said(names=[first, second])["display"] == "Two"
        assert said(names=[first, {"displayName": "Three"}])["display"] == "One"

    def test_a_nickname(self):
        assert said(nicknames=[{"value": " Annie "}]) == {"nickname": "Annie"}

    def test_a_long_name_with_strange_signs_is_kept_as_text(self):
        name = "\u202eevil <b>" + "x" * 3000

        assert said(names=[{"displayName": name}])["display"] == name


class TestReachability:
    def test_emails_keep_their_order_and_labels_and_come_once(self):
        emails = [{"value": "a@x.example", "type": "home"}, {"value": "b@x.example"}, {"value": " A@x.example"}]

        assert said(emailAddresses=emails) == {
            "emails": [{"value": "a@x.example", "label": "home"}, {"value": "b@x.example"}]
        }

    def test_nothing_unseen_stays_in_an_address(self):
        assert said(emailAddresses=[{"value": "\u202ea@x\u200b.example"}]) == {"emails": [{"value": "a@x.example"}]}

    @pytest.mark.parametrize(
        "value", [None, "", 7, "no address", "@x", "a@", "a@@b", "<a@b>", "x" * 400 + "@y.example"]
    )
    def test_what_is_no_address_is_left_out(self, value):
        assert said(emailAddresses=[{"value": value}]) == {}

    def test_a_phone_carries_googles_reading_of_it(self):
        phones = [{"value": "0170 1234567", "canonicalForm": "+491701234567", "type": "mobile"}, {"value": "123"}]

        assert said(phoneNumbers=phones) == {
            "phones": [{"raw": "0170 1234567", "e164": "+491701234567", "label": "mobile"}, {"raw": "123"}]
        }

    @pytest.mark.parametrize("canonical", ["0170", "+0123456789", "+49170123456789012", "+49 170 1234567", None, 7])
    def test_a_reading_that_is_no_e164_is_not_taken(self, canonical):
        phones = [{"value": "0170 1234567", "canonicalForm": canonical}]

        assert said(phoneNumbers=phones) == {"phones": [{"raw": "0170 1234567"}]}

    def test_links_lead_to_the_web_or_nowhere(self):
        urls = [
            {"value": "https://anna.example/x", "type": "blog"},
            {"value": "javascript:alert(1)"},
            {"value": "anna.example"},
        ]

        assert said(urls=urls) == {
            "urls": [{"value": "https://anna.example/x", "label": "blog"}, {"value": "http://anna.example"}]
        }

    def test_addresses_by_part_or_as_they_are_written(self):
        parts = {"streetAddress": "Hauptstr. 1", "city": "Köln", "postalCode": "50667", "country": "DE", "type": "home"}
        whole = {"formattedValue": "Hauptstr. 2\n50667 Köln"}

        assert said(addresses=[parts, whole, {"type": "work"}])["addresses"] == [
            {"street": "Hauptstr. 1", "city": "Köln", "postal_code": "50667", "country": "DE", "label": "home"},
            {"street": "Hauptstr. 2\n50667 Köln"},
        ]


class TestWork:
    def test_the_present_job_counts_not_the_first(self):
        jobs = [{"name": "Old Ltd", "title": "Trainee"}, {"name": "New Ltd", "department": "R&D", "current": True}]

        assert said(organizations=jobs) == {"organisation": "New Ltd", "department": "R&D"}


class TestBirthday:
    @pytest.mark.parametrize(
        ("date", "birthday"),
        [
            ({"year": 1980, "month": 2, "day": 29}, {"year": 1980, "month": 2, "day": 29}),
            ({"month": 2, "day": 29}, {"month": 2, "day": 29}),
            ({"year": 0, "month": 12, "day": 31}, {"month": 12, "day": 31}),
            ({"year": 1604, "month": 5, "day": 4}, {"month": 5, "day": 4}),
            ({"year": 1980, "month": 0, "day": 0}, {"year": 1980}),
            ({"year": 1980}, {"year": 1980}),
        ],
    )
    def test_with_and_without_a_year(self, date, birthday):
        assert said(birthdays=[{"date": date}]) == {"birthday": birthday}

    @pytest.mark.parametrize(
        "date",
        [
            {},
            {"year": 1981, "month": 2, "day": 29},
            {"month": 13, "day": 1},
            {"month": 1},
            {"day": 1},
            {"month": 4, "day": 31},
            {"year": -3, "month": 1, "day": 1},
            {"year": 10**9, "month": 1, "day": 1},
            {"month": "1", "day": "1"},
            {"month": True, "day": True},
            {"month": 1.0, "day": 1},
            [],
            "1980-01-01",
        ],
    )
    def test_days_that_do_not_exist_are_dropped(self, date):
        assert said(birthdays=[{"date": date}]) == {}

    @pytest.mark.parametrize(
        ("text", "birthday"),
        [
            ("1980-02-29", {"year": 1980, "month": 2, "day": 29}),
            ("--12-24", {"month": 12, "day": 24}),
            ("1/2/80", None),
            ("around Easter", None),
            ("1981-02-29", None),
        ],
    )
    def test_the_old_text_counts_where_it_can_mean_one_day_only(self, text, birthday):
        assert said(birthdays=[{"text": text}]).get("birthday") == birthday

    def test_the_persons_own_date_goes_before_a_profiles(self):
        profile = {"date": {"month": 1, "day": 1}, "metadata": of("PROFILE", primary=True)}
        own = {"date": {"month": 2, "day": 2}, "metadata": of("CONTACT")}

        assert said(birthdays=[profile, own])["birthday"] == {"month": 2, "day": 2}


class TestNotes:
    def test_plain_notes_stay_as_they_are(self):
        assert said(biographies=[{"value": "1 < 2\nyes", "contentType": "TEXT_PLAIN"}]) == {"notes": "1 < 2\nyes"}

    def test_html_becomes_text(self):
        value = "<p>Tom &amp; Kim</p><script>alert(1)</script><style>p {}</style>2 &lt; 3<br>end"

        assert said(biographies=[{"value": value, "contentType": "TEXT_HTML"}])["notes"] == "Tom & Kim\n2 < 3\nend"

    @pytest.mark.parametrize("value", ["<" * 200_000, "<script>" * 20_000, "&" * 200_000, "<a" * 100_000])
    def test_hostile_html_is_read_all_the_same(self, value):
        assert set(said(biographies=[{"value": value, "contentType": "TEXT_HTML"}])) <= {"notes"}


class TestPhotosAndGroups:
    def test_a_photo_somebody_chose(self):
        photos = [{"url": "https://x.example/letter", "default": True}, {"url": "https://x.example/anna"}]

        assert said(photos=photos) == {"photo_url": "https://x.example/anna"}

    @pytest.mark.parametrize("url", ["http://x.example/a", "javascript:x", "data:image/png;base64,AA", None, 7])
    def test_a_photo_that_is_not_on_the_secure_web_is_none(self, url):
        assert said(photos=[{"url": url}]) == {}

    def test_groups_are_the_labels_names(self):
        assert said(**{LABELS: ["Friends", "", None, "Choir"]}) == {"groups": ["Friends", "Choir"]}


class TestIdentity:
    def test_earlier_names_and_the_contacts_own_id_are_aliases(self):
        metadata = {
            "previousResourceNames": ["people/c0", 7],
            "sources": [{"type": "PROFILE", "id": "p"}, {"type": "CONTACT", "id": "6f"}, {"type": "CONTACT"}],
        }
        contact = source_contact({"resourceName": "people/c1", "names": [{"displayName": "A"}], "metadata": metadata})

        assert (contact.source_id, contact.aliases) == ("people/c1", ("people/c0", "contact:6f"))

    @pytest.mark.parametrize("record", [None, 7, "x", [], {}, {"resourceName": None}, {"resourceName": ""}])
    def test_a_record_without_an_id_is_unreadable(self, record):
        assert isinstance(source_contact(record), Unreadable)

    @pytest.mark.parametrize(
        "members",
        [
            {},
            {"names": []},
            {"names": [{}], "emailAddresses": [{"value": ""}]},
            {"photos": [{"url": "https://x.example/a"}], LABELS: ["Friends"]},
            {"names": [{"displayName": "\x00\x01"}]},
        ],
    )
    def test_a_person_with_nothing_at_all_is_empty(self, members):
        assert source_contact({"resourceName": "people/c1", **members}) == Unreadable("people/c1", "empty")

    @pytest.mark.parametrize(
        "members",
        [
            {"emailAddresses": [{"value": "a@x.example"}]},
            {"phoneNumbers": [{"value": "1"}]},
            {"organizations": [{"name": "X"}]},
            {"phoneNumbers": [{"canonicalForm": "+491701234567"}]},
        ],
    )
    def test_a_person_without_a_name_is_kept(self, members):
        assert isinstance(source_contact({"resourceName": "people/c1", **members}), SourceContact)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
ENTRY = st.dictionaries(
    st.sampled_from(["value", "type", "date", "metadata", "url", "displayName", "text", "canonicalForm", "default"]),
    JSON,
)
LISTS = ["names", "nicknames", "emailAddresses", "phoneNumbers", "organizations", "addresses", "birthdays"]
MEMBERS = st.sampled_from([*LISTS, "biographies", "urls", "memberships", "photos", "metadata", LABELS])
PERSONS = st.dictionaries(MEMBERS, JSON | st.lists(ENTRY, max_size=3))


@given(PERSONS)
def test_whatever_google_sends_can_be_read_and_kept(person):
    contact = source_contact({"resourceName": "people/c1", **person})

    assert isinstance(contact, Unreadable) or cleaned_and_hashed(contact.said)[0]
