"""What one room adds to the GraphQL schema of the service."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from chalicelib.foundation.json import Json

Resolver = Callable[..., Json]  # called with the context, and the field's arguments by their names in snake_case


class GraphQlPart(NamedTuple):
    """Types, and fields of the types Query and Mutation, which the part extends."""

    #: In the Schema Definition Language.
    schema: str
    #: By "Type.field".
    resolvers: Mapping[str, Resolver]


def whole(root: str, parts: Iterable[GraphQlPart]) -> GraphQlPart:
    """All parts as one.

    Args:
        root: the schema that they extend.
    """
    schemas, resolvers = [root], dict[str, Resolver]()
    for part in parts:
        schemas.append(part.schema)
        resolvers |= part.resolvers
    return GraphQlPart("\n".join(schemas), resolvers)
