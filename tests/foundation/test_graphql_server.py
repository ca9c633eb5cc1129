"""The GraphQL server: what is executed, what is refused before that, and what an error reveals."""

import time
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.foundation.errors import InvalidInput, NotAllowed, NotFound, TooMany
from chalicelib.foundation.graphql_inputs import LONGEST_LIST, MOST_FAULTS, MOST_SHARED, MOST_VALUES
from chalicelib.foundation.graphql_limits import LONGEST_QUERY, MOST_AT_ONCE, MOST_DEPTH, MOST_FIELDS
from chalicelib.foundation.graphql_names import to_camel, to_snake
from chalicelib.foundation.graphql_server import GraphQlRequest, GraphQlServer
from tests.examples import examples

SCHEMA = """
type Query { person(personId: ID, mood: Mood): Person  fails(how: String!): String }
type Mutation { addPeople(input: AddPeople!): Int!  sumUp(numbers: [[Int]], mood: Mood): Int! }
type Person { personId: ID! fullName: String friend: Person friends: [Person!]! }
enum Mood { GOOD BAD }
input AddPeople { people: [NewPerson!]! }
input NewPerson { fullName: String! bornIn: Int }
"""
FAILURES = {
    "missing": NotFound("Not found."),
    "forbidden": NotAllowed("FORBIDDEN: no", hint="ask_her"),
    "input": InvalidInput("born_in is no year.", field="born_in", errors=[{"index": 3, "field": "people.0.born_in"}]),
    "busy": TooMany("Later.", retry_after=timedelta(seconds=7)),
    "bug": ZeroDivisionError("secret of table person-7"),
}


def person(context, *, person_id="1", mood="GOOD"):
    found = {"person_id": person_id, "full_name": f"{context}'s {mood}"}
    return {**found, "friend": lambda: person(context), "friends": lambda: [person(context), person(context)]}


def fails(context, *, how):
    raise FAILURES[how]


def add_people(context, *, input):  # noqa: A002
    return sum(each.get("born_in", 0) for each in input["people"])


def sum_up(context, *, numbers=(), mood=None):
    return len(numbers or ())


RESOLVERS = {
    "Query.person": person,
    "Query.fails": fails,
    "Mutation.addPeople": add_people,
    "Mutation.sumUp": sum_up,
}
CLOSED, OPEN = (GraphQlServer(SCHEMA, RESOLVERS, introspection=each) for each in (False, True))


def ask(query, variables=None, *, server=CLOSED, operation=None):
    return server(GraphQlRequest(query, variables or {}, operation), "Ann", "request-1")


def errors(query, variables=None, **more):
    response = ask(query, variables, **more)
    assert "data" not in response
    return response["errors"]


class TestExecuting:
    def test_names_are_camel_case_outside_and_snake_case_inside(self):
        response = ask("query($id: ID!) { person(personId: $id) { personId fullName } }", {"id": "7"})

        assert response == {"data": {"person": {"personId": "7", "fullName": "Ann's GOOD"}}}

    def test_inputs_too(self):
        response = ask(
            "mutation($input: AddPeople!) { addPeople(input: $input) }",
            {"input": {"people": [{"fullName": "A", "bornIn": 3}, {"fullName": "B", "bornIn": 4}]}},
        )

        assert response == {"data": {"addPeople": 7}}

    def test_the_operation_that_is_named_is_the_one_that_runs(self):
        query = "query One { person { personId } } query Two { person(mood: BAD) { fullName } }"

        assert ask(query, operation="Two") == {"data": {"person": {"fullName": "Ann's BAD"}}}
        assert errors(query)[0]["extensions"]["code"] == "BAD_USER_INPUT"

    @given(st.from_regex(r"[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*", fullmatch=True))
    def test_a_name_comes_back_as_it_went(self, name):
        assert to_snake(to_camel(name)) == name


class TestErrors:
    @pytest.mark.parametrize(
        ("how", "message", "extensions"),
        [
            ("missing", "Not found.", {"code": "NOT_FOUND"}),
            ("forbidden", "FORBIDDEN: no", {"code": "FORBIDDEN", "hint": "ask_her"}),
            (
                "input",
                "bornIn is no year.",
                {
                    "code": "INVALID_INPUT",
                    "field": "bornIn",
                    "errors": [{"index": 3, "field": "people.0.bornIn"}],
                },
            ),
            ("busy", "Later.", {"code": "TOO_MANY", "retryAfter": 7}),
        ],
    )
    def test_of_a_use_case_have_its_message_and_a_code(self, how, message, extensions):
        response = ask("query($how: String!) { fails(how: $how) }", {"how": how})

        [error] = response["errors"]
        assert (response["data"], error["message"], error["path"]) == ({"fails": None}, message, ["fails"])
        assert error["extensions"] == extensions

    def test_of_a_bug_reveal_nothing(self, caplog):
        response = ask('{ fails(how: "bug") }')

        assert "secret" not in str(response)
        assert response["errors"][0]["extensions"] == {"code": "INTERNAL", "requestId": "request-1"}
        assert "request_failed" in caplog.messages

    def test_one_field_may_fail_and_the_other_be_answered(self):
        response = ask('{ missing: fails(how: "missing") person { fullName } }')

        assert response["data"] == {"missing": None, "person": {"fullName": "Ann's GOOD"}}
        assert [each["path"] for each in response["errors"]] == [["missing"]]

    @pytest.mark.parametrize(
        ("query", "code"),
        [("{", "GRAPHQL_PARSE_FAILED"), ("", "GRAPHQL_PARSE_FAILED"), ("{ nobody }", "GRAPHQL_VALIDATION_FAILED")],
    )
    def test_of_a_document_have_their_kind(self, query, code):
        [error] = errors(query)

        assert error["extensions"] == {"code": code}

    def test_of_inputs_name_each_that_cannot_be_by_its_place(self):
        people = [{"fullName": "A"}, {"fullName": 7}, {"bornIn": "x", "fullName": "B"}, {"full": "C"}]
        response = errors("mutation($input: AddPeople!) { addPeople(input: $input) }", {"input": {"people": people}})

        assert {each["extensions"]["code"] for each in response} == {"BAD_USER_INPUT"}
        places = [each["extensions"]["field"] for each in response]
        assert places[:2] == ["input.people.1.fullName", "input.people.2.bornIn"]
        assert set(places[2:]) == {"input.people.3", "input.people.3.fullName"} or set(places[2:]) == {"input.people.3"}

    def test_of_a_variable_that_is_missing_name_it(self):
        [error] = errors("mutation($input: AddPeople!) { addPeople(input: $input) }")

        assert "$input" in error["message"]
        assert error["extensions"] == {"code": "BAD_USER_INPUT"}

    def test_never_quote_much_of_what_was_sent(self):
        people = [{"fullName": "A", "mystery": "x" * 5_000}]
        response = errors("mutation($input: AddPeople!) { addPeople(input: $input) }", {"input": {"people": people}})

        assert all(len(each["message"]) <= 300 for each in response)


class TestIntrospection:
    QUERY = "{ __schema { types { name } } }"

    def test_is_off_unless_enabled(self):
        assert "disabled" in errors(self.QUERY)[0]["message"]
        assert ask(self.QUERY, server=OPEN)["data"]["__schema"]["types"]

    @pytest.mark.parametrize(
        ("query", "variables"),
        [
            ("{ persons { personId } }", {}),
            ("{ person { fulName } }", {}),
            ("{ person(personid: 1) { personId } }", {}),
            ("{ person(mood: GOODY) { personId } }", {}),
            ("query($m: Moood) { person(mood: $m) { personId } }", {}),
            ("query($m: Mood) { person(mood: $m) { personId } }", {"m": "GOODY"}),
            ("mutation($i: AddPeople!) { addPeople(input: $i) }", {"i": {"people": [{"fulName": "A"}]}}),
        ],
    )
    def test_is_not_had_by_guessing_either(self, query, variables):
        closed, opened = (str(errors(query, variables, server=each)) for each in (CLOSED, OPEN))

        assert "Did you mean" not in closed
        assert "Did you mean" in opened

    def test_of_one_type_is_off_too_and_a_types_own_name_is_none(self):
        assert errors('{ __type(name: "Person") { name } }')
        assert ask("{ person { __typename } }") == {"data": {"person": {"__typename": "Person"}}}


def nested(depth: int) -> str:
    return "{ person " + "{ friend " * (depth - 2) + "{ personId " + "}" * depth


class TestLimits:
    def test_a_query_has_a_depth(self):
        assert "data" in ask(nested(MOST_DEPTH))
        [error] = errors(nested(MOST_DEPTH + 1))
        assert (error["extensions"]["code"], f"{MOST_DEPTH} levels deep" in error["message"]) == (
            "QUERY_TOO_LARGE",
            True,
        )

    def test_fragments_do_not_hide_it(self):
        query = "{ person { ...a } } fragment a on Person { friend { friend { friend { ...b } } } } "
        query += "fragment b on Person { friend { friend { friend { friend { personId } } } } }"

        assert errors(query)[0]["extensions"]["code"] == "QUERY_TOO_LARGE"

    def test_a_query_asks_for_so_many_fields(self):
        assert "data" in ask("{ person { " + "personId " * (MOST_FIELDS - 1) + "} }")
        assert f"{MOST_FIELDS} fields" in errors("{ person { " + "personId " * MOST_FIELDS + "} }")[0]["message"]

    def test_and_not_for_more_by_spreading_fragments_in_fragments(self):
        both = "a: friend {{ ...f{0} }} b: friend {{ ...f{0} }} c: friend {{ ...f{0} }}"
        parts = [f"fragment f{n} on Person {{ {both.format(n + 1)} }}" for n in range(6)]
        response = errors("{ person { ...f0 } } " + " ".join(parts) + " fragment f6 on Person { personId fullName }")

        assert response[0]["extensions"]["code"] == "QUERY_TOO_LARGE"

    def test_a_hundred_levels_of_doubling_are_counted_at_once(self):
        parts = [f"fragment f{n} on Person {{ ...f{n + 1} ... on Person {{ ...f{n + 1} }} }}" for n in range(60)]
        began = time.process_time()
        response = errors("{ person { ...f0 } } " + " ".join(parts) + " fragment f60 on Person { personId }")

        assert response[0]["extensions"]["code"] == "QUERY_TOO_LARGE"
        assert time.process_time() - began < 5

    def test_a_request_asks_for_so_many_things(self):
        things = " ".join(f"p{n}: person {{ personId }}" for n in range(MOST_AT_ONCE + 1))

        assert "Send several" in errors(f"{{ {things} }}")[0]["message"]
        assert "Send several" in errors(f"{{ ...all }} fragment all on Query {{ {things} }}")[0]["message"]

    def test_a_query_is_no_place_for_data(self):
        response = errors('{ person(personId: "' + "x" * LONGEST_QUERY + '") { personId } }')

        assert "as variables" in response[0]["message"]

    @pytest.mark.parametrize(
        "query",
        [
            "{" * 1_500,
            "{ a" * 900 + "}" * 900,
            "{ person(personId: " + "[" * 1_500 + " ) { personId } }",
            "#\n" * 9_000 + "{ person { personId } }",
            "{ " + "a " * 1_900 + "}",
            "query(" + "$a: Int " * 400 + ") { person { personId } }",
            "fragment a on Person { ...a } { person { ...a } }",
            "fragment a on Person { ...b } fragment b on Person { friend { ...a } } { person { ...a } }",
        ],
    )
    def test_hostile_queries_are_refused_quickly(self, query):
        began = time.process_time()

        assert errors(query)
        assert time.process_time() - began < 5

    def test_introspection_works_where_it_is_allowed(self):
        from graphql import get_introspection_query

        assert ask(get_introspection_query(), server=OPEN)["data"]["__schema"]


ADD = "mutation($input: AddPeople!) { addPeople(input: $input) }"
SUM = "mutation($numbers: [[Int]]) { sumUp(numbers: $numbers) }"


def cpu_of(act) -> float:
    """Seconds of CPU, which a busy machine does not make longer."""
    began = time.process_time()
    act()
    return time.process_time() - began


class TestVariables:
    """What is wrong with them is found in time that grows with what was sent, however it is wrong."""

    @pytest.mark.parametrize(
        "people",
        [
            pytest.param([{"fullName": 7}] * LONGEST_LIST, id="of another type"),
            pytest.param([7] * LONGEST_LIST, id="no objects"),
            pytest.param([None] * LONGEST_LIST, id="nulls"),
            pytest.param([{}] * LONGEST_LIST, id="without what is required"),
            pytest.param([{f"m{n}": n for n in range(100_000)}], id="with unknown members"),
            pytest.param([{"fullName": {f"m{n}": n for n in range(100_000)}}], id="an object in place of a text"),
            pytest.param([{"fullName": "A", "bornIn": "x" * 1_000_000}], id="a long text in place of a number"),
            pytest.param([{f"{n}" * 100_000: n} for n in range(10)], id="with long names"),
        ],
    )
    @pytest.mark.parametrize("server", [pytest.param(CLOSED, id="closed"), pytest.param(OPEN, id="open")])
    def test_a_million_faults_cost_no_more_than_a_thousand(self, people, server):
        response = []

        assert cpu_of(lambda: response.extend(errors(ADD, {"input": {"people": people}}, server=server))) < 2
        assert 0 < len(response) <= MOST_FAULTS
        assert all(len(each["message"]) <= 300 for each in response)
        assert {each["extensions"]["code"] for each in response} == {"BAD_USER_INPUT"}

    def test_half_of_a_character_is_refused_at_its_place(self):
        [response] = errors(ADD, {"input": {"people": [{"fullName": "half \ud800"}]}})

        assert (response["extensions"]["field"], response["extensions"]["code"]) == (
            "input.people.0.fullName",
            "BAD_USER_INPUT",
        )

    def test_a_list_beyond_the_longest_is_not_looked_into(self):
        [error] = errors(ADD, {"input": {"people": [7] * (LONGEST_LIST + 1)}})

        assert error["extensions"] == {"code": "TOO_LARGE", "limit": LONGEST_LIST, "sent": LONGEST_LIST + 1}

    def test_too_many_values_in_nested_lists_are_refused(self):
        row = [1] * (LONGEST_LIST - 1)
        most = MOST_VALUES // LONGEST_LIST

        assert ask(SUM, {"numbers": [row] * (most - 1)}) == {"data": {"sumUp": most - 1}}
        assert errors(SUM, {"numbers": [row] * (most + 1)})[0]["extensions"] == {"code": "QUERY_TOO_LARGE"}

    def test_a_large_one_is_used_once(self):
        twice = "mutation($numbers: [[Int]]) { a: sumUp(numbers: $numbers) b: sumUp(numbers: $numbers) }"
        hidden = "mutation($numbers: [[Int]]) { a: sumUp(numbers: $numbers) ...f } "
        hidden += "fragment f on Mutation { b: sumUp(numbers: $numbers) }"
        large, small = [[1] * MOST_SHARED], [[1] * 10]

        assert ask(SUM, {"numbers": large}) == {"data": {"sumUp": 1}}
        for query in (twice, hidden):
            assert ask(query, {"numbers": small}) == {"data": {"a": 1, "b": 1}}
            assert errors(query, {"numbers": large})[0]["extensions"]["code"] == "QUERY_TOO_LARGE"

    def test_nesting_without_end_is_refused(self):
        deep = 1
        for _ in range(50_000):
            deep = [deep]

        assert errors(SUM, {"numbers": deep})

    def test_one_value_is_a_list_of_one_and_what_is_not_declared_is_not_looked_at(self):
        assert ask(SUM, {"numbers": 1, "more": [1] * 10_000}) == {"data": {"sumUp": 1}}

    def test_the_operation_that_runs_is_the_one_that_counts(self):
        query = "mutation One($a: Int!) { x: sumUp(numbers: [[$a]]) } mutation Two($a: [[Int]]) { sumUp(numbers: $a) }"

        assert ask(query, {"a": [[1]]}, operation="Two") == {"data": {"sumUp": 1}}
        assert errors(query, {"a": [[1]]}, operation="One")[0]["extensions"]["field"] == "a"


@settings(max_examples=examples(200), deadline=None)
@given(st.text(alphabet='{}()[]:$!@."# \n\\abpersonIdfriend…😀\x00\ud800', max_size=60))
def test_no_text_is_more_than_an_error(query):
    response = ask(query)

    assert response.get("data") is not None or all(
        each["extensions"]["code"] != "INTERNAL" for each in response["errors"]
    )
