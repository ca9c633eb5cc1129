"""Checks the variables of a GraphQL request against their declared types, in time linear in the size of the request.

The library checks them too, but writes the whole input object into the message of each fault: an object with 100,000
unknown fields takes it hours. So it gets only variables that have passed these checks.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    get_operation_ast,
    type_from_ast,
)
from graphql.pyutils import did_you_mean, inspect, suggestion_list
from graphql.type import is_required_input_field

from chalicelib.foundation.graphql_errors import LONGEST_NAME, input_error
from chalicelib.foundation.graphql_limits import LimitExceeded, nodes_below
from chalicelib.foundation.json import Json

MOST_FAULTS = 1_000  # reported for the variables of one request
MOST_VALUES = 200_000  # in all variables of a request: 40 per contact of the longest list
MOST_SHARED = 1_000  # values in a variable that is used more than once, because the library checks each use
LONGEST_LIST = 5_000


class _Enough(Exception):
    """The maximum number of faults has been found."""


def input_faults(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: Mapping[str, Any],
    operation: str | None,
    *,
    hides_suggestions: bool,
) -> list[Json]:
    """The faults in the variables of the operation, as errors with their paths.

    Args:
        operation: its name; may be None if the document has only one.
        hides_suggestions: whether messages must not contain names from the schema.

    Raises:
        LimitExceeded: the variables exceed a limit of size or depth.
    """
    chosen = get_operation_ast(document, operation)
    if chosen is None:
        return []  # the library reports which operation is missing or ambiguous
    checking = _Checking(hides_suggestions=hides_suggestions)
    try:
        for name, type_ in _declared(schema, chosen):
            if name in variables:
                before = checking.values
                checking.check(variables[name], type_, (name,))
                if checking.values - before > MOST_SHARED and _uses(document, chosen, name) > 1:
                    raise LimitExceeded(
                        f"A variable as large as ${name} may be used only once in a query. Send several requests."
                    )
    except _Enough:
        pass
    except RecursionError:
        raise LimitExceeded("The variables are nested too deeply.") from None
    return checking.found


def _declared(schema: GraphQLSchema, operation: OperationDefinitionNode) -> Iterator[tuple[str, Any]]:
    for each in operation.variable_definitions or ():
        type_ = type_from_ast(schema, each.type)
        if type_ is not None:
            yield each.variable.name.value, type_


def _uses(document: DocumentNode, operation: OperationDefinitionNode, name: str) -> int:
    """How often the operation and the fragments use the variable, not counting its declaration."""
    parts = [operation, *(each for each in document.definitions if isinstance(each, FragmentDefinitionNode))]
    found = (node for part in parts for node in nodes_below(part))
    return sum(isinstance(node, VariableNode) and node.name.value == name for node in found) - 1


Path = tuple[str | int, ...]


class _Checking:
    """One check of all variables: the faults so far, and how many values it has seen."""

    def __init__(self, *, hides_suggestions: bool) -> None:
        self.found: list[Json] = []
        self.values = 0
        self._hides = hides_suggestions

    def check(self, value: Any, type_: Any, path: Path) -> None:
        """Check a value against its type, and collect what is wrong in `found`.

        Raises:
            LimitExceeded: the request has too many values.
        """
        self.values += 1
        if self.values > MOST_VALUES:
            raise LimitExceeded(
                f"The variables of a request may have at most {MOST_VALUES:,} values. Send several requests."
            )
        if isinstance(type_, GraphQLNonNull):
            if value is None:
                return self._note(path, f"Expected value of non-null type '{type_}' not to be None.")
            type_ = type_.of_type
        if value is None:
            return None
        if isinstance(type_, GraphQLList):
            return self._check_list(value, type_.of_type, path)
        if isinstance(type_, GraphQLInputObjectType):
            return self._check_object(value, type_, path)
        return self._check_leaf(value, type_, path)

    def _check_list(self, value: Any, item: Any, path: Path) -> None:
        if not isinstance(value, list):
            return self.check(value, item, path)  # GraphQL accepts a single value as a list of one
        if len(value) > LONGEST_LIST:
            message = (
                f"A list may have at most {LONGEST_LIST:,} items; this one has {len(value):,}. Send several requests."
            )
            raise LimitExceeded(message, code="TOO_LARGE", limit=LONGEST_LIST, sent=len(value))
        for index, each in enumerate(value):
            self.check(each, item, (*path, index))
        return None

    def _check_object(self, value: Any, type_: GraphQLInputObjectType, path: Path) -> None:
        if not isinstance(value, dict):
            return self._note(path, f"Expected value of type '{type_}' to be an object, found: {inspect(value)}.")
        for name, field in type_.fields.items():
            if name in value:
                self.check(value[name], field.type, (*path, name))
            elif is_required_input_field(field):
                self._note(path, f"Expected value of type '{type_}' to include required field '{name}'.")
        for name in value:
            if name not in type_.fields:
                self._note(path, self._unknown(name[:LONGEST_NAME], type_))
        return None

    def _unknown(self, name: str, type_: GraphQLInputObjectType) -> str:
        guess = "" if self._hides else did_you_mean(suggestion_list(name, list(type_.fields)))
        return f"Expected value of type '{type_}' not to include unknown field '{name}'.{guess}"

    def _check_leaf(self, value: Any, type_: GraphQLScalarType | GraphQLEnumType, path: Path) -> None:
        if isinstance(value, str) and not _is_text(value):
            return self._note(path, "Text contains an unpaired surrogate.")
        try:
            if isinstance(type_, GraphQLEnumType):
                word = value[:LONGEST_NAME] if isinstance(value, str) else value
                type_.coerce_input_value(word, self._hides)
            else:
                type_.coerce_input_value(value)
        except GraphQLError as error:
            self._note(path, error.message)
        return None

    def _note(self, path: Path, message: str) -> None:
        self.found.append(input_error(path, message))
        if len(self.found) >= MOST_FAULTS:
            raise _Enough


def _is_text(value: str) -> bool:
    """Whether UTF-8 can encode it: JSON can contain unpaired surrogates."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
