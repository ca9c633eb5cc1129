"""Properties of vCards and the fields that they become: emails, numbers, days, people, accounts and the rest."""

import pytest

from tests.files.vcards import card_of, fields_of


class TestEmails:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("EMAIL:a@x.example", [{"value": "a@x.example"}]),
            ("EMAIL;INTERNET:a@x.example", [{"value": "a@x.example"}]),
            ("EMAIL;1;INTERNET:a@x.example", [{"value": "a@x.example"}]),
            ("EMAIL;type=INTERNET;type=WORK;type=pref:a@x.example", [{"value": "a@x.example", "label": "work"}]),
            ("EMAIL;X-EVOLUTION-UI-SLOT=1;TYPE=HOME:a@x.example", [{"value": "a@x.example", "label": "home"}]),
            ("EMAIL:mailto:a@x.example", [{"value": "a@x.example"}]),
            ("EMAIL:a@x.example, b@x.example", [{"value": "a@x.example"}, {"value": "b@x.example"}]),
            ("EMAIL;CHARSET=utf-8:undefined", None),
            ("EMAIL:", None),
        ],
    )
    def test_have_a_label(self, line, expected):
        assert fields_of(line, version="2.1").get("emails") == expected

    def test_with_the_name_of_the_contact_are_addresses_alone(self):
        assert fields_of("EMAIL:Ann Poe <a@x.example>", "FN:Ann Poe") == {
            "emails": [{"value": "a@x.example"}],
            "display": "Ann Poe",
        }

    def test_that_are_none_are_custom_fields(self):
        assert fields_of("EMAIL:ask Bob")["custom_fields"] == [{"name": "E-mail", "value": "ask Bob"}]

    def test_are_in_the_order_of_preference(self):
        fields = fields_of(
            "EMAIL:d@x.example", "EMAIL;PREF=2:b@x.example", "EMAIL;TYPE=pref:a@x.example", "EMAIL;PREF=100:c@x.example"
        )

        assert [email["value"][0] for email in fields["emails"]] == ["a", "b", "c", "d"]


class TestNumbers:
    @pytest.mark.parametrize(
        ("types", "label"),
        [
            (";CELL", "mobile"),
            (";CELL;VOICE;PREF", "mobile"),
            (";WORK;CELL", "workMobile"),
            (";HOME;FAX", "homeFax"),
            (";type=WORK;type=FAX", "workFax"),
            (";TYPE=work,voice", "work"),
            (';TYPE="voice,home"', "home"),
            (';TYPE="WORK;FAX"', "workFax"),
            (";TYPE=workfax", "workFax"),
            (";TYPE=home2", "home2"),
            (";TYPE=MAIN", "main"),
            (";TYPE=PAGER", "pager"),
            (";type=IPHONE;type=CELL;type=VOICE", "iPhone"),
            (";VOICE", None),
            ("", None),
            (";TYPE=CELL,PREF=1", "mobile"),
            (';TYPE=CELL,"Ferienhaus, am See"', "Ferienhaus, am See"),
            (";TYPE=\"Büro: ^'Mitte^'\"", 'Büro: "Mitte"'),
            (";TYPE=a^nb^^c", "a b^c"),
            (";TYPE=X-Ferienhaus am See", "Ferienhaus am See"),
            (";X-Summer house", "Summer house"),
            (";TYPE=Ferienhaus", "Ferienhaus"),
        ],
    )
    def test_have_a_label_by_their_types(self, types, label):
        (phone,) = fields_of(f"TEL{types}:110")["phones"]

        assert phone.get("label") == label

    @pytest.mark.parametrize(
        ("written", "label"),
        [
            ("_$!<Mobile>!$_", "mobile"),
            ("_$!<HomeFAX>!$_", "homeFax"),
            ("_$!<AssistantPhone>!$_", "assistantPhone"),
            ("iPhone", "iPhone"),
            ("GRAND_CENTRAL", "googleVoice"),
            (r"Front desk\, 2nd floor; ask", "Front desk, 2nd floor; ask"),
            ("", "work"),
        ],
    )
    def test_have_a_label_in_a_line_of_its_own(self, written, label):
        for group, name in (("item1", "X-ABLabel"), ("ITEM1", "X-ABLABEL"), ("itemtel1", "x-ablabel")):
            lines = [f"{group}.TEL;TYPE=work:110", f"{group}.{name}:{written}"]

            assert fields_of(*lines)["phones"] == [{"raw": "110", "label": label}]
            assert fields_of(*reversed(lines))["phones"] == [{"raw": "110", "label": label}]

    @pytest.mark.parametrize(
        ("written", "raw"),
        [
            ("tel:+1-555-555-5555;ext=5555", "+1-555-555-5555 ext. 5555"),
            ("tel:+49 30 5550197", "+49 30 5550197"),
            ("TEL:%2B4930", "+4930"),
            ("+49 30 5550199;ext=5", "+49 30 5550199;ext=5"),
            ("tel:7042;phone-context=example.com", "7042;phone-context=example.com"),
        ],
    )
    def test_may_be_uris(self, written, raw):
        assert fields_of(f"TEL;VALUE=uri:{written}", version="4.0")["phones"] == [{"raw": raw}]

    def test_of_voice_over_ip_are_accounts(self):
        assert fields_of("TEL;VALUE=uri:sip:ann@x.example", version="4.0") == {
            "ims": [{"value": "sip:ann@x.example", "label": "sip"}]
        }

    def test_of_whatsapp_have_all_their_digits(self):
        assert card_of("TEL;type=CELL;waid=15550100123:555 0100 123").fields["phones"] == [
            {"raw": "555 0100 123", "label": "mobile", "e164": "+15550100123"}
        ]

    def test_stand_once(self):
        fields = fields_of("TEL;CELL:110", "TEL;HOME:110", "TEL:112", version="2.1")

        assert [phone["raw"] for phone in fields["phones"]] == ["110", "112"]

    def test_keep_the_order_of_two_that_are_both_preferred(self):
        fields = fields_of("TEL:0", "TEL;TYPE=work,pref:1", "TEL;TYPE=work,pref:2", "TEL;TYPE=home:3")

        assert [phone["raw"] for phone in fields["phones"]] == ["1", "2", "0", "3"]


class TestDays:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("BDAY:19800322", {"year": 1980, "month": 3, "day": 22}),
            ("BDAY;value=date:1980-03-22", {"year": 1980, "month": 3, "day": 22}),
            ("BDAY:1980-03-22T00:00:00Z", {"year": 1980, "month": 3, "day": 22}),
            ("BDAY:19800322T000000Z", {"year": 1980, "month": 3, "day": 22}),
            ("BDAY:--0322", {"month": 3, "day": 22}),
            ("BDAY:--03-22", {"month": 3, "day": 22}),
            ("BDAY: --03-22", {"month": 3, "day": 22}),
            ("BDAY:--0229", {"month": 2, "day": 29}),
            ("BDAY:1980", {"year": 1980}),
            ("BDAY:1980-03", {"year": 1980, "month": 3}),
            ("BDAY:--03", {"month": 3}),
            ("BDAY:---22", {"day": 22}),
            ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-22", {"month": 3, "day": 22}),
            ("BDAY;X-APPLE-OMIT-YEAR=1700:1700-03-22", {"month": 3, "day": 22}),
            ("BDAY:1604-02-29", {"month": 2, "day": 29}),
            ("BDAY:1900-02-03", {"month": 2, "day": 3}),
            ("BDAY:12 March 1980", {"year": 1980, "month": 3, "day": 12}),
            ("BDAY:", None),
            ("BDAY:0000-00-00", None),
            ("BDAY:4501-01-01", None),
        ],
    )
    def test_of_birth_may_lack_a_part(self, line, expected):
        card = card_of(line)

        assert card.fields.get("birthday") == expected
        assert card.problems == ()

    @pytest.mark.parametrize("text", ["1980-02-30", "--0230", "circa 1800", "--1322", "3/4/1980", "0900-01-01"])
    def test_that_are_none_are_custom_fields_and_reported(self, text):
        card = card_of(f"BDAY;VALUE=text:{text}")

        assert card.fields == {"custom_fields": [{"name": "Birthday", "value": text}]}
        assert card.problems == (("BDAY", text, "not_a_date"),)

    @pytest.mark.parametrize(
        "name",
        [
            *("ANNIVERSARY", "X-ANNIVERSARY", "X-MS-ANNIVERSARY", "X-KADDRESSBOOK-X-Anniversary"),
            "X-EVOLUTION-ANNIVERSARY",
        ],
    )
    def test_of_a_wedding_are_events(self, name):
        for written in ("2010-05-17", "20100517"):
            assert fields_of(f"{name}:{written}") == {"events": [{"value": "2010-05-17", "label": "anniversary"}]}

    def test_of_apple_have_labels_and_stand_once(self):
        fields = fields_of(
            "X-ANNIVERSARY;VALUE=date:2010-05-17",
            "item1.X-ABDATE;VALUE=date-and-or-time:2010-05-17",
            "item1.X-ABLabel:_$!<Anniversary>!$_",
            "item2.X-ABDATE;X-APPLE-OMIT-YEAR=1604:1604-06-01",
            "item2.X-ABLabel:Name day",
            "X-ABDATE:soon",
        )

        assert fields == {
            "events": [
                {"value": "2010-05-17", "label": "anniversary"},
                {"value": "--06-01", "label": "Name day"},
                {"value": "soon"},
            ]
        }

    def test_of_death_are_events(self):
        assert fields_of("DEATHDATE:19960415", version="4.0") == {"events": [{"value": "1996-04-15", "label": "death"}]}


class TestPeople:
    @pytest.mark.parametrize(
        ("lines", "name", "label"),
        [
            (["RELATED;TYPE=spouse;VALUE=text:Jenny"], "Jenny", "spouse"),
            (["RELATED;TYPE=Friend:Jenny"], "Jenny", "friend"),
            (["item1.X-ABRELATEDNAMES;type=pref:Jenny", "item1.X-ABLabel:_$!<Spouse>!$_"], "Jenny", "spouse"),
            (["item1.X-ABRELATEDNAMES:Jenny", "item1.X-ABLabel:DOMESTIC_PARTNER"], "Jenny", "domesticPartner"),
            (["item1.X-ABRELATEDNAMES:Jenny", "item1.X-ABLabel:Cousin"], "Jenny", "Cousin"),
            (["X-SPOUSE;TYPE=home:Jenny"], "Jenny", "spouse"),
            (["X-MS-MANAGER:Jenny"], "Jenny", "manager"),
            (["X-EVOLUTION-ASSISTANT:Jenny"], "Jenny", "assistant"),
            ([r"X-KADDRESSBOOK-X-SpouseName:Poe\, Jenny"], "Poe, Jenny", "spouse"),
            (["AGENT:Jenny"], "Jenny", "agent"),
            (["X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Jenny;14;;;;;;;;;;;;;"], "Jenny", "spouse"),
            (["X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Jenny;0;Cousin;;;;;;;;;;;;"], "Jenny", "Cousin"),
        ],
    )
    def test_are_relations(self, lines, name, label):
        assert fields_of(*lines) == {"relations": [{"value": name, "label": label}]}

    def test_who_have_a_card_of_their_own_are_only_kept(self):
        card = card_of("RELATED;TYPE=contact:urn:uuid:1", version="4.0")

        assert (card.fields, card.kept) == ({}, (("RELATED", "urn:uuid:1"),))


class TestAccounts:
    @pytest.mark.parametrize(
        ("line", "handle", "service"),
        [
            ("IMPP;X-SERVICE-TYPE=Skype;type=HOME:skype:ann", "ann", "skype"),
            ("IMPP;X-SERVICE-TYPE=GoogleTalk:xmpp:ann@x.example", "ann@x.example", "googleTalk"),
            ("IMPP;X-SERVICE-TYPE=Threema:x-apple:ABC", "ABC", "Threema"),
            ("IMPP;PREF=1:xmpp:ann@x.example", "ann@x.example", "jabber"),
            ("IMPP:Jabber:ann@x.example", "ann@x.example", "jabber"),
            ("IMPP:aim:ann%20poe", "ann poe", "aim"),
            ("IMPP:matrix:u/ann:x.example", "matrix:u/ann:x.example", "matrix"),
            ("IMPP:ann", "ann", None),
            ("X-JABBER:ann@x.example", "ann@x.example", "jabber"),
            ("X-GTALK:ann", "ann", "googleTalk"),
            ("X-SKYPE-USERNAME:ann", "ann", "skype"),
            ("X-MS-IMADDRESS:ann", "ann", None),
            ("X-SOCIALPROFILE;type=twitter;x-user=ann:x-apple:ann", "ann", "twitter"),
            ("X-SOCIALPROFILE;type=weibo;x-user=ann:x-apple:", "ann", "weibo"),
            ("SOCIALPROFILE;SERVICE-TYPE=Mastodon;VALUE=text:@ann", "@ann", "Mastodon"),
        ],
    )
    def test_at_messaging_services_have_a_handle(self, line, handle, service):
        (im,) = fields_of(line, version="4.0")["ims"]

        assert (im["value"], im.get("label")) == (handle, service)

    def test_at_networks_are_links_if_they_can_be(self):
        assert fields_of("X-SOCIALPROFILE;TYPE=twitter:https://x.example/@ann")["urls"] == [
            {"value": "https://x.example/@ann", "label": "twitter"}
        ]
        assert fields_of("SOCIALPROFILE;SERVICE-TYPE=Mastodon:https://x.example/a,b", version="4.0")["urls"] == [
            {"value": "https://x.example/a,b", "label": "Mastodon"}
        ]


class TestLinks:
    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            (["URL:https://x.example/a,b;c"], {"value": "https://x.example/a,b;c"}),
            (["URL;TYPE=work;VALUE=URL:https://x.example"], {"value": "https://x.example", "label": "work"}),
            (["URL;TYPE=homepage:x.example"], {"value": "https://x.example", "label": "homePage"}),
            (
                ["item1.URL:http\\://x.example", "item1.X-ABLabel:_$!<HomePage>!$_"],
                {"value": "http://x.example", "label": "homePage"},
            ),
            (
                ["item1.URL:http\\://x.example", "item1.X-ABLabel:PROFILE"],
                {"value": "http://x.example", "label": "profile"},
            ),
        ],
    )
    def test_have_a_label(self, lines, expected):
        assert fields_of(*lines)["urls"] == [expected]

    def test_that_are_none_are_custom_fields(self):
        assert fields_of("URL:see Bob") == {"custom_fields": [{"name": "Web", "value": "see Bob"}]}


class TestTheRest:
    @pytest.mark.parametrize(
        ("line", "groups"),
        [
            ("CATEGORIES:a,b", ["a", "b"]),
            (r"CATEGORIES:a\,b,c", ["a,b", "c"]),
            (r"CATEGORIES:a\\,b,c", ["a,b", "c"]),
            ("CATEGORIES;TYPE=home:a, b,,a", ["a", "b"]),
        ],
    )
    def test_categories_are_groups(self, line, groups):
        assert fields_of(line) == {"groups": groups}

    def test_categories_of_version_2_are_separated_by_semicolons_if_there_are_any(self):
        assert fields_of("CATEGORIES:a,b;c", version="2.1") == {"groups": ["a,b", "c"]}
        assert fields_of("CATEGORIES:a,b", version="2.1") == {"groups": ["a", "b"]}

    def test_a_second_note_is_a_custom_field(self):
        assert fields_of("NOTE:one", "NOTE:two", "NOTE:one") == {
            "notes": "one",
            "custom_fields": [{"name": "Notes", "value": "two"}],
        }

    @pytest.mark.parametrize(
        ("line", "name", "value"),
        [
            ("GENDER:M", "Gender", "male"),
            ("GENDER:F;woman", "Gender", "female, woman"),
            ("GENDER:;it's complicated", "Gender", "it's complicated"),
            ("X-GENDER;TYPE=home:male", "Gender", "male"),
            ("LANG;PREF=1:fr", "Language", "fr"),
            ("TZ:Europe/Berlin", "Time zone", "Europe/Berlin"),
            ("GRAMGENDER:feminine", "Grammatical gender", "feminine"),
            ("PRONOUNS;LANGUAGE=en:she/her", "Pronouns", "she/her"),
            ("X-MAIDENNAME:Roe", "Maiden name", "Roe"),
            (r"X-CUSTOM1;VALUE=TEXT:c1; and\, more", "Custom 1", "c1; and, more"),
            ("HOBBY;LEVEL=high:chess", "Interest", "chess"),
        ],
    )
    def test_what_has_no_field_is_a_custom_field(self, line, name, value):
        assert fields_of(line, version="4.0") == {"custom_fields": [{"name": name, "value": value}]}

    def test_what_android_has_no_property_for_is_read(self):
        row = "X-ANDROID-CUSTOM:vnd.android.cursor.item/"
        fields = fields_of(
            f"{row}nickname;Johnny;1;;;;;;;;;;;;;",
            f"{row}contact_event;2010-05-17;1;;;;;;;;;;;;;",
            f"{row}contact_event;--06-01;0;Name day;;;;;;;;;;;;",
            f"{row}contact_event;1980-03-22;3;;;;;;;;;;;;;",
            version="2.1",
        )

        assert fields == {
            "nickname": "Johnny",
            "events": [{"value": "2010-05-17", "label": "anniversary"}, {"value": "--06-01", "label": "Name day"}],
            "birthday": {"year": 1980, "month": 3, "day": 22},
        }
        assert card_of(f"{row}odd;x").kept == (("X-ANDROID-CUSTOM", "vnd.android.cursor.item/odd;x"),)

    def test_what_describes_the_card_says_nothing_about_the_person(self):
        card = card_of("PRODID:x", "REV:20260101T000000Z", "UID:urn:uuid:1", "X-ABLabel:", "NAME:Ann", "FN:Ann")

        assert (card.uid, card.kept) == ("urn:uuid:1", (("NAME", "Ann"),))
        assert card_of("FN:Ann", "NAME:Ann").kept == ()

    def test_more_custom_fields_than_a_contact_can_have_are_reported(self):
        card = card_of(*(f"ROLE:{number}" for number in range(60)))

        assert len(card.fields["custom_fields"]) == 50
        assert [problem.code for problem in card.problems] == ["left_out"]
        assert len(card.cells) == 61
