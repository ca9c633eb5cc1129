"""The GraphQL server: it parses, limits, validates and executes a document; every error has a code.

Names are in camelCase in requests and responses, and in snake_case in resolvers. Importing this module loads the
GraphQL library, which takes a tenth of a second, so routes import it with the first GraphQL request.
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
from chalicelib.foundation.graphql_part import Resolver

MOST_ERRORS = 20  # reported for a document


class GraphQlRequest(NamedTuple):
    """The parameters of a GraphQL request over HTTP."""

    query: str
    variables: Mapping[str, Any]
    #: the name of the operation; needed only if the document has several
    operation: str | None


class GraphQlServer:
    """Executes GraphQL requests.

    Args:
        schema: the schema, in the Schema Definition Language.
        resolvers: by "Type.field"; the values of other fields are read from the results of resolvers.
        introspection: whether clients may query the schema; if not, no error message reveals any of it.
    """

    def __init__(self, schema: str, resolvers: Mapping[str, Resolver], *, introspection: bool) -> None:
        self._schema = build_schema(schema)
        self._hides = not introspection
        self._rules = [*specified_rules, *([NoSchemaIntrospectionCustomRule] if self._hides else [])]
        for each in self._schema.type_map.values():
            if isinstance(each, GraphQLObjectType | GraphQLInputObjectType) and not each.name.startswith("__"):
                _use_snake_case(each)
        for name, resolver in resolvers.items():
            type_name, _, field = name.partition(".")
            type_ = self._schema.get_type(type_name)
            assert isinstance(type_, GraphQLObjectType), name  # noqa: S101 # tells mypy
            type_.fields[field].resolve = _call_resolver(resolver)

    @property
    def schema(self) -> GraphQLSchema:
        return self._schema

    def __call__(self, request: GraphQlRequest, context: Any, request_id: str) -> dict[str, Any]:
        """The response: `data` if the document could be executed, and `errors` if there are any."""
        try:
            document = self._parse(request)
            faults = input_faults(
                self._schema, document, request.variables, request.operation, hides_suggestions=self._hides
            )
        except LimitExceeded as error:
            return {"errors": [limit_error(error)]}
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
        response: dict[str, Any] = {"data": result.data}
        if result.errors:
            response["errors"] = [resolver_error(each, request_id) for each in result.errors]
        return response

    def _parse(self, request: GraphQlRequest) -> DocumentNode:
        """The document, valid and within the limits."""
        if len(request.query) > LONGEST_QUERY:
            raise LimitExceeded(f"A query may have at most {LONGEST_QUERY:,} characters. Send values as variables.")
        try:
            document = parse(request.query, max_lexical_tokens=MOST_TOKENS, max_comments=MOST_TOKENS)
        except RecursionError:
            raise LimitExceeded("The query is nested too deeply.") from None
        check_document(document)  # before the validation, which compares each field with each other
        errors = validate(self._schema, document, self._rules, MOST_ERRORS, self._hides)
        if errors:
            raise _Invalid(errors)
        check_operations(document, introspection=not self._hides)  # after the validation: no fragment contains itself
        return document


class _Invalid(Exception):
    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("the document does not match the schema")
        self.errors = errors


def _use_snake_case(type_: GraphQLObjectType | GraphQLInputObjectType) -> None:
    if isinstance(type_, GraphQLInputObjectType):
        for name, field in type_.fields.items():
            field.out_name = to_snake(name)
        return
    for name, output in type_.fields.items():
        output.resolve = _read_member(to_snake(name))
        for argument, definition in output.args.items():
            definition.out_name = to_snake(argument)


def _read_member(member: str) -> Callable[..., Any]:
    def read(source: Mapping[str, Any], _: object) -> Any:
        value = source[member]
        return value() if callable(value) else value

    return read


def _call_resolver(resolver: Resolver) -> Callable[..., Any]:
    return lambda _, info, **arguments: resolver(info.context, **arguments)
