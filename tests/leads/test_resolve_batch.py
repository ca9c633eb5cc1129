"""Resolving inputs to leads: one lead for each identity, whatever its spelling, and whoever else asks for it."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.foundation.dynamo import TRIES
from chalicelib.leads.lead import MOST_IDENTITIES, Lead, Profile
from chalicelib.leads.resolving.resolve_batch import Resolved
from chalicelib.leads.store.entry import Entry, Gone, Removal
from chalicelib.leads.store.lead_store import EntryChange
from tests.examples import examples
from tests.fakes.tables import empty_tables
from tests.leads.desk import Desk, email, outcomes, whatsapp
from tests.leads.faulty import Contended, FailsOnce, Fault, LagsBehind, Meanwhile

MARIA, JOAO = "+5511987654321", "+5521912345678"
NINTH_DIGIT = ["+5511987654321", "551187654321", "55 11 8765-4321", "0055 (11) 98765 4321", "+55 11 98765-4321"]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def shown(answer: Resolved):
    """Without times and revisions."""
    return answer.outcome, answer.lead and answer.lead.id, answer.conflicting_lead_ids


def content(lead: Lead):
    return lead.id, lead.profile, [each.key for each in lead.identities]


class TestWhatWasJustStored:
    """Replicas of DynamoDB may lag behind by a moment."""

    def lagging(self, desk: Desk) -> Desk:
        return Desk(LagsBehind(desk.client))

    def test_is_known_at_once(self, desk):
        lagging = self.lagging(desk)
        (first,) = desk.resolve(whatsapp(MARIA))

        assert outcomes(lagging.resolve(whatsapp(MARIA), source="api:2")) == ["existing"]
        assert desk.store.find("acme", first.lead.id).rev == 1

    def test_is_an_erasure_which_no_answer_forgets(self, desk):
        (known,) = desk.resolve(whatsapp(MARIA, name="Maria"))
        lagging = self.lagging(desk)
        home = desk.store.entry("acme", known.lead.id)
        desk.store.commit("acme", [EntryChange(home, Entry(home.key, gone=Gone(1, Removal.ERASED)))])

        (answer,) = lagging.resolve(whatsapp(MARIA), source="api:2")

        assert (answer.outcome, answer.lead) == ("suppressed", None)

    def test_is_an_identity_that_moved_to_another_lead(self, desk):
        maria, joao = (answer.lead for answer in desk.resolve(whatsapp(MARIA), whatsapp(JOAO, email("j@x.org"))))
        lagging = self.lagging(desk)
        home, other = desk.store.entries("acme", [maria.id, joao.id]).values()
        desk.store.commit("acme", [EntryChange(home, replace(home, moved_to=other.key))])

        (answer,) = lagging.resolve(whatsapp(MARIA), source="api:2")

        assert (answer.outcome, answer.lead.id) == ("existing", joao.id)


class TestOneLeadForAnIdentity:
    def test_a_new_one_is_created_with_its_profile(self, desk):
        (answer,) = desk.resolve(whatsapp(MARIA, name=" Maria ", tags=["expo", "expo"], custom={"size": "XL", "x": ""}))

        assert answer.outcome == "created"
        assert answer.lead == desk.store.find("acme", answer.lead.id)
        assert answer.lead.profile == Profile("Maria", custom={"size": "XL"}, tags=("expo",))
        assert (answer.lead.source, answer.lead.rev) == ("api", 1)

    def test_one_that_exists_is_found_and_stays_as_it_is(self, desk):
        (first,) = desk.resolve(whatsapp(MARIA, name="Maria"))

        (again,) = desk.resolve(whatsapp(MARIA, name="Somebody else", tags=["vip"]), source="api:2")

        assert (again.outcome, again.lead) == ("existing", first.lead)

    def test_answers_come_in_the_order_of_the_inputs(self, desk):
        desk.resolve(whatsapp(JOAO))

        answers = desk.resolve(whatsapp(MARIA), whatsapp(JOAO), whatsapp("no number"), email("a@x.org"), source="api:2")

        assert [each.index for each in answers] == [0, 1, 2, 3]
        assert outcomes(answers) == ["created", "existing", "invalid", "created"]

    @pytest.mark.parametrize("spelling", NINTH_DIGIT)
    def test_all_spellings_are_one(self, desk, spelling):
        (first,) = desk.resolve(whatsapp(spelling))

        answers = desk.resolve(*map(whatsapp, NINTH_DIGIT), source="api:2")

        assert {each.lead.id for each in answers} == {first.lead.id}
        assert desk.leads() == [first.lead]

    def test_the_form_that_was_written_first_stays(self, desk):
        desk.resolve(whatsapp("55 11 8765-4321"))

        (again,) = desk.resolve(whatsapp(MARIA), source="api:2")

        assert again.lead.identities[0].raw == "55 11 8765-4321"

    def test_two_inputs_of_one_batch_with_the_same_identity_get_one_lead(self, desk):
        answers = desk.resolve(whatsapp(MARIA, name="First"), whatsapp(JOAO), whatsapp("551187654321", name="Second"))

        assert outcomes(answers) == ["created", "created", "existing"]
        assert answers[0].lead == answers[2].lead
        assert answers[2].lead.profile.name == "First"

    def test_the_same_number_on_another_channel_is_another_identity(self, desk):
        answers = desk.resolve(whatsapp(MARIA), {"channel": "sms", "channelIdentifier": MARIA})

        assert outcomes(answers) == ["created", "created"]

    def test_an_email_or_a_phone_in_the_profile_identifies_nobody(self, desk):
        answers = desk.resolve(
            whatsapp(MARIA, email="family@x.org", phone="+1 555"), whatsapp(JOAO, email="family@x.org", phone="+1 555")
        )

        assert outcomes(answers) == ["created", "created"]

    def test_another_organization_has_its_own(self, desk):
        (own,) = desk.resolve(whatsapp(MARIA))

        (other,) = desk.resolve(whatsapp(MARIA), organization="other")

        assert other.outcome == "created"
        assert other.lead.id != own.lead.id
        assert desk.store.find("other", own.lead.id) is None

    def test_a_thousand_cost_one_lookup_in_ten_and_one_insert_in_forty_requests(self, desk):
        desk.resolve(*[whatsapp(f"+4917{number:08}") for number in range(1000)])

        for_shards = {"get_item": 1, "update_item": 1}
        assert desk.client.calls == {"batch_get_item": 10, "batch_execute_statement": 40, **for_shards}

    def test_the_shards_of_a_batch_are_listed_at_once(self, desk):
        people = [whatsapp(f"+4917{number:08}", email(f"p{number}@x.org")) for number in range(50)]

        desk.resolve(*people, whatsapp("+4917900000000"))

        assert len(desk.leads()) == 51
        assert desk.client.calls["update_item"] == 1


class TestSeveralIdentities:
    def test_a_new_lead_has_all_of_them(self, desk):
        (answer,) = desk.resolve(whatsapp(MARIA, email("maria@x.org")))

        found = desk.resolve(email("MARIA@x.org"), whatsapp(MARIA), source="api:2")

        assert outcomes(found) == ["existing", "existing"]
        assert {each.lead.id for each in found} == {answer.lead.id}
        assert [each.form for each in answer.lead.identities] == [MARIA, "maria@x.org"]

    def test_a_lead_gets_those_that_it_lacks(self, desk):
        (first,) = desk.resolve(whatsapp(MARIA, name="Maria"))

        (again,) = desk.resolve(whatsapp(MARIA, email("maria@x.org"), name="X"), source="api:2")

        assert again.outcome == "existing"
        assert (again.lead.id, again.lead.rev, again.lead.profile) == (first.lead.id, 2, first.lead.profile)
        assert again.lead == desk.store.find("acme", first.lead.id)
        assert desk.resolve(email("maria@x.org"))[0].lead == again.lead

    def test_of_two_leads_are_ambiguous_and_nothing_is_merged(self, desk):
        maria, joao = desk.resolve(whatsapp(MARIA), email("joao@x.org"))
        before = desk.leads()

        (answer,) = desk.resolve(whatsapp(MARIA, email("joao@x.org"), email("new@x.org")), source="api:2")

        assert answer.outcome == "ambiguous"
        assert answer.conflicting_lead_ids == (maria.lead.id, joao.lead.id)
        assert answer.lead is None
        assert desk.leads() == before
        assert desk.resolve(email("new@x.org"), source="api:3")[0].outcome == "created"

    def test_inputs_of_one_batch_meet_as_if_they_came_one_after_the_other(self, desk):
        answers = desk.resolve(
            whatsapp(MARIA),
            email("a@x.org"),
            whatsapp(MARIA, email("b@x.org")),
            email("b@x.org"),
            whatsapp(MARIA, email("a@x.org")),
        )

        assert outcomes(answers) == ["created", "created", "existing", "existing", "ambiguous"]
        assert answers[4].conflicting_lead_ids == (answers[0].lead.id, answers[1].lead.id)
        assert len(answers[0].lead.identities) == 2

    def test_an_input_that_names_one_twice_has_it_once(self, desk):
        (answer,) = desk.resolve(whatsapp(MARIA, whatsapp("551187654321"), email("a@x.org"), email("A@x.org")))

        assert [each.form for each in answer.lead.identities] == [MARIA, "a@x.org"]

    def test_a_lead_has_no_more_than_fit_into_a_transaction(self, desk):
        addresses = [email(f"a{number}@x.org") for number in range(MOST_IDENTITIES)]
        desk.resolve(whatsapp(MARIA, *addresses[:-1]))

        (answer,) = desk.resolve(whatsapp(MARIA, addresses[-1]), source="api:2")

        assert (answer.outcome, answer.code) == ("invalid", "too_many_identities")
        assert desk.resolve(addresses[-1], source="api:3")[0].outcome == "created"


class TestWhatIsGone:
    def leave(self, desk: Desk, kind: Removal, sent) -> None:
        key = desk.key(sent)
        change = EntryChange(desk.store.entries("acme", [key])[key], Entry(key, gone=Gone(1, kind)))
        assert desk.store.commit("acme", [change])

    def test_a_deleted_lead_is_created_again(self, desk):
        self.leave(desk, Removal.DELETED, whatsapp(MARIA))

        (answer,) = desk.resolve(whatsapp(MARIA))

        assert answer.outcome == "created"
        assert desk.leads() == [replace(answer.lead, rev=2)]

    def test_an_erased_identity_is_suppressed(self, desk):
        self.leave(desk, Removal.ERASED, whatsapp(MARIA))

        answers = desk.resolve(whatsapp("551187654321"), whatsapp(JOAO, whatsapp(MARIA)), whatsapp(JOAO))

        assert outcomes(answers) == ["suppressed", "suppressed", "created"]
        assert [each.identities[0].form for each in desk.leads()] == [JOAO]


class TestInvalidInputs:
    @pytest.mark.parametrize(
        ("sent", "code", "field"),
        [
            (7, "invalid_input", ""),
            ({}, "invalid_input", "channel"),
            ({"channel": "whatsapp"}, "invalid_input", "channelIdentifier"),
            ({"channel": "fax", "channelIdentifier": "1"}, "unknown_channel", "channel"),
            (whatsapp(MARIA, colour="red"), "invalid_input", "colour"),
            (whatsapp(MARIA, name=7), "invalid_input", "name"),
            (whatsapp(MARIA, name="x" * 201), "too_long", "name"),
            (whatsapp(MARIA, custom={"size": "x" * 1001}), "too_long", "custom.size"),
            (whatsapp(MARIA, tags=[str(number) for number in range(51)]), "too_many", "tags"),
            (whatsapp(MARIA, email("nobody")), None, "identities.0.channelIdentifier"),
            ({"channel": "messenger", "channelIdentifier": "1234567890"}, "scope_missing", "scope"),
            ({"channel": "instagram", "channelIdentifier": "@maria", "scope": "1"}, None, "channelIdentifier"),
        ],
    )
    def test_are_answered_with_a_code_and_stop_nothing(self, desk, sent, code, field):
        answers = desk.resolve(sent, whatsapp(JOAO))

        assert outcomes(answers) == ["invalid", "created"]
        assert (answers[0].field, bool(answers[0].message), bool(answers[0].code)) == (field, True, True)
        assert code in (None, answers[0].code)
        assert answers[0].lead is None

    def test_an_id_may_be_a_number(self, desk):
        (answer,) = desk.resolve({"channel": "telegram", "channelIdentifier": 123456789})

        assert answer.lead.identities[0].form == "123456789"


class TestRepeating:
    def test_the_same_request_is_answered_as_before(self, desk):
        sent = [whatsapp(MARIA), whatsapp(JOAO, email("j@x.org")), whatsapp(MARIA)]
        first = desk.resolve(*sent)

        assert desk.resolve(*sent) == first

    @pytest.mark.parametrize("fault", Fault)
    @pytest.mark.parametrize("number", range(1, 8))
    def test_any_call_may_fail(self, fault, number):
        inputs = [
            whatsapp(MARIA),
            whatsapp(JOAO, email("j@x.org")),
            email("new@x.org"),
            whatsapp(MARIA, email("m@x.org")),
        ]
        quiet, tables = Desk(), empty_tables()
        for each in (quiet, Desk(tables)):
            each.resolve(email("m@x.org"), whatsapp("+4915112345678"), source="api:0")

        answers = Desk(FailsOnce(tables, number, fault)).resolve(*inputs)

        assert list(map(shown, answers)) == list(map(shown, quiet.resolve(*inputs)))
        assert list(map(content, Desk(tables).leads())) == list(map(content, quiet.leads()))


class TestMeanwhile:
    """What others do between the lookup and the write."""

    @pytest.mark.parametrize("operation", ["batch_execute_statement", "transact_write_items"])
    @pytest.mark.parametrize("sent", [whatsapp(MARIA), whatsapp(MARIA, email("m@x.org"))])
    def test_the_lead_is_created(self, operation, sent):
        tables = empty_tables()
        client = Meanwhile(
            tables, operation, lambda: Desk(tables).resolve(whatsapp(MARIA, name="First"), source="api:0")
        )

        (answer,) = Desk(client).resolve(sent)

        first = Desk(tables).resolve(whatsapp(MARIA), source="api:9")[0].lead
        assert answer.lead.id == first.id
        assert len(Desk(tables).leads()) == 1

    def test_others_write_the_same_items(self):
        tables = empty_tables()

        (answer,) = Desk(Contended(tables, TRIES + 2)).resolve(whatsapp(MARIA, email("m@x.org")))

        assert Desk(tables).leads() == [answer.lead]

    def test_its_further_identity_goes_to_another_lead(self):
        tables = empty_tables()
        Desk(tables).resolve(whatsapp(MARIA), source="api:0")
        client = Meanwhile(
            tables, "transact_write_items", lambda: Desk(tables).resolve(email("m@x.org"), source="api:1")
        )

        (answer,) = Desk(client).resolve(whatsapp(MARIA, email("m@x.org")), source="api:2")

        assert answer.outcome == "ambiguous"
        assert len(answer.conflicting_lead_ids) == 2

    def test_the_identity_is_erased(self):
        tables = empty_tables()
        here = TestWhatIsGone()
        client = Meanwhile(
            tables, "batch_execute_statement", lambda: here.leave(Desk(tables), Removal.ERASED, whatsapp(MARIA))
        )

        assert outcomes(Desk(client).resolve(whatsapp(MARIA), whatsapp(JOAO))) == ["suppressed", "created"]


NUMBERS = st.sampled_from([f"+491701234{number:03}" for number in range(6)])
INPUTS = st.lists(st.lists(NUMBERS, min_size=1, max_size=3), min_size=1, max_size=8)


@given(before=INPUTS, inputs=INPUTS)
@settings(max_examples=examples(40))
def test_a_batch_is_as_good_as_its_inputs_one_by_one(before, inputs):
    sent = [whatsapp(first, *map(whatsapp, more)) for first, *more in inputs]
    together, single = Desk(), Desk()
    for desk in (together, single):
        desk.resolve(*[whatsapp(first, *map(whatsapp, more)) for first, *more in before], source="api:0")

    answers = together.resolve(*sent)
    one_by_one = [single.resolve(each, source=f"api:one-{index}")[0] for index, each in enumerate(sent)]

    assert list(map(shown, answers)) == list(map(shown, one_by_one))
    assert list(map(content, together.leads())) == list(map(content, single.leads()))


@pytest.mark.ministack
class TestAtTheSameTime:
    def test_sixteen_that_spell_a_number_differently_get_one_lead(self, dynamodb, fresh_tables):
        barrier = threading.Barrier(16)

        def resolve(index: int) -> tuple[str, str]:
            desk = Desk(dynamodb, fresh_tables.leads)
            more = [email("maria@x.org")] if index % 4 == 0 else []
            sent = whatsapp(NINTH_DIGIT[index % len(NINTH_DIGIT)], *more, name=f"Thread {index}")
            barrier.wait()
            (answer,) = desk.resolve(sent, source=f"api:{index}")
            return answer.lead.id, answer.outcome.value

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(resolve, range(16)))

        desk = Desk(dynamodb, fresh_tables.leads)
        (lead,) = desk.leads()
        assert {lead_id for lead_id, _ in answers} == {lead.id}
        assert [outcome for _, outcome in answers].count("created") == 1
        assert desk.resolve(email("maria@x.org"), source="api:last")[0].lead == lead

    def test_many_threads_with_overlapping_identities_agree(self, dynamodb, fresh_tables):
        """Whoever was first, each identity belongs to one lead, and every lead has exactly its own identities."""
        addresses = [f"a{number}@x.org" for number in range(6)]

        def resolve(seed: int) -> None:
            chosen = random.Random(seed).sample(addresses, 3)
            Desk(dynamodb, fresh_tables.leads).resolve(
                *[whatsapp(MARIA, email(each)) for each in chosen[:1]], *map(email, chosen), source=f"api:{seed}"
            )

        with ThreadPoolExecutor(16) as pool:
            list(pool.map(resolve, range(48)))

        desk = Desk(dynamodb, fresh_tables.leads)
        stored = desk.store.find_many("acme", [desk.key(email(each)) for each in addresses], consistent=True)
        owned = {key: each.lead.id for key, each in stored.items() if each.lead}
        assert owned == {each.key: lead.id for lead in desk.leads() for each in lead.identities if each.key in owned}
        assert len(owned) == len(addresses)
