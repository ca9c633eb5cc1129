from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_json import contact_details_json, contact_json
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_row import SourceRow
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record


def contact(*records) -> Contact:
    return Contact("c1", 1, list(records), 0, 1_500, ("c2",))


class TestListed:
    def test_every_member_is_always_there(self):
        line = contact_json(contact(record(GOOGLE, fields("Ada", email="ada@example.com"))))

        assert line == {
            "contact_id": "c1",
            "display": "Ada",
            "given": "Ada",
            "family": "",
            "nickname": "",
            "organization": "",
            "department": "",
            "title": "",
            **dict.fromkeys(("prefix", "middle", "suffix", "file_as", "phonetic_organization"), ""),
            **dict.fromkeys(("phonetic_given", "phonetic_middle", "phonetic_family"), ""),
            "birthday": None,
            "notes": "",
            "photo_url": "",
            "emails": [{"value": "ada@example.com"}],
            "phones": [],
            "addresses": [],
            **{field: [] for field in ("events", "relations", "urls", "ims", "custom_fields")},
            "groups": [],
            "possible_duplicates": ["c2"],
            "external_source": None,
            "created_at": "1970-01-01T00:00:00.000Z",
            "updated_at": "1970-01-01T00:00:01.500Z",
        }


class TestWithSources:
    def test_each_value_lists_all_its_sources(self):
        first = record(GOOGLE, fields("Ada", email="ada@example.com"), source_id="p/1")
        second = record(MICROSOFT, fields("Ada", email="ADA@example.com"), source_id="m/1", first_seen=2)

        document = contact_details_json(contact(second, first))

        [email] = document["provenance"]["emails"]
        assert (email["value"], email["shown"]) == ({"value": "ada@example.com"}, True)
        assert email["sources"] == [
            {
                "source": GOOGLE,
                "source_id": "p/1",
                "tag": "google",
                "job_id": "job-1",
                "at": "1970-01-01T00:00:00.001Z",
            },
            {
                "source": MICROSOFT,
                "source_id": "m/1",
                "tag": "microsoft",
                "job_id": "job-1",
                "at": "1970-01-01T00:00:00.002Z",
            },
        ]
        assert [source["source"] for source in document["sources"]] == [GOOGLE, MICROSOFT]

    def test_a_record_of_a_file_has_its_row_where_that_is_known(self):
        known, other = record("file:f1", fields("Ada"), source_id="row#1"), record("file:f2", fields("Ada"))
        row = SourceRow("i1", "iris.csv", 12, "number")

        document = contact_details_json(contact(known, other), source_rows={("file:f1", "row#1"): row})

        file = {"import_id": "i1", "file_name": "iris.csv", "row": 12, "rule": "number"}
        [display] = document["provenance"]["display"]
        assert [source.get("file") for source in document["sources"]] == [file, None]
        assert [source.get("file") for source in display["sources"]] == [file, None]

    def test_an_overridden_value_is_listed_as_not_shown(self):
        typed = record(PERSON, {"title": "Countess"}, first_seen=5)

        document = contact_details_json(contact(record(GOOGLE, fields("Ada", title="Miss")), typed))

        assert [(each["value"], each["shown"]) for each in document["provenance"]["title"]] == [
            ("Countess", True),
            ("Miss", False),
        ]
        assert document["title"] == "Countess"

    def test_a_computed_name_has_no_sources(self):
        document = contact_details_json(contact(record(GOOGLE, {"organization": "Acme"})))

        assert document["provenance"]["display"] == [
            {"value": "Acme", "shown": True, "rule": "computed", "sources": []}
        ]

    def test_empty_fields_are_left_out(self):
        assert "phones" not in contact_details_json(contact(record(GOOGLE, fields("Ada"))))["provenance"]


def test_each_note_of_several_sources_is_shown_with_its_source():
    records = [record(GOOGLE, {"notes": "Met in Rome."}), record(MICROSOFT, {"notes": "Likes tea."}, first_seen=2)]

    document = contact_details_json(Contact("c", 1, records, 0, 0))["provenance"]["notes"]

    assert [(each["value"], each["shown"], each["sources"][0]["source"]) for each in document] == [
        ("Met in Rome.", True, GOOGLE),
        ("Likes tea.", True, MICROSOFT),
    ]
