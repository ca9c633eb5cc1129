"""Converting a Google person: the person's own entries first, nothing invented, no record that fails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.contacts.cleaning import clean_fields_and_digest
from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.providers.google.person import LABELS, source_contact


def of(kind: str, *, primary: bool = False) -> dict:
    return {"primary": primary, "source": {"type": kind, "id": "1"}}


def convert(**members) -> dict:
    """The fields of a converted person, without the name that every contact needs."""
    contact = source_contact({"resourceName": "people/c1", "names": [{"displayName": "A"}], **members})
    assert isinstance(contact, SourceContact)
    return {name: value for name, value in contact.fields.items() if (name, value) != ("display", "A")}


class TestNames:
    def test_all_parts_of_a_name(self):
        name = {"givenName": "Anna", "familyName": "Müller", "displayName": "Anna Müller"}

        assert convert(names=[name]) == {"given": "Anna", "family": "Müller", "display": "Anna Müller"}

    def test_a_mononym_has_no_family_name(self):
        assert convert(names=[{"givenName": "Björk", "displayName": "Björk"}]) == {
            "given": "Björk",
            "display": "Björk",
        }

    def test_a_profiles_primary_name_does_not_replace_what_the_person_wrote(self):
        profile = {"displayName": "A. M. Official", "metadata": of("PROFILE", primary=True)}
        own = {"displayName": "Mum", "metadata": of("CONTACT")}

        assert convert(names=[profile, own])["display"] == "Mum"

    def test_among_profile_names_the_primary_one_wins_else_the_first(self):
        first, second = {"displayName": "One"}, {"displayName": "Two", "metadata": of("PROFILE", primary=True)}

        assert convert(names=[first, second])["display"] == "Two"
        assert convert(names=[first, {"displayName": "Three"}])["display"] == "One"

    def test_a_nickname(self):
        assert convert(nicknames=[{"value": " Annie "}]) == {"nickname": "Annie"}

    def test_a_long_name_with_unusual_characters_is_kept_as_text(self):
        name = "\u202eevil <b>" + "x" * 3000

        assert convert(names=[{"displayName": name}])["display"] == name


class TestEmailsPhonesLinks:
    def test_emails_keep_order_and_labels_without_duplicates(self):
        emails = [{"value": "a@x.example", "type": "home"}, {"value": "b@x.example"}, {"value": " A@x.example"}]

        assert convert(emailAddresses=emails) == {
            "emails": [{"value": "a@x.example", "label": "home"}, {"value": "b@x.example"}]
        }

    def test_invisible_characters_are_removed_from_an_email(self):
        assert convert(emailAddresses=[{"value": "\u202ea@x\u200b.example"}]) == {"emails": [{"value": "a@x.example"}]}

    @pytest.mark.parametrize("value", [None, "", 7, "@", " - "])
    def test_empty_values_are_left_out(self, value):
        assert convert(emailAddresses=[{"value": value}]) == {}

    @pytest.mark.parametrize(
        "value", ["no address", "@x", "ben.kay@", "a@@b", pytest.param("x" * 400 + "@y.example", id="long")]
    )
    def test_what_is_not_an_address_is_kept_as_text(self, value):
        assert convert(emailAddresses=[{"value": value}]) == {"custom_fields": [{"name": "E-mail", "value": value}]}

    @pytest.mark.parametrize(
        ("value", "emails"),
        [
            ("vera@lindt.example, v.lindt@work.example", ["vera@lindt.example", "v.lindt@work.example"]),
            ("vera@lindt.example; v.lindt@work.example;", ["vera@lindt.example", "v.lindt@work.example"]),
            ("vera@lindt.example ::: v.lindt@work.example", ["vera@lindt.example", "v.lindt@work.example"]),
            ("only.one@mail.example;", ["only.one@mail.example"]),
            ("mailto:<only.one@mail.example>,", ["only.one@mail.example"]),
            ("'five@mail.example'", ["five@mail.example"]),
            ("Uwe Rast <uwe@rast.example>", ["uwe@rast.example"]),
            ("Rast, Uwe <uwe@rast.example>", ["uwe@rast.example"]),
            ('"Uwe Rast" (uwe@rast.example)', ["uwe@rast.example"]),
        ],
    )
    def test_a_field_may_contain_several_emails_and_the_name(self, value, emails):
        uwe = [{"givenName": "Uwe", "familyName": "Rast"}]

        found = convert(names=uwe, emailAddresses=[{"value": value}])

        assert [email["value"] for email in found["emails"]] == emails
        assert "custom_fields" not in found

    def test_another_name_next_to_an_email_is_kept_as_text(self):
        written = "Office of Uwe Rast <office@rast.example>"

        assert convert(emailAddresses=[{"value": written, "type": "work"}]) == {
            "emails": [{"value": "office@rast.example", "label": "work"}],
            "custom_fields": [{"name": "E-mail", "value": written}],
        }

    def test_a_phone_has_googles_e164_form(self):
        phones = [{"value": "0170 1234567", "canonicalForm": "+491701234567", "type": "mobile"}, {"value": "123"}]

        assert convert(phoneNumbers=phones) == {
            "phones": [{"raw": "0170 1234567", "e164": "+491701234567", "label": "mobile"}, {"raw": "123"}]
        }

    @pytest.mark.parametrize("canonical", ["0170", "+0123456789", "+49170123456789012", "+49 170 1234567", None, 7])
    def test_an_invalid_e164_form_is_ignored(self, canonical):
        phones = [{"value": "0170 1234567", "canonicalForm": canonical}]

        assert convert(phoneNumbers=phones) == {"phones": [{"raw": "0170 1234567"}]}

    def test_links_are_web_links_only(self):
        urls = [
            {"value": "https://anna.example/x", "type": "blog"},
            {"value": "javascript:alert(1)"},
            {"value": "anna.example"},
            {"value": "www.müller-bau.example"},
            {"value": "skype:anna.m"},
            {"value": "@anna", "type": "profile"},
        ]

        assert convert(urls=urls) == {
            "urls": [
                {"value": "https://anna.example/x", "label": "blog"},
                {"value": "https://anna.example"},
                {"value": "https://www.müller-bau.example"},
            ],
            "ims": [{"value": "skype:anna.m", "label": "skype"}],
            "custom_fields": [
                {"name": "Web", "value": "javascript:alert(1)"},
                {"name": "Web (profile)", "value": "@anna"},
            ],
        }

    def test_addresses_by_part_or_as_they_are_written(self):
        parts = {"streetAddress": "Hauptstr. 1", "city": "Köln", "postalCode": "50667", "country": "DE", "type": "home"}
        whole = {"formattedValue": "Hauptstr. 2\n50667 Köln"}

        assert convert(addresses=[parts, whole, {"type": "work"}])["addresses"] == [
            {"street": "Hauptstr. 1", "city": "Köln", "postal_code": "50667", "country": "DE", "label": "home"},
            {"street": "Hauptstr. 2\n50667 Köln"},
        ]


class TestWork:
    def test_the_current_job_wins_over_the_first(self):
        jobs = [{"name": "Old Ltd", "title": "Trainee"}, {"name": "New Ltd", "department": "R&D", "current": True}]

        assert convert(organizations=jobs) == {
            "organization": "New Ltd",
            "department": "R&D",
            "custom_fields": [{"name": "Organization", "value": "Old Ltd, Trainee"}],
        }


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
        assert convert(birthdays=[{"date": date}]) == {"birthday": birthday}

    @pytest.mark.parametrize(
        ("date", "text"),
        [
            ({"year": 1981, "month": 2, "day": 29}, "1981-02-29"),
            ({"month": 13, "day": 1}, "--13-01"),
            ({"month": 1}, "--01"),
            ({"day": 5}, "---05"),
            ({"year": 1981, "day": 5}, "1981--05"),
            ({"month": 4, "day": 31}, "--04-31"),
            ({"year": 10**9, "month": 1, "day": 1}, "1000000000-01-01"),
        ],
    )
    def test_an_invalid_date_is_kept_as_text(self, date, text):
        assert convert(birthdays=[{"date": date}]) == {"custom_fields": [{"name": "Birthday", "value": text}]}

    @pytest.mark.parametrize("date", [{}, {"month": "1", "day": "1"}, {"month": 1.0, "day": 1.0}, [], "1980-01-01"])
    def test_a_value_that_is_not_a_date_is_ignored(self, date):
        assert convert(birthdays=[{"date": date}]) == {}

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
    def test_an_unambiguous_text_is_read_as_a_date(self, text, birthday):
        assert convert(birthdays=[{"text": text}]).get("birthday") == birthday

    def test_the_persons_own_date_wins_over_a_profiles(self):
        profile = {"date": {"month": 1, "day": 1}, "metadata": of("PROFILE", primary=True)}
        own = {"date": {"month": 2, "day": 2}, "metadata": of("CONTACT")}

        assert convert(birthdays=[profile, own]) == {
            "birthday": {"month": 2, "day": 2},
            "custom_fields": [{"name": "Birthday", "value": "--01-01"}],
        }


class TestNotes:
    def test_plain_notes_stay_as_they_are(self):
        assert convert(biographies=[{"value": "1 < 2\nyes", "contentType": "TEXT_PLAIN"}]) == {"notes": "1 < 2\nyes"}

    def test_html_becomes_text(self):
        value = "<p>Tom &amp; Kim</p><script>alert(1)</script><style>p {}</style>2 &lt; 3<br>end"

        assert convert(biographies=[{"value": value, "contentType": "TEXT_HTML"}])["notes"] == "Tom & Kim\n2 < 3\nend"

    @pytest.mark.parametrize("value", ["<" * 200_000, "<script>" * 20_000, "&" * 200_000, "<a" * 100_000])
    def test_hostile_html_is_read_without_errors(self, value):
        assert set(convert(biographies=[{"value": value, "contentType": "TEXT_HTML"}])) <= {"notes"}


class TestPhotosAndGroups:
    def test_a_chosen_photo_is_kept_and_the_default_one_is_not(self):
        photos = [{"url": "https://x.example/letter", "default": True}, {"url": "https://x.example/anna"}]

        assert convert(photos=photos) == {"photo_url": "https://x.example/anna"}

    @pytest.mark.parametrize("url", ["http://x.example/a", "javascript:x", "data:image/png;base64,AA", None, 7])
    def test_a_photo_without_https_is_left_out(self, url):
        assert convert(photos=[{"url": url}]) == {}

    def test_groups_are_the_labels_names(self):
        labels = {"g/1": "Friends", "g/2": "", "g/3": None, "g/4": "Choir"}

        assert convert(**{LABELS: labels}) == {"groups_by_id": {"g/1": "Friends", "g/4": "Choir"}}


class TestEverythingElse:
    """Nothing a person says in Google is lost: it has a member, or stands under its name."""

    def test_the_parts_of_a_name(self):
        name = {
            "honorificPrefix": "Dr.",
            "givenName": "Clara",
            "middleName": "Amalie",
            "familyName": "Weiss",
            "honorificSuffix": "MD",
            "displayName": "Dr. Clara Amalie Weiss MD",
            "phoneticGivenName": "Klara",
            "phoneticMiddleName": "Amalia",
            "phoneticFamilyName": "Wais",
        }

        assert convert(names=[name], fileAses=[{"value": "Weiss"}]) == {
            "prefix": "Dr.",
            "given": "Clara",
            "middle": "Amalie",
            "family": "Weiss",
            "suffix": "MD",
            "display": "Dr. Clara Amalie Weiss MD",
            "phonetic_given": "Klara",
            "phonetic_middle": "Amalia",
            "phonetic_family": "Wais",
            "file_as": "Weiss",
        }

    def test_the_parts_of_an_address(self):
        parts = {"poBox": "Postfach 1180", "extendedAddress": "Floor 3", "streetAddress": "1 Row\nBack"}

        assert convert(addresses=[{**parts, "countryCode": "GB"}]) == {
            "addresses": [{"po_box": "Postfach 1180", "extended": "Floor 3", "street": "1 Row\nBack", "country": "GB"}]
        }

    def test_days_people_and_handles(self):
        record = {
            "events": [
                {"date": {"year": 2009, "month": 6, "day": 20}, "type": "anniversary"},
                {"date": {"month": 2, "day": 30}, "formattedType": "First met"},
            ],
            "relations": [{"person": "Ute", "type": "spouse"}, {"person": "Max"}],
            "imClients": [{"username": "anna.m", "protocol": "jabber"}, {"username": "am", "type": "home"}],
            "sipAddresses": [{"value": "sip:anna@x.example"}],
        }

        assert convert(**record) == {
            "events": [{"value": "2009-06-20", "label": "anniversary"}, {"value": "--02-30", "label": "First met"}],
            "relations": [{"value": "Ute", "label": "spouse"}, {"value": "Max"}],
            "ims": [
                {"value": "anna.m", "label": "jabber"},
                {"value": "am", "label": "home"},
                {"value": "sip:anna@x.example", "label": "sip"},
            ],
        }

    def test_a_key_without_a_value_is_kept_as_a_value(self):
        assert convert(userDefined=[{"key": "Choir", "value": ""}]) == {"custom_fields": [{"value": "Choir"}]}

    @pytest.mark.parametrize(
        ("members", "name", "value"),
        [
            ({"userDefined": [{"key": "Shoe size", "value": "38"}]}, "Shoe size", "38"),
            ({"calendarUrls": [{"url": "https://x.example", "type": "busy"}]}, "Calendar (busy)", "https://x.example"),
            ({"externalIds": [{"value": "E-17", "type": "customer"}]}, "External ID (customer)", "E-17"),
            ({"miscKeywords": [{"value": "low", "type": "OUTLOOK_PRIORITY"}]}, "Keyword (OUTLOOK_PRIORITY)", "low"),
            ({"occupations": [{"value": "Baker"}]}, "Occupation", "Baker"),
            ({"interests": [{"value": "Chess"}]}, "Interest", "Chess"),
            ({"skills": [{"value": "Welding"}]}, "Skill", "Welding"),
            ({"genders": [{"value": "female", "formattedValue": "Female"}]}, "Gender", "Female"),
            ({"locations": [{"value": "Oslo", "floor": "3", "deskCode": "B7"}]}, "Location", "Oslo, floor 3, desk B7"),
            ({"locales": [{"value": "nb"}]}, "Language", "nb"),
            ({"nicknames": [{"value": "Berg", "type": "MAIDEN_NAME"}]}, "Maiden name", "Berg"),
            ({"organizations": [{"jobDescription": "Bakes"}]}, "Job description", "Bakes"),
            ({"names": [{"displayName": "A"}, {"givenName": "B", "familyName": "C"}]}, "Name", "B C"),
            ({"emailAddresses": [{"value": "a@x.example", "displayName": "Desk"}]}, "E-mail", "Desk <a@x.example>"),
        ],
        ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
    )
    def test_a_value_without_a_contact_field_becomes_a_custom_field(self, members, name, value):
        assert {"name": name, "value": value} in convert(**members)["custom_fields"]

    def test_a_second_value_of_a_single_field_is_kept(self):
        record = {
            "nicknames": [{"value": "Annie"}, {"value": "Nan"}],
            "biographies": [{"value": "one"}, {"value": "two\nlines"}],
        }

        found = convert(**record)

        assert (found["nickname"], found["notes"]) == ("Annie", "one")
        assert sorted(field["value"] for field in found["custom_fields"]) == ["Nan", "two\nlines"]

    def test_a_field_name_that_is_too_long_is_repeated_in_the_value(self):
        fields = convert(userDefined=[{"key": "k" * 70, "value": "v"}])["custom_fields"]

        assert fields == [{"name": "k" * 63 + "…", "value": "k" * 70 + ": v"}]


class TestLeftOut:
    """What cannot be kept is named by its kind."""

    @pytest.mark.parametrize(
        ("members", "dropped"),
        [
            ({"emailAddresses": [{"value": 7}]}, ("E-mail",)),
            ({"emailAddresses": [{"value": "/o=Ex/ou=Group/cn=Recipients/cn=anna"}]}, ("Exchange address",)),
            ({"photos": [{"url": "http://x.example/a"}]}, ("Photo",)),
            ({"userDefined": [{"key": f"k{n}", "value": "v"} for n in range(51)]}, ("Custom fields beyond 50",)),
            ({"userDefined": [{"key": "k", "value": ["v"]}]}, ("Custom field",)),
            ({"emailAddresses": [{"value": None}], "photos": [{"url": "https://x.example/a", "default": True}]}, ()),
        ],
        ids=["number", "exchange", "photo", "too-many", "list", "nothing"],
    )
    def test_values_are_reported_by_kind(self, members, dropped):
        contact = source_contact({"resourceName": "people/c1", "names": [{"displayName": "A"}], **members})

        assert contact.dropped == dropped


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
    def test_a_person_without_content_is_empty(self, members):
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


@pytest.mark.parametrize("key", [" g", "g ", "g\n"])
def test_a_label_whose_id_cannot_be_stored_as_it_is_is_ignored(key):
    assert convert(**{LABELS: {key: "Friends"}}) == {}


UNTRIMMED = [" ", "\u200b", " a", "a ", "a\n", " ada@example.com ", "https://x.example/a ", "skype: ada "]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(UNTRIMMED),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
PARTS = ["value", "key", "type", "person", "username", "date", "metadata", "url", "displayName", "text", "default"]
ENTRY = st.dictionaries(st.sampled_from([*PARTS, "canonicalForm"]), JSON)
LISTS = ["names", "nicknames", "emailAddresses", "phoneNumbers", "organizations", "addresses", "birthdays"]
LISTS += ["events", "relations", "imClients", "userDefined", "externalIds", "locations", "genders", "fileAses"]
MEMBERS = st.sampled_from([*LISTS, "biographies", "urls", "memberships", "photos", "metadata", LABELS])
PERSONS = st.dictionaries(MEMBERS, JSON | st.lists(ENTRY, max_size=3))


@given(PERSONS)
def test_any_json_from_google_can_be_read_and_stored(person):
    contact = source_contact({"resourceName": "people/c1", **person})

    assert isinstance(contact, Unreadable) or clean_fields_and_digest(contact.fields)[0]


@given(PERSONS)
def test_what_is_said_to_be_trimmed_is_cleaned_alike(person):
    contact = source_contact({"resourceName": "people/c1", **person})

    if isinstance(contact, SourceContact) and contact.is_trimmed:
        assert clean_fields_and_digest(contact.fields, is_trimmed=True) == clean_fields_and_digest(contact.fields)
