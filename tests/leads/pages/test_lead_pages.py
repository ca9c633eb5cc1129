"""The pages of an organization's leads: the list, the search, a lead, its edit, its identities and its end."""

import re

import pytest

from tests.leads.pages.reader import LEADS, MAIL, MARIA, Reader, words
from tests.routes.service import HOME, Service

EVIL = '<script>alert("x")</script>'
NINE = "channel=whatsapp&channelIdentifier=%2B55+(11)+98765-4321"  # as her number is written today


@pytest.fixture
def reader() -> Reader:
    return Reader()


class TestOrganizations:
    def page(self, **organizations: list[str]) -> str:
        answer = Service().get("/organizations", who="ann", organizations=organizations, Accept="text/html")
        assert answer.status == 200
        return answer.text

    def test_are_listed_with_the_greatest_role_of_the_person(self):
        text = self.page(acme=["member", "importer"], zeta=["admin"])

        assert text.index(">acme<") < text.index("Importer: ") < text.index(">zeta<") < text.index("Admin: ")

    def test_are_in_the_navigation_of_those_who_have_one(self):
        link = f'href="{HOME}/organizations" aria-current'

        assert link in self.page(acme=["member"])
        assert link not in self.page()

    def test_none_is_no_error(self):
        assert "You have no role in an organization" in self.page()


class TestTheList:
    def test_has_each_lead_with_its_first_identity_and_its_tags(self, reader):
        maria, joao = reader.create(
            {**MARIA, "identities": [{"channel": "telegram", "channelIdentifier": "12345678"}]}, MAIL
        )

        text, shown = reader.get(role="member").text, reader.words(role="member")

        assert f'{LEADS}/{maria}"' in text
        assert f'{LEADS}/{joao}"' in text
        assert "2 leads on this page" in shown
        assert "Maria WhatsApp +551187654321 +1 expo" in shown

    def test_is_filtered_by_tag_and_by_import(self, reader):
        reader.create(MARIA, MAIL)

        assert "1 lead on this page with the tag “ expo ”" in reader.words("?tag=expo&source=")
        assert "No leads of the chosen import" in reader.words("?source=none")

    def test_goes_on_on_the_next_page(self, reader):
        reader.create(*[{"channel": "telegram", "channelIdentifier": str(100_000 + each)} for each in range(60)])

        first = reader.get("?source=api").text
        query = first.partition(f'rel="next" href="{HOME}{LEADS}?')[2].partition('"')[0].replace("&amp;", "&")

        assert query.startswith("source=api&cursor=")
        assert "10 leads on this page" in reader.words(f"?{query}")
        assert f'href="{HOME}{LEADS}?source=api">First page' in reader.get(f"?{query}").text

    def test_says_how_much_it_has_looked_through_before_it_has_found_any(self, reader):
        reader.create(*[{"channel": "telegram", "channelIdentifier": str(100_000 + each)} for each in range(600)])

        said, text = reader.words("?tag=rare"), reader.get("?tag=rare").text

        assert re.search(r"No leads found yet with the tag “ rare ”\. [4-7][0-9]% of all leads have been looked", said)
        assert 'rel="next"' in text
        assert "Go on looking" in text

    def test_of_another_organization_does_not_exist(self, reader):
        (maria,) = reader.create(MARIA)

        for path in ("", f"/{maria}", f"/{maria}/edit", f"/{maria}/erase"):
            assert reader.get(path, organization="other").status == 404

    def test_shows_hostile_words_as_text(self, reader):
        (lead,) = reader.create({**MARIA, "name": EVIL, "tags": [EVIL], "custom": {EVIL: EVIL}})

        for path in ("", f"/{lead}", f"/{lead}/edit", f"/{lead}/delete", f"?tag={EVIL}", f"?{NINE}{EVIL}&scope={EVIL}"):
            assert EVIL not in reader.get(path).text


class TestTheSearch:
    @pytest.mark.parametrize("query", [NINE, "channel=whatsapp&channelIdentifier=11+8765-4321&region=BR&scope="])
    def test_finds_a_lead_by_any_spelling(self, reader, query):
        reader.create(MARIA, MAIL)

        shown = reader.words(f"?{query}", role="member")

        assert "This lead has" in shown
        assert "Maria" in shown
        assert "João" not in shown

    def test_says_that_nobody_was_found(self, reader):
        assert "No lead has “ +55 (11) 98765-4321 ”" in reader.words(f"?{NINE}")

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("channel=email&channelIdentifier=nobody", "#channelIdentifier"),
            (f"channel=email&channelIdentifier={'x' * 400}", "#channelIdentifier"),
            ("channelIdentifier=1", "channel is missing"),
            ("channel=messenger&channelIdentifier=123456789012", "Facebook Page"),
            ("cursor=x", "cursor"),
        ],
        ids=["no address", "too long", "no channel", "no scope", "no cursor"],
    )
    def test_says_what_is_wrong_where_it_is(self, reader, query, said):
        answer = reader.get(f"?{query}")

        assert answer.status == 422
        assert 'role="alert"' in answer.text
        assert said in answer.text


class TestALead:
    def test_shows_all_that_is_known(self, reader):
        (lead,) = reader.create(MARIA)

        shown = reader.words(f"/{lead}", role="member")

        for said in ("m@x.org", "size XL", "expo", "A request to the API", lead, "WhatsApp +551187654321"):
            assert said in shown
        assert "As it was given" in shown
        assert "+55 11 8765-4321" in shown

    def test_offers_what_the_role_may_do(self, reader):
        (lead,) = reader.create(MARIA)

        offered = {role: reader.get(f"/{lead}", role).text for role in ("member", "importer", "admin")}

        assert [f"{lead}/edit" in offered[role] for role in offered] == [False, True, True]
        assert [f"{lead}/erase" in offered[role] for role in offered] == [False, False, True]

    @pytest.mark.parametrize("lead", ["a" * 24, "x"])
    def test_that_does_not_exist_is_not_found(self, reader, lead):
        assert [reader.get(f"/{lead}{page}").status for page in ("", "/edit", "/delete", "/erase")] == [404] * 4


FORM = {"name": "Maria da Silva", "email": "", "phone": "+55 11", "tags": "expo\r\nvip\r\n", "revision": "1"}


class TestAnEdit:
    def test_is_saved_as_a_whole(self, reader):
        (lead,) = reader.create(MARIA)

        answer = reader.send(f"/{lead}/edit", "importer", **FORM, custom_name="shoe", custom_value="39")

        assert (answer.status, answer.headers["location"]) == (303, f"{HOME}{LEADS}/{lead}?saved=yes")
        after = reader.lead(lead)
        assert [after[name] for name in ("name", "email", "phone", "tags")] == [
            "Maria da Silva",
            "",
            "+55 11",
            ["expo", "vip"],
        ]
        assert after["custom"] == {"shoe": "39"}
        assert "Saved." in reader.words(f"/{lead}?saved=yes")

    def test_does_not_overwrite_one_that_was_saved_meanwhile(self, reader):
        (lead,) = reader.create(MARIA)
        reader.send(f"/{lead}/edit", **{**FORM, "name": "First"})

        answer = reader.send(f"/{lead}/edit", **{**FORM, "name": "Second"})

        assert answer.status == 409
        assert 'value="Second"' in answer.text
        assert reader.lead(lead)["name"] == "First"
        assert 'name="revision" value="2"' in answer.text

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"name": "x" * 201}, "name"),
            ({"tags": "x" * 65}, "tags"),
            ({"custom_value": "39", "custom_name": " "}, "custom"),
            ({"custom_value": "x" * 1_001, "custom_name": "shoe"}, "custom"),
        ],
    )
    def test_that_cannot_be_saved_says_why_and_keeps_what_was_written(self, reader, form, field):
        (lead,) = reader.create(MARIA)

        answer = reader.send(f"/{lead}/edit", **{**FORM, "email": "new@x.org", **form})

        assert answer.status == 422
        assert f'href="#{field}"' in answer.text
        assert 'value="new@x.org"' in answer.text
        assert reader.lead(lead)["revision"] == 1

    def test_of_a_form_without_its_revision_is_refused(self, reader):
        (lead,) = reader.create(MARIA)

        assert reader.send(f"/{lead}/edit", **{**FORM, "revision": "x"}).status == 422


class TestIdentities:
    def test_one_is_added_moved_and_taken_off(self, reader):
        maria, joao = reader.create(MARIA, MAIL)
        added = reader.send(
            f"/{maria}/identities", channel="sms", channelIdentifier="11 8765-4321", region="BR", scope=""
        )
        key = reader.lead(maria)["identities"][1]["identityKey"]

        moved = reader.send(f"/{maria}/identities/{key}/move", to=f"{HOME}{LEADS}/{joao}/")
        assert [len(reader.lead(each)["identities"]) for each in (maria, joao)] == [1, 2]
        taken_off = reader.send(f"/{joao}/identities/{key}/remove")

        assert [each.status for each in (added, moved, taken_off)] == [303] * 3
        assert len(reader.lead(joao)["identities"]) == 1

    def test_one_of_another_lead_is_refused_with_the_way_there(self, reader):
        maria, joao = reader.create(MARIA, MAIL)

        answer = reader.send(f"/{maria}/identities", channel="email", channelIdentifier="JOAO@x.org")

        assert answer.status == 409
        assert f'{LEADS}/{joao}">Open the other lead' in answer.text
        assert 'value="JOAO@x.org"' in answer.text

    def test_what_is_none_or_leads_nowhere_is_refused_on_the_page(self, reader):
        (maria,) = reader.create({**MARIA, "identities": [{"channel": "telegram", "channelIdentifier": "12345678"}]})
        key = reader.lead(maria)["identities"][1]["identityKey"]

        for path, form in (
            ("", {"channel": "email", "channelIdentifier": "nobody"}),
            ("", {"channel": "sms", "channelIdentifier": "1", "region": "XX"}),
            (f"/{key}/move", {"to": "a" * 24}),
            (f"/{key}/move", {"to": ""}),
        ):
            answer = reader.send(f"/{maria}/identities{path}", **form)
            assert (answer.status, "There is a problem" in words(answer)) == (422, True)
        assert len(reader.lead(maria)["identities"]) == 2


class TestTheEnd:
    def test_a_lead_is_deleted_after_a_question_and_can_come_again(self, reader):
        (lead,) = reader.create(MARIA)
        assert "creates a new lead" in reader.words(f"/{lead}/delete")

        answer = reader.send(f"/{lead}/delete")

        assert (answer.status, answer.headers["location"]) == (303, f"{HOME}{LEADS}?done=deleted")
        assert "Deleted." in reader.words("?done=deleted")
        assert reader.get(f"/{lead}").status == 404
        assert reader.create(MARIA)

    def test_a_lead_is_erased_after_a_question_that_says_what_it_does(self, reader):
        (lead,) = reader.create(MARIA)
        question = reader.words(f"/{lead}/erase")
        assert "Nobody can use these identities again" in question
        assert "+551187654321" in question

        reader.service.bucket.put_object(Key="lead-exports/acme/job/leads.csv", Body=b"Maria")

        answer = reader.send(f"/{lead}/erase")

        assert not [key for key in reader.service.bucket.kept if key.startswith("lead-exports/acme/")]
        assert answer.headers["location"] == f"{HOME}{LEADS}?done=erased"
        assert "Erased." in reader.words("?done=erased")
        results = reader.service.post(
            f"{LEADS}/resolve-batch", who="ann", organizations={"acme": ["importer"]}, body=[MARIA]
        ).json["results"]
        assert results[0]["outcome"] == "suppressed"

    @pytest.mark.parametrize("path", ["edit", "delete", "erase"])
    def test_a_smaller_role_is_told_so(self, reader, path):
        (lead,) = reader.create(MARIA)

        role = "member" if path == "edit" else "importer"
        assert reader.get(f"/{lead}/{path}", role).status == 403
        assert reader.send(f"/{lead}/{path}", role, revision="1").status == 403
