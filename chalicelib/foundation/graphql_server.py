"""GraphQL over the door: a document is parsed, held to limits, checked and executed; every error carries a code.

Names are in camelCase on the outside and in our own snake_case on the inside. Whoever loads this loads the library,
which takes a tenth of a second: routes load it with the first request that speaks GraphQL.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSyntaxError,
    build_schema,
    execute_sync,
    parse,
    specified_rules,
    validate,
)
from graphql.validation import NoSchemaIntrospectionCustomRule

from chalicelib.foundation.graphql_errors import library_error, limit_error, resolver_error
from chalicelib.foundation.graphql_inputs import input_faults
from chalicelib.foundation.graphql_limits import (
    LONGEST_QUERY,
    MOST_TOKENS,
    LimitExceeded,
    check_document,
    check_operations,
)
from chalicelib.foundation.graphql_names import to_snake
from chalicelib.foundation.json import Json

MOST_ERRORS = 20  # of one document

Resolver = Callable[..., Json]  # of the context and the field's arguments, by their names in snake_case


class GraphQlRequest(NamedTuple):
    query: str
    variables: Mapping[str, Any]
    operation: str | None


class GraphQlServer:
    """Args:
    schema: in GraphQL's own language. resolvers: by "Type.field"; other fields are read from what those gave.
    introspection: whether a caller may ask for the schema; otherwise no error gives any of it away.
    """

    def __init__(self, schema: str, resolvers: Mapping[str, Resolver], *, introspection: bool) -> None:
        self._schema = build_schema(schema)
        self._hides = not introspection
        self._rules = [*specified_rules, *([NoSchemaIntrospectionCustomRule] if self._hides else [])]
        for each in self._schema.type_map.values():
            if isinstance(each, GraphQLObjectType | GraphQLInputObjectType) and not each.name.startswith("__"):
                _name_inside(each)
        for place, resolver in resolvers.items():
            type_name, _, field = place.partition(".")
            made = self._schema.get_type(type_name)
            assert isinstance(made, GraphQLObjectType), place  # noqa: S101 # says so to mypy
            made.fields[field].resolve = _resolving(resolver)

    @property
    def schema(self) -> GraphQLSchema:
        return self._schema

    def __call__(self, request: GraphQlRequest, context: Any, request_id: str) -> dict[str, Any]:
        """What GraphQL over HTTP answers: `data` of a document that could be executed, `errors` where there are."""
        try:
            document = self._checked(request)
            faults = input_faults(
                self._schema, document, request.variables, request.operation, hides_suggestions=self._hides
            )
        except LimitExceeded as much:
            return {"errors": [limit_error(much)]}
        except GraphQLSyntaxError as error:
            return {"errors": [library_error(error, "GRAPHQL_PARSE_FAILED")]}
        except _Invalid as invalid:
            return {"errors": [library_error(each, "GRAPHQL_VALIDATION_FAILED") for each in invalid.errors]}
        if faults:
            return {"errors": faults}
        result = execute_sync(
            self._schema,
            document,
            context_value=context,
            variable_values=dict(request.variables),
            operation_name=request.operation,
            max_coercion_errors=1,
            hide_suggestions=self._hides,
        )
        if result.data is None and result.errors and all(each.path is None for each in result.errors):
            return {"errors": [library_error(each, "BAD_USER_INPUT") for each in result.errors]}
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [resolver_error(each, request_id) for each in result.errors]
        return answer

    def _checked(self, request: GraphQlRequest) -> DocumentNode:
        if len(request.query) > LONGEST_QUERY:
            raise LimitExceeded(
                f"A query may have {LONGEST_QUERY:,} characters at most. Send what it is about as variables."
            )
        try:
            document = parse(request.query, max_lexical_tokens=MOST_TOKENS, max_comments=MOST_TOKENS)
        except RecursionError:
            raise LimitExceeded("This query is nested too deeply.") from None
        check_document(document)  # before the rules, which compare each field with each
        errors = validate(self._schema, document, self._rules, MOST_ERRORS, self._hides)
        if errors:
            raise _Invalid(errors)
        check_operations(document, introspection=not self._hides)  # after them: no fragment holds itself
        return document


class _Invalid(Exception):
    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("the document does not fit the schema")
        self.errors = errors


def _name_inside(made: GraphQLObjectType | GraphQLInputObjectType) -> None:
    if isinstance(made, GraphQLInputObjectType):
        for name, field in made.fields.items():
            field.out_name = to_snake(name)
        return
    for name, answer in made.fields.items():
        answer.resolve = _reading(to_snake(name))
        for argument, wanted in answer.args.items():
            wanted.out_name = to_snake(argument)


def _reading(member: str) -> Callable[..., Any]:
    def read(source: Mapping[str, Any], _: object) -> Any:
        value = source[member]
        return value() if callable(value) else value

    return read


def _resolving(resolver: Resolver) -> Callable[..., Any]:
    return lambda _, info, **arguments: resolver(info.context, **arguments)
