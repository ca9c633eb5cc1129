"""Checks the variables of a GraphQL request against their declared types, in time linear in the size of the request.

The library can do this too, but it writes the whole input object into the message of each fault it finds: an object of
100,000 unknown members takes it hours. So it is given only what has passed here.
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
MOST_VALUES = 200_000  # in all variables together: 40 for each contact of the longest list
MOST_SHARED = 1_000  # values in a variable that is used more than once, because each use is checked again
LONGEST_LIST = 5_000


class _Enough(Exception):
    """The limit of faults to report is reached."""


def input_faults(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: Mapping[str, Any],
    operation: str | None,
    *,
    hides_suggestions: bool,
) -> list[Json]:
    """The faults in the variables that the operation takes, each with its place.

    Raises:
        LimitExceeded: they exceed a limit of size or depth.
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
                    raise LimitExceeded(f"A variable as large as ${name} may be used once. Send several requests.")
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


Place = tuple[str | int, ...]


class _Checking:
    def __init__(self, *, hides_suggestions: bool) -> None:
        self.found: list[Json] = []
        self.values = 0
        self._hides = hides_suggestions

    def check(self, value: Any, type_: Any, place: Place) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            raise LimitExceeded(f"The variables of a request may have {MOST_VALUES:,} values at most. Send several.")
        if isinstance(type_, GraphQLNonNull):
            if value is None:
                return self._note(place, f"Expected value of non-null type '{type_}' not to be None.")
            type_ = type_.of_type
        if value is None:
            return None
        if isinstance(type_, GraphQLList):
            return self._check_list(value, type_.of_type, place)
        if isinstance(type_, GraphQLInputObjectType):
            return self._check_object(value, type_, place)
        return self._check_leaf(value, type_, place)

    def _check_list(self, value: Any, item: Any, place: Place) -> None:
        if not isinstance(value, list):
            return self.check(value, item, place)  # GraphQL accepts a single value as a list of one
        if len(value) > LONGEST_LIST:
            told = f"A list may have {LONGEST_LIST:,} items at most; this one has {len(value):,}. Send several."
            raise LimitExceeded(told, code="TOO_LARGE", limit=LONGEST_LIST, sent=len(value))
        for index, each in enumerate(value):
            self.check(each, item, (*place, index))
        return None

    def _check_object(self, value: Any, type_: GraphQLInputObjectType, place: Place) -> None:
        if not isinstance(value, dict):
            return self._note(place, f"Expected value of type '{type_}' to be an object, found: {inspect(value)}.")
        for name, field in type_.fields.items():
            if name in value:
                self.check(value[name], field.type, (*place, name))
            elif is_required_input_field(field):
                self._note(place, f"Expected value of type '{type_}' to include required field '{name}'.")
        for name in value:
            if name not in type_.fields:
                self._note(place, self._unknown(name[:LONGEST_NAME], type_))
        return None

    def _unknown(self, name: str, type_: GraphQLInputObjectType) -> str:
        guess = "" if self._hides else did_you_mean(suggestion_list(name, list(type_.fields)))
        return f"Expected value of type '{type_}' not to include unknown field '{name}'.{guess}"

    def _check_leaf(self, value: Any, type_: GraphQLScalarType | GraphQLEnumType, place: Place) -> None:
        if isinstance(value, str) and not _is_text(value):
            return self._note(place, "This contains an unpaired surrogate (half of a character).")
        try:
            if isinstance(type_, GraphQLEnumType):
                word = value[:LONGEST_NAME] if isinstance(value, str) else value
                type_.coerce_input_value(word, self._hides)
            else:
                type_.coerce_input_value(value)
        except GraphQLError as error:
            self._note(place, error.message)
        return None

    def _note(self, place: Place, message: str) -> None:
        self.found.append(input_error(place, message))
        if len(self.found) >= MOST_FAULTS:
            raise _Enough


def _is_text(value: str) -> bool:
    """Whether it can be encoded: JSON can contain unpaired surrogates, UTF-8 cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
