"""The limits of a GraphQL document: its length, its depth, and its fields after expanding fragments."""

from collections.abc import Iterator
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
)

LONGEST_QUERY = 20_000  # characters
MOST_TOKENS = 2_000
MOST_FIELDS = 300  # as written, and again with its fragments expanded
MOST_DEPTH = 8
MOST_AT_ONCE = 5  # top-level fields of an operation; each is a use case of its own


class LimitExceeded(Exception):
    """The request exceeds a limit.

    Args:
        message: which limit, for people.
        members: further members of the error, for programs.
    """

    def __init__(self, message: str, *, code: str = "QUERY_TOO_LARGE", **members: int) -> None:
        super().__init__(message)
        self.code, self.members = code, members


class Measure(NamedTuple):
    """The size of a selection, with its fragments expanded."""

    depth: int
    fields: int


def check_document(document: DocumentNode) -> None:
    """Check the number of fields as written, without expanding fragments.

    Raises:
        LimitExceeded: there are too many.
    """
    if sum(isinstance(node, FieldNode | FragmentSpreadNode) for node in nodes_below(document)) > MOST_FIELDS:
        raise LimitExceeded(f"A query may have at most {MOST_FIELDS} fields.")


def check_operations(document: DocumentNode, *, introspection: bool) -> None:
    """Check the depth and the number of fields of each operation, with its fragments expanded.

    Args:
        introspection: whether introspection is allowed; its fields are not counted then.

    Raises:
        LimitExceeded: an operation is too deep, or has too many fields.
    """
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    measuring = _Measuring(fragments, introspection=introspection)
    for operation in document.definitions:
        if not isinstance(operation, OperationDefinitionNode):
            continue
        depth, fields = measuring.of(operation.selection_set)
        if depth > MOST_DEPTH:
            raise LimitExceeded(f"A query may be at most {MOST_DEPTH} levels deep; this one has {depth}.")
        if fields > MOST_FIELDS:
            raise LimitExceeded(
                f"A query may have at most {MOST_FIELDS} fields; with its fragments this one has {fields:,}."
            )
        if measuring.own_fields(operation.selection_set) > MOST_AT_ONCE:
            raise LimitExceeded(
                f"An operation may have at most {MOST_AT_ONCE} top-level fields. Send several requests."
            )


class _Measuring:
    """Measures each fragment once, because the number of their uses may grow exponentially."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode], *, introspection: bool) -> None:
        self._fragments, self._introspection = fragments, introspection
        self._known: dict[str, Measure] = {}
        self._known_own: dict[str, int] = {}

    def of(self, selected: SelectionSetNode | None) -> Measure:
        depth = fields = 0
        for each in selected.selections if selected else ():
            inner = self._inner(each)
            depth, fields = max(depth, inner.depth), fields + inner.fields
        return Measure(depth, fields)

    def own_fields(self, selected: SelectionSetNode | None) -> int:
        """The number of fields at the top level of a selection, including those of its fragments."""
        total = 0
        for each in selected.selections if selected else ():
            if isinstance(each, FieldNode):
                total += 1
            elif isinstance(each, FragmentSpreadNode):
                name = each.name.value
                if name not in self._known_own:
                    self._known_own[name] = self.own_fields(self._fragments[name].selection_set)
                total += self._known_own[name]
            else:
                total += self.own_fields(getattr(each, "selection_set", None))
        return total

    def _inner(self, each: Node) -> Measure:
        if isinstance(each, FragmentSpreadNode):
            name = each.name.value
            if name not in self._known:
                self._known[name] = self.of(self._fragments[name].selection_set)
            return self._known[name]
        inner = self.of(getattr(each, "selection_set", None))
        if not isinstance(each, FieldNode):
            return inner
        if self._introspection and each.name.value in ("__schema", "__type"):
            return Measure(1, 1)
        return Measure(inner.depth + 1, inner.fields + 1)


def nodes_below(node: Node) -> Iterator[Node]:
    """The node and all nodes below it; without recursion, because a document may be deeper than Python's stack."""
    pending: list[Node] = [node]
    while pending:
        found = pending.pop()
        yield found
        for key in found.keys:
            value = getattr(found, key, None)
            if isinstance(value, Node):
                pending.append(value)
            elif isinstance(value, list | tuple):
                pending += [each for each in value if isinstance(each, Node)]
